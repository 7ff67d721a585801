"""A real Belfry for a test: its certificates, its configuration, its process, and ways to talk to it.

The binary is that of the environment variable BELFRY_BINARY. Everything listens on loopback, on ports that were free a
moment before; whatever a test starts it ends by its own process id.
"""

import contextlib
import http.client
import itertools
import json
import os
import pathlib
import signal
import socket
import sqlite3
import ssl
import subprocess
import time

APP = "app.test"
BELFRY = "belfry.test"
BINARY = os.environ.get("BELFRY_BINARY", "build/release/belfry")
# Slower under a sanitizer; every deadline of a test is multiplied by it.
PATIENCE = float(os.environ.get("BELFRY_TEST_PATIENCE", "1"))


def wait_until(condition, seconds=10.0, what="the condition", pause=0.02):
    """Polls until `condition` gives something true, and gives that; fails after `seconds`."""
    end = time.monotonic() + seconds * PATIENCE
    while True:
        if result := condition():
            return result
        if time.monotonic() > end:
            raise AssertionError(f"{what} did not come true within {seconds * PATIENCE:.0f} s")
        time.sleep(pause)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Certificates:
    """A CA and what it signed, made by the openssl command line."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.ca = self.folder / "ca.pem"
        self._serial = itertools.count(1)
        self._openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                      "-subj", "/CN=Belfry test CA", "-keyout", self.folder / "ca.key", "-out", self.ca,
                      "-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign")
        self.certificate, self.key = self.issue("door", [APP, BELFRY, "other.test"])

    def _openssl(self, *arguments):
        subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True, cwd=self.folder)

    def issue(self, name, hosts, key_type=("ec", "-pkeyopt", "ec_paramgen_curve:P-256"), days=2):
        """(chain, key) of a leaf for these hosts; with days below 0 it has expired."""
        key, request, leaf = (self.folder / f"{name}.{suffix}" for suffix in ("key", "csr", "pem"))
        extensions = self.folder / f"{name}.ext"
        extensions.write_text("subjectAltName=" + ",".join(f"DNS:{host}" for host in hosts) +
                              "\nextendedKeyUsage=serverAuth\nbasicConstraints=critical,CA:FALSE\n")
        self._openssl("req", "-newkey", *key_type, "-nodes", "-subj", f"/CN={hosts[0]}", "-keyout", key, "-out",
                      request)
        self._openssl("x509", "-req", "-in", request, "-CA", self.ca, "-CAkey", self.folder / "ca.key", "-days", days,
                      "-set_serial", str(1000 + next(self._serial)), "-extfile", extensions, "-out", leaf)
        return leaf, key

    def client_context(self, alpn=("http/1.1",)):
        context = ssl.create_default_context(cafile=str(self.ca))
        if alpn:
            context.set_alpn_protocols(list(alpn))
        return context


class BrokenOff(Exception):
    """The peer ended the connection inside a message; `received` is what came of it."""

    def __init__(self, received):
        super().__init__(f"broken off after {received[-200:]!r}")
        self.received = received


class Response:
    def __init__(self, version, status, phrase, fields):
        self.version, self.status, self.phrase, self.fields = version, status, phrase, fields
        self.body, self.trailers = b"", []

    def get(self, name, default=None):
        return next((value for field, value in self.fields if field == name), default)

    def all(self, name):
        return [value for field, value in self.fields if field == name]

    @property
    def id(self):
        return self.get("x-request-id")

    def json(self):
        return json.loads(self.body)

    def __repr__(self):
        return f"<{self.status} {self.fields} {self.body[:200]!r}>"


class Raw:
    """A connection as bytes, with a reader of HTTP/1.1 responses that is as strict as the door ought to be."""

    def __init__(self, sock, timeout=20.0):
        self.sock, self.buffer = sock, b""
        sock.settimeout(timeout * PATIENCE)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        with contextlib.suppress(OSError):
            self.sock.close()

    def send(self, data):
        self.sock.sendall(data if isinstance(data, bytes) else data.encode("latin-1"))
        return self

    def _more(self):
        """False at the end, however it came: a reset and a TLS stream cut short are ends too."""
        try:
            piece = self.sock.recv(65536)
        except (ConnectionError, ssl.SSLEOFError, ssl.SSLZeroReturnError):
            piece = b""
        self.buffer += piece
        return bool(piece)

    def read_until(self, mark):
        while mark not in self.buffer:
            if not self._more():
                raise BrokenOff(self.buffer)
        data, self.buffer = self.buffer.split(mark, 1)
        return data

    def read_exactly(self, size):
        while len(self.buffer) < size:
            if not self._more():
                raise BrokenOff(self.buffer)
        data, self.buffer = self.buffer[:size], self.buffer[size:]
        return data

    def read_to_end(self):
        while self._more():
            pass
        data, self.buffer = self.buffer, b""
        return data

    def at_end(self):
        """True once the peer has closed; fails (by time-out) if it does not. Nothing may come before the end."""
        assert not self.buffer, self.buffer
        assert not self._more(), self.buffer
        return True

    def read_head(self):
        lines = self.read_until(b"\r\n\r\n").decode("latin-1").split("\r\n")
        version, status, phrase = (lines[0].split(" ", 2) + [""])[:3]
        assert version in ("HTTP/1.1", "HTTP/1.0") and len(status) == 3, lines[0]
        fields = []
        for line in lines[1:]:
            name, colon, value = line.partition(":")
            assert colon and name and name == name.strip() and "\n" not in line and "\r" not in line, line
            fields.append((name.lower(), value.strip()))
        return Response(version, int(status), phrase, fields)

    def read_body(self, response, method="GET"):
        if method == "HEAD" or response.status < 200 or response.status in (204, 304):
            return response
        codings = response.all("transfer-encoding")
        if codings:
            assert codings == ["chunked"] and not response.all("content-length"), response.fields
            while size := int(self.read_until(b"\r\n"), 16):
                response.body += self.read_exactly(size)
                assert self.read_exactly(2) == b"\r\n"
            while line := self.read_until(b"\r\n"):
                name, _, value = line.decode("latin-1").partition(":")
                response.trailers.append((name.lower(), value.strip()))
        elif lengths := response.all("content-length"):
            assert len(lengths) == 1
            response.body = self.read_exactly(int(lengths[0]))
        else:
            response.body = self.read_to_end()
        return response

    def read_response(self, method="GET", interim=None):
        """The final response; the 1xx before it are appended to `interim`."""
        while True:
            response = self.read_head()
            if response.status >= 200 or response.status == 101:
                return self.read_body(response, method)
            if interim is not None:
                interim.append(response)

    def request(self, method, target, *lines, body=b"", host=APP):
        head = [f"{method} {target} HTTP/1.1", f"Host: {host}", *lines]
        if body and not any(line.lower().startswith("transfer-encoding") for line in lines):
            head.append(f"Content-Length: {len(body)}")
        self.send("\r\n".join(head).encode("latin-1") + b"\r\n\r\n" + body)
        return self.read_response(method)


def toml_of(sections):
    """Strings, numbers, booleans and lists of them are written in TOML as in JSON."""
    text = ""
    for section, keys in sections.items():
        text += f"[{section}]\n" + "".join(f"{key} = {json.dumps(value)}\n" for key, value in keys.items())
    return text


class Door:
    """`belfry serve` with a configuration of its own. `sections` change or add to the usual ones; None leaves out."""

    def __init__(self, folder, certificates, upstream_port, sections=None):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.certificates = certificates
        self.upstream_port = upstream_port
        self.changes = sections or {}
        self.data = self.folder / "data"
        self.config_path = self.folder / "belfry.toml"
        self.log_path = self.folder / "stderr.log"
        self.process = None
        self.under = []  # a command that starts the door and becomes it, such as prlimit
        self.address = "127.0.0.1"
        self.port = None

    # --- the process

    def sections(self):
        usual = {
            "site": {"host": APP, "upstream": f"http://127.0.0.1:{self.upstream_port}",
                     "listen": [f"{self.address}:{self.port}"]},
            "belfry": {"host": BELFRY},
            "tls": {"certificate": str(self.certificates.certificate), "key": str(self.certificates.key)},
            "data": {"directory": str(self.data)},
            "access": {"default": "public"},
            # All tests come from one address.
            "limit": {"rate": 10_000, "burst": 1000000},
            "metrics": {"allow": ["127.0.0.0/8"]},
        }
        for section, keys in self.changes.items():
            merged = {**usual.get(section, {}), **(keys or {})}
            usual[section] = {key: value for key, value in merged.items() if value is not None}
        return {section: keys for section, keys in usual.items() if keys}

    def write_config(self, **changes):
        """Writes the file anew with further changes, which stay."""
        for section, keys in changes.items():
            self.changes[section] = {**(self.changes.get(section) or {}), **keys}
        self.config_path.write_text(toml_of(self.sections()))

    def start(self):
        for _ in range(5):
            self.port = self.port or free_port()
            self.write_config()
            with open(self.log_path, "ab") as log:
                # The tests' authority is one that this machine knows.
                command = [*self.under, BINARY, "serve", "--config", str(self.config_path)]
                self.process = subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL,
                                                env={**os.environ, "SSL_CERT_FILE": str(self.certificates.ca)})
            if self._ready():
                return self
            if "in use" not in self.log().lower():
                break
            self.port = None
        raise AssertionError(f"belfry did not start:\n{self.log()}")

    def _ready(self):
        def answers():
            if self.process.poll() is not None:
                return "ended"
            try:
                return self.get("/health", host=BELFRY).status == 200 and "ready"
            except (OSError, BrokenOff, http.client.HTTPException):
                return None
        return wait_until(answers, 20, "/health") == "ready"

    def stop(self, how=signal.SIGTERM):
        """Ends it and gives the exit code; what it said appears with the failing test."""
        if self.process is None:
            return None
        if self.process.poll() is None:
            self.process.send_signal(how)
        try:
            code = self.process.wait(30 * PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            code = "it had to be killed"
        self.process = None
        print(f"--- {self.folder.name}: belfry said\n{self.log()[-6000:]}")
        return code

    def __enter__(self):
        return self.start()

    def __exit__(self, kind, *_):
        running = self.process is not None and self.process.poll() is None
        code = self.stop()
        if kind is None:
            assert running and code == 0, f"belfry ended with {code}:\n{self.log()}"

    def reload(self):
        self.process.send_signal(signal.SIGHUP)

    def log(self):
        return self.log_path.read_text(errors="replace") if self.log_path.exists() else ""

    def memory(self, field="VmRSS"):
        """In bytes."""
        for line in pathlib.Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith(field + ":"):
                return int(line.split()[1]) * 1024
        raise AssertionError(f"no {field}")

    def descriptors(self):
        """How many are open."""
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def processor_time(self):
        """Seconds that its threads have worked so far (proc(5): fields 14 and 15 of stat, in ticks)."""
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def reset_peak(self):
        """From now on memory("VmHWM") is the peak since now."""
        pathlib.Path(f"/proc/{self.process.pid}/clear_refs").write_text("5")

    # --- what it recorded

    def requests(self):
        path = self.data / "requests.log"
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []

    def record_of(self, request_id, seconds=5.0):
        """The log line of a request; it may come a moment after its response."""
        return wait_until(lambda: next((line for line in self.requests() if line["id"] == request_id), None), seconds,
                          f"the log line of {request_id}")

    def metric(self, name, **labels):
        """The sum of the samples with these labels; 0 where there is none."""
        text = self.get("/metrics", host=BELFRY).body.decode()
        total = 0.0
        for line in text.splitlines():
            head, _, value = line.rpartition(" ")
            if head.split("{")[0] == name and all(f'{key}="{wanted}"' in head for key, wanted in labels.items()):
                total += float(value)
        return total

    def of_the_database(self, sql):
        with contextlib.closing(sqlite3.connect(self.data / "proof.sqlite", timeout=20 * PATIENCE)) as database:
            return database.execute(sql).fetchall()

    def drills_under_way(self):
        """(claim, kind of artefact, its name) of what is entered in the drills' ledger and not struck off."""
        return self.of_the_database("SELECT claim, kind, name FROM drill_entry LEFT JOIN drill_artefact "
                                   "ON entry = number ORDER BY number")

    def drills_entered(self):
        """How many ever were."""
        return sum(number for number, in self.of_the_database("SELECT seq FROM sqlite_sequence "
                                                             "WHERE name = 'drill_entry'"))

    # --- ways to talk to it

    def plain(self, source="127.0.0.1", timeout=20.0):
        """TCP alone."""
        return Raw(socket.create_connection((self.address, self.port), timeout, (source, 0)), timeout)

    def raw(self, host=APP, source="127.0.0.1", timeout=20.0, alpn=("http/1.1",), before=b"", context=None):
        """TLS; `before` goes ahead of it in the clear (a PROXY protocol header)."""
        tcp = socket.create_connection((self.address, self.port), timeout * PATIENCE, (source, 0))
        try:
            tcp.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if before:
                tcp.sendall(before)
            return Raw((context or self.certificates.client_context(alpn)).wrap_socket(tcp, server_hostname=host),
                       timeout)
        except BaseException:
            tcp.close()
            raise

    def request(self, method, target, *lines, body=b"", host=APP, **connection):
        # A host that the certificate does not name is asked for on a connection to one that it does.
        with self.raw(host=BELFRY if host == BELFRY else APP, **connection) as raw:
            return raw.request(method, target, "Connection: close", *lines, body=body, host=host)

    def get(self, target, *lines, **connection):
        return self.request("GET", target, *lines, **connection)

    def http_client(self, host=APP, timeout=60.0):
        """Python's own client, which resolves nothing: it connects to the door whatever the host."""
        connection = http.client.HTTPSConnection(host, self.port, timeout=timeout * PATIENCE,
                                                 context=self.certificates.client_context())
        connection._create_connection = lambda _address, *rest, **named: socket.create_connection(
            ("127.0.0.1", self.port), *rest, **named)
        return connection


class Workplace:
    """What the tests of one run share: a folder and the certificates."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.certificates = Certificates(self.folder / "certificates")
        self._doors = itertools.count(1)

    def door(self, upstream, **sections):
        """A Door before this upstream (or port); to be entered."""
        port = upstream if isinstance(upstream, int) else upstream.port
        return Door(self.folder / f"door-{next(self._doors)}", self.certificates, port, sections)
