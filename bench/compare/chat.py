"""The measurements of the chat: bench/compare/run chat-million chat-budgets."""

import html
import http.client
import json
import re
import shutil
import subprocess
import sys
import time
import urllib.parse

import servers
from measuring import TOOLS, WORK, load, middle, note, row, spread, started

DATA = WORK / "chat"
SMALL, LARGE = "small", "million"
MESSAGES = {SMALL: 100, LARGE: 1_000_000}
PASSWORD = "correct horse battery"
FIRST_LOAD_LIMIT = 150 * 1024


class Seeded(servers.Culvert):
    """Culvert on a room of 100 messages and one of a million, made once and kept for later runs."""

    def start(self, tools, room="bench"):
        culvert = tools / "culvert" / "culvert"
        made = DATA / "made"
        if not made.exists():
            shutil.rmtree(DATA, ignore_errors=True)
            for name, count in MESSAGES.items():
                print(f"  filling room {name} with {count:,} messages", file=sys.stderr)
                subprocess.run([culvert, "bench", "seed", "--room", name, "--messages", str(count), "--data",
                                DATA / "data"], check=True, stdout=subprocess.DEVNULL)
            made.touch()
        (self.folder / "data").symlink_to(DATA / "data")
        super().start(tools, room)


class Client:
    """One kept connection, as the owner or with a cookie."""

    def __init__(self, server, cookie=None):
        self.connection = http.client.HTTPConnection(servers.HOST, server.port, timeout=60)
        self.headers = {"Accept": "application/json"}
        if cookie:
            self.headers["Cookie"] = cookie
        else:
            self.headers["Authorization"] = f"Bearer {server.token}"

    def get(self, path, **more):
        self.connection.request("GET", path, headers={**self.headers, **more})
        answer = self.connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise SystemExit(f"run: {path}: {answer.status} {body[:300]}")
        return body

    def json(self, path):
        return json.loads(self.get(path))

    def post(self, path, value):
        headers = {**self.headers, "Content-Type": "application/json"}
        self.connection.request("POST", path, json.dumps(value), headers)
        answer = self.connection.getresponse()
        body = answer.read()
        return answer, body


def requests_of(client, room):
    """What is asked of a room, by what a person does there."""
    info = client.json(f"/v1/rooms/{room}")
    middle_seq = max(2, info["seq"] // 2)
    at = client.json(f"/v1/rooms/{room}/events?before={middle_seq}&limit=1")["events"][0]["at"]
    search = f"/v1/search?room={room}&q="
    return {
        "open": f"/v1/rooms/{room}/events?limit=50",
        "open its page": f"/chat/rooms/{room}",
        "page back": f"/v1/rooms/{room}/events?limit=50&before={middle_seq}",
        "jump to a date": f"/v1/rooms/{room}/events?limit=50&at={at}",
        "unread counts": "/v1/rooms",
        "search, a frequent word": search + "server",
        "search, a rare word": search + "ticket" + str(middle_seq),
        "search, a phrase": search + urllib.parse.quote('"the to"'),
        "search, two words, one person": search + urllib.parse.quote("месяц неделя from:member7"),
        "search, two frequent words that never meet": search + urllib.parse.quote("server сообщение"),
        "search, a frequent word that is too old": search + "server&before=1000000000000000",
    }


def timed(client, path, count):
    waits = []
    for _ in range(count):
        began = time.perf_counter()
        client.get(path)
        waits.append((time.perf_counter() - began) * 1000)
    return sorted(waits)


def million(quick):
    turns, count = (2, 20) if quick else (5, 60)
    with started(Seeded) as (server,):
        client = Client(server)
        paths = {room: requests_of(client, room) for room in MESSAGES}
        waits = {}
        for turn in range(turns + 1):
            for what in paths[SMALL]:
                for room in list(MESSAGES)[::-1 if turn % 2 else 1]:
                    before = servers.cpu_us(server)
                    found = timed(client, paths[room][what], count)
                    if turn > 0:
                        # The first turn warms up.
                        waits.setdefault((what, room), []).append(found)
                        note(server, "chat-million", {
                            "what": what, "room": room, "p50_ms": found[len(found) // 2], "p99_ms": found[-1],
                            "cpu_us": (servers.cpu_us(server) - before) / count})
            print(f"  turn {turn} of {turns}", file=sys.stderr)
    for what in paths[SMALL]:
        small, large = ([each[len(each) // 2] for each in waits[what, room]] for room in (SMALL, LARGE))
        worst = [each[-1] for each in waits[what, LARGE]]
        ratio = middle(large) / middle(small)
        row(f"1,000,000 messages: {what}",
            f"{spread(large)} ms, slowest of a turn {middle(worst):.1f} ms; among 100 messages {spread(small)} ms: "
            f"{ratio:.2f} ×", "≤ 1.5 × or ≤ 50 ms", ratio <= 1.5 or middle(large) <= 50, "chat-million")


def first_load(server):
    """Bytes of a page's first visit: the page and everything it loads, compressed as a browser asks for it."""
    owner = Client(server)
    owner.post("/v1/users", {"name": "visitor", "password": PASSWORD})
    answer, _ = owner.post("/v1/session", {"name": "visitor", "password": PASSWORD})
    visitor = Client(server, answer.getheader("Set-Cookie").split(";")[0])
    pages = {"/login": Client(server, "none=1"), "/chat/rooms/bench": visitor}
    return {path: weigh(client, path) for path, client in pages.items()}


def weigh(client, page):
    wanted, sizes = [page], {}
    while wanted:
        path = wanted.pop()
        if path in sizes:
            continue
        text = client.get(path, Accept="*/*").decode("utf-8", "replace")
        sizes[path] = len(client.get(path, Accept="*/*", **{"Accept-Encoding": "br, gzip"}))
        if path == page:
            found = re.findall(r'(?:href|src)="(/chat/assets/[^"]+)"', text) + re.findall(
                r'"(/chat/assets/[^"]+\.json)"', html.unescape(text))
        elif path.endswith(".js"):
            found = re.findall(r'(?:from|import)\s*\(?\s*"(\.[^"]+)"', text)
        else:
            found = re.findall(r'url\("?([^")]+)"?\)', text) if path.endswith(".css") else []
        wanted += [urllib.parse.urljoin(path, each) for each in found]
    return sum(sizes.values()), len(sizes)


def found_after(server, count):
    """Milliseconds from a post's answer until a search finds it, on a quiet server."""
    client, waits = Client(server), []
    for number in range(count):
        word = f"needle{number}x"
        client.post("/v1/rooms/bench/messages", {"data": {"text": f"a {word} in the hay"}})
        began = time.perf_counter()
        while not client.json(f"/v1/search?q={word}")["hits"]:
            time.sleep(0.002)
        waits.append((time.perf_counter() - began) * 1000)
        time.sleep(0.3)
    return sorted(waits)


def budgets(quick):
    seconds = 3 if quick else 6
    with started(servers.Culvert) as (server,):
        time.sleep(2)
        size = servers.rss_kb(server) / 1024
        row("idle server with the chat", f"RSS {size:.1f} MB", "≤ 80 MB", size <= 80, "chat-budgets")
        for path, (total, files) in first_load(server).items():
            row(f"first load of `{path}`", f"{total / 1024:.1f} KB in {files} answers", "≤ 150 KB",
                total <= FIRST_LOAD_LIMIT, "chat-budgets")
        waits = found_after(server, 10 if quick else 40)
        row("a post until a search finds it, quiet server",
            f"median {waits[len(waits) // 2]:.0f} ms, slowest {waits[-1]:.0f} ms", "≤ 300 ms", waits[-1] <= 300,
            "chat-budgets")
        results = [load(server, "publish", "--publishers", 64, "--seconds", seconds, *server.publishing())
                   for _ in range(2 if quick else 5)]
        p99 = [each["ack_p99_us"] / 1000 for each in results]
        rates = [each["acks"] / each["seconds"] for each in results]
        row("durable posts of 64 writers, the index following",
            f"p99 {spread(p99, 1)} ms at {spread(rates, 0)} posts/s", "≤ 25 ms", middle(p99) <= 25, "chat-budgets")
    with started(servers.Culvert) as (server,):
        results = [load(server, "fanout", "--subscribers", 1000, *server.subscribing(), *server.publishing(),
                        "--rounds", 100 if quick else 300, "--warmup", 50) for _ in range(2 if quick else 5)]
        p50, p99 = ([each[key] / 1000 for each in results] for key in ("delivery_p50_us", "delivery_p99_us"))
        row("a message to 1,000 sockets", f"p50 {spread(p50, 1)} ms, p99 {spread(p99, 1)} ms", "≤ 20 ms, ≤ 80 ms",
            middle(p50) <= 20 and middle(p99) <= 80, "chat-budgets")
    cold_start(quick)
    history(quick)


def cold_start(quick):
    times = []
    for _ in range(3 if quick else 7):
        folder = WORK / "servers" / "cold"
        shutil.rmtree(folder, ignore_errors=True)
        culvert = servers.Culvert(folder)
        try:
            times.append(culvert.start_to_answer(TOOLS) * 1000)
        finally:
            culvert.stop()
    row("cold start, empty data folder", f"first answer after {spread(times, 0)} ms", "≤ 1,000 ms",
        middle(times) <= 1000, "chat-budgets")


def history(quick):
    """Pages from all over the room, each asked for once, so that no cache of ours has them."""
    count = 200 if quick else 1000
    with started(Seeded) as (server,):
        client = Client(server)
        waits = {room: [] for room in MESSAGES}
        for each in range(-100, count):
            for room, total in MESSAGES.items():
                place = 1 + each * 7919 % total
                found = timed(client, f"/v1/rooms/{room}/events?limit=50&before={place + 50}", 1)
                waits[room] += found if each >= 0 else []
        figures = {room: (found[count // 2], found[count * 99 // 100])
                   for room, found in ((room, sorted(each)) for room, each in waits.items())}
        note(server, "chat-budgets", {"history_ms": figures})
    (small, _), (large, p99) = figures[SMALL], figures[LARGE]
    row("a page of history, anywhere in 1,000,000 messages",
        f"p50 {large:.2f} ms, p99 {p99:.2f} ms; p50 in a room of 100 {small:.2f} ms: {large / small:.2f} ×",
        "p99 ≤ 10 ms, ≤ 1.5 ×", p99 <= 10 and large / small <= 1.5, "chat-budgets")


COMPARISONS = {"chat-million": million, "chat-budgets": budgets}
