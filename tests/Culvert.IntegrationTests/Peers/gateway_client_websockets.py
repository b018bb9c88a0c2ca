"""A client of the gateway on Python's websockets: URL NONCE CASE..."""
import asyncio
import contextlib
import sys

import websockets

import gateway_cases


class Socket:
    has_fragments = True

    def __init__(self, socket):
        self.socket = socket

    async def send(self, message):
        # A list goes out as fragments.
        await self.socket.send(message)

    async def receive(self):
        return await asyncio.wait_for(self.socket.recv(), 60)

    async def ping(self, payload):
        await asyncio.wait_for(await self.socket.ping(payload), 20)

    def extensions(self):
        return " ".join(extension.name for extension in self.socket.extensions)

    async def close(self, code, reason):
        await self.socket.close(code, reason)
        return self.socket.close_code

    async def closed(self):
        await asyncio.wait_for(self.socket.wait_closed(), 20)
        return self.socket.close_code, self.socket.close_reason


@contextlib.asynccontextmanager
async def open(url, compress):
    compression = "deflate" if compress else None
    async with websockets.connect(url, compression=compression, max_size=None, max_queue=None) as socket:
        yield Socket(socket)


asyncio.run(gateway_cases.run(open, *sys.argv[1:]))
