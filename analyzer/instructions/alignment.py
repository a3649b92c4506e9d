"""Which history entry made which layer (config.md, "history").

Entries say no more than whether they made a layer, in order. So all is known where as many say so as there are
layers, and nothing where the counts differ: history is optional, and no digest in it can be held against a layer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from msgspec import Struct

from .created_by import SETTING_KINDS, parse_instruction

if TYPE_CHECKING:
    from collections.abc import Sequence

_COPIES = frozenset({"ADD", "COPY"})


class Entry(Protocol):
    """A history entry."""

    @property
    def created_by(self) -> str | None: ...  # noqa: D102

    @property
    def comment(self) -> str | None: ...  # noqa: D102

    @property
    def empty_layer(self) -> bool: ...  # noqa: D102


class JoinedLayer(Struct, frozen=True):
    """A layer that holds what several entries made: those from ``first`` to ``last``, at which it stands."""

    layer: int
    first: int
    last: int

    @property
    def note(self) -> str:
        """One sentence for people."""
        return (
            f"layer {self.layer} was joined from several instructions: it holds what rows {self.first} to {self.last} "
            f"of the history made, and stands at row {self.last}"
        )


def align(history: Sequence[Entry], layers: int) -> tuple[list[int | None], tuple[str, ...]]:
    """The index of each layer's history entry, or None for all of them; and notes.

    >>> align([], 2)
    ([None, None], ())
    """
    made = _made(history)
    if len(made) == layers:
        return list(made), tuple(each.note for each in joined_layers(history, layers))
    unknown: list[int | None] = [None] * layers
    return unknown, (_misfit(len(history), len(made), layers),) if history else ()


def joined_layers(history: Sequence[Entry], layers: int) -> list[JoinedLayer]:
    """The layers that hold what rows above theirs are said to have made no layer for, lowest first.

    None where the history does not describe as many ``layers`` as there are.

    That is how builders join layers: `docker build --squash` adds a row for the sum, buildah without
    `--layers` lays all on the last row, whatever that is.
    """
    joined: list[JoinedLayer] = []
    made = _made(history)
    if len(made) != layers:
        return joined
    for layer, (below, row) in enumerate(zip([-1, *made], made, strict=False)):
        copies = [index for index in range(below + 1, row) if _kind(history[index]) in _COPIES]
        if copies and (_kind(history[row]) in SETTING_KINDS or _is_merge(history[row])):
            joined.append(JoinedLayer(layer, copies[0], row))
    return joined


def _made(history: Sequence[Entry]) -> list[int]:
    return [index for index, entry in enumerate(history) if not entry.empty_layer]


def _misfit(rows: int, made: int, layers: int) -> str:
    if not made:
        return (
            f"history has {rows} rows and says that none of them made a layer, the image has {layers}: "
            "instructions are unknown"
        )
    return f"history describes {made} layers, the image has {layers}: instructions are unknown"


def _kind(entry: Entry) -> str:
    return parse_instruction(entry.created_by, entry.comment).kind


def _is_merge(entry: Entry) -> bool:
    return not entry.created_by and (entry.comment or "").startswith("merge ")
