"""What a case of HTTP/2 conformance is, and what may be expected of the other side.

A case is a number, a function that sends, and an expectation that reads the answer. Expectations fail by assertion,
with the frames that came. They are as tolerant as RFC 9113 is, where h2spec is too:

- a connection error is a GOAWAY with one of the codes and then the end of the connection, or its end alone (section
  5.4.1: "SHOULD first send a GOAWAY frame", "MUST close");
- a stream error is a RST_STREAM with one of the codes, or the connection error instead (section 5.4.1: "An endpoint can
  end a connection at any time. In particular, an endpoint MAY choose to treat a stream error as a connection error").

They are stricter than h2spec in three things: a wrong code is a failure at once, also where the connection ends after
it; a request that is to be answered must be answered with 200, and by the application; and what must not reach the
application must not have.
"""

from h2_frames import (CLOSED, CONTINUATION, DATA, END_HEADERS, GOAWAY, HEADERS, NO_ERROR, PING, PROTOCOL_ERROR,
                       RST_STREAM, SETTINGS, SILENCE, Frame, ping)


class Case:
    """`application` is what stands behind the door for this case alone: the bytes of its answer, or a function that is
    handed the connection and the request's head."""

    def __init__(self, number, expect, handshake, application, send):
        self.number, self.expect, self.handshake, self.send = number, expect, handshake, send
        self.application = application

    def run(self, wire, patience=None):
        """`patience` is for what comes behind the handshake."""
        if self.handshake:
            wire.handshake()
        wire.patience = patience or wire.patience
        self.send(wire)
        self.expect(wire)

    def __repr__(self):
        return f"{self.number} {self.send.__name__}"


class Cases(list):
    def case(self, number, expect, handshake=True, application=None):
        """Decorates the function that sends. Numbers are given once."""
        def add(send):
            assert all(other.number != number for other in self), number
            self.append(Case(number, expect, handshake, application, send))
            return send
        return add


# --- reading

def wait_for(wire, wanted, what):
    """The first frame for which `wanted(frame)` is true. Ends with the connection, or when nothing comes any more."""
    while True:
        got = wire.next()
        assert isinstance(got, Frame), f"{what} expected, but {got} after {wire.story()}"
        if wanted(got):
            return got
        assert got.kind != GOAWAY or got.code == NO_ERROR, f"{what} expected, but {got}"


def response(wire, stream=1):
    """The final head of the response."""
    def wanted(got):
        assert got.kind != RST_STREAM or got.stream != stream, f"a response expected, but {got}"
        return got.kind in (HEADERS, CONTINUATION) and got.stream == stream and got.flags & END_HEADERS and \
            not str(got.get(":status")).startswith("1")
    return wait_for(wire, wanted, "a response")


def body_of(wire, head):
    """The rest of a response whose head was read: (body, trailers)."""
    body, last, trailers = b"", head, []
    while not last.ends_stream:
        last = wait_for(wire, lambda got: got.stream == head.stream and got.kind in (DATA, HEADERS, RST_STREAM),
                        "the rest of the response")
        assert last.kind != RST_STREAM, f"the response was broken off: {last}"
        if last.kind == DATA:
            body += last.payload
        else:
            trailers += last.fields
    return body, trailers


def acknowledged_settings(wire):
    wait_for(wire, lambda got: got.kind == SETTINGS and got.ack, "an acknowledgement of SETTINGS")


def closes(wire):
    while (got := wire.next()) is not CLOSED:
        assert got is not SILENCE, f"the connection's end expected, but silence after {wire.story()}"


# --- expectations

def nothing_more(_wire):
    """Where the sending function has looked at the answers itself."""


def answered(stream=1, body=None, **fields):
    """By the application with 200. `fields`, with _ for -, is what it must have been told; so with the body."""
    def expect(wire):
        head = response(wire, stream)
        assert head.get(":status") == "200", f"status {head.get(':status')}"
        forwarded = wire.forwarded()
        if forwarded is None:
            return
        assert forwarded, "the answer is not the application's"
        for name, value in fields.items():
            name = name.replace("_", "-")
            assert forwarded[-1].all(name) == [value], f"{name} arrived as {forwarded[-1].all(name)}"
        assert body is None or forwarded[-1].body == body, forwarded[-1].body
    return expect


def acknowledges_ping(payload=b"belfry!!"):
    """The connection lives: this PING, the last, is acknowledged, and none but it."""
    def expect(wire):
        got = wait_for(wire, lambda got: got.kind == PING, "the acknowledgement of a PING")
        assert got.ack and got.payload == payload and got.stream == 0, str(got)
    return expect


def lives(wire):
    """As above, with a PING of its own."""
    wire.send(ping(b"alive???"))
    acknowledges_ping(b"alive???")(wire)


def takes_goaway(wire):
    """A client that says goodbye is answered still, or the connection ends; neither is an error."""
    while (got := wire.next()) is not CLOSED:
        assert got is not SILENCE, f"an answer or the end expected, but silence after {wire.story()}"
        assert got.kind != GOAWAY or got.code == NO_ERROR, str(got)
        if got.kind == PING:
            assert got.ack, str(got)
            return


def an_error(expect):
    """Marks what a server that never finds anything wrong cannot meet."""
    expect.asks_for_an_error = True
    return expect


def connection_error(*codes):
    @an_error
    def expect(wire):
        while (got := wire.next()) is not CLOSED:
            assert got is not SILENCE, f"a connection error {codes} expected, but silence after {wire.story()}"
            if got.kind == GOAWAY:
                assert got.code in codes, f"a connection error {codes} expected, but {got}"
                return closes(wire)
    return expect


def stream_error(*codes, stream=1):
    @an_error
    def expect(wire):
        while (got := wire.next()) is not CLOSED:
            assert got is not SILENCE, f"a stream error {codes} expected, but silence after {wire.story()}"
            if got.kind == GOAWAY:
                assert got.code in codes, f"a stream error {codes} expected, but {got}"
                return closes(wire)
            if got.kind == RST_STREAM and (stream is None or got.stream == stream):
                assert got.code in codes, f"a stream error {codes} expected, but {got}"
                return None
    return expect


@an_error
def malformed(wire):
    """A stream error of type PROTOCOL_ERROR; an intermediary "MUST NOT forward a malformed request" (RFC 9113, section
    8.1.1)."""
    stream_error(PROTOCOL_ERROR)(wire)
    assert not wire.reached_the_application(), "a malformed request was forwarded"


@an_error
def malformed_body(wire):
    """What shows only in the body: the head may have been forwarded, never a whole request."""
    stream_error(PROTOCOL_ERROR)(wire)
    assert not wire.forwarded(), "a malformed request was forwarded as a whole"


@an_error
def refused(wire):
    """As `malformed`, or with a response: "a server MAY send an HTTP response prior to closing or resetting the stream"
    (section 8.1.1)."""
    while (got := wire.next()) is not CLOSED:
        assert got is not SILENCE, f"a refusal expected, but silence after {wire.story()}"
        if got.kind in (GOAWAY, RST_STREAM):
            assert got.code == PROTOCOL_ERROR, str(got)
            break
        if got.kind == HEADERS:
            assert str(got.get(":status")) in ("400", "403", "405", "421", "431", "501"), got.fields
            body_of(wire, got)
            break
    assert not wire.reached_the_application(), "what is to be refused was forwarded"


def first_frame_is_settings(wire):
    got = wire.next()
    assert isinstance(got, Frame) and got.kind == SETTINGS and not got.ack and got.stream == 0, str(got)


def data_of_length(length, stream=1):
    def expect(wire):
        got = wait_for(wire, lambda got: got.kind == DATA and got.stream == stream, "DATA")
        assert len(got.payload) == length, f"{length} bytes expected, but {got}"
    return expect
