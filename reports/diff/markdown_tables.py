"""The folded part of a comparison's Markdown: one section a table of the document, line by line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from ..formatting import counted, decimal_bytes, signed_bytes, told_apart
from ..markdown_parts import (
    INSTRUCTION_CHARACTERS,
    NAME_CHARACTERS,
    PATH_CHARACTERS,
    fenced,
    path_span,
    span,
    table_head,
    table_row,
)
from . import words
from .parts import version_step

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from .document import ContentSection, DiffDocument, FileChange, LayerPairSection, PackageChangeSection

_CONTENTS = 10
_LINES = 500


class Folded(Struct, frozen=True):
    """A part that is folded; ``lines`` may be cut anywhere, ``opening`` and ``closing`` stay around them.

    Lines are made as they are taken. ``count`` says how many there are, those that the document leaves out included.
    """

    title: str
    opening: Sequence[str]
    lines: Iterable[str]
    count: int
    noun: str
    closing: Sequence[str] = ()


def folded_sections(document: DiffDocument) -> list[Folded]:
    """All sections that have anything to say; titles hold words of ours only."""
    found = [
        _layers(document),
        _packages(document),
        _config(document),
        _folders(document),
        _files(document),
        _cost(document),
        _strict(document),
        *_contents(document),
    ]
    return [each for each in found if each.count]


def _layers(document: DiffDocument) -> Folded:
    columns = ["Layer:", "", "Files old:", "Files new:", "Growth:", "Instruction"]
    title = f"Layers: {words.statuses(document.layers)}"
    return _table(title, columns, map(_layer, document.layers), len(document.layers), "layer")


def _layer(each: LayerPairSection) -> list[str]:
    return [
        words.place(each),
        _name(each.status),
        *told_apart(each.file_bytes_old, each.file_bytes_new),
        signed_bytes(each.growth),
        span(each.instruction, INSTRUCTION_CHARACTERS),
    ]


def _packages(document: DiffDocument) -> Folded:
    count = len(document.packages) + document.packages_omitted
    columns = ["Package", "Ecosystem", "Change", "Versions", "Bytes:", "Growth:"]
    return _table(f"Packages: {count:,} changed", columns, map(_package, document.packages), count, "package")


def _package(each: PackageChangeSection) -> list[str]:
    versions = version_step(", ".join(each.versions_old), ", ".join(each.versions_new))
    return [
        _name(each.name),
        _name(each.ecosystem),
        _name(each.change),
        _name(versions),
        decimal_bytes(each.bytes_new),
        signed_bytes(each.bytes),
    ]


def _config(document: DiffDocument) -> Folded:
    rows = ([_name(each.field), _value(each.old), _value(each.new)] for each in document.config)
    title = f"Configuration: {counted(len(document.config), 'field')}"
    return _table(title, ["Field", "Old", "New"], rows, len(document.config), "field")


def _value(value: str | None) -> str:
    return "not set" if value is None else span(value, PATH_CHARACTERS)


def _folders(document: DiffDocument) -> Folded:
    folders = document.files.moved_folders
    rows = (
        [path_span(each.old_path or "/"), path_span(each.path or "/"), f"{each.paths:,}", decimal_bytes(each.bytes)]
        for each in folders
    )
    columns = ["From", "To", "Paths:", "Bytes:"]
    return _table(f"Moved folders: {len(folders)}", columns, rows, len(folders), "folder")


def _files(document: DiffDocument) -> Folded:
    files = document.files
    columns = ["Path", "Change", "Old:", "New:", "Growth:"]
    count = len(files.changes) + files.omitted
    return _table(f"Files: {words.counts(document)}", columns, map(_file, files.changes), count, "path")


def _file(each: FileChange) -> list[str]:
    moved = f"{path_span(each.old_path)} → " if each.old_path is not None else ""
    told = f" {span(', '.join(each.details), PATH_CHARACTERS)}" if each.details else ""
    origin = f" {_name(each.origin)}" if each.origin else ""
    return [
        moved + path_span(each.path),
        _name(each.change) + told + origin,
        *told_apart(each.bytes_old, each.bytes_new),
        signed_bytes(each.bytes),
    ]


def _cost(document: DiffDocument) -> Folded:
    rows = (
        [
            str(each.layer),
            "" if each.blob_bytes is None else decimal_bytes(each.blob_bytes),
            decimal_bytes(each.tar_bytes),
            decimal_bytes(each.file_bytes),
            decimal_bytes(each.known_bytes),
            span(each.instruction, INSTRUCTION_CHARACTERS),
        ]
        for each in document.cost.layers
    )
    columns = ["Layer:", "To pull:", "Unpacked:", "Files:", "There before:", "Instruction"]
    return _table(f"Update: {words.update(document.cost)}", columns, rows, len(document.cost.layers), "layer")


def _strict(document: DiffDocument) -> Folded:
    found = document.strict or []
    rows = (
        [
            _name(each.level),
            span(each.where, PATH_CHARACTERS),
            span(each.old, NAME_CHARACTERS),
            span(each.new, NAME_CHARACTERS),
        ]
        for each in found
    )
    title = "Strict: the first difference at each level"
    return _table(title, ["Level", "Where", "Old", "New"], rows, len(found), "level")


def _contents(document: DiffDocument) -> Iterable[Folded]:
    contents = document.contents
    yield from map(_content, contents[:_CONTENTS])
    yield Folded("Contents of more files", [], [], len(contents[_CONTENTS:]), "file")


def _content(content: ContentSection) -> Folded:
    first, *lines, last = fenced(content.lines[:_LINES], "diff")
    opening = [f"{path_span(content.path)} ({_name(content.kind)})", "", first]
    count = len(content.lines) + content.omitted
    return Folded("Content of a file that differs", opening, lines, count, "line", [last])


def _table(title: str, columns: Sequence[str], rows: Iterable[Sequence[str]], count: int, noun: str) -> Folded:
    return Folded(title, table_head(columns), map(table_row, rows), count, noun)


def _name(text: str) -> str:
    return span(text, NAME_CHARACTERS)
