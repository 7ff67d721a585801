"""The way to the application: what it is told of the client, what of its answers is passed on, and what is said in its
place when it fails."""

import queue
import threading

import pytest

import harness
import upstreams
from h2_client import H2
from upstreams import OK


# --- what the application is told

def test_application_is_told_of_the_client(door, upstream):
    response = door.get("/", source="127.0.0.42")
    request = upstream.last()
    assert request.all("x-forwarded-for") == ["127.0.0.42"]
    assert request.all("x-forwarded-proto") == ["https"]
    assert request.all("x-forwarded-host") == [harness.APP]
    [forwarded] = request.all("forwarded")
    assert {"for=127.0.0.42", "proto=https", "host=app.test"} <= set(forwarded.split(";"))
    assert request.all("x-request-id") == [response.id]
    assert request.all("host") == [harness.APP]


@pytest.mark.parametrize("name", [
    "X-Forwarded-For", "x-forwarded-for", "X-Forwarded-Proto", "X-Forwarded-Host", "X-Forwarded-Port", "X-Real-IP",
    "Forwarded", "X-Request-Id", "X-Forwarded_For", "X_Forwarded_For", "X.Forwarded.For", "X_Request_Id", "X-Real_IP",
    "X-Original-URL", "X-Rewrite-URL", "X-Forwarded-Prefix", "Client-IP",
    "True-Client-IP", "CF-Connecting-IP", "X-Client-IP", "X-Cluster-Client-IP", "X-Forwarded-User", "Proxy"])
def test_field_that_only_a_proxy_may_write_is_not_taken_from_a_client(door, upstream, name):
    response = door.get("/", f"{name}: 6.6.6.6")
    if response.status == 200:
        assert all("6.6.6.6" not in value for _, value in upstream.last().fields), upstream.last().fields
    else:
        assert response.status == 400 and not upstream.requests


def test_same_over_http2(door, upstream):
    with H2(door) as client:
        stream = client.request("GET", "/", ("x-forwarded-for", "6.6.6.6"), ("forwarded", "for=6.6.6.6"),
                                ("x-request-id", "mine"))
        assert stream.status == 200
    assert upstream.last().all("x-forwarded-for") == ["127.0.0.1"]
    assert upstream.last().all("x-request-id") == [stream.id]
    assert not any("6.6.6.6" in value for _, value in upstream.last().fields)


def test_trusted_proxys_fields_are_believed_and_extended(workplace, upstream):
    with workplace.door(upstream, trusted_proxies={"ranges": ["127.0.0.10"]}) as door:
        response = door.get("/", "X-Forwarded-For: 6.6.6.6, 192.0.2.55", source="127.0.0.10")
        assert upstream.last().get("x-forwarded-for").replace(" ", "").endswith("192.0.2.55,127.0.0.10")
        # What stands left of the proxy's own word is the client's.
        assert door.record_of(response.id)["client"] == "192.0.2.55"
        door.get("/", "X-Forwarded-For: 192.0.2.55", source="127.0.0.11")
        assert upstream.last().all("x-forwarded-for") == ["127.0.0.11"]


def test_trusted_proxys_unreadable_word_is_refused(workplace, upstream):
    """authentik's CVE-2024-47070: what can't be read must not skip the policy."""
    with workplace.door(upstream, trusted_proxies={"ranges": ["127.0.0.10"]}) as door:
        response = door.get("/", "X-Forwarded-For: not-an-address", source="127.0.0.10")
        assert 400 <= response.status < 500
        assert not upstream.requests


@pytest.mark.parametrize("lines,gone", [
    (["Connection: X-Private", "X-Private: 1"], ["x-private"]),
    (["Connection: close, X-Private, X-Other", "X-Private: 1", "X-Other: 2"], ["x-private", "x-other"]),
    (["Keep-Alive: timeout=5"], ["keep-alive"]), (["Proxy-Connection: keep-alive"], ["proxy-connection"]),
    (["TE: gzip"], []), (["Upgrade: h2c", "Connection: Upgrade, HTTP2-Settings", "HTTP2-Settings: AAMAAABk"],
                         ["upgrade", "http2-settings"]),
    (["Proxy-Authorization: Basic eDp5"], ["proxy-authorization"])])
def test_hop_by_hop_fields_stay_behind(door, upstream, lines, gone):
    with door.raw() as raw:
        assert raw.request("GET", "/", *lines).status == 200
    names = [name for name, _ in upstream.last().fields]
    assert not set(gone) & set(names), names
    assert "gzip" not in (upstream.last().get("te") or "")


@pytest.mark.parametrize("named", ["X-Forwarded-For", "X-Forwarded-Proto", "Forwarded", "X-Request-Id", "Host", "Cookie",
                                   "Authorization", "Content-Length"])
def test_connection_takes_none_of_our_fields_away(door, upstream, named):
    """Traefik's CVE-2024-45410."""
    with door.raw() as raw:
        response = raw.request("POST", "/", f"Connection: {named}", "Sec-Fetch-Site: same-origin", body=b"hello")
    if response.status == 200:
        names = [name for name, _ in upstream.last().fields]
        assert {"x-forwarded-for", "x-forwarded-proto", "forwarded", "x-request-id", "host"} <= set(names)
        assert upstream.last().body == b"hello"
    else:
        assert response.status == 400 and not upstream.requests


def test_belfrys_cookies_stay_behind(door, upstream):
    door.get("/", "Cookie: a=1; __Host-belfry=secret; b=2; __host-BELFRY-x=secret")
    assert "secret" not in repr(upstream.last().fields)
    assert upstream.last().get("cookie") == "a=1; b=2"


def test_reserved_folder_never_reaches_the_application(door, upstream):
    for path in ("/.belfry/anything", "/.belfry", "/.BELFRY/anything", "/.belfry/", "//.belfry//x"):
        assert door.get(path).status == 404, path
    assert door.get("/.belfry/health").status == 200
    assert not upstream.requests
    assert door.get("/.belfryx").status == 200


# --- when it fails

def failing(workplace, serve, **sections):
    upstream = upstreams.Upstream(serve)
    return upstream, workplace.door(upstream, **sections)


def assert_own_page(response, status, door):
    assert response.status == status, response
    assert response.id and response.id in response.body.decode(), "the page names the request"
    assert response.get("strict-transport-security")
    record = door.record_of(response.id)
    assert record["status"] == status and record["reason"], record
    return record


def test_application_that_is_down_is_a_502(workplace):
    with workplace.door(harness.free_port()) as door:
        for accept in ("text/html", "application/json", "*/*"):
            record = assert_own_page(door.get("/", f"Accept: {accept}"), 502, door)
            assert record["reason"] == "upstream_unreachable"
        assert_own_page(door.request("POST", "/", body=b"hello" * 10_000), 502, door)
        with H2(door) as client:
            assert client.request().status == 502
        assert door.metric("belfry_upstream_errors_total") >= 4


def test_application_that_never_answers_is_a_504(bad_door):
    door, upstream = bad_door
    upstream.serve = upstreams.answers(close=False)
    assert assert_own_page(door.get("/"), 504, door)["reason"] == "upstream_first_byte_timeout"


def test_application_that_trickles_its_head_is_a_504(bad_door):
    door, upstream = bad_door
    def trickle(peer):
        peer.read_head()
        for byte in b"HTTP/1.1 200 OK\r\nX-Slow: " + b"a" * 1000:
            peer.send(bytes([byte]))
            if peer.closed_by_door.wait(0.1):
                return
    upstream.serve = trickle
    assert_own_page(door.get("/"), 504, door)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_answer_before_a_request_poisons_nothing(bad_door, method):
    """A response that lies on an idle connection belongs to nobody, also if it lies there for a moment only."""
    door, upstream = bad_door
    idle, lying = queue.Queue(), queue.Queue()

    def serve(peer):
        peer.read_request()
        peer.send(OK)
        idle.get(timeout=10)
        peer.send(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil")
        lying.put(True)
        peer.wait_closed()
    upstream.serve = serve
    with door.raw() as raw:
        for _ in range(4):
            assert raw.request(method, "/", body=b"x" if method == "POST" else b"").body == b"ok"
            idle.put(True)
            assert lying.get(timeout=10)


def test_early_answer_to_an_upload_passes(bad_door):
    door, upstream = bad_door
    upstream.serve = upstreams.answers(b"HTTP/1.1 413 Too Much\r\nContent-Length: 3\r\nConnection: close\r\n\r\nno!")
    with door.raw() as raw:
        raw.send("POST / HTTP/1.1\r\nHost: app.test\r\nContent-Length: 50000000\r\n\r\n" + "x" * 10_000)
        response = raw.read_response()
        assert response.status == 413 and response.body == b"no!"


# --- trying again

class ForgetfulUpstream(upstreams.Upstream):
    """Answers the first request of each connection, closes at the second without a word."""

    def __init__(self):
        self.requests, self.forgetful = [], True
        super().__init__()

    def serve(self, peer):
        self.requests.append(peer.read_request())
        peer.send(OK)
        while True:
            self.requests.append(peer.read_request())
            if self.forgetful:
                return
            peer.send(OK)


@pytest.mark.parametrize("method,body,status", [
    ("GET", b"", 200), ("HEAD", b"", 200), ("OPTIONS", b"", 200), ("DELETE", b"", 200), ("POST", b"", 502),
    ("POST", b"x", 502), ("PATCH", b"x", 502), ("PUT", b"x", 502), ("PROPFIND", b"", 502)])
def test_only_what_may_be_repeated_is_repeated(workplace, method, body, status):
    with ForgetfulUpstream() as upstream, workplace.door(upstream, site={"workers": 1}) as door, door.raw() as raw:
        assert raw.request("GET", "/first").status == 200
        assert raw.request(method, "/second", body=body).status == status
        again = [request for request in upstream.requests if request.target == "/second"]
        assert len(again) == (2 if status == 200 else 1)


def test_nothing_is_repeated_once_an_answer_began(workplace):
    count = []

    def serve(peer):
        peer.read_request()
        peer.send(OK)
        count.append(peer.read_request())
        peer.send(b"HTTP/1.1 200 OK\r\nContent-")
    with upstreams.Upstream(serve) as upstream, workplace.door(upstream, site={"workers": 1}) as door, \
            door.raw() as raw:
        assert raw.request("GET", "/first").status == 200
        assert raw.request("GET", "/second").status == 502
        assert len(count) == 1


def test_fresh_connection_that_fails_is_not_tried_again(workplace):
    tried = []

    def serve(peer):
        tried.append(peer.read_request())
    with upstreams.Upstream(serve) as upstream, workplace.door(upstream) as door:
        assert door.get("/").status == 502
        assert len(tried) == 1


def test_connections_to_the_application_are_kept(workplace, upstream):
    with workplace.door(upstream, site={"workers": 1}) as door:
        before = len(upstream.peers)
        with door.raw() as raw:
            for _ in range(20):
                assert raw.request("GET", "/").status == 200
        for _ in range(5):
            assert door.get("/").status == 200
        assert len(upstream.peers) - before == 1


# --- streams

def test_events_pass_one_by_one(workplace):
    """Lock-step: the application sends the next only after the client has seen the one before. A buffer on the way would
    stop it for ever."""
    seen = threading.Semaphore(0)

    def serve(peer):
        peer.read_request()
        peer.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n")
        for number in range(20):
            event = b"data: %d\n\n" % number
            peer.send(b"%x\r\n%b\r\n" % (len(event), event))
            if not seen.acquire(timeout=10):
                return
        peer.send(b"0\r\n\r\n")
    with upstreams.Upstream(serve) as upstream, workplace.door(upstream) as door:
        with door.raw() as raw:
            raw.send("GET /events HTTP/1.1\r\nHost: app.test\r\nAccept: text/event-stream\r\n\r\n")
            assert raw.read_head().get("content-type") == "text/event-stream"
            for number in range(20):
                raw.read_until(b"data: %d\n\n" % number)
                seen.release()
        with H2(door) as client:
            stream = client.begin("GET", "/events")
            for number in range(20):
                harness.wait_until(lambda: client.pump(0.05) and b"data: %d\n\n" % number in client.streams[stream].body,
                                   10, f"event {number}")
                seen.release()


def websocket_handshake(raw, *lines, path="/echo"):
    return raw.request("GET", path, "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13",
                       "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", *(lines or ["Origin: https://app.test"]))


def websocket_frame(payload, opcode=1):
    size = len(payload)
    length = bytes([0x80 | size]) if size < 126 else b"\xfe" + size.to_bytes(2, "big") if size < 65536 else \
        b"\xff" + size.to_bytes(8, "big")
    return bytes([0x80 | opcode]) + length + b"\0\0\0\0" + payload


def read_websocket_frame(raw):
    head = raw.read_exactly(2)
    size = head[1] & 0x7F
    if size > 125:
        size = int.from_bytes(raw.read_exactly(2 if size == 126 else 8), "big")
    return head[0] & 0x0F, raw.read_exactly(size)


def test_websocket_echoes_through_the_door(guestbook_door):
    with guestbook_door.raw() as raw:
        response = websocket_handshake(raw)
        assert response.status == 101 and response.get("upgrade").lower() == "websocket"
        assert response.get("sec-websocket-accept") == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="  # RFC 6455, section 1.3
        assert response.get("strict-transport-security") and response.id
        for payload in (b"hello", b"x" * 1000, b"y" * 200_000, b""):
            raw.send(websocket_frame(payload))
            assert read_websocket_frame(raw) == (1, payload)
        raw.send(websocket_frame(b"?", 9))
        assert read_websocket_frame(raw) == (10, b"?")
        raw.send(websocket_frame(b"\x03\xe8", 8))
        assert read_websocket_frame(raw) == (8, b"\x03\xe8")
        assert raw.at_end()
        assert guestbook_door.record_of(response.id)["status"] == 101


def test_first_frame_may_come_with_the_101(bad_door):
    door, upstream = bad_door
    upstream.serve = upstreams.answers(
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n\x81\x05early")
    with door.raw() as raw:
        assert websocket_handshake(raw).status == 101
        assert read_websocket_frame(raw) == (1, b"early")


def test_no_tunnel_without_a_101(door, upstream):
    upstream.answer = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nno"
    with door.raw() as raw:
        response = websocket_handshake(raw)
        assert response.status == 200 and response.body == b"no"
        upstream.forget()
        upstream.answer = OK
        raw.send(websocket_frame(b"GET /raw HTTP/1.1\r\n\r\n"))
        assert raw.read_response().status == 400
    assert not upstream.received()


@pytest.mark.parametrize("lines", [
    ["Upgrade: websocket"], ["Upgrade: websocket", "Connection: keep-alive"]])
def test_half_an_upgrade_is_none(guestbook_door, lines):
    with guestbook_door.raw() as raw:
        response = raw.request("GET", "/echo", *lines, "Sec-WebSocket-Version: 13",
                               "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Origin: https://app.test")
        assert response.status in (400, 426)


@pytest.mark.parametrize("method,lines", [
    ("POST", ["Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="]),
    ("GET", ["Sec-WebSocket-Version: 13"]), ("GET", ["Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="]),
    ("GET", ["Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: short"]),
    ("GET", ["Sec-WebSocket-Version: 8", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="])])
def test_handshake_that_is_none_is_refused_or_a_plain_request(door, upstream, method, lines):
    with door.raw() as raw:
        response = raw.request(method, "/echo", "Upgrade: websocket", "Connection: Upgrade", "Origin: https://app.test",
                               *lines)
        assert response.status in (200, 400, 426)
        assert raw.request("GET", "/next").status == 200, "it is HTTP still"
    for request in upstream.requests:
        assert not request.all("upgrade") and not request.all("connection")


def test_application_that_ends_the_tunnel_ends_the_connection(bad_door):
    door, upstream = bad_door
    upstream.serve = upstreams.answers(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                                       b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n")
    with door.raw() as raw:
        assert websocket_handshake(raw).status == 101
        assert raw.at_end()


def test_client_that_ends_the_tunnel_ends_the_applications(workplace):
    def serve(peer):
        peer.read_head()
        peer.send(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                  b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n")
        peer.wait_closed()
    with upstreams.Upstream(serve) as upstream, workplace.door(upstream) as door:
        with door.raw() as raw:
            assert websocket_handshake(raw).status == 101
        assert upstream.peers[0].closed_by_door.wait(10)
