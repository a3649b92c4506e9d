"""Measure imgscan beside openssl, dive and syft, and hold it to its promises: `python benchmarks/run.py --help`."""

from __future__ import annotations

import argparse
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import gettempdir
from typing import TYPE_CHECKING

import promises
from cases import (
    CASES,
    ENTRIES_DOUBLED,
    FEW_AND_MANY_LAYERS,
    NO_AND_MANY_WHITEOUTS,
    PROMISED,
    TWO_VERSIONS,
    WITHOUT_PACKAGES,
    Case,
    Given,
    Image,
)
from measure import Command, CommandFailedError, measure
from promises import OURS, START_UP_SECONDS, Verdict
from tables import Row, as_json, as_markdown

if TYPE_CHECKING:
    from collections.abc import Sequence

PEERS = ("dive", "syft")
OTHER_CASES = ("start-up", "linear", "diff", "packages", "gate")


@dataclass
class Benchmark:
    """Runs the cases and collects what they show."""

    command: tuple[str, ...]
    work: Path
    runs: int
    peers: tuple[str, ...]
    peer_limit: float
    rows: list[Row] = field(default_factory=list)
    verdicts: list[Verdict] = field(default_factory=list)

    def start_up(self) -> None:
        """Measure how long imgscan takes to do next to nothing."""
        commands = [Command(option, (*self.command, option)) for option in START_UP_SECONDS]
        for option, taken in measure(commands, 2 * self.runs).items():
            self.rows.append(Row("start-up", f"{OURS} {option}", taken))
            self.verdicts.append(promises.start_up(option, taken))

    def case(self, name: str, case: Case) -> None:
        """Measure imgscan by turns with openssl and the peers, on one image."""
        path = case.image.file(self.work)
        commands = [self._report(path), Command("openssl", ("openssl", "dgst", "-sha256", str(path)))]
        commands += [self._peer(peer, case.image, path) for peer in self.peers]
        taken = measure(commands, self.runs)
        self.rows += [Row(name, command, those) for command, those in taken.items()]
        self.verdicts += [
            *(promises.at_most_times(name, taken, *promise) for promise in case.at_most_times.items()),
            *(
                promises.times_faster(name, taken, peer, limit)
                for peer, limit in case.times_faster.items()
                if peer in taken
            ),
            promises.peak_memory(name, taken[OURS], case.image.entries),
        ]

    def linear(self) -> None:
        """Measure how the time grows with entries, layers and whiteouts."""
        once, twice, four_times = self._series(ENTRIES_DOUBLED)
        first, second = twice - once, (four_times - twice) / 2
        few, many = self._series(FEW_AND_MANY_LAYERS)
        none, half = self._series(NO_AND_MANY_WHITEOUTS)
        self.verdicts += [
            promises.linear("an entry added from 2n to 4n ÷ one added from n to 2n", second / first),
            promises.linear("100 layers ÷ 10 layers", many / few),
            promises.linear("half of the files removed ÷ none", half / none),
        ]

    def diff(self) -> None:
        """Measure the diff of two versions of an image beside reports on both."""
        old, new = (image.file(self.work) for image in TWO_VERSIONS)
        output = self.work / "diff.html"
        compared = Command("imgscan diff", (*self.command, "diff", str(old), str(new), "-o", str(output)), output)
        taken = measure([compared, self._report(old, "old"), self._report(new, "new")], self.runs)
        self.rows += [Row("diff", command, those) for command, those in taken.items()]
        reports = taken["old"].median_seconds + taken["new"].median_seconds
        self.verdicts.append(promises.diff(taken["imgscan diff"].median_seconds, reports))

    def packages(self) -> None:
        """Measure what packages add to a report, and how long it takes to list them, beside syft."""
        image = CASES["1gb"].image
        path, without = image.file(self.work), WITHOUT_PACKAGES.file(self.work)
        output = self.work / "packages.json"
        listed = Command("imgscan packages", (*self.command, "packages", str(path), "-o", str(output)), output)
        peers = [self._peer(peer, image, path) for peer in self.peers if peer == "syft"]
        taken = measure([self._report(path), self._report(without, "without"), listed, *peers], self.runs)
        self.rows += [Row("packages", command, those) for command, those in taken.items()]
        self.verdicts.append(promises.packages(taken[OURS].median_seconds, taken["without"].median_seconds))

    def gate(self) -> None:
        """Measure gates against a baseline file, one that passes and one that says why it fails, beside a report."""
        path, baseline = CASES["1gb"].image.file(self.work), self.work / "baseline.toml"
        baseline.unlink(missing_ok=True)
        update = (*self.command, "baseline", "update", str(path), "--file", str(baseline), "--quiet")
        subprocess.run(update, check=True)
        judge = (*self.command, "gate", str(path), "--baseline", str(baseline), "--quiet", "--report-only")
        passing = ("-r", "growth.rootfs_bytes=1%", "-r", "creep.rootfs_bytes=5%")
        commands = [
            Command("gate that passes", (*judge, *passing)),
            Command("gate that fails", (*judge, *passing, "-r", "rootfs_bytes=1")),
        ]
        taken = measure([self._report(path), *commands], self.runs)
        self.rows += [Row("gate", command, those) for command, those in taken.items()]
        for verdict in ("passes", "fails"):
            seconds = taken[f"gate that {verdict}"].median_seconds
            self.verdicts.append(promises.gate(verdict, seconds, taken[OURS].median_seconds))

    def _series(self, images: Sequence[Image]) -> list[float]:
        commands = [self._report(image.file(self.work), image.name) for image in images]
        taken = measure(commands, self.runs)
        for image in images:
            those, entries = taken[image.name], image.entries
            self.rows.append(Row("linear", image.name, those, entries))
            self.verdicts.append(promises.peak_memory(image.name, those, entries))
        return [taken[image.name].median_seconds for image in images]

    def _report(self, path: Path, name: str = OURS) -> Command:
        output = self.work / f"{path.stem}.html"
        return Command(name, (*self.command, "report", str(path), "-o", str(output)), output)

    def _peer(self, peer: str, image: Image | Given, path: Path) -> Command:
        output = self.work / f"{path.stem}.{peer}.json"
        if peer == "dive":  # it reads an OCI archive under this name too
            dive = (peer, f"docker-archive://{path}", "--json", str(output))
            return Command(peer, dive, output, limit_seconds=self.peer_limit)
        syft = (peer, f"{image.format}:{path}", "--quiet", "--output", f"json={output}")
        offline = {"SYFT_CHECK_FOR_APP_UPDATE": "false"}
        return Command(peer, syft, output, offline, self.peer_limit)


def main() -> None:
    """Run the cases asked for, print the tables, and exit with 1 if a promise is broken."""
    options = _options()
    names = options.case or ([] if options.image else [*CASES, *OTHER_CASES])
    peers = () if options.without_peers else PEERS
    missing = [tool for tool in ("openssl", *peers) if shutil.which(tool) is None]
    if missing and (options.image or not CASES.keys().isdisjoint(names)):
        print(f"run: not on the PATH: {', '.join(missing)} (see README.md, or --without-peers)", file=sys.stderr)
        sys.exit(2)
    options.work.mkdir(parents=True, exist_ok=True)
    command = tuple(shlex.split(options.command))
    benchmark = Benchmark(command, options.work, options.runs, peers, options.peer_limit)
    try:
        for path in options.image:
            given = Given(path)
            benchmark.case(path.name, Case(given, *PROMISED[given.format]))
        _run_cases(benchmark, names)
    except CommandFailedError as error:
        print(f"run: {error}", file=sys.stderr)
        sys.exit(2)
    print((as_json if options.json else as_markdown)(benchmark.rows, benchmark.verdicts))
    sys.exit(not all(verdict.kept for verdict in benchmark.verdicts))


def _run_cases(benchmark: Benchmark, names: list[str]) -> None:
    for name in names:
        print(f"measuring {name}", file=sys.stderr)
        if name in CASES:
            benchmark.case(name, CASES[name])
        else:
            getattr(benchmark, name.replace("-", "_"))()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    choices = [*CASES, *OTHER_CASES]
    parser.add_argument(
        "image",
        nargs="*",
        type=Path,
        help="your own docker-archive, or OCI archive with gzip layers, in place of the cases",
    )
    parser.add_argument("--case", action="append", choices=choices, help="may be given several times [all]")
    parser.add_argument("--runs", type=int, default=5, help="measured runs of each command [%(default)s]")
    parser.add_argument("--without-peers", action="store_true", help="leave out dive and syft and what they decide")
    parser.add_argument("--peer-limit", type=float, default=500.0, help="seconds until a peer is stopped [500]")
    parser.add_argument(
        "--work", type=Path, default=Path(gettempdir()) / "imgscan-benchmarks", help="keeps the images [%(default)s]"
    )
    default = f"{shlex.quote(sys.executable)} -m imgscan"
    parser.add_argument("--command", default=default, help="the imgscan to measure [this Python's]")
    parser.add_argument("--json", action="store_true", help="print JSON in place of Markdown")
    return parser.parse_args()


if __name__ == "__main__":
    main()
