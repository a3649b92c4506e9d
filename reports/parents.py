"""The parents of an image, for a terminal and as JSON."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

from msgspec.structs import asdict

from .formatting import counted, decimal_bytes, shortened, visible
from .inherited import outdated, package_steps
from .json import indented
from .tables import align

if TYPE_CHECKING:
    from analyzer.inheritance.inheritance import Inheritance, ParentLink
    from analyzer.inheritance.inherited import InheritedBytes, ParentBytes, Portion
    from analyzer.inheritance.newer import Newer

_NAME_LENGTH = 60
_CLASSES = ("visible", "overwritten", "recopied", "removed", "repeated", "overhead")
_ROWS = {
    "to pull": "pull_bytes",
    "layers, unpacked": "tar_bytes",
    "files in layers": "file_bytes",
    "a container sees": "rootfs_bytes",
    "stored, never seen": "waste_bytes",
}


def readable(found: Inheritance, name: str, layers: int, width: int, top: int = 5) -> str:
    """The chain, root first, what is inherited in bytes, and all that a reader should know beside it."""
    parts = [_chain(found, name, layers, width)]
    if found.sizes is not None:
        parts += [_sizes(found.sizes, width), _shadowed(found, top, width)]
    parts += [_others(found, width), *(_newer(each, found) for each in found.newer)]
    parts += ["".join(_note(note, width) for note in found.notes)]
    return "\n".join(part for part in parts if part)


def _note(note: str, width: int) -> str:
    return textwrap.fill(f"note: {visible(note)}", width, subsequent_indent="      ", break_on_hyphens=False) + "\n"


def json(found: Inheritance, name: str) -> str:
    """The same with all that is known, as an indented JSON object."""
    document = {
        "image": name,
        "own_from": found.own_from,
        "own_entries_from": found.own_entries_from,
        "links": [_link(link, at, found.sizes) for at, link in enumerate(found.links)],
        "candidates": [asdict(each) for each in found.candidates],
        "sizes": _portions(found.sizes),
        "newer": [asdict(each) for each in found.newer],
        "notes": found.notes,
    }
    return indented(document)


def _chain(found: Inheritance, name: str, layers: int, width: int) -> str:
    head = ["parent", "evidence", "score", "layers", "files", "created", "because"]
    rows = [_row(link, _bytes_of(found, at)) for at, link in enumerate(found.links)]
    own = [_short(name), "own", "", _range(range(found.own_from, layers)), "", "", ""]
    if found.sizes is not None:
        own[4] = decimal_bytes(found.sizes.own.file_bytes)
    columns = [list(column) for column in zip(head, *rows, own, strict=True)]
    return align(columns, [False, False, True, True, True, False, False], width)


def _row(link: ParentLink, held: ParentBytes | None) -> list[str]:
    return [
        _short(", ".join(link.names)) if link.names else "(no name)",
        link.evidence,
        "certain" if link.certain else f"{link.score:.2f}",
        _range(link.layers) if link.layers is not None else "?",
        decimal_bytes(held.ledger.file_bytes) if held else "",
        visible(link.created or "")[:10],
        visible(link.detail),
    ]


def _sizes(sizes: InheritedBytes, width: int) -> str:
    portions = {"": sizes.whole, "own": sizes.own, "inherited": sizes.inherited}
    columns = [["", *_ROWS, *(f"  {each}" for each in _CLASSES)]]
    for title, portion in portions.items():
        columns.append([title or "whole", *_figures(portion)])
    kept = [at for at in range(len(columns[0])) if any(column[at] for column in columns[1:])]
    return align([[column[at] for at in kept] for column in columns], [False, True, True, True], width)


def _figures(portion: Portion) -> list[str]:
    sums = [getattr(portion, name) for name in _ROWS.values()]
    classes = [getattr(portion.ledger, name) for name in _CLASSES]
    return ["" if each is None else f"{each:,}" for each in (*sums, *classes)]


def _shadowed(found: Inheritance, top: int, width: int) -> str:
    """What own layers take out of a parent's, and what the parents waste by themselves."""
    sizes = found.sizes
    if sizes is None:
        return ""
    lines = []
    count, table = sizes.shadowed.num_rows, sizes.shadowed
    if count:
        total = sum(table["bytes"].to_pylist())
        lines.append(
            f"own layers hide {counted(count, 'file')} of parents, {decimal_bytes(total)} that are still stored:"
        )
        for row in table.slice(0, top).to_pylist():
            where = f"layer {row['held_by']} → {row['caused_by']}"
            lines.append(f"  {decimal_bytes(row['bytes'])}  {row['cause']}  {where}  {visible(row['path'])}")
        lines += [f"  and {counted(count - top, 'more file')}"] if count > top else []
    lost = sum(each.lost.waste_bytes for each in sizes.links if each)
    if lost:
        lines.append(f"{decimal_bytes(lost)} are wasted inside the parents' own layers: no child can undo that")
    return "".join(shortened(line, width) + "\n" for line in lines)


def _others(found: Inheritance, width: int) -> str:
    others = [each for each in found.candidates if not each.chosen]
    if not others:
        return ""
    rows = (f"{_short(', '.join(each.names))}  {each.evidence} {each.score:.2f}  {each.detail}" for each in others)
    lines = ["other candidates:", *(f"  {visible(row)}" for row in rows)]
    return "".join(shortened(line, width) + "\n" for line in lines)


def _newer(newer: Newer, found: Inheritance) -> str:
    rebase = newer.rebase
    lines = [
        f"{visible(outdated(newer, found))} On it, the parent's files would change:",
        f"  added     {counted(rebase.added.files, 'file')}, {decimal_bytes(rebase.added.bytes)}",
        f"  removed   {counted(rebase.removed.files, 'file')}, {decimal_bytes(rebase.removed.bytes)}",
        f"  modified  {counted(rebase.modified.files, 'file')}, {decimal_bytes(rebase.modified.bytes)} "
        f"in place of {decimal_bytes(rebase.replaced_bytes)}",
        f"  unchanged {counted(rebase.unchanged.files, 'file')}; mode or owner of {rebase.reattributed.files:,} others",
        *([f"  packages  {visible(told)}"] if (told := package_steps(newer)) else []),
    ]
    return "".join(line + "\n" for line in lines)


def _bytes_of(found: Inheritance, at: int) -> ParentBytes | None:
    return found.sizes.links[at] if found.sizes is not None else None


def _range(layers: range) -> str:
    if not layers:
        return "none"
    return f"{layers.start}" if len(layers) == 1 else f"{layers.start}-{layers.stop - 1}"


def _short(name: str) -> str:
    return shortened(visible(name), _NAME_LENGTH)


def _link(link: ParentLink, at: int, sizes: InheritedBytes | None) -> dict[str, Any]:
    held = sizes.links[at] if sizes is not None else None
    return {
        "names": link.names,
        "evidence": link.evidence,
        "score": link.score,
        "certain": link.certain,
        "layers_from": link.layers.start if link.layers is not None else None,
        "layers": link.layers.stop if link.layers is not None else None,
        "entries": link.entries,
        "image_id": link.image_id,
        "created": link.created,
        "detail": link.detail,
        "bytes": asdict(held) if held else None,
    }


def _portions(sizes: InheritedBytes | None) -> dict[str, Any] | None:
    if sizes is None:
        return None
    portions = {"whole": sizes.whole, "own": sizes.own, "inherited": sizes.inherited}
    found: dict[str, Any] = {}
    for name, portion in portions.items():
        sums = {field: getattr(portion, field) for field in _ROWS.values()}
        found[name] = {**sums, "files": portion.files, **asdict(portion.ledger)}
    found["shadowed"] = sizes.shadowed.to_pylist()
    return found
