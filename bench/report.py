"""What came of a run: tables and targets in Markdown, a chart in SVG, every round in JSON."""

import json
import pathlib
import statistics
import subprocess

import chart
import peers
import scenarios

MIB, KIB = 1024 * 1024, 1024
# Beyond this share of the proxy's core, used by somebody else, a round was disturbed.
DISTURBED = 0.05


class Target:
    """Belfry's figure may be at most (or must be at least) so many times the other's."""

    def __init__(self, scenario, figure, peer, limit, stretch=None):
        self.scenario, self.figure, self.peer, self.limit, self.stretch = scenario, figure, peer, limit, stretch

    def sentence(self):
        what = {"microseconds": "CPU", "bytes": "memory"}[self.figure]
        return f"{scenarios.ALL[self.scenario].title}: {what} ≤ {self.limit} × {peers.ALL[self.peer].label}"

    def measured(self, record):
        """The ratio, or None where one of both was not measured or is invalid."""
        return ratio_to(record, self.scenario, self.peer, self.figure)

    def reached(self, ratio):
        if ratio > self.limit:
            return "missed"
        return "reached" if self.stretch is None else \
            f"reached, stretch of {self.stretch} {'reached' if ratio <= self.stretch else 'missed'}"


class CoresTarget:
    """Two cores must answer so many times what one does."""

    scenario, limit = "cores", 1.8

    def sentence(self):
        return f"Two cores: requests/s ≥ {self.limit} × one core"

    def measured(self, record):
        return median_of(record, self.scenario, "belfry", "times")

    def reached(self, ratio):
        return "reached" if ratio >= self.limit else "missed"


TARGETS = (
    *(Target(version, "microseconds", "nginx", 1.0, stretch=0.85) for version in ("h1", "h2")),
    *(Target(version, "microseconds", "nginx-auth", 0.7) for version in ("h1", "h2")),
    *(Target(version, "microseconds", "caddy-auth", 0.2) for version in ("h1", "h2")),
    *(Target(kind, "microseconds", "nginx", 1.1) for kind in ("tls-full", "tls-resumed")),
    *(Target(version, "bytes", "nginx", 1.3) for version in ("idle-h1", "idle-h2")),
    Target("blocklist", "bytes", "haproxy", 0.2),
    CoresTarget(),
)


def commit():
    """Of the source beside this file, with a mark where it was changed since."""
    done = subprocess.run(["git", "describe", "--always", "--dirty", "--abbrev=12", "--exclude=*"], capture_output=True,
                          text=True, check=False, cwd=pathlib.Path(__file__).parent)
    return done.stdout.strip() or "unknown"


def values_of(record, scenario, peer, figure):
    """Of all rounds; none where one round was invalid."""
    result = record["scenarios"].get(scenario, {}).get(peer)
    if result is None or result["invalid"]:
        return []
    return [figures[figure] for figures in result["rounds"]]


def median_of(record, scenario, peer, figure):
    values = values_of(record, scenario, peer, figure)
    return statistics.median(values) if values else None


def ratio_to(record, scenario, peer, figure):
    """The median of Belfry's figure over the other's within each round: what changes on the machine meets both."""
    pairs = list(zip(values_of(record, scenario, "belfry", figure), values_of(record, scenario, peer, figure)))
    return statistics.median(own / other for own, other in pairs) if pairs else None


def number(value):
    """Three digits that matter, and all those before the point."""
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def spread(values, unit=1):
    """The median, and in brackets the least and the greatest round."""
    low, middle, high = (number(value / unit) for value in (min(values), statistics.median(values), max(values)))
    return f"{middle} ({low} – {high})"


# By kind of scenario: heading, figure, unit. The first is what Belfry is compared by.
COLUMNS = {
    "load": (("CPU µs/{unit}", "microseconds", 1), ("{unit}s/s", "per_second", 1)),
    "idle": (("KiB/connection", "bytes", KIB), ("MiB before them", "empty_bytes", MIB)),
    "blocklist": (("MiB for the list", "bytes", MIB), ("MiB more at the peak", "peak_bytes", MIB),
                  ("CPU µs/{unit}", "microseconds", 1), ("{unit}s/s", "per_second", 1)),
    "cores": (("times one core's requests/s", "times", 1), ("requests/s, one core", "per_second_1", 1),
              ("requests/s, two cores", "per_second_2", 1), ("CPU µs/request, one worker", "microseconds_1", 1),
              ("CPU µs/request, two workers", "microseconds_2", 1), ("times, by cost alone", "times_by_cost", 1)),
}


def table(record, scenario):
    columns = COLUMNS[scenario.kind]
    first = columns[0][1]
    compared = scenario.kind != "cores"
    heads = [heading.format(unit=scenario.unit) for heading, _, _ in columns]
    if compared:
        heads.insert(1, "Belfry is")
    if "per_second" in (figure for _, figure, _ in columns):
        heads.append("share of its core")
    lines = ["| | " + " | ".join(heads) + " |", "|---|" + "---:|" * len(heads)]
    for peer, result in record["scenarios"][scenario.name].items():
        label = peers.ALL[peer].label
        if result["invalid"] or not result["rounds"]:
            why = result["invalid"][0].splitlines()[0] if result["invalid"] else "no round"
            lines.append(f"| {label} | **invalid**: {why} " + "| " * len(heads))
            continue
        cells = [spread(values_of(record, scenario.name, peer, figure), unit) for _, figure, unit in columns]
        if compared:
            ratio = None if peer == "belfry" else ratio_to(record, scenario.name, peer, first)
            cells.insert(1, "" if ratio is None else f"{ratio:.2f} ×")
        if "share of its core" in heads:
            cells.append(f"{median_of(record, scenario.name, peer, 'busy'):.0%}")
        lines.append(f"| {label} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def targets_table(record):
    lines = ["| target | measured | |", "|---|---:|---|"]
    for target in TARGETS:
        if target.scenario not in record["scenarios"]:
            continue
        ratio = target.measured(record)
        lines.append(f"| {target.sentence()} | " +
                     ("– | not measured |" if ratio is None else f"{ratio:.2f} × | {target.reached(ratio)} |"))
    return "\n".join(lines)


def disturbance(record):
    """The worst of all rounds: how much of the proxy's core others had, and the machine below."""
    rounds = [figures for scenario in record["scenarios"].values() for result in scenario.values()
              for figures in result["rounds"] if "others" in figures]
    if not rounds:
        return ""
    others, stolen = (max(figures[name] for figures in rounds) for name in ("others", "stolen"))
    disturbed = sum(figures["others"] > DISTURBED for figures in rounds)
    mark = f" **Not quiet: {disturbed} of {len(rounds)} measurements were disturbed.**" if disturbed else ""
    return (f"{mark} In the worst round others had {others:.1%} of the proxy's core, and {stolen:.1%} of its time was "
            f"taken by the machine below.")


def markdown(record, name):
    machine = record["machine"]
    invalid = sum(len(result["invalid"]) for scenario in record["scenarios"].values() for result in scenario.values())
    parts = [f"# Measured on {record['date']}\n",
             f"{machine['processor']}, {machine['cores']} cores{', virtual' if machine['virtual'] else ''}, "
             f"{machine['memory_gib']} GiB, {machine['kernel']}. "
             f"{', '.join(f'{label} {version}' for label, version in record['versions'].items())}; Belfry's source at "
             f"`{record['commit']}`. {', '.join(record['tls'])}. Rounds of {record['seconds']:g} s: {record['rounds']}; "
             f"medians, with the least and the greatest round in brackets.{disturbance(record)}\n",
             "How it is measured, and what the figures do not say: [README.md](../README.md).\n"]
    if invalid:
        parts.append(f"**Invalid measurements: {invalid}.** The figures that they belong to are left out.\n")
    parts += [f"![CPU and memory, side by side]({name}.svg)\n", "## Targets\n", targets_table(record) + "\n"]
    for scenario in scenarios.ALL.values():
        if scenario.name in record["scenarios"]:
            parts += [f"## {scenario.title}\n", table(record, scenario) + "\n"]
            if scenario.name in NOTES:
                parts.append(NOTES[scenario.name] + "\n")
    return "\n".join(parts)


NOTES = {
    "idle-h1": "Each has had one request answered. What the kernel holds for a connection is in none of these figures.",
    "blocklist": "Load is that of new connections, full handshake, from addresses that are not listed; the rows of "
                 "that scenario are the same without a list. Belfry and HAProxy turn a listed address away ahead of "
                 "TLS, nginx behind the request's head.",
    "cores": "The proxy, who asks and who answers share one core, then two: with two cores in the machine the proxy "
             "cannot have both. So the first column is of all three together. The last is what the proxy alone would "
             "do, if a request costs with two workers what it did here.",
}


def panels(record):
    """Of the chart: see chart.drawing()."""
    result = []
    for scenario in scenarios.ALL.values():
        if scenario.name not in record["scenarios"]:
            continue
        heading, figure, unit = COLUMNS[scenario.kind][0]
        bars = []
        for peer in record["scenarios"][scenario.name]:
            if values := values_of(record, scenario.name, peer, figure):
                bars.append((peers.ALL[peer].label, *(value / unit for value in
                                                      (statistics.median(values), min(values), max(values)))))
        if bars:
            better = "more" if scenario.kind == "cores" else "less"
            result.append((scenario.title, f"{heading.format(unit=scenario.unit)}, {better} is better", bars))
    return result


def write(record, stem):
    """Three files beside each other, the tables to the terminal too. Whether all measurements are valid."""
    stem.with_suffix(".json").write_text(json.dumps(record, indent=1) + "\n")
    stem.with_suffix(".svg").write_text(chart.drawing(panels(record), number))
    text = markdown(record, stem.name)
    stem.with_suffix(".md").write_text(text)
    print("\n" + text)
    print(f"written: {stem.name}.md, .svg and .json")
    return not any(result["invalid"] for scenario in record["scenarios"].values() for result in scenario.values())
