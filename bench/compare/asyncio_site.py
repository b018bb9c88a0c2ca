"""A site on Python's asyncio streams, as articles write it: a request line, a file or 404, and the connection ends."""

import argparse
import asyncio
import email.utils
import functools
import http
import mimetypes
import pathlib
import re

REQUEST_LINE = re.compile(r"(\S+) (.+) (\S+)\s*")


def answer(status, kind, body):
    head = [f"HTTP/1.1 {status.value} {status.phrase}", f"Date: {email.utils.formatdate(usegmt=True)}",
            "Server: asyncio site", f"Content-Type: {kind}", f"Content-Length: {len(body)}", "Connection: close"]
    return "\r\n".join([*head, "", ""]).encode() + body


def problem(status):
    page = f"<!doctype html><title>{status.phrase}</title><h1>{status.value} {status.phrase}</h1>"
    return answer(status, "text/html; charset=utf-8", page.encode())


def answer_to(root, line):
    """The whole answer. The file is read where the connections are served: nobody else is, meanwhile."""
    match = REQUEST_LINE.fullmatch(line)
    if match is None:
        return problem(http.HTTPStatus.BAD_REQUEST)
    path = (root / match[2].lstrip("/")).resolve()
    if not path.is_relative_to(root):
        return problem(http.HTTPStatus.FORBIDDEN)
    if path.is_dir():
        path /= "index.html"
    if not path.is_file():
        return problem(http.HTTPStatus.NOT_FOUND)
    return answer(http.HTTPStatus.OK, mimetypes.guess_type(path)[0] or "application/octet-stream", path.read_bytes())


async def serve(root, reader, writer):
    try:
        line = await reader.readline()
        if line:
            writer.write(answer_to(root, line.decode("latin-1")))
            await writer.drain()
        writer.close()
        await writer.wait_closed()
    except (OSError, ValueError):
        writer.close()


async def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("root", type=pathlib.Path)
    parser.add_argument("port", type=int)
    arguments = parser.parse_args()
    server = await asyncio.start_server(
        functools.partial(serve, arguments.root.resolve()), "127.0.0.1", arguments.port)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
