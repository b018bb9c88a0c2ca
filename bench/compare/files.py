"""The comparisons of static files: bench/compare/run files-small files-churn files-large files-ab."""

import contextlib
import functools
import http.client
import pathlib
import subprocess
import sys
import tempfile
import time

import servers
from measuring import TOOLS, WORK, ab, middle, note, row, spread, started, turns, wrk

GIB = 1 << 30
SECONDS = 2
SMALL = "<!doctype html><title>Bench</title>".ljust(404, "x")
PIPELINED = """
init = function()
    batch = string.rep(wrk.format(), 16)
end
request = function()
    return batch
end
"""

# What the article asked of its server, and what it got: 500 requests, 50 at once.
ARTICLE = 971.61


@contextlib.contextmanager
def site(large=False):
    """A directory with a small page and, when asked for, a file of 1 GiB that nothing can compress."""
    with tempfile.TemporaryDirectory(prefix="site-", dir=WORK) as folder:
        pathlib.Path(folder, "index.html").write_text(SMALL)
        if large:
            with open("/dev/urandom", "rb") as source, open(pathlib.Path(folder, "large.bin"), "wb") as target:
                for _ in range(GIB >> 20):
                    target.write(source.read(1 << 20))
        yield folder


def culvert(root, log=False):
    def make(folder):
        server = servers.Culvert(folder, "--root", root, environment={"CULVERT__FILES__ACCESSLOG": str(log).lower()})
        if log:
            server.name, server.access_log = "culvert, access log", folder / "output"
        return server
    return make


def nginx(root, options="", log=False):
    def make(folder):
        server = servers.Site(folder, root, options, log)
        server.name = f"nginx {options}".strip() + (", access log" if log else "")
        return server
    return make


def asyncio(root):
    return functools.partial(servers.AsyncioSite, root=root)


def cost(figures):
    return [each["server_cpu_us"] / each["requests"] for each in figures]


def said(figures):
    rates = [each["requests"] / each["seconds"] for each in figures]
    p99 = [each["p99_us"] / 1000 for each in figures if "p99_us" in each]
    return f"{spread(cost(figures))} µs, {spread(rates, 0)} req/s" + (f", p99 {spread(p99, 1)} ms" if p99 else "")


def kept(server):
    """One load with wrk. With an access log it counts only when there is a line for each request."""
    lines = logged(server)
    figures = wrk(server, "/index.html", connections=50, seconds=SECONDS, mode="small")
    if server.access_log is None or figures is None:
        return figures
    found, end = -1, time.monotonic() + 10
    while found != (found := logged(server) - lines) and found < figures["requests"] and time.monotonic() < end:
        time.sleep(1)
    if found >= figures["requests"]:
        return figures
    print(f"  {server.name}: {found} lines for {figures['requests']:.0f} requests: not counted", file=sys.stderr)
    return None


def logged(server):
    return server.access_log.read_bytes().count(b'"GET /index.html') if server.access_log else 0


def pipelined(server):
    """16 requests in flight on each connection. wrk takes the time of all 16, so it says nothing of one."""
    figures = wrk(server, "/index.html", PIPELINED, connections=50, seconds=SECONDS, mode="pipelined")
    return figures and {name: value for name, value in figures.items() if name != "p99_us"}


def beside(what, results, ours, theirs, bar, name):
    """One row: two servers, the ratio of their CPU time per request, and everything that went wrong."""
    if not results[ours] or not results[theirs]:
        print(f"| {what} | not measured | – | open | `bench/compare/run {name}` |", flush=True)
        return
    ratio = middle(cost(results[ours])) / middle(cost(results[theirs]))
    wrong = sum(each.get("errors", 0) + each.get("failed", 0) for each in results[ours])
    figure = "; ".join(f"{each} {said(results[each])}" for each in (ours, theirs))
    figure = f"{figure}; {ratio:.2f} ×; {wrong:.0f} failed"
    if bar:
        row(what, figure, f"≤ {bar:g} × nginx", wrong == 0 and ratio <= bar, name)
    else:
        print(f"| {what} | {figure} | – | – | `bench/compare/run {name}` |", flush=True)


def small(quick):
    with site() as root, started(culvert(root), nginx(root), culvert(root, log=True), nginx(root, log=True)) as running:
        runs = {each.name: functools.partial(kept, each) for each in running}
        for each in running[:2]:
            runs[f"{each.name}, 16 in flight"] = functools.partial(pipelined, each)
        for each in runs.values():
            each()
        results = turns(2 if quick else 8, runs)
    beside("small file, 50 connections, CPU per request", results, "culvert", "nginx", 1, "files-small")
    beside("the same, 16 requests in flight on each", results, "culvert, 16 in flight", "nginx, 16 in flight", 0,
           "files-small")
    beside("the same, one in flight, with an access log", results, "culvert, access log", "nginx, access log", 0,
           "files-small")


def churn(quick):
    with site() as root, started(culvert(root), nginx(root), nginx(root, "deferred"), asyncio(root)) as running:
        # The kernel counts CPU time in steps of 10 ms, so that a fast server needs more requests to be seen.
        runs = {each.name: functools.partial(ab, each, "/index.html", 2000 if each.name == "asyncio" else 20_000, 50,
                                             mode="churn") for each in running}
        for each in runs.values():
            each()
        results = turns(2 if quick else 8, runs)
    beside("small file, a connection for each request", results, "culvert", "nginx", 1.3, "files-churn")
    beside("the same, nginx accepts deferred too", results, "culvert", "nginx deferred", 0, "files-churn")
    beside("the same, beside asyncio", results, "culvert", "asyncio", 0, "files-churn")


def download(server):
    return subprocess.Popen(
        ["curl", "-s", "-o", "/dev/null", "-w", "%{http_code} %{size_download} %{time_total}",
         f"http://{servers.HOST}:{server.port}/large.bin"], stdout=subprocess.PIPE, text=True)


def seconds_of(process):
    status, size, seconds = process.communicate(timeout=120)[0].split()
    if (status, int(size)) != ("200", GIB):
        raise SystemExit(f"run: a download ended with {status} after {size} bytes")
    return float(seconds)


def alone(server):
    before = servers.cpu_us(server)
    figures = {"seconds": seconds_of(download(server)), "requests": 1}
    figures["server_cpu_us"] = servers.cpu_us(server) - before
    figures["rss_kb"] = servers.memory_kb(server, "VmRSS")
    note(server, "large", figures)
    return figures


def meanwhile(server):
    """What small requests wait, one after another on one connection, while two downloads run."""
    connection = http.client.HTTPConnection(servers.HOST, server.port, timeout=30)
    waits = []
    downloads = [download(server) for _ in range(2)]
    while any(each.poll() is None for each in downloads):
        began = time.monotonic()
        connection.request("GET", "/index.html")
        connection.getresponse().read()
        waits.append((time.monotonic() - began) * 1000)
        time.sleep(0.002)
    connection.close()
    for each in downloads:
        seconds_of(each)
    waits.sort()
    figures = {"p50": waits[len(waits) // 2], "p99": waits[len(waits) * 99 // 100], "max": waits[-1],
               "requests": len(waits)}
    note(server, "large-meanwhile", figures)
    return figures


def large(quick):
    with site(large=True) as root, started(culvert(root), nginx(root)) as running:
        ours = running[0]
        before = servers.memory_kb(ours, "VmRSS") / 1024
        for each in running:
            alone(each)
        results = turns(3 if quick else 10, {each.name: functools.partial(alone, each) for each in running})
        waits = turns(2 if quick else 6, {each.name: functools.partial(meanwhile, each) for each in running})
        after, most = (servers.memory_kb(ours, what) / 1024 for what in ("VmRSS", "VmHWM"))
    rates = {name: [1 / each["seconds"] for each in figures] for name, figures in results.items()}
    ratio = middle(rates["culvert"]) / middle(rates["nginx"])
    figure = "; ".join(
        f"{name} {spread(rates[name])} GiB/s, {spread([each / 1e6 for each in cost(figures)])} s CPU"
        for name, figures in results.items())
    row("file of 1 GiB", f"{figure}; {ratio:.2f} ×", "≥ 0.95 × nginx", ratio >= 0.95, "files-large")
    row("memory of the server meanwhile", f"{before:.1f} MB before, {after:.1f} MB after, {most:.1f} MB at most",
        "constant", most - before <= 16, "files-large")
    p99 = {name: [each["p99"] for each in figures] for name, figures in waits.items()}
    figure = "; ".join(f"{name} p99 {spread(p99[name])} ms, at most {max(each['max'] for each in figures):.1f} ms"
                       for name, figures in waits.items())
    row("small requests during two such downloads", figure, "p99 < 50 ms", max(p99["culvert"]) < 50, "files-large")


def article(quick):
    commands = [(requests, connections, options) for requests, connections in ((500, 50), (2000, 200), (2000, 1000))
                for options in ((), ("-k",))]
    results = {(name, command): [] for name in ("culvert", "asyncio") for command in commands}

    def all_of(make):
        with started(make) as (server,):
            for command in commands:
                requests, connections, options = command
                results[server.name, command].append(ab(server, "/index.html", requests, connections, *options))
        return {}

    with site() as root:
        turns(2 if quick else 20, {"culvert": functools.partial(all_of, culvert(root)),
                                   "asyncio": functools.partial(all_of, asyncio(root))})
    for command in commands:
        ours, theirs = ([each["requests"] / each["seconds"] for each in results[name, command]]
                        for name in ("culvert", "asyncio"))
        failed = {name: sum(each["failed"] for each in results[name, command]) for name in ("culvert", "asyncio")}
        requests, connections, options = command
        row(f"`{' '.join(['ab', *options, '-n', str(requests), '-c', str(connections)])}`",
            f"culvert {spread(ours, 0)} req/s, {failed['culvert']} failed in {len(ours)} runs; "
            f"asyncio {spread(theirs, 0)} req/s, {failed['asyncio']} failed",
            f"0 failed, > {ARTICLE} req/s, > asyncio",
            failed["culvert"] == 0 and min(ours) > ARTICLE and middle(ours) > middle(theirs), "files-ab")


COMPARISONS = {"files-small": small, "files-churn": churn, "files-large": large, "files-ab": article}
