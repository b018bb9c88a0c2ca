"""The comparisons of tunnels: bench/compare/run tunnel-bulk tunnel-rtt tunnel-latency."""

import functools

import servers
from measuring import generate, middle, row, spread, started, turns

GIB, MIB = 1 << 30, 1 << 20
DELAY_MS = 25
# The last is as fast as the machine. No TCP would be: the line itself answers the sender, so nothing but its copying
# holds plain TCP back there, while a stream of the tunnel has a window from end to end.
LINES = {"1 Gbit/s": 1e9 / 8 / MIB, "2.5 Gbit/s": 2.5e9 / 8 / MIB, "no limit": 0}


class Entry(servers.Server):
    """Something that passes what comes to its port on to the target, where the load generator listens."""

    def start(self, tools):
        self.tools = tools
        self.target = servers.free_port()

    def measure(self, mode, *options):
        return generate(self, "wire", mode, "--target", self.target, *options)


class Plain(Entry):
    name = "plain TCP"

    def start(self, tools):
        super().start(tools)
        self.port = self.target

    def pids(self):
        return ""


class Line(Entry):
    """Plain TCP over a line with a delay. `to` is another server's port, when it stands in front of that."""
    name = "plain TCP"

    def __init__(self, folder, rate, to=None):
        super().__init__(folder)
        self.rate, self.to = rate, to

    def start(self, tools):
        super().start(tools)
        self.spawn([tools / "delay", self.port, self.to or self.target, DELAY_MS, self.rate])

    def pids(self):
        return ""


class Socat(Entry):
    name = "socat"
    block = 8192

    def measure(self, mode, *options):
        # It takes one connection and ends with it; a child for each would not be seen in time.
        self.spawn(["socat", "-b", self.block, f"TCP-LISTEN:{self.port},bind={servers.HOST},reuseaddr,nodelay",
                    f"TCP:{servers.HOST}:{self.target},nodelay"])
        try:
            return super().measure(mode, *options)
        finally:
            self.stop()


class LargeSocat(Socat):
    name = "socat, 64 KiB blocks"
    block = 65536


class Tunnel(Entry):
    """culvert serve, and culvert tunnel -L in front of it; a line between the two when asked for."""
    name = "culvert"

    def __init__(self, folder, rate=None):
        super().__init__(folder)
        self.rate = rate
        self.line = self.server = None

    def start(self, tools):
        super().start(tools)
        self.server = servers.Culvert(self.folder / "server", environment={
            "CULVERT__TUNNELS__ALLOW": f"name:*,{servers.HOST}:*"})
        self.server.start(tools)
        port = self.server.port
        if self.rate is not None:
            self.line = Line(self.folder / "line", self.rate, port)
            self.line.start(tools)
            port = self.line.port
        self.spawn([tools / "culvert" / "culvert", "tunnel", f"http://{servers.HOST}:{port}", "--token",
                    self.server.token, "-L", f"{servers.HOST}:{self.port}:{servers.HOST}:{self.target}"])
        # A connection to see whether it listens would be one to the target.
        self.wait_until_said(b"forwarding ")

    def pids(self):
        return f"{self.server.process.pid},{self.process.pid}"

    def stop(self):
        for each in (super(), self.line, self.server):
            if each is not None:
                each.stop()


def said(figures):
    rates = [each["bytes"] / MIB / each["seconds"] for each in figures]
    cost = [each["server_cpu_us"] * GIB / each["bytes"] / 1e6 for each in figures]
    return rates, f"{spread(rates, 0)} MiB/s, {spread(cost)} s CPU per GiB"


def bulk(quick):
    count, seconds = (2, 1) if quick else (7, 2)
    for mode, direction in (("up", "to the target"), ("down", "from the target")):
        with started(Tunnel, Socat, LargeSocat) as running:
            results = turns(count, {each.name: functools.partial(
                each.measure, mode, "--seconds", seconds, "--skip", 0.5) for each in running})
        rates = {name: said(figures)[0] for name, figures in results.items()}
        text = "; ".join(f"{name} {said(figures)[1]}" for name, figures in results.items())
        ratio = middle(rates["culvert"]) / middle(rates["socat"])
        row(f"bytes of one connection {direction}", f"{text}; {ratio:.2f} × socat", "≥ 0.5 × socat", ratio >= 0.5,
            "tunnel-bulk")


def rtt(quick):
    count, seconds = (2, 2) if quick else (3, 4)
    for line, rate in LINES.items():
        for mode, direction in (("up", "to the target"), ("down", "from the target")):
            with started(functools.partial(Tunnel, rate=rate), functools.partial(Line, rate=rate)) as running:
                results = turns(count, {each.name: functools.partial(
                    each.measure, mode, "--seconds", seconds, "--skip", 3) for each in running})
            rates = {name: said(figures)[0] for name, figures in results.items()}
            ratio = middle(rates["culvert"]) / middle(rates["plain TCP"])
            row(f"the same {direction} over {2 * DELAY_MS} ms, {line}",
                f"culvert {said(results['culvert'])[1]}; plain TCP {spread(rates['plain TCP'], 0)} MiB/s; "
                f"{ratio:.2f} × plain TCP", "≥ 0.8 × plain TCP", ratio >= 0.8, "tunnel-rtt")


def latency(quick):
    count, seconds = (2, 1) if quick else (7, 2)
    with started(Tunnel, Socat, Plain) as running:
        results = turns(count, {each.name: functools.partial(
            each.measure, "echo", "--size", 128, "--seconds", seconds, "--skip", 1) for each in running})
    text = "; ".join(f"{name} p50 {spread([each['p50_us'] for each in figures], 0)} µs, "
                     f"p99 {spread([each['p99_us'] for each in figures], 0)} µs" for name, figures in results.items())
    added = middle([each["p50_us"] for each in results["culvert"]]) - middle(
        [each["p50_us"] for each in results["plain TCP"]])
    print(f"| round trip of 128 B | {text}; the tunnel adds {added:.0f} µs | – | – | "
          f"`bench/compare/run tunnel-latency` |", flush=True)


COMPARISONS = {"tunnel-bulk": bulk, "tunnel-rtt": rtt, "tunnel-latency": latency}
