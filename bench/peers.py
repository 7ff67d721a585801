"""The proxies that are compared. A class for each: it writes a configuration, starts the program pinned to its cores,
waits until a request has come back through it, and ends it.

All have the same certificate, the same upstream behind kept connections, TLS 1.2 and 1.3, HTTP/1.1 and HTTP/2, and a
log of all requests in a file. What is set beyond that favours the peer: see README.md.
"""

import contextlib
import io
import os
import pathlib
import pwd
import re
import signal
import subprocess

import accounting
import harness

BODY_1K, BODY_1M = 1024, 1024 * 1024
# More connections than any scenario opens.
CONNECTIONS = 4096
# A list of a million ranges takes a while to load.
START_SECONDS = 120


def run_text(*command):
    """What a program says of itself, on whichever stream."""
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return done.stdout + done.stderr


def version_in(pattern, *command):
    return re.search(pattern, run_text(*command)).group(1)


class Process:
    """A program in a folder of its own, on these cores."""

    def __init__(self, folder, cores):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.cores = cores
        self.said = self.folder / "said.log"
        self.process = None

    def launch(self, command, environment=None):
        with open(self.said, "ab") as said, accounting.pinned_to(self.cores):
            self.process = subprocess.Popen([str(word) for word in command], stdout=said, stderr=said,
                                            stdin=subprocess.DEVNULL, cwd=self.folder,
                                            env={**os.environ, **(environment or {})})

    def end(self):
        if self.process is None:
            return
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = None

    def must_run(self):
        if self.process.poll() is not None:
            raise RuntimeError(f"{self.folder.name} ended with {self.process.returncode}:\n"
                               f"{self.said.read_text()[-3000:]}")


class Upstream(Process):
    """The application behind all of them: nginx with answers from memory. Its time is nobody's."""

    def __init__(self, folder, cores, workers=1):
        super().__init__(folder, cores)
        self.workers = workers
        self.port = harness.free_port()

    def __enter__(self):
        (self.folder / "1m").write_bytes(b"b" * BODY_1M)
        configuration = self.folder / "upstream.conf"
        configuration.write_text(f"""
{nginx_head(self.folder, self.workers)}
http {{
  access_log off;
  default_type application/octet-stream;
  keepalive_timeout 1h;
  keepalive_requests 1000000000;
  sendfile on;
  open_file_cache max=16;
  {nginx_folders(self.folder)}
  server {{
    listen 127.0.0.1:{self.port} reuseport backlog=4096;
    location = /1k {{ return 200 "{'a' * BODY_1K}"; }}
    location = /1m {{ root {self.folder}; }}
    location = /auth {{ return 204; }}
  }}
}}
""")
        self.launch(["nginx", "-p", self.folder, "-c", configuration])

        def answers():
            self.must_run()
            with contextlib.suppress(OSError), harness.socket.create_connection(("127.0.0.1", self.port), 1):
                return True
        harness.wait_until(answers, 10, "the upstream")
        return self

    def __exit__(self, *_):
        self.end()


class Peer:
    """What all have in common; `name` is what --peer takes."""

    name = label = package = ""
    # The door's own ways to talk to it, which ask for nothing but these attributes.
    address = "127.0.0.1"
    request, get = harness.Door.request, harness.Door.get

    def __init__(self, folder, certificates, upstream_port, cores=frozenset({0}), workers=1, blocklist=None):
        self.folder = pathlib.Path(folder)
        self.certificates, self.upstream_port = certificates, upstream_port
        self.cores, self.workers, self.blocklist = cores, workers, blocklist
        self.port = None
        self.program = Process(self.folder, cores)
        self._contexts = {}

    def raw(self, alpn=("http/1.1",), **connection):
        context = self._contexts.setdefault(alpn, self.certificates.client_context(alpn))
        return harness.Door.raw(self, alpn=alpn, context=context, **connection)

    def __enter__(self):
        self.port = harness.free_port()
        self.start()
        return self

    def __exit__(self, *_):
        self.program.end()

    def start(self):
        self.launch()

        def answers():
            self.program.must_run()
            try:
                return self.get("/1k").status == 200
            except (OSError, harness.BrokenOff):
                return False
        harness.wait_until(answers, START_SECONDS, self.label)

    def launch(self):
        raise NotImplementedError

    def pids(self):
        return accounting.family(self.program.process.pid)

    @classmethod
    def executable(cls):
        """The name of its program's file."""
        return cls.package

    def log_file(self):
        """Where its lines of requests are."""
        return self.folder / "access.log"


class Belfry(Peer):
    """With every guard in force; the limits are raised to what one address needs that asks for everybody. The drills
    come every five minutes and are no part of a request, so they are off."""

    name, label = "belfry", "Belfry"

    @staticmethod
    def version():
        return run_text(harness.BINARY, "--version").split()[-1]

    @classmethod
    def executable(cls):
        return pathlib.Path(harness.BINARY).name

    def start(self):
        sections = {"site": {"workers": self.workers}, "limit": {"connections": 65536}, "drill": {"enabled": False}}
        if self.blocklist:
            sections["blocklist"] = {"files": [str(self.blocklist.cidrs)]}
        self.door = harness.Door(self.folder, self.certificates, self.upstream_port, sections)
        with accounting.pinned_to(self.cores):
            self.door.start()
        self.port = self.door.port

    def __exit__(self, *_):
        with contextlib.redirect_stdout(io.StringIO()):
            self.door.stop()

    def pids(self):
        return accounting.family(self.door.process.pid)

    def log_file(self):
        return self.door.data / "requests.log"


def nginx_head(folder, workers):
    return f"""
user {pwd.getpwuid(os.getuid()).pw_name};
daemon off;
worker_processes {workers};
worker_rlimit_nofile {CONNECTIONS * 2};
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections {CONNECTIONS}; }}
"""


def nginx_folders(folder):
    return " ".join(f"{kind}_temp_path {folder}/{kind};"
                    for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))


class Nginx(Peer):
    """A plain TLS reverse proxy: no rule, no limit, no header of its own but the usual forwarding ones."""

    name, label, package = "nginx", "nginx", "nginx"
    guard = "location / { proxy_pass http://app; }"

    @staticmethod
    def version():
        return version_in(r"nginx/(\S+)", "nginx", "-v")

    def launch(self):
        # Ranges and not CIDRs: the smaller and quicker of nginx's two forms of a list.
        blocked = f"geo $blocked {{ ranges; default 0; include {self.blocklist.ranges}; }}" if self.blocklist else ""
        refuse = "if ($blocked) { return 444; }" if self.blocklist else ""
        configuration = self.folder / "nginx.conf"
        configuration.write_text(f"""
{nginx_head(self.folder, self.workers)}
http {{
  access_log {self.log_file()} combined buffer=64k flush=1s;
  keepalive_timeout 10m;
  keepalive_requests 1000000000;
  {nginx_folders(self.folder)}
  proxy_max_temp_file_size 0;
  {blocked}
  upstream app {{
    server 127.0.0.1:{self.upstream_port};
    keepalive 256;
    keepalive_requests 1000000000;
    keepalive_timeout 1h;
  }}
  server {{
    listen 127.0.0.1:{self.port} ssl http2 backlog=4096{' reuseport' if self.workers > 1 else ''};
    server_name {harness.APP};
    ssl_certificate {self.certificates.certificate};
    ssl_certificate_key {self.certificates.key};
    ssl_protocols TLSv1.2 TLSv1.3;
    proxy_http_version 1.1;
    proxy_set_header Connection "";
    proxy_set_header Host $host;
    proxy_set_header X-Forwarded-For $remote_addr;
    proxy_set_header X-Forwarded-Proto https;
    {refuse}
    {self.guard}
  }}
}}
""")
        self.program.launch(["nginx", "-p", self.folder, "-c", configuration])


class NginxAuth(Nginx):
    """Asks another service about every request, as one does to put sign-in before an application."""

    name, label = "nginx-auth", "nginx + auth_request"
    guard = """location / { auth_request /auth; proxy_pass http://app; }
    location = /auth {
      internal;
      proxy_pass http://app;
      proxy_pass_request_body off;
      proxy_set_header Content-Length "";
      proxy_set_header X-Original-URI $request_uri;
    }"""


class HAProxy(Peer):
    name, label, package = "haproxy", "HAProxy", "haproxy"

    @staticmethod
    def version():
        return version_in(r"version (\S+)", "haproxy", "-v")

    def launch(self):
        chain = self.folder / "both.pem"
        chain.write_text(self.certificates.certificate.read_text() + self.certificates.key.read_text())
        reject = f"tcp-request connection reject if {{ src -f {self.blocklist.cidrs} }}" if self.blocklist else ""
        configuration = self.folder / "haproxy.cfg"
        configuration.write_text(f"""
global
  nbthread {self.workers}
  maxconn {CONNECTIONS}
  ssl-default-bind-options ssl-min-ver TLSv1.2
  log stdout format raw local0
defaults
  mode http
  log global
  option httplog
  timeout connect 5s
  timeout client 10m
  timeout server 10m
  timeout http-keep-alive 10m
frontend door
  bind 127.0.0.1:{self.port} ssl crt {chain} alpn h2,http/1.1 backlog 4096
  {reject}
  option forwardfor
  http-request set-header X-Forwarded-Proto https
  default_backend app
backend app
  http-reuse always
  server app 127.0.0.1:{self.upstream_port} pool-max-conn 256
""")
        self.program.launch(["haproxy", "-db", "-f", configuration])

    def log_file(self):
        # It writes to no file by itself; its standard output is one.
        return self.program.said


class Caddy(Peer):
    name, label, package = "caddy", "Caddy", "caddy"
    guard = ""

    @staticmethod
    def version():
        return run_text("caddy", "version").split()[0].removeprefix("v")

    def launch(self):
        configuration = self.folder / "Caddyfile"
        transport = "transport http {\n      keepalive 1h\n      keepalive_idle_conns 256\n      " \
                    "keepalive_idle_conns_per_host 256\n    }"
        configuration.write_text(f"""{{
  admin off
  auto_https off
  servers {{
    protocols h1 h2
  }}
}}
https://{harness.APP}:{self.port} {{
  bind 127.0.0.1
  tls {self.certificates.certificate} {self.certificates.key}
  log {{
    output file {self.log_file()} {{
      roll_disabled
    }}
  }}
  {self.guard.format(upstream=self.upstream_port)}
  reverse_proxy 127.0.0.1:{self.upstream_port} {{
    {transport}
  }}
}}
""")
        self.program.launch(["caddy", "run", "--adapter", "caddyfile", "--config", configuration],
                            {"HOME": str(self.folder), "XDG_DATA_HOME": str(self.folder),
                             "XDG_CONFIG_HOME": str(self.folder), "GOMAXPROCS": str(self.workers)})


class CaddyAuth(Caddy):
    name, label = "caddy-auth", "Caddy + forward_auth"
    guard = """forward_auth 127.0.0.1:{upstream} {{
    uri /auth
    transport http {{
      keepalive 1h
      keepalive_idle_conns 256
      keepalive_idle_conns_per_host 256
    }}
  }}"""


ALL = {peer.name: peer for peer in (Belfry, Nginx, HAProxy, Caddy, NginxAuth, CaddyAuth)}
