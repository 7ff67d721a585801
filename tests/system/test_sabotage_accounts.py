"""What guards accounts and their pages is broken for real while the door runs, by triggers in its database and by
somebody who changes what passes at its private socket: each row must turn, come back after the repair, and keep the
lapse in the public history. Prints a table."""

import concurrent.futures
import contextlib
import re
import sqlite3
import threading

import pytest

import harness
import page_relay
import test_sabotage

# A reload makes all drills due, those with canaries too; what is left of a round may be under way before it.
test_sabotage.ROUND = 240.0

# Each lock is undone as it is written: however many passwords were wrong, none was.
NOTHING_LOCKS = """CREATE TRIGGER sabotage_of_locks AFTER UPDATE ON lockout WHEN new.until IS NOT NULL BEGIN
  UPDATE lockout SET until = NULL, forgiven = reserved WHERE counter = new.counter AND subject = new.subject;
END"""
# That a code was used is forgotten as it is written.
CODES_OPEN_TWICE = """CREATE TRIGGER sabotage_of_codes AFTER UPDATE ON second_factor
WHEN new.newest_used > old.newest_used BEGIN
  UPDATE second_factor SET newest_used = old.newest_used WHERE person = new.person;
END"""
# Whoever typed a password has shown a second factor, as far as the session knows.
NO_SECOND_FACTOR = """CREATE TRIGGER sabotage_of_sessions AFTER INSERT ON session WHEN new.proven = 'password' BEGIN
  UPDATE session SET proven = 'second factor' WHERE number = new.number;
END"""


class Trigger:
    """In the database of the running door."""

    def __init__(self, sql):
        self.sql, self.name = sql, sql.split()[2]

    def begin(self, door, _):
        self._run(door, self.sql)

    def end(self, door, _):
        self._run(door, f"DROP TRIGGER {self.name}")

    @staticmethod
    def _run(door, sql):
        """In a short transaction beside the door's own."""
        path = door.data / "accounts.sqlite"
        with contextlib.closing(sqlite3.connect(path, timeout=20 * harness.PATIENCE)) as database, database:
            database.execute(sql)


class OnTheWay:
    """By the relay, to all that passes."""

    def __init__(self, kind):
        self.kind = kind

    def begin(self, _, relay):
        relay.changes[self.kind] = self.kind()

    def end(self, _, relay):
        del relay.changes[self.kind]


# By the row: what is done, by what, and the parts that must be found to be broken.
SABOTAGE = {
    "account.lockout": ("each lock is undone in the database", Trigger(NOTHING_LOCKS), {"stranger"}),
    "organisation.credentials": ("passwords count as second factors in the database", Trigger(NO_SECOND_FACTOR),
                                 {"sign_in"}),
    "account.second_factor": ("used codes are forgotten in the database", Trigger(CODES_OPEN_TWICE), {"reused"}),
    "output.escaped": ("pages are unescaped on the way", OnTheWay(page_relay.UnescapedPages), {"kept", "shown"}),
    "password.policy": ("weak passwords are replaced on the way", OnTheWay(page_relay.WeakPasswordsAreTaken),
                        {"short", "plain", "common", "reset"}),
    "request.csrf_token": ("right tokens are put in on the way", OnTheWay(page_relay.AnyTokenWillDo),
                           {"missing", "ended", "session", "action", "stale"}),
}
UNTOUCHED = "password.hashed"
# A part of it has no check yet.
NEVER_WHOLE = "organisation.credentials"


@pytest.fixture(scope="module")
def door(workplace, upstream):
    # The drills take the private socket. Limits as the bursts of the other drills meet them without delaying these.
    with workplace.door(upstream, limit={"rate": 50, "burst": 200}, drill={"interval": "1m"},
                        trusted_proxies={"ranges": ["127.0.0.9"], "proxy_protocol": True}) as door:
        yield door
    test_sabotage.print_table()


@pytest.fixture(scope="module")
def relay(door):
    """In the door's place from before the first drill with a canary: what holds, holds by way of it."""
    with page_relay.Relay(door) as relay:
        yield relay


def broken_parts(door, claim):
    return set(re.findall(rf"broken: {re.escape(claim)}, ([^:]+): the bad request was let in;", door.log()))


def test_what_guards_accounts_breaks_its_row(door, relay):
    """All at once, as drills with canaries are slow. None is repaired before all were looked at: what was found is the
    same sentence for each, and public from the first repair on."""
    all_seen = threading.Barrier(len(SABOTAGE))

    def lapse(claim):
        what, measure, parts = SABOTAGE[claim]

        def sabotage():
            assert not broken_parts(door, claim)
            measure.begin(door, relay)
            door.reload()  # for the drills to come now

        def repair(_):
            # A row that does not turn fails by itself, and must not keep the others from their repair.
            with contextlib.suppress(threading.BrokenBarrierError):
                all_seen.wait(2 * test_sabotage.ROUND * harness.PATIENCE)
            measure.end(door, relay)
            door.reload()
        if claim == NEVER_WHOLE:
            harness.wait_until(lambda: "2 of 3 parts hold" in (test_sabotage.row(door, claim)["value"] or ""), 240,
                               "what holds of the row", pause=0.5)
        test_sabotage.lapse(door, claim, what, sabotage, repair, well="unknown" if claim == NEVER_WHOLE else "holds")
        assert parts <= broken_parts(door, claim), claim

    test_sabotage.wait_for(door, UNTOUCHED, ("holds",))
    with concurrent.futures.ThreadPoolExecutor(len(SABOTAGE)) as threads:
        lapses = [threads.submit(lapse, claim) for claim in SABOTAGE]
    for one in lapses:
        one.result()
    # It has canaries too, who came the same way.
    assert set(test_sabotage.history(door, UNTOUCHED)) <= {"unknown", "holds"}
