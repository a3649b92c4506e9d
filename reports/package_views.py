"""What the HTML template shows of packages, computed: the treemap's cells, shares and meters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from .formatting import counted, decimal_bytes, share, shortened, visible
from .treemap import Rectangle, squarified
from .views import items, meter

if TYPE_CHECKING:
    from .document import Document, EcosystemSection, PackageSection, PackagesSection
    from .views import Item

# The picture's size in pixels on a wide and on a narrow page, to know which names fit into their cells.
_WIDE, _NARROW, _HEIGHT = 1130, 330, 380
_LETTER, _PADDING, _LINE = 7.4, 12, 20
_SHORTEST = 5  # letters that still tell a name from others
_TONES = 6
_NAME_CHARACTERS = 40
_CROWDED = 9  # times the bytes of all packages: beside more than that they would be dots

NO_PACKAGE = "no package"


class Cell(Struct, frozen=True):
    """A rectangle of the treemap, in percentages as SVG writes them.

    ``label`` is as much of the name as fits, and ``narrow`` says whether that fits on a narrow page too.
    """

    x: str
    y: str
    width: str
    height: str
    tone: str
    name: str
    bytes: int
    label: str
    narrow: bool
    title: str


class EcosystemRow(Struct, frozen=True):
    """An ecosystem, or the files that no package owns, in the table beside the treemap."""

    name: str
    tone: str
    packages: int | None
    files: int
    bytes: int
    pull_bytes: int | None
    share: str


class PackageRow(Struct, frozen=True):
    """A package; ``meter`` compares it with the largest."""

    section: PackageSection
    meter: str


class PackageView(Struct, frozen=True):
    """Everything in the section about packages; ``is_all`` says whether ``cells`` have the files of none, too."""

    section: PackagesSection
    share: str
    label: str
    cells: tuple[Cell, ...]
    is_all: bool
    rows: tuple[EcosystemRow, ...]
    largest: tuple[PackageRow, ...]
    unowned: tuple[Item, ...]
    with_pull_bytes: bool


def packages(document: Document) -> PackageView | None:
    """The section about packages; None for a document without it, and for an image without packages."""
    section = document.packages
    if section is None or not section.packages:
        return None
    rows = _rows(section)
    most = section.largest[0].file_bytes if section.largest else 0
    return PackageView(
        section=section,
        share=share(section.file_bytes, section.file_bytes + section.unowned_bytes),
        label=", ".join(
            f"{shortened(visible(each.name), _NAME_CHARACTERS)} {decimal_bytes(each.bytes)}" for each in rows
        ),
        cells=_cells(section),
        is_all=_is_all(section),
        rows=rows,
        largest=tuple(PackageRow(each, meter(each.file_bytes, most)) for each in section.largest),
        unowned=items(section.unowned),
        with_pull_bytes=section.pull_bytes is not None,
    )


def _tone(place: int) -> str:
    return f"tone-{place % _TONES + 1}"


def _rows(section: PackagesSection) -> tuple[EcosystemRow, ...]:
    whole = section.file_bytes + section.unowned_bytes
    rows = [
        EcosystemRow(
            each.ecosystem,
            _tone(place),
            each.packages,
            each.files,
            each.file_bytes,
            each.pull_bytes,
            share(each.file_bytes, whole),
        )
        for place, each in enumerate(section.ecosystems)
    ]
    unowned = section.unowned_files, section.unowned_bytes, None, share(section.unowned_bytes, whole)
    return (*rows, EcosystemRow(NO_PACKAGE, "tone-none", None, *unowned))


class _Part(Struct, frozen=True):
    """A cell before it has a place."""

    bytes: int
    name: str
    title: str


def _cells(section: PackagesSection) -> tuple[Cell, ...]:
    blocks = [(_tone(place), _parts(each)) for place, each in enumerate(section.ecosystems)]
    if _is_all(section):
        blocks.append(("tone-none", [_part(section.unowned_bytes, NO_PACKAGE, NO_PACKAGE)]))
    sized = sorted(
        ((sum(part.bytes for part in parts), tone, parts) for tone, parts in blocks), key=lambda each: -each[0]
    )
    filled = [each for each in sized if each[0]]
    places = squarified([size for size, _, _ in filled], Rectangle(0, 0, _WIDE, _HEIGHT))
    return tuple(
        _cell(part, cell, tone)
        for (_, tone, parts), place in zip(filled, places, strict=True)
        for part, cell in zip(parts, squarified([part.bytes for part in parts], place), strict=True)
    )


def _is_all(section: PackagesSection) -> bool:
    return section.unowned_bytes <= _CROWDED * section.file_bytes


def _parts(ecosystem: EcosystemSection) -> list[_Part]:
    """The ecosystem's packages with bytes, those that are too small for a cell in one; the largest first."""
    named = [_part(each.file_bytes, each.name, f"{ecosystem.ecosystem} {each.name}") for each in ecosystem.parts]
    rest = f"{counted(ecosystem.other_packages, 'more package' if named else 'package')}"
    every = [*named, _part(ecosystem.other_bytes, rest, f"{ecosystem.ecosystem}: {rest}")]
    return sorted((each for each in every if each.bytes), key=lambda each: -each.bytes)


def _part(count: int, name: str, title: str) -> _Part:
    short, long = (shortened(visible(text), _NAME_CHARACTERS) for text in (name, title))
    return _Part(count, short, f"{long}, {decimal_bytes(count)}")


def _cell(part: _Part, place: Rectangle, tone: str) -> Cell:
    label = shortened(part.name, _room(place.width)) if place.height >= _LINE else ""
    label = label if label == part.name or len(label) >= _SHORTEST else ""
    return Cell(
        x=f"{100 * place.x / _WIDE:.3f}%",
        y=f"{100 * place.y / _HEIGHT:.3f}%",
        width=f"{100 * place.width / _WIDE:.3f}%",
        height=f"{100 * place.height / _HEIGHT:.3f}%",
        tone=tone,
        name=part.name,
        bytes=part.bytes,
        label=label,
        narrow=_room(place.width * _NARROW / _WIDE) >= len(label),
        title=part.title,
    )


def _room(width: float) -> int:
    """How many letters fit."""
    return max(int((width - _PADDING) / _LETTER), 1)
