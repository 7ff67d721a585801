"""Time: a code is good once and for its moment, and nobody who sets the clock opens a lock, an old code or a session.

libfaketime moves the wall clock alone; the steady one, by which locks are counted, stays."""

import copy
import time

import pytest

import residents
from harness import APP, BELFRY
from residents import attempts, enter, has_signed_in, is_signed_in, try_code, try_password
from test_sabotage_clock import FAKETIME, MovableClock
from visitor import Visitor, totp

STEP, DAY = 30, 86400


class FakeTime(MovableClock):
    """Stands still: to be set to seconds since 1970."""

    newest = 0

    def set_to(self, seconds):
        self.now, self.newest = seconds, max(seconds, self.newest)
        self.set(time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(seconds)))


@pytest.fixture(name="clocked", scope="module")
def clocked_door(workplace, upstream):
    clock = FakeTime(workplace.folder / "people-clock")
    clock.set_to(int(time.time()) // STEP * STEP + 4 * STEP + 10)  # behind the certificate's beginning
    door = workplace.door(upstream, access={"default": None}, drill={"enabled": False},
                          accounts={"session_idle": "10m", "session_absolute": "30m"})
    # The door refuses to start on a certificate that is over.
    door.certificates = copy.copy(workplace.certificates)
    door.certificates.certificate, door.certificates.key = workplace.certificates.issue(
        "for-years", [APP, BELFRY, "other.test"], days=4000)
    door.under = ["env", f"LD_PRELOAD={FAKETIME}", f"FAKETIME_TIMESTAMP_FILE={clock.file}", "FAKETIME_NO_CACHE=1",
                  "FAKETIME_DONT_FAKE_MONOTONIC=1", "NO_FAKE_STAT=1"]
    with door:
        yield door, clock


@pytest.fixture(scope="module")
def town(clocked):
    door, clock = clocked
    return residents.Residents(door, lambda: clock.now)


@pytest.fixture(autouse=True)
def a_day_of_its_own(clocked, town):
    """Later than all before; the administrator has signed in."""
    clock = clocked[1]
    clock.set_to(clock.newest // DAY * DAY + DAY + 10)
    administrator = town.administrator
    code = totp(administrator.secret, clock.now)
    assert has_signed_in(try_code(administrator.visitor, administrator.email, code))


def test_a_code_is_good_once_and_newer_ones_alone_after_it(clocked, town):
    door, clock = clocked
    resident = town.move_in(second_factor=True)
    enrolled = clock.now

    def tried(at):
        return has_signed_in(try_code(Visitor(door), resident.email, totp(resident.secret, at)))
    # The code that confirmed the authenticator is used.
    assert not tried(enrolled)
    clock.set_to(enrolled + 10 * STEP)
    now = clock.now
    assert tried(now)
    assert not tried(now), "the same again"
    assert not tried(now - STEP), "one step before it, which would have done"
    assert tried(now + STEP), "one step after it"
    assert not tried(now), "older by now"
    assert not tried(now + STEP)


@pytest.mark.parametrize("steps,good", [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_code_is_good_for_a_step_before_and_after(clocked, town, steps, good):
    door, clock = clocked
    resident = town.move_in(second_factor=True)
    clock.set_to(clock.now + 10 * STEP)
    code = totp(resident.secret, clock.now + steps * STEP)
    assert has_signed_in(try_code(Visitor(door), resident.email, code)) == good


def test_the_ways_of_a_code_share_what_is_used(clocked, town):
    door, clock = clocked
    resident = town.move_in(second_factor=True)
    clock.set_to(clock.now + 5 * STEP)
    code = totp(resident.secret, clock.now)
    page = resident.page("/account/security")
    form = page.form("renew_codes")
    renewed = resident.visitor.post(page, form, password=residents.PASSWORD, code=code)
    assert renewed.status == 200 and len(renewed.recovery_codes()) == 10, renewed.text
    assert not has_signed_in(try_code(Visitor(door), resident.email, code))
    assert resident.visitor.post(page, form, password=residents.PASSWORD, code=code).status in (403, 422)
    # And the recovery codes of before are worth nothing.
    assert not has_signed_in(try_code(Visitor(door), resident.email, resident.codes[0], "recovery"))
    assert has_signed_in(try_code(Visitor(door), resident.email, renewed.recovery_codes()[0], "recovery"))


def test_a_clock_that_is_set_back_replays_no_code(clocked, town):
    door, clock = clocked
    resident = town.move_in(second_factor=True)
    clock.set_to(clock.now + 5 * STEP)
    used = totp(resident.secret, clock.now)
    assert has_signed_in(try_code(Visitor(door), resident.email, used))
    later = clock.now
    for back in (STEP, 4 * STEP, 0):
        clock.set_to(later - back)
        assert not has_signed_in(try_code(Visitor(door), resident.email, used))
    residents.admin(door, "unlock", resident.email)
    clock.set_to(later - 3 * STEP)
    assert not has_signed_in(try_code(Visitor(door), resident.email, totp(resident.secret, clock.now)))


def test_no_clock_opens_a_lock(clocked, town):
    door, clock = clocked
    resident = town.move_in()
    for _ in range(5):
        assert not has_signed_in(try_password(Visitor(door), resident.email, residents.WRONG))
    began = clock.now
    for away in (16 * 60, 25 * 3600, 400 * DAY, -DAY, -400 * DAY, 0):
        clock.set_to(began + away)
        assert try_password(Visitor(door), resident.email).status == 403, away
    clock.set_to(began + 2 * DAY)
    # Nor does a restart with it.
    door.stop()
    door.start()
    assert try_password(Visitor(door), resident.email).status == 403
    assert attempts(door, resident) == (5, 0, 1)


def test_a_session_ends_by_the_wall_clock_too(clocked, town):
    door, clock = clocked
    resident, busy = town.move_in(), town.move_in()
    began = clock.now
    for minutes in (9, 18, 27):
        clock.set_to(began + minutes * 60)
        assert is_signed_in(busy.visitor), minutes
        if minutes == 9:
            assert is_signed_in(resident.visitor)
    # 18 minutes idle; and then the absolute end of the busy one.
    assert not is_signed_in(resident.visitor)
    clock.set_to(began + 30 * 60 + 1)
    assert not is_signed_in(busy.visitor)


def test_a_session_that_was_handed_over_ends_with_the_day_of_its_parent(clocked, town):
    _, clock = clocked
    resident = town.move_in()
    began = clock.now
    clock.set_to(began + 9 * 60)
    enter(resident.visitor)
    for minutes in (18, 27):
        clock.set_to(began + minutes * 60)
        assert is_signed_in(resident.visitor, APP), minutes
    assert not is_signed_in(resident.visitor), "its parent was idle"
    clock.set_to(began + 30 * 60 + 1)
    assert not is_signed_in(resident.visitor, APP)
