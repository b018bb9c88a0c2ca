"""Sends t:TEXT as a text and b:TEXT as a binary message, prints each answer, and how it ended."""
import asyncio
import sys

import websockets


async def main(url, *messages):
    async with websockets.connect(url) as socket:
        try:
            for message in messages:
                kind, text = message.split(":", 1)
                await socket.send(text if kind == "t" else text.encode())
                print(repr(await asyncio.wait_for(socket.recv(), 20)))
        except websockets.ConnectionClosed:
            pass
    print(socket.close_code, socket.close_reason)


asyncio.run(main(*sys.argv[1:]))
