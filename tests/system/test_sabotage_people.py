"""Passwords that are stored more weakly than is configured break their row, which comes back after the repair; and what
drills on accounts make is cleaned up."""

import contextlib
import signal
import sqlite3
import subprocess

import pytest

import harness
import test_sabotage
from harness import BELFRY
from visitor import Visitor, accept

# These drills run more rarely than the others: by the interval's twelve times and a round of all.
test_sabotage.ROUND = 240.0
# Met by the bursts of the other drills, without delaying these.
LIMIT = {"rate": 50, "burst": 200}
ROWS = ("request.csrf_token", "password.policy", "account.second_factor", "output.escaped", "account.lockout",
        "password.hashed")


@pytest.fixture(scope="module")
def door(workplace, upstream):
    with workplace.door(upstream, limit=LIMIT, drill={"interval": "2s"}) as door:
        yield door


def people(door, where):
    with contextlib.closing(sqlite3.connect(door.data / "accounts.sqlite")) as database:
        return database.execute(f"SELECT count(*) FROM person WHERE {where}").fetchone()[0]


def test_hashes_of_a_lower_cost_than_configured_break_the_hashed_row(workplace, upstream):
    door = workplace.door(upstream, limit=LIMIT, drill={"interval": "1s"})
    with door:
        link = subprocess.run([harness.BINARY, "admin", "first-administrator", "--config", str(door.config_path)],
                              capture_output=True, text=True, timeout=60 * harness.PATIENCE, check=True)
        page, _ = accept(Visitor(door), link.stdout.strip(), email="ann@example.com")
        assert page.status == 200
        test_sabotage.wait_for(door, "password.hashed", ("holds",))
        harness.wait_until(lambda: "2 of 2" in test_sabotage.row(door, "password.hashed")["value"], 120,
                           "the administrator's hash in the figure", pause=0.5)
    door.write_config(accounts={"bcrypt_cost": 13})
    with door:
        test_sabotage.wait_for(door, "password.hashed", ("broken",))
        assert "password.hashed, algorithm: 1 of 2 with a cost of 13 or more" in door.log()
    door.write_config(accounts={"bcrypt_cost": 12})
    with door:
        test_sabotage.wait_for(door, "password.hashed", ("holds",))
    assert test_sabotage.TWIN.exists() and people(door, "canary = 0") == 1


def test_a_canary_that_a_killed_door_left_is_erased_at_the_next_start(workplace, upstream):
    door = workplace.door(upstream, limit=LIMIT, drill={"interval": "1s"}).start()

    def stopped_in_the_middle():
        door.process.send_signal(signal.SIGSTOP)
        left = [name for _, kind, name in door.drills_under_way() if kind == "canary"]
        if left and people(door, "canary = 1") == len(left):
            return left
        door.process.send_signal(signal.SIGCONT)
        return None
    try:
        left = harness.wait_until(stopped_in_the_middle, 120, "a drill with its canaries", pause=0.1)
        assert all(name.endswith("@drill.belfry.invalid") for name in left)
        door.stop(signal.SIGKILL)
        assert people(door, "canary = 1") == len(left)
        door.write_config(drill={"enabled": False})
        door.start()
        harness.wait_until(lambda: not door.drills_under_way(), 20, "the entry struck off")
        assert people(door, "canary = 1") == 0
        assert Visitor(door).get(f"https://{BELFRY}:{door.port}/sign-in").status == 200
    finally:
        assert door.stop() == 0


def test_canaries_are_gone_behind_their_drills(door):
    for claim in ROWS:
        test_sabotage.wait_for(door, claim, ("holds",))
    harness.wait_until(lambda: "2 of 3" in (test_sabotage.row(door, "organisation.credentials")["value"] or ""), 120,
                       "the drill of the staff", pause=0.5)
    door.write_config(drill={"enabled": False})
    door.reload()
    harness.wait_until(lambda: not door.drills_under_way(), 150, "the end of the drill under way")
    assert people(door, "canary = 1") == 0
    assert "@drill.belfry.invalid" not in "".join(path.read_text(errors="replace") for path in door.data.glob("*.log"))
