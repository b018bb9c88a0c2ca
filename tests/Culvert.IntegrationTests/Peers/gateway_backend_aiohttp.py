"""The back end of gateway_backend_websockets.py on aiohttp, with the library's defaults for the end."""
import asyncio
import hashlib
import json
import struct
import sys

from aiohttp import WSMsgType, web


def receipt(kind, body):
    return f"{kind} {len(body)} {hashlib.sha256(body).hexdigest()}"


def fragments(count):
    """aiohttp cannot send fragments; these are frames as they go out."""
    for number in range(count):
        part = f"part {number} 🎉 ".encode()
        yield struct.pack("BB", (1 if number == 0 else 0) | (0x80 if number == count - 1 else 0), len(part)) + part


async def obey(request, socket, order, rest):
    if order == "!extensions":
        await socket.send_str("permessage-deflate" if socket.compress else "")
    elif order == "!ping":
        await socket.ping(rest.encode())
    elif order == "!fragments":
        request.transport.write(b"".join(fragments(int(rest))))
    elif order == "!close":
        code, reason = rest.split(" ", 1)
        await socket.close(code=int(code), message=reason.encode())


async def serve(request):
    socket = web.WebSocketResponse(max_msg_size=0, autoping=False)
    await socket.prepare(request)
    while True:
        message = await socket.receive(60)
        if message.type == WSMsgType.PING:
            await socket.pong(message.data)
        elif message.type == WSMsgType.PONG:
            await socket.send_str(f"pong {bytes(message.data).decode()}")
        elif message.type == WSMsgType.TEXT and message.data.startswith("!"):
            order, _, rest = message.data.partition(" ")
            await obey(request, socket, order, rest)
        elif message.type == WSMsgType.TEXT:
            await socket.send_str(receipt("text", message.data.encode()))
            await socket.send_str(message.data)
        elif message.type == WSMsgType.BINARY:
            await socket.send_str(receipt("binary", message.data))
            await socket.send_bytes(message.data)
        else:
            print(json.dumps([message.data, message.extra]), flush=True)
            return socket


async def main(port):
    application = web.Application()
    application.router.add_get("/{path:.*}", serve)
    runner = web.AppRunner(application)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", int(port))
    await site.start()
    print("listening", site._server.sockets[0].getsockname()[1], flush=True)
    await asyncio.Future()


asyncio.run(main(*sys.argv[1:]))
