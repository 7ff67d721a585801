"""Whoever is slow is let go in time, and disturbs nobody meanwhile. The waits here are the product's own deadlines (see
edge/options.hpp): handshake 10 s, head 15 s."""

import threading
import time

import pytest

import harness
import upstreams


def closes_within(raw, seconds):
    """What came before the end; fails if the end does not come in time."""
    raw.sock.settimeout(seconds * harness.PATIENCE)
    return raw.read_to_end()


def test_three_hundred_slow_heads_disturb_nobody(door, upstream):
    """They hold their heads open at once, from addresses of their own, while a bystander is served all along."""
    slow = []
    try:
        for number in range(300):
            raw = door.raw(source=f"127.0.1.{1 + number % 100}")
            raw.send("GET / HTTP/1.1\r\nHost: app")
            slow.append(raw)
        with door.raw(source="127.0.0.9") as bystander:
            for _ in range(50):
                assert bystander.request("GET", "/").status == 200
                for raw in slow[:20]:
                    raw.send(".")
        assert len(upstream.requests) == 50
        # And each of them is let go, whatever it trickles.
        ended = 0
        deadline = time.monotonic() + 30 * harness.PATIENCE
        for raw in slow:
            answer = closes_within(raw, max(1, deadline - time.monotonic()))
            ended += answer == b"" or answer.startswith(b"HTTP/1.1 4")
        assert ended == 300
    finally:
        for raw in slow:
            raw.close()


def test_trickled_head_is_ended_with_a_reason(door):
    with door.raw() as raw:
        raw.send("GET / HTTP/1.1\r\nHost: app.test\r\nX: ")
        stop = threading.Event()

        def trickle():
            while not stop.wait(1):
                try:
                    raw.sock.send(b"a")
                except OSError:
                    return
        thread = threading.Thread(target=trickle)
        thread.start()
        try:
            answer = closes_within(raw, 25)
        finally:
            stop.set()
            thread.join()
        assert answer.startswith(b"HTTP/1.1 408 "), answer


def test_silent_handshake_is_ended(door):
    with door.plain() as raw:
        assert closes_within(raw, 20) == b""


def test_trickled_handshake_is_ended(door):
    with door.plain() as raw:
        started = time.monotonic()
        hello = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 500
        try:
            for byte in hello:
                raw.send(bytes([byte]))
                time.sleep(0.1)
                if time.monotonic() - started > 20 * harness.PATIENCE:
                    pytest.fail("the handshake is waited for without end")
        except OSError:
            return
        closes_within(raw, 5)


def test_connections_of_one_address_are_capped(workplace, upstream):
    with workplace.door(upstream, limit={"connections": 20}) as door:
        held = [door.raw(source="127.0.0.5") for _ in range(20)]
        try:
            for raw in held:
                assert raw.request("GET", "/").status == 200
            with pytest.raises(OSError):
                door.raw(source="127.0.0.5", timeout=5).request("GET", "/")
            with door.raw(source="127.0.0.6") as other:
                assert other.request("GET", "/").status == 200
            held.pop().close()

            def is_let_in():
                try:
                    with door.raw(source="127.0.0.5", timeout=5) as again:
                        return again.request("GET", "/").status == 200
                except (OSError, harness.BrokenOff):
                    return False
            harness.wait_until(is_let_in, 10, "the place that was left is free")
        finally:
            for raw in held:
                raw.close()


def test_client_that_goes_away_ends_the_request_to_the_application(workplace):
    arrived = threading.Event()

    def serve(peer):
        peer.read_request()
        arrived.set()
        peer.wait_closed()
    with upstreams.Upstream(serve) as upstream, workplace.door(upstream) as door:
        with door.raw() as raw:
            raw.send("GET /long HTTP/1.1\r\nHost: app.test\r\n\r\n")
            assert arrived.wait(10)
        assert upstream.peers[0].closed_by_door.wait(10 * harness.PATIENCE), "the application works for nobody"


def test_stop_lets_the_request_under_way_finish(workplace):
    arrived, go_on = threading.Event(), threading.Event()

    def answer(request):
        arrived.set()
        go_on.wait(20)
        return upstreams.OK
    with upstreams.RecordingUpstream(answer) as upstream:
        door = workplace.door(upstream).start()
        try:
            with door.raw() as raw:
                raw.send("GET / HTTP/1.1\r\nHost: app.test\r\n\r\n")
                assert arrived.wait(10)
                door.process.terminate()
                time.sleep(0.2)
                with pytest.raises(OSError):
                    door.raw(timeout=2).request("GET", "/")
                go_on.set()
                assert raw.read_response().status == 200
            assert door.process.wait(15 * harness.PATIENCE) == 0
        finally:
            door.stop()
