"""Follows a room over the plain face with Debian's websockets and prints every object that comes, one a line."""
import asyncio
import sys

import websockets


async def main(url, token):
    headers = {"Authorization": f"Bearer {token}"}
    async with websockets.connect(url, extra_headers=headers, max_size=None) as socket:
        async for message in socket:
            print(message, flush=True)


asyncio.run(main(*sys.argv[1:]))
