"""Those who ask: h2load for requests on kept connections, bench/handshakes.cpp for new ones, and a holder of idle ones.

Whatever they were answered is looked at: anything but 200 with the whole body makes the measurement invalid. All offer
one suite, TLS_AES_128_GCM_SHA256, and X25519 first, so that every peer ends up with the same.
"""

import contextlib
import dataclasses
import json
import os
import pathlib
import re
import subprocess

import accounting
import h2_client
import harness
import peers

SUITE, GROUP, PROTOCOL = "TLS_AES_128_GCM_SHA256", "X25519", "TLSv1.3"
# To warm up, and under tools that slow everything down: new connections for so long, and so many requests of each stream
# on kept ones.
A_FEW_SECONDS, A_FEW_TURNS = 0.5, 40
# Seconds that these few may take, and those beyond its time that a load may take to end.
A_FEW_PATIENCE, PATIENCE = 120, 20
HANDSHAKES = os.environ.get("BELFRY_HANDSHAKES", "build/release/bench/handshakes")


class Invalid(Exception):
    """Something was answered wrongly, so what was measured is not what was meant."""


class Hung(Invalid):
    """Who asks did not come to an end. h2load 1.52 waits for ever for connections that were still being opened when its
    time was up, which says nothing of the peer: the measurement is made again."""


def must(condition, problem):
    if not condition:
        raise Invalid(problem)


@dataclasses.dataclass
class Done:
    """`count` requests (or connections with a request each), all of them good."""

    count: int
    seconds: float


def _run(command, cores, patience):
    with accounting.pinned_to(cores):
        process = subprocess.Popen([str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                   stdin=subprocess.DEVNULL, text=True)
    try:
        said, _ = process.communicate(timeout=patience)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        raise Hung(f"{pathlib.Path(command[0]).name} did not come to an end") from None
    return process.returncode, said


@dataclasses.dataclass(frozen=True)
class Kept:
    """Requests on kept connections, by h2load."""

    version: str  # "h1" or "h2"
    path: str
    size: int
    connections: int
    streams: int = 1

    def a_few(self, peer, cores):
        """However long they take; how many."""
        requests = A_FEW_TURNS * self.connections * self.streams
        must(self._asked(peer, cores, 1, A_FEW_PATIENCE, "-n", requests) == requests, "not all were answered")
        return requests

    def run(self, peer, seconds, cores, threads=1):
        count = self._asked(peer, cores, threads, seconds + PATIENCE, "-D", f"{seconds * 1000:.0f}ms")
        return Done(count, seconds)

    def _asked(self, peer, cores, threads, patience, *how_many):
        command = ["h2load", *(["--h1"] if self.version == "h1" else []), "-t", threads, "-c", self.connections,
                   "-m", self.streams, *how_many, f"--tls13-ciphers={SUITE}", f"--groups={GROUP}:P-256",
                   f"--connect-to={peer.address}:{peer.port}", f"https://{harness.APP}:{peer.port}{self.path}"]
        code, said = _run(command, cores, patience)
        must(code == 0, f"h2load ended with {code}:\n{said[-1000:]}")
        return self._judged(said)

    def _judged(self, said):
        """How many requests were answered, all of them well."""
        def numbers(pattern):
            found = re.search(pattern, said)
            must(found, f"h2load did not say {pattern!r}:\n{said[-1000:]}")
            return [int(group) for group in found.groups()]

        done, succeeded, failed, errored, timeout = numbers(
            r"requests: \d+ total, \d+ started, (\d+) done, (\d+) succeeded, (\d+) failed, (\d+) errored, "
            r"(\d+) timeout")
        statuses = numbers(r"status codes: (\d+) 2xx, (\d+) 3xx, (\d+) 4xx, (\d+) 5xx")
        data, = numbers(r"space savings [-\d.]+%\), \S+ \((\d+)\) data")
        must(done > 0 and done == succeeded and failed == errored == timeout == 0,
             f"{done} requests done, {succeeded} succeeded, {failed} failed, {errored} errored, {timeout} timed out")
        # At the end of the time some responses are half in: their heads and bodies are counted, they are not done.
        under_way = self.connections * self.streams
        must(succeeded <= statuses[0] <= succeeded + under_way and not any(statuses[1:]),
             f"statuses 2xx to 5xx: {statuses}, of {done} requests")
        must(succeeded * self.size <= data <= (succeeded + under_way) * self.size,
             f"{data} bytes of body in {done} responses of {self.size}")
        for what, wanted in (("TLS Protocol", PROTOCOL), ("Cipher", SUITE), ("Server Temp Key", GROUP),
                             ("Application protocol", {"h1": "http/1.1", "h2": "h2"}[self.version])):
            found = re.search(rf"^{what}: (\S+)", said, re.MULTILINE)
            must(found and found.group(1) == wanted, f"{what} is {found and found.group(1)}, not {wanted}")
        return done


@dataclasses.dataclass(frozen=True)
class New:
    """New connections, each with a handshake and one request, by bench/handshakes.cpp."""

    kind: str  # "full" or "resumed"
    path: str
    size: int
    connections: int = 8  # at a time, from as many addresses

    def a_few(self, peer, cores):
        return self.run(peer, A_FEW_SECONDS, cores).count

    def run(self, peer, seconds, cores, threads=None):
        del threads  # it has one for each connection
        command = [HANDSHAKES, peer.port, harness.APP, self.path, self.size, self.kind, self.connections,
                   f"{seconds:g}"]
        code, said = _run(command, cores, seconds + PATIENCE)
        must(code == 0, f"handshakes: {said[-1000:]}")
        result = json.loads(said)
        must((result["protocol"], result["cipher"], result["group"]) == (PROTOCOL, SUITE, GROUP),
             f"negotiated {result}")
        return Done(result["connections"], result["seconds"])


@contextlib.contextmanager
def idle_connections(peer, version, number):
    """Holds so many, each of which has had one request answered and then asks for nothing."""
    with contextlib.ExitStack() as held:
        for _ in range(number):
            if version == "h1":
                connection = held.enter_context(peer.raw())
                response = connection.request("GET", "/1k")
            else:
                connection = held.enter_context(h2_client.H2(peer))
                response = connection.request("GET", "/1k")
            must(response.status == 200 and len(response.body) == 1024, f"{version}: {response.status}")
        yield
        # Those that were held are still there: the first and the last are asked again.
        response = connection.request("GET", "/1k")
        must(response.status == 200, f"an idle connection was lost: {response.status}")


def is_turned_away(peer, source):
    """Whether a client with this address gets no answer at all."""
    try:
        with peer.raw(source=source, timeout=5) as raw:
            raw.request("GET", "/1k")
    except (OSError, harness.BrokenOff):
        return True
    return False


def versions():
    """Of what asks."""
    return {
        "h2load": peers.version_in(r"nghttp2/(\S+)", "h2load", "--version"),
        "OpenSSL": peers.version_in(r"OpenSSL (\S+)", "openssl", "version"),
    }

