"""A broken or hostile application harms its own visitors alone: each answer of the corpus is passed as one response of
one reading or is not passed, and what stands behind it reaches nobody, on whichever connection."""

import itertools

import pytest

import harness
import upstreams
from h2_client import H2
from request_streams.carry import echo
from response_streams import ANSWERS

BY_NAME = {answer.name: answer for answer in ANSWERS}


class ScriptedUpstream(upstreams.Upstream):
    """Answers as the script says, and what is not in it by naming it; remembers what each connection was asked."""

    def __init__(self):
        self.script, self.asked = {}, []
        super().__init__()

    def serve(self, peer):
        asked = []
        self.asked.append(asked)
        while True:
            request = peer.read_request()
            asked.append(request.target)
            answer = self.script.get(request.target)
            peer.send(answer.data if answer else echo(request))
            if answer and answer.closes:
                return


@pytest.fixture(scope="module")
def application():
    with ScriptedUpstream() as upstream:
        yield upstream


@pytest.fixture(scope="module")
def scripted_door(workplace, application):
    # One worker, and so one pool: who comes next gets the connection that was answered on.
    with workplace.door(application, site={"workers": 1},
                        upstream_timeout={"connect": "2s", "first_byte": "2s", "idle": "2s"}) as door:
        yield door


@pytest.fixture(scope="module")
def context(scripted_door):
    return scripted_door.certificates.client_context()


@pytest.fixture(scope="module")
def numbers():
    return itertools.count(1)


@pytest.fixture(scope="module")
def pages():
    """The ids of the door's own pages in the place of answers."""
    return []


def test_corpus_is_as_large_as_promised():
    assert len(BY_NAME) == len(ANSWERS), "a name twice"
    assert len(ANSWERS) >= 150 and sum(answer.is_control for answer in ANSWERS) >= 30


def judge_answer(answer, status, body, own, whole):
    """`own`: it is the door's page; `whole`: the client was told that it is complete."""
    if whole and answer.status and status == answer.status:
        assert body == (b"" if answer.method == "HEAD" else answer.body) and not own
        return
    assert answer.may_fail, f"a clear answer was not passed: {status} {body}"
    assert (status == 502 and own) or (answer.begun and not whole), f"{status} {body}"


def judge_afterwards(application, answer, target, after):
    """Nobody was asked on the connection of an answer that spoiled it."""
    connections = [asked for asked in application.asked if target in asked]
    # A kept connection that ends without a word may have been closed already: then it is asked again on another.
    assert len(connections) == 1 or (not answer.data and len(connections) == 2), connections
    for asked in connections:
        assert asked.count(target) == 1
        assert not answer.spoils or asked[-1] == target, f"the connection was used again: {asked}"
    assert sum(asked.count(after) for asked in application.asked) <= 1


def innocent(raw, target):
    response = raw.request("GET", target)
    assert (response.status, response.body) == (200, target.encode())
    assert not response.all("set-cookie")


@pytest.mark.parametrize("name", BY_NAME)
def test_answer_passes_as_one_response_or_not_at_all(scripted_door, application, context, numbers, pages, name):
    answer, number = BY_NAME[name], next(numbers)
    target, after, aside = f"/answer-{number}", f"/after-{number}", f"/aside-{number}"
    application.script[target] = answer
    with scripted_door.raw(context=context) as raw, scripted_door.raw(context=context) as bystander:
        try:
            response = raw.request(answer.method, target, *answer.lines)
            judge_answer(answer, response.status, response.body, response.id and response.id in response.body.decode(
                "latin-1"), True)
            assert not any("evil" in value for _, value in response.fields + response.trailers), response
        except harness.BrokenOff as end:
            judge_answer(answer, 0, end.received, False, False)
            response = None
        innocent(bystander, aside)
        if response and response.get("connection") != "close":
            innocent(raw, after)
        elif response:
            assert raw.at_end()
    if response and response.status == 502:
        pages.append(response.id)
    judge_afterwards(application, answer, target, after)


# An upgrade is none over HTTP/2.
@pytest.mark.parametrize("name", [name for name, answer in BY_NAME.items() if not answer.lines])
def test_same_over_http2(scripted_door, application, context, numbers, name):
    answer, number = BY_NAME[name], next(numbers)
    target, after, aside = f"/answer-{number}", f"/after-{number}", f"/aside-{number}"
    application.script[target] = answer
    with H2(scripted_door) as client, scripted_door.raw(context=context) as bystander:
        stream = client.request(answer.method, target)
        own = stream.id is not None and stream.id.encode() in stream.body
        judge_answer(answer, stream.status, stream.body, own, stream.ended and stream.reset is None)
        assert not any("evil" in value for _, value in stream.fields + stream.trailers), stream.fields
        innocent(bystander, aside)
        follower = client.request("GET", after)
        assert (follower.status, follower.body) == (200, after.encode()) and not follower.all("set-cookie")
    judge_afterwards(application, answer, target, after)


def test_every_page_in_the_place_of_an_answer_says_why_in_the_log(scripted_door, pages):
    assert len(pages) > 100
    harness.wait_until(lambda: set(pages) <= {line["id"] for line in scripted_door.requests()}, 10, "the log of all")
    reasons = {line["reason"] for line in scripted_door.requests() if line["id"] in set(pages)}
    assert reasons <= {"upstream_invalid_response", "upstream_no_response"}


def test_answer_before_any_request_is_nobodys(workplace):
    """On a fresh connection: the application tires of waiting for a client that takes its time (408, and nginx, Apache
    and HAProxy say so), and what it says is not the answer to the request that comes then (RFC 9112, section 9.2)."""
    tired = []

    def serve(peer):
        if not tired:
            tired.append(peer)
            peer.send(b"HTTP/1.1 408 Request Timeout\r\nContent-Length: 4\r\nConnection: close\r\n\r\nevil")
            peer.wait_closed()
            return
        while True:
            peer.send(echo(peer.read_request()))
    with upstreams.Upstream(serve) as upstream, workplace.door(upstream) as door, door.raw() as raw:
        raw.send("POST /asked HTTP/1.1\r\nHost: app.test\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n")
        assert raw.read_head().status == 100
        harness.wait_until(lambda: tired, 10, "a connection to the application")
        raw.send("hello")
        response = raw.read_response()
        assert (response.status, response.body) == (200, b"/asked")
        innocent(raw, "/after")
        assert not tired[0].received


def test_answer_ahead_of_the_first_request_shifts_no_others(workplace):
    """Nobody can tell an answer that came a moment too early from one that came in time; the next ones are in step."""
    ahead, behind = [], []

    def serve(peer):
        if not ahead:
            ahead.append(peer)
            peer.send(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil")
        while True:
            request = peer.read_request()
            peer.send(echo(request))
            behind.append(request.target)
    with upstreams.Upstream(serve) as upstream, workplace.door(upstream, site={"workers": 1}) as door, \
            door.raw() as raw:
        raw.request("GET", "/one")
        harness.wait_until(lambda: "/one" in behind, 10, "the answer that comes too late")
        for target in ("/two", "/three", "/four"):
            innocent(raw, target)
