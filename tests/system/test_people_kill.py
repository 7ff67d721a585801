"""What people were told is kept: the door is killed while many accept their invitations and sign in."""

import contextlib
import signal
import threading
import time

import pytest

import harness
import residents
from residents import has_signed_in, is_signed_in, try_code, try_password
from visitor import PASSWORD, Visitor, totp

COMERS, ENOUGH = 16, 5


@pytest.fixture(scope="module")
def door(workplace, upstream):
    with workplace.door(upstream, access={"default": None}, drill={"enabled": False}) as door:
        yield door


class Comer:
    """One who accepts an invitation, as far as the door lives."""

    def __init__(self, door, link, email, second_factor):
        self.visitor, self.link, self.email, self.second_factor = Visitor(door), link, email, second_factor
        self.accepted, self.codes = False, []
        self.thread = threading.Thread(target=self._come)

    def _come(self):
        with contextlib.suppress(OSError, harness.BrokenOff):
            page = self._send(self.visitor.get(self.link), "welcome", name="Somebody", new_password=PASSWORD)
            if self.second_factor:
                page = self._send(page, "enrol", code=totp(page.secret()))
                self.codes = page.recovery_codes()
                self.accepted = page.status == 200 and len(self.codes) == 10
            else:
                self.accepted = has_signed_in(self._send(page, "skip"))

    def _send(self, page, intent, **fields):
        """Again, where the door says that it is busy: all of them come from one address."""
        while True:
            answer = self.visitor.post(page, page.form(intent), **fields)
            if answer.status != 503:
                return answer
            time.sleep(0.2)


def test_who_was_told_to_be_in_is_in_after_a_kill(door):
    town = residents.Residents(door)
    links = {f"comer{number:02}@example.com": None for number in range(COMERS)}
    for email in links:
        links[email] = town.invitation(email)
    comers = [Comer(door, link, email, number % 2) for number, (email, link) in enumerate(links.items())]
    for comer in comers:
        comer.thread.start()
    harness.wait_until(lambda: sum(comer.accepted for comer in comers) >= ENOUGH, 60, "some who have come", pause=0.001)
    door.stop(signal.SIGKILL)
    for comer in comers:
        comer.thread.join()
    door.start()

    assert residents.accounts(door, "PRAGMA integrity_check") == [("ok",)]
    told = [comer for comer in comers if comer.accepted]
    assert ENOUGH <= len(told) < COMERS, "it was killed in the middle of it"
    for comer in told:
        assert is_signed_in(comer.visitor), comer.email
        if comer.codes:
            answer = try_code(Visitor(door), comer.email, comer.codes[9], "recovery")
        else:
            answer = try_password(Visitor(door), comer.email)
        assert has_signed_in(answer), comer.email
        assert Visitor(door).get(comer.link).status == 410
    # Whoever was not told may be in or not, but never halfway: either the link is good still, or the password.
    for comer in comers:
        if comer.accepted:
            continue
        page = Visitor(door).get(comer.link)
        if page.status == 200:
            assert page.form("welcome")
            assert try_password(Visitor(door), comer.email).status == 403
        else:
            assert page.status == 410 and try_password(Visitor(door), comer.email).status in (200, 303)
