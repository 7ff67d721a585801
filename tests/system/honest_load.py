"""Load of the usual kinds, each as fast as one process can: kept connections, new ones, HTTP/2, uploads, and what the door
turns away. Run like attacks (attackers.py); each answer is counted by its status."""

import itertools
import time

from attackers import MEBIBYTE, Tally, pour, program
from attacks_h2 import END_HEADERS, END_STREAM, GET, HEADERS, Reader, connect, frame

# Addresses of the last byte's range here are listed: see test_soak.py.
BLOCKED = [f"127.0.99.{last}" for last in range(1, 200)]


def answered(raw, tally, request):
    raw.send(request)
    tally.answers[str(raw.read_response().status)] += 1
    tally.units += 1


def ask_again(orders, requests, kept):
    """The requests in turn, `kept` on a connection before the next one is opened; 0: never."""
    tally = Tally()
    orders.begin()
    sources, requests = orders.sources(), itertools.cycle(requests)
    while not orders.over():
        with orders.target.raw(source=next(sources)) as raw:
            tally.connections += 1
            for number in itertools.count(1):
                answered(raw, tally, next(requests))
                if number == kept or orders.over():
                    break
    return tally


def get(path="/", *lines, host="app.test"):
    return "\r\n".join([f"GET {path} HTTP/1.1", f"Host: {host}", *lines, "", ""])


def post(body, *lines, path="/"):
    return "\r\n".join([f"POST {path} HTTP/1.1", "Host: app.test", *lines, f"Content-Length: {len(body)}", "", body])


@program
def kept_connections(orders):
    return ask_again(orders, [get(), get("/a?b=c", "Cookie: a=b", "Accept-Language: fr"), post("x" * 500)], kept=10_000)


@program
def new_connections(orders):
    return ask_again(orders, [get()], kept=1)


@program
def refused(orders):
    """Each for another reason: a foreign page, a host that is not the site's, a path that is not there."""
    return ask_again(orders, [post("x", "Origin: https://evil.test"), get(host="evil.test"), get("/.belfry/none")],
                     kept=1000)


@program
def malformed(orders):
    """Refused by the edge, which then closes."""
    return ask_again(orders, ["GET / HTTP/1.1\r\nHost: app.test\r\nX : y\r\n\r\n"], kept=1)


@program
def uploads(orders):
    tally, body = Tally(), b"x" * (4 * MEBIBYTE)
    head = b"POST / HTTP/1.1\r\nHost: app.test\r\nContent-Length: %d\r\n\r\n" % len(body)
    orders.begin()
    with orders.target.raw(source=next(orders.sources()), timeout=60) as raw:
        tally.connections += 1
        while not orders.over():
            answered(raw, tally, head + body)
            tally.bytes += len(body)
    return tally


@program
def downloads(orders):
    tally = Tally()
    orders.begin()
    with orders.target.raw(source=next(orders.sources()), timeout=60) as raw:
        tally.connections += 1
        while not orders.over():
            raw.send(get(f"/big?bytes={4 * MEBIBYTE}"))
            head = raw.read_head()
            left = 4 * MEBIBYTE - len(raw.buffer)
            raw.buffer = b""
            while left:
                piece = raw.sock.recv(min(left, MEBIBYTE))
                assert piece, "cut"
                left -= len(piece)
            tally.answers[str(head.status)] += 1
            tally.units += 1
            tally.bytes += 4 * MEBIBYTE
    return tally


@program
def over_http2(orders):
    """A hundred streams at a time, 2,000 on a connection."""
    tally = Tally()
    batches = [b"".join(frame(HEADERS, END_HEADERS | END_STREAM, number, GET) for number in range(first, first + 200, 2))
               for first in range(1, 4000, 200)]
    orders.begin()
    for source in orders.sources():
        if orders.over():
            return tally
        sock = connect(orders, source, window=True)
        tally.connections += 1
        reader, wanted = Reader(), 0
        for batch in batches:
            wanted += 100
            _, how = pour(sock, batch, time.monotonic() + 30, reader, lambda: reader.ended >= wanted)
            assert not how and reader.ended == wanted and not reader.resets, (how, reader.ended, reader.goaway)
            tally.units += 100
            if orders.over():
                break
        tally.answers["ended"] += reader.ended
        sock.close()


@program
def blocked(orders):
    """Connections of listed addresses: closed before TLS."""
    tally = Tally()
    orders.begin()
    for source in itertools.cycle(BLOCKED):
        if orders.over():
            return tally
        with orders.target.tcp(source) as sock:
            try:
                tally.answers["closed" if not sock.recv(1) else "answered"] += 1
            except ConnectionResetError:
                tally.answers["closed"] += 1
        tally.connections += 1
        tally.units += 1
    return tally
