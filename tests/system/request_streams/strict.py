"""The strict reader: what the application receives has one spelling, or it is Unreadable.

It is narrower than RFC 9112, as the door has no reason to write anything else: one blank between words, no blanks in
lengths, no extensions, lower-case "chunked".
"""

import dataclasses
import re

TOKEN = rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+"  # RFC 9110, section 5.6.2
LINE = re.compile(rb"(" + TOKEN + rb") (\*|/[!-\"$-~]*) HTTP/1\.1")
# RFC 9110, section 5.5, without blanks around the value beyond the usual one.
FIELD = re.compile(rb"(" + TOKEN + rb"): ?((?:[!-~\x80-\xff](?:[\t -~\x80-\xff]*[!-~\x80-\xff])?)?)")
HOST = re.compile(rb"(?:[0-9a-z._-]+|\[[0-9a-f:.]+\])(?::[1-9][0-9]{0,4})?")
LENGTH = re.compile(rb"0|[1-9][0-9]{0,18}")
SIZE = re.compile(rb"[1-9a-f][0-9a-f]{0,15}")
FRAMING = ("content-length", "transfer-encoding")
# What no trailer may bring: RFC 9110, section 6.5.1.
HEAD_ONLY = FRAMING + ("host", "connection", "upgrade", "te", "trailer", "expect", "authorization", "cookie")


class Unreadable(Exception):
    """No request of one reading."""


def require(condition, what):
    if not condition:
        raise Unreadable(what)


@dataclasses.dataclass
class Read:
    """One request, of `size` bytes."""
    method: str
    target: str
    fields: list
    body: bytes = b""
    trailers: list = dataclasses.field(default_factory=list)
    size: int = 0

    def all(self, name):
        return [value for field, value in self.fields if field == name]


def plain(name):
    """As programs see it that turn names into variables (CGI, RFC 3875, section 4.1.18)."""
    return re.sub(r"[^0-9a-z]", "-", name)


def field_of(line):
    match = FIELD.fullmatch(line)
    require(match, f"field line {line!r}")
    return match[1].decode().lower(), match[2].decode("latin-1")


def head_of(text):
    lines = text.split(b"\r\n")
    match = LINE.fullmatch(lines[0])
    require(match, f"request line {lines[0]!r}")
    return Read(match[1].decode(), match[2].decode(), [field_of(line) for line in lines[1:]])


def check_head(request):
    hosts = request.all("host")
    require(len(hosts) == 1 and (not hosts[0] or HOST.fullmatch(hosts[0].encode("latin-1"))), f"Host {hosts}")
    framings = [field for field, _ in request.fields if plain(field) in FRAMING]
    require(len(framings) <= 1 and all(name in FRAMING for name in framings), f"framing {framings}")
    # The one protocol that the door tunnels; no other connection field has business on this connection.
    upgrade = request.all("upgrade")
    require(upgrade in ([], ["websocket"]) and request.all("connection") == ["upgrade"] * len(upgrade),
            "connection fields")
    require(not upgrade or (request.method == "GET" and not framings), "a body before a tunnel")


def read_chunks(data, at, request):
    """Where the body that begins at `at` ends; None where more must come."""
    while True:
        end = data.find(b"\r\n", at)
        if end < 0:
            require(len(data) - at <= 17 and b"\n" not in data[at:], f"chunk size {data[at:at + 40]!r}")
            return None
        line, at = data[at:end], end + 2
        if line == b"0":
            break
        require(SIZE.fullmatch(line), f"chunk size {line!r}")
        size = int(line, 16)
        if len(data) < at + size + 2:
            return None
        request.body += data[at:at + size]
        at += size + 2
        require(data[at - 2:at] == b"\r\n", f"the end of a chunk {data[at - 2:at]!r}")
    while True:
        end = data.find(b"\r\n", at)
        if end < 0:
            return None
        line, at = data[at:end], end + 2
        if not line:
            return at
        name, value = field_of(line)
        require(plain(name) not in HEAD_ONLY, f"trailer {name}")
        request.trailers.append((name, value))


def read_one(data):
    """The request at the beginning of `data`; None where more must come."""
    head_end = data.find(b"\r\n\r\n")
    if head_end < 0:
        return None
    request = head_of(data[:head_end])
    check_head(request)
    at = head_end + 4
    if codings := request.all("transfer-encoding"):
        require(codings == ["chunked"], f"coding {codings}")
        request.size = read_chunks(data, at, request)
        return request if request.size else None
    size = 0
    if lengths := request.all("content-length"):
        require(LENGTH.fullmatch(lengths[0].encode("latin-1")), f"length {lengths}")
        size = int(lengths[0])
    request.body, request.size = data[at:at + size], at + size
    return request if len(data) >= request.size else None


def read_all(data):
    """(the requests of a connection, what is left behind them)."""
    requests = []
    while data and (request := read_one(data)):
        requests.append(request)
        data = data[request.size:]
    return requests, data
