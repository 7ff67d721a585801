"""An honest visitor beside an attack: one request about every 50 ms over HTTP/1.1 and over HTTP/2, each timed.

A process of its own, so that nothing that the attack does to Python is taken for the door's slowness.
"""

import collections
import json
import pathlib
import statistics
import subprocess
import sys
import threading
import time

import harness
from attackers import Target
from h2_client import H2

SOURCE = "127.0.0.9"
EVERY = 0.05
# Above what any answer may take: whoever waits longer was not answered.
PATIENCE = 20.0

Answer = collections.namedtuple("Answer", "protocol began took status")


class Summary:
    """What was answered between two times. Seconds."""

    def __init__(self, answers, protocol):
        mine = [answer for answer in answers if answer.protocol == protocol]
        self.count = len(mine)
        self.failed = sum(answer.status != 200 for answer in mine)
        took = sorted(answer.took for answer in mine)
        self.median = statistics.median(took) if took else float("inf")
        self.p99 = took[int(0.99 * (len(took) - 1) + 0.5)] if took else float("inf")


class Bystander:
    """To be entered; `answers` is complete once it was left."""

    def __init__(self, door, path="/"):
        self.order = {**vars(Target.of(door)), "path": path}
        self.answers = []

    def __enter__(self):
        self.process = subprocess.Popen([sys.executable, pathlib.Path(__file__)], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)
        self.process.stdin.write(json.dumps(self.order) + "\n")
        self.process.stdin.flush()
        assert self.process.stdout.readline() == "ready\n", "no bystander"
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        for line in self.process.stdout:
            protocol, began, took, status = line.split()
            self.answers.append(Answer(protocol, float(began), float(took), int(status)))
        self.process.wait()
        self.process.stdout.close()

    def between(self, begin, end, protocol):
        return Summary([answer for answer in self.answers if begin <= answer.began < end], protocol)


class OverHttp1:
    def __init__(self, target, path):
        self.raw, self.path = target.raw(source=SOURCE, timeout=PATIENCE), path

    def ask(self):
        return self.raw.request("GET", self.path).status


class OverHttp2:
    def __init__(self, target, path):
        self.client, self.path = H2(target, source=SOURCE), path
        self.raw = self.client.raw

    def ask(self):
        number = self.client.begin("GET", self.path)
        status = self.client.wait(number, seconds=PATIENCE).status
        del self.client.streams[number]
        return status


def visit(protocol, open_one, first, stop, say):
    """Requests in the pace of EVERY; a connection that failed is replaced, and its request counts as not answered."""
    client, due = first, time.monotonic()
    while not stop.is_set():
        began = time.monotonic()
        try:
            client = client or open_one()
            status = client.ask()
        except (OSError, AssertionError, harness.BrokenOff):
            status = 0
        say(protocol, began, time.monotonic() - began, status)
        if status != 200 and client:
            client.raw.close()
            client = None
        due = max(due + EVERY, time.monotonic())
        stop.wait(due - time.monotonic())


def main():
    order = json.loads(sys.stdin.readline())
    path = order.pop("path")
    target = Target(**order)
    stop, told = threading.Event(), []
    kinds = {"h1": lambda: OverHttp1(target, path), "h2": lambda: OverHttp2(target, path)}
    first = {name: kind() for name, kind in kinds.items()}
    threads = [threading.Thread(target=visit, args=(name, kinds[name], first[name], stop, lambda *told_: told.append(told_)))
               for name in kinds]
    for thread in threads:
        thread.start()
    print("ready", flush=True)
    sys.stdin.read()
    stop.set()
    for thread in threads:
        thread.join()
    # Said at the end alone: a pipe that nobody reads would stop the visitor.
    for protocol, began, took, status in told:
        print(protocol, began, took, status)


if __name__ == "__main__":
    main()
