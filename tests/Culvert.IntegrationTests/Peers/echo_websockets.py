"""Everything a WebSocket client can send, to an echo: what comes back must be the same, and the end orderly."""
import asyncio
import sys

import websockets

MIB = 1024 * 1024


async def same(socket, message):
    await socket.send(message)
    answer = await asyncio.wait_for(socket.recv(), 60)
    assert type(answer) is type(message) and answer == message, (type(answer), len(answer))


async def fragments(socket, parts):
    async def send():
        for part in parts:
            yield part

    await socket.send(send())
    answer = await asyncio.wait_for(socket.recv(), 60)
    assert answer == type(parts[0])().join(parts), len(answer)


async def run(url, compression):
    async with websockets.connect(url, compression=compression, max_size=None, max_queue=None) as socket:
        for text in ["", "a", "grüße 日本 🎉", "x" * 125, "x" * 126, "x" * 65535, "x" * 65536]:
            await same(socket, text)
            await same(socket, text.encode())
        await fragments(socket, [f"part {number} 🎉" for number in range(1000)])
        await fragments(socket, [bytes([number % 256]) * 100 for number in range(1000)])
        big = bytes(range(256)) * (16 * MIB // 256)
        await same(socket, big)
        await asyncio.wait_for(await socket.ping(b"are you there"), 20)
        for number in range(100):
            await socket.send(f"{number}")
        for number in range(100):
            assert await asyncio.wait_for(socket.recv(), 20) == f"{number}"
        await socket.close(1000, "done")
        assert socket.close_code == 1000, socket.close_code


async def main(url):
    await run(url, None)
    await run(url, "deflate")
    print("ok")


asyncio.run(main(*sys.argv[1:]))
