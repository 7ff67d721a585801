"""Measures peers side by side; bench/run prepares what it needs and starts it. See README.md."""

import argparse
import datetime
import os
import pathlib
import resource
import shutil
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
# The tests' ways to make certificates, to start a door and to talk to it.
sys.path.insert(0, str(HERE.parent / "tests" / "system"))

import accounting  # noqa: E402
import harness  # noqa: E402
import load  # noqa: E402
import peers  # noqa: E402
import report  # noqa: E402
import scenarios  # noqa: E402

# Of a measurement whose load hung.
TRIES = 3


def arguments():
    parser = argparse.ArgumentParser(prog="bench/run", description="Measures Belfry and its peers side by side.")
    parser.add_argument("--rounds", type=int, default=9, help="each measures every peer once (default 9)")
    parser.add_argument("--seconds", type=float, default=2.0, help="of load in each measurement (default 2)")
    parser.add_argument("--scenario", action="append", choices=list(scenarios.ALL), help="again for several; else all")
    parser.add_argument("--peer", action="append", choices=list(peers.ALL), help="again for several; else all")
    parser.add_argument("--results", type=pathlib.Path, default=HERE / "results", help="a folder for what comes of it")
    return parser.parse_args()


def in_turn(items, number):
    """The same items, begun at another one in each round."""
    first = number % len(items)
    return items[first:] + items[:first]


def brief(figures):
    return "  ".join(f"{name} {report.number(value)}" for name, value in figures.items())


def measured(scenario, bench, kind):
    for _ in range(TRIES - 1):
        try:
            return scenario.measure(bench, kind)
        except load.Hung as problem:
            print(f"again, as {problem}: ", end="", flush=True)
    return scenario.measure(bench, kind)


def measure_scenario(bench, scenario, kinds, rounds):
    """By peer: the figures of each round, and what made one invalid."""
    results = {kind.name: {"rounds": [], "invalid": []} for kind in kinds}
    for number in range(rounds):
        for kind in in_turn(kinds, number):
            print(f"{scenario.name}, round {number + 1} of {rounds}, {kind.name}: ", end="", flush=True)
            result = results[kind.name]
            try:
                figures = measured(scenario, bench, kind)
                result["rounds"].append(figures)
                disturbed = "  (disturbed)" if figures.get("others", 0) > report.DISTURBED else ""
                print(brief(figures), disturbed, sep="")
            # Whatever went wrong, the other figures are still worth having; this one is said to be none.
            except (load.Invalid, accounting.Disagreement, AssertionError, OSError, RuntimeError,
                    harness.BrokenOff) as problem:
                result["invalid"].append(f"{type(problem).__name__}: {problem}")
                print("INVALID:", problem)
            for leftover in bench.folder.glob("[0-9]*-*"):
                shutil.rmtree(leftover)
    return results


def raise_file_limit():
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 4 * scenarios.IDLE_CONNECTIONS
    if hard != resource.RLIM_INFINITY and hard < wanted:
        sys.exit(f"the limit of open files is {hard}, and {wanted} are needed")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(hard, 4 * wanted)), hard))


def main():
    options = arguments()
    raise_file_limit()
    if not scenarios.BOTH_CORES <= os.sched_getaffinity(0):
        sys.exit("cores 0 and 1 are needed, one for the proxy and one for those who ask")
    chosen = [scenarios.ALL[name] for name in options.scenario or scenarios.ALL]
    wanted = set(options.peer or peers.ALL)
    record = {
        "date": datetime.date.today().isoformat(),
        "rounds": options.rounds,
        "seconds": options.seconds,
        "machine": accounting.machine(),
        "versions": {peers.ALL[name].label: peers.ALL[name].version() for name in scenarios.WITHOUT_AUTH}
                    | load.versions(),
        "commit": report.commit(),
        "tls": [load.PROTOCOL, load.SUITE, load.GROUP, "certificate ECDSA P-256"],
        "scenarios": {},
    }
    folder = pathlib.Path(tempfile.mkdtemp(prefix="belfry-bench-"))
    try:
        bench = scenarios.Bench(folder, options.seconds)
        with accounting.kept_awake(scenarios.BOTH_CORES), accounting.pinned_to(scenarios.OTHER_CORES):
            for scenario in chosen:
                kinds = [peers.ALL[name] for name in scenario.peers if name in wanted]
                if kinds:
                    record["scenarios"][scenario.name] = measure_scenario(bench, scenario, kinds, options.rounds)
    finally:
        shutil.rmtree(folder)
    options.results.mkdir(parents=True, exist_ok=True)
    good = report.write(record, options.results / record["date"])
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
