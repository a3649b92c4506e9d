"""Commands that are imported and built when somebody asks for one: a run needs one of two dozen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, MutableMapping, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any

import typer

from .examples import epilog
from .program import Command, words
from .summaries import SUMMARIES

if TYPE_CHECKING:
    from typer.core import TyperCommand


class OnDemand(MutableMapping[str, Any]):
    """Commands by name, in the order of ``names``; ``kinds`` says which are of a kind of their own."""

    def __init__(self, names: Sequence[str], kinds: Mapping[str, type[TyperCommand]]) -> None:
        self._built: dict[str, Any] = dict.fromkeys(names)
        self._kinds = kinds

    def __getitem__(self, name: str) -> Any:
        if self._built[name] is None:
            self._built[name] = _command(name, self._kinds.get(name, Command))
        return self._built[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._built)

    def __len__(self) -> int:
        return len(self._built)

    def __setitem__(self, name: str, command: Any) -> None:
        self._built[name] = command

    def __delitem__(self, name: str) -> None:
        del self._built[name]


def _command(name: str, kind: type[TyperCommand]) -> Any:
    """What the module of this name has under its name: a function, or commands of its own."""
    found = getattr(import_module(f".{name}", __package__), name)
    alone = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
    alone.callback()(_nothing)  # else typer takes a single command for the whole
    if isinstance(found, typer.Typer):
        alone.add_typer(found, name=name, short_help=SUMMARIES[name], epilog=epilog(name))
    else:
        alone.command(name, **words(name, kind))(found)
    return typer.main.get_group(alone).commands[name]


def _nothing() -> None:
    pass
