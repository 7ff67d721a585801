"""HTTP/2 frames made by hand, and a connection that sends them as they are and reads what comes back frame by frame.

There is no state machine in between: what goes out is what a test wrote, right or wrong, and what came in is seen as it
came. Names and numbers are those of RFC 9113, sections 6, 6.5.2 and 7.
"""

import collections
import contextlib
import struct
import time
import typing

import hpack

import harness

DATA, HEADERS, PRIORITY, RST_STREAM, SETTINGS, PUSH_PROMISE, PING, GOAWAY, WINDOW_UPDATE, CONTINUATION = range(10)
END_STREAM, ACK, END_HEADERS, PADDED, WITH_PRIORITY = 0x1, 0x1, 0x4, 0x8, 0x20

(NO_ERROR, PROTOCOL_ERROR, INTERNAL_ERROR, FLOW_CONTROL_ERROR, SETTINGS_TIMEOUT, STREAM_CLOSED, FRAME_SIZE_ERROR,
 REFUSED_STREAM, CANCEL, COMPRESSION_ERROR, CONNECT_ERROR, ENHANCE_YOUR_CALM) = range(12)

HEADER_TABLE_SIZE, ENABLE_PUSH, MAX_CONCURRENT_STREAMS, INITIAL_WINDOW_SIZE, MAX_FRAME_SIZE, MAX_HEADER_LIST_SIZE = \
    range(1, 7)

# Section 3.4.
PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
# Section 6.9.1: the largest window; section 6.9.2: the first.
MAX_WINDOW, FIRST_WINDOW = 2**31 - 1, 65_535
# Section 4.2: what everybody takes.
FRAME_SIZE = 16_384

KINDS = ("DATA", "HEADERS", "PRIORITY", "RST_STREAM", "SETTINGS", "PUSH_PROMISE", "PING", "GOAWAY", "WINDOW_UPDATE",
         "CONTINUATION")


def frame(kind, flags, stream, payload=b""):
    """RFC 9113, section 4.1."""
    return struct.pack("!I", len(payload))[1:] + struct.pack("!BBI", kind, flags, stream) + payload


def data(stream, payload=b"", flags=0, padding=None):
    if padding is not None:
        return frame(DATA, flags | PADDED, stream, bytes([padding]) + payload + bytes(padding))
    return frame(DATA, flags, stream, payload)


def headers(stream, block, flags=END_HEADERS | END_STREAM, padding=None, priority=None):
    """`priority` is (the stream it depends on, exclusive, weight less one): RFC 7540, section 6.2."""
    payload = block
    if priority is not None:
        flags |= WITH_PRIORITY
        payload = _priority_fields(*priority) + payload
    if padding is not None:
        flags |= PADDED
        payload = bytes([padding]) + payload + bytes(padding)
    return frame(HEADERS, flags, stream, payload)


def continuation(stream, block, flags=END_HEADERS):
    return frame(CONTINUATION, flags, stream, block)


def _priority_fields(depends_on, exclusive, weight):
    return struct.pack("!IB", depends_on | (0x8000_0000 if exclusive else 0), weight)


def priority(stream, depends_on=0, exclusive=False, weight=255):
    return frame(PRIORITY, 0, stream, _priority_fields(depends_on, exclusive, weight))


def rst_stream(stream, code=CANCEL):
    return frame(RST_STREAM, 0, stream, struct.pack("!I", code))


def settings(*pairs, flags=0, stream=0):
    return frame(SETTINGS, flags, stream, b"".join(struct.pack("!HI", *pair) for pair in pairs))


def ping(payload=b"belfry!!", flags=0, stream=0):
    return frame(PING, flags, stream, payload)


def goaway(last=0, code=NO_ERROR, text=b"", stream=0):
    return frame(GOAWAY, 0, stream, struct.pack("!II", last, code) + text)


def window_update(stream, increment):
    return frame(WINDOW_UPDATE, 0, stream, struct.pack("!I", increment))


def push_promise(stream, promised, block):
    return frame(PUSH_PROMISE, END_HEADERS, stream, struct.pack("!I", promised) + block)


# --- HPACK by hand, RFC 7541

def integer(value, prefix, first=0):
    """Section 5.1: `first` holds the bits in front of the prefix."""
    limit = (1 << prefix) - 1
    if value < limit:
        return bytes([first | value])
    out, value = [first | limit], value - limit
    while value >= 128:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def string(text):
    """Section 5.2, without Huffman."""
    text = text if isinstance(text, bytes) else text.encode("latin-1")
    return integer(len(text), 7) + text


# Section 6.2: the first byte of a literal field with a new name.
WITHOUT_INDEXING, INDEXED, NEVER_INDEXED = 0x00, 0x40, 0x10


def literal(name, value, form=WITHOUT_INDEXING):
    return bytes([form]) + string(name) + string(value)


def table_size(size):
    """Section 6.3."""
    return integer(size, 5, 0x20)


class Frame(typing.NamedTuple):
    kind: int
    flags: int
    stream: int
    payload: bytes
    fields: list = []

    @property
    def code(self):
        """Of a RST_STREAM or a GOAWAY."""
        at = 4 if self.kind == GOAWAY else 0
        return struct.unpack("!I", self.payload[at:at + 4])[0]

    @property
    def ends_stream(self):
        return self.kind in (DATA, HEADERS) and bool(self.flags & END_STREAM)

    @property
    def ack(self):
        return bool(self.flags & ACK)

    def get(self, name):
        return next((value for field, value in self.fields if field == name), None)

    def __str__(self):
        name = KINDS[self.kind] if self.kind < len(KINDS) else f"type {self.kind}"
        code = f" code {self.code}" if self.kind in (RST_STREAM, GOAWAY) else ""
        return f"{name}(length {len(self.payload)}, flags {self.flags:#x}, stream {self.stream}{code})"


class NoHandshake(Exception):
    """The connection did not get as far as a case."""


# What `Wire.next` gives where there is no frame.
CLOSED, SILENCE = "the connection closed", "silence"


class Wire:
    """One connection. `patience` is how long a frame may take to come."""

    def __init__(self, sock, patience=20.0 * harness.PATIENCE, path="/", host=harness.APP, upstream=None):
        self.sock, self.patience, self.path, self.host, self.upstream = sock, patience, path, host, upstream
        self.settings, self.seen = {}, []
        # By stream, 0 for the connection: what WINDOW_UPDATE frames have given.
        self.given = collections.Counter()
        self._unread, self._block = b"", None
        self._encoder, self.decoder = hpack.Encoder(), hpack.Decoder(max_header_list_size=1 << 20)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        with contextlib.suppress(OSError):
            self.sock.close()

    def send(self, *frames):
        """In one piece, so that the peer finds them together. A peer that has closed is found out by reading."""
        self.sock.settimeout(self.patience)
        with contextlib.suppress(OSError):
            self.sock.sendall(b"".join(frames))

    # --- what a client may send

    def head(self, method="GET", *fields, without=(), **pseudo):
        """An ordinary request's fields, compressed. `without` leaves pseudo-fields out, `path=...` and so on changes
        them."""
        values = {"method": method, "scheme": "https", "path": self.path, "authority": self.host, **pseudo}
        return self.encode(*((":" + name, value) for name, value in values.items() if name not in without), *fields)

    def encode(self, *fields):
        return self._encoder.encode(list(fields))

    def by_hand(self, *fields, **pseudo):
        """A head of literals: no encoder changes a byte, and what follows has the table for itself. Pseudo-fields as
        above, None leaves one out."""
        values = {"method": "GET", "scheme": "https", "path": self.path, "authority": self.host, **pseudo}
        return b"".join(literal(name, value) for name, value in
                        [*((":" + name, value) for name, value in values.items() if value is not None), *fields])

    def handshake(self):
        """Both prefaces and both acknowledgements (section 3.4)."""
        self.send(PREFACE, settings((INITIAL_WINDOW_SIZE, FIRST_WINDOW)))
        theirs = acknowledged = False
        while not (theirs and acknowledged):
            got = self.next()
            if not isinstance(got, Frame):
                raise NoHandshake(got)
            if got.kind == SETTINGS and got.ack:
                acknowledged = True
            elif got.kind == SETTINGS:
                theirs = True
                self.send(settings(flags=ACK))

    # --- what comes back

    def next(self, seconds=None):
        """The next Frame, CLOSED or SILENCE."""
        end = time.monotonic() + (self.patience if seconds is None else seconds)
        while (found := self._take()) is None:
            left = end - time.monotonic()
            if left <= 0:
                return SILENCE
            self.sock.settimeout(left)
            try:
                piece = self.sock.recv(65_536)
            except TimeoutError:
                return SILENCE
            except OSError:
                piece = b""
            if not piece:
                self.seen.append(CLOSED)
                return CLOSED
            self._unread += piece
        self.seen.append(found)
        return found

    def _take(self):
        if len(self._unread) < 9 or len(self._unread) < 9 + (length := int.from_bytes(self._unread[:3], "big")):
            return None
        kind, flags, stream = struct.unpack("!BBI", self._unread[3:9])
        payload, self._unread = self._unread[9:9 + length], self._unread[9 + length:]
        fields = []
        if kind == HEADERS:
            assert not flags & (PADDED | WITH_PRIORITY), "a response as no one sends them"
            self._block = payload
        elif kind == CONTINUATION:
            assert self._block is not None
            self._block += payload
        if kind in (HEADERS, CONTINUATION) and flags & END_HEADERS:
            # Each block, so that the table is the peer's.
            try:
                fields = self.decoder.decode(self._block)
            except hpack.HPACKError as wrong:
                raise AssertionError(f"a block that is no HPACK: {wrong}") from wrong
            self._block = None
        elif kind == WINDOW_UPDATE:
            self.given[stream] += int.from_bytes(payload, "big")
        elif kind == SETTINGS and not flags & ACK:
            for at in range(0, length, 6):
                name, value = struct.unpack("!HI", payload[at:at + 6])
                self.settings[name] = value
        return Frame(kind, flags, stream, payload, fields)

    def story(self):
        return ", ".join(str(each) for each in self.seen) or "nothing"

    # --- what the application behind the door got

    def forwarded(self):
        """The whole requests of this connection's path, once there is an application; None where there is none."""
        if self.upstream is None:
            return None
        return [request for request in self.upstream.requests if request.target == self.path]

    def reached_the_application(self):
        """Any byte of it."""
        return self.upstream is not None and b" " + self.path.encode() + b" " in self.upstream.received()
