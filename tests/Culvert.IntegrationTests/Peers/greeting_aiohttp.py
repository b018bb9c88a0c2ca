"""Follows a stream of JSON lines with aiohttp, as a client written for any server of such streams would."""
import asyncio
import json
import sys

import aiohttp


async def main(url):
    timeout = aiohttp.ClientTimeout(total=None, connect=20, sock_connect=20, sock_read=None)
    try:
        async with aiohttp.ClientSession(timeout=timeout) as session:
            async with session.get(url) as response:
                response.raise_for_status()
                print(f"connected: {response.content_type}", flush=True)
                async for line in response.content:
                    try:
                        data = json.loads(line)
                        print(f"[{data['timestamp']:.2f}] {data['message']}", flush=True)
                    except json.JSONDecodeError as error:
                        print(f"bad line: {error}", flush=True)
        print("ended", flush=True)
    except aiohttp.ClientPayloadError as error:
        print(f"cut: {error}", flush=True)
    except aiohttp.ClientConnectorError as error:
        print(f"cannot connect: {error}", flush=True)


asyncio.run(main(sys.argv[1]))
