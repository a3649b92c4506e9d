"""Why an image grew, as sections of a verdict: what a container sees of it, and what is stored and never seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from analyzer.gates.subjects import SEEN, UNSEEN
from analyzer.instructions.created_by import parse_instruction

from ..diff.build import cause_section
from ..diff.parts import DIRECTORY, LAYER, PACKAGE, layer_of, parts_of, rest_of
from .document import CandidateSection, GateCauseSection, WhySection

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from analyzer.analysis import Analysis
    from analyzer.diff.growth import Cause as DiffCause
    from analyzer.gates.causes import Cause, Causes, Parts
    from analyzer.gates.wasted import Wasted

    from ..diff.document import CauseSection, DiffDocument
    from ..diff.parts import Part

_LEVELS = (5, 4, 3, 2)
_MAYBE = 3
_WASTE = "waste"


class Against(msgspec.Struct, frozen=True):
    """What an image tells of growth that is at hand: the difference, and the layers that make more or less waste."""

    diff: DiffDocument
    waste: Sequence[DiffCause]


class Since(msgspec.Struct, frozen=True):
    """What a baseline file tells of growth: the causes, what a container sees now, and growth since the last build."""

    causes: Causes
    rootfs_bytes: int
    in_this_build: int
    waste_in_this_build: int


class Whys(msgspec.Struct, frozen=True):
    """Why images grew, by the figures that growth is told of (`subjects`), as far as anything tells.

    ``unsure`` are the bytes of which several layers may have made any part.
    """

    sections: Mapping[str, WhySection]
    unsure: Mapping[str, int]


def whys_of(growth: Against | Since | None, image: Analysis, lines: Sequence[int | None]) -> Whys:
    """All that is told of the growth; ``lines`` are those of the image's layers in the Dockerfile."""
    found: dict[str, WhySection | None] = {}
    unsure = {}
    if isinstance(growth, Since):
        found = {SEEN: _why_since(growth, image, lines), UNSEEN: _waste_since(growth, image, lines)}
        waste = growth.causes.waste
        unsure = {SEEN: _unsure(growth.causes), UNSEEN: waste.unsure if waste else 0}
    elif growth is not None:
        found = {SEEN: _why(growth.diff, lines), UNSEEN: _why_waste(growth, lines)}
    return Whys({figure: why for figure, why in found.items() if why is not None}, unsure)


def _why(diff: DiffDocument, lines: Sequence[int | None]) -> WhySection | None:
    """What grew, by layer, package, directory and file."""
    return _compared(SEEN, diff, diff.old.size.rootfs_bytes, diff.growth.bytes, diff.growth.layers, lines)


def _why_waste(growth: Against, lines: Sequence[int | None]) -> WhySection | None:
    """What there is more or less waste of, by the layer that made it, cause, directory and file."""
    before, now = (each.size.waste_bytes for each in (growth.diff.old, growth.diff.new))
    causes = [cause_section(each) for each in growth.waste]
    return _compared(UNSEEN, growth.diff, before, now - before, causes, lines)


def _compared(
    figure: str,
    diff: DiffDocument,
    before: int,
    growth: int,
    layers: Sequence[CauseSection],
    lines: Sequence[int | None],
) -> WhySection | None:
    parts = parts_of(layers, _LEVELS)
    if not parts:
        return None
    causes = [_cause(diff, each, lines) for each in parts]
    return WhySection(before, growth, rest_of(growth, parts), causes, figure=figure)


def _cause(diff: DiffDocument, part: Part, lines: Sequence[int | None]) -> GateCauseSection:
    pair = layer_of(diff, part) if part.kind == LAYER else None
    layer = None if pair is None else pair.new
    return GateCauseSection(
        kind=part.kind,
        name=part.title,
        versions=part.versions,
        bytes=part.bytes,
        rest=part.rest,
        layer=layer,
        line=None if layer is None else lines[layer],
        causes=[_cause(diff, each, lines) for each in part.parts],
    )


def _why_since(growth: Since, image: Analysis, lines: Sequence[int | None]) -> WhySection | None:
    """What grew since a baseline file kept the image, below layers as far as they are known. None where nothing did."""
    causes = growth.causes
    kind, parts = _told_parts(causes)
    by_layer: dict[int, list[GateCauseSection]] = {}
    nowhere = []
    for each in parts.causes:
        for layer, size in each.layers.items():
            by_layer.setdefault(layer, []).append(_part(each, kind, size))
        left = each.bytes - sum(each.layers.values())
        nowhere += [_part(each, kind, left, each.others)] if left else []
    sections = [
        _layer(image, layer, sum(each.bytes for each in found), found, lines) for layer, found in by_layer.items()
    ]
    return _since(SEEN, growth, growth.rootfs_bytes - causes.bytes, causes.bytes, sections + nowhere)


def _waste_since(growth: Since, image: Analysis, lines: Sequence[int | None]) -> WhySection | None:
    """The layers that made more waste since then, as far as they are known, if any; None where none are."""
    waste = growth.causes.waste
    if waste is None:
        return None
    sections = [
        _layer(image, layer, size, [_below(each) for each in waste.parts.get(layer, ())], lines)
        for layer, size in waste.layers.items()
    ]
    nowhere = [_unsure_waste(waste, image, lines)] if waste.others else []
    return _since(UNSEEN, growth, waste.before, waste.bytes, sections + nowhere)


def _unsure_waste(waste: Wasted, image: Analysis, lines: Sequence[int | None]) -> GateCauseSection:
    """Waste that one of several layers made, with those that make the most."""
    candidates = [
        CandidateSection(
            name=_instruction(image, each.layer),
            bytes=each.bytes,
            layer=each.layer,
            line=lines[each.layer],
            causes=[_below(part) for part in each.parts],
        )
        for each in waste.candidates
    ]
    maybe = f"({_one_of(sorted(waste.others))})"
    return GateCauseSection(_WASTE, _WASTE, maybe, waste.unsure, 0, None, None, [], candidates)


def _since(
    figure: str, growth: Since, before: int, size: int, sections: Sequence[GateCauseSection]
) -> WhySection | None:
    if not sections:
        return None
    ranked = sorted(sections, key=lambda section: -abs(section.bytes))
    return WhySection(
        before=before,
        bytes=size,
        rest=size - sum(section.bytes for section in ranked),
        causes=ranked,
        since=growth.causes.since.isoformat(),
        approved=growth.causes.approved,
        in_this_build=growth.in_this_build if figure == SEEN else growth.waste_in_this_build,
        figure=figure,
    )


def _below(cause: DiffCause) -> GateCauseSection:
    """A cause inside of a layer."""
    (part,) = parts_of([cause_section(cause)], _LEVELS[1:])
    return _inside(part)


def _inside(part: Part) -> GateCauseSection:
    causes = [_inside(each) for each in part.parts]
    return GateCauseSection(part.kind, part.title, part.versions, part.bytes, part.rest, None, None, causes)


def _layer(
    image: Analysis, layer: int, size: int, causes: list[GateCauseSection], lines: Sequence[int | None]
) -> GateCauseSection:
    return GateCauseSection(
        kind=LAYER,
        name=_instruction(image, layer),
        versions="",
        bytes=size,
        rest=size - sum(each.bytes for each in causes) if causes else 0,
        layer=layer,
        line=lines[layer],
        causes=causes,
    )


def _instruction(image: Analysis, layer: int) -> str:
    entry = image.metadata.layers[layer].history_index
    history = image.metadata.config.history or []
    return "" if entry is None else parse_instruction(history[entry].created_by).text


def _part(cause: Cause, kind: str, size: int, layers: Sequence[int] = ()) -> GateCauseSection:
    """So many bytes of a cause; one of the ``layers`` made the difference, and which is not known."""
    change = ["new"] if cause.before is None else [] if cause.now else ["gone"]
    maybe = [_one_of(sorted(layers))] if layers else []
    name = cause.name + ("/" if kind == DIRECTORY else "")
    told = ", ".join([*change, *maybe])
    return GateCauseSection(kind, name, f"({told})" if told else "", size, 0, None, None, [])


def _one_of(layers: Sequence[int]) -> str:
    return f"by one of {len(layers)} layers" if len(layers) > _MAYBE else f"by layer {' or '.join(map(str, layers))}"


def _told_parts(causes: Causes) -> tuple[str, Parts]:
    """Packages, where these make up most of the growth, else directories, as each file counts in both."""
    owned = causes.bytes - causes.unowned
    by_package = bool(causes.packages.causes) and 2 * abs(owned) >= abs(causes.bytes)
    return (PACKAGE, causes.packages) if by_package else (DIRECTORY, causes.directories)


def _unsure(causes: Causes) -> int:
    """Growth of which several layers may have made any part."""
    return sum(each.bytes - sum(each.layers.values()) for each in _told_parts(causes)[1].causes if each.others)


def grown_layers(why: WhySection) -> dict[int, int]:
    """By how much each layer of the image makes what grew larger, as far as it is among the causes."""
    return {each.layer: each.bytes for each in why.causes if each.layer is not None and each.bytes > 0}
