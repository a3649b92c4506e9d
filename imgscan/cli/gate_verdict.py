"""The verdict of a gate on one image."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from analyzer.errors import ImgscanError, InternalError

from .._streams import error_text, say
from .approving import approval
from .baselines import unrelated
from .kept import USUAL_FILE, FileBaseline, snapshot

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from analyzer.gates.exceptions import Judged
    from analyzer.gates.outcome import Outcome
    from analyzer.gates.rules import Rules
    from analyzer.gates.weights import Weights
    from reports.gate.document import GateDocument

    from ..image import Image
    from .baselines import Baseline
    from .gate_reasons import Reasons
    from .gate_rules import RuleBook
    from .weighing import Opening


_NAMED = 5


@dataclass(frozen=True)
class Verdict:
    """The document, what was weighed for it, None where that was not possible, and what became of each rule."""

    document: GateDocument
    weights: Weights | None
    outcomes: Sequence[Outcome] = ()

    @property
    def judged(self) -> Judged:
        """What exceptions may have been needed for."""
        from analyzer.gates.exceptions import Judged

        return Judged(self.document.image, self.outcomes, self.document.unjudged is None)


@dataclass(frozen=True)
class Gate:
    """The rules, how images are opened that are held to them, and the day on which exceptions are judged."""

    book: RuleBook
    opening: Opening
    reasons: Reasons
    chosen: str | None
    today: date

    def verdicts(self, references: Sequence[str], baseline: Baseline | None) -> list[Verdict]:
        """One an image; the first says what of the settings was for none of them, where all could be judged."""
        from reports.gate.document import noted

        first, *others = found = [self.verdict(each, baseline) for each in references]
        if any(each.document.error is not None for each in found):
            return found
        notes = [
            *self.book.unread,
            *self.book.unfit([(each.document.image, each.document.platform) for each in found]),
            *self.book.unneeded([each.judged for each in found]),
        ]
        return [replace(first, document=noted(first.document, notes)), *others]

    def verdict(self, reference: str, baseline: Baseline | None) -> Verdict:
        """The verdict; where an image cannot be judged it says why, as stderr does."""
        from reports.gate.document import trouble

        try:
            return self._judged(reference, baseline)
        except InternalError:
            raise
        except ImgscanError as error:
            say(error_text(str(error), error.hint, in_lines=error.in_lines))
            return Verdict(trouble(reference, _on_one_line(error), self.reasons.place), None)

    def _judged(self, reference: str, baseline: Baseline | None) -> Verdict:
        from reports.gate.document import accepted_by, build_gate

        with self.opening.reading(reference, self.chosen) as image:
            rules = self.book.rules_for(image.name, image.platform)
            growing = baseline if isinstance(baseline, FileBaseline) and baseline.adding else None
            rules = rules.of_first_run if growing else rules
            part, weights = self.opening.weighed(image, rules)
            before = None if baseline is None else baseline.weights(image, rules)
            outcomes = part.judge(rules, weights, before, self.today)
            unjudged = _unjudged(baseline, rules) if rules.about_growth and before is None else None
            name = None if before is None else before.name
            notes = [*image.all_notes, *_unmatched(rules, weights), *self._one_of_several(image)]
            notes += unrelated(image, baseline, before.name) if baseline and before and rules.about_growth else []
            told = build_gate(image.name, image.platform, name, outcomes, notes, self.book.sources, unjudged)
            document = self.reasons.added(told, image, baseline, before)
            if isinstance(baseline, FileBaseline):
                document = accepted_by(document, approval(reference, baseline.file, self.opening))
        if growing and before is None:
            self._take(image, growing, rules, told.status)
        return Verdict(document, weights, outcomes)

    def _one_of_several(self, image: Image) -> list[str]:
        """A note on what is not judged beside the image; nothing where somebody chose, or it is the only one."""
        others = () if self.opening.platform else image.other_platforms
        return [f"judged for {image.platform} alone, not for {', '.join(others)}: --platform chooses"] if others else []

    def _take(self, image: Image, baseline: FileBaseline, rules: Rules, status: str) -> None:
        """Have an image added to the file that has no entry for it, unless it breaks other rules."""
        from analyzer.gates.outcome import FAILED

        if status == FAILED:
            return
        baseline.add(image, snapshot(image, self.opening, rules.asked.paths, self.today))


def _unmatched(rules: Rules, weights: Weights) -> list[str]:
    """A note on budgets that may have a slip in them; nothing where there are none."""
    from analyzer.gates.judge import unmatched

    keys = unmatched(rules, weights)
    more = f" and {len(keys) - _NAMED} more" if len(keys) > _NAMED else ""
    return [f"nothing with bytes in it matches {', '.join(keys[:_NAMED])}{more}"] if keys else []


def _on_one_line(error: ImgscanError) -> str:
    if not error.in_lines:
        return str(error)
    first, *others = (line.strip() for line in str(error).split("\n"))
    told = "; ".join(filter(None, others))
    return f"{first}{' ' if first.endswith(':') else '; '}{told}" if told else first


def _unjudged(baseline: Baseline | None, rules: Rules) -> str:
    """What is not judged, and why; a file that is here, and that nothing names, may be the one that was meant."""
    asked = [name for name, there in (("growth", rules.growth), ("creep", rules.creep)) if there]
    left = f"{' and '.join(asked)} {'is' if len(asked) == 1 else 'are'} not judged"
    if isinstance(baseline, FileBaseline):
        return f"a first run: {baseline.file} has nothing on this image yet, so {left}"
    here = f", though {USUAL_FILE} is here: name it below [gate]" if USUAL_FILE.exists() else ""
    return f"no baseline: {left}{here}"
