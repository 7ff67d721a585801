"""The seal on every response, whoever made it: HSTS, the request id; the application's cookies and policy."""

import pytest

import harness
import upstreams
from h2_client import H2


def sealed(response):
    hsts = response.all("strict-transport-security")
    assert len(hsts) == 1 and "max-age=63072000" in hsts[0], response
    assert len(response.all("x-request-id")) == 1 and len(response.id) >= 16
    return response.id


@pytest.mark.parametrize("status", [200, 201, 204, 206, 301, 302, 304, 400, 401, 403, 404, 410, 418, 429, 500, 503, 599])
def test_every_status_of_the_application_is_sealed(door, upstream, status):
    upstream.answer = b"HTTP/1.1 %d X\r\nContent-Length: 0\r\n\r\n" % status
    if status in (204, 304):
        upstream.answer = b"HTTP/1.1 %d X\r\n\r\n" % status
    response = door.get("/")
    assert response.status == status
    sealed(response)
    with H2(door) as client:
        stream = client.request()
        assert stream.status == status
        sealed(stream)


def test_every_refusal_of_the_edge_is_sealed_and_recorded(door):
    for stream, status in ((b"nonsense\r\n\r\n", 400), (b"GET / HTTP/1.1\r\n\r\n", 400), (b"GET / HTTP/9.9\r\n\r\n", 505),
                           (b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\n\r\n", 414),
                           (b"TRACE / HTTP/1.1\r\nHost: app.test\r\n\r\n", 501),
                           (b"GET / HTTP/1.1\r\nHost: app.test\r\n" + b"X: y\r\n" * 200 + b"\r\n", 431),
                           (b"POST / HTTP/1.1\r\nHost: app.test\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
                            400)):
        with door.raw() as raw:
            response = raw.send(stream).read_response()
            assert response.status == status, response
            record = door.record_of(sealed(response))
            assert record["status"] == status and record["route"] == "edge" and record["reason"]
            assert response.get("connection") == "close" and raw.at_end()


def test_every_refusal_of_the_guards_and_belfrys_own_pages_are_sealed(door):
    for response in (door.get("/", host="unknown.test"), door.request("POST", "/", "Origin: https://evil.test"),
                     door.get("/health", host=harness.BELFRY), door.get("/", host=harness.BELFRY),
                     door.get("/security", host=harness.BELFRY), door.get("/security.json", host=harness.BELFRY),
                     door.get("/nothing-here", host=harness.BELFRY), door.get("/metrics", host=harness.BELFRY),
                     door.request("POST", "/security", host=harness.BELFRY), door.get("/.belfry/health")):
        sealed(response)


def test_ids_are_new_each_time_and_never_the_clients(door):
    ids = [sealed(door.get("/", "X-Request-Id: chosen-by-the-client")) for _ in range(20)]
    with H2(door) as client:
        ids += [sealed(client.request("GET", "/", ("x-request-id", "chosen-by-the-client"))) for _ in range(20)]
    assert len(set(ids)) == 40 and "chosen-by-the-client" not in ids


def test_the_applications_own_word_on_transport_is_replaced(door, upstream):
    upstream.answer = (b"HTTP/1.1 200 OK\r\nStrict-Transport-Security: max-age=0\r\nX-Request-Id: theirs\r\n"
                       b"Content-Length: 0\r\n\r\n")
    assert sealed(door.get("/")) != "theirs"


def test_what_the_owner_chose_is_on_every_response(workplace, upstream):
    upstream.answer = b"HTTP/1.1 200 OK\r\nSet-Cookie: a=1\r\nContent-Length: 0\r\n\r\n"
    with workplace.door(upstream, hsts={"include_subdomains": True, "preload": True},
                        cookies={"http_only": True}) as door:
        with door.raw() as raw:
            refused = raw.send(b"nonsense\r\n\r\n").read_response()
        for response in (door.get("/"), door.get("/security", host=harness.BELFRY), refused):
            sealed(response)
            assert response.get("strict-transport-security") == "max-age=63072000; includeSubDomains; preload"
        assert "HttpOnly" in door.get("/").get("set-cookie")


def test_what_the_application_leaves_out_is_added_and_what_it_says_stays(door, upstream):
    response = door.get("/")
    assert response.get("x-content-type-options") == "nosniff" and response.get("referrer-policy")
    upstream.answer = (b"HTTP/1.1 200 OK\r\nReferrer-Policy: unsafe-url\r\nContent-Security-Policy: default-src 'self'\r\n"
                       b"Server: Apache/1.3\r\nX-Powered-By: PHP/4\r\nContent-Length: 0\r\n\r\n")
    response = door.get("/")
    assert response.get("referrer-policy") == "unsafe-url"
    assert "default-src 'self'" in response.all("content-security-policy")
    assert not response.all("x-powered-by") and "Apache" not in response.get("server", "")


@pytest.mark.parametrize("cookie,wanted,unwanted", [
    ("a=1", {"secure", "samesite=lax"}, {"httponly"}),
    ("a=1; Path=/; Secure", {"path=/", "secure", "samesite=lax"}, set()),
    ("a=1; SameSite=Strict", {"secure", "samesite=strict"}, {"samesite=lax"}),
    ("a=1; SAMESITE=none; httponly", {"secure", "samesite=none", "httponly"}, {"samesite=lax"})])
def test_cookies_of_the_application_are_sealed(door, upstream, cookie, wanted, unwanted):
    upstream.answer = b"HTTP/1.1 200 OK\r\nSet-Cookie: %b\r\nContent-Length: 0\r\n\r\n" % cookie.encode()
    [sent] = door.get("/").all("set-cookie")
    attributes = [part.strip().lower() for part in sent.split(";")[1:]]
    assert sent.split(";")[0] == "a=1"
    assert wanted <= set(attributes) and not unwanted & set(attributes), sent
    assert len(attributes) == len(set(attributes)), sent


@pytest.mark.parametrize("name", ["__Host-belfry", "__HOST-BELFRY", "__Host-belfry-csrf"])
def test_belfrys_cookie_can_not_be_set_by_the_application(door, upstream, name):
    upstream.answer = (b"HTTP/1.1 200 OK\r\nSet-Cookie: %b=stolen; Path=/; Secure\r\nSet-Cookie: b=2\r\n"
                       b"Content-Length: 0\r\n\r\n" % name.encode())
    cookies = door.get("/").all("set-cookie")
    assert len(cookies) == 1 and cookies[0].startswith("b=2")


def test_guestbooks_bare_cookie_leaves_sealed(guestbook_door):
    [cookie] = guestbook_door.get("/").all("set-cookie")
    assert cookie.startswith("visits=1") and "Secure" in cookie and "SameSite=Lax" in cookie


def test_belfrys_own_pages_carry_the_strict_policy(door):
    for path in ("/", "/security", "/nothing-here"):
        response = door.get(path, "Accept: text/html", host=harness.BELFRY)
        policy = response.get("content-security-policy")
        assert "default-src 'none'" in policy and "unsafe" not in policy, path
        assert "frame-ancestors 'none'" in policy and "base-uri 'none'" in policy
        assert response.get("x-content-type-options") == "nosniff"
        assert response.get("referrer-policy") == "same-origin"
        assert response.get("cross-origin-opener-policy") == "same-origin"
        assert response.get("cross-origin-resource-policy") and response.get("cross-origin-embedder-policy")
        assert response.get("permissions-policy")


def test_nonce_is_new_for_each_page(door):
    policies = {door.get("/security", host=harness.BELFRY).get("content-security-policy") for _ in range(5)}
    assert len(policies) == 5 and all("'nonce-" in policy for policy in policies)


def test_502_and_504_are_sealed(workplace):
    with workplace.door(harness.free_port()) as door:
        sealed(door.get("/"))
    with upstreams.Upstream(upstreams.answers(close=False)) as silent, \
            workplace.door(silent, upstream_timeout={"first_byte": "1s"}) as door:
        response = door.get("/")
        assert response.status == 504
        sealed(response)
