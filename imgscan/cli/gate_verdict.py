"""The verdict of a gate on one image."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from analyzer.errors import ImgscanError, InternalError

from .._streams import error_text, say

if TYPE_CHECKING:
    from datetime import date

    from analyzer.gates.weights import Weights
    from reports.gate_document import Verdict

    from ..image import Image
    from .baselines import Baseline
    from .gate_rules import RuleBook
    from .weighing import Opening


@dataclass(frozen=True)
class Gate:
    """The rules, how images are opened that are held to them, and the day on which exceptions are judged."""

    book: RuleBook
    opening: Opening
    chosen: str | None
    today: date

    def verdict(self, reference: str, baseline: Baseline | None) -> Verdict:
        """The verdict; where an image cannot be judged it says why, as stderr does."""
        from reports.gate_document import Verdict, trouble

        try:
            return self._judged(reference, baseline)
        except InternalError:
            raise
        except ImgscanError as error:
            say(error_text(str(error), error.hint))
            return Verdict(trouble(reference, str(error)), None)

    def _judged(self, reference: str, baseline: Baseline | None) -> Verdict:
        from reports.gate_document import Verdict, build_gate

        image = self.opening.image_at(reference, self.chosen)
        rules = self.book.rules_for(image.name, image.platform)
        part, weights = self.opening.weighed(image, rules)
        before = None if baseline is None else baseline.weights(image, rules)
        outcomes = part.judge(rules, weights, before, self.today)
        notes = ["no baseline: growth is not judged"] if rules.growth and before is None else []
        name = None if before is None else before.name
        document = build_gate(image.name, name, outcomes, [*notes, *image.all_notes], self.book.sources)
        return self._explained(Verdict(document, None), image, baseline, before)

    def _explained(self, verdict: Verdict, image: Image, baseline: Baseline | None, before: Weights | None) -> Verdict:
        """With why the image grew, where a rule is broken and the image before is at hand."""
        from analyzer.gates.outcome import PASSED
        from reports.gate_document import Verdict

        from ..image_diff import diff

        if before is None or baseline is None or baseline.image is None or verdict.document.status == PASSED:
            return verdict
        return Verdict(verdict.document, diff(baseline.image, image).report())
