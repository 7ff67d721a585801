"""Carries a stream to a door and judges what came of it, at the client and at the application.

Beside the client who sends the stream there is a bystander, who asks for something innocent on a connection of his own
afterwards: what the stream left lying on the way to the application would meet him.
"""

import contextlib
import dataclasses
import itertools
import socket
import ssl

import harness
import upstreams
from request_streams import lax, strict
from request_streams.stream import HOST, SMUGGLED

_numbers = itertools.count(1)


def echo(request):
    """Names the target, so that a response that belongs to another request is seen to."""
    body = request.target.encode("latin-1")
    head = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body)
    return head if request.method == "HEAD" else head + body


class ReadingUpstream(upstreams.Upstream):
    """Answers what its reader finds, for as long as the reader finds something."""

    def __init__(self, read_one=strict.read_one):
        self.read_one, self.requests = read_one, []
        super().__init__()

    def serve(self, peer):
        while True:
            while not peer.unread or not (request := self.read_one(peer.unread)):
                peer.more()
            peer.unread = peer.unread[request.size:]
            self.requests.append(request)
            peer.send(echo(request))


@dataclasses.dataclass
class Delivery:
    """What one connection to the application brought since it was last looked at."""
    data: bytes
    closed: bool


class Ledger:
    """Takes from each connection of an application what is new on it."""

    def __init__(self, upstream):
        self.upstream, self.taken = upstream, {}

    def _new(self, peer):
        return peer.received[self.taken.get(id(peer), 0):]

    def _at_rest(self, peer):
        """Nothing is under way: whole requests, or nothing more can come."""
        if peer.closed_by_door.is_set():
            return True
        try:
            return not strict.read_all(self._new(peer))[1]
        except strict.Unreadable:
            return True

    def take(self, seconds):
        peers = list(self.upstream.peers)
        with contextlib.suppress(AssertionError):  # what is still under way is judged as what it is
            harness.wait_until(lambda: all(self._at_rest(peer) for peer in peers), seconds)
        deliveries = [Delivery(self._new(peer), peer.closed_by_door.is_set()) for peer in peers if self._new(peer)]
        self.taken = {id(peer): len(peer.received) for peer in peers}
        return deliveries


@dataclasses.dataclass
class Outcome:
    """What the client of a stream got, and the application."""
    responses: list
    interim: list
    ended: bool  # the connection, by the other side
    after: str  # the target of the request that followed
    aside: str  # the bystander's
    answer_aside: str
    deliveries: list

    @property
    def refusal(self):
        """The first response that refuses."""
        return next((response for response in self.responses if response.status >= 400), None)

    @property
    def at_application(self):
        return b"".join(delivery.data for delivery in self.deliveries)


class Bystander:
    """Stays connected from one stream to the next, as long as nobody closes."""

    def __init__(self, connect):
        self.connect, self.raw = connect, None

    def ask(self, target):
        """The body of the answer, or what went wrong."""
        for _ in range(2):
            fresh = self.raw is None
            try:
                self.raw = self.raw or self.connect()
                response = self.raw.request("GET", target)
                return response.body.decode("latin-1") if response.status == 200 else f"status {response.status}"
            except (OSError, harness.BrokenOff, AssertionError) as error:
                self.close()
                # A kept connection may have been closed meanwhile; whatever was answered on it counts.
                if fresh or not isinstance(error, (OSError, harness.BrokenOff)) or getattr(error, "received", b""):
                    return repr(error)
        return "no answer"

    def close(self):
        if self.raw:
            self.raw.close()
        self.raw = None


def read_responses(raw, methods):
    """(responses, interim ones, whether the other side ended the connection), until it does or is silent."""
    responses, interim = [], []
    try:
        while len(responses) < 20:
            method = methods[len(responses)] if len(responses) < len(methods) else "GET"
            responses.append(raw.read_response(method, interim))
    except TimeoutError:
        return responses, interim, False
    except ssl.SSLError:
        pass  # an alert: it did not like the end of our side either
    except harness.BrokenOff as end:
        if end.received:
            responses.append(harness.Response("", 999, "", [("broken-off", repr(end.received))]))
    except AssertionError as error:
        responses.append(harness.Response("", 999, "", [("unreadable", repr(error))]))
    return responses, interim, True


class Courier:
    """Between the clients of one door (or whatever `connect` leads to) and its application."""

    def __init__(self, connect, upstream, patience=5):
        self.connect, self.ledger, self.bystander = connect, Ledger(upstream), Bystander(connect)
        self.patience = patience  # seconds for what is under way to the application

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.bystander.close()

    def carry(self, stream, piece=None):
        """`piece`: so many bytes to a record at most."""
        number = next(_numbers)
        after, aside = f"/after-{number}", f"/aside-{number}"
        follower = b"" if stream.cut else b"GET %b HTTP/1.1\r\n%bConnection: close\r\n\r\n" % (after.encode(), HOST)
        data = stream.data + follower
        with self.connect() as raw:
            with contextlib.suppress(OSError):  # it may close while we are still sending
                for at in range(0, len(data), piece or len(data)):
                    raw.send(data[at:at + (piece or len(data))])
                if stream.cut:
                    # Of the socket itself: the method of Python's TLS socket would end our reading too.
                    socket.socket.shutdown(raw.sock, socket.SHUT_WR)
            responses, interim, ended = read_responses(raw, [one.method for one in stream.seen])
        answer = self.bystander.ask(aside)
        return Outcome(responses, interim, ended, after, aside, answer,
                       self.ledger.take(self.patience))


def judge_deliveries(outcome, begun):
    """(the requests at the application without the bystander's, what is wrong with the bytes)."""
    requests, wrong = [], []
    for delivery in outcome.deliveries:
        try:
            whole, rest = strict.read_all(delivery.data)
        except strict.Unreadable as error:
            wrong.append(f"the application got what has more than one reading ({error}): {delivery.data!r}")
            continue
        requests += whole
        if rest and not (begun and delivery.closed):
            wrong.append(f"bytes beside the requests: {rest!r}")
        strictly = [(one.method, one.target, one.body) for one in whole]
        for reader in lax.READERS:
            if (seen := lax.requests_seen(delivery.data, reader)) != strictly:
                wrong.append(f"'{reader.habit}' sees other requests: {seen}")
    of_bystander = [one for one in requests if one.target == outcome.aside]
    if len(of_bystander) != 1 or of_bystander[0].body or of_bystander[0].method != "GET":
        wrong.append(f"the bystander's request came as {of_bystander}")
    if outcome.answer_aside != outcome.aside:
        wrong.append(f"the bystander was answered {outcome.answer_aside!r}")
    return [one for one in requests if one.target != outcome.aside], wrong


def requests_at(deliveries):
    """How many whole ones there are."""
    count = 0
    for delivery in deliveries:
        with contextlib.suppress(strict.Unreadable):
            count += len(strict.read_all(delivery.data)[0])
    return count


def judge_responses(responses, requests):
    """Each 200 is the answer to its own request."""
    answered = [response for response in responses if response.status < 400]
    return [f"{request.target} was answered {response}" for response, request in zip(answered, requests)
            if request.method != "HEAD" and response.body.decode("latin-1") != request.target]


def was_refused(stream, outcome):
    """A refusal in the stream's place, behind what comes before it."""
    statuses = [response.status for response in outcome.responses]
    return len(statuses) > len(stream.before) and statuses[len(stream.before)] >= 400


def as_seen(requests):
    return [(one.method, one.target, one.body) for one in requests]


def judge(stream, outcome):
    """What is wrong, in words; nothing where all holds."""
    requests, wrong = judge_deliveries(outcome, stream.begun)
    got, statuses = as_seen(requests), [response.status for response in outcome.responses]
    if not outcome.ended:
        wrong.append(f"the connection stayed open behind {statuses}")
    if outcome.responses and not stream.cut and outcome.responses[-1].get("connection") != "close":
        wrong.append(f"it was closed without a word of that (RFC 9112, section 9.6) behind {outcome.responses[-1]}")
    if stream.own:
        return wrong + judge_own(stream, outcome, got, statuses)
    wrong += judge_responses(outcome.responses, requests)
    if stream.cut:
        if got:
            wrong.append(f"a request without an end reached the application: {got}")
        return wrong
    if was_refused(stream, outcome):
        if not stream.may_refuse:
            wrong.append(f"a clear stream was refused: {outcome.refusal}")
        elif got != as_seen(stream.before):
            wrong.append(f"it was refused, and this reached the application: {got}")
        if not 400 <= outcome.refusal.status < 500 and outcome.refusal.status not in (501, 505):
            wrong.append(f"a failure and no refusal: {outcome.refusal}")
        if len(statuses) > len(stream.before) + 1 or outcome.after.encode() in outcome.at_application:
            wrong.append(f"the connection was used after the refusal: {statuses}")
        if not stream.begun and not stream.before and SMUGGLED.encode() in outcome.at_application:
            wrong.append("what was refused reached the application")
        return wrong
    expected = as_seen(stream.reaches(outcome.after))
    if stream.follows and not stream.last:
        expected.append(("GET", outcome.after, b""))
    if not stream.may_pass:
        wrong.append(f"it was let through: {statuses}")
    elif got != expected or statuses != [200] * len(expected):
        wrong.append(f"the application saw {got} and not {expected}; the client {outcome.responses}")
    return wrong


def judge_own(stream, outcome, got, statuses):
    """The door's answer, and then the follower's or none."""
    follower = [("GET", outcome.after, b"")]
    if not (len(statuses) == 1 and not got) and not (len(statuses) == 2 and got == follower and statuses[1] == 200):
        return [f"behind the door's own answer: {statuses}, at the application {got}"]
    if stream.last and got:
        return ["the connection was used after its last response"]
    return []
