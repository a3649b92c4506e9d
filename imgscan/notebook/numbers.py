"""Sizes and ledgers in a notebook."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reports.formatting import decimal_bytes

from . import html
from .colours import CLASSES
from .layers import layers_table

if TYPE_CHECKING:
    from markupsafe import Markup

    from analyzer.analyses.ledger import Ledger
    from analyzer.analyses.size import Size

    from ..results import Ledgers
    from .html import Cell

_SEEN, _WASTED, _AROUND = CLASSES["visible"], CLASSES["recopied"], CLASSES["overhead"]


def size_lines(size: Size) -> Markup:
    """The headline numbers, with a bar of what is seen, wasted, and around the files."""
    parts = (
        ("a container sees", size.rootfs_bytes, _SEEN),
        ("stored, never seen", size.waste_bytes, _WASTED),
        ("tar headers and padding", size.tar_bytes - size.file_bytes, _AROUND),
    )
    rows: list[tuple[Cell, ...]] = [
        (name, html.size(count), html.bar([(name, count, colour)], size.tar_bytes)) for name, count, colour in parts
    ]
    rows.append(("layers, unpacked", html.size(size.tar_bytes), ""))
    if size.pull_bytes is not None:
        rows.append(("to pull", html.size(size.pull_bytes), ""))
    efficiency = html.line(size.files, f" files · efficiency {size.efficiency:.1%}")
    return html.table(("", ">bytes", ""), rows) + efficiency


def size_shown(size: Size) -> str:
    """HTML."""
    return html.box(size_lines(size))


def ledgers_shown(ledgers: Ledgers) -> str:
    """HTML: each layer, then the sum by class."""
    count = len(ledgers.layers)
    return html.box(layers_table(ledgers.layers, range(count), [""] * count), ledger_table(ledgers.total))


def ledger_table(ledger: Ledger) -> Markup:
    """One row a class that has any bytes."""
    sums = [(name, getattr(ledger, name), colour) for name, colour in CLASSES.items() if getattr(ledger, name)]
    rows: list[tuple[Cell, ...]] = [
        (name, html.size(count), html.bar([(name, count, colour)], ledger.tar_bytes), _share(count, ledger.tar_bytes))
        for name, count, colour in sums
    ]
    return html.table(("class", ">bytes", "", f">of {decimal_bytes(ledger.tar_bytes)}"), rows)


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.1%}"
