"""Each measure that a drill stands behind is broken for real while the door runs: its row must turn within one interval
and the drills' round, come back after the repair, and keep the lapse in the public history. Prints a table."""

import contextlib
import html
import json
import os
import pathlib
import re
import shutil
import signal
import sqlite3
import subprocess
import threading
import time

import pytest

import harness

INTERVAL = 2.0
# A round of all drills, one after the other, with a twin each; the interval is counted from start to start.
ROUND = 150.0
DRILLED = ("transit.hsts", "request.blocklist", "request.rate", "request.traced", "request.origin", "response.csp")
TWIN = pathlib.Path(harness.BINARY).with_name("belfry-twin")
table = []


@pytest.fixture(scope="module")
def door(workplace, upstream):
    listed = workplace.folder / "listed.txt"
    listed.write_text("# known attackers\n198.51.100.0/24\n2001:db8:bad::/48\n")
    # The drills take the private socket, where a twin can be put in the door's place; visitors come as always.
    with workplace.door(upstream, limit={"rate": 20, "burst": 100}, drill={"interval": "2s"},
                        blocklist={"files": [str(listed)], "allow": ["127.0.0.0/8"]},
                        trusted_proxies={"ranges": ["127.0.0.9"], "proxy_protocol": True}) as door:
        door.listed = listed
        yield door
    print_table()


def print_table():
    print("\n| row | sabotage | turned to | after | recovered after |\n|---|---|---|---|---|")
    for row in table:
        print("| {} | {} | {} | {:.1f} s | {:.1f} s |".format(*row))


def row(door, claim):
    claims = door.get("/security.json", host=harness.BELFRY).json()["claims"]
    return next(one for one in claims if one["id"] == claim)


def wait_for(door, claim, states):
    began = time.monotonic()
    harness.wait_until(lambda: row(door, claim)["state"] in states, INTERVAL + ROUND, f"{claim} {states}", pause=0.2)
    return time.monotonic() - began


def history(door, claim):
    entries, after = [], 0
    while after is not None:
        page = door.get(f"/security/history.json?after={after}", host=harness.BELFRY).json()
        entries += page["entries"]
        after = page["next"]
    return [entry["state"] for entry in entries if entry["claim"] == claim]


def reported(door, claim):
    """What the operator was told of this claim's faults."""
    return re.findall(rf"broken: {re.escape(claim)}, [^:]+: (.*?); no page shows", door.log())


def lapse(door, claim, what, sabotage, repair, states=("broken",), well="holds"):
    """Breaks, looks, repairs, looks."""
    wait_for(door, claim, (well,))
    told = len(reported(door, claim))
    undo = sabotage()
    try:
        turned = wait_for(door, claim, states)
        broken = row(door, claim)
        state = broken["state"]
        found = reported(door, claim)[told:]
        if found:
            # The operator is told at once, the public after the repair.
            assert broken["lapse"]["from"] and broken["lapse"]["to"] is None and broken["lapse"]["finding"] is None
            page = door.get("/security", host=harness.BELFRY).body.decode() + json.dumps(broken, ensure_ascii=False)
            assert not [one for one in found if html.escape(one) in page or one in page], found
    finally:
        repair(undo)
    recovered = wait_for(door, claim, (well,))
    if found:
        after = row(door, claim)["lapse"]
        assert after["to"] > after["from"] and any(one in after["finding"] for one in found), (after, found)
    table.append((claim, what, state, turned, recovered))
    seen = history(door, claim)
    assert seen[-1] == well and state in seen, seen


class TwinInTheDoorsPlace:
    """belfry-twin, built of the same sources without one measure, takes over the socket that the drills come by. It
    lives for thirty seconds, so another follows it until the repair."""

    def __init__(self, door, measure, folder):
        self.socket, self.aside = door.data / "private.sock", door.data / "aside.sock"
        self.measure, self.folder, self.runs, self.process = measure, folder, 0, None
        os.rename(self.socket, self.aside)
        self.ended = threading.Event()
        self._start()
        self.thread = threading.Thread(target=self._follow, daemon=True)
        self.thread.start()

    def _start(self):
        self.runs += 1
        folder = self.folder.with_name(f"{self.folder.name}-{self.runs}")
        folder.mkdir(mode=0o700)
        self.process = subprocess.Popen([TWIN, "--without", self.measure, "--directory", folder, "--site", harness.APP,
                                         "--belfry", harness.BELFRY], stdout=subprocess.PIPE, text=True)
        assert self.process.stdout.readline() == "ready\n"
        os.replace(folder / "private.sock", self.socket)

    def _follow(self):
        while not self.ended.wait(0.2):
            if self.process.poll() is not None:
                self.process.stdout.close()
                self._start()

    def undo(self):
        self.ended.set()
        self.thread.join()
        os.replace(self.aside, self.socket)
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()


@pytest.mark.parametrize("claim", DRILLED)
def test_a_measure_that_is_left_out_of_the_build_breaks_its_row(door, tmp_path, claim):
    def sabotage():
        return TwinInTheDoorsPlace(door, claim, tmp_path / "twin")
    if claim == "request.blocklist":
        # The twin has no list of ours to overlook: it lets in whom the door's list names.
        assert door.listed.read_text().count("/") == 2
    lapse(door, claim, "the door is built without it", sabotage, TwinInTheDoorsPlace.undo)


def test_an_emptied_blocklist_breaks_its_row(door):
    text = door.listed.read_text()
    lapse(door, "request.blocklist", "the file is emptied", lambda: door.listed.write_text("# nobody\n"),
          lambda _: door.listed.write_text(text))


def test_an_exception_for_the_drilled_paths_breaks_the_origin_row(door):
    def configure(paths):
        door.write_config(origin={"except": paths})
        door.reload()
    lapse(door, "request.origin", "the paths are excepted", lambda: configure(["/.belfry/drill", "/drill"]),
          lambda _: configure([]))


def test_an_exception_beside_the_drilled_paths_is_named_in_the_origin_row(door):
    def said(words):
        value = row(door, "request.origin")["value"] or ""
        return words in value and row(door, "request.origin")["state"] == "holds"
    door.write_config(origin={"except": ["/contact", "/admin"]})
    door.reload()
    try:
        harness.wait_until(lambda: said("outside 2 paths (/contact, /admin)"), 60, "the exceptions in the row", pause=0.5)
    finally:
        door.write_config(origin={"except": []})
        door.reload()
    harness.wait_until(lambda: said("exceptions: none"), 60, "the row without exceptions", pause=0.5)


def test_a_limit_that_nobody_meets_is_not_vouched_for(door):
    def configure(rate, burst):
        door.write_config(limit={"rate": rate, "burst": burst})
        door.reload()
    lapse(door, "request.rate", "the limit is lifted out of reach", lambda: configure(10_000, 1_000_000),
          lambda _: configure(20, 100), states=("broken", "unknown"))


def test_a_log_that_cannot_be_written_breaks_the_traced_row(door):
    log, aside = door.data / "requests.log", door.data / "aside.log"

    def sabotage():
        os.rename(log, aside)
        log.mkdir()

    def repair(_):
        log.rmdir()
        os.rename(aside, log)
    lapse(door, "request.traced", "the log cannot be written", sabotage, repair)


def test_no_twin_no_claim(workplace, upstream, tmp_path):
    """A door beside which there is no twin shows nothing as held: nobody could see that the attacks would succeed."""
    alone = tmp_path / "belfry"
    shutil.copy(harness.BINARY, alone)
    alone.chmod(0o755)
    real = harness.BINARY
    harness.BINARY = str(alone)
    try:
        with workplace.door(upstream, limit={"rate": 20, "burst": 100}, drill={"interval": "2s"}) as door:
            harness.wait_until(lambda: row(door, "request.rate")["value"], 60, "the drills", pause=0.5)
            for claim in DRILLED:
                assert row(door, claim)["state"] == "unknown", claim
    finally:
        harness.BINARY = real


def test_the_switch_stops_the_drills(workplace, upstream):
    with workplace.door(upstream, drill={"enabled": False, "interval": "1s"}) as still, \
            workplace.door(upstream, drill={"interval": "1s"}) as other:
        harness.wait_until(lambda: other.drills_entered() > 1, 60, "the drills of a door that was started later")
        assert still.drills_entered() == 0
        assert row(still, "request.traced")["value"] is None
        assert not [line for line in still.requests() if line["path"].startswith("/drill/")]
        still.write_config(drill={"enabled": True})
        still.reload()
        harness.wait_until(lambda: still.drills_entered() > 1, 60, "the drills, switched on")


@pytest.mark.parametrize("arguments", [["--without", "request.rate"], ["serve", "--without", "request.rate"],
                                       ["serve", "--config", "{config}", "--without", "transit.encrypted"],
                                       ["serve", "--config", "{config}", "--without", "request.rate"]])
def test_belfry_itself_cannot_leave_a_measure_out(door, arguments):
    said = subprocess.run([harness.BINARY, *(one.format(config=door.config_path) for one in arguments)],
                          capture_output=True, timeout=20, check=False)
    assert said.returncode == 2


def test_belfry_itself_has_no_code_for_it():
    names = subprocess.run(["nm", "-C", harness.BINARY], capture_output=True, text=True, timeout=60, check=True).stdout
    twin = subprocess.run(["nm", "-C", TWIN], capture_output=True, text=True, timeout=60, check=True).stdout
    for name in ("belfry::twin::", "belfry::twin::weak_tls_policy(", "belfry::twin::agree_to"):
        assert name in twin, "the look would see it"
        assert name not in names


def test_a_twin_refuses_what_is_no_measure_and_leaves_with_its_time(tmp_path):
    for arguments in ([], ["--without", "everything", "--directory", tmp_path], ["--without", "request.rate"],
                      ["--without", "request.rate", "--without", "request.origin", "--directory", tmp_path]):
        assert subprocess.run([TWIN, *arguments], capture_output=True, timeout=20, check=False).returncode == 2
    folder = tmp_path / "twin"
    folder.mkdir(mode=0o700)
    process = subprocess.Popen([TWIN, "--without", "request.rate", "--directory", folder], stdout=subprocess.PIPE)
    try:
        assert process.stdout.readline() == b"ready\n"
        listening = subprocess.run(["ss", "-Hltnp"], capture_output=True, text=True, check=False).stdout \
            if shutil.which("ss") else ""
        assert f"pid={process.pid}," not in listening, "a Unix socket alone"
        assert process.wait(40) != 0
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def test_what_a_killed_door_left_of_its_drills_is_cleaned_up(workplace, upstream):
    door = workplace.door(upstream, limit={"rate": 20, "burst": 100}, drill={"interval": "1s"}).start()
    twins = door.data / "twin"

    def stopped_in_the_middle():
        door.process.send_signal(signal.SIGSTOP)
        left = [name for _, kind, name in door.drills_under_way() if kind == "twin" and (twins / name / "private.sock").exists()]
        if not left:
            door.process.send_signal(signal.SIGCONT)
        return left
    try:
        (left,) = harness.wait_until(stopped_in_the_middle, 60, "a drill with its twin", pause=0.1)
        door.stop(signal.SIGKILL)
        harness.wait_until(lambda: not any(str(twins).encode() in line for line in running()), 10, "the twin's end")
        assert [name for *_, name in door.drills_under_way()] == [left] and (twins / left).exists()
        door.write_config(drill={"enabled": False})
        door.start()
        # It answers a moment before it has looked into the ledger.
        harness.wait_until(lambda: not door.drills_under_way(), 10, "the entry struck off")
        assert not (twins / left).exists(), "what it left is gone at the next start"
        harness.wait_until(lambda: "the door is open" in door.log().split("cleaned up what")[-1], 10, "the log")
        assert "cleaned up what an interrupted drill of" in door.log()
    finally:
        assert door.stop() == 0


def test_no_drill_acts_on_top_of_what_cannot_be_cleaned_up(workplace, upstream):
    door = workplace.door(upstream, limit={"rate": 20, "burst": 100}, drill={"enabled": False, "interval": "1s"})
    with door:
        pass
    with contextlib.closing(sqlite3.connect(door.data / "proof.sqlite")) as database, database:
        database.execute("INSERT INTO drill_entry VALUES (1, 'request.traced', 0)")
        database.execute("INSERT INTO drill_artefact VALUES (1, 'twin', '../requests.log')")
    door.write_config(drill={"enabled": True})
    with door:
        wait_for(door, "request.origin", ("holds",))
        assert row(door, "request.traced")["state"] == "unknown"
        assert door.drills_under_way()[0] == ("request.traced", "twin", "../requests.log"), "it is nobody's to remove"
        assert (door.data / "requests.log").exists()


def running():
    """The command lines of all processes."""
    for path in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
        try:
            yield path.read_bytes()
        except OSError:
            pass  # ended meanwhile
