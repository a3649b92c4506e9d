"""The promises that imgscan is held to, as data, and whether measurements keep them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from measure import Measurement

OURS = "imgscan"
PEAK_BYTES, PEAK_BYTES_PER_ENTRY = 150_000_000, 400
START_UP_SECONDS = {"--version": 0.15, "--help": 0.3}
# A quadratic part shows as 2 or far more; the rest of the way from 1 is for the machine's noise.
LINEAR = 1.5
DIFF_OF_REPORTS, PACKAGES_OF_REPORT = 1.2, 1.15
GATE_OF_REPORT = 1.05  # no longer than the report, and again the noise


@dataclass(frozen=True)
class Verdict:
    """One promise, what was measured, and whether it was kept."""

    case: str
    promise: str
    measured: str
    kept: bool


def at_most_times(case: str, taken: dict[str, Measurement], yardstick: str, limit: float) -> Verdict:
    """Hold imgscan to at most `limit` times the yardstick's time."""
    ratio = taken[OURS].median_seconds / taken[yardstick].median_seconds
    promise = f"time ≤ {limit:.1f} x {yardstick}"
    return Verdict(case, promise, f"{ratio:.2f} x", ratio <= limit)


def times_faster(case: str, taken: dict[str, Measurement], peer: str, limit: float) -> Verdict:
    """Hold imgscan to `limit` times the speed of a peer. A peer that was stopped is at least that much slower."""
    ratio = taken[peer].median_seconds / taken[OURS].median_seconds
    bound = "more than " if taken[peer].stopped else ""
    return Verdict(case, f"≥ {limit:.0f} x faster than {peer}", f"{bound}{ratio:.1f} x", ratio >= limit)


def peak_memory(case: str, taken: Measurement, entries: int) -> Verdict:
    """Hold imgscan to a peak that grows with the entries alone."""
    limit = PEAK_BYTES + PEAK_BYTES_PER_ENTRY * entries
    promise = f"peak memory ≤ {limit / 1e6:.0f} MB (150 MB + 400 bytes an entry)"
    if taken.peak_bytes is None:
        return Verdict(case, promise, "stopped", kept=False)
    return Verdict(case, promise, f"{taken.peak_bytes / 1e6:.0f} MB", taken.peak_bytes <= limit)


def start_up(option: str, taken: Measurement) -> Verdict:
    """Hold imgscan to a start that one does not notice."""
    limit, seconds = START_UP_SECONDS[option], taken.median_seconds
    return Verdict("start-up", f"imgscan {option} ≤ {limit} s", f"{seconds:.3f} s", seconds <= limit)


def linear(promise: str, ratio: float) -> Verdict:
    """Hold imgscan to a time that grows with bytes and entries, and with nothing else."""
    return Verdict("linear", f"{promise} ≤ {LINEAR} x", f"{ratio:.2f} x", ratio <= LINEAR)


def diff(seconds: float, reports: float) -> Verdict:
    """Hold a diff to little more than what reports on both images take."""
    ratio = seconds / reports
    promise = f"diff ≤ {DIFF_OF_REPORTS} x reports on both images"
    return Verdict("diff", promise, f"{ratio:.2f} x", ratio <= DIFF_OF_REPORTS)


def gate(verdict: str, seconds: float, report: float) -> Verdict:
    """Hold a gate with a baseline file to no more than a report on the same image."""
    ratio = seconds / report
    promise = f"gate that {verdict} ≤ {GATE_OF_REPORT} x report"
    return Verdict("gate", promise, f"{ratio:.2f} x", ratio <= GATE_OF_REPORT)


def packages(seconds: float, without: float) -> Verdict:
    """Hold what packages add to a report to a small part of it."""
    ratio = seconds / without
    promise = f"report ≤ {PACKAGES_OF_REPORT} x that on an image of the same size without packages"
    return Verdict("packages", promise, f"{ratio:.2f} x", ratio <= PACKAGES_OF_REPORT)
