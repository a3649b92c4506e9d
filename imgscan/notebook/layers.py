"""Layers as a table with the classes of the ledger as bars: the largest, in their order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reports.formatting import one_line

from . import html
from .colours import CLASSES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markupsafe import Markup

    from analyzer.analyses.ledger import Ledger

_SHOWN = 14


def layers_table(ledgers: Sequence[Ledger], indexes: Sequence[int], instructions: Sequence[str]) -> Markup:
    """The ``ledgers`` of the layers that the other two tell of; small ones are summed up."""
    order = sorted(range(len(ledgers)), key=lambda place: -ledgers[place].tar_bytes)
    kept, small = sorted(order[:_SHOWN]), order[_SHOWN:]
    most = max((each.tar_bytes for each in ledgers), default=0)
    rows = [
        (
            indexes[place],
            html.size(ledgers[place].tar_bytes),
            html.size(ledgers[place].waste_bytes),
            html.ledger_bar(ledgers[place], most),
            one_line(instructions[place]),
        )
        for place in kept
    ]
    shown = html.table((">layer", ">size", ">wasted", "", "instruction"), rows)
    classes = html.legend(name for name in CLASSES if any(getattr(each, name) for each in ledgers))
    if not small:
        return shown + classes
    rest = sum(ledgers[place].tar_bytes for place in small)
    return shown + html.line("and ", len(small), " smaller layers: ", html.size(rest)) + classes
