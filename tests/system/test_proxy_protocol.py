"""The PROXY protocol: mandatory from the listed peers, refused from others; the address that it names is the client's."""

import contextlib
import ssl
import struct

import pytest

import harness

PROXY = "127.0.0.10"
SIGNATURE = b"\r\n\r\n\0\r\nQUIT\n"


def v1(source, port=5000):
    family = "TCP6" if ":" in source else "TCP4"
    return f"PROXY {family} {source} {'::1' if ':' in source else '127.0.0.1'} {port} 443\r\n".encode()


def v2(source, command=0x21, extra=b""):
    import socket
    if ":" in source:
        family = 0x21
        addresses = socket.inet_pton(socket.AF_INET6, source) + socket.inet_pton(socket.AF_INET6, "::1")
    else:
        family = 0x11
        addresses = socket.inet_aton(source) + socket.inet_aton("127.0.0.1")
    body = addresses + struct.pack("!HH", 5000, 443) + extra
    return SIGNATURE + struct.pack("!BBH", command, family, len(body)) + body


@pytest.fixture(scope="module")
def proxied(workplace, upstream):
    blocklist = workplace.folder / "proxied-blocklist.txt"
    blocklist.write_text("203.0.113.0/24\n2001:db8:bad::/48\n")
    with workplace.door(upstream, trusted_proxies={"ranges": [PROXY], "proxy_protocol": True},
                        blocklist={"files": [str(blocklist)]}) as door:
        yield door


@pytest.mark.parametrize("header,client", [
    (v1("192.0.2.7"), "192.0.2.7"), (v2("192.0.2.8"), "192.0.2.8"), (v1("2001:db8::7"), "2001:db8::7"),
    (v2("2001:db8::8"), "2001:db8::8"), (v1("::ffff:192.0.2.9"), "192.0.2.9"), (v2("::ffff:192.0.2.10"), "192.0.2.10"),
    (v2("192.0.2.11", extra=b"\x04\x00\x03abc"), "192.0.2.11")])
def test_named_address_is_the_clients(proxied, upstream, header, client):
    with proxied.raw(source=PROXY, before=header) as raw:
        response = raw.request("GET", "/")
    assert response.status == 200
    assert upstream.last().get("x-forwarded-for") == client
    assert proxied.record_of(response.id)["client"] == client


@pytest.mark.parametrize("header", [v1("203.0.113.9"), v2("203.0.113.9"), v1("::ffff:203.0.113.9"),
                                    v2("2001:db8:bad::1")])
def test_named_address_on_the_blocklist_is_closed_before_tls(proxied, header):
    with pytest.raises((OSError, ssl.SSLError)):
        proxied.raw(source=PROXY, before=header, timeout=8).close()


def test_local_command_and_unknown_speak_for_the_proxy_itself(proxied, upstream):
    """v2 LOCAL is a health check by the proxy; v1 UNKNOWN names nobody."""
    local = SIGNATURE + struct.pack("!BBH", 0x20, 0, 0)
    with proxied.raw(source=PROXY, before=local) as raw:
        assert raw.request("GET", "/").status == 200
    assert upstream.last().get("x-forwarded-for") == PROXY


@pytest.mark.parametrize("header", [
    b"", b"PROXY TCP4 192.0.2.1 127.0.0.1 5000 443\n", b"PROXY TCP4 192.0.2.1\r\n", b"PROXY TCP4 300.0.2.1 127.0.0.1 1 2\r\n",
    b"PROXY TCP4 192.0.2.1 127.0.0.1 99999 443\r\n", b"PROXY TCP4  192.0.2.1 127.0.0.1 1 2\r\n",
    b"PROXY TCP6 192.0.2.1 127.0.0.1 1 2\r\n", b"proxy TCP4 192.0.2.1 127.0.0.1 1 2\r\n", b"PROXY " + b"x" * 200 + b"\r\n",
    SIGNATURE + b"\x11\x11\0\x0c" + b"\0" * 12, SIGNATURE + b"\x21\x11\0\x04" + b"\0" * 4,
    SIGNATURE + b"\x2f\x11\0\x0c" + b"\0" * 12, SIGNATURE + b"\x21\x11\xff\xff" + b"\0" * 200,
    SIGNATURE[:-1] + b"X" + b"\x21\x11\0\x0c" + b"\0" * 12])
def test_listed_peer_without_a_sound_header_is_closed(proxied, upstream, header):
    with pytest.raises((OSError, ssl.SSLError)):
        proxied.raw(source=PROXY, before=header, timeout=8).close()
    assert not upstream.received()


def test_header_that_never_comes_is_not_waited_for(proxied):
    with proxied.plain(source=PROXY, timeout=15) as raw:
        assert raw.read_to_end() == b""


def test_header_in_pieces_is_read(proxied, upstream):
    for header in (v1("192.0.2.20"), v2("192.0.2.20")):
        raw = proxied.plain(source=PROXY)
        for byte in header:
            raw.send(bytes([byte]))
        raw.sock = proxied.certificates.client_context().wrap_socket(raw.sock, server_hostname=harness.APP)
        with raw:
            assert raw.request("GET", "/").status == 200
        assert upstream.last().get("x-forwarded-for") == "192.0.2.20"


@pytest.mark.parametrize("header", [v1("192.0.2.1"), v2("192.0.2.1")])
def test_others_may_not_speak_it(proxied, upstream, header):
    with pytest.raises((OSError, ssl.SSLError)):
        proxied.raw(source="127.0.0.99", before=header, timeout=8).close()
    assert not upstream.received()


def test_others_are_served_without_it(proxied, upstream):
    with proxied.raw(source="127.0.0.99") as raw:
        assert raw.request("GET", "/").status == 200
    assert upstream.last().get("x-forwarded-for") == "127.0.0.99"


def test_it_is_refused_from_everybody_where_nobody_is_listed(door, upstream):
    for header in (v1("192.0.2.1"), v2("192.0.2.1")):
        with pytest.raises((OSError, ssl.SSLError)):
            door.raw(before=header, timeout=8).close()
    assert not upstream.received()


@pytest.mark.parametrize("protocol", [True, False])
def test_proxys_connections_are_not_capped_as_one_clients(workplace, upstream, protocol):
    local = SIGNATURE + struct.pack("!BBH", 0x20, 0, 0) if protocol else b""
    with workplace.door(upstream, trusted_proxies={"ranges": [PROXY], "proxy_protocol": protocol},
                        limit={"connections": 5}) as door:
        with contextlib.ExitStack() as stack:
            for number in range(8):
                before = v1(f"192.0.2.{number}") if protocol else b""
                raw = stack.enter_context(door.raw(source=PROXY, before=before))
                assert raw.request("GET", "/").status == 200
            health_check = stack.enter_context(door.raw(source=PROXY, before=local))
            assert health_check.request("GET", "/").status == 200


def test_client_behind_the_header_is_capped(workplace, upstream):
    with workplace.door(upstream, trusted_proxies={"ranges": [PROXY], "proxy_protocol": True},
                        limit={"connections": 5}) as door:
        with contextlib.ExitStack() as stack:
            for _ in range(5):
                raw = stack.enter_context(door.raw(source=PROXY, before=v1("192.0.2.7")))
                assert raw.request("GET", "/").status == 200
            with pytest.raises((OSError, harness.BrokenOff)):
                door.raw(source=PROXY, before=v1("192.0.2.7"), timeout=5).request("GET", "/")
