"""Durable publishing of one node and of two on one PostgreSQL, each node held to the same share of a processor."""

import contextlib
import json
import os
import pathlib
import shutil
import subprocess
import time

import servers
from measuring import TOOLS, WORK, middle, note, row, spread

# What each node may use of one core. PostgreSQL and the load have the rest, so that the nodes are what is compared.
SHARE = 0.25
ROOMS = 8
PUBLISHERS = 4


class Postgres(servers.Server):
    """A private PostgreSQL with its defaults, a sync for each commit too."""

    name = "postgresql"

    def start(self):
        programs = max(pathlib.Path("/usr/lib/postgresql").glob("*/bin"))
        as_user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.geteuid() == 0 else []
        data = self.folder / "pg"
        shutil.rmtree(data, ignore_errors=True)
        data.mkdir(parents=True)
        if as_user:
            shutil.chown(data, "postgres", "postgres")
            for each in [data, *data.parents]:
                if each != pathlib.Path("/"):
                    each.chmod(each.stat().st_mode | 0o055)
        subprocess.run([*as_user, programs / "initdb", "-D", data, "-U", "culvert", "-A", "trust", "-E", "UTF8",
                        "--locale=C"], check=True, stdout=subprocess.DEVNULL, cwd="/")
        self.spawn([*as_user, programs / "postgres", "-D", data, "-h", servers.HOST, "-p", self.port, "-k", data],
                   cwd="/")
        self.wait_until_said(b"ready to accept connections")
        self.database = 0

    def new_database(self):
        self.database += 1
        name = f"bench{self.database}"
        subprocess.run(["psql", "-h", servers.HOST, "-p", str(self.port), "-U", "culvert", "-d", "postgres", "-qc",
                        f"create database {name}"], check=True)
        return f"Host={servers.HOST};Port={self.port};Username=culvert;Database={name}"

    def pids(self):
        """The postmaster and the processes of its connections."""
        own = self.process.pid
        children = pathlib.Path(f"/proc/{own}/task/{own}/children").read_text().split()
        return ",".join([str(own), *children])


@contextlib.contextmanager
def held(server, name):
    """A control group in which the process gets its share of one core and no more."""
    group = pathlib.Path("/sys/fs/cgroup/cpu") / f"culvert-{os.getpid()}-{name}"
    if not group.parent.exists():
        raise SystemExit("run: this comparison needs control groups (version 1, cpu)")
    group.mkdir()
    try:
        (group / "cpu.cfs_period_us").write_text("20000")
        (group / "cpu.cfs_quota_us").write_text(str(int(20000 * SHARE)))
        (group / "cgroup.procs").write_text(str(server.process.pid))
        yield
    finally:
        server.stop()
        for _ in range(100):
            with contextlib.suppress(OSError):
                group.rmdir()
                break
            time.sleep(0.05)


def publish(nodes, postgres, seconds):
    """All nodes at once, each on rooms of its own; what came of it in all."""
    before = [servers.cpu_us(each) for each in [*nodes, postgres]]
    began = time.monotonic()
    running = []
    for number, node in enumerate(nodes):
        for room in range(ROOMS):
            name = f"room-{number}-{room}"
            request = node.file(name, node.publish_request(name, servers.MARK.ljust(128, "x")))
            running.append(subprocess.Popen(
                [str(each) for each in (TOOLS / "load", "publish", "--port", node.port, "--pids", node.pids(),
                                        "--publishers", PUBLISHERS, "--seconds", seconds, "--request", request)],
                stdout=subprocess.PIPE, text=True))
    figures = [json.loads(each.communicate(timeout=seconds + 60)[0]) for each in running]
    took = time.monotonic() - began
    cost = [(after - old) for after, old in zip((servers.cpu_us(each) for each in [*nodes, postgres]), before)]
    acks = sum(each["acks"] for each in figures)
    result = {
        "acks": acks, "rate": acks / seconds, "p99_ms": max(each["ack_p99_us"] for each in figures) / 1000,
        "node_us": sum(cost[:-1]) / acks, "postgres_us": cost[-1] / acks, "seconds": took, "nodes": len(nodes)}
    note(postgres, "scale-publish", result)
    return result


def compiling_us(node):
    """What the thread took that compiles a second and a third time what is used most."""
    ticks = 0
    for task in pathlib.Path(f"/proc/{node.process.pid}/task").iterdir():
        with contextlib.suppress(OSError):
            name, _, fields = (task / "stat").read_text().partition(") ")
            if "Tiered" in name:
                ticks += sum(int(each) for each in fields.split()[11:13])
    return ticks * 1e6 / os.sysconf("SC_CLK_TCK")


def warm_up(nodes, postgres):
    """Until the compiler is done with what is used most: it takes as much as all the rest for half a minute."""
    for _ in range(8):
        before = sum(compiling_us(each) for each in nodes)
        result = publish(nodes, postgres, 6)
        if sum(compiling_us(each) for each in nodes) - before < 0.05 * result["node_us"] * result["acks"]:
            return


def measure(postgres, count, seconds):
    store = {"CULVERT_STORE": postgres.new_database()}
    nodes = []
    with contextlib.ExitStack() as stack:
        for number in range(count):
            folder = WORK / "servers" / f"node-{number}"
            shutil.rmtree(folder, ignore_errors=True)
            node = servers.Culvert(folder, environment={**store, "CULVERT_NODE": f"node-{number}"})
            node.name = f"node {number}"
            stack.callback(node.stop)
            node.start(TOOLS)
            for room in range(ROOMS):
                node.create(f"room-{number}-{room}")
            nodes.append(node)
        warm_up(nodes, postgres)
        for number, node in enumerate(nodes):
            stack.enter_context(held(node, number))
        return publish(nodes, postgres, seconds)


def scale_publish(quick):
    count, seconds = (2, 4) if quick else (5, 8)
    postgres = Postgres(WORK / "servers" / "postgresql")
    postgres.start()
    results = {1: [], 2: []}
    try:
        for turn in range(count):
            for nodes in (1, 2) if turn % 2 == 0 else (2, 1):
                results[nodes].append(measure(postgres, nodes, seconds))
    finally:
        postgres.stop()
    figures = {nodes: "; ".join([
        f"{spread([each['rate'] for each in all_], 0)} acks/s", f"p99 {spread([each['p99_ms'] for each in all_], 1)} ms",
        f"{spread([each['node_us'] for each in all_], 1)} µs CPU of the nodes and "
        f"{spread([each['postgres_us'] for each in all_], 1)} µs of PostgreSQL each"]) for nodes, all_ in results.items()}
    ratio = middle([each["rate"] for each in results[2]]) / middle([each["rate"] for each in results[1]])
    row(f"durable publish over {ROOMS} rooms a node, each node held to {SHARE:.0%} of a core",
        f"one node {figures[1]}; two nodes {figures[2]}; {ratio:.2f} ×", "≥ 1.6 × one node", ratio >= 1.6,
        "scale-publish")


COMPARISONS = {"scale-publish": scale_publish}
