"""RFC 9113 and RFC 7541 through the door, with an application behind it: the 146 cases of h2spec, and then more.

h2spec itself is not packaged. Its cases are written anew in h2_cases_generic.py, h2_cases_hpack.py,
h2_cases_http2.py and h2_cases_http2_messages.py under its own numbers; h2_cases_beyond.py has what it does not ask,
counted apart.
"""

import concurrent.futures

import pytest

import h2_responders
import harness
import upstreams
from h2_cases_beyond import BEYOND
from h2_cases_generic import GENERIC
from h2_cases_hpack import HPACK
from h2_cases_http2 import HTTP2
from h2_cases_http2_messages import HTTP2_MESSAGES
from h2_frames import NoHandshake, Wire

# What h2spec 2.6.0 runs without --strict.
H2SPEC = [*GENERIC, *HPACK, *HTTP2, *HTTP2_MESSAGES]
H2SPEC_COUNT = 146

# Longer than the windows that some cases set.
BODY = b"What a proxied path answers."
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(BODY), BODY)


class CaseUpstream(upstreams.RecordingUpstream):
    """Plays the part that a case has for it, known by its path."""

    def __init__(self):
        self.parts = {}
        super().__init__(ANSWER)

    def serve(self, peer):
        while True:
            head = peer.read_head()
            part = self.parts.get(head.target, self.answer)
            if callable(part):
                part(peer, head)
                return
            self.requests.append(peer.read_body(head))
            peer.send(part)


@pytest.fixture(scope="module")
def case_upstream():
    with CaseUpstream() as upstream:
        yield upstream


@pytest.fixture(scope="module")
def case_door(workplace, case_upstream):
    with workplace.door(case_upstream) as door:
        yield door


def failure_of(case, wire, patience=None):
    """None, or what was wrong."""
    with wire:
        try:
            case.run(wire, patience)
        except AssertionError as wrong:
            return str(wrong)
    return None


def run_through(door, upstream, cases, turn):
    """Runs each on a connection of its own; gives {case: what was wrong}."""
    upstream.forget()
    failures = {}
    for case in cases:
        # A path for each case, so that what one of them sent is not taken for another's.
        path = f"/{turn}/{case.number}"
        if case.application:
            upstream.parts[path] = case.application
        wire = Wire(door.raw(alpn=("h2",)).sock, path=path, upstream=upstream)
        assert wire.sock.selected_alpn_protocol() == "h2"
        if wrong := failure_of(case, wire):
            failures[case] = wrong
    return failures


def report(capsys, cases, failures, what):
    """On the terminal, also where all is well."""
    with capsys.disabled():
        print(f"\n{what}: {len(cases) - len(failures)} / {len(cases)} cases passed")
    assert not failures, "\n".join(f"{case}: {wrong}" for case, wrong in failures.items())


@pytest.mark.parametrize("turn", ("first", "second"))
def test_h2spec_holds_on_a_proxied_path(case_door, case_upstream, capsys, turn):
    """Twice in a row on the same door."""
    assert len(H2SPEC) == H2SPEC_COUNT
    report(capsys, H2SPEC, run_through(case_door, case_upstream, H2SPEC, turn), f"h2spec, {turn} turn")


def test_rfc_9113_holds_beyond_h2spec(case_door, case_upstream, capsys):
    report(capsys, BEYOND, run_through(case_door, case_upstream, BEYOND, "beyond"), "beyond h2spec")


def cases_failed_by(responder, cases):
    """Those that this server fails behind a good handshake."""
    with responder() as server:
        def fails(case):
            try:
                # Silence is a failure here, so there is no need to wait for long.
                return failure_of(case, server.wire(), 0.5 * harness.PATIENCE) is not None
            except NoHandshake:
                return False
        with concurrent.futures.ThreadPoolExecutor(16) as threads:
            return {case for case, failed in zip(cases, threads.map(fails, cases)) if failed}


def test_each_case_can_fail(capsys):
    """A case that asks for an error fails on a server that never finds any; every other on one that is wrong in another
    way."""
    cases = [*H2SPEC, *BEYOND]
    lax, harsh, backward = (cases_failed_by(responder, cases) for responder in
                            (h2_responders.Lax, h2_responders.Harsh, h2_responders.Backward))
    with capsys.disabled():
        print(f"\nof {len(cases)} cases {len(lax)} fail on a lax server, {len(harsh)} on a harsh one")
    assert not [case for case in cases
                if case not in (lax if hasattr(case.expect, "asks_for_an_error") else harsh | backward)]
