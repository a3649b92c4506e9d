"""The verdict of a gate on one image."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from analyzer.errors import ImgscanError, InternalError

from .._streams import error_text, say

if TYPE_CHECKING:
    from datetime import date

    from reports.gate_document import GateDocument

    from .baselines import Baseline
    from .gate_reasons import Reasons
    from .gate_rules import RuleBook
    from .weighing import Opening


@dataclass(frozen=True)
class Gate:
    """The rules, how images are opened that are held to them, and the day on which exceptions are judged."""

    book: RuleBook
    opening: Opening
    reasons: Reasons
    chosen: str | None
    today: date

    def verdict(self, reference: str, baseline: Baseline | None) -> GateDocument:
        """The verdict; where an image cannot be judged it says why, as stderr does."""
        from reports.gate_document import trouble

        try:
            return self._judged(reference, baseline)
        except InternalError:
            raise
        except ImgscanError as error:
            say(error_text(str(error), error.hint))
            return trouble(reference, str(error))

    def _judged(self, reference: str, baseline: Baseline | None) -> GateDocument:
        from reports.gate_document import build_gate

        image = self.opening.image_at(reference, self.chosen)
        rules = self.book.rules_for(image.name, image.platform)
        part, weights = self.opening.weighed(image, rules)
        before = None if baseline is None else baseline.weights(image, rules)
        outcomes = part.judge(rules, weights, before, self.today)
        notes = ["no baseline: growth is not judged"] if rules.growth and before is None else []
        name = None if before is None else before.name
        told = build_gate(image.name, image.platform, name, outcomes, [*notes, *image.all_notes], self.book.sources)
        return self.reasons.added(told, image, None if baseline is None else baseline.image)
