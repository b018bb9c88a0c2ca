"""A client of the gateway on aiohttp: URL NONCE CASE... It cannot send fragments."""
import asyncio
import contextlib
import sys

import aiohttp

import gateway_cases


class Socket:
    has_fragments = False

    def __init__(self, socket):
        self.socket = socket

    async def send(self, message):
        await (self.socket.send_str if isinstance(message, str) else self.socket.send_bytes)(message)

    async def receive(self):
        while True:
            message = await self.socket.receive(60)
            if message.type == aiohttp.WSMsgType.PING:
                await self.socket.pong(message.data)
                continue
            assert message.type in (aiohttp.WSMsgType.TEXT, aiohttp.WSMsgType.BINARY), message
            return message.data

    async def ping(self, payload):
        await self.socket.ping(payload)
        message = await self.socket.receive(20)
        assert message.type == aiohttp.WSMsgType.PONG and message.data == payload, message

    def extensions(self):
        return "permessage-deflate" if self.socket.compress else ""

    async def close(self, code, reason):
        await self.socket.close(code=code, message=reason.encode())
        return self.socket.close_code

    async def closed(self):
        message = await self.socket.receive(20)
        assert message.type == aiohttp.WSMsgType.CLOSE, message
        return message.data, message.extra


@contextlib.asynccontextmanager
async def open(url, compress):
    async with aiohttp.ClientSession() as session:
        async with session.ws_connect(
                url, compress=15 if compress else 0, autoping=False, max_msg_size=0) as socket:
            yield Socket(socket)


asyncio.run(gateway_cases.run(open, *sys.argv[1:]))
