"""Figures as ratios of figures of the same run, so that a slow machine judges as a quick one does. Alone on the machine:
CTest runs this file serially."""

import statistics
import time

import harness
import upstreams


def median_time(work, rounds=300):
    times = []
    for _ in range(rounds):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return statistics.median(times)


def test_bystander_is_served_as_quickly_beside_slow_clients(door):
    with door.raw(source="127.0.0.9") as raw:
        alone = median_time(lambda: raw.request("GET", "/"))
        slow = []
        try:
            for number in range(300):
                client = door.raw(source=f"127.0.3.{1 + number % 100}")
                slow.append(client.send("GET / HTTP/1.1\r\nHost: app"))
            beside = median_time(lambda: raw.request("GET", "/"))
        finally:
            for client in slow:
                client.close()
    assert beside < 3 * alone, f"{beside * 1e6:.0f} µs beside slow clients, {alone * 1e6:.0f} µs alone"


def test_large_blocklist_costs_a_request_nothing(workplace, upstream):
    """300,000 ranges beside none."""
    blocklist = workplace.folder / "large.txt"
    blocklist.write_text("".join(f"{10 + n % 100}.{n // 100 % 256}.{n // 25600}.0/26\n" for n in range(300_000)))
    def measure(door):
        with door.raw() as raw:
            return median_time(lambda: raw.request("GET", "/"))
    with workplace.door(upstream) as none:
        without = measure(none)
    with workplace.door(upstream, blocklist={"files": [str(blocklist)]}) as large:
        with_list = measure(large)
        assert large.memory() < 256 * 1024 * 1024
    assert with_list < 2 * without


def test_refusal_costs_no_more_than_an_answer(door):
    with door.raw() as raw:
        answered = median_time(lambda: raw.request("GET", "/"))
        refused = median_time(lambda: raw.request("POST", "/", "Origin: https://evil.test"))
    assert refused < 2 * answered


def test_first_event_does_not_wait(workplace):
    """A piece of a stream takes about as long as a whole small response."""
    def serve(peer):
        while True:
            request = peer.read_request()
            if request.target == "/events":
                peer.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
                          b"5\r\nhello\r\n")
                peer.wait_closed()
                return
            peer.send(upstreams.OK)
    with upstreams.Upstream(serve) as upstream, workplace.door(upstream) as door:
        def first_event():
            with door.raw() as raw:
                raw.send("GET /events HTTP/1.1\r\nHost: app.test\r\n\r\n")
                raw.read_until(b"hello")

        def whole_response():
            with door.raw() as raw:
                raw.request("GET", "/")
        whole, event = median_time(whole_response, 50), median_time(first_event, 50)
    assert event < 3 * whole, f"{event * 1e3:.1f} ms, {whole * 1e3:.1f} ms"


def test_many_idle_connections_stay_small(door):
    """The issue's figure: an idle HTTP/1.1 connection holds at most 20 KiB, an HTTP/2 one 48 KiB."""
    from h2_client import H2
    for opened, limit in ((lambda source: door.raw(source=source), 20), (lambda source: H2(door, source=source), 48)):
        warm = [opened("127.0.4.1") for _ in range(20)]
        held = []
        try:
            before = door.memory()
            for number in range(400):
                client = opened(f"127.0.5.{1 + number % 200}")
                client.request("GET", "/")
                held.append(client)
            grown = (door.memory() - before) / len(held) / 1024
            assert grown <= limit, f"{grown:.1f} KiB for each idle connection"
        finally:
            for client in held + warm:
                (client if isinstance(client, harness.Raw) else client.raw).close()
