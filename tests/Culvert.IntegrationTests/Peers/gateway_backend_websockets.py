"""A back end for the tests of the gateway, on Python's websockets.

A message is answered with a receipt (a text with its kind, its length and its SHA-256) and is then sent back as it
came. A text that begins with "!" is an order: !extensions, !ping TEXT, !fragments COUNT, !close CODE REASON. Prints
"listening PORT", and for each session how the client closed it, as JSON. Ends at SIGTERM, as a server does.
"""
import asyncio
import hashlib
import json
import signal
import sys

import websockets


def receipt(message):
    kind, body = ("text", message.encode()) if isinstance(message, str) else ("binary", message)
    return f"{kind} {len(body)} {hashlib.sha256(body).hexdigest()}"


async def fragments(count):
    for number in range(count):
        yield f"part {number} 🎉 "


async def obey(socket, order, rest):
    if order == "!extensions":
        await socket.send(" ".join(extension.name for extension in socket.extensions))
    elif order == "!ping":
        await asyncio.wait_for(await socket.ping(rest.encode()), 20)
        await socket.send(f"pong {rest}")
    elif order == "!fragments":
        await socket.send(fragments(int(rest)))
    elif order == "!close":
        code, reason = rest.split(" ", 1)
        await socket.close(int(code), reason)


async def serve(socket):
    try:
        async for message in socket:
            if isinstance(message, str) and message.startswith("!"):
                order, _, rest = message.partition(" ")
                await obey(socket, order, rest)
            else:
                await socket.send(receipt(message))
                await socket.send(message)
    except websockets.ConnectionClosed:
        pass
    finally:
        await socket.wait_closed()
        print(json.dumps([socket.close_code, socket.close_reason]), flush=True)


async def main(port):
    stop = asyncio.get_running_loop().create_future()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set_result, None)
    async with websockets.serve(
            serve, "127.0.0.1", int(port), max_size=None, max_queue=None, close_timeout=5) as server:
        print("listening", server.sockets[0].getsockname()[1], flush=True)
        await stop


asyncio.run(main(*sys.argv[1:]))
