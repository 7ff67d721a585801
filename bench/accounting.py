"""What a process has used, by the kernel's own books: processor time, memory, and who else was on its core.

Times are of the scheduler (/proc/PID/task/TID/schedstat, nanoseconds), memory is the proportional set size
(/proc/PID/smaps_rollup): pages that a master shares with its workers count once. What the kernel itself holds for a
connection (socket buffers) is in no process's books.
"""

import contextlib
import dataclasses
import os
import pathlib
import subprocess
import sys

TICKS = os.sysconf("SC_CLK_TCK")
PROC = pathlib.Path("/proc")
# proc(5), /proc/PID/stat: utime and stime are fields 14 and 15; after the name in brackets they are the 12th and 13th.
USER_FIELD, SYSTEM_FIELD, PARENT_FIELD = 11, 12, 1


class Disagreement(Exception):
    """Two books of the kernel say different things, so that neither is to be believed."""


@contextlib.contextmanager
def pinned_to(cores):
    """Processes and threads that are started inside run on these cores alone."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


# By core: who keeps it awake.
_watchmen = {}


@contextlib.contextmanager
def kept_awake(cores):
    """No core of a virtual machine falls asleep meanwhile: to wake one that did costs the waker an exit to the machine
    below, more than a request, and only while somebody has nothing to do, so that it would count against whoever is
    quick or slow by chance. A loop of the lowest class (sched(7), SCHED_IDLE) runs on each when nothing else does."""
    loop = ("import os\nos.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))\n"
            "while True:\n for _ in range(10_000_000):\n  pass")
    try:
        for core in cores:
            with pinned_to({core}):
                _watchmen[core] = subprocess.Popen([sys.executable, "-c", loop])
        yield
    finally:
        for watchman in _watchmen.values():
            watchman.kill()
            watchman.wait()
        _watchmen.clear()


def _stat(pid):
    return (PROC / str(pid) / "stat").read_text().rpartition(") ")[2].split()


def family(pid):
    """The process and all that descend from it: a master's workers."""
    parents = {}
    for entry in PROC.iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                parents[int(entry.name)] = int(_stat(entry.name)[PARENT_FIELD])
    members = [pid]
    for member in members:
        members += [child for child, parent in parents.items() if parent == member]
    return members


@dataclasses.dataclass
class Processor:
    """Seconds. `scheduled` is exact; user and system are the kernel's split of nearly the same sum, in whole ticks."""

    scheduled: float
    user: float
    system: float

    def __sub__(self, before):
        return Processor(self.scheduled - before.scheduled, self.user - before.user, self.system - before.system)


def processor_of(pids):
    scheduled = user = system = 0.0
    for pid in pids:
        for task in (PROC / str(pid) / "task").iterdir():
            # A thread that ended in this moment; the comparison in used() would see it.
            with contextlib.suppress(OSError):
                scheduled += int((task / "schedstat").read_text().split()[0]) / 1e9
        fields = _stat(pid)
        user += int(fields[USER_FIELD]) / TICKS
        system += int(fields[SYSTEM_FIELD]) / TICKS
    return Processor(scheduled, user, system)


def used(pids, before):
    """What they used since `before`. schedstat loses what an ended thread used, stat keeps it."""
    spent = processor_of(pids) - before
    by_ticks = spent.user + spent.system
    if abs(by_ticks - spent.scheduled) > 0.03 * by_ticks + 4 * len(pids) / TICKS:
        raise Disagreement(f"schedstat says {spent.scheduled:.3f} s, stat says {by_ticks:.3f} s")
    return spent


@dataclasses.dataclass
class Memory:
    """Bytes. `own` is what the processes have changed, `peak` the largest that each was, with what it shares."""

    proportional: int
    own: int
    peak: int


def memory_of(pids):
    fields = {"Pss": 0, "Private_Dirty": 0, "VmHWM": 0}
    for pid in pids:
        for file in ("smaps_rollup", "status"):
            for line in (PROC / str(pid) / file).read_text().splitlines():
                name, _, value = line.partition(":")
                if name in fields:
                    fields[name] += int(value.split()[0]) * 1024
    return Memory(fields["Pss"], fields["Private_Dirty"], fields["VmHWM"])


@dataclasses.dataclass
class CoreTimes:
    """Seconds that the core worked for anybody, and those that the machine below took away."""

    busy: float
    stolen: float

    def __sub__(self, before):
        return CoreTimes(self.busy - before.busy, self.stolen - before.stolen)


def core_times(cores):
    """proc(5), /proc/stat: user nice system idle iowait irq softirq steal, in ticks. Who keeps it awake is nobody."""
    busy = stolen = 0
    for core in cores & _watchmen.keys():
        fields = _stat(_watchmen[core].pid)
        busy -= int(fields[USER_FIELD]) + int(fields[SYSTEM_FIELD])
    for line in (PROC / "stat").read_text().splitlines():
        name, *values = line.split()
        if name.removeprefix("cpu").isdigit() and int(name.removeprefix("cpu")) in cores:
            user, nice, system, _, _, interrupt, soft_interrupt, steal = map(int, values[:8])
            busy += user + nice + system + interrupt + soft_interrupt
            stolen += steal
    return CoreTimes(busy / TICKS, stolen / TICKS)


def machine():
    """What the figures were measured on: no names of hosts, no paths."""
    information = (PROC / "cpuinfo").read_text()
    model = next((line.partition(":")[2].strip() for line in information.splitlines() if line.startswith("model name")),
                 "unknown processor")
    memory = int((PROC / "meminfo").read_text().split()[1]) / 1024 / 1024
    return {
        "processor": model,
        "cores": os.cpu_count(),
        "virtual": " hypervisor" in information,
        "memory_gib": round(memory),
        # The numbers alone: what a distributor appends may name a machine.
        "kernel": "Linux " + os.uname().release.partition("-")[0],
    }
