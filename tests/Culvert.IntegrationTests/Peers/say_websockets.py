"""Sends each argument as a text and then as a binary message, prints what comes back, and how it ended."""
import asyncio
import sys

import websockets


async def main(url, *messages):
    async with websockets.connect(url) as socket:
        try:
            for message in messages:
                for sent in (message, message.encode()):
                    await socket.send(sent)
                    print(repr(await asyncio.wait_for(socket.recv(), 20)))
        except websockets.ConnectionClosed:
            pass
    print(socket.close_code, socket.close_reason)


asyncio.run(main(*sys.argv[1:]))
