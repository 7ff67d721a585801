"""What attacks have in common: where they go, how they send as fast as they can, and what they count.

An attack is a function that runs in several processes at once, `attackers.py NAME` with its orders on standard input, and
its count on standard output. They are nicer than the door: on a real network they would not share its cores.
"""

import collections
import dataclasses
import functools
import importlib
import itertools
import json
import os
import pathlib
import select
import socket
import ssl
import subprocess
import sys
import time

import harness

# What a connection holds, in MiB: TLS, its task and its socket (20 KiB while it is idle: test_timing.py); one of
# OpenSSL's two buffers of a record, which are there while a record is in them; a Buffer of the door's own.
TLS, RECORD, BUFFER = 20 / 1024, 17 / 1024, 16 / 1024
# What the allocator keeps for the next connection, and cannot put together.
ALLOCATOR = 1.25

MODULES = ("attacks_h2", "attacks_h1", "attacks_connections", "honest_load")
MEBIBYTE = 1024 * 1024
# What is handed to TLS at a time, before what came back is looked at: 4 records.
BITE = 64 * 1024
NICENESS = 10


@functools.cache
def context_of(ca, alpn):
    context = ssl.create_default_context(cafile=ca)
    context.set_alpn_protocols(list(alpn))
    return context


@dataclasses.dataclass
class Target:
    """A door, as far as one who attacks it must know it."""
    address: str
    port: int
    ca: str

    @staticmethod
    def of(door):
        return Target(door.address, door.port, str(door.certificates.ca))

    def context(self, alpn):
        return context_of(self.ca, tuple(alpn))

    def tcp(self, source, timeout=20.0):
        sock = socket.create_connection((self.address, self.port), timeout * harness.PATIENCE, (source, 0))
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return sock

    def tls(self, source, alpn=("http/1.1",), host=harness.APP, timeout=20.0):
        tcp = self.tcp(source, timeout)
        try:
            return self.context(alpn).wrap_socket(tcp, server_hostname=host)
        except BaseException:
            tcp.close()
            raise

    def raw(self, host=harness.APP, source="127.0.0.1", alpn=("http/1.1",), timeout=20.0):
        return harness.Raw(self.tls(source, alpn, host, timeout=timeout), timeout)


@dataclasses.dataclass
class Tally:
    """What one process of an attack did, and what came of it."""
    connections: int = 0
    refused: int = 0  # connections that were turned away before anything was sent
    units: int = 0    # whatever the attack counts: frames, heads, chunks
    bytes: int = 0
    ends: collections.Counter = dataclasses.field(default_factory=collections.Counter)     # of connections
    answers: collections.Counter = dataclasses.field(default_factory=collections.Counter)  # by status or kind

    @staticmethod
    def of(values):
        return Tally(**{**values, "ends": collections.Counter(values["ends"]),
                        "answers": collections.Counter(values["answers"])})

    def add(self, other):
        self.connections += other.connections
        self.refused += other.refused
        self.units += other.units
        self.bytes += other.bytes
        self.ends += other.ends
        self.answers += other.answers


@dataclasses.dataclass
class Attack:
    name: str
    run: object       # (Orders) -> Tally
    what: str         # in a few words, with its CVE where it has one
    unit: str         # what Tally.units counts
    least: int        # of units, that were sent at the least in a second: less is no load
    grows: float      # MiB: what the door may grow by while it lasts
    why: str          # that bound
    ends: tuple       # how each connection must have ended, where the design ends it; else ()
    within: float     # seconds until the design ends it
    begins: int       # requests that one connection may begin, before it is ended; 0: as many as it likes
    processes: int


ATTACKS = {}
PROGRAMS = {}  # what a process of this file can be told to run: the attacks, and honest load


def program(run):
    PROGRAMS[run.__name__] = run
    return run


def attack(what, unit, least, grows, why, ends=(), within=0.0, begins=0, processes=2):
    """Enters a function as an attack, under its name."""
    def register(run):
        ATTACKS[run.__name__] = Attack(run.__name__, run, what, unit, least, grows, why, ends, within, begins,
                                       processes)
        return program(run)
    return register


@dataclasses.dataclass
class Orders:
    target: Target
    number: int         # of this process among those of the attack, from 0
    count: int = 0      # of connections, where the test says it
    until: float = 0.0  # time.monotonic(), which is the machine's
    last: float = 0.0   # until when the end of connections is waited for

    def begin(self):
        """To be called once, when everything is ready: the time of the attack begins when all its processes are."""
        print("ready", flush=True)
        when = json.loads(sys.stdin.readline())
        self.until, self.last = when["until"], when["last"]

    def sources(self, most=200):
        """Addresses of this process alone, each in turn."""
        return itertools.cycle([f"127.0.{10 + self.number}.{1 + last}" for last in range(most)])

    def over(self):
        return time.monotonic() >= self.until

    def wait(self):
        """A little, while it is not over."""
        time.sleep(min(0.1, max(0, self.until - time.monotonic())))


# --- sending

# What a socket says that does not wait. The first two are OSErrors too.
NOT_NOW = (ssl.SSLWantReadError, ssl.SSLWantWriteError, BlockingIOError)


def wait_for(sock, events, seconds):
    poll = select.poll()
    poll.register(sock, events)
    poll.poll(max(0, seconds) * 1000)


def pour(sock, data, until, take, done=lambda: False):
    """Sends `data` as fast as the peer takes it, and gives `take` what comes back, until `done()` or `until` or the end.

    Gives (bytes sent, how it ended: "end", "reset", or "" where it did not).
    """
    sock.setblocking(False)
    view, at, writable = memoryview(data), 0, True
    while True:
        busy = False
        try:
            piece = sock.recv(65536)
            if not piece:
                return at, "end"
            take(piece)
            busy = True
        except NOT_NOW:
            pass
        except OSError:
            return at, "reset"
        if done() or time.monotonic() >= until:
            return at, ""
        if writable and at < len(view):
            try:
                # After it could not be sent, TLS must be given the same bytes again: the same slice of the same view.
                at += sock.send(view[at:at + BITE])
                busy = True
            except NOT_NOW:
                pass
            except OSError:
                writable = False  # what the peer said before it closed may still be read
        if not busy:
            events = select.POLLIN | (select.POLLOUT if writable and at < len(view) else 0)
            wait_for(sock, events, min(0.05, until - time.monotonic()))


def nothing(_piece):
    """For those who do not look at what comes."""


def drain(sock, until, take=nothing):
    """Until the peer ends the connection; how it did."""
    return pour(sock, b"", until, take)[1]


class Held:
    """Many connections at once: what comes on each is taken, and its end is noticed."""

    def __init__(self, tally):
        self.tally, self.open, self.poll = tally, {}, select.poll()

    def add(self, sock, take=nothing):
        sock.setblocking(False)
        self.open[sock.fileno()] = (sock, take)
        self.poll.register(sock, select.POLLIN)

    def look(self, seconds=0.0):
        for number, _ in self.poll.poll(max(0, seconds) * 1000):
            sock, take = self.open[number]
            try:
                # TLS may hold more than the kernel tells of.
                while piece := sock.recv(65536):
                    take(piece)
                self.end(number, "end")
            except NOT_NOW:
                pass
            except OSError:
                self.end(number, "reset")

    def end(self, number, how):
        sock, take = self.open.pop(number)
        self.poll.unregister(number)
        sock.close()
        self.tally.ends[getattr(take, "ending", lambda how: how)(how)] += 1

    def send_each(self, data):
        """A little on each that is still open; how many took it."""
        sent = 0
        for number, (sock, _) in list(self.open.items()):
            try:
                sent += sock.send(data) > 0
            except NOT_NOW:
                pass
            except OSError:
                self.end(number, "reset")
        return sent

    def close(self):
        for number in list(self.open):
            self.end(number, "open")


# --- from the test

def load():
    for module in MODULES:
        importlib.import_module(module)
    return ATTACKS


class Running:
    """The processes of an attack: made ready, sent off, and asked what came of it."""

    def __init__(self, name, processes, door, count=0):
        self.name, self.processes = name, []
        for number in range(processes):
            process = subprocess.Popen([sys.executable, pathlib.Path(__file__), name], stdin=subprocess.PIPE,
                                       stdout=subprocess.PIPE, text=True)
            self.processes.append(process)
            self.tell(process, {"target": vars(Target.of(door)), "number": number, "count": count})
        for process in self.processes:
            assert process.stdout.readline() == "ready\n", f"the attack {name} did not begin"

    @staticmethod
    def tell(process, order):
        process.stdin.write(json.dumps(order) + "\n")
        process.stdin.flush()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for process in self.processes:
            if process.poll() is None:
                process.kill()
                process.wait()
            process.stdin.close()
            process.stdout.close()

    def go(self, until, last):
        for process in self.processes:
            self.tell(process, {"until": until, "last": last})

    def join(self):
        total = Tally()
        for process in self.processes:
            said = process.stdout.readline()
            assert process.wait() == 0 and said, f"the attack {self.name} failed"
            total.add(Tally.of(json.loads(said)))
        return total


def main():
    os.nice(NICENESS)
    # The module by its name: the attacks are entered in that one's table.
    import attackers
    attackers.load()
    run = attackers.PROGRAMS[sys.argv[1]]
    about = json.loads(sys.stdin.readline())
    tally = run(attackers.Orders(attackers.Target(**about["target"]), about["number"], about["count"]))
    print(json.dumps(vars(tally)), flush=True)


if __name__ == "__main__":
    main()
