"""One layer in a notebook."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow.compute as pc

from reports.formatting import counted, short_digest

from . import html
from .numbers import ledger_table

if TYPE_CHECKING:
    from markupsafe import Markup

    from ..layer import Layer

_FILES = 8


def shown(layer: Layer) -> str:
    """HTML: the instruction, the ledger, the largest files."""
    entries = layer.table
    heading = html.title(f"layer {layer.index}", short_digest(layer.diff_id), f"{entries.num_rows:,} entries")
    told = html.line(html.code(layer.instruction))
    caused = int(pc.sum(layer.caused["bytes"]).as_py() or 0)
    blame = html.line("it took ", html.size(caused), " out of sight, in ", counted(layer.caused.num_rows, "file"))
    return html.box(heading, told, ledger_table(layer.ledger), *([blame] if caused else []), _largest(layer))


def _largest(layer: Layer) -> Markup:
    entries = layer.table
    largest = entries.sort_by([("stored", "descending")]).slice(0, _FILES).select(["stored", "path"]).to_pylist()
    rows = [(html.size(each["stored"]), each["path"]) for each in largest if each["stored"]]
    return html.table((">bytes", "largest files"), rows)
