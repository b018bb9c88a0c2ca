"""The comparisons of gateways: bench/compare/run gateway-small gateway-bulk gateway-idle."""

import contextlib
import functools
import time

import servers
from measuring import generate, middle, row, spread, started, turns

GIB = 1 << 30
# The default of 4 KiB is what nginx takes at a time from a connection that was upgraded.
LARGE_BUFFERS = "proxy_buffer_size 64k; proxy_buffers 8 64k; proxy_busy_buffers_size 128k;"
SIZES = {"64 KiB": 64 << 10, "1 MiB": 1 << 20}


@contextlib.contextmanager
def gateways(tuned=False):
    """Culvert and nginx in front of the same back end, and nginx with large buffers when asked for."""
    def nginx(folder, options=""):
        server = servers.Proxy(folder / "nginx", back_end.port, options)
        server.name = "nginx, 64 KiB buffers" if options else "nginx"
        return server

    def culvert(folder):
        return servers.Culvert(folder / "culvert", "--pipe", f"/bench=ws://{servers.HOST}:{back_end.port}")

    with started(servers.BackEnd) as (back_end,):
        # The folder of the back end stays: it is the first.
        first = contextlib.nullcontext() if not tuned else started(
            lambda folder: nginx(folder.with_name("tuned"), LARGE_BUFFERS))
        with first as further, started(lambda folder: culvert(folder.with_name("ours")),
                                       lambda folder: nginx(folder.with_name("theirs"))) as running:
            yield [*running, *(further or [])]


def relay(server, mode, *options):
    return generate(server, "relay", mode, *options)


def small(quick):
    count, seconds = (4, 1) if quick else (14, 2)
    for in_flight in (1, 8):
        with gateways() as running:
            for each in [*running] * (1 if quick else 4):
                relay(each, "echo", "--connections", 64, "--in-flight", in_flight, "--seconds", 2)
            results = turns(count, {each.name: functools.partial(
                relay, each, "echo", "--connections", 64, "--in-flight", in_flight, "--seconds", seconds)
                for each in running})
        # An echo passes twice.
        cost = {name: [each["server_cpu_us"] / each["echoes"] / 2 for each in figures]
                for name, figures in results.items()}
        said = [f"{name} {spread(cost[name])} µs, "
                f"{spread([2 * each['echoes'] / each['seconds'] for each in figures], 0)} messages/s, "
                f"round trip p99 {spread([each['p99_us'] / 1000 for each in figures], 1)} ms"
                for name, figures in results.items()]
        ratio = middle(cost["culvert"]) / middle(cost["nginx"])
        row(f"128 B messages through a gateway, 64 connections, {in_flight} in flight each, CPU per message",
            f"{'; '.join(said)}; {ratio:.2f} × nginx", "≤ 1.1 × nginx", ratio <= 1.1, "gateway-small")


def bulk(quick):
    count, seconds = (2, 1) if quick else (6, 1.5)
    for mode, direction in (("up", "to the back end"), ("down", "from the back end")):
        for name, size in SIZES.items():
            with gateways(tuned=True) as running:
                results = turns(count, {each.name: functools.partial(
                    relay, each, mode, "--size", size, "--seconds", seconds) for each in running})
            rates = {each: [figure["bytes"] / GIB / figure["seconds"] for figure in figures]
                     for each, figures in results.items()}
            said = [f"{each} {spread(rates[each])} GiB/s, "
                    f"{spread([figure['server_cpu_us'] * GIB / figure['bytes'] / 1e6 for figure in figures])} "
                    f"s CPU per GiB" for each, figures in results.items()]
            ratio = middle(rates["culvert"]) / middle(rates["nginx"])
            row(f"messages of {name} {direction}, one connection", f"{'; '.join(said)}; {ratio:.2f} × nginx",
                "≥ 0.9 × nginx", ratio >= 0.9, "gateway-bulk")


def idle(quick):
    connections, seconds = (500, 2) if quick else (2000, 10)
    sizes = {"culvert": [], "nginx": []}
    for _ in range(1 if quick else 2):
        with gateways() as running:
            for each in running:
                # The first connection costs what is made once.
                relay(each, "idle", "--connections", 1, "--seconds", 0.1)
                time.sleep(1)
                figures = relay(each, "idle", "--connections", connections, "--seconds", seconds)
                if figures:
                    sizes[each.name].append((figures["rss_after_kb"] - figures["rss_empty_kb"]) / connections)
    ratio = middle(sizes["culvert"]) / middle(sizes["nginx"])
    figure = "; ".join(f"{name} {spread(each, 1)} KB" for name, each in sizes.items())
    print(f"| {connections:,} idle pairs, RSS each | {figure}; {ratio:.2f} × nginx | – | – "
          f"| `bench/compare/run gateway-idle` |", flush=True)


COMPARISONS = {"gateway-small": small, "gateway-bulk": bulk, "gateway-idle": idle}
