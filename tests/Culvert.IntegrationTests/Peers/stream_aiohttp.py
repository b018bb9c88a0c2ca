"""Streams for followers, with Debian's aiohttp: python3 stream_aiohttp.py [PORT]; prints the port it listens on."""
import asyncio
import sys

from aiohttp import web


async def start(request, content_type="application/x-ndjson"):
    response = web.StreamResponse(headers={"Content-Type": content_type})
    await response.prepare(request)
    return response


async def endless(request):
    """A number every 100 ms, until somebody ends it."""
    response = await start(request)
    number = 0
    while True:
        await response.write(b'{"n": %d}\n' % number)
        number += 1
        await asyncio.sleep(0.1)


async def ended(request):
    """Two lines and a proper end."""
    response = await start(request)
    await response.write(b'{"n": 0}\n{"n": 1}\n')
    return response


async def bad(request):
    """A line that is no JSON and one over the limit, among good ones; then it goes on if it is asked to."""
    response = await start(request)
    await response.write(b'{"n": 0}\n{"n": oops}\n"' + b"x" * 2_000_000 + b'"\n{"n": 1}\n')
    if "stay" in request.query:
        await asyncio.sleep(60)
    return response


async def events(request):
    """Three numbered events in each answer, after the last that the client has; none after the ninth."""
    first = int(request.headers.get("Last-Event-ID", "0")) + 1
    if first > 9:
        return web.Response(status=204)
    response = await start(request, "text/event-stream")
    await response.write(b"retry: 200\n\n")
    for number in range(first, first + 3):
        await response.write(b"id: %d\ndata: %d\n\n" % (number, number))
    return response


async def busy(request):
    """Not now the first time, and a stream from then on."""
    request.app["asked"].append(request.path)
    if len(request.app["asked"]) == 1:
        return web.Response(status=int(request.query["status"]), headers={"Retry-After": "1"})
    return await ended(request)


async def page(request):
    return web.Response(text="<p>hello</p>", content_type="text/html")


async def main(port):
    app = web.Application()
    app["asked"] = []
    for handler in endless, ended, bad, events, busy, page:
        app.router.add_get(f"/{handler.__name__}", handler)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", port)
    await site.start()
    print(site._server.sockets[0].getsockname()[1], flush=True)
    await asyncio.Event().wait()


asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 0))
