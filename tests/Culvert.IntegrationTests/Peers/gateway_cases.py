"""What the Python clients of the gateway send, and what they check; the libraries differ in the calls alone.

A client has open(url, compress) and its sockets have: send(str or bytes), receive() -> str or bytes, ping(bytes),
extensions() -> str, close(code, reason) -> the code of the answer, closed() -> (code, reason), and has_fragments.
"""
import hashlib
import random
import sys
import traceback

MIB = 1024 * 1024
DEFLATE = "permessage-deflate"


def receipt(message):
    kind, body = ("text", message.encode()) if isinstance(message, str) else ("binary", message)
    return f"{kind} {len(body)} {hashlib.sha256(body).hexdigest()}"


async def echo(socket, message, sent=None):
    """What the back end saw, and what came back, must be what was sent."""
    await socket.send(message if sent is None else sent)
    want = receipt(message)
    got = await socket.receive()
    assert got == want, f"the back end got {got!r} in place of {want!r}"
    back = receipt(await socket.receive())
    assert back == want, f"{back} came back in place of {want}"


async def text(socket, nonce):
    await echo(socket, "hello")
    await echo(socket, "x" * 125)
    await echo(socket, "x" * 126)
    await echo(socket, "grüße " * 20_000)


async def binary(socket, nonce):
    await echo(socket, bytes(range(256)))
    await echo(socket, random.Random(1).randbytes(65_535))
    await echo(socket, random.Random(2).randbytes(65_536))


async def empty(socket, nonce):
    await echo(socket, "")
    await echo(socket, b"")
    await echo(socket, "")


async def astral(socket, nonce):
    await echo(socket, "🎉𝔘𐍈\U0010ffff\0é" * 1000)


async def big(socket, nonce):
    await echo(socket, random.Random(3).randbytes(16 * MIB))


async def fragments_out(socket, nonce):
    parts = [f"part {number} 🎉 " for number in range(1000)]
    await echo(socket, "".join(parts), parts)
    parts = [bytes([number % 256]) * (number % 300) for number in range(1000)]
    await echo(socket, b"".join(parts), parts)


async def fragments_back(socket, nonce):
    await socket.send("!fragments 1000")
    assert receipt(await socket.receive()) == receipt("".join(f"part {number} 🎉 " for number in range(1000)))


async def ping(socket, nonce):
    await socket.ping(b"are you there")
    await socket.send("!ping and you 🎉")
    got = await socket.receive()
    assert got == "pong and you 🎉", got
    await echo(socket, "after it")


async def client_closes(socket, nonce):
    code = await socket.close(4001, f"{nonce} grüße 🎉")
    # aiohttp answers every Close with 1000.
    assert code in (4001, 1000), code


async def backend_closes(socket, nonce):
    await socket.send(f"!close 4002 {nonce} genug 🎉")
    got = await socket.closed()
    assert got == (4002, f"{nonce} genug 🎉"), got


async def extensions(socket, nonce):
    """Both ends say what they agreed on."""
    await socket.send("!extensions")
    theirs = await socket.receive()
    return socket.extensions(), theirs.split(";")[0]


async def deflate(socket, nonce):
    got = await extensions(socket, nonce)
    assert got == (DEFLATE, DEFLATE), got
    await echo(socket, "the same again and again " * 40_000)
    await echo(socket, random.Random(4).randbytes(300_000))
    await text(socket, nonce)
    await astral(socket, nonce)


async def one_leg(socket, nonce, here, there):
    """The gateway compresses by itself: each end agreed on what stands here, whatever the other did."""
    got = await extensions(socket, nonce)
    assert got == (here, there), got
    await echo(socket, "the same again and again " * 40_000)
    await echo(socket, random.Random(5).randbytes(300_000))
    for case in [text, binary, empty, astral, fragments_back, ping]:
        await case(socket, nonce)
    if socket.has_fragments:
        await fragments_out(socket, nonce)


async def client_leg(socket, nonce):
    await one_leg(socket, nonce, DEFLATE, "")


async def backend_leg(socket, nonce):
    await one_leg(socket, nonce, "", DEFLATE)


async def both_legs(socket, nonce):
    await one_leg(socket, nonce, DEFLATE, DEFLATE)
    await backend_closes(socket, nonce)


async def plain(socket, nonce):
    got = await extensions(socket, nonce)
    assert got == ("", ""), got


CASES = {case.__name__: case for case in [
    plain, text, binary, empty, astral, big, fragments_out, fragments_back, ping, client_closes, backend_closes,
    deflate, client_leg, backend_leg, both_legs]}

# Where the gateway compresses by itself, and on which sides, is said by the route.
ROUTES = {"client_leg": "-client", "backend_leg": "-backEnd", "both_legs": "-both"}


async def run(open, url, nonce, *names):
    """Each case has a session of its own; prints "NAME ok" for each that is as it must be."""
    for name in names:
        try:
            async with open(url + ROUTES.get(name, ""), name == "deflate" or name in ROUTES) as socket:
                await CASES[name](socket, nonce)
            print(name, "ok", flush=True)
        except Exception:
            print(f"{name}: {traceback.format_exc()}", file=sys.stderr, flush=True)
            sys.exit(1)
