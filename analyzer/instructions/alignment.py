"""Which history entry made which layer (config.md, "history").

Entries say no more than whether they made a layer, in order. So all is known where as many say so as there are
layers, and nothing where the counts differ: history is optional, and no digest in it can be held against a layer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

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


def align(history: Sequence[Entry], layers: int) -> tuple[list[int | None], tuple[str, ...]]:
    """The index of each layer's history entry, or None for all of them; and notes.

    >>> align([], 2)
    ([None, None], ())
    """
    made = [index for index, entry in enumerate(history) if not entry.empty_layer]
    if len(made) == layers:
        return list(made), _notes_on_joined_layers(history, made)
    unknown: list[int | None] = [None] * layers
    return unknown, (_misfit(len(history), len(made), layers),) if history else ()


def _misfit(rows: int, made: int, layers: int) -> str:
    if not made:
        return (
            f"history has {rows} rows and says that none of them made a layer, the image has {layers}: "
            "instructions are unknown"
        )
    return f"history describes {made} layers, the image has {layers}: instructions are unknown"


def _notes_on_joined_layers(history: Sequence[Entry], made: list[int]) -> tuple[str, ...]:
    """One for each layer that holds what rows above it are said to have made no layer for.

    That is how builders join layers: `docker build --squash` adds a row for the sum, buildah without
    `--layers` lays all on the last row, whatever that is.
    """
    notes = []
    for layer, (below, row) in enumerate(zip([-1, *made], made, strict=False)):
        joined = [index for index in range(below + 1, row) if _kind(history[index]) in _COPIES]
        if joined and (_kind(history[row]) in SETTING_KINDS or _is_merge(history[row])):
            notes.append(
                f"layer {layer} was joined from several instructions: it holds what rows {joined[0]} to {row} of the "
                f"history made, and stands at row {row}"
            )
    return tuple(notes)


def _kind(entry: Entry) -> str:
    return parse_instruction(entry.created_by, entry.comment).kind


def _is_merge(entry: Entry) -> bool:
    return not entry.created_by and (entry.comment or "").startswith("merge ")
