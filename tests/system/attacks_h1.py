"""Attacks over HTTP/1.1: whoever is slow, and whoever is quick in very small pieces."""

import ssl
import time

from attackers import ALLOCATOR, BUFFER, MEBIBYTE, RECORD, TLS, Held, Tally, attack, nothing, pour

# At once, in two processes.
MANY = 300


def of_many(*parts):
    """What so many connections with these parts may take."""
    return ALLOCATOR * MANY * sum(parts)


class Answers:
    """Notes the status with which a connection began to answer."""

    def __init__(self, tally):
        self.tally, self.seen = tally, b""

    def __call__(self, piece):
        if len(self.seen) < 12:
            self.seen += piece[:12]
            if len(self.seen) >= 12:
                self.tally.answers[self.seen[9:12].decode("latin-1")] += 1


def open_many(orders, count, first, read=True):
    """(tally, connections that sent `first`). The attack begins when they all did."""
    tally = Tally()
    held = Held(tally)
    for source, _ in zip(orders.sources(), range(count)):
        try:
            sock = orders.target.tls(source)
            sock.sendall(first)
        except OSError:
            tally.refused += 1
            continue
        tally.connections += 1
        tally.bytes += len(first)
        held.add(sock, Answers(tally) if read else nothing)
    orders.begin()
    return tally, held


def trickle(orders, first, byte, every=0.25):
    """Half of MANY connections that send one byte now and then."""
    tally, held = open_many(orders, MANY // 2, first)
    while not orders.over() and held.open:
        tally.units += held.send_each(byte)
        held.look(every)
    held.look()
    held.close()
    return tally


@attack("slow heads (slowloris)", "bytes of heads", 100, of_many(TLS, BUFFER),
        f"{MANY} connections with what came of a head",
        ends=("end", "reset"), within=15.0)
def slow_heads(orders):
    return trickle(orders, b"GET / HTTP/1.1\r\nHost: app.test\r\nX: ", b"a")


@attack("slow heads, almost as large as they may be", "bytes of heads", 100, of_many(TLS, RECORD, BUFFER),
        f"{MANY} connections with a record and what came of a head", ends=("end", "reset"), within=15.0)
def large_slow_heads(orders):
    # In two fields: a line of more than 8 KiB is refused at once.
    return trickle(orders, b"GET / HTTP/1.1\r\nHost: app.test\r\nX: " + b"a" * 7_500 + b"\r\nY: " + b"a" * 7_500, b"a")


@attack("slow bodies", "bytes of bodies", 100, of_many(TLS, RECORD, BUFFER),
        f"{MANY} connections with a record and a piece of a body",
        ends=("end", "reset"), within=30.0)
def slow_bodies(orders):
    return trickle(orders, b"POST / HTTP/1.1\r\nHost: app.test\r\nContent-Length: 1000000\r\n\r\n", b"a")


@attack("slow readers of 20 MB", "connections", 50, of_many(TLS, RECORD, BUFFER, BUFFER),
        f"{MANY} connections with a record, the piece that it is of and the next",
        ends=("end", "reset"), within=30.0)
def slow_readers(orders):
    tally, held = open_many(orders, MANY // 2, b"GET /big?bytes=20000000 HTTP/1.1\r\nHost: app.test\r\n\r\n")
    tally.units = len(held.open)
    while not orders.over():
        orders.wait()
    # Whoever looked earlier would have read.
    held.look()
    held.close()
    return tally


FEW = "2 connections, and the allocator's own"


def upload(orders, begin, pieces):
    """One chunked upload for the whole time: `begin(sock)` gives a function that sends, `pieces` are (text, units)."""
    tally, sock = Tally(connections=1), orders.target.tls(next(orders.sources()))
    orders.begin()
    sock.settimeout(max(1, orders.last - time.monotonic()))
    send = begin(sock)
    text, units = pieces
    try:
        send(b"POST / HTTP/1.1\r\nHost: app.test\r\nTransfer-Encoding: chunked\r\n\r\n")
        while not orders.over():
            tally.bytes += send(text)
            tally.units += units
        send(b"0\r\n\r\n")
        answer = sock.recv(65536)
    except OSError:
        answer = b""
    whole = answer.startswith(b"HTTP/1.1 200 ") and b'{"bytes": %d}' % tally.units in answer
    tally.ends["answered" if whole else "cut"] += 1
    sock.close()
    return tally


@attack("bodies in chunks of one byte", "chunks", 10_000, 24, FEW, ends=("answered",))
def tiny_chunks(orders):
    def begin(sock):
        return lambda text: sock.sendall(text) or len(text)
    return upload(orders, begin, (b"1\r\na\r\n" * 50_000, 50_000))


class TinyRecords:
    """TLS over a socket, every byte in a record of its own. For the socket's own TLS see Target.tls()."""

    def __init__(self, target, source):
        self.sock = target.tcp(source)
        self.incoming, self.outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.tls = target.context(("http/1.1",)).wrap_bio(self.incoming, self.outgoing, server_hostname="app.test")
        self.do(self.tls.do_handshake)

    def settimeout(self, seconds):
        self.sock.settimeout(seconds)

    def do(self, step):
        while True:
            try:
                return step()
            except ssl.SSLWantReadError:
                self.flush()
                piece = self.sock.recv(65536)
                if not piece:
                    raise ConnectionResetError from None
                self.incoming.write(piece)
            finally:
                self.flush()

    def flush(self):
        data = self.outgoing.read()
        if data:
            self.sock.sendall(data)
        return len(data)

    def send(self, data):
        """The bytes on the line."""
        for at in range(len(data)):
            self.tls.write(data[at:at + 1])
        return self.flush()

    def recv(self, size):
        return self.do(lambda: self.tls.read(size))

    def close(self):
        self.sock.close()


@attack("bodies in TLS records of one byte", "records", 5_000, 24, FEW, ends=("answered",))
def tiny_records(orders):
    size = 10_000
    chunk = b"%x\r\n%b\r\n" % (size, b"a" * size)
    orders.target.tls = lambda source: TinyRecords(orders.target, source)
    return upload(orders, lambda records: records.send, (chunk, size))


def requests_without_end(orders, request, count):
    """Connections one behind the other, each sending `count` requests behind one another and reading the answers."""
    tally, blob = Tally(), request * count
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
        seen = [0, b""]

        def take(piece):
            # The line of a status may be cut in two.
            text = seen[1] + piece
            seen[0] += text.count(b"HTTP/1.1 200 ")
            seen[1] = text[-12:]
        sent, how = pour(sock, blob, orders.last, take, lambda: seen[0] >= count or orders.over())
        tally.bytes += sent
        tally.units += seen[0]
        tally.answers["200"] += seen[0]
        tally.ends[how or "answered"] += 1
        sock.close()
    return tally


@attack("pipelined requests", "answers", 500, 24, FEW, ends=("answered",))
def pipelining(orders):
    return requests_without_end(orders, b"GET / HTTP/1.1\r\nHost: app.test\r\n\r\n", 10_000)


@attack("heads as large as they may be", "answers", 100, 24, FEW, ends=("answered",))
def heads_at_the_limit(orders):
    # 100 fields, of 16 KiB together.
    fields = b"".join(b"X-%04d: %b\r\n" % (number, b"v" * 150) for number in range(99))
    return requests_without_end(orders, b"GET / HTTP/1.1\r\nHost: app.test\r\n" + fields + b"\r\n", 100)


@attack("pipelined requests, the answers not read", "bytes", 50_000, of_many(TLS, RECORD, BUFFER, BUFFER, BUFFER),
        f"{MANY} connections with the requests that wait, a record, the piece that it is of and the next", ends=("end", "reset"), within=30.0)
def unread_pipelining(orders):
    request = b"GET /big?bytes=1000000 HTTP/1.1\r\nHost: app.test\r\n\r\n"
    tally, held = open_many(orders, MANY // 2, request * 200, read=False)
    tally.units = tally.bytes
    while not orders.over():
        orders.wait()
    held.look()
    held.close()
    return tally


@attack("heads beyond the limit", "heads", 20, 24, FEW, ends=("answered",))
def heads_beyond_the_limit(orders):
    tally = Tally()
    blob = b"GET / HTTP/1.1\r\nHost: app.test\r\nX: " + b"a" * MEBIBYTE
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
        answers = Answers(tally)
        sent, how = pour(sock, blob, orders.last, answers, lambda: len(answers.seen) >= 12)
        tally.bytes += sent
        tally.ends["answered" if answers.seen == b"HTTP/1.1 431" else how or "open"] += 1
        sock.close()
