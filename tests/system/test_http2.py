"""HTTP/2 through the door: the same application, streams that do not disturb each other, and what is not offered."""

import hashlib
import threading
import time

import h2.settings
import pytest

import h2_client
import harness
import upstreams
from h2_client import H2, frame

# Frame types, RFC 9113, section 6.
DATA, HEADERS, RST_STREAM = 0, 1, 3


def test_request_and_response_pass(door, upstream):
    with H2(door) as client:
        stream = client.request("GET", "/path?q=%2F", ("x-mine", "yes"))
        assert (stream.status, stream.body) == (200, b"ok") and stream.id
    request = upstream.last()
    assert (request.method, request.target, request.version) == ("GET", "/path?q=%2F", "HTTP/1.1")
    assert request.get("host") == harness.APP and request.get("x-mine") == "yes"


def test_hundred_requests_share_a_connection(door, upstream):
    upstream.answer = lambda request: b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (
        len(request.target), request.target.encode())
    with H2(door) as client:
        numbers = {client.begin("GET", f"/{index}"): f"/{index}" for index in range(50)}
        client.wait(*numbers)
        numbers |= {client.begin("GET", f"/{index}"): f"/{index}" for index in range(50, 100)}
        client.wait(*numbers)
        assert {number: client.streams[number].body.decode() for number in numbers} == numbers


def test_body_both_ways_passes_unchanged(guestbook_door):
    body = bytes(range(256)) * 8192  # 2 MiB
    with H2(guestbook_door) as client:
        stream = client.request("POST", "/upload", ("content-length", str(len(body))), body=body)
        assert stream.status == 200
        assert hashlib.sha256(body).hexdigest() in stream.body.decode()
        whole = client.request("GET", "/download?bytes=3000000")
        assert len(whole.body) == 3_000_000 and whole.get("content-length") == "3000000"


def test_body_of_unknown_length_is_forwarded_in_chunks(door, upstream):
    with H2(door) as client:
        assert client.request("POST", "/", body=b"x" * 50_000).status == 200
    assert upstream.last().get("transfer-encoding") == "chunked"
    assert upstream.last().body == b"x" * 50_000


def test_head_and_204_and_304_have_no_body(door, upstream):
    with H2(door) as client:
        upstream.answer = b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n"
        stream = client.request("HEAD", "/")
        assert stream.get("content-length") == "99" and stream.ended and not stream.body
        for status in (204, 304):
            upstream.answer = b"HTTP/1.1 %d X\r\n\r\n" % status
            stream = client.request("GET", "/")
            assert stream.status == status and stream.ended and not stream.body


def test_interim_responses_and_trailers_pass(door, upstream):
    upstream.answer = (b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n"
                       b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nX-Sum: 7\r\n\r\n")
    with H2(door) as client:
        stream = client.request("GET", "/", ("te", "trailers"))
        assert [dict(early)[":status"] for early in stream.interim] == ["103"]
        assert stream.body == b"ok" and ("x-sum", "7") in stream.trailers


def test_connection_fields_of_the_application_do_not_pass(door, upstream):
    upstream.answer = (b"HTTP/1.1 200 OK\r\nConnection: X-Private\r\nX-Private: 1\r\nKeep-Alive: timeout=5\r\n"
                       b"Transfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n")
    with H2(door) as client:
        names = {name for name, _ in client.request().fields}
    assert not names & {"connection", "keep-alive", "transfer-encoding", "x-private", "proxy-connection", "upgrade"}


def test_cookies_in_pieces_are_joined(door, upstream):
    with H2(door) as client:
        client.request("GET", "/", ("cookie", "a=1"), ("cookie", "b=2"))
    assert upstream.last().all("cookie") == ["a=1; b=2"]


def test_more_fields_than_http1_may_bring_are_refused(door, upstream):
    with H2(door) as client:
        stream = client.request("GET", "/", *((f"x-{number}", "a") for number in range(101)))
        assert stream.status == 431 and not upstream.requests
        assert client.request("GET", "/", *(("cookie", f"c{number}=a") for number in range(150))).status == 200


def test_extended_connect_is_not_offered_and_connect_is_refused(door, upstream):
    with H2(door) as client:
        client.request()
        assert h2.settings.SettingCodes.ENABLE_CONNECT_PROTOCOL not in client.connection.remote_settings or \
            client.connection.remote_settings[h2.settings.SettingCodes.ENABLE_CONNECT_PROTOCOL] == 0
        upstream.forget()
        number = client.begin(pseudo=[(":method", "CONNECT"), (":authority", "app.test:443")], end=False)
        client.wait(number)
        assert client.streams[number].reset is not None or client.streams[number].status >= 400 or client.closed
    with H2(door) as client:
        number = client.begin(pseudo=[(":method", "CONNECT"), (":protocol", "websocket"), (":scheme", "https"),
                                      (":authority", harness.APP), (":path", "/echo")], end=False)
        client.wait(number)
        assert client.streams[number].reset is not None or client.streams[number].status >= 400 or client.closed
    assert not upstream.received()


def test_streams_are_limited_and_push_is_not_offered(door):
    with H2(door) as client:
        client.request()
        limit = client.connection.remote_settings.max_concurrent_streams
        assert 1 <= limit <= 256
        assert client.connection.remote_settings.max_header_list_size is None or \
            client.connection.remote_settings.max_header_list_size <= 64 * 1024


def test_streams_above_the_limit_reach_nobody_and_those_within_are_served(door, upstream):
    release = threading.Event()

    def answer(request):
        release.wait(20)
        return upstreams.OK
    upstream.answer = answer
    try:
        with H2(door) as client:
            client.pump(1)
            limit = client.connection.remote_settings.max_concurrent_streams
            client.connection.remote_settings[h2.settings.SettingCodes.MAX_CONCURRENT_STREAMS] = limit + 50
            client.connection.remote_settings.acknowledge()
            numbers = [client.begin("GET", f"/{index}") for index in range(limit + 10)]

            # As a stream's error or the connection's (RFC 9113, section 5.4.1 leaves the choice).
            def are_refused():
                client.pump(0.05)
                return client.closed or sum(client.streams[number].reset is not None for number in numbers) >= 10
            harness.wait_until(are_refused, 10, "the end of what is above the limit")
            assert len(upstream.requests) <= limit
        with H2(door) as client:
            client.pump(1)
            numbers = [client.begin("GET", f"/{index}") for index in range(limit)]
            harness.wait_until(lambda: len(upstream.requests) >= limit, 20, "all of them at once")
            release.set()
            client.wait(*numbers)
            assert all(client.streams[number].status == 200 for number in numbers)
    finally:
        release.set()


def test_slow_reader_on_one_stream_stops_no_other_and_stops_its_upstream(workplace):
    """Back-pressure goes the whole way: the application's writer stands still, and only this one."""
    sent = {"bytes": 0}

    def serve(peer):
        while True:
            request = peer.read_request()
            if request.target != "/endless":
                peer.send(upstreams.OK)
                continue
            peer.send(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n")
            while sent["bytes"] < 1_000_000_000:
                peer.send(b"x" * 65536)
                sent["bytes"] += 65536
    with upstreams.Upstream(serve) as upstream, workplace.door(upstream) as door, H2(door) as client:
        before = door.memory()
        held = client.begin("GET", "/endless", held=True)
        # It stands still once every buffer on the way is full: two looks a second apart see the same.
        def stands_still():
            client.pump(0.05)
            seen = sent["bytes"]
            end = time.monotonic() + 1
            while time.monotonic() < end:
                client.pump(0.05)
            return seen > 0 and sent["bytes"] == seen
        harness.wait_until(stands_still, 20, "back-pressure")
        assert sent["bytes"] < 32 * 1024 * 1024
        assert len(client.streams[held].body) <= 65535, "more than the window"
        for _ in range(20):
            assert client.request("GET", "/other").status == 200
        assert door.memory() - before < 16 * 1024 * 1024
        stood_at = sent["bytes"]
        client.release(held)
        harness.wait_until(lambda: (client.pump(0.1), sent["bytes"] > stood_at + 1_000_000)[1], 20, "going on")
        client.raw.close()


def test_slow_application_stops_the_client_of_that_stream_alone(workplace):
    """The other direction: the door takes no more of a body than the application does."""
    go_on = threading.Event()

    def serve(peer):
        while True:
            head = peer.read_head()
            if head.target == "/stalled":
                go_on.wait(30)
            peer.read_body(head)
            peer.send(upstreams.OK)
    with upstreams.Upstream(serve) as upstream, workplace.door(upstream) as door, H2(door) as client:
        before = door.memory()
        # More than the sockets between door and application hold.
        size = 24 * 1024 * 1024
        number = client.begin("POST", "/stalled", ("content-length", str(size)), end=False)
        left = size

        def push():
            nonlocal left
            while left and (room := min(client.connection.local_flow_control_window(number),
                                        client.connection.max_outbound_frame_size, left)) > 0:
                client.connection.send_data(number, b"x" * room)
                left -= room
                client.flush()
            client.pump(0.02)

        def stands_still():
            seen, end = left, time.monotonic() + 1
            while time.monotonic() < end:
                push()
            return left == seen
        harness.wait_until(stands_still, 30, "back-pressure")
        assert left > 0, "the door took a whole body that the application did not"
        # The connection's window is not used up by the one stream.
        for _ in range(5):
            assert client.request("POST", "/other", body=b"y" * 1000).status == 200
        assert door.memory() - before < 16 * 1024 * 1024
        go_on.set()
        end = time.monotonic() + 30 * harness.PATIENCE
        while left and time.monotonic() < end:
            push()
        client.connection.end_stream(number)
        client.flush()
        assert client.wait(number).status == 200


def test_cancelled_stream_ends_the_request_to_the_application(bad_door):
    door, upstream = bad_door
    arrived = threading.Event()

    def serve(peer):
        peer.read_request()
        arrived.set()
        peer.wait_closed()
    upstream.serve = serve
    with H2(door) as client:
        number = client.begin("GET", "/long")
        assert arrived.wait(10)
        client.connection.reset_stream(number)
        client.flush()
        harness.wait_until(lambda: upstream.peers[-1].closed_by_door.is_set(), 10, "the application is let go")
        upstream.serve = upstreams.answers(upstreams.OK)
        assert client.request("GET", "/next").status == 200


def test_response_that_breaks_off_resets_the_stream_alone(bad_door):
    door, upstream = bad_door
    upstream.serve = upstreams.answers(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
    with H2(door) as client:
        stream = client.request("GET", "/")
        assert stream.reset is not None and not stream.ended
        upstream.serve = upstreams.answers(upstreams.OK)
        assert client.request("GET", "/").status == 200


def test_refusal_of_a_small_body_is_a_whole_response_and_no_reset(door, upstream):
    """RST_STREAM(NO_ERROR) behind an early response is allowed (RFC 9113, section 8.1), and common clients, curl 7.88
    among them, lose the response over it. A body that is on its way already is read and dropped instead."""
    with H2(door) as client:
        for size in (7, 1000, 50_000):
            stream = client.request("POST", "/", ("origin", "https://evil.test"), body=b"x" * size)
            assert (stream.status, stream.reset) == (403, None)
            number = client.begin("POST", "/", ("origin", "https://evil.test"), end=False)
            client.pump(0.3)  # the refusal may come ahead of the body
            client.send_body(number, b"x" * size)
            stream = client.wait(number)
            assert (stream.status, stream.reset) == (403, None)
    assert not upstream.requests


def test_refusal_of_an_endless_body_ends_it(door, upstream):
    with H2(door) as client:
        number = client.begin("POST", "/", ("origin", "https://evil.test"), end=False)
        sent = 0
        while not client.streams[number].done and sent < 64 * 1024 * 1024:
            client.send_body(number, b"x" * 65536, end=False)
            sent += 65536
        assert client.streams[number].status == 403 and sent < 64 * 1024 * 1024
        assert client.request().status == 200
    assert len(upstream.requests) == 1


def test_frame_on_a_stream_that_never_was_ends_the_connection(door):
    for bad in (frame(DATA, 0, 7, b"x"), frame(RST_STREAM, 0, 9, b"\0\0\0\0"), frame(HEADERS, 4, 2, b"\x82"),
                frame(DATA, 0, 0, b"x"), b"\xff" * 64):
        with H2(door) as client:
            client.request()
            client.send_bytes(bad)
            assert client.wait_closed(10)


def test_http1_spoken_after_h2_was_chosen_is_closed(door, upstream):
    with door.raw(alpn=("h2",)) as raw:
        raw.send("GET / HTTP/1.1\r\nHost: app.test\r\n\r\n")
        raw.read_to_end()
    assert not upstream.received()


def test_h2_spoken_after_http1_was_chosen_is_refused(door, upstream):
    with door.raw(alpn=("http/1.1",)) as raw:
        raw.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
        assert raw.read_response().status == 505
        assert raw.at_end()
    assert not upstream.received()


def test_websocket_over_http1_works_beside_h2(guestbook_door):
    """A browser that is offered no extended CONNECT opens an HTTP/1.1 connection for it."""
    with h2_client.H2(guestbook_door) as client:
        assert client.request().status == 200
    with guestbook_door.raw() as raw:
        response = raw.request("GET", "/echo", "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13",
                               "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Origin: https://app.test")
        assert response.status == 101
