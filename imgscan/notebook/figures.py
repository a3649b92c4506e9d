"""What all plots share: Plotly, imported when it is needed, and a look for light pages and dark ones."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from reports.formatting import shortened, shortened_path, visible

from ..rows import optional
from .colours import SEQUENCE, TEXT

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from plotly.graph_objects import Figure

_CLEAR = "rgba(0,0,0,0)"
_GRID = "rgba(128,128,128,.25)"


def graph_objects() -> Any:
    """Plotly's traces and figures. Raises MissingLibraryError where Plotly is not installed."""
    return optional("plotly.graph_objects", "a plot")


def figure(traces: Sequence[Any], title: str, height: int, **layout: Any) -> Figure:
    """A figure of these traces, without a background of its own; ``title`` is plain text."""
    axis = {"gridcolor": _GRID, "zerolinecolor": _GRID, "automargin": True}
    made = graph_objects().Figure(traces)
    made.update_layout(
        title={"text": label(title, 120), "x": 0, "xanchor": "left", "font": {"size": 15}},
        height=height,
        margin={"l": 8, "r": 8, "t": 48, "b": 8},
        paper_bgcolor=_CLEAR,
        plot_bgcolor=_CLEAR,
        font={"color": TEXT},
        colorway=SEQUENCE,
        xaxis=axis,
        yaxis=axis,
    )
    return made.update_layout(**layout)


def label(name: str, limit: int = 60) -> str:
    """A name as Plotly shows it to the letter: it takes tags in texts for marking up, and the image chose the name."""
    return escape(shortened(visible(name), limit), quote=False)


def path_label(path: str, limit: int = 60) -> str:
    """The same for a path, cut in the middle."""
    return escape(shortened_path(visible(path), limit), quote=False)


def in_turn(count: int, colours: Iterable[str] = SEQUENCE) -> list[str]:
    """As many colours as asked for, from the start again where there are more than there are colours."""
    known = list(colours)
    return [known[number % len(known)] for number in range(count)]
