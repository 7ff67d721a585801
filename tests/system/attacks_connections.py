"""Attacks that never come to ask for anything: what happens at accept and in the handshake."""

import contextlib
import os
import resource
import socket
import ssl
import struct

from attackers import ALLOCATOR, RECORD, TLS, Held, Tally, attack


def hello_of(orders):
    """A whole ClientHello; its answer costs a key exchange and a signature, sending it again costs nothing."""
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    tls = orders.target.context(("h2", "http/1.1")).wrap_bio(incoming, outgoing, server_hostname="app.test")
    with contextlib.suppress(ssl.SSLWantReadError):
        tls.do_handshake()
    return outgoing.read()


def reset(sock):
    """Closes without a goodbye: nothing waits in the kernel behind it."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    sock.close()


FEW = "2 connections at a time, and the allocator's own"


@attack("whole handshakes", "handshakes", 20, 24, FEW)
def handshakes(orders):
    tally = Tally()
    orders.begin()
    for source in orders.sources():
        if orders.over():
            return tally
        try:
            sock = orders.target.tls(source)
        except OSError:
            tally.refused += 1
            continue
        tally.connections += 1
        tally.units += 1
        sock.close()


@attack("handshakes that are left at the server's answer", "hellos", 50, 24, FEW)
def abandoned_handshakes(orders):
    tally, hello = Tally(), hello_of(orders)
    orders.begin()
    for source in orders.sources():
        if orders.over():
            return tally
        try:
            sock = orders.target.tcp(source)
            sock.sendall(hello)
            tally.answers["hello" if sock.recv(65536)[:1] == b"\x16" else "other"] += 1
        except OSError:
            tally.refused += 1
            continue
        tally.connections += 1
        tally.units += 1
        tally.bytes += len(hello)
        reset(sock)


HALVES = 1000


@attack("half a ClientHello", "connections", 100, ALLOCATOR * 2 * HALVES * (TLS + 2 * RECORD),
        f"{2 * HALVES} connections, each with a record and the message that is put together from records",
        ends=("end", "reset"), within=10.0)
def half_hellos(orders):
    tally, hello = Tally(), hello_of(orders)
    held = Held(tally)
    for source, _ in zip(orders.sources(), range(HALVES)):
        try:
            sock = orders.target.tcp(source)
            sock.sendall(hello[:len(hello) // 2])
        except OSError:
            tally.refused += 1
            continue
        tally.connections += 1
        tally.units += 1
        tally.bytes += len(hello) // 2
        held.add(sock)
    orders.begin()
    while not orders.over() and held.open:
        held.look(0.1)
    held.close()
    return tally


def one_behind_the_other(orders, leave):
    tally = Tally()
    orders.begin()
    for source in orders.sources():
        if orders.over():
            return tally
        try:
            sock = orders.target.tcp(source)
        except OSError:
            tally.refused += 1
            continue
        tally.connections += 1
        tally.units += 1
        tally.bytes += leave(sock) or 0


@attack("connections closed at once", "connections", 200, 24, FEW)
def open_and_close(orders):
    return one_behind_the_other(orders, lambda sock: sock.close())


@attack("connections reset at once", "connections", 200, 24, FEW)
def open_and_reset(orders):
    return one_behind_the_other(orders, reset)


@attack("what is no TLS", "connections", 200, 24, FEW)
def no_tls(orders):
    garbage = os.urandom(64 * 1024)

    def leave(sock):
        try:
            return sock.send(garbage)
        finally:
            sock.close()
    return one_behind_the_other(orders, leave)


# An HTTP/1.1 connection that waits for its next request (tests/system/test_timing.py).
IDLE = 20 / 1024


@attack("idle connections", "connections", 0, 0, "20 KiB each: its test knows how many")
def idle(orders):
    """Opens as many connections as it was told, and leaves them alone."""
    tally, held = Tally(), []
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    for source, _ in zip(orders.sources(), range(orders.count)):
        try:
            sock = orders.target.tls(source)
        except OSError:
            tally.refused += 1
            continue
        tally.connections += 1
        tally.units += 1
        # The connection stays, and takes no more memory here than its descriptor.
        held.append(sock.detach())
    orders.begin()
    while not orders.over():
        orders.wait()
    for number in held:
        with socket.socket(fileno=number) as plain:
            plain.setblocking(False)
            try:
                # Tickets may lie there; behind them there is nothing while the door holds the connection.
                while plain.recv(65536):
                    pass
                tally.ends["end"] += 1
            except BlockingIOError:
                tally.ends["open"] += 1
            except OSError:
                tally.ends["reset"] += 1
    return tally
