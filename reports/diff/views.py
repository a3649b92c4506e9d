"""What the HTML templates of a comparison show, computed: diverging bars, pairs, and lists of bounded length."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

from msgspec import Struct

from ..formatting import decimal_bytes, exact_bytes, grouped, one_line, shortened, visible
from ..views import Bar, Tile, stacked_bar
from . import words
from .pairs import pairs
from .parts import Part, by_package, layer_of, parts_of, rest_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from .document import (
        CauseSection,
        ConfigChangeSection,
        DiffDocument,
        FileChange,
        LayerCostSection,
        LayerPairSection,
        PackageChangeSection,
        ReorderingSection,
    )

T = TypeVar("T")

# Images choose their texts and their number. These limits keep a page of any two images below 3 MB,
# 0.6 of them the charts' library.
LAYER_LEVELS = (8, 4, 3, 3)
PACKAGE_LEVELS = (10, 3, 3)
DIRECTORIES = 20
CONFIG_FIELDS = 50
CONTENT_FILES = 20
CONTENT_LINES = 600
LINE_CHARACTERS = 200
ORDERED_LAYERS = 20


class Cut(Struct, Generic[T], frozen=True):
    """Items of a list, and how many more there are."""

    shown: tuple[T, ...]
    omitted: int


class Delta(Struct, frozen=True):
    """A bar to the right for growth, to the left for loss; ``start`` and ``width`` are percentages for SVG."""

    kind: str
    start: str
    width: str


class Branch(Struct, frozen=True):
    """A part of the growth in its tree; ``pair`` is the layer it is about, ``at`` its row, None further inside.

    ``keys`` are those of `Pairs`.
    """

    name: str
    versions: str
    pair: LayerPairSection | None
    at: int | None
    keys: str
    place: str
    instruction: str
    bytes: int
    files: int
    delta: Delta | None
    branches: tuple[Branch, ...]
    rest: int


class Tree(Struct, frozen=True):
    """A caption, the branches below it, and the bytes that none of them names."""

    caption: str
    branches: tuple[Branch, ...]
    rest: int


class Row(Struct, Generic[T], frozen=True):
    """A section with its bar; ``versions`` are those of packages, ``keys`` those of `Pairs`, None if not known."""

    section: T
    delta: Delta | None
    keys: str | None
    versions: tuple[str, str] = ("", "")


class LayerRow(Struct, frozen=True):
    """A pair of layers with its instruction in one line, and its key."""

    section: LayerPairSection
    key: str
    instruction: str
    delta: Delta | None


class CostRow(Struct, frozen=True):
    """A layer to pull, and how much of its content was there before; ``keys`` are those of `Pairs`."""

    section: LayerCostSection
    keys: str
    instruction: str
    bar: Bar


class Order(Struct, frozen=True):
    """What another order of instructions would have kept; ``layers`` are places and instructions."""

    section: ReorderingSection
    cause: str
    layers: Cut[tuple[int, str]]
    kept: str


class Line(Struct, frozen=True):
    """A line of a content diff; ``kind`` is added, removed, place or context."""

    kind: str
    text: str


class Content(Struct, frozen=True):
    """What differs inside one file."""

    path: str
    kind: str
    lines: Cut[Line]


def tiles(document: DiffDocument) -> tuple[Tile, ...]:
    """The headline numbers."""
    rootfs, waste, _, layers, _ = words.measures(document)
    numbers = " → ".join(layers.texts[:2])
    cost = document.cost
    pull, pull_note = (
        (cost.tar_bytes, "unpacked; the pull size is unknown")
        if cost.pull_bytes is None
        else (cost.pull_bytes, "to pull, with the old image at hand")
    )
    paths = sum(each.paths for each in document.files.counts)
    return (
        _grown("Root filesystem", rootfs),
        Tile("An update", decimal_bytes(pull), pull_note, exact_bytes(pull)),
        Tile("New content", decimal_bytes(cost.new_bytes), "less cannot be sent", exact_bytes(cost.new_bytes)),
        _grown("Waste", waste),
        Tile("Number of layers", numbers, words.statuses(document.layers)),
        Tile("Paths that differ", grouped(paths), words.counts(document) if paths else "none"),
    )


def _grown(label: str, measure: words.Measure) -> Tile:
    old, new, growth_ = measure.texts
    relative = f", {measure.relative}" if measure.relative else ""
    return Tile(label, growth_, f"{old} → {new}{relative}", exact_bytes(abs(measure.growth)))


def delta(count: int, scale: int) -> Delta | None:
    """The bar of an amount, none for nothing; ``scale`` fills the half of its side."""
    if not count or not scale:
        return None
    width = min(50.0, 50 * abs(count) / scale)
    start = 50 - width if count < 0 else 50.0
    return Delta("shrank" if count < 0 else "grew", f"{start:.3f}%", f"{width:.3f}%")


def map_words(document: DiffDocument) -> str:
    """What the map of growth shows, and what it leaves out."""
    left_out = document.growth_tree.omitted if document.growth_tree else 0
    rest = f" {left_out:,} smaller changes are in the sums of their directories." if left_out else ""
    return f"Areas are bytes that came or went: rust for growth, blue for loss, pale where there is both.{rest}"


def growth(document: DiffDocument) -> tuple[Tree, ...]:
    """The growth as trees: by layer, by package, by directory; those without branches are left out."""
    found = document.growth
    trees = (
        _tree(document, "By layer, package, directory and file", found.layers, LAYER_LEVELS, found.bytes),
        _tree(document, "By package", by_package(found), PACKAGE_LEVELS, found.bytes),
        _tree(document, "By directory, each with all below it", found.directories, (DIRECTORIES,), None),
    )
    return tuple(each for each in trees if each.branches)


def _tree(
    document: DiffDocument, caption: str, causes: Sequence[CauseSection], levels: Sequence[int], whole: int | None
) -> Tree:
    parts = parts_of(causes, levels)
    scale = max((abs(each.bytes) for each in parts), default=0)
    rest = 0 if whole is None else rest_of(whole, parts)
    return Tree(caption, tuple(_branch(document, each, scale) for each in parts), rest)


def _branch(document: DiffDocument, part: Part, scale: int) -> Branch:
    pair = layer_of(document, part)
    return Branch(
        name=part.title,
        versions=part.versions,
        pair=pair,
        at=None if pair is None else part.pair,
        keys="" if part.pair is None else pairs(document.layers).of_places([part.pair]),
        place="" if pair is None else words.place(pair),
        instruction=one_line(part.name),
        bytes=part.bytes,
        files=part.files,
        delta=delta(part.bytes, scale),
        branches=tuple(_branch(document, each, scale) for each in part.parts),
        rest=part.rest,
    )


def layers(document: DiffDocument) -> tuple[LayerRow, ...]:
    """All layers of both images, beside each other where they go together."""
    scale = max((abs(each.growth) for each in document.layers), default=0)
    return tuple(
        LayerRow(each, key, one_line(each.instruction), delta(each.growth, scale))
        for key, each in zip(pairs(document.layers).keys, document.layers, strict=True)
    )


def packages(document: DiffDocument) -> tuple[Row[PackageChangeSection], ...]:
    """Packages that differ."""
    scale = max((abs(each.bytes) for each in document.packages), default=0)
    known = pairs(document.layers)
    return tuple(
        Row(
            each,
            delta(each.bytes, scale),
            known.of_places(each.pairs) or None,
            (", ".join(each.versions_old), ", ".join(each.versions_new)),
        )
        for each in document.packages
    )


def config(document: DiffDocument) -> Cut[ConfigChangeSection]:
    """Fields of the configuration that differ."""
    return _cut(document.config, CONFIG_FIELDS)


def files(document: DiffDocument) -> tuple[Row[FileChange], ...]:
    """Paths that differ."""
    scale = max((abs(each.bytes) for each in document.files.changes), default=0)
    known = pairs(document.layers)
    return tuple(
        Row(
            each,
            delta(each.bytes, scale),
            known.of_places(each.pairs) or known.of_layers(each.layer_old, each.layer_new),
        )
        for each in document.files.changes
    )


def costs(document: DiffDocument) -> tuple[CostRow, ...]:
    """Layers to pull, with a bar of what is new in them and what was there before, all on one scale."""
    scale = max((each.file_bytes for each in document.cost.layers), default=0)
    known = pairs(document.layers)
    return tuple(
        CostRow(each, known.of_layers(None, each.layer), one_line(each.instruction), _known_bar(each, scale))
        for each in document.cost.layers
    )


def _known_bar(each: LayerCostSection, scale: int) -> Bar:
    known = min(each.known_bytes, each.file_bytes)
    return stacked_bar({"new": each.file_bytes - known, "known": known}, scale)


def orders(document: DiffDocument) -> tuple[Order, ...]:
    """What another order of instructions would have kept in the cache."""
    return tuple(
        Order(
            section=each,
            cause=one_line(each.cause_instruction),
            layers=_cut(
                [(at, one_line(text)) for at, text in zip(each.layers, each.instructions, strict=False)],
                ORDERED_LAYERS,
            ),
            kept=words.kept(each),
        )
        for each in document.cost.reorderings[:ORDERED_LAYERS]
    )


def contents(document: DiffDocument) -> Cut[Content]:
    """What differs inside files: as many lines as a page holds, shared among the files."""
    shown = document.contents[:CONTENT_FILES]
    most = CONTENT_LINES // max(1, len(shown))
    return Cut(
        tuple(
            Content(each.path, each.kind, Cut(tuple(_lines(each.lines[:most])), len(each.lines[most:]) + each.omitted))
            for each in shown
        ),
        len(document.contents) - len(shown),
    )


def _lines(lines: Iterable[str]) -> Iterator[Line]:
    for each in lines:
        text = shortened(visible(each[: LINE_CHARACTERS + 1]), LINE_CHARACTERS)
        yield Line(_line_kind(text), text)


def _line_kind(text: str) -> str:
    if text.startswith(("+++ ", "--- ", "@@")):
        return "place"
    return {"+": "added", "-": "removed"}.get(text[:1], "context")


def identity(document: DiffDocument) -> tuple[tuple[str, str, str], ...]:
    """What tells the images from others, beside each other."""
    old, new = document.old.image, document.new.image
    rows = (
        ("Name", old.name, new.name),
        ("Tags", ", ".join(old.tags), ", ".join(new.tags)),
        ("Source", old.source, new.source),
        ("Format", old.format, new.format),
        ("Platform", old.platform, new.platform),
        ("Created", old.created or "", new.created or ""),
        ("Image ID", old.image_id or "", new.image_id or ""),
        ("Manifest digest", old.manifest_digest or "", new.manifest_digest or ""),
    )
    return tuple(each for each in rows if any(each[1:]))


def _cut(found: Sequence[T], most: int) -> Cut[T]:
    return Cut(tuple(found[:most]), len(found[most:]))
