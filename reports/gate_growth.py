"""Why an image grew since a baseline file, as a part of a verdict and in the words of all of its forms."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from analyzer.instructions.created_by import parse_instruction

from .formatting import one_line, shortened, shortened_path, signed_bytes, visible
from .markdown_parts import INSTRUCTION_CHARACTERS, path_span, span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pyarrow as pa

    from analyzer.gates.causes import Causes, Parts

_WIDTH = 100
_NAME_CHARACTERS = 48
_SHOWN = 5


class CauseSection(msgspec.Struct, frozen=True):
    """A package or a directory that weighs more or less; ``before`` is null for a new one.

    Of a directory ``bytes`` leave out those that are named below it. ``layer`` stores the most of what is new, or of a
    package, by ``instruction``; null where nothing tells which layer made the difference.
    """

    name: str
    bytes: int
    before: int | None
    now: int
    layer: int | None
    instruction: str | None


class PartsSection(msgspec.Struct, frozen=True):
    """The largest causes of one kind, and what no cause that is named accounts for."""

    causes: list[CauseSection]
    rest: int


class GrowthSection(msgspec.Struct, frozen=True):
    """Growth of ``rootfs_bytes`` since the day ``since``, split up in two ways, each to the byte.

    With ``approved`` it is counted from what was approved then, and ``in_this_build`` is its part since the last
    build. ``unowned`` belongs to no package: packages, their rest and it are the growth.
    """

    bytes: int
    since: str
    approved: bool
    in_this_build: int
    packages: PartsSection
    unowned: int
    directories: PartsSection


def build_growth(causes: Causes, in_this_build: int, layers: pa.Table) -> GrowthSection:
    """The section; ``layers`` is `tables.LAYERS` and tells the instructions."""
    texts = dict(zip(layers["layer"].to_pylist(), layers["created_by"].to_pylist(), strict=True))
    instructions = {layer: parse_instruction(text).text for layer, text in texts.items()}
    return GrowthSection(
        bytes=causes.bytes,
        since=causes.since.isoformat(),
        approved=causes.approved,
        in_this_build=in_this_build,
        packages=_parts(causes.packages, instructions),
        unowned=causes.unowned,
        directories=_parts(causes.directories, instructions),
    )


def _parts(parts: Parts, instructions: dict[int, str]) -> PartsSection:
    texts = [None if each.layer is None else instructions.get(each.layer) for each in parts.causes]
    causes = [
        CauseSection(each.name, each.bytes, each.before, each.now, each.layer, text)
        for each, text in zip(parts.causes, texts, strict=True)
    ]
    return PartsSection(causes, parts.rest)


def sentence(growth: GrowthSection) -> str:
    """The whole growth in words."""
    if not growth.approved:
        return f"{signed_bytes(growth.bytes)} that a container sees, against the build of {growth.since}"
    told = f"{signed_bytes(growth.bytes)} that a container sees since it was approved on {growth.since}"
    return f"{told}, {signed_bytes(growth.in_this_build)} of it in this build"


def text(growth: GrowthSection) -> str:
    """Lines for a terminal: the growth, then its parts by package and by directory."""
    lines = [sentence(growth) + ":"]
    for title, parts, unowned in _kinds(growth):
        lines.append(f"  by {title}")
        lines += [_line(each) for each in parts.causes[:_SHOWN]]
        lines += [f"  {signed_bytes(size):>9}  {name}" for name, size in _others(parts, unowned)]
    return "\n".join(shortened(line, _WIDTH) for line in lines) + "\n"


def markdown(growth: GrowthSection) -> list[str]:
    """The same as blocks of Markdown."""
    blocks = ["### Why", f"{sentence(growth)}."]
    for title, parts, unowned in _kinds(growth):
        lines = [f"By {title}:", ""]
        lines += [_item(each) for each in parts.causes[:_SHOWN]]
        lines += [f"- {signed_bytes(size)} {name}" for name, size in _others(parts, unowned)]
        blocks.append("\n".join(lines))
    return blocks


def _kinds(growth: GrowthSection) -> Iterator[tuple[str, PartsSection, int]]:
    if growth.packages.causes:
        yield "package", growth.packages, growth.unowned
    yield "directory", growth.directories, 0


def _others(parts: PartsSection, unowned: int) -> Sequence[tuple[str, int]]:
    """What is left, so that the lines sum up."""
    rest = parts.rest + sum(each.bytes for each in parts.causes[_SHOWN:])
    return [each for each in (("of no package", unowned), ("others", rest)) if each[1]]


def _line(cause: CauseSection) -> str:
    name = shortened_path(visible(cause.name), _NAME_CHARACTERS)
    line = f"  {signed_bytes(cause.bytes):>9}  {name}{_new(cause)}"
    return line if cause.layer is None else f"{line}  layer {cause.layer}  {one_line(cause.instruction or '')}"


def _item(cause: CauseSection) -> str:
    item = f"- **{signed_bytes(cause.bytes)}** {path_span(cause.name)}{_new(cause)}"
    if cause.layer is None:
        return item
    return f"{item}, layer {cause.layer} {span(cause.instruction or '', INSTRUCTION_CHARACTERS)}".rstrip()


def _new(cause: CauseSection) -> str:
    return " (new)" if cause.before is None else " (gone)" if not cause.now else ""
