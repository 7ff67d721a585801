"""Bodies that stall, in either direction, are given up after their window (30 s); idle connections after theirs (75 s).
Long: the waits are the product's own."""

import time

import harness
import upstreams
from test_deadlines import closes_within


def test_request_body_that_stalls_is_given_up(door, upstream):
    with door.raw() as raw:
        raw.send("POST / HTTP/1.1\r\nHost: app.test\r\nContent-Length: 100000\r\n\r\nhello")
        answer = closes_within(raw, 75)
        assert answer == b"" or answer.startswith(b"HTTP/1.1 408 "), answer
    assert not upstream.requests


def test_reader_that_stalls_is_let_go(guestbook_door):
    with guestbook_door.raw(timeout=150) as raw:
        raw.send("GET /download?bytes=500000000 HTTP/1.1\r\nHost: app.test\r\n\r\n")
        harness.wait_until(lambda: guestbook_door.metric("belfry_connections_open") >= 1, 10, "it is counted")
        record = harness.wait_until(
            lambda: next((line for line in guestbook_door.requests() if line["path"] == "/download"), None), 120,
            "the response is given up")
        assert record["bytes_sent"] < 500_000_000


def test_idle_connection_is_closed(door):
    with door.raw(timeout=150) as raw:
        assert raw.request("GET", "/").status == 200
        started = time.monotonic()
        assert raw.read_to_end() == b""
        assert time.monotonic() - started > 5, "not at once either"


def test_event_stream_outlives_the_windows(guestbook_door):
    """Little is sent, but what is sent is taken: no deadline is broken."""
    with guestbook_door.raw(timeout=30) as raw:
        raw.send("GET /events HTTP/1.1\r\nHost: app.test\r\n\r\n")
        assert raw.read_head().status == 200
        started, ticks = time.monotonic(), 0
        while time.monotonic() - started < 50:
            raw.read_until(b"event: tick")
            ticks += 1
        assert ticks >= 40


def test_application_that_stalls_is_given_up(workplace):
    serve = upstreams.answers(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf", close=False)
    with upstreams.Upstream(serve) as upstream, \
            workplace.door(upstream, upstream_timeout={"idle": "2s"}) as door, door.raw() as raw:
        raw.send("GET / HTTP/1.1\r\nHost: app.test\r\n\r\n")
        assert raw.read_head().status == 200
        assert closes_within(raw, 20) == b"half"
