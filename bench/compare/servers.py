"""The servers that bench/compare/run puts side by side: how to start each, what to ask it, which processes it has."""

import contextlib
import http.client
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import time

HOST = "127.0.0.1"
MARK = "@" + "0" * 19
TOP = pathlib.Path(__file__).resolve().parents[2]


def user():
    """Who runs this: nginx gives its worker to another user unless it is told one."""
    return subprocess.run(["id", "-un"], capture_output=True, text=True, check=True).stdout.strip()


def free_port():
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return probe.getsockname()[1]


def wait_for(port, process, seconds=30):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if process.poll() is not None:
            raise SystemExit(f"run: a server ended at its start with code {process.returncode}")
        with contextlib.suppress(OSError), socket.create_connection((HOST, port), 1):
            return
        time.sleep(0.02)
    raise SystemExit("run: a server does not answer")


def cpu_us(server):
    ticks = 0
    for pid in server.pids().split(","):
        fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks * 1e6 / os.sysconf("SC_CLK_TCK")


def rss_kb(server):
    pages = sum(int(pathlib.Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in server.pids().split(","))
    return pages * os.sysconf("SC_PAGE_SIZE") / 1024


def memory_kb(server, what):
    """VmRSS, what is resident, or VmHWM, the most that ever was, of all processes of the server."""
    lines = [line for pid in server.pids().split(",") for line in open(f"/proc/{pid}/status")]
    return sum(int(line.split()[1]) for line in lines if line.startswith(f"{what}:"))


class Server:
    """A started server. `files` are the requests that bench/compare/load sends to it."""

    first = ready = access_log = None

    def __init__(self, folder):
        self.folder = folder
        self.folder.mkdir(parents=True, exist_ok=True)
        self.port = free_port()
        self.process = None

    def spawn(self, command, **more):
        self.log = open(self.folder / "output", "wb")
        self.process = subprocess.Popen(
            [str(each) for each in command], stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log, **more)

    def pids(self):
        """The process and its children: nginx works in a child of the process that was started."""
        own = self.process.pid
        children = pathlib.Path(f"/proc/{own}/task/{own}/children").read_text().split()
        return ",".join([str(own), *children])

    def wait_until_said(self, text):
        end = time.monotonic() + 30
        while text not in (self.folder / "output").read_bytes():
            if self.process.poll() is not None or time.monotonic() > end:
                raise SystemExit(f"run: {self.name} did not start: {(self.folder / 'output').read_text()}")
            time.sleep(0.005)

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def file(self, name, text):
        path = self.folder / name
        path.write_bytes(text.encode())
        return str(path)

    def get(self, path, *headers):
        return f"GET {path} HTTP/1.1\r\nHost: bench\r\n" + "".join(f"{each}\r\n" for each in headers) + "\r\n"

    def post(self, path, kind, body, *headers):
        lines = [f"POST {path} HTTP/1.1", "Host: bench", f"Content-Type: {kind}", f"Content-Length: {len(body)}"]
        return "\r\n".join([*lines, *headers]) + "\r\n\r\n" + body

    def upgrade_request(self, path, *headers):
        return self.get(path, "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13",
                        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", *headers)

    def subscribing(self, room="bench"):
        """Options of load for connections that follow the room."""
        options = ["--upgrade", self.file("upgrade", self.subscribe_request(room))]
        if self.first:
            options += ["--first", self.file("first", self.first(room))]
        if self.ready:
            options += ["--ready", self.ready]
        return options

    def publishing(self, size=128, room="bench"):
        """Options of load for publishers over HTTP: one message of `size` bytes a request."""
        return ["--request", self.file(f"publish-{size}", self.publish_request(room, MARK.ljust(size, "x")))]


class Bare(Server):
    name = "C loop"

    def start(self, tools):
        self.spawn([tools / "fanout", self.port])
        wait_for(self.port, self.process)

    def subscribe_request(self, room):
        return self.upgrade_request("/")

    def publish_request(self, room, text):
        return self.post("/", "text/plain", text)


NGINX = """
user {user};
load_module /usr/lib/nginx/modules/ngx_nchan_module.so;
worker_processes 1;
worker_rlimit_nofile 20000;
pid {folder}/pid;
daemon off;
error_log {folder}/error.log;
events {{ worker_connections 19000; }}
http {{
    access_log off;
    keepalive_requests 1000000000;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    client_body_buffer_size 64k;
    nchan_shared_memory_size 256M;
    server {{
        listen {host}:{port} backlog=4096;
        # In memory, and a buffer about as long as the part of a room that Culvert keeps encoded.
        nchan_message_buffer_length {length};
        nchan_message_timeout 1m;
        location ~ ^/sub/(\\w+)$ {{ nchan_subscriber websocket; nchan_channel_id $1;
            nchan_subscriber_first_message newest; }}
        location ~ ^/pub/(\\w+)$ {{ nchan_publisher http; nchan_channel_id $1; }}
    }}
}}
"""


class Nchan(Server):
    name = "nginx+nchan"

    def start(self, tools):
        text = NGINX.format(folder=self.folder, host=HOST, port=self.port, user=user(), length=100)
        self.spawn(["nginx", "-p", self.folder, "-e", self.folder / "error.log", "-c", self.file("nginx.conf", text)])
        wait_for(self.port, self.process)

    def subscribe_request(self, room):
        return self.upgrade_request(f"/sub/{room}")

    def publish_request(self, room, text):
        return self.post(f"/pub/{room}", "text/plain", text)


SITE = """
user {user};
worker_processes 1;
worker_rlimit_nofile 20000;
pid {folder}/pid;
daemon off;
error_log {folder}/error.log;
events {{ worker_connections 19000; }}
http {{
    access_log {log};
    sendfile on;
    tcp_nopush on;
    open_file_cache max=1000 inactive=60s;
    open_file_cache_valid 60s;
    keepalive_requests 1000000000;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    types {{ text/html html; }}
    default_type application/octet-stream;
    server {{ listen {host}:{port} backlog=4096 {options}; root {root}; }}
}}
"""


class Site(Server):
    """nginx as it is tuned for files. `options` are further ones of its listener."""

    name = "nginx"

    def __init__(self, folder, root, options="", log=False):
        super().__init__(folder)
        self.root = root
        self.options = options
        self.access_log = folder / "access.log" if log else None

    def start(self, tools):
        text = SITE.format(folder=self.folder, host=HOST, port=self.port, user=user(), root=self.root,
                           options=self.options, log=self.access_log or "off")
        self.spawn(["nginx", "-p", self.folder, "-e", self.folder / "error.log", "-c", self.file("nginx.conf", text)])
        wait_for(self.port, self.process)


PROXY = """
user {user};
worker_processes 1;
worker_rlimit_nofile 20000;
pid {folder}/pid;
daemon off;
error_log {folder}/error.log;
events {{ worker_connections 19000; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    server {{
        listen {host}:{port} backlog=4096;
        location / {{
            proxy_pass http://{host}:{target};
            proxy_http_version 1.1;
            proxy_set_header Upgrade $http_upgrade;
            proxy_set_header Connection upgrade;
            proxy_read_timeout 1h;
            proxy_send_timeout 1h;
            {options}
        }}
    }}
}}
"""


class Proxy(Server):
    """nginx in front of a WebSocket server on the port `target`. `options` are further ones of its location."""

    name = "nginx"

    def __init__(self, folder, target, options=""):
        super().__init__(folder)
        self.target = target
        self.options = options

    def start(self, tools):
        text = PROXY.format(folder=self.folder, host=HOST, port=self.port, user=user(), target=self.target,
                            options=self.options)
        self.spawn(["nginx", "-p", self.folder, "-e", self.folder / "error.log", "-c", self.file("nginx.conf", text)])
        wait_for(self.port, self.process)


class BackEnd(Server):
    """What is behind the gateways."""

    name = "back end"

    def start(self, tools):
        self.spawn([tools / "echo", self.port])
        wait_for(self.port, self.process)


class AsyncioSite(Server):
    name = "asyncio"

    def __init__(self, folder, root):
        super().__init__(folder)
        self.root = root

    def start(self, tools):
        self.spawn([sys.executable, TOP / "bench" / "compare" / "asyncio_site.py", self.root, self.port])
        wait_for(self.port, self.process)


class Culvert(Server):
    name = "culvert"
    ready = '"ev":"ready"'

    def __init__(self, folder, *options, environment=None):
        super().__init__(folder)
        self.options = options
        self.environment = environment or {}
        self.token = None

    def start(self, tools, room="bench"):
        data = self.folder / "data"
        command = [tools / "culvert" / "culvert", "serve", "--listen", f"http://{HOST}:{self.port}", "--data", data]
        self.spawn([*command, *self.options], env={**os.environ, **self.environment}, cwd=self.folder)
        self.wait_until_said(b"listening on")
        self.token = (data / "admin.token").read_text().strip()
        self.create(room)

    def start_to_answer(self, tools):
        """Starts with nothing prepared and returns the seconds until the first HTTP answer."""
        began = time.monotonic()
        self.spawn([tools / "culvert" / "culvert", "serve", "--listen", f"http://{HOST}:{self.port}",
                    "--data", self.folder / "data", *self.options], env={**os.environ, **self.environment})
        while time.monotonic() < began + 30:
            with contextlib.suppress(OSError):
                connection = http.client.HTTPConnection(HOST, self.port, timeout=10)
                connection.request("GET", "/healthz")
                if connection.getresponse().status == 200:
                    return time.monotonic() - began
            time.sleep(0.001)
        raise SystemExit(f"run: culvert did not start: {(self.folder / 'output').read_text()}")

    def create(self, room):
        connection = http.client.HTTPConnection(HOST, self.port, timeout=10)
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        connection.request("POST", "/v1/rooms", json.dumps({"name": room}), headers)
        answer = connection.getresponse()
        if answer.status not in (201, 409):
            raise SystemExit(f"run: room {room} was not created: {answer.status} {answer.read()[:300]}")
        connection.close()

    def authorization(self):
        return f"Authorization: Bearer {self.token}"

    def subscribe_request(self, room):
        return self.upgrade_request("/v1/ws", self.authorization())

    def first(self, room):
        return json.dumps({"id": 1, "op": "sub", "room": room})

    def publish_request(self, room, text):
        return self.post(f"/v1/rooms/{room}/messages", "text/plain", text, self.authorization())

    def batch_request(self, room, count, text):
        body = json.dumps([{"data": {"text": text}}] * count, separators=(",", ":"))
        return self.post(f"/v1/rooms/{room}/messages", "application/json", body, self.authorization())

    def command(self, room, text):
        return json.dumps({"id": 1, "op": "pub", "room": room, "data": {"text": text}}, separators=(",", ":"))

    def stream_request(self, room):
        return self.get(f"/v1/rooms/{room}/events?since=start", "Accept: application/x-ndjson", self.authorization())


def build(tools):
    """Compiles the tools and publishes the server as it is shipped: framework-dependent, ReadyToRun."""
    tools.mkdir(parents=True, exist_ok=True)
    here = TOP / "bench" / "compare"
    for target, sources in (("load", ["load.c", "peer.c", "cost.c"]), ("relay", ["relay.c", "peer.c", "cost.c"]),
                            ("wire", ["wire.c", "peer.c", "cost.c"]), ("delay", ["delay.c"]),
                            ("fanout", ["fanout.c"]), ("echo", ["echo.c"])):
        subprocess.run(["cc", "-O2", "-Wall", "-pthread", "-o", tools / target, *[here / each for each in sources]], check=True)
    shutil.rmtree(tools / "culvert", ignore_errors=True)
    log = tools / "publish.log"
    with open(log, "wb") as output:
        done = subprocess.run(
            ["dotnet", "publish", TOP / "src" / "Culvert", "-c", "Release", "-r", "linux-x64",
             "--self-contained", "false", "-p:PublishReadyToRun=true", "-o", tools / "culvert",
             "--disable-build-servers"],
            stdout=output, stderr=output, stdin=subprocess.DEVNULL)
    if done.returncode != 0:
        raise SystemExit(f"run: the server was not published; see {log}:\n" + log.read_text()[-2000:])
