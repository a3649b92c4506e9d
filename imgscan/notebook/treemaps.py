"""Trees of files as treemaps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reports.formatting import counted, decimal_bytes, exact_bytes

from .colours import GREY
from .figures import figure, graph_objects, in_turn, path_label
from .trees import REST

if TYPE_CHECKING:
    from collections.abc import Sequence

    from plotly.graph_objects import Figure

    from .trees import Tree

_HEIGHT = 560
_EDGE = {"width": 1, "color": "rgba(255,255,255,.6)"}  # neighbours of one colour are apart
_READABLE = {"minsize": 10, "mode": "hide"}  # a name that only fits in smaller letters is under the pointer
_HOVER = "<b>%{customdata[0]}</b><br>%{customdata[1]}<br>%{customdata[2]}<extra></extra>"


def treemap(tree: Tree, title: str, told: Sequence[str], **marker: Any) -> Figure:
    """A treemap with a line ``told`` of each node, up to a bracket in the picture; ``marker`` has the colours."""
    rows = zip(tree.ids, told, tree.files, strict=True)
    trace = graph_objects().Treemap(
        ids=tree.ids,
        labels=[_name(each, files) for each, files in zip(tree.ids, tree.files, strict=True)],
        parents=tree.parents,
        values=tree.areas,
        branchvalues="total",
        customdata=[(path_label(_path(each), 90), line, counted(files, "file")) for each, line, files in rows],
        hovertemplate=_HOVER,
        text=[line.partition(" (")[0] for line in told],
        texttemplate="%{label}<br>%{text}",
        tiling={"pad": 2},
        pathbar={"thickness": 22},
        marker={"line": _EDGE, **marker},
        root_color="rgba(0,0,0,0)",
    )
    return figure([trace], title, _HEIGHT, uniformtext=_READABLE)


def by_group(tree: Tree, title: str) -> Figure:
    """A treemap whose colours tell the groups apart; grey where nothing is known."""
    groups = sorted({each for each in tree.groups if each}, key=_in_order)
    colours = dict(zip(groups, in_turn(len(groups)), strict=True)) | {"": GREY}
    told = [f"{decimal_bytes(area)} ({exact_bytes(area)})" for area in tree.areas]
    told = [f"{line} · {path_label(group)}" if group else line for line, group in zip(told, tree.groups, strict=True)]
    return treemap(tree, title, told, colors=[colours[each] for each in tree.groups])


def _in_order(group: str) -> tuple[int, str]:
    """Numbers in names by their value: layer 2 before layer 10."""
    digits = "".join(filter(str.isdigit, group))
    return (int(digits) if digits.isascii() and digits else 0, group)


def _path(node: str) -> str:
    return node.replace(REST, "(smaller files)")


def _name(node: str, files: int) -> str:
    name = node.rpartition("/")[2]
    return f"{files:,} smaller" if name == REST else path_label(name or "/", 40)
