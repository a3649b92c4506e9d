"""Markdown for comments on pull requests and for step summaries: short, and safe to paste."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .formatting import (
    EDIT_CHARACTERS,
    apart,
    counted,
    decimal_bytes,
    grouped,
    headline,
    of_security,
    percent,
    share,
    shortened,
)
from .markdown_parts import (
    INSTRUCTION_CHARACTERS,
    NAME_CHARACTERS,
    PATH_CHARACTERS,
    and_more,
    fenced,
    make_table,
    path_span,
    span,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .document import Document, FindingSection, LayerSection, PackagesSection

_TOP = 10
_OPEN_LAYERS = 20
_DIRECTORIES = 3


def render(document: Document) -> str:
    """The report as GitHub-flavoured Markdown; equal documents give equal text."""
    blocks = [
        f"## {_title(document)}",
        _sentence(document),
        _headline_table(document),
        *_notes(document),
        *_findings(document),
        *_layers(document),
        *_packages(document),
        *_waste(document),
        *_largest(document),
        f"<sub>imgscan · report schema {span(document.schema_version, NAME_CHARACTERS)}</sub>",
    ]
    return "\n\n".join(blocks) + "\n"


def _title(document: Document) -> str:
    platform = document.image.platform
    name = span(document.image.name, NAME_CHARACTERS)
    return f"{name} · {span(platform, NAME_CHARACTERS)}" if platform else name


def _sentence(document: Document) -> str:
    found = headline(document)
    if found.layer is None:
        return found.text
    return f"{found.text}: {span(found.instruction, INSTRUCTION_CHARACTERS)}" if found.instruction else f"{found.text}."


def _headline_table(document: Document) -> str:
    size = document.size
    transfer, transferred = (
        ("Pull size", size.pull_bytes) if size.pull_bytes is not None else ("As tar", size.tar_bytes)
    )
    waste = f"{decimal_bytes(size.waste_bytes)} ({share(size.waste_bytes, size.file_bytes)})"
    columns = {
        "Root filesystem": decimal_bytes(size.rootfs_bytes),
        "Waste": f"**{waste}**" if size.waste_bytes else waste,
        transfer: decimal_bytes(transferred),
        "Efficiency": percent(size.efficiency),
        "Layers": grouped(size.layers),
        "Files": grouped(size.files),
    }
    return make_table([f"{name}:" for name in columns], [list(columns.values())])


def _notes(document: Document) -> Iterable[str]:
    return (f"> **Note** {span(each, 2 * PATH_CHARACTERS)}" for each in document.notes)


def _findings(document: Document) -> Iterable[str]:
    found = [each for each in document.findings.found if not each.inherited] if document.findings else []
    if not found or not document.findings:
        return []
    shown = found[:_TOP]
    rows = [
        [
            span(each.title, NAME_CHARACTERS),
            decimal_bytes(each.file_bytes) if each.file_bytes else "",
            "config" if each.layer is None else str(each.layer),
        ]
        for each in shown
    ]
    table = make_table(["Finding", "Saves:", "Layer:"], rows)
    more = len(document.findings.found) - len(shown) + document.findings.omitted
    saved = decimal_bytes(document.findings.own_file_bytes)
    grave = of_security(each.severity for each in document.findings.found if each not in shown)
    head = f"### What to change: {saved} in all"
    return [head, table, *and_more(more, "finding", grave), *_edits(shown)]


def _edits(shown: Iterable[FindingSection]) -> Iterable[str]:
    """The edits, to be copied: lines of a Dockerfile as a diff, advice as it is."""
    yield "<details>\n<summary>What to edit</summary>"
    for each in shown:
        lines = shortened(each.edit, EDIT_CHARACTERS).split("\n")
        language = "diff" if any(line.startswith(("+", "-")) for line in lines) else "text"
        where = "" if each.layer is None else f", layer {each.layer}"
        yield f"{span(each.title, NAME_CHARACTERS)}{where}"
        yield "\n".join(fenced(lines, language, EDIT_CHARACTERS))
    yield "</details>"


def _layers(document: Document) -> Iterable[str]:
    layers = document.layers
    if not layers:
        return ["This image has no layers."]
    held = {each.layer: each.held for each in document.waste.by_layer}
    table = make_table(
        ["Layer:", "Instruction", "As stored:", "As tar:", "Holds waste:"],
        [_layer(each, held.get(each.index, 0)) for each in layers],
    )
    if len(layers) <= _OPEN_LAYERS:
        return ["### Layers", table]
    return [f"<details>\n<summary>{counted(len(layers), 'layer')}</summary>", table, "</details>"]


def _layer(layer: LayerSection, held: int) -> list[str]:
    stored = "" if layer.blob_bytes is None else decimal_bytes(layer.blob_bytes)
    waste = f"{decimal_bytes(held)} ({share(held, layer.file_bytes)})" if held else ""
    instruction = span(layer.instruction, INSTRUCTION_CHARACTERS)
    return [str(layer.index), instruction, stored, decimal_bytes(layer.tar_bytes), waste]


def _packages(document: Document) -> Iterable[str]:
    section = document.packages
    if section is None or not section.packages:
        return []
    whole = section.file_bytes + section.unowned_bytes
    table = make_table(
        ["Package", "Version", "Ecosystem", "Bytes:"],
        [
            [
                span(each.name, NAME_CHARACTERS),
                span(each.version, NAME_CHARACTERS),
                span(each.ecosystem, NAME_CHARACTERS),
                decimal_bytes(each.file_bytes),
            ]
            for each in section.largest[:_TOP]
        ],
    )
    more = section.packages - len(section.largest[:_TOP])
    owned = f"{decimal_bytes(section.file_bytes)} ({share(section.file_bytes, whole)})"
    head = f"### {counted(section.packages, 'package')}: {owned} of what a container sees"
    return [head, *([table] if section.largest else []), *and_more(more, "package"), *_unowned(section)]


def _unowned(section: PackagesSection) -> Iterable[str]:
    if not section.unowned_bytes:
        return []
    sizes = {each.path: each.bytes for each in section.unowned}
    places = ", ".join(f"{path_span(path)} ({decimal_bytes(sizes[path])})" for path in apart(sizes)[:_DIRECTORIES])
    return [f"No package owns {decimal_bytes(section.unowned_bytes)}" + (f", most in {places}" if places else "")]


def _waste(document: Document) -> Iterable[str]:
    paths = document.waste.paths
    if not paths:
        return []
    shown = paths[:_TOP]
    table = make_table(
        ["File", "Bytes:", "Cause", "Held by layer:", "Caused by layer:"],
        [
            [
                path_span(each.path),
                decimal_bytes(each.bytes),
                span(each.cause, NAME_CHARACTERS),
                str(each.held_by),
                str(each.caused_by),
            ]
            for each in shown
        ],
    )
    more = len(paths) - len(shown) + document.omitted.waste_paths
    rest = document.waste.bytes - sum(each.bytes for each in shown)
    return ["### Wasted files", table, *and_more(more, "wasted file", f", {decimal_bytes(rest)}")]


def _largest(document: Document) -> Iterable[str]:
    files = document.largest.files
    if not files:
        return ["A container of this image sees no regular files."]
    shown = files[:_TOP]
    table = make_table(
        ["File", "Bytes:", "Stored by layer:"],
        [[path_span(each.path), decimal_bytes(each.bytes), str(each.layer)] for each in shown],
    )
    return ["### Largest files", table, *and_more(len(files) - len(shown) + document.omitted.files, "file")]
