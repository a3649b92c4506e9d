"""The rest of a comparison in a terminal: every table of the document, one below the other."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from ..formatting import counted, decimal_bytes, shortened, shortened_path, signed_bytes, told_apart, visible
from ..tables import align
from . import words
from .parts import Part, layer_of, parts_of, rest_of, version_step

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from .document import CauseSection, ContentSection, DiffDocument, FileChange, PackageChangeSection

_LINE = 400
_TEXT = 200
_LEVELS = (1000, 1000, 1000, 1000)


def details(document: DiffDocument) -> str:
    """All that the document holds beyond the summary, in lines of at most 400 characters, without colours."""
    blocks = (
        _growth(document, "Growth by layer", document.growth.layers, document.growth.bytes),
        _packaged(document),
        _directories(document),
        _layers(document),
        _packages(document),
        _config(document),
        _folders(document),
        _files(document),
        _cost(document),
        _orders(document),
        _strict(document),
        contents(document),
        "".join(_line(f"note: {visible(each)}") for each in document.notes),
    )
    return "\n".join(filter(None, blocks))


def part_name(part: Part, limit: int) -> str:
    """What a part of the growth is called, with its versions."""
    name = shortened_path(visible(part.title), limit)
    return f"{name} {shortened(visible(part.versions), limit)}" if part.versions else name


def package_versions(package: PackageChangeSection) -> str:
    """The versions of both images, or of the one that has it."""
    old, new = (", ".join(map(visible, each)) for each in (package.versions_old, package.versions_new))
    return version_step(old, new)


def _growth(document: DiffDocument, title: str, causes: Sequence[CauseSection], whole: int) -> str:
    """A tree, each level further to the right."""
    parts = parts_of(causes, _LEVELS)
    if not parts:
        return ""
    return f"{title}\n" + "".join(_branches(document, parts, rest_of(whole, parts), 1))


def _branches(document: DiffDocument, parts: Sequence[Part], rest: int, depth: int) -> Iterable[str]:
    indent = "  " * depth
    for each in parts:
        layer = layer_of(document, each)
        name = part_name(each, _TEXT) if layer is None else f"layer {words.place(layer)}  {_text(each.name)}"
        yield _line(f"{indent}{signed_bytes(each.bytes):>8}  {name}")
        yield from _branches(document, each.parts, each.rest, depth + 1)
    if rest:
        yield _line(f"{indent}{signed_bytes(rest):>8}  others")


def _packaged(document: DiffDocument) -> str:
    growth = document.growth
    return _growth(document, "Growth by package", growth.packages, growth.bytes - growth.unowned) + (
        _line(f"  {signed_bytes(growth.unowned):>8}  files of no package") if growth.packages else ""
    )


def _directories(document: DiffDocument) -> str:
    rows = document.growth.directories
    return _table(
        "Growth by directory, with all below it",
        ["growth", "files", "directory"],
        [[signed_bytes(each.bytes), f"{each.files:,}", _path(each.name) or "/"] for each in rows],
        "rr",
    )


def _layers(document: DiffDocument) -> str:
    rows = [
        [
            visible(each.status),
            "" if each.old is None else str(each.old),
            "" if each.new is None else str(each.new),
            *told_apart(each.file_bytes_old, each.file_bytes_new),
            signed_bytes(each.growth),
            visible(each.evidence or ""),
            _text(each.instruction),
        ]
        for each in document.layers
    ]
    names = ["layer", "old", "new", "files old", "files new", "growth", "known by", "instruction"]
    return _table("Layers", names, rows, " rrrrr")


def _packages(document: DiffDocument) -> str:
    rows = [
        [
            signed_bytes(each.bytes),
            *told_apart(each.bytes_old, each.bytes_new),
            visible(each.change),
            _text(each.ecosystem),
            _text(each.name),
            _text(package_versions(each)),
        ]
        for each in document.packages
    ]
    names = ["growth", "old", "new", "change", "ecosystem", "package", "versions"]
    return _table("Packages", names, rows, "rrr") + _more(document.packages_omitted, "package")


def _config(document: DiffDocument) -> str:
    if not document.config:
        return ""
    lines = (
        (f"  {visible(each.field)}", f"    - {_value(each.old)}", f"    + {_value(each.new)}")
        for each in document.config
    )
    return "Configuration\n" + "".join(map(_line, chain.from_iterable(lines)))


def _value(value: str | None) -> str:
    return "not set" if value is None else visible(value)


def _folders(document: DiffDocument) -> str:
    rows = [
        [f"{each.paths:,}", decimal_bytes(each.bytes), f"{_path(each.old_path) or '/'} → {_path(each.path) or '/'}"]
        for each in document.files.moved_folders
    ]
    return _table("Moved folders", ["paths", "size", "folder"], rows, "rr")


def _files(document: DiffDocument) -> str:
    rows = [
        [
            signed_bytes(each.bytes),
            *told_apart(each.bytes_old, each.bytes_new),
            visible(each.change),
            _text(each.package or ""),
            _text(each.origin or ""),
            _file(each),
        ]
        for each in document.files.changes
    ]
    names = ["growth", "old", "new", "change", "package", "from base in", "path"]
    return _table(f"Files: {words.counts(document)}", names, rows, "rrr") + _more(document.files.omitted, "path")


def _file(each: FileChange) -> str:
    moved = f"{_path(each.old_path)} → " if each.old_path is not None else ""
    told = f"  ({_text(', '.join(each.details))})" if each.details else ""
    return f"{moved}{_path(each.path)}{told}"


def _cost(document: DiffDocument) -> str:
    rows = [
        [
            str(each.layer),
            "unknown" if each.blob_bytes is None else decimal_bytes(each.blob_bytes),
            decimal_bytes(each.tar_bytes),
            decimal_bytes(each.file_bytes),
            decimal_bytes(each.known_bytes),
            _text(each.instruction),
        ]
        for each in document.cost.layers
    ]
    told = f"Update: {words.update(document.cost)}"
    names = ["layer", "to pull", "unpacked", "files", "of it there before", "instruction"]
    return _table(told, names, rows, "rrrrr") or f"{told}\n"


def _orders(document: DiffDocument) -> str:
    lines = (
        [
            f"  layer {each.cause} came first and had them built anew: {_text(each.cause_instruction)}",
            *(f"    {layer}  {_text(text)}" for layer, text in zip(each.layers, each.instructions, strict=False)),
            f"  after them it would have kept {words.kept(each)} in the cache",
        ]
        for each in document.cost.reorderings
    )
    told = "".join(map(_line, chain.from_iterable(lines)))
    return f"Order of instructions\n{told}" if told else ""


def _strict(document: DiffDocument) -> str:
    if document.strict is None:
        return ""
    if not document.strict:
        return "Strictly compared: the same, down to single bytes\n"
    lines = (
        (f"  {visible(each.level)}, {visible(each.where)}", f"    - {visible(each.old)}", f"    + {visible(each.new)}")
        for each in document.strict
    )
    return "The first difference at each level, outermost first\n" + "".join(map(_line, chain.from_iterable(lines)))


def contents(document: DiffDocument) -> str:
    """What differs inside the files that were looked into."""
    return "\n".join(map(_content, document.contents))


def _content(content: ContentSection) -> str:
    lines = "".join(_line(f"  {visible(line)}") for line in content.lines)
    return _line(f"{_path(content.path)} ({visible(content.kind)})") + lines + _more(content.omitted, "line")


def _table(title: str, names: Sequence[str], rows: Sequence[Sequence[str]], sides: str) -> str:
    """A table below its title, without columns that hold nothing; ``sides`` has an r for each that ends flush."""
    if not rows:
        return ""
    right = [each == "r" for each in sides.ljust(len(names))]
    columns = [[name, *cells] for name, cells in zip(names, map(list, zip(*rows, strict=True)), strict=True)]
    kept = [(column, side) for column, side in zip(columns, right, strict=True) if any(column[1:])]
    columns = [column for column, _ in kept]
    columns[0] = [f"  {cell.rjust(max(map(len, columns[0]))) if kept[0][1] else cell}" for cell in columns[0]]
    return _line(title) + align(columns, [side for _, side in kept], _LINE)


def _more(count: int, noun: str) -> str:
    return f"  and {counted(count, f'more {noun}')}\n" if count else ""


def _path(path: str) -> str:
    return shortened_path(visible(path), _TEXT)


def _text(text: str) -> str:
    return shortened(visible(text), _TEXT)


def _line(text: str) -> str:
    return shortened(text, _LINE) + "\n"
