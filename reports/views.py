"""What the HTML templates show, computed: bars, shares and texts of bounded length."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from markupsafe import Markup, escape
from msgspec import Struct

from .formatting import (
    CLASSES,
    EDIT_CHARACTERS,
    INSTRUCTION_CHARACTERS,
    decimal_bytes,
    exact_bytes,
    grouped,
    one_line,
    percent,
    share,
    shortened,
    visible,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from .document import DirectorySection, Document, FileSection, FindingSection, LayerSection, WastePath

# An image chooses its texts and their number. These limits keep a page of any image below 3 MB,
# 0.6 of them the charts' library.
WHOLE_INSTRUCTION_CHARACTERS = 2_000
ALL_INSTRUCTIONS_CHARACTERS = 40_000
ALL_EDITS_CHARACTERS = 30_000
PLACES = 5
FINDINGS = 30
LEAST_WIDTH = 0.5  # per cent that a bar has on any screen: some pixels
FLOWS = 50
SETTINGS = 50

_REMEDIES = {
    "overwritten": "Write the final version once: one RUN for all steps, or the right file copied at first.",
    "recopied": "Set owner and mode as files arrive, with COPY --chown and --chmod, not in a later RUN.",
    "removed": "Remove files in the RUN that makes them, or keep them in a build stage or a cache mount.",
    "repeated": "The builder stored one path twice in one layer: copy each file once.",
}
_CONFIG_LABELS = {
    "User": "User",
    "WorkingDir": "Working directory",
    "Entrypoint": "Entrypoint",
    "Cmd": "Command",
    "ExposedPorts": "Ports",
    "Volumes": "Volumes",
    "Healthcheck": "Health check",
    "StopSignal": "Stop signal",
    "Shell": "Shell",
    "OnBuild": "On build",
}


class Tile(Struct, frozen=True):
    """One headline number; ``exact`` is its tooltip."""

    label: str
    value: str
    note: str
    exact: str = ""


class Segment(Struct, frozen=True):
    """A piece of a bar; ``start`` and ``width`` are percentages as SVG writes them."""

    kind: str
    start: str
    width: str
    label: str


class Bar(Struct, frozen=True):
    """A stacked bar and what it says in words."""

    segments: tuple[Segment, ...]
    label: str


class Portion(Struct, frozen=True):
    """One class of bytes among others."""

    kind: str
    bytes: int
    share: str
    meaning: str


class Instruction(Struct, frozen=True):
    """What made a layer: in one line, and as a whole with the number of characters that were cut."""

    short: str
    whole: str
    cut: int


class LayerRow(Struct, frozen=True):
    """A layer with what its row shows beside the section's own fields."""

    section: LayerSection
    instruction: Instruction
    bar: Bar
    held: int
    held_share: str
    caused: int


class Item(Struct, frozen=True):
    """A row of a list of files or directories; ``meter`` compares it with the largest of its list."""

    row: WastePath | FileSection | DirectorySection
    meter: str


class FindingItem(Struct, frozen=True):
    """A finding with its edit and its places at bounded length, and how many places are not named."""

    section: FindingSection
    edit: Markup
    places: tuple[str, ...]
    more: int


class FindingItems(Struct, frozen=True):
    """Findings, those in the image's own layers first; how many of them are ``inherited``, and how many left out."""

    shown: tuple[FindingItem, ...]
    inherited: int
    omitted: int
    with_pull_bytes: bool


class Setting(Struct, frozen=True):
    """A name and its value, in the config or in the image's identity."""

    name: str
    value: str


class Settings(Struct, frozen=True):
    """Settings of one kind, and how many more there are."""

    shown: tuple[Setting, ...]
    omitted: int


def instructions(document: Document) -> dict[int, str]:
    """What made each layer, in one line, by the layer's index."""
    return {each.index: one_line(each.instruction) for each in document.layers}


def tiles(document: Document) -> tuple[Tile, ...]:
    """The headline numbers."""
    size = document.size
    layers_hold = (
        f"{decimal_bytes(size.file_bytes)} of file content"
        if size.pull_bytes is None  # then another tile has the tar streams
        else f"{decimal_bytes(size.tar_bytes)} as tar streams"
    )
    return (
        _size_tile("Root filesystem", size.rootfs_bytes, "file content that a container sees"),
        _size_tile("Waste", size.waste_bytes, f"{share(size.waste_bytes, size.file_bytes)} of the stored file bytes"),
        _size_tile("Layers as tar", size.tar_bytes, "uncompressed; the pull size is not known")
        if size.pull_bytes is None
        else _size_tile("Pull size", size.pull_bytes, "compressed layers and config"),
        Tile("Efficiency", percent(size.efficiency), "seen ÷ stored file bytes"),
        Tile("Layers", grouped(size.layers), layers_hold),
        Tile("Files", grouped(size.files), "regular files that a container sees"),
    )


def _size_tile(label: str, count: int, note: str) -> Tile:
    return Tile(label, decimal_bytes(count), note, exact_bytes(count))


def map_words(document: Document) -> str:
    """What the map of the root filesystem shows, and what it leaves out."""
    left_out = document.filesystem.omitted if document.filesystem else 0
    rest = f" {left_out:,} smaller paths are in the sums of their directories only." if left_out else ""
    return f"Paths as areas, the larger the more bytes; a directory has the colour of most of its bytes.{rest}"


def totals(document: Document) -> dict[str, int]:
    """The ledger of the whole image."""
    return {kind: sum(getattr(each.ledger, kind) for each in document.layers) for kind in CLASSES}


def classes(document: Document) -> tuple[Portion, ...]:
    """Every class of the ledger with its part of the tar streams."""
    return _portions(totals(document), CLASSES)


def causes(document: Document) -> tuple[Portion, ...]:
    """Every cause of waste with its part of the waste and what helps."""
    return _portions({cause: getattr(document.waste.by_cause, cause) for cause in _REMEDIES}, _REMEDIES)


def _portions(amounts: Mapping[str, int], meanings: Mapping[str, str]) -> tuple[Portion, ...]:
    whole = sum(amounts.values())
    return tuple(Portion(kind, count, share(count, whole), meanings[kind]) for kind, count in amounts.items())


def stacked_bar(amounts: Mapping[str, int], scale: float) -> Bar:
    """A bar of all amounts but zeros; ``scale`` bytes fill its whole width. One that holds anything can be seen."""
    segments = []
    scale = min(scale, 100 * sum(amounts.values()) / LEAST_WIDTH)
    start = 0.0
    for kind, count in amounts.items():
        if count:
            width = 100 * count / scale
            segments.append(Segment(kind, f"{start:.3f}%", f"{width:.3f}%", f"{kind} {decimal_bytes(count)}"))
            start += width
    return Bar(tuple(segments), ", ".join(each.label for each in segments) or "no bytes")


def layer_rows(document: Document) -> tuple[LayerRow, ...]:
    """A row for each layer, lowest first; all bars have one scale."""
    scale = max((each.tar_bytes for each in document.layers), default=0)
    held = {each.layer: each.held for each in document.waste.by_layer}
    caused = {each.layer: each.caused for each in document.waste.by_layer}
    fair_share = ALL_INSTRUCTIONS_CHARACTERS // max(1, len(document.layers))
    limit = max(INSTRUCTION_CHARACTERS, min(WHOLE_INSTRUCTION_CHARACTERS, fair_share))
    return tuple(
        LayerRow(
            section=each,
            instruction=_instruction(each.instruction, limit),
            bar=stacked_bar({kind: getattr(each.ledger, kind) for kind in CLASSES}, scale),
            held=held.get(each.index, 0),
            held_share=share(held.get(each.index, 0), each.file_bytes),
            caused=caused.get(each.index, 0),
        )
        for each in document.layers
    )


def layer_choices(document: Document) -> list[tuple[int, str]]:
    """Each layer that can be looked at alone: its index, and what it is in words."""
    return [
        (each.index, f"layer {each.index}" + (f": {one_line(each.instruction)}" if each.instruction else ""))
        for each in document.layers
    ]


def _instruction(text: str, limit: int) -> Instruction:
    spelled = visible(text)
    return Instruction(one_line(text), spelled[:limit], max(0, len(spelled) - limit))


def findings(document: Document) -> FindingItems:
    """What to change: what is the image's own first, since only that is in its Dockerfile's hands.

    Where there are too many, those about security stay, which save nothing.
    """
    found = document.findings.found if document.findings else []
    gravest = sorted(range(len(found)), key=lambda at: found[at].severity != "security")[:FINDINGS]
    shown = sorted((found[at] for at in sorted(gravest)), key=lambda each: each.inherited)
    whole = sum(min(len(each.edit), EDIT_CHARACTERS) for each in shown) <= ALL_EDITS_CHARACTERS
    limit = EDIT_CHARACTERS if whole else ALL_EDITS_CHARACTERS // FINDINGS
    return FindingItems(
        shown=tuple(_finding(each, limit) for each in shown),
        inherited=sum(each.inherited for each in shown),
        omitted=len(found) - len(shown) + (document.findings.omitted if document.findings else 0),
        with_pull_bytes=any(each.pull_bytes is not None for each in shown),
    )


def _finding(section: FindingSection, limit: int) -> FindingItem:
    places = tuple(section.paths[:PLACES])
    return FindingItem(section, _edit(section.edit, limit), places, max(0, section.count - len(places)))


def _edit(text: str, limit: int) -> Markup:
    """Line breaks are kept here, and only here: an edit is several lines of a Dockerfile."""
    return escape("\n".join(visible(line) for line in shortened(text, limit).split("\n")))


def items(rows: Iterable[WastePath | FileSection | DirectorySection]) -> tuple[Item, ...]:
    """The rows, each with a meter."""
    found = tuple(rows)
    largest = max((each.bytes for each in found), default=0)
    return tuple(Item(each, meter(each.bytes, largest)) for each in found)


def meter(count: int, largest: int) -> str:
    """How wide ``count`` is beside the largest of its list, as SVG writes it.

    >>> meter(50, 100), meter(1, 10**9), meter(0, 0)
    ('50.00%', '0.50%', '0.00%')
    """
    return f"{max(100 * count / largest, LEAST_WIDTH) if count else 0:.2f}%"


def knows_pull_bytes(document: Document) -> bool:
    """Whether any list can say what its rows cost in a pull."""
    rows: list[WastePath | FileSection | DirectorySection] = [
        *document.waste.paths,
        *document.waste.directories,
        *document.largest.files,
        *document.largest.directories,
    ]
    return any(each.pull_bytes is not None for each in rows)


def identity(document: Document) -> tuple[Setting, ...]:
    """What tells this image from others, as far as it is known."""
    image = document.image
    found = {
        "Name": image.name,
        "Tags": ", ".join(image.tags),
        "Source": image.source,
        "Format": image.format,
        "Platform": image.platform,
        "Created": image.created,
        "Image ID": image.image_id,
        "Manifest digest": image.manifest_digest,
    }
    return tuple(Setting(name, value) for name, value in found.items() if value)


def settings(config: Mapping[str, Any]) -> tuple[Setting, ...]:
    """How a container starts."""
    return tuple(Setting(label, _written(config[key])) for key, label in _CONFIG_LABELS.items() if config.get(key))


def variables(config: Mapping[str, Any]) -> Settings:
    """The environment of a container."""
    environment = config.get("Env")
    pairs = [str(each).partition("=") for each in environment] if isinstance(environment, list) else []
    return _cut([Setting(name, value) for name, _, value in pairs])


def labels(config: Mapping[str, Any]) -> Settings:
    """The labels, sorted by name."""
    pairs = config.get("Labels")
    return _cut([Setting(name, _written(pairs[name])) for name in sorted(pairs)] if isinstance(pairs, dict) else [])


def _written(value: object) -> str:
    """A value of the config as a Dockerfile has it, and JSON where only that says it."""
    if isinstance(value, str):
        return value
    if isinstance(value, dict) and not any(value.values()):
        return ", ".join(value)
    return json.dumps(value, ensure_ascii=False)


def _cut(found: list[Setting]) -> Settings:
    return Settings(tuple(found[:SETTINGS]), max(0, len(found) - SETTINGS))
