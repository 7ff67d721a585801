"""Each measure on accounts and forms that a drill stands behind is left out for real while the door runs, on the door's
own accounts: its row must turn broken, and come back after the repair. And what such drills make is cleaned up."""

import contextlib
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import threading

import pytest

import harness
import test_sabotage
from harness import BELFRY
from visitor import Visitor, accept

# These drills run more rarely than the others: by the interval's twelve times and a round of all.
test_sabotage.ROUND = 240.0
# Met by the bursts of the other drills, without delaying these.
LIMIT = {"rate": 50, "burst": 200}
DRILLED = ("request.csrf_token", "password.policy", "account.second_factor", "output.escaped", "account.lockout")
ROWS = (*DRILLED, "password.hashed")


@pytest.fixture(scope="module")
def door(workplace, upstream):
    # As in test_sabotage: the drills take the private socket.
    with workplace.door(upstream, limit=LIMIT, drill={"interval": "2s"},
                        trusted_proxies={"ranges": ["127.0.0.9"], "proxy_protocol": True}) as door:
        yield door


def canaries(door):
    with contextlib.closing(sqlite3.connect(door.data / "accounts.sqlite")) as database:
        return database.execute("SELECT number FROM person WHERE canary = 1").fetchall()


class TwinWithTheDoorsAccounts:
    """Takes over the socket that the drills come by. As long as there is a canary, who comes is led to a twin without the
    measure, which was given a copy of the door's accounts when that canary was made; else to the door itself."""

    def __init__(self, door, measure, folder):
        self.door, self.measure, self.folder, self.runs = door, measure, folder, 0
        self.twin, self.known, self.lock = None, None, threading.Lock()
        self.path, self.aside = door.data / "private.sock", door.data / "aside.sock"
        os.rename(self.path, self.aside)
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(str(self.path))
        self.listener.listen(64)
        threading.Thread(target=self._accept, daemon=True).start()

    def _where(self):
        with self.lock:
            there = canaries(self.door)
            if not there:
                return self.aside
            if there != self.known:
                self._end_twin()
                self.runs += 1
                folder = self.folder / str(self.runs)
                folder.mkdir(mode=0o700, parents=True)
                shutil.copy(self.door.data / "master.key", folder)
                with contextlib.closing(sqlite3.connect(self.door.data / "accounts.sqlite")) as source, \
                        contextlib.closing(sqlite3.connect(folder / "accounts.sqlite")) as copy:
                    source.backup(copy)
                for file in folder.iterdir():
                    file.chmod(0o600)
                self.twin = subprocess.Popen(
                    [test_sabotage.TWIN, "--without", self.measure, "--directory", folder, "--site", harness.APP,
                     "--belfry", BELFRY], stdout=subprocess.PIPE, text=True)
                line = self.twin.stdout.readline()
                assert line == "ready\n", line
                self.known = there
            return self.folder / str(self.runs) / "private.sock"

    def _accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._relay, args=(client,), daemon=True).start()

    def _relay(self, client):
        def pump(source, sink):
            with contextlib.suppress(OSError):
                while piece := source.recv(65536):
                    sink.sendall(piece)
            with contextlib.suppress(OSError):
                sink.shutdown(socket.SHUT_WR)
        with client, socket.socket(socket.AF_UNIX) as server:
            server.connect(str(self._where()))
            other = threading.Thread(target=pump, args=(server, client), daemon=True)
            other.start()
            pump(client, server)
            other.join()

    def _end_twin(self):
        if self.twin:
            self.twin.kill()
            self.twin.wait()
            self.twin.stdout.close()
            self.twin = None

    def undo(self):
        os.replace(self.aside, self.path)
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        with self.lock:
            self._end_twin()


@pytest.mark.parametrize("claim", DRILLED)
def test_a_measure_on_accounts_that_is_left_out_breaks_its_row(door, tmp_path, claim):
    test_sabotage.lapse(door, claim, "the door is built without it",
                        lambda: TwinWithTheDoorsAccounts(door, claim, tmp_path / "twin"), TwinWithTheDoorsAccounts.undo)


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
        if left and people(door, "canary = 1"):
            return left
        door.process.send_signal(signal.SIGCONT)
        return None
    try:
        (left,) = harness.wait_until(stopped_in_the_middle, 120, "a drill with its canary", pause=0.1)
        assert left.endswith("@drill.belfry.invalid")
        door.stop(signal.SIGKILL)
        assert people(door, "canary = 1") == 1
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
    door.write_config(drill={"enabled": False})
    door.reload()
    harness.wait_until(lambda: not door.drills_under_way(), 60, "the end of the drill under way")
    assert people(door, "canary = 1") == 0
    assert "@drill.belfry.invalid" not in "".join(path.read_text(errors="replace") for path in door.data.glob("*.log"))
