"""One name where several can be given."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def several(names: Iterable[str]) -> tuple[str, ...]:
    """All the names; a text is one, not the letters that it has for Python.

    >>> several("apt-lists"), several(["apt-lists", "pip-cache"]), several(())
    (('apt-lists',), ('apt-lists', 'pip-cache'), ())
    """
    return (names,) if isinstance(names, str) else tuple(names)
