"""Full load of all kinds at once for a long time: nothing grows. BELFRY_TEST_SECONDS says how long, 20 where it is not
set; what the door holds at the end is what it held after the first tenth."""

import os
import statistics
import threading
import time

import attackers
import harness
import honest_load
import upstreams

SECONDS = float(os.environ.get("BELFRY_TEST_SECONDS", 20))
MEBIBYTE = 1024 * 1024
# What may come of chance: how many requests are under way at the moment of looking.
MAY_GROW = 0.05
MAY_GROW_BYTES = 2 * MEBIBYTE

# What each kind of load is answered, and nothing else.
LOADS = {"kept_connections": {"200"}, "new_connections": {"200"}, "over_http2": {"ended"}, "uploads": {"200"},
         "downloads": {"200"}, "refused": {"403", "421", "404"}, "malformed": {"400"}, "blocked": {"closed"}}


class Watch:
    """Looks at the door's memory ten times a second."""

    def __init__(self, door, begun):
        self.door, self.begun, self.seen, self.stop = door, begun, [], threading.Event()
        self.thread = threading.Thread(target=self.look)

    def look(self):
        while not self.stop.wait(0.1):
            self.seen.append((time.monotonic() - self.begun, self.door.memory()))

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.stop.set()
        self.thread.join()

    def between(self, begin, end):
        """Bytes, in the middle of what was seen in that time."""
        return statistics.median(size for at, size in self.seen if begin <= at < end)


def test_memory_stays_under_full_load(workplace, report):
    listed = workplace.folder / "listed-for-the-soak.txt"
    listed.write_text("".join(f"{address}\n" for address in honest_load.BLOCKED))
    seconds = SECONDS * harness.PATIENCE
    with upstreams.QuickApplication() as application, \
            workplace.door(application, blocklist={"files": [str(listed)]}) as door:
        loads = {name: attackers.Running(name, 1, door, number) for number, name in enumerate(LOADS)}
        try:
            begun = time.monotonic()
            with Watch(door, begun) as watch:
                for load in loads.values():
                    load.go(begun + seconds, begun + seconds)
                done = {name: load.join() for name, load in loads.items()}
            requests = door.metric("belfry_requests_total")
        finally:
            for load in loads.values():
                load.__exit__()
    step = seconds / 20
    report("soak: RSS in MiB", [tuple(f"{at * step:.0f} s" for at in range(1, 20)),
                                tuple(f"{watch.between(at * step, (at + 1) * step) / MEBIBYTE:.1f}" for at in range(1, 20))])
    report(f"soak: {seconds:.0f} s, {requests:.0f} requests",
           [("load", "done", "a second", "connections", "answers"),
            *((name, str(tally.units), f"{tally.units / seconds:.0f}", str(tally.connections), str(dict(tally.answers)))
              for name, tally in done.items())])
    for name, tally in done.items():
        assert tally.units > seconds and set(tally.answers) <= LOADS[name], f"{name}: {tally}"
    early, late = watch.between(seconds / 10, seconds / 10 + step), watch.between(seconds - step, seconds)
    assert late <= early * (1 + MAY_GROW) + MAY_GROW_BYTES, f"{early / MEBIBYTE:.1f} MiB, then {late / MEBIBYTE:.1f} MiB"
