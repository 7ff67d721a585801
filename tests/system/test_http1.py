"""HTTP/1.1 through the door: what an application and a browser may do with each other passes unchanged."""

import pytest

import harness
from upstreams import OK, Last


def test_connection_carries_one_request_after_another(door, upstream):
    with door.raw() as raw:
        for number in range(20):
            assert raw.request("GET", f"/{number}").status == 200
    assert [request.target for request in upstream.requests] == [f"/{number}" for number in range(20)]


def test_connection_close_is_kept(door):
    with door.raw() as raw:
        response = raw.request("GET", "/", "Connection: close")
        assert response.status == 200 and response.get("connection") == "close"
        assert raw.at_end()


def test_http10_is_answered_and_closed(door, upstream):
    with door.raw() as raw:
        raw.send(f"GET /old HTTP/1.0\r\nHost: {harness.APP}\r\n\r\n")
        response = raw.read_response()
        assert response.status == 200 and response.body == b"ok"
        assert raw.at_end()
    assert upstream.last().version == "HTTP/1.1"


def test_http10_client_gets_no_chunks(door, upstream):
    upstream.answer = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"
    with door.raw() as raw:
        raw.send(f"GET / HTTP/1.0\r\nHost: {harness.APP}\r\n\r\n")
        response = raw.read_response()
        assert not response.all("transfer-encoding")
        assert response.body == b"hello"


def test_pipelined_requests_are_answered_in_order(door, upstream):
    upstream.answer = lambda request: (
        b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(request.target), request.target.encode()))
    with door.raw() as raw:
        raw.send("".join(f"GET /{number} HTTP/1.1\r\nHost: {harness.APP}\r\n\r\n" for number in range(30)))
        assert [raw.read_response().body for _ in range(30)] == [b"/%d" % number for number in range(30)]


def test_pipelined_request_behind_a_body_is_read_where_the_body_ends(door, upstream):
    with door.raw() as raw:
        raw.send(f"POST /first HTTP/1.1\r\nHost: {harness.APP}\r\nContent-Length: 5\r\n\r\nhello"
                 f"POST /second HTTP/1.1\r\nHost: {harness.APP}\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
                 f"GET /third HTTP/1.1\r\nHost: {harness.APP}\r\n\r\n")
        assert [raw.read_response().status for _ in range(3)] == [200, 200, 200]
    assert [(request.target, request.body) for request in upstream.requests] == [
        ("/first", b"hello"), ("/second", b"abc"), ("/third", b"")]


def test_request_that_comes_byte_by_byte_is_read(door, upstream):
    text = f"POST /slowly?x=1 HTTP/1.1\r\nHost: {harness.APP}\r\nContent-Length: 4\r\n\r\nbody"
    with door.raw() as raw:
        for byte in text:
            raw.send(byte)
        assert raw.read_response().status == 200
    assert upstream.last().target == "/slowly?x=1" and upstream.last().body == b"body"


def test_method_and_unknown_method_are_forwarded_by_name(door, upstream):
    for method in ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND", "PURGE"):
        assert door.request(method, "/thing").status == 200
        assert upstream.last().method == method


def test_options_asterisk_is_forwarded(door, upstream):
    assert door.request("OPTIONS", "*").status == 200
    assert upstream.last().target == "*"


@pytest.mark.parametrize("query", [
    "?", "?a=b&a=c", "?%2e%2F%5C%00%3b", "?a=%zz", "?q=a+b%20c", "??x", "?/../..", "?'\"<>|{}`^", "?a;b;c", "?=&=&",
    "?redirect=https://other.example/%0d%0a"])
def test_query_is_forwarded_byte_for_byte(door, upstream, query):
    assert door.get("/page" + query).status == 200
    assert upstream.last().target == "/page" + query


@pytest.mark.parametrize("sent,forwarded", [
    ("/", "/"), ("/a/b", "/a/b"), ("/%7Euser", "/~user"), ("/%61bc", "/abc"), ("/a%20b", "/a%20b"),
    ("/%e2%82%ac", "/%E2%82%AC"), ("//a///b//", "/a/b/"), ("/a;v=1/b", "/a;v=1/b"), ("/a/...", "/a/...")])
def test_path_is_forwarded_in_canonical_form(door, upstream, sent, forwarded):
    assert door.get(sent).status == 200
    assert upstream.last().target == forwarded


def test_absolute_form_is_forwarded_in_origin_form(door, upstream):
    with door.raw() as raw:
        raw.send(f"GET https://{harness.APP}/path?q HTTP/1.1\r\nHost: {harness.APP}\r\n\r\n")
        assert raw.read_response().status == 200
    assert upstream.last().target == "/path?q"


def test_host_is_found_without_regard_to_case_port_and_final_dot(door):
    for host in ("APP.Test", f"app.test:{door.port}", "app.test."):
        with door.raw() as raw:
            assert raw.request("GET", "/", host=host).status == 200, host


def test_body_of_known_length_reaches_the_application_unchanged(door, upstream):
    body = bytes(range(256)) * 1000
    assert door.request("PUT", "/file", body=body).status == 200
    assert upstream.last().body == body


def test_chunked_body_reaches_the_application_unchanged(door, upstream):
    pieces = [b"a", b"0123456789" * 5000, bytes(range(256)), b"\r\n0\r\n\r\n"]
    body = b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"
    assert door.request("POST", "/file", "Transfer-Encoding: chunked", body=body).status == 200
    assert upstream.last().body == b"".join(pieces)


def test_trailers_of_the_request_are_forwarded(door, upstream):
    body = b"5\r\nhello\r\n0\r\nX-Checksum: 1234\r\n\r\n"
    assert door.request("POST", "/", "Transfer-Encoding: chunked", body=body).status == 200
    assert upstream.last().body == b"hello"
    assert upstream.last().trailers == [("x-checksum", "1234")]


def test_trailer_can_not_bring_in_a_field_of_the_head(door, upstream):
    body = b"5\r\nhello\r\n0\r\nHost: evil\r\nX-Forwarded-For: 6.6.6.6\r\nContent-Length: 3\r\nX-Mine: 1\r\n\r\n"
    response = door.request("POST", "/", "Transfer-Encoding: chunked", body=body)
    if response.status == 200:
        names = [name for name, _ in upstream.last().trailers]
        assert set(names) <= {"x-mine"}
    else:
        assert response.status == 400


def test_chunked_response_and_its_trailers_pass(door, upstream):
    upstream.answer = (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n"
                       b"5\r\nhello\r\n6\r\n world\r\n0\r\nX-Sum: 42\r\n\r\n")
    with door.raw() as raw:
        response = raw.request("GET", "/", "TE: trailers", "Connection: TE")
        assert response.body == b"hello world"
        assert response.trailers == [("x-sum", "42")]
        assert raw.request("GET", "/").body == b"hello world"


def test_response_that_ends_with_the_connection_passes_whole(door, upstream):
    upstream.answer = Last(b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 100_000)
    with door.raw() as raw:
        response = raw.request("GET", "/")
        assert len(response.body) == 100_000
        # The client's connection does not have to end for it.
        assert response.get("transfer-encoding") == "chunked"
        upstream.answer = OK
        assert raw.request("GET", "/").body == b"ok"


def test_expect_continue_is_answered_before_the_body(door, upstream):
    with door.raw() as raw:
        raw.send(f"POST / HTTP/1.1\r\nHost: {harness.APP}\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n")
        assert raw.read_head().status == 100
        raw.send("hello")
        assert raw.read_response().status == 200
        assert raw.request("GET", "/next").status == 200
    assert upstream.requests[0].body == b"hello"


def test_expect_continue_gets_a_refusal_without_a_body(door, upstream):
    with door.raw() as raw:
        raw.send("POST / HTTP/1.1\r\nHost: unknown.test\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n")
        assert raw.read_response().status == 421
    assert not upstream.requests


def test_unknown_expectation_is_refused(door, upstream):
    assert door.request("POST", "/", "Expect: a-miracle", body=b"x").status == 417
    assert not upstream.requests


def test_head_has_the_length_and_no_body(door, upstream):
    upstream.answer = b"HTTP/1.1 200 OK\r\nContent-Length: 1234\r\n\r\n"
    with door.raw() as raw:
        response = raw.request("HEAD", "/")
        assert response.get("content-length") == "1234"
        upstream.answer = OK
        assert raw.request("GET", "/").body == b"ok"


@pytest.mark.parametrize("status,phrase", [(204, "No Content"), (304, "Not Modified")])
def test_response_without_a_body_has_none(door, upstream, status, phrase):
    upstream.answer = b'HTTP/1.1 %d %b\r\nETag: "1"\r\n\r\n' % (status, phrase.encode())
    with door.raw() as raw:
        for _ in range(3):
            response = raw.request("GET", "/", 'If-None-Match: "1"')
            assert response.status == status and response.get("etag") == '"1"'
            assert not response.all("transfer-encoding")
            assert status != 204 or not response.all("content-length")


def test_interim_responses_pass(door, upstream):
    upstream.answer = (b"HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\n"
                       b"HTTP/1.1 102 Processing\r\n\r\n" + OK)
    with door.raw() as raw:
        raw.send(f"GET / HTTP/1.1\r\nHost: {harness.APP}\r\n\r\n")
        interim = []
        response = raw.read_response(interim=interim)
        assert response.status == 200
        assert [early.status for early in interim] == [103, 102]
        assert interim[0].get("link") == "</style.css>; rel=preload"


def test_unasked_continue_of_the_application_confuses_nobody(door, upstream):
    upstream.answer = b"HTTP/1.1 100 Continue\r\n\r\n" + OK
    with door.raw() as raw:
        for _ in range(3):
            assert raw.request("POST", "/", body=b"hello").status == 200


def test_ranges_pass(guestbook_door):
    whole = guestbook_door.get("/download?bytes=100000")
    part = guestbook_door.get("/download?bytes=100000", "Range: bytes=70000-70099")
    assert part.status == 206 and part.get("content-range") == "bytes 70000-70099/100000"
    assert part.body == whole.body[70000:70100]
    assert guestbook_door.get("/download?bytes=10", "Range: bytes=10-").status == 416


def test_conditional_request_gets_not_modified(guestbook_door):
    first = guestbook_door.get("/style.css")
    assert guestbook_door.get("/style.css", f"If-None-Match: {first.get('etag')}").status == 304


def test_fields_of_the_application_pass_in_their_order(door, upstream):
    upstream.answer = (b"HTTP/1.1 200 OK\r\nX-One: 1\r\nSet-Cookie: a=1; Secure\r\nSet-Cookie: b=2; Secure\r\n"
                       b"Content-Length: 0\r\nX-Two: \xe9t\xe9\r\n\r\n")
    response = door.get("/")
    assert [cookie.split(";")[0] for cookie in response.all("set-cookie")] == ["a=1", "b=2"]
    assert response.get("x-one") == "1" and response.get("x-two") == "été"


def test_status_and_unregistered_status_pass(door, upstream):
    for status in (200, 201, 206, 301, 302, 307, 400, 401, 403, 404, 410, 418, 429, 451, 500, 503, 599):
        upstream.answer = b"HTTP/1.1 %d Whatever\r\nContent-Length: 2\r\n\r\nhm" % status
        response = door.get("/")
        assert (response.status, response.body) == (status, b"hm")


def test_python_client_holds_a_conversation(guestbook_door):
    client = guestbook_door.http_client()
    client.request("POST", "/sign", "name=Ada&text=hello+there",
                   {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"})
    response = client.getresponse()
    response.read()
    assert response.status == 303 and response.headers["Location"] == "/"
    client.request("GET", "/")
    response = client.getresponse()
    assert "hello there" in response.read().decode()
    client.close()
