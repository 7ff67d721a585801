"""What is measured. A scenario measures one peer once, from a fresh process to figures by name, or raises."""

import contextlib
import dataclasses
import itertools
import time

import accounting
import blocklist
import harness
import load
import peers
from load import must

# The proxy has one core to itself; who asks and who answers share the other.
PROXY_CORES, OTHER_CORES, BOTH_CORES = frozenset({0}), frozenset({1}), frozenset({0, 1})
IDLE_CONNECTIONS = 2000
BLOCKED_RANGES = 1_000_000
# In which what was begun comes to rest: lines of the log are written, buffers given back.
REST_SECONDS = 0.5

EVERYBODY = ("belfry", "nginx", "haproxy", "caddy", "nginx-auth", "caddy-auth")
WITHOUT_AUTH = ("belfry", "nginx", "haproxy", "caddy")


class Bench:
    """What the measurements of one run share: a folder, the certificate, the upstream, the list."""

    def __init__(self, folder, seconds):
        self.folder, self.seconds = folder, seconds
        self.certificates = harness.Certificates(folder / "certificates")
        self._numbers = itertools.count(1)
        self._blocklist = None

    def new_folder(self, name):
        return self.folder / f"{next(self._numbers)}-{name}"

    def blocklist(self):
        if self._blocklist is None:
            self._blocklist = blocklist.Blocklist(self.folder / "blocklist", BLOCKED_RANGES)
        return self._blocklist

    @contextlib.contextmanager
    def running(self, kind, workers=1, cores=PROXY_CORES, other_cores=OTHER_CORES, blocked=None):
        """This peer before an upstream of its own, both fresh."""
        with peers.Upstream(self.new_folder("upstream"), other_cores, workers) as upstream, \
                kind(self.new_folder(kind.name), self.certificates, upstream.port, cores, workers, blocked) as peer:
            yield peer


def cost_of(peer, asking, seconds, other_cores=OTHER_CORES, threads=1):
    """Figures of one spell of load: all that the peer's processes used, over all that was answered."""
    asking.a_few(peer, other_cores)
    pids = peer.pids()
    before, core_before, began = accounting.processor_of(pids), accounting.core_times(peer.cores), time.monotonic()
    done = asking.run(peer, seconds, other_cores, threads)
    time.sleep(REST_SECONDS)
    spent, core, lasted = accounting.used(pids, before), accounting.core_times(peer.cores) - core_before, \
        time.monotonic() - began
    must(peer.pids() == pids, "the peer's processes are not those that they were")
    must(peer.log_file().stat().st_size > 0, "no request was logged")
    return {
        "microseconds": spent.scheduled / done.count * 1e6,
        "per_second": done.count / done.seconds,
        "count": done.count,
        "user_share": spent.user / (spent.user + spent.system),
        # Of its core's time while it was asked; below 1 others were the limit of requests a second, not the peer.
        "busy": spent.scheduled / done.seconds / len(peer.cores),
        # Of the core's time, by somebody else: what disturbed.
        "others": max(0.0, core.busy - spent.scheduled) / lasted / len(peer.cores),
        "stolen": core.stolen / lasted / len(peer.cores),
    }


def kept_connections(asking):
    def measure(bench, kind):
        with bench.running(kind) as peer:
            return cost_of(peer, asking, bench.seconds)
    return measure


def idle(version):
    def measure(bench, kind):
        with bench.running(kind) as peer:
            # What every peer sets up once, for its first connections.
            with load.idle_connections(peer, version, 20):
                pass
            time.sleep(REST_SECONDS)
            before = accounting.memory_of(peer.pids())
            with load.idle_connections(peer, version, IDLE_CONNECTIONS):
                # Beyond the second in which some give buffers back.
                time.sleep(3 * REST_SECONDS)
                after = accounting.memory_of(peer.pids())
        return {"bytes": (after.proportional - before.proportional) / IDLE_CONNECTIONS,
                "empty_bytes": before.proportional, "peak_bytes": after.peak}
    return measure


def with_blocklist(bench, kind):
    listed = bench.blocklist()
    with bench.running(kind) as peer:
        must(not load.is_turned_away(peer, blocklist.BLOCKED_CLIENT), "turned away without a list")
        time.sleep(REST_SECONDS)
        without = accounting.memory_of(peer.pids())
    began = time.monotonic()
    with bench.running(kind, blocked=listed) as peer:
        ready = time.monotonic() - began
        must(load.is_turned_away(peer, blocklist.BLOCKED_CLIENT), "a client on the list was let in")
        must(not load.is_turned_away(peer, blocklist.OTHER_CLIENT), "a client that is not on the list was turned away")
        time.sleep(2 * REST_SECONDS)
        within = accounting.memory_of(peer.pids())
        figures = cost_of(peer, FULL, bench.seconds)
    return figures | {"bytes": within.proportional - without.proportional, "peak_bytes": within.peak - without.peak,
                      "start_seconds": ready}


def one_and_two_cores(bench, kind):
    """On a machine of two cores the proxy cannot have two to itself: here all three share one core, then both."""
    asking = dataclasses.replace(H1, connections=128)
    figures = {}
    for number, cores in ((1, PROXY_CORES), (2, BOTH_CORES)):
        with bench.running(kind, workers=number, cores=cores, other_cores=cores) as peer:
            measured = cost_of(peer, asking, bench.seconds, cores, threads=number)
        figures |= {f"per_second_{number}": measured["per_second"], f"microseconds_{number}": measured["microseconds"],
                    f"share_{number}": measured["busy"]}
    # What two workers could answer with two cores to themselves, as far as a request's cost on each says it.
    return figures | {"times": figures["per_second_2"] / figures["per_second_1"],
                      "times_by_cost": 2 * figures["microseconds_1"] / figures["microseconds_2"]}


H1 = load.Kept("h1", "/1k", peers.BODY_1K, connections=32)
H2 = load.Kept("h2", "/1k", peers.BODY_1K, connections=4, streams=8)
FULL = load.New("full", "/1k", peers.BODY_1K)
RESUMED = load.New("resumed", "/1k", peers.BODY_1K)
LARGE_H1 = load.Kept("h1", "/1m", peers.BODY_1M, connections=4)
LARGE_H2 = load.Kept("h2", "/1m", peers.BODY_1M, connections=4)


@dataclasses.dataclass(frozen=True)
class Scenario:
    name: str
    title: str
    kind: str  # "load", "idle", "blocklist" or "cores": which figures it has
    peers: tuple
    measure: object
    asking: object = None
    unit: str = "request"


def _load(name, title, who, asking, unit="request"):
    return Scenario(name, title, "load", who, kept_connections(asking), asking, unit)


ALL = {scenario.name: scenario for scenario in (
    _load("h1", "HTTP/1.1, kept connections, 1 KiB", EVERYBODY, H1),
    _load("h2", "HTTP/2, kept connections, 1 KiB", EVERYBODY, H2),
    _load("tls-full", "New connections, full handshake", WITHOUT_AUTH, FULL, "connection"),
    _load("tls-resumed", "New connections, resumed", WITHOUT_AUTH, RESUMED, "connection"),
    _load("h1-1m", "HTTP/1.1, bodies of 1 MiB", WITHOUT_AUTH, LARGE_H1),
    _load("h2-1m", "HTTP/2, bodies of 1 MiB", WITHOUT_AUTH, LARGE_H2),
    Scenario("idle-h1", f"{IDLE_CONNECTIONS:,} idle HTTP/1.1 connections", "idle", WITHOUT_AUTH, idle("h1")),
    Scenario("idle-h2", f"{IDLE_CONNECTIONS:,} idle HTTP/2 connections", "idle", WITHOUT_AUTH, idle("h2")),
    Scenario("blocklist", f"{BLOCKED_RANGES:,} blocked ranges", "blocklist", ("belfry", "nginx", "haproxy"),
             with_blocklist, FULL, "connection"),
    Scenario("cores", "One core and two", "cores", WITHOUT_AUTH, one_and_two_cores),
)}
