"""What a verdict tells beside its rules where one is broken: why, what wins bytes back, and where to look."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from analyzer.gates.outcome import PASSED

from .kept import FileBaseline, growth_since

if TYPE_CHECKING:
    from analyzer.gates.weights import Weights
    from reports.gate.document import GateDocument, PlaceSection
    from reports.gate.reasons import Places
    from reports.gate.why import Against, Since

    from ..image import Image
    from .baselines import Baseline
    from .gate_rules import RuleBook
    from .lineage import Lineage
    from .lines import Lines

_ROOTS = ("GITHUB_WORKSPACE", "CI_PROJECT_DIR")


@dataclass(frozen=True)
class Reasons:
    """Where reasons are looked for: parents, the Dockerfile, the settings that have the rules."""

    lineage: Lineage
    lines: Lines
    book: RuleBook
    quiet: bool

    def __post_init__(self) -> None:
        """Raises DockerfileError: only a rule that is broken asks for lines, and then the verdict must not be lost."""
        self.lines.check()

    def added(
        self, verdict: GateDocument, image: Image, baseline: Baseline | None, before: Weights | None
    ) -> GateDocument:
        """The verdict with its reasons, unless it is passed; ``before`` are the weights that growth is counted from.

        Growth is explained where the image before, or what a baseline file keeps of it, is at hand.
        """
        if verdict.status == PASSED:
            return verdict
        parents = self.lineage.of(image, quiet=self.quiet)
        own = image.own_part(parents)
        part = own if self.lineage.own else image
        return part.explain(
            verdict,
            self._places(verdict),
            own=own,
            growth=_growth(verdict, image, baseline),
            blobs=(before and before.blobs) or (),
            own_from=parents.own_from,
            dockerfile=self.lines.of(image, quiet=self.quiet),
            settings=self.book.settings.findings,
        )

    @property
    def place(self) -> PlaceSection | None:
        """Where the rules stand; None where no file has any."""
        from reports.gate.document import PlaceSection

        file = self.book.file
        return None if file is None else PlaceSection(_from_root(file), _line(file))

    def _places(self, verdict: GateDocument) -> Places:
        from reports.gate.reasons import Places

        dockerfile = None if self.lines.dockerfile is None else _from_root(self.lines.dockerfile)
        file = self.book.file
        if file is None:
            return Places(dockerfile)
        lines = {each.rule: _line(file, each.rule) for each in verdict.outcomes if each.status != PASSED}
        return Places(dockerfile, _from_root(file), lines)


def _growth(verdict: GateDocument, image: Image, baseline: Baseline | None) -> Against | Since | None:
    from reports.gate.why import Against

    from ..image_diff import diff

    if isinstance(baseline, FileBaseline):
        entry = baseline.entry(image)
        return None if entry is None else growth_since(entry, image, verdict)
    if baseline is None or baseline.image is None:
        return None
    found = diff(baseline.image, image)
    return Against(found.report(), found.waste_growth())


def _line(settings: Path, rule: str = "") -> int:
    """Where a rule stands in a settings file; where it came from the command line, the table that it could be in."""
    from analyzer.settings import tables_above
    from analyzer.settings_lines import line_of

    table, _, key = rule.partition(".")
    return line_of(settings.read_text(encoding="utf-8"), (*tables_above(settings), "gate", *filter(None, (table, key))))


def _from_root(path: Path) -> str:
    """The path from the root of the repository, as hosts of code name it; as it is where it leads elsewhere."""
    root = next((os.environ[name] for name in _ROOTS if os.environ.get(name)), ".")
    there = os.path.relpath(path, root)
    found = str(path) if there.startswith("..") else Path(there).as_posix()
    return os.fsencode(found).decode(errors="backslashreplace")
