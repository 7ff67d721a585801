"""Where one peer's time goes in one scenario: three runs, by perf record, perf stat and strace; bench/profile prepares
what they need. The figures are for finding out, not for comparing: each tool slows down what it watches."""

import argparse
import contextlib
import datetime
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "tests" / "system"))

import accounting  # noqa: E402
import peers  # noqa: E402
import report  # noqa: E402
import scenarios  # noqa: E402

# Samples a second; an odd number, so that it does not beat with the kernel's ticks.
FREQUENCY = 997
EVENTS = "task-clock,context-switches,page-faults,instructions,cycles"
SYMBOLS = 25
ATTACH_SECONDS = 1.0


def arguments():
    asked = [name for name, scenario in scenarios.ALL.items() if scenario.kind == "load"]
    parser = argparse.ArgumentParser(prog="bench/profile", description="Shows where one peer's time goes.")
    parser.add_argument("--peer", choices=list(peers.ALL), default="belfry")
    parser.add_argument("--scenario", choices=asked, default="h1")
    parser.add_argument("--seconds", type=float, default=5.0, help="of load in each of the three runs (default 5)")
    parser.add_argument("--results", type=pathlib.Path, default=HERE / "results")
    return parser.parse_args()


@contextlib.contextmanager
def watching(tool, output):
    """A tool that is attached while the load runs, ended as Ctrl-C would."""
    with open(output.with_suffix(".said"), "wb") as said:
        process = subprocess.Popen(list(map(str, tool)), stdout=said, stderr=said, stdin=subprocess.DEVNULL)
    time.sleep(ATTACH_SECONDS)
    try:
        if process.poll() is not None:
            raise RuntimeError(f"{tool[0]} ended at once: {output.with_suffix('.said').read_text()[-1000:]}")
        yield
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
        process.wait(60)


def watched(bench, kind, scenario, tool, output, slow=False):
    """`tool` makes a command of process ids. How many were answered while it watched; a few under a slow one."""
    with bench.running(kind) as peer:
        scenario.asking.a_few(peer, scenarios.OTHER_CORES)
        with watching(tool(peer.pids()), output):
            if slow:
                return scenario.asking.a_few(peer, scenarios.OTHER_CORES)
            return scenario.asking.run(peer, bench.seconds, scenarios.OTHER_CORES).count


def joined(pids):
    return ",".join(map(str, pids))


def perf_report(data, sort):
    """[(share in percent, what)], the greatest first."""
    said = subprocess.run(["perf", "report", "--stdio", "--no-children", "--no-inline", "-g", "none", "--sort", sort,
                           "-i", str(data)], capture_output=True, text=True, check=True).stdout
    found = re.findall(r"^\s+([\d.]+)%\s+(.+?)\s*$", said, re.MULTILINE)
    return [(float(share), what) for share, what in found]


def part_of(shared_object, executable):
    if shared_object.startswith("[") and "kernel" in shared_object or shared_object.endswith(".ko"):
        return "kernel"
    for library in ("libcrypto", "libssl", "libnghttp2", "libc", "libstdc++"):
        if re.match(rf"{re.escape(library)}\.so", shared_object):
            return library
    return "own code" if shared_object == executable else "the rest"


def parts_table(data, executable):
    parts = {}
    for share, shared_object in perf_report(data, "dso"):
        part = part_of(shared_object, executable)
        parts[part] = parts.get(part, 0) + share
    lines = ["| part | share |", "|---|---:|"]
    lines += [f"| {part} | {share:.1f} % |" for part, share in sorted(parts.items(), key=lambda item: -item[1])]
    return "\n".join(lines)


def symbols_table(data):
    lines = ["| share | where | function |", "|---:|---|---|"]
    for share, what in perf_report(data, "dso,symbol")[:SYMBOLS]:
        shared_object, _, symbol = what.partition(" ")
        # Behind the name stand perf's columns of instructions a cycle, empty without a counter for them.
        name = re.sub(r"^\[.\]\s*|\s+-\s+-$", "", symbol.strip())
        lines.append(f"| {share:.1f} % | {shared_object} | `{name[:100]}` |")
    return "\n".join(lines)


def counters_table(output, requests):
    lines = ["| counter | each request |", "|---|---:|"]
    for line in output.read_text().splitlines():
        # perf stat -x, writes value,unit,event,…; what the machine does not count is "<not supported>".
        value, unit, event = (line.split(",") + ["", "", ""])[:3]
        if re.fullmatch(r"[\d.]+", value):
            scale, shown = (1000, "µs") if unit == "msec" else (1, unit)
            lines.append(f"| {event} | {report.number(float(value) * scale / requests)} {shown} |")
    return "\n".join(lines)


def calls_table(output, requests):
    """Of strace -c: % time, seconds, usecs/call, calls, errors (may be empty), syscall."""
    counted = []
    for line in output.read_text().splitlines():
        found = re.match(r"\s*[\d.]+\s+[\d.]+\s+\d+\s+(\d+)\s+(\d+)?\s*(\w+)$", line)
        if found and found.group(3) != "total":
            counted.append((int(found.group(1)), int(found.group(2) or 0), found.group(3)))
    total = sum(calls for calls, _, _ in counted)
    lines = ["| system call | each request | of them failed |", "|---|---:|---:|",
             f"| **all** | **{total / requests:.2f}** | {sum(errors for _, errors, _ in counted) / requests:.2f} |"]
    lines += [f"| {name} | {calls / requests:.2f} | {errors / requests:.2f} |"
              for calls, errors, name in sorted(counted, reverse=True) if calls / requests >= 0.005]
    return "\n".join(lines)


def main():
    options = arguments()
    scenario, kind = scenarios.ALL[options.scenario], peers.ALL[options.peer]
    with tempfile.TemporaryDirectory(prefix="belfry-profile-") as folder, \
            accounting.kept_awake(scenarios.BOTH_CORES), accounting.pinned_to(scenarios.OTHER_CORES):
        folder = pathlib.Path(folder)
        bench = scenarios.Bench(folder, options.seconds)
        samples, counters, calls = folder / "samples", folder / "counters", folder / "calls"

        def record(pids):
            return ["perf", "record", "-q", "-g", "-e", "cpu-clock", "-F", FREQUENCY, "-o", samples, "-p", joined(pids)]

        def count(pids):
            return ["perf", "stat", "-x", ",", "-o", counters, "-e", EVENTS, "-p", joined(pids)]

        def trace(pids):
            return ["strace", "-f", "-c", "-o", calls, *(f"--attach={pid}" for pid in pids)]

        sampled = watched(bench, kind, scenario, record, samples)
        counted = watched(bench, kind, scenario, count, counters)
        traced = watched(bench, kind, scenario, trace, calls, slow=True)
        today = datetime.date.today().isoformat()
        machine = accounting.machine()
        text = "\n".join((
            f"# {kind.label}: {scenario.title}\n",
            f"{today}, {kind.label} {kind.version()}, source at `{report.commit()}`; {machine['processor']}, "
            f"{machine['kernel']}. {options.seconds:g} s of load for perf record, {sampled:,} {scenario.unit}s, and as "
            f"long for perf stat, {counted:,}.\n",
            "## Where the time goes\n", parts_table(samples, kind.executable()) + "\n",
            f"## The {SYMBOLS} heaviest functions\n", symbols_table(samples) + "\n",
            "## Counters\n", counters_table(counters, counted) + "\n",
            f"## System calls, by strace ({traced:,} {scenario.unit}s)\n", calls_table(calls, traced) + "\n"))
    options.results.mkdir(parents=True, exist_ok=True)
    path = options.results / f"profile-{today}-{kind.name}-{scenario.name}.md"
    path.write_text(text)
    print(text)


if __name__ == "__main__":
    main()
