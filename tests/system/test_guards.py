"""The guards through the real door: each refuses what it is there for, says why, and lets the rest through."""

import ssl

import pytest

import harness
from h2_client import H2

def refused(door, upstream, response, status, reason):
    assert response.status == status, response
    assert door.record_of(response.id)["reason"] == reason
    assert not upstream.requests, "it was forwarded all the same"
    assert response.get("strict-transport-security")


# --- host

@pytest.mark.parametrize("host", ["unknown.test", "app.test.evil.test", "evilapp.test", "127.0.0.1", "[::1]", "app"])
def test_unknown_host_is_refused(door, upstream, host):
    refused(door, upstream, door.get("/", host=host), 421, "unknown_host")


def test_unknown_host_is_refused_over_http2(door, upstream):
    with H2(door) as client:
        client.host = "unknown.test"
        assert client.request().status == 421
    assert not upstream.requests


def test_belfrys_host_is_not_the_applications(door, upstream):
    assert door.get("/no-such-page", host=harness.BELFRY).status == 404
    assert not upstream.requests


# --- address

@pytest.fixture(scope="module")
def listed(workplace, upstream):
    blocklist = workplace.folder / "blocklist.txt"
    blocklist.write_text("# a list\n127.0.0.66\n127.0.7.0/24 ; SBL1\n::1/128\n127.0.8.0/24\n")
    with workplace.door(upstream, blocklist={"files": [str(blocklist)], "allow": ["127.0.8.8"]}) as door:
        yield door


@pytest.mark.parametrize("address", ["127.0.0.66", "127.0.7.1", "127.0.7.255", "127.0.8.9"])
def test_blocked_address_is_closed_before_tls(listed, upstream, address):
    before = listed.metric("belfry_connections_refused_total")
    with pytest.raises((OSError, ssl.SSLError)):
        listed.raw(source=address, timeout=8).close()
    assert listed.metric("belfry_connections_refused_total") > before
    assert not upstream.requests


@pytest.mark.parametrize("address", ["127.0.0.65", "127.0.6.255", "127.0.8.8"])
def test_other_address_is_let_in_and_allow_wins(listed, address):
    assert listed.get("/", source=address).status == 200


# --- rate

@pytest.fixture(scope="module")
def limited(workplace, upstream):
    with workplace.door(upstream, limit={"rate": 0.1, "burst": 10}) as door:
        yield door


def test_burst_is_let_through_and_the_next_request_is_refused(limited, upstream):
    with limited.raw(source="127.0.2.1") as raw:
        assert [raw.request("GET", "/").status for _ in range(10)] == [200] * 10
        upstream.forget()
        response = raw.request("GET", "/")
        refused(limited, upstream, response, 429, "rate_exceeded")
        assert 1 <= int(response.get("retry-after")) <= 11
        # The connection's framing is sound: it goes on.
        assert raw.request("GET", "/").status == 429


def test_bucket_is_the_addresss_not_the_connections(limited):
    """Every worker thread counts in the same bucket."""
    statuses = [limited.get("/", source="127.0.2.2").status for _ in range(30)]
    assert statuses == [200] * 10 + [429] * 20
    with H2(limited, source="127.0.2.2") as client:
        assert client.request().status == 429


def test_other_address_has_its_own_bucket(limited):
    for _ in range(12):
        limited.get("/", source="127.0.2.3")
    assert limited.get("/", source="127.0.2.4").status == 200


def test_file_that_a_page_loads_costs_less(limited):
    with limited.raw(source="127.0.2.5") as raw:
        by_destination = [raw.request("GET", f"/a{n}", "Sec-Fetch-Dest: style").status for n in range(50)]
        assert by_destination == [200] * 50
    with limited.raw(source="127.0.2.6") as raw:
        assert [raw.request("GET", f"/a{n}.png").status for n in range(50)] == [200] * 50
    with limited.raw(source="127.0.2.7") as raw:
        assert [raw.request("GET", f"/{n}", "Sec-Fetch-Dest: document").status for n in range(11)] == [200] * 10 + [429]


def test_forged_forwarding_fields_open_no_other_bucket(limited):
    with limited.raw(source="127.0.2.8") as raw:
        statuses = [raw.request("GET", "/", f"X-Forwarded-For: 192.0.2.{n}").status for n in range(11)]
    assert statuses == [200] * 10 + [429]


# --- size

@pytest.fixture(scope="module")
def small(workplace, upstream):
    with workplace.door(upstream, limit={"body": "1 KiB"}) as door:
        yield door


def test_body_of_the_limit_passes_and_one_byte_more_is_refused(small, upstream):
    assert small.request("POST", "/", body=b"x" * 1024).status == 200
    upstream.forget()
    refused(small, upstream, small.request("POST", "/", body=b"x" * 1025), 413, "body_too_large")
    assert not upstream.received(), "an announced size is refused before anything is forwarded"


def test_chunked_body_above_the_limit_is_never_completed(small, upstream):
    body = b"".join(b"100\r\n" + b"x" * 256 + b"\r\n" for _ in range(5)) + b"0\r\n\r\n"
    response = small.request("POST", "/", "Transfer-Encoding: chunked", body=body)
    assert response.status == 413
    assert not upstream.requests
    with H2(small) as client:
        stream = client.request("POST", "/", body=b"x" * 1025)
        assert stream.status == 413 or stream.reset is not None
    assert not upstream.requests


# --- origin

LETS_THROUGH = {
    "same_origin": ("POST", ["Sec-Fetch-Site: same-origin", "Cookie: a=1"]),
    "typed_by_the_user": ("POST", ["Sec-Fetch-Site: none", "Cookie: a=1"]),
    "own_origin": ("POST", ["Origin: https://app.test", "Cookie: a=1"]),
    "program_without_cookies": ("POST", []),
    "safe_from_elsewhere": ("GET", ["Sec-Fetch-Site: cross-site", "Origin: https://evil.test", "Cookie: a=1"]),
    "safe_without_anything": ("GET", ["Cookie: a=1"]),
    "put_same_origin": ("PUT", ["Sec-Fetch-Site: same-origin"]),
}
REFUSES = {
    "cross_site": ("POST", ["Sec-Fetch-Site: cross-site"]),
    "cross_site_with_own_origin": ("POST", ["Sec-Fetch-Site: cross-site", "Origin: https://app.test"]),
    "foreign_origin": ("POST", ["Origin: https://evil.test"]),
    "foreign_subdomain": ("POST", ["Origin: https://x.app.test"]),
    "foreign_suffix": ("POST", ["Origin: https://app.test.evil.test"]),
    "foreign_prefix": ("POST", ["Origin: https://evilapp.test"]),
    "plain_http_origin": ("POST", ["Origin: http://app.test"]),
    "other_port": ("POST", ["Origin: https://app.test:8444"]),
    "null_origin": ("POST", ["Origin: null"]),
    "belfrys_origin": ("POST", ["Origin: https://belfry.test"]),
    "two_origins": ("POST", ["Origin: https://app.test", "Origin: https://evil.test"]),
    "origin_list": ("POST", ["Origin: https://app.test https://evil.test"]),
    "empty_origin": ("POST", ["Origin:", "Cookie: a=1"]),
    "odd_fetch_site": ("POST", ["Sec-Fetch-Site: anything"]),
    "two_fetch_sites": ("POST", ["Sec-Fetch-Site: same-origin", "Sec-Fetch-Site: cross-site"]),
    "cookies_and_no_word": ("POST", ["Cookie: a=1"]),
    "delete": ("DELETE", ["Origin: https://evil.test"]),
    "put": ("PUT", ["Sec-Fetch-Site: cross-site"]),
    "patch": ("PATCH", ["Sec-Fetch-Site: cross-site"]),
    "unknown_method": ("FROBNICATE", ["Sec-Fetch-Site: cross-site"]),
}


@pytest.mark.parametrize("name", LETS_THROUGH)
def test_request_of_our_own_pages_passes(door, upstream, name):
    method, lines = LETS_THROUGH[name]
    assert door.request(method, "/", *lines).status == 200
    assert len(upstream.requests) == 1


@pytest.mark.parametrize("name", REFUSES)
def test_request_of_a_foreign_page_is_refused(door, upstream, name):
    method, lines = REFUSES[name]
    response = door.request(method, "/", *lines)
    assert response.status == 403, response
    assert door.record_of(response.id)["reason"] in ("foreign_origin", "ambiguous_origin", "missing_origin")
    assert not upstream.requests
    with H2(door) as client:
        if len({line.split(":")[0] for line in lines}) == len(lines):
            fields = [(line.split(":", 1)[0].lower(), line.split(":", 1)[1].strip()) for line in lines]
            assert client.request(method, "/", *fields).status == 403
    assert not upstream.requests


@pytest.mark.parametrize("lines", [["Origin: https://evil.test"], ["Origin: null"], ["Sec-Fetch-Site: cross-site"],
                                   ["Cookie: a=1"]])
def test_websocket_of_a_foreign_page_is_refused(door, upstream, lines):
    with door.raw() as raw:
        response = raw.request("GET", "/echo", "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13",
                               "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", *lines)
    assert response.status == 403
    assert not upstream.requests


def test_excepted_path_takes_webhooks(workplace, upstream):
    with workplace.door(upstream, origin={"except": ["/hooks"]}) as door:
        for path, status in (("/hooks", 200), ("/hooks/a", 200), ("/hooksmith", 403), ("/", 403), ("/HOOKS", 403),
                             ("/hooks/../x", 400), ("/x?/hooks", 403)):
            assert door.request("POST", path, "Origin: https://evil.test").status == status, path


def test_same_site_is_foreign_on_belfrys_host(door):
    for path in ("/security", "/no-such-page"):
        response = door.request("POST", path, "Sec-Fetch-Site: same-site", host=harness.BELFRY)
        assert response.status in (403, 405), path


def test_belfrys_pages_take_no_unsafe_method(door):
    response = door.request("POST", "/security", "Sec-Fetch-Site: same-origin", host=harness.BELFRY)
    assert response.status == 405 and response.get("allow") == "GET, HEAD"


# --- counted by reason

def test_refusals_are_counted_by_reason(door):
    before = door.metric("belfry_refusals_total", reason="foreign_origin")
    for _ in range(3):
        assert door.request("POST", "/", "Origin: https://evil.test").status == 403
    assert door.metric("belfry_refusals_total", reason="foreign_origin") == before + 3
