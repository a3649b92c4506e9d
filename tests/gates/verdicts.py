"""Verdicts made in code: one rule a status, with reasons, every name in them the one that is given."""

from msgspec.structs import replace

from analyzer.gates.outcome import Outcome
from reports.gate.document import (
    CandidateSection,
    ForbiddenSection,
    GateCauseSection,
    GateDocument,
    PlaceSection,
    SavingSection,
    SavingsSection,
    WhySection,
    build_gate,
)

HOSTILE = "a\n::error::x\x1b[2J]]><script>|`@octocat`,:%0A[x](http://evil){0}\u202e\u200b\ufeff\x85\udcff"


def verdict(*statuses: str, name: str = "acme/app:1.0", line: int | None = 7) -> GateDocument:
    """Every rule, path, reason, instruction, package, edit and file is called ``name``."""
    outcomes = [
        Outcome(f"{table}.{name}", each, "bytes", 1000, 1001, before=1, paths=(name,), reason=name, kind=table)
        for each in statuses
        for table in ("growth", "forbidden")
    ]
    made = build_gate(name, name, name, outcomes, [name])
    place = None if line is None else PlaceSection(name, line)
    outcomes_there = [each if each.status == "passed" else replace(each, place=place) for each in made.outcomes]
    return replace(
        made,
        outcomes=outcomes_there,
        why=why(name),
        why_waste=why_waste(name),
        savings=savings(name),
        forbidden=forbidden(name),
        accept=name,
    )


def why(name: str) -> WhySection:
    """A layer with a package with a directory with a file."""
    cause = GateCauseSection("file", name, "", 4, 0, None, None, [])
    cause = GateCauseSection("directory", name, "", 5, 1, None, None, [cause])
    cause = GateCauseSection("package", name, name, 6, 1, None, None, [cause])
    return WhySection(100, 10, 3, [GateCauseSection("layer", name, "", 7, 1, 3, 7, [cause])])


def why_waste(name: str) -> WhySection:
    """Less of it in a layer that is gone, by what it had removed; and a layer that may have made it."""
    cause = GateCauseSection("cause", "removed", "", -4, -1, None, None, [])
    candidate = CandidateSection(name, 9, 3, 7, [replace(cause, bytes=9, name=name)])
    layers = [GateCauseSection("layer", name, "", -4, 0, None, None, [cause], [candidate])]
    return WhySection(100, -4, 0, layers, figure="waste_bytes")


def forbidden(name: str) -> ForbiddenSection:
    """One finding, and two that are left out."""
    return ForbiddenSection(savings(name).found, 2)


def savings(name: str) -> SavingsSection:
    """One finding, one that is left out, and three that are not counted."""
    found = SavingSection("apt-lists", "Package lists", 3, 7, name, 1000, None, [name], name)
    return SavingsSection(1500, [found], 1, save_nothing=1, inherited=2)
