"""JSON objects over WebSockets, as binary messages: serve PORT | client URL | threads URL | odd URL.

The client, the ten threads and the server that JsonPeers mirrors; "odd" sends what is no JSON object.
"""
import asyncio
import json
import sys
import threading

import websockets


async def answer(socket, path):
    data = json.loads((await socket.recv()).decode())
    print(f"{path}: {data}", flush=True)
    data["message"] = "Message from Server"
    data["bool"] = False
    await socket.send(json.dumps(data).encode())


async def serve(port):
    async with websockets.serve(answer, "127.0.0.1", int(port)) as server:
        print("listening on", server.sockets[0].getsockname()[1], flush=True)
        await asyncio.Future()


async def ask(url, number):
    async with websockets.connect(url) as socket:
        data = {"message": "Message from Client", "number": number, "bool": True, "more": {"é": [1.5, None]}}
        await socket.send(json.dumps(data).encode())
        received = await asyncio.wait_for(socket.recv(), 20)
        assert isinstance(received, bytes)
        await asyncio.wait_for(socket.wait_closed(), 20)
        # In one piece: print writes the line and its end one after the other, and threads share the output.
        print(f"{json.dumps(json.loads(received), sort_keys=True)} {socket.close_code}\n", end="", flush=True)


async def odd(url):
    for message in ["a text", b"{", b"[1]", b'{"a":1,"a":2}', b"null", b"\xff", b'{"\\ud800":1}']:
        async with websockets.connect(url) as socket:
            await socket.send(message)
            await asyncio.wait_for(socket.wait_closed(), 20)
            print(socket.close_code, socket.close_reason, flush=True)


def threads(url):
    running = [threading.Thread(target=lambda n=n: asyncio.run(ask(f"{url}/client{n}", n))) for n in range(10)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()


command, argument = sys.argv[1:]
if command == "threads":
    threads(argument)
else:
    asyncio.run({"serve": serve, "client": lambda url: ask(url, 256), "odd": odd}[command](argument))
