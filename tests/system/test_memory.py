"""Large bodies pass in constant memory, both ways. BELFRY_TEST_BYTES says how large: 128 MiB where it is not set."""

import hashlib
import os

import pytest

from h2_client import H2

SIZE = int(os.environ.get("BELFRY_TEST_BYTES", 128 * 1024 * 1024))
MAY_GROW = 16 * 1024 * 1024
PIECE = bytes(range(256)) * 256


@pytest.fixture
def watched(guestbook_door):
    """The door, warm, and held to its memory at the end."""
    for _ in range(10):
        assert guestbook_door.get("/").status == 200
    guestbook_door.reset_peak()
    before = guestbook_door.memory()
    yield guestbook_door
    grown = guestbook_door.memory("VmHWM") - before
    assert grown < MAY_GROW, f"grew by {grown / 1024 / 1024:.1f} MiB"


def test_upload_passes_in_constant_memory(watched):
    digest = hashlib.sha256()
    with watched.raw(timeout=600) as raw:
        raw.send(f"PUT /upload HTTP/1.1\r\nHost: app.test\r\nContent-Length: {SIZE}\r\n\r\n")
        for _ in range(SIZE // len(PIECE)):
            raw.send(PIECE)
            digest.update(PIECE)
        assert raw.read_response().json() == {"bytes": SIZE, "sha256": digest.hexdigest()}


def test_chunked_upload_passes_in_constant_memory(watched):
    chunk = b"%x\r\n%b\r\n" % (len(PIECE), PIECE)
    with watched.raw(timeout=600) as raw:
        raw.send("PUT /upload HTTP/1.1\r\nHost: app.test\r\nTransfer-Encoding: chunked\r\n\r\n")
        for _ in range(SIZE // len(PIECE)):
            raw.send(chunk)
        raw.send("0\r\n\r\n")
        assert raw.read_response().json()["bytes"] == SIZE


def test_download_passes_in_constant_memory(watched):
    with watched.raw(timeout=600) as raw:
        raw.send(f"GET /download?bytes={SIZE} HTTP/1.1\r\nHost: app.test\r\nConnection: close\r\n\r\n")
        head = raw.read_head()
        assert head.get("content-length") == str(SIZE)
        size = len(raw.buffer)
        buffer = bytearray(1 << 18)
        while got := raw.sock.recv_into(buffer):
            size += got
        assert size == SIZE


def test_download_over_http2_passes_in_constant_memory(watched):
    size = SIZE // 4  # the client is a slow one
    with H2(watched, settings={4: 1 << 20}) as client:
        number = client.begin("GET", f"/download?bytes={size}")
        stream, seen = client.streams[number], 0
        while not stream.done:
            assert client.pump(30)
            seen += len(stream.body)
            stream.body = b""
        assert stream.ended and seen == size


def test_upload_over_http2_passes_in_constant_memory(watched):
    size = SIZE // 4
    with H2(watched) as client:
        number = client.begin("PUT", "/upload", ("content-length", str(size)), end=False)
        for _ in range(size // len(PIECE)):
            client.send_body(number, PIECE, end=False)
        client.send_body(number, b"", end=True)
        stream = client.wait(number, seconds=60)
        assert f'"bytes": {size}'.encode() in stream.body
