"""The verdict of a gate on one image."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from analyzer.errors import ImgscanError, InternalError

from .._streams import error_text, say
from .kept import FileBaseline, growth_since, snapshot

if TYPE_CHECKING:
    from datetime import date

    from analyzer.gates.rules import Rules
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
        notes = [_unjudged(baseline)] if rules.about_growth and before is None else []
        name = None if before is None else before.name
        document = build_gate(image.name, name, outcomes, [*notes, *image.all_notes], self.book.sources)
        if isinstance(baseline, FileBaseline) and baseline.adding and before is None:
            self._take(image, baseline, rules, document.status)
        return self._explained(Verdict(document, None, weights), image, baseline, before)

    def _take(self, image: Image, baseline: FileBaseline, rules: Rules, status: str) -> None:
        """Have an image added to the file that has no entry for it, unless it breaks other rules."""
        from analyzer.gates.outcome import FAILED

        if status == FAILED:
            return
        quiet = self.opening.quiet
        kept = snapshot(image, self.opening.lineage.of(image, quiet=quiet), rules.asked.paths, self.today, quiet=quiet)
        baseline.added.append((image.name, image.platform, kept))

    def _explained(self, verdict: Verdict, image: Image, baseline: Baseline | None, before: Weights | None) -> Verdict:
        """With why the image grew, where a rule is broken and the image before, or what is kept of it, is at hand."""
        import msgspec

        from analyzer.gates.outcome import PASSED

        from ..image_diff import diff

        if before is None or baseline is None or verdict.document.status == PASSED:
            return verdict
        if isinstance(baseline, FileBaseline):
            entry = baseline.entry(image)
            growth = None if entry is None else growth_since(entry, image, verdict.document)
            return replace(verdict, document=msgspec.structs.replace(verdict.document, growth=growth))
        return verdict if baseline.image is None else replace(verdict, why=diff(baseline.image, image).report())


def _unjudged(baseline: Baseline | None) -> str:
    if isinstance(baseline, FileBaseline):
        return f"a first run: {baseline.file} has nothing on this image yet, so growth is not judged"
    return "no baseline: growth is not judged"
