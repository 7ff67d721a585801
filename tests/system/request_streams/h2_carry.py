"""Carries a downgrade to a door over HTTP/2, and judges it as a stream of HTTP/1.1 is."""

import dataclasses
import itertools
import time

import h2_client
from request_streams import carry
from request_streams.downgrades import head

_numbers = itertools.count(1)
DATA, HEADERS, RST_STREAM = 0, 1, 3  # RFC 9113, section 6
END_STREAM, END_HEADERS = 1, 4
APART = 0.15  # seconds; a door that acts on half of what comes has acted by then


def integer(number, prefix_bits, first=0):
    """RFC 7541, section 5.1."""
    limit = (1 << prefix_bits) - 1
    if number < limit:
        return bytes([first | number])
    out, number = [first | limit], number - limit
    while number >= 128:
        out.append(number % 128 + 128)
        number //= 128
    return bytes([*out, number])


def block(fields):
    """Literals that are never indexed, with no Huffman code (RFC 7541, section 6.2.3): any bytes, and no state."""
    return b"".join(b"\x10" + integer(len(name), 7) + name + integer(len(value), 7) + value for name, value in fields)


@dataclasses.dataclass
class Outcome:
    status: int
    reset: bool
    gone: bool  # the connection
    after: str
    after_status: int  # 0: it was not, or could not be asked
    after_body: str
    aside: str
    answer_aside: str
    deliveries: list

    @property
    def was_refused(self):
        return 400 <= self.status < 600 or not self.status


class Courier:
    """Between HTTP/2 clients of one door and its application."""

    def __init__(self, door, application):
        self.door, self.ledger = door, carry.Ledger(application)
        context = door.certificates.client_context()
        self.bystander = carry.Bystander(lambda: door.raw(context=context))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.bystander.close()

    def _begin(self, client, downgrade):
        frames = [(DATA, 0, payload) for payload in downgrade.data]
        if downgrade.trailers is not None:
            frames.append((HEADERS, END_HEADERS, block(downgrade.trailers)))
        if downgrade.ends and frames:
            kind, flags, payload = frames[-1]
            frames[-1] = (kind, flags | END_STREAM, payload)
        number = client.begin_by_hand(block(downgrade.head), END_STREAM if downgrade.ends and not frames else 0)
        for kind, flags, payload in (*frames, *downgrade.frames):
            if downgrade.apart:
                time.sleep(APART)
            client.send_bytes(h2_client.frame(kind, flags, number, payload))
            if kind == RST_STREAM:
                client.streams[number].reset = int.from_bytes(payload, "big")  # our own: nothing more is waited for
        return number

    def carry(self, downgrade):
        number = next(_numbers)
        after, aside = f"/after-{number}", f"/aside-{number}"
        with h2_client.H2(self.door) as client:
            stream = client.wait(self._begin(client, downgrade))
            after_status, after_body = 0, ""
            if not client.closed and client.goaway is None:
                follower = client.wait(client.begin_by_hand(block(head(path=after.encode())), END_STREAM))
                after_status, after_body = follower.status, follower.body.decode("latin-1")
            gone = client.closed or client.goaway is not None
        answer = self.bystander.ask(aside)
        return Outcome(stream.status, stream.reset is not None, gone, after, after_status, after_body, aside, answer,
                       self.ledger.take(5))


def judge(downgrade, outcome):
    """What is wrong, in words; nothing where all holds."""
    requests, wrong = carry.judge_deliveries(outcome, downgrade.begun)
    got = carry.as_seen(requests)
    follower = [("GET", outcome.after, b"")]
    if outcome.after_status == 200:
        if outcome.after_body != outcome.after:
            wrong.append(f"the follower was answered {outcome.after_body!r}")
    elif not outcome.gone:
        wrong.append(f"the follower was answered {outcome.after_status}")
    expected = follower if outcome.after_status == 200 else []
    if not outcome.was_refused:
        if downgrade.seen is None:
            return [*wrong, f"it was let through: {outcome.status}, the application saw {got}"]
        expected = carry.as_seen([downgrade.seen]) + expected
    elif not downgrade.may_refuse:
        wrong.append(f"a clear request was refused: {outcome.status}")
    elif not outcome.status and not outcome.reset and not outcome.gone:
        wrong.append("neither answered nor ended")
    elif outcome.status >= 500 and outcome.status not in (501, 505):
        wrong.append(f"a failure and no refusal: {outcome.status}")
    # What was whole when the connection was given up may have been asked already.
    given_up = outcome.gone and downgrade.seen is not None and got == carry.as_seen([downgrade.seen])
    if got != expected and not given_up:
        wrong.append(f"the application saw {got} and not {expected}")
    return wrong
