"""What breaks around the door: its application, its descriptors, its disk, its files, itself. Clients learn the truth, the
door goes on, says so once, and is as it was when the fault is over."""

import contextlib
import datetime
import json
import shutil
import signal
import ssl
import subprocess
import threading
import time

import pytest

import harness
import upstreams
from h2_client import H2
from test_history import verified
from test_upstream import read_websocket_frame, websocket_frame, websocket_handshake

MEBIBYTE = 1024 * 1024


def says(door, words, since=0, seconds=20.0):
    return harness.wait_until(lambda: words in door.log()[since:], seconds, f"“{words}” in the log")


# --- the application is killed

class Mortal:
    """The guestbook, killed and started again on the same port."""

    def __init__(self):
        self.port = harness.free_port()
        self.program = None

    def __enter__(self):
        self.program = upstreams.Program(upstreams.GUESTBOOK, "--port", self.port).__enter__()
        return self

    def __exit__(self, *_):
        self.program.__exit__()

    def kill(self):
        self.program.process.kill()
        self.program.process.wait()

    def revive(self):
        self.__exit__()
        self.__enter__()


@pytest.fixture(scope="module")
def mortal():
    with Mortal() as mortal:
        yield mortal


@pytest.fixture(scope="module")
def mortal_door(workplace, mortal):
    with workplace.door(mortal) as door:
        yield door


@pytest.fixture
def dying(mortal_door, mortal):
    """(door, kill): whatever was killed lives again behind the test, and the door knows it."""
    yield mortal_door, mortal.kill
    mortal.revive()
    assert mortal_door.get("/").status == 200


def reason_of(door, path):
    return harness.wait_until(lambda: next((line["reason"] for line in reversed(door.requests())
                                            if line["path"] == path and line["reason"]), None), 10, f"{path} in the log")


def test_killed_in_the_middle_of_a_response_of_known_length(dying):
    door, kill = dying
    with door.raw() as raw:
        raw.send("GET /download?bytes=200000000 HTTP/1.1\r\nHost: app.test\r\n\r\n")
        assert raw.read_head().get("content-length") == "200000000"
        raw.read_exactly(MEBIBYTE)
        kill()
        assert len(raw.read_to_end()) < 198_000_000, "it looks whole"
    assert reason_of(door, "/download") == "upstream_broken_off"


def test_killed_in_the_middle_of_a_chunked_response(dying):
    door, kill = dying
    with door.raw() as raw:
        raw.send("GET /events HTTP/1.1\r\nHost: app.test\r\n\r\n")
        assert raw.read_head().get("transfer-encoding") == "chunked"
        raw.read_until(b"\n\n")
        kill()
        assert not raw.read_to_end().endswith(b"0\r\n\r\n"), "the last chunk says that it is whole"
    assert reason_of(door, "/events") == "upstream_broken_off"


def test_killed_in_the_middle_of_a_response_over_http2(dying):
    door, kill = dying
    with H2(door) as client:
        # One that is read to its end before, to see that the stream is reset and not the connection.
        assert client.request().status == 200
        number = client.begin("GET", "/download?bytes=200000000")
        stream = client.streams[number]
        harness.wait_until(lambda: client.pump(0.1) and len(stream.body) > MEBIBYTE, 20, "a part of it")
        kill()
        client.wait(number)
        assert stream.reset is not None and not stream.ended, stream.reset
        assert client.request("GET", "/.belfry/health").status == 200, "the connection lives"


@pytest.mark.parametrize("framing", ["Content-Length: 50000000", "Transfer-Encoding: chunked"])
def test_killed_in_the_middle_of_an_upload(dying, framing):
    door, kill = dying
    piece = b"x" * 65536
    if framing.startswith("Transfer"):
        piece = b"%x\r\n%b\r\n" % (len(piece), piece)
    with door.raw() as raw:
        raw.send(f"PUT /upload HTTP/1.1\r\nHost: app.test\r\n{framing}\r\n\r\n")
        for _ in range(50):
            raw.send(piece)
        kill()
        with contextlib.suppress(OSError):
            for _ in range(600):
                raw.send(piece)
        answer = raw.read_to_end()
    assert answer == b"" or answer.startswith(b"HTTP/1.1 502 "), answer[:200]
    assert reason_of(door, "/upload").startswith("upstream_")


def test_killed_in_the_middle_of_an_upload_over_http2(dying):
    door, kill = dying
    with H2(door) as client:
        number = client.begin("PUT", "/upload", end=False)
        client.send_body(number, b"x" * MEBIBYTE, end=False)
        kill()
        client.send_body(number, b"x" * MEBIBYTE, end=True)
        stream = client.wait(number)
        assert stream.status == 502 or stream.reset is not None, stream.fields
        assert client.request("GET", "/.belfry/health").status == 200, "the connection lives"


def test_killed_under_a_websocket(dying):
    door, kill = dying
    with door.raw() as raw:
        assert websocket_handshake(raw).status == 101
        raw.send(websocket_frame(b"hello"))
        assert read_websocket_frame(raw) == (1, b"hello")
        kill()
        assert raw.at_end()


# --- no descriptor is left

# Beyond the door's own files: connections, for the clients and to the application.
SPARE = 24


@pytest.fixture
def short_of_descriptors(workplace, upstream):
    door = workplace.door(upstream, drill={"enabled": False})
    with door:
        own = door.descriptors()
    door.under = ["prlimit", f"--nofile={own + SPARE}"]
    with door:
        yield door


def fill(door):
    """Opens connections until the door takes no more, for some time; those that it took."""
    taken, late = [], 0
    while late < 4:
        assert len(taken) < 2 * SPARE, "no end of descriptors"
        try:
            taken.append(door.raw(source=f"127.0.6.{1 + len(taken)}", timeout=1))
        except (TimeoutError, ssl.SSLError):
            late += 1
    return taken


def test_without_descriptors_accepting_pauses_and_recovers(short_of_descriptors):
    door = short_of_descriptors
    taken = fill(door)
    # They wait in the kernel's queue.
    waiting = [door.plain(source=f"127.0.7.{1 + number}") for number in range(40)]
    try:
        says(door, "accepting pauses why=\"no file descriptor is left\"")
        assert len(taken) > SPARE / 2
        # Who is in is served; what needs a descriptor more is refused, and nothing breaks.
        assert taken[0].request("GET", "/.belfry/health").status == 200
        assert taken[0].request("GET", "/").status in (200, 503)

        worked, began = door.processor_time(), time.monotonic()
        time.sleep(3)
        share = (door.processor_time() - worked) / (time.monotonic() - began)
        assert share < 0.1, f"{share:.0%} of a core while it waits"

        # Places that become free are taken at once, and whoever comes and goes does not fill the log.
        for _ in range(10):
            taken.pop().close()
            time.sleep(0.3)
        assert door.log().count("accepting pauses") <= 2, "once for each listener"
    finally:
        for raw in taken + waiting:
            raw.close()

    def answers():
        try:
            return door.get("/", timeout=3).status == 200
        except (OSError, harness.BrokenOff):
            return False
    harness.wait_until(answers, 5, "the door open again")
    assert all(answers() for _ in range(20))


# --- no disk is left

@contextlib.contextmanager
def small_disk(folder, size):
    """A file system of its own, for those who may mount one."""
    folder.mkdir(parents=True)
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size},mode=700", "belfry-test", folder],
                             capture_output=True, check=False)
    if mounted.returncode != 0:
        pytest.skip(f"needs the right to mount: {mounted.stderr.decode()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


class Filler:
    """Takes whatever room a disk has, also what becomes free, until it is left."""

    def __init__(self, folder):
        self.path, self.stop = folder / "filler", threading.Event()

    def top_up(self):
        with open(self.path, "ab", buffering=0) as file:
            for size in (65536, 4096, 1):
                with contextlib.suppress(OSError):
                    while file.write(b"x" * size):
                        pass

    def keep_full(self):
        while not self.stop.wait(0.05):
            self.top_up()

    def __enter__(self):
        self.top_up()
        self.thread = threading.Thread(target=self.keep_full)
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.stop.set()
        self.thread.join()
        self.path.unlink()


def rows(door):
    return {claim["id"]: claim for claim in door.get("/security.json", host=harness.BELFRY, source="127.0.0.8")
            .json()["claims"]}


def asked(door, count, source):
    """So many requests, each answered."""
    with door.raw(source=source) as raw:
        for _ in range(count):
            assert raw.request("GET", "/").status == 200


def test_full_disk_stops_no_request_and_no_row_vouches_for_what_could_not_be_written(workplace, upstream):
    door = workplace.door(upstream, drill={"interval": "1s"}, limit={"rate": None, "burst": None})
    with small_disk(door.data, "8m"), door:
        harness.wait_until(lambda: rows(door)["request.traced"]["state"] == "holds", 60, "a row that holds", pause=0.5)
        before = len(door.log())
        with Filler(door.data):
            full_since = time.time()
            for number in range(10):
                asked(door, 100, f"127.0.8.{1 + number}")
            says(door, "request log: cannot write", before)
            harness.wait_until(lambda: rows(door)["request.traced"]["state"] != "holds", 60, "it cannot be traced",
                               pause=0.5)
            # The database writes on where its own files have room left. What a row says rests on what is in them.
            for claim in rows(door).values():
                if claim["state"] == "holds":
                    assert observed(claim) < full_since or observed(claim) <= last_written(door, claim["id"]), claim
            told = door.log()[before:].splitlines()
            assert sum("request log" in line for line in told) <= 4, "once in a while, not for every request"
            assert door.metric("belfry_log_lines_dropped_total") > 500
            assert door.get("/.belfry/health").status == 200
        asked(door, 1, "127.0.8.100")
        # A drill that ends leaves room behind: it may have been said already.
        says(door, "request log: writes again after", before)
        harness.wait_until(lambda: rows(door)["request.traced"]["state"] == "holds", 60, "it holds again", pause=0.5)
        response = door.get("/after")
        assert door.record_of(response.id)["path"] == "/after"


def observed(claim):
    return datetime.datetime.fromisoformat(claim["observed"]).timestamp()


def last_written(door, claim):
    """Seconds since 1970 of the newest evidence of this claim in the database."""
    ((newest,),) = door.of_the_database(f"SELECT max(observed) FROM evidence WHERE claim = '{claim}'")
    return newest / 1000


def test_limit_of_a_files_size_is_an_error_of_writing_and_not_the_end(workplace, upstream):
    """setrlimit(2): beyond RLIMIT_FSIZE there is a signal, whose default is the end of the process."""
    door = workplace.door(upstream, drill={"enabled": False})
    door.under = ["prlimit", "--fsize=600000"]
    with door:
        asked(door, 3000, "127.0.8.1")
        says(door, "lines are dropped")
        asked(door, 100, "127.0.8.1")


# --- files are replaced by rubbish

def serial_of(door):
    with door.raw() as raw:
        return raw.sock.getpeercert()["serialNumber"]


def issue(workplace):
    return workplace.certificates.issue(f"fault-{time.monotonic_ns()}", [harness.APP, harness.BELFRY])


@pytest.fixture(scope="module")
def watched(workplace, upstream):
    """(door, certificate, key): files of its own, which are watched."""
    folder = workplace.folder / "watched"
    folder.mkdir()
    certificate, key = folder / "live.pem", folder / "live.key"
    shutil.copy(workplace.certificates.certificate, certificate)
    shutil.copy(workplace.certificates.key, key)
    with workplace.door(upstream, tls={"certificate": str(certificate), "key": str(key)}) as door:
        yield door, certificate, key


def cut(text):
    return text[:len(text) // 2]


def scrambled(text):
    return text.replace("M", "/")


RUBBISH = {"empty": lambda _: "", "noise": lambda _: "\0\x01rubbish\n" * 100, "cut": cut, "scrambled": scrambled,
           "gone": None}


@pytest.mark.parametrize("which", ["certificate", "key"])
@pytest.mark.parametrize("rubbish", RUBBISH)
def test_rubbish_for_a_certificate_leaves_the_old_one_and_a_good_one_is_taken_up(watched, workplace, rubbish, which):
    door, certificate, key = watched
    file = certificate if which == "certificate" else key
    before, since = serial_of(door), len(door.log())
    with door.raw() as raw:
        if RUBBISH[rubbish]:
            file.write_text(RUBBISH[rubbish](file.read_text()))
        else:
            file.unlink()
        says(door, "the old certificate stays in force", since)
        assert str(file) in door.log()[since:], "it names the file"
        assert serial_of(door) == before
        assert raw.request("GET", "/").status == 200

        new_certificate, new_key = issue(workplace)
        shutil.copy(new_key, key)
        shutil.copy(new_certificate, certificate)
        harness.wait_until(lambda: serial_of(door) != before, 20, "the good certificate")
        assert raw.request("GET", "/").status == 200, "open connections stay"
    assert door.log()[since:].count("stays in force") <= 3, "once for each look that found another rubbish"


# --- its configuration is changed while it works

RELOADS = 25
REQUESTS = 3000


class Visitors:
    """Threads that ask as fast as they can, each in its own way; any answer but 200 is a failure."""

    def __init__(self, door):
        self.door, self.stop, self.counts, self.failures = door, threading.Event(), {}, []
        ways = {"h1 kept": self.kept, "h1 kept too": self.kept, "h1 new": self.new, "h2": self.over_http2}
        self.threads = [threading.Thread(target=self.visit, args=(name, way)) for name, way in ways.items()]

    def visit(self, name, way):
        self.counts[name] = 0
        try:
            for status in way():
                self.counts[name] += 1
                if status != 200:
                    self.failures.append((name, self.counts[name], status))
                if self.stop.is_set():
                    return
        except Exception as error:  # whatever it is, a request failed
            self.failures.append((name, self.counts[name], repr(error)))

    def kept(self):
        with self.door.raw(source="127.0.0.21") as raw:
            while True:
                yield raw.request("GET", "/").status
                yield raw.request("POST", "/", body=b"x" * 5000).status

    def new(self):
        while True:
            with self.door.raw(source="127.0.0.22") as raw:
                yield raw.request("GET", "/").status

    def over_http2(self):
        with H2(self.door, source="127.0.0.23") as client:
            while True:
                numbers = [client.begin() for _ in range(5)] + [client.begin("POST", "/", body=b"x" * 5000)]
                client.wait(*numbers)
                yield from (client.streams.pop(number).status for number in numbers)

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.stop.set()
        for thread in self.threads:
            thread.join()


def test_reloads_under_load_fail_no_request(workplace):
    listed = workplace.folder / "listed-under-load.txt"
    listed.write_text("198.51.100.0/24\n")
    in_force = "the new configuration is in force"
    with upstreams.QuickApplication() as application, \
            workplace.door(application, blocklist={"files": [str(listed)]}, drill={"enabled": False}) as door, \
            Visitors(door) as visitors:
        for number in range(1, RELOADS + 1):
            listed.write_text("".join(f"198.51.{number}.{last}\n" for last in range(200)))
            certificate, key = issue(workplace) if number % 5 == 0 else (None, None)
            door.write_config(limit={"rate": 10_000 - number, "burst": 1_000_000 - number, "body": f"{number} MiB"},
                              **({"tls": {"certificate": str(certificate), "key": str(key)}} if certificate else {}))
            door.reload()
            harness.wait_until(lambda: door.log().count(in_force) == number, 20, f"reload {number}")
        harness.wait_until(lambda: sum(visitors.counts.values()) >= REQUESTS or visitors.failures, 60, "the requests")
        visitors.stop.set()
    print(visitors.counts)
    assert not visitors.failures, visitors.failures
    assert all(count > 50 for count in visitors.counts.values()), visitors.counts


# --- it is killed

def answers_after(door):
    """Seconds from the start of the program to its first answer."""
    started = time.monotonic()
    door.start()
    return time.monotonic() - started


def evidence(door):
    return door.of_the_database("SELECT number, claim, part, outcome, observed FROM evidence ORDER BY number")


def test_killed_and_started_again_it_answers_within_a_second_and_has_lost_nothing(workplace, upstream, report):
    door = workplace.door(upstream, drill={"interval": "1s"}).start()
    table = [("kill -9", "answers after s", "evidence", "changes", "log lines")]
    try:
        for number in range(3):
            kept = len(evidence(door))
            harness.wait_until(lambda: len(evidence(door)) > kept, 90, "more evidence", pause=0.2)
            stop = threading.Event()
            load = threading.Thread(target=ask_until, args=(door, stop))
            load.start()
            time.sleep(0.5)
            facts, changes = evidence(door), verified(door)
            door.stop(signal.SIGKILL)
            stop.set()
            load.join()
            took = answers_after(door)
            assert evidence(door)[:len(facts)] == facts and verified(door)[:len(changes)] == changes
            lines = (door.data / "requests.log").read_bytes().splitlines()
            assert all(json.loads(line) for line in lines if line), "every line is whole"
            table.append((str(number + 1), f"{took:.3f}", str(len(facts)), str(len(changes)), str(len(lines))))
            assert took < 1.0 * harness.PATIENCE, f"{took:.2f} s"
    finally:
        assert door.stop() == 0
        report("restart", table)


def ask_until(door, stop):
    while not stop.is_set():
        with contextlib.suppress(OSError, harness.BrokenOff):
            door.get("/", timeout=2)
