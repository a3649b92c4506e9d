"""Plots of a difference: ``diff.plot.…``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from reports.formatting import one_line, signed_bytes

from . import treemaps
from .colours import CLASSES, GREY, LESS, MORE, TEXT
from .figures import figure, graph_objects, label, path_label
from .trees import Leaf, at_least_none, tree

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

    from ..image_diff import ImageDiff

By = Literal["directory", "layer", "package"]


class DiffPlots:
    """Plots of two images as Plotly figures, which can be restyled (``.update_layout(…)``) and saved.

    Each raises MissingLibraryError where Plotly is not installed, and what reading the images raises.

    >>> import imgscan
    >>> old, new = (imgscan.open(f"sample_images/app-{version}.tar") for version in ("1.0", "2.0"))
    >>> figure = imgscan.diff(old, new).plot.growth()
    >>> sum(figure.data[0].y[:-1]), figure.data[0].x[-1]
    (80900, 'all')
    """

    def __init__(self, diff: ImageDiff) -> None:
        self._diff = diff

    def __repr__(self) -> str:
        return f"<plots of {self._diff!r}: growth(), treemap(), layers()>"

    def growth(self, by: By = "directory", top: int = 10) -> Figure:
        """What the growth is made of, step by step: the ``top`` largest parts, then the rest, then all of it.

        ``by`` is ``directory``, ``layer`` or ``package``. Raises ValueError for another word, or ``top`` below zero.
        """
        at_least_none(top)
        whole = self._diff.growth(1 << 30)
        parts = _parts(self._diff, by)
        shown, rest = parts[:top], parts[top:]
        names = [name for name, _ in shown] + ([f"{len(rest)} more"] if rest else []) + ["all"]
        steps = [count for _, count in shown] + ([sum(count for _, count in rest)] if rest else []) + [whole.bytes]
        trace = graph_objects().Waterfall(
            x=names,
            y=steps,
            measure=["relative"] * (len(steps) - 1) + ["total"],
            text=[signed_bytes(each) for each in steps],
            textposition="outside",
            cliponaxis=False,
            hovertemplate="%{x}: %{y:+,} bytes<extra></extra>",
            increasing={"marker": {"color": MORE}},
            decreasing={"marker": {"color": LESS}},
            totals={"marker": {"color": GREY}},
            connector={"line": {"color": TEXT, "width": 0.5}},
        )
        made = figure([trace], f"{self._names()}: {signed_bytes(whole.bytes)}, by {by}", 420)
        return made.update_yaxes(tickformat="~s", ticksuffix="B")

    def treemap(self, top: int = 400) -> Figure:
        """Files that grew or shrank: each as large as the bytes it differs by, red for growth and green for loss.

        A directory has the colour of what is left when growth and loss inside it are added up.
        """
        files = self._diff.files.select(["path", "bytes"]).to_pylist()
        whole = tree([Leaf(each["path"], abs(each["bytes"]), each["bytes"]) for each in files], top)
        most = max((abs(each["bytes"]) for each in files), default=0) or 1
        scale = [[0, LESS], [0.5, "#d9d9d9"], [1, MORE]]
        told = [f"{signed_bytes(int(each))} ({each:+,} bytes)" for each in whole.values]
        title = f"{self._names()}: what grew and what shrank"
        return treemaps.treemap(whole, title, told, colors=whole.values, colorscale=scale, cmin=-most, cmax=most)

    def layers(self) -> Figure:
        """The content of each layer before and after, layers that became one another side by side."""
        pairs = self._diff.layers
        places = [f"{_place(pair.old)} → {_place(pair.new)}" for pair in pairs]
        told = [f"{pair.status}: {label(one_line(pair.instruction), 90)}" for pair in pairs]
        sides = {"old": GREY, "new": CLASSES["visible"]}
        bars = [
            graph_objects().Bar(
                name=side,
                x=[getattr(pair, f"file_bytes_{side}") or 0 for pair in pairs],
                y=places,
                orientation="h",
                marker={"color": colour},
                customdata=told,
                hovertemplate=f"%{{x:,}} bytes {side}<br>%{{customdata}}<extra></extra>",
            )
            for side, colour in sides.items()
        ]
        title = f"{self._names()}: content of layers"
        made = figure(bars, title, 160 + 34 * len(pairs), legend={"orientation": "h", "y": -0.12})
        made.update_yaxes(title="layer, old → new", autorange="reversed", type="category")
        return made.update_xaxes(title="bytes", tickformat="~s", ticksuffix="B")

    def _names(self) -> str:
        return f"{self._diff.old.name} → {self._diff.new.name}"


def _parts(diff: ImageDiff, by: By) -> list[tuple[str, int]]:
    """Names and bytes of all parts, the largest growth or loss first; together they are the whole growth."""
    if by == "directory":
        return _by_directory(diff)
    growth = diff.growth(1 << 30)
    if by == "layer":
        return [(f"{each.pair}: {label(one_line(each.name), 30)}", each.bytes) for each in growth.layers]
    if by == "package":
        unowned = [("files of no package", growth.unowned)] if growth.unowned else []
        parts = [(label(each.name, 30), each.bytes) for each in growth.packages] + unowned
        return sorted(parts, key=lambda part: -abs(part[1]))
    raise ValueError(f"by={by!r}: it can be directory, layer, package")


def _by_directory(diff: ImageDiff) -> list[tuple[str, int]]:
    """Directories that hold files which differ, each without those below it."""
    sums: dict[str, int] = {}
    for each in diff.files.select(["path", "bytes"]).to_pylist():
        directory = "/" + each["path"].rpartition("/")[0]
        sums[directory] = sums.get(directory, 0) + each["bytes"]
    ordered = sorted(sums.items(), key=lambda item: (-abs(item[1]), item[0]))
    return [(path_label(name, 30), count) for name, count in ordered if count]


def _place(layer: int | None) -> str:
    return "none" if layer is None else str(layer)
