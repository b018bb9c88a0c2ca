"""A WebSocket server that echoes, and closes with 4001 when it is told "bye"."""
import asyncio
import sys

import websockets


async def echo(socket):
    async for message in socket:
        if message == "bye":
            await socket.close(4001, "enough")
            return
        await socket.send(message)


async def main(port):
    async with websockets.serve(echo, "127.0.0.1", int(port)):
        print("listening", flush=True)
        await asyncio.Future()


asyncio.run(main(*sys.argv[1:]))
