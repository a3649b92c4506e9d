"""What growth is counted from: an image, a report that was saved of one, or a baseline file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from msgspec.structs import replace

from analyzer.errors import BaselineError, UsageError
from analyzer.names import repository

from .kept import USUAL_FILE, FileBaseline, baseline_file
from .saved import saved_report

if TYPE_CHECKING:
    from collections.abc import Collection

    from analyzer.gates.rules import Rules
    from analyzer.gates.weights import Weights
    from reports.document import Document

    from ..image import Image
    from .weighing import Opening


class Baseline(Protocol):
    """Of any kind."""

    @property
    def image(self) -> Image | None:
        """The image itself, which tells why another one grew; None where it is not at hand."""
        ...

    @property
    def diff_ids(self) -> Collection[str]:
        """Those of its layers; none where it does not tell."""
        ...

    def weights(self, image: Image, rules: Rules) -> Weights | None:
        """What ``image`` is compared with, as far as its rules ask; None where there is nothing for it."""
        ...


@dataclass(frozen=True)
class ImageBaseline:
    """An image, for whatever image is judged."""

    image: Image
    opening: Opening

    @property
    def diff_ids(self) -> Collection[str]:
        """Those of its layers."""
        return _diff_ids(self.image)

    def weights(self, image: Image, rules: Rules) -> Weights:
        """Its weights. Raises BaselineError where it is for another platform."""
        return _for_platform(self.opening.weighed(self.image, rules)[1], image)


@dataclass(frozen=True)
class ReportBaseline:
    """A saved report; with ``own`` what it says of own layers."""

    document: Document
    own: bool
    image: None = None

    @property
    def diff_ids(self) -> Collection[str]:
        """Those of its layers."""
        return {each.diff_id for each in self.document.layers}

    def weights(self, image: Image, _: Rules) -> Weights:
        """What it says; all else is not known. Raises BaselineError where it is on an image for another platform."""
        from reports.gate.document import weights_of

        weights = _for_platform(weights_of(self.document), image)
        return replace(weights, whole=weights.own, packages=None, blobs=None) if self.own else weights


def unrelated(image: Image, baseline: Baseline, name: str) -> list[str]:
    """A note where the image and the baseline, called ``name``, may have nothing to do with each other; else nothing.

    That is so where they have no layer in common, and neither the name before the tag.
    """
    known, own = baseline.diff_ids, _diff_ids(image)
    if not known or not own or not own.isdisjoint(known) or repository(name) == repository(image.name):
        return []
    return [f"{image.name} and the baseline {name} have no layer in common, and different names: is it the right one?"]


def _diff_ids(image: Image) -> set[str]:
    return set(image.layers["diff_id"].to_pylist())


def _for_platform(weights: Weights, image: Image) -> Weights:
    """The weights, if they are of an image for the same platform, as far as both are known."""
    parts = zip(weights.platform.split("/"), image.platform.split("/"), strict=False)
    if weights.platform and image.platform and any(before != now for before, now in parts):
        raise BaselineError(
            f"the baseline {weights.name} is for {weights.platform}, and {image.name} for {image.platform}",
            hint="growth from one platform to another says nothing; --platform chooses among several",
        )
    return weights


def baseline_at(reference: str, opening: Opening, *, adding: bool) -> Baseline:
    """The baseline that a word of a command line names. Raises ImgscanError where it cannot be read.

    With ``adding`` it has to be a baseline file, which images may be missing in.
    """
    file = baseline_file(reference, own=opening.lineage.own, adding=adding)
    if file is not None:
        return file
    if adding:
        raise UsageError(f"--write-baseline: {reference} is no baseline file", hint="name one that ends in .toml")
    document = saved_report(reference)
    if document is not None:
        return ReportBaseline(document, opening.lineage.own)
    return ImageBaseline(opening.image_at(reference, None), opening)


def refuse_missing(baseline: Baseline | None, *, asked: bool) -> None:
    """Raises BaselineError for a baseline file that is not there, and that nothing is to be added to, if it is a slip.

    It is where the command line ``asked`` for it, and where the usual file is beside it.
    """
    if not isinstance(baseline, FileBaseline) or baseline.baseline is not None or baseline.adding:
        return
    usual = baseline.file.with_name(USUAL_FILE.name)
    if usual.exists():
        raise BaselineError(f"{baseline.file} is not there, though {usual} is", hint="name that one")
    if asked:
        raise BaselineError(f"--baseline: {baseline.file} is not there", hint="--write-baseline makes it")
