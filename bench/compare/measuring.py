"""What the comparisons share: load generators, turns, and the rows they print."""

import contextlib
import json
import os
import shutil
import statistics
import subprocess
import sys
import time

import servers

WORK = servers.TOP / "artifacts" / "compare"
TOOLS = WORK / "tools"


def load(server, mode, *options, limit=120):
    """Runs the load generator against a server and returns what it measured."""
    return generate(server, "load", mode, "--limit", limit, *options, limit=limit)


def generate(server, generator, mode, *options, limit=120):
    """Runs one of the load generators, which prints what it measured."""
    command = [TOOLS / generator, mode, "--port", server.port, "--pids", server.pids(), *options]
    done = subprocess.run([str(each) for each in command], capture_output=True, text=True, timeout=limit + 60)
    if done.stderr:
        print(f"  {server.name}: {done.stderr.strip()}", file=sys.stderr)
    if done.returncode != 0:
        return None
    figures = json.loads(done.stdout)
    note(server, mode, figures)
    return figures


def note(server, mode, figures):
    """Keeps everything that was measured, one JSON object a line."""
    with open(WORK / "measured.jsonl", "a") as file:
        line = {"at": time.strftime("%FT%TZ", time.gmtime()), "server": server.name, "load": os.getloadavg()[0]}
        file.write(json.dumps({**line, "mode": mode, **figures}) + "\n")


@contextlib.contextmanager
def started(*kinds):
    running = []
    try:
        for kind in kinds:
            folder = WORK / "servers" / str(len(running))
            shutil.rmtree(folder, ignore_errors=True)
            server = kind(folder)
            running.append(server)
            server.start(TOOLS)
        yield running
    finally:
        for server in running:
            server.stop()


def turns(count, runs):
    """Runs each of the named measurements once per turn, so that a noisy moment meets all of them: A B, B A, A B."""
    results = {name: [] for name in runs}
    for turn in range(count):
        for name, run in list(runs.items())[::-1 if turn % 2 else 1]:
            if (figures := run()) is not None:
                results[name].append(figures)
        print(f"  turn {turn + 1} of {count}, load {os.getloadavg()[0]:.1f}", file=sys.stderr)
    return results


def spread(values, digits=2):
    if not values:
        return "not measured"
    low, middle, high = min(values), statistics.median(values), max(values)
    return f"{middle:,.{digits}f} ({low:,.{digits}f}–{high:,.{digits}f})"


def middle(values):
    return statistics.median(values) if values else float("nan")


def row(what, figure, bar, met, name):
    verdict = "met" if met else "short"
    print(f"| {what} | {figure} | {bar} | {verdict} | `bench/compare/run {name}` |", flush=True)


WRK = """
done = function(summary, latency, requests)
    local errors = summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.timeout
    io.write(string.format("RESULT %d %f %f %d\\n", summary.requests, summary.duration / 1e6,
        latency:percentile(99), errors))
end
"""


def wrk(server, path, script="", *, connections, seconds, mode="wrk"):
    """Runs wrk with a script in Lua, and returns what it and the server made of it."""
    before = servers.cpu_us(server)
    done = subprocess.run(
        ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "-s", server.file("script.lua", script + WRK),
         f"http://{servers.HOST}:{server.port}{path}"], capture_output=True, text=True, timeout=seconds + 60)
    used = servers.cpu_us(server) - before
    found = [line.split()[1:] for line in done.stdout.splitlines() if line.startswith("RESULT")]
    if not found:
        print(f"  wrk: {done.stderr or done.stdout}", file=sys.stderr)
        return None
    requests, duration, p99, errors = map(float, found[0])
    figures = {"requests": requests, "seconds": duration, "server_cpu_us": used, "p99_us": p99, "errors": errors}
    note(server, mode, figures)
    return figures


def ab(server, path, requests, connections, *options, mode="ab"):
    """Runs ab, which speaks HTTP/1.0 and makes a connection for each request unless told -k."""
    table = server.folder / "ab.csv"
    table.unlink(missing_ok=True)
    before = servers.cpu_us(server)
    done = subprocess.run(
        ["ab", "-q", "-n", str(requests), "-c", str(connections), "-e", str(table), *options,
         f"http://{servers.HOST}:{server.port}{path}"], capture_output=True, text=True, timeout=300)
    used = servers.cpu_us(server) - before
    said = {key.strip(): value.split() for key, _, value in (line.partition(":") for line in done.stdout.splitlines())}
    if done.returncode != 0 or "Complete requests" not in said:
        print(f"  {server.name}: ab: {(done.stderr or done.stdout).strip()[-300:]}", file=sys.stderr)
        complete, failed, seconds, p99 = 0, requests, float("nan"), float("nan")
    else:
        complete = int(said["Complete requests"][0])
        wrong = int(said.get("Non-2xx responses", ["0"])[0])
        failed = requests - complete + int(said["Failed requests"][0]) + wrong
        seconds = float(said["Time taken for tests"][0])
        p99 = 1000 * float(dict(line.split(",") for line in table.read_text().splitlines()[1:])["99"])
    figures = {"requests": complete, "failed": failed, "seconds": seconds, "server_cpu_us": used, "p99_us": p99,
               "connections": connections, "options": options}
    note(server, mode, figures)
    return figures
