"""Publishes, follows and resumes with Debian's websockets, as its documentation shows, on both WebSocket faces."""
import asyncio
import json
import sys

import websockets

LIMIT = 20


async def lines(socket):
    while True:
        for line in (await asyncio.wait_for(socket.recv(), LIMIT)).split("\n"):
            yield json.loads(line)


async def wait_for(stream, wanted):
    async for line in stream:
        if wanted(line):
            return line


async def follow(socket, since):
    stream = lines(socket)
    hello = await wait_for(stream, lambda line: True)
    assert hello["ev"] == "hello" and hello["v"] == 1, hello
    await socket.send(json.dumps({"id": 1, "op": "sub", "room": "lobby", "since": since}))
    reply = await wait_for(stream, lambda line: line.get("re") == 1)
    return stream, reply["ok"]["epoch"]


async def publish(socket, number):
    data = {"text": f"websockets {number}"}
    await socket.send(json.dumps({"id": 100 + number, "op": "pub", "room": "lobby", "key": f"ws-{number}", "data": data}))


async def v1(url, headers):
    async with websockets.connect(url + "/v1/ws", extra_headers=headers, subprotocols=["culvert.v1"]) as socket:
        assert socket.subprotocol == "culvert.v1", socket.subprotocol
        stream, epoch = await follow(socket, "now")
        seen = []
        for number in range(3):
            await publish(socket, number)
            event = await wait_for(stream, lambda line: line.get("ev") == "msg")
            assert event["key"] == f"ws-{number}" and event["from"] == "owner", event
            seen.append(event["offset"])
        # The network breaks: no close frame.
        socket.transport.abort()

    async with websockets.connect(url + "/v1/ws", extra_headers=headers) as socket:
        for number in range(3, 5):
            await publish(socket, number)
        await wait_for(lines(socket), lambda line: line.get("re") == 104)

    async with websockets.connect(url + "/v1/ws", extra_headers=headers) as socket:
        stream, _ = await follow(socket, f"{epoch}-{seen[-1]}")
        missed = []
        async for line in stream:
            if line.get("ev") == "msg":
                missed.append(line["key"])
            if line.get("ev") == "ready":
                assert line["replayed"] == 2, line
                break
        assert missed == ["ws-3", "ws-4"], missed


async def plain(url, headers):
    async with websockets.connect(url + "/ws/lobby", extra_headers=headers) as socket:
        await socket.send("over the plain face")
        message = json.loads(await asyncio.wait_for(socket.recv(), LIMIT))
        assert message["text"] == "over the plain face" and message["user"] == "owner", message
        assert message["created_at"].endswith("Z"), message
        await socket.send("/who")
        answer = json.loads(await asyncio.wait_for(socket.recv(), LIMIT))
        assert "owner" in answer["text"], answer
        await socket.close()
        assert socket.close_code == 1000, socket.close_code


async def main(url, token):
    headers = {"Authorization": f"Bearer {token}"}
    await v1(url, headers)
    await plain(url, headers)
    print("ok")


asyncio.run(main(*sys.argv[1:]))
