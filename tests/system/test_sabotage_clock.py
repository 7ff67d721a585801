"""The clock of a running door is moved: past the age limit of all evidence, back, and before the evidence was made. Nobody
can tell then, so the rows are `unknown` at once, and the history says so. libfaketime moves the wall clock alone."""

import datetime

import pytest

import harness

DRILLED = ("transit.hsts", "request.rate", "request.traced", "request.origin")
FAKETIME = "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1"
# Without drills the board is looked over once a minute.
LOOK_OVER = 75.0
ROUNDS = 150.0


class MovableClock:
    def __init__(self, file):
        self.file = file
        self.set("+0")

    def set(self, offset):
        beside = self.file.with_suffix(".new")
        beside.write_text(offset + "\n")
        beside.replace(self.file)


@pytest.fixture(name="clocked", scope="module")
def clocked_door(workplace, upstream):
    clock = MovableClock(workplace.folder / "clock")
    door = workplace.door(upstream, limit={"rate": 20, "burst": 100}, drill={"interval": "2s"})
    with pytest.MonkeyPatch.context() as environment:
        # Only for what is started here; the steady clock, which waits are counted by, and files' times stay real.
        for name, value in {"LD_PRELOAD": FAKETIME, "FAKETIME_TIMESTAMP_FILE": str(clock.file),
                            "FAKETIME_NO_CACHE": "1", "FAKETIME_DONT_FAKE_MONOTONIC": "1",
                            "NO_FAKE_STAT": "1"}.items():
            environment.setenv(name, value)
        door.start()
    try:
        yield door, clock
    finally:
        assert door.stop() == 0


def rows(door):
    return {row["id"]: row for row in door.get("/security.json", host=harness.BELFRY).json()["claims"]}


def generated(door):
    text = door.get("/security.json", host=harness.BELFRY).json()["generated"]
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))


def states(door):
    found = rows(door)
    return {found[claim]["state"] for claim in DRILLED}


def history(door, claim):
    entries, after = [], 0
    while after is not None:
        page = door.get(f"/security/history.json?after={after}", host=harness.BELFRY).json()
        entries += page["entries"]
        after = page["next"]
    return [entry for entry in entries if entry["claim"] == claim]


def switch(door, enabled):
    told = door.log().count("the new configuration is in force")
    door.write_config(drill={"enabled": enabled})
    door.reload()
    harness.wait_until(lambda: door.log().count("the new configuration is in force") > told, 20, "the reload")


def switched_off_while_all_holds(door):
    harness.wait_until(lambda: states(door) == {"holds"}, ROUNDS, "all rows hold", pause=0.5)
    switch(door, False)

    # One that was under way may still report.
    harness.wait_until(lambda: not door.drills_under_way(), ROUNDS, "the end of the last drill")
    assert states(door) == {"holds"}


def expect_lapse_in_history(door, reached):
    """In the history each claim became unknown last."""
    for claim in DRILLED:
        entries = harness.wait_until(
            lambda claim=claim: (found := history(door, claim))[-1]["state"] == "unknown" and found, LOOK_OVER,
            f"{reached} in the history of {claim}", pause=1)
        assert [entry["state"] for entry in entries[-2:]] == ["holds", "unknown"]


def expect_recovery(door):
    harness.wait_until(lambda: states(door) == {"holds"}, ROUNDS, "the recovery", pause=0.5)
    for claim in DRILLED:
        harness.wait_until(lambda claim=claim: [entry["state"] for entry in history(door, claim)][-3:] ==
                           ["holds", "unknown", "holds"], ROUNDS, f"the recovery in the history of {claim}", pause=0.5)


def test_evidence_grows_old_when_the_clock_goes_past_its_limit(clocked):
    door, clock = clocked
    switched_off_while_all_holds(door)
    real = generated(door)
    assert abs(real - datetime.datetime.now(datetime.timezone.utc)) < datetime.timedelta(minutes=1)

    clock.set("+2h")
    assert generated(door) - real > datetime.timedelta(hours=1, minutes=59), "the door's clock is moved"
    assert states(door) == {"unknown"}, "at once"
    page = door.get("/security", host=harness.BELFRY).body.decode()
    assert page.count("The last evidence is too old to count.") >= len(DRILLED)
    expect_lapse_in_history(door, "the expiry")
    # Of the moment when it ran out, not of the look that saw it.
    for claim in DRILLED:
        assert history(door, claim)[-1]["at"] == rows(door)[claim]["expires"], claim

    clock.set("+0")
    switch(door, True)
    expect_recovery(door)


def test_evidence_from_the_future_shows_nothing_when_the_clock_is_set_back(clocked):
    door, clock = clocked
    switched_off_while_all_holds(door)

    clock.set("-20m")
    assert states(door) == {"unknown"}, "at once"
    page = door.get("/security", host=harness.BELFRY).body.decode()
    assert page.count("The evidence is dated later than now") >= len(DRILLED)
    expect_lapse_in_history(door, "the step back")

    clock.set("+0")
    switch(door, True)
    expect_recovery(door)
