"""Growth as readers follow it: from layers down to files, without the steps that tell nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .document import CauseSection, DiffDocument, GrowthSection, LayerPairSection

LAYER, PACKAGE, DIRECTORY, FILE = "layer", "package", "directory", "file"
UNOWNED = "files of no package"
_REASONS = 3


class Part(msgspec.Struct, frozen=True):
    """A part of the growth; ``rest`` is what of its bytes none of its own ``parts`` names."""

    kind: str
    name: str
    versions: str
    bytes: int
    files: int
    pair: int | None
    parts: tuple[Part, ...]
    rest: int

    @property
    def title(self) -> str:
        """The name, of directories with a slash at the end."""
        return self.name + ("/" if self.kind == DIRECTORY and self.name != "/" else "")


def parts_of(causes: Sequence[CauseSection], most: Sequence[int]) -> tuple[Part, ...]:
    """The causes with their own; ``most`` says how many are taken on each level, and how many levels there are."""
    if not most:
        return ()
    return tuple(_part(each, most[1:]) for each in causes[: most[0]])


def rest_of(whole: int, parts: Sequence[Part]) -> int:
    """Of the bytes of the ``whole``, those that no part names."""
    return whole - sum(each.bytes for each in parts)


def layer_of(document: DiffDocument, part: Part) -> LayerPairSection | None:
    """The layer that a part is about; None for parts inside of one."""
    return None if part.pair is None else dict(enumerate(document.layers)).get(part.pair)


def version_step(old: str | None, new: str | None) -> str:
    """Both versions, or the one that there is.

    >>> version_step("2.1", "2.3"), version_step(None, "2.3"), version_step("2.1", None), version_step("2.1", "2.1")
    ('2.1 → 2.3', '2.3 (new)', '2.1 (removed)', '2.1')
    """
    if old and new:
        return old if old == new else f"{old} → {new}"
    return f"{new} (new)" if new else f"{old} (removed)" if old else ""


def reasons(document: DiffDocument) -> tuple[Part, ...]:
    """What explains most of the growth in a few words: packages, and what no package owns."""
    growth = document.growth
    found = [*growth.packages, *_unowned(growth.layers)]
    found.sort(key=_most_bytes)
    return parts_of(found, [_REASONS])


def by_package(growth: GrowthSection) -> list[CauseSection]:
    """Packages and, where there are any, the files of none: together all of the growth, the most bytes first."""
    unowned = [package for layer in growth.layers for package in layer.causes if not package.name]
    found = list(growth.packages)
    if found and unowned and growth.unowned:
        directories = sorted((each for package in unowned for each in package.causes), key=_most_bytes)
        files = sum(each.files for each in unowned)
        found.append(msgspec.structs.replace(unowned[0], bytes=growth.unowned, files=files, causes=directories))
    return sorted(found, key=_most_bytes)


def _most_bytes(cause: CauseSection) -> tuple[int, str]:
    return -abs(cause.bytes), cause.name


def _part(cause: CauseSection, most: Sequence[int]) -> Part:
    parts = parts_of(_inside(cause), most)
    return Part(
        kind=cause.kind,
        name=_name(cause),
        versions=version_step(cause.version_old, cause.version_new),
        bytes=cause.bytes,
        files=cause.files,
        pair=cause.pair,
        parts=parts,
        rest=rest_of(cause.bytes, parts) if parts else 0,
    )


def _name(cause: CauseSection) -> str:
    return cause.name or {PACKAGE: UNOWNED, DIRECTORY: "/"}.get(cause.kind, "")


def _inside(cause: CauseSection) -> list[CauseSection]:
    """The parts of a cause: files of no package at once where there are no others, a lone file for its directory."""
    inside = cause.causes
    if [(each.kind, each.name, each.bytes) for each in inside] == [(PACKAGE, "", cause.bytes)]:
        inside = inside[0].causes
    return [_lone_file(each) for each in inside]


def _lone_file(cause: CauseSection) -> CauseSection:
    lone = cause.kind == DIRECTORY and len(cause.causes) == 1 and cause.causes[0].bytes == cause.bytes
    return cause.causes[0] if lone else cause


def _unowned(layers: Sequence[CauseSection]) -> list[CauseSection]:
    """Directories with what no package owns, or the one file that makes up most of such a directory."""
    directories = [each for layer in layers for package in layer.causes if not package.name for each in package.causes]
    return [_main_file(each) for each in directories]


def _main_file(directory: CauseSection) -> CauseSection:
    """The file that makes up most of it, but not one that another of its files makes up for."""
    if directory.causes and directory.bytes and 0.5 < directory.causes[0].bytes / directory.bytes <= 1:
        return directory.causes[0]
    return directory
