"""What two programs could read differently never gets through: each stream of the corpus (request_streams/) is refused
and its connection closed, or arrives as exactly the requests that were sent, of which there is one reading."""

import collections

import pytest

import harness
import request_streams
import upstreams
from request_streams import carry
from request_streams.connections import HANDSHAKE
from request_streams.stream import EVIL, get

STREAMS = request_streams.STREAMS


class Tally:
    """What came of the streams of this run."""

    def __init__(self):
        self.counts, self.pieces, self.refusals, self.requests = collections.Counter(), 0, [], 0

    def take(self, stream, outcome, piece):
        if piece:
            self.pieces += 1
        else:
            self.counts["answered by the door" if stream.own else "never whole" if stream.cut else
                        "refused" if outcome.refusal else "admitted"] += 1
        if outcome.refusal and not stream.own:
            self.refusals.append(outcome.refusal)
        self.requests += carry.requests_at(outcome.deliveries)


@pytest.fixture(scope="module")
def application():
    with carry.ReadingUpstream() as upstream:
        yield upstream


@pytest.fixture(scope="module")
def streams_door(workplace, application):
    # One worker, and so one pool: the bystander gets the connection that the stream before him used.
    with workplace.door(application, site={"workers": 1}) as door:
        yield door


@pytest.fixture(scope="module")
def courier(streams_door, application):
    context = streams_door.certificates.client_context()
    with carry.Courier(lambda: streams_door.raw(timeout=10, context=context), application) as courier:
        yield courier


@pytest.fixture(scope="module")
def tally():
    return Tally()


def carried(courier, tally, name, piece=None):
    stream = STREAMS[name]
    outcome = courier.carry(stream, piece)
    tally.take(stream, outcome, piece)
    wrong = carry.judge(stream, outcome)
    assert not wrong, "\n".join([name, *wrong])


def test_corpus_is_as_large_as_promised():
    assert len(STREAMS) == sum(len(streams) for streams in request_streams.FAMILIES.values()), "a name twice"
    assert len(STREAMS) >= 300
    assert sum(stream.is_control for stream in STREAMS.values()) >= 60
    for family, streams in request_streams.FAMILIES.items():
        assert sum(stream.is_control for stream in streams) >= 5, f"{family}: refusing everything would nearly pass"


@pytest.mark.parametrize("name", STREAMS)
def test_stream_is_refused_or_arrives_as_what_was_sent(courier, tally, name):
    carried(courier, tally, name)


# Of the families whose bodies are read while they come; all others are complete before the first decision.
@pytest.mark.parametrize("name", [name for name, stream in STREAMS.items() if len(stream.data) < 2000 and
                                  name.startswith(("chunks", "trailers", "connections"))])
def test_stream_that_comes_in_pieces_is_read_the_same(courier, tally, name):
    carried(courier, tally, name, piece=3)


def test_every_refusal_is_sealed_and_says_why_in_the_log(streams_door, tally):
    for refusal in tally.refusals:
        assert 400 <= refusal.status < 600 and refusal.get("strict-transport-security") and refusal.id, refusal
    wanted = {refusal.id for refusal in tally.refusals}
    harness.wait_until(lambda: wanted <= {line["id"] for line in streams_door.requests()}, 10,
                       "the log of all refusals")
    reasons = {line["id"]: line["reason"] for line in streams_door.requests()}
    assert all(reasons[refusal.id] for refusal in tally.refusals)


def test_nothing_came_late_and_the_sum_is_right(courier, application, tally, capsys):
    """Last of those that share the door: what no stream accounts for would be seen here."""
    assert not courier.ledger.take(1)
    assert len(application.requests) == tally.requests
    streams = sum(tally.counts.values())
    with capsys.disabled():
        print(f"\n{streams} streams: " + ", ".join(f"{kind} {count}" for kind, count in sorted(tally.counts.items())) +
              f"; {tally.pieces} of them again in pieces; requests seen at the upstream {tally.requests}, of them "
              f"{streams + tally.pieces} of the bystander")


def test_bytes_behind_an_upgrade_are_no_request_before_the_101(workplace):
    """Pingora's CVE-2026-2833: the client does not get to the application raw by asking for an upgrade. What stands
    behind the handshake waits for the application's word, and is no request afterwards either."""
    early = []

    def serve(peer):
        peer.read_head()
        early.append(peer.unread)
        peer.sock.settimeout(0.5)
        try:
            early.append(peer.sock.recv(1000))
        except TimeoutError:
            pass
        peer.sock.settimeout(10)
        peer.send(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                  b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n")
        assert peer.take(len(EVIL)) == EVIL
    with upstreams.Upstream(serve) as upstream, workplace.door(upstream) as door, door.raw() as raw:
        raw.send(get(HANDSHAKE) + EVIL)
        assert raw.read_response().status == 101
        assert raw.at_end()
        assert early == [b""] and len(upstream.peers) == 1
