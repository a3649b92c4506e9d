"""Markdown for comments on pull requests and for step summaries: short, and safe to paste.

Every text of the image stands in a code span. There, Markdown hosts leave ``@names``, ``#numbers``, HTML and
links alone; entities would not do, since hosts look for mentions after they have resolved them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .formatting import counted, decimal_bytes, grouped, headline, percent, share, shortened, shortened_path, visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from .document import Document, LayerSection

_TOP = 10
_OPEN_LAYERS = 20
_NAME_CHARACTERS = 120
_PATH_CHARACTERS = 160
_INSTRUCTION_CHARACTERS = 80
_BACKTICKS = re.compile("`+")


def render(document: Document) -> str:
    """The report as GitHub-flavoured Markdown; equal documents give equal text."""
    blocks = [
        f"## {_title(document)}",
        _sentence(document),
        _headline_table(document),
        *_notes(document),
        *_findings(document),
        *_layers(document),
        *_waste(document),
        *_largest(document),
        f"<sub>imgscan · report schema {_span(document.schema_version, _NAME_CHARACTERS)}</sub>",
    ]
    return "\n\n".join(blocks) + "\n"


def code(text: str) -> str:
    """The text as a code span that ends where it should.

    >>> print(code("@octocat"), code("tick`tock"), code("`"))
    `@octocat` ``tick`tock`` `` ` ``
    """
    shown = visible(text)
    if not shown:
        return ""
    fence = "`" * (max((len(run) for run in _BACKTICKS.findall(shown)), default=0) + 1)
    pad = " " if shown.strip() and (shown[0] in "` " or shown[-1] in "` ") else ""
    return f"{fence}{pad}{shown}{pad}{fence}"


def _title(document: Document) -> str:
    platform = document.image.platform
    name = _span(document.image.name, _NAME_CHARACTERS)
    return f"{name} · {_span(platform, _NAME_CHARACTERS)}" if platform else name


def _span(text: str, limit: int) -> str:
    return code(shortened(visible(text), limit))


def _path(path: str) -> str:
    return code(shortened_path(visible(path), _PATH_CHARACTERS))


def _sentence(document: Document) -> str:
    found = headline(document)
    if found.layer is None:
        return found.text
    return (
        f"{found.text}: {_span(found.instruction, _INSTRUCTION_CHARACTERS)}" if found.instruction else f"{found.text}."
    )


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
    return _table([f"{name}:" for name in columns], [list(columns.values())])


def _notes(document: Document) -> Iterable[str]:
    return (f"> **Note** {_span(each, 2 * _PATH_CHARACTERS)}" for each in document.notes)


def _findings(document: Document) -> Iterable[str]:
    found = [each for each in document.findings.found if not each.inherited] if document.findings else []
    if not found or not document.findings:
        return []
    shown = found[:_TOP]
    rows = [
        [
            _span(each.title, _NAME_CHARACTERS),
            decimal_bytes(each.file_bytes) if each.file_bytes else "",
            "config" if each.layer is None else str(each.layer),
            _span(" ".join(each.edit.split()), 2 * _PATH_CHARACTERS),
        ]
        for each in shown
    ]
    table = _table(["Finding", "Saves:", "Layer:", "Edit"], rows)
    more = len(document.findings.found) - len(shown) + document.findings.omitted
    saved = decimal_bytes(document.findings.own_file_bytes)
    return [f"### What to change: {saved} in all", table, *_more(more, "finding")]


def _layers(document: Document) -> Iterable[str]:
    layers = document.layers
    if not layers:
        return ["This image has no layers."]
    held = {each.layer: each.held for each in document.waste.by_layer}
    table = _table(
        ["Layer:", "Instruction", "As stored:", "As tar:", "Holds waste:"],
        [_layer(each, held.get(each.index, 0)) for each in layers],
    )
    if len(layers) <= _OPEN_LAYERS:
        return ["### Layers", table]
    return [f"<details>\n<summary>{counted(len(layers), 'layer')}</summary>", table, "</details>"]


def _layer(layer: LayerSection, held: int) -> list[str]:
    stored = "" if layer.blob_bytes is None else decimal_bytes(layer.blob_bytes)
    waste = f"{decimal_bytes(held)} ({share(held, layer.file_bytes)})" if held else ""
    instruction = _span(layer.instruction, _INSTRUCTION_CHARACTERS)
    return [str(layer.index), instruction, stored, decimal_bytes(layer.tar_bytes), waste]


def _waste(document: Document) -> Iterable[str]:
    paths = document.waste.paths
    if not paths:
        return []
    shown = paths[:_TOP]
    table = _table(
        ["File", "Bytes:", "Cause", "Held by layer:", "Caused by layer:"],
        [
            [
                _path(each.path),
                decimal_bytes(each.bytes),
                _span(each.cause, _NAME_CHARACTERS),
                str(each.held_by),
                str(each.caused_by),
            ]
            for each in shown
        ],
    )
    more = len(paths) - len(shown) + document.omitted.waste_paths
    rest = document.waste.bytes - sum(each.bytes for each in shown)
    return ["### Wasted files", table, *_more(more, "wasted file", f", {decimal_bytes(rest)}")]


def _largest(document: Document) -> Iterable[str]:
    files = document.largest.files
    if not files:
        return ["A container of this image sees no regular files."]
    shown = files[:_TOP]
    table = _table(
        ["File", "Bytes:", "Stored by layer:"],
        [[_path(each.path), decimal_bytes(each.bytes), str(each.layer)] for each in shown],
    )
    return ["### Largest files", table, *_more(len(files) - len(shown) + document.omitted.files, "file")]


def _more(count: int, noun: str, rest: str = "") -> list[str]:
    return [f"and {counted(count, f'more {noun}')}{rest}"] if count else []


def _table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; a colon after a column's name aligns it to the right."""
    names = [name.removesuffix(":") for name in columns]
    rules = ["---:" if name.endswith(":") else "---" for name in columns]
    return "\n".join(_row(cells) for cells in (names, rules, *rows))


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cell.replace("|", r"\|") for cell in cells) + " |"
