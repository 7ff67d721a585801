"""Floods of HTTP/2 that made other servers work for nothing: each ends its connection, grows no memory and leaves a
bystander served."""

import pytest

import harness
from h2_client import H2, frame

DATA, HEADERS, PRIORITY, RST_STREAM, SETTINGS, PING, GOAWAY, WINDOW_UPDATE, CONTINUATION = 0, 1, 2, 3, 4, 6, 7, 8, 9
END_STREAM, END_HEADERS, ACK = 1, 4, 1
MEGABYTE = 1024 * 1024

# :method GET, :scheme https, :path /, from the static table; :authority app.test as a literal (RFC 7541).
REQUEST = b"\x82\x87\x84\x01\x08app.test"


def rapid_reset():
    """CVE-2023-44487."""
    for number in range(1, 200_000, 2):
        yield frame(HEADERS, END_HEADERS | END_STREAM, number, REQUEST) + frame(RST_STREAM, 0, number, b"\0\0\0\x08")


def made_to_reset():
    """CVE-2025-8671: the client breaks a rule of the stream so that the server resets it."""
    for number in range(1, 200_000, 2):
        yield frame(HEADERS, END_HEADERS, number, REQUEST) + frame(WINDOW_UPDATE, 0, number, b"\0\0\0\0")


def continuation():
    """CVE-2024-27316: a head that never ends."""
    yield frame(HEADERS, 0, 1, REQUEST)
    # A literal without indexing that fills the frame.
    piece = b"\0\x01x\x7f\x81\x7c" + b"a" * 16000
    for _ in range(10_000):
        yield frame(CONTINUATION, 0, 1, piece)


def empty_continuation():
    yield frame(HEADERS, 0, 1, REQUEST)
    for _ in range(300_000):
        yield frame(CONTINUATION, 0, 1)


def ping():
    """CVE-2019-9512."""
    for number in range(300_000):
        yield frame(PING, 0, 0, number.to_bytes(8, "big"))


def settings():
    """CVE-2019-9515."""
    for _ in range(300_000):
        yield frame(SETTINGS, 0, 0)


def large_settings():
    for _ in range(30_000):
        yield frame(SETTINGS, 0, 0, b"\0\x03\0\0\0\x64" * 100)


def empty_data():
    """CVE-2019-9518."""
    yield frame(HEADERS, END_HEADERS, 1, b"\x83\x87\x84\x01\x08app.test")  # POST
    for _ in range(300_000):
        yield frame(DATA, 0, 1)


def padded_empty_data():
    yield frame(HEADERS, END_HEADERS, 1, b"\x83\x87\x84\x01\x08app.test")
    for _ in range(100_000):
        yield frame(DATA, 8, 1, b"\0")


def priority():
    """CVE-2019-9513."""
    for number in range(300_000):
        yield frame(PRIORITY, 0, 1, b"\0\0\0\0" + bytes([number % 256]))


def window_update():
    for _ in range(300_000):
        yield frame(WINDOW_UPDATE, 0, 0, b"\0\0\0\x01")


def empty_headers():
    """CVE-2019-9516: fields without name and value."""
    for number in range(1, 60_000, 2):
        yield frame(HEADERS, END_HEADERS | END_STREAM, number, REQUEST + b"\0\0\0" * 100)


def unknown_frames():
    for _ in range(300_000):
        yield frame(0xF0, 0, 0, b"x")


def hpack_bomb():
    """A large entry of the dynamic table named again and again: a small frame that grows to megabytes."""
    for number in range(1, 20_000, 2):
        yield frame(HEADERS, END_HEADERS | END_STREAM, number,
                    REQUEST + b"\x40\x01x\x7f\xa1\x1e" + b"a" * 4000 + b"\xbe" * 8000)


FLOODS = [rapid_reset, made_to_reset, continuation, empty_continuation, ping, settings, large_settings, empty_data,
          padded_empty_data, priority, window_update, empty_headers, unknown_frames, hpack_bomb]


@pytest.mark.parametrize("flood", FLOODS, ids=lambda flood: flood.__name__)
def test_flood_ends_its_connection_and_grows_no_memory(door, upstream, flood):
    with H2(door, source="127.0.0.66") as bystander:
        assert bystander.request().status == 200
        door.reset_peak()
        before = door.memory("VmRSS")
        with H2(door) as client:
            client.pump(0.5)
            ended, batch = False, bytearray()
            for piece in flood():
                batch += piece
                if len(batch) < 32 * 1024:
                    continue
                if not client.send_bytes(bytes(batch)) or not client.pump():
                    ended = True
                    break
                batch.clear()
            assert ended or client.wait_closed(10), "the whole flood was taken"
        assert door.memory("VmHWM") - before < 24 * MEGABYTE
        assert bystander.request().status == 200
    # A burst of requests may have begun; only a few, and they end.
    assert len(upstream.requests) < 2_000


def test_client_that_reads_nothing_grows_no_memory(guestbook_door):
    """CVE-2019-9517: many streams, a full window, and a socket that is not read."""
    door = guestbook_door
    with door.raw() as raw:
        assert raw.request("GET", "/").status == 200
    door.reset_peak()
    before = door.memory()
    clients = [H2(door, settings={4: 2**31 - 1}) for _ in range(4)]
    try:
        for client in clients:
            client.pump(0.5)
            client.send_bytes(frame(WINDOW_UPDATE, 0, 0, (2**31 - 65536).to_bytes(4, "big")))
            for _ in range(30):
                client.begin("GET", "/download?bytes=50000000")
        with door.raw(source="127.0.0.77") as raw:
            for _ in range(20):
                assert raw.request("GET", "/").status == 200
        assert door.memory("VmHWM") - before < 64 * MEGABYTE
    finally:
        for client in clients:
            client.raw.close()
    harness.wait_until(lambda: door.metric("belfry_connections_open") <= 2, 10, "they are closed")
