"""What rules ask of installed packages. The folder `packages` answers it: rules look at it through this alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..arrays import Ints


class Package(Protocol):
    """A package as its ecosystem calls it."""

    @property
    def ecosystem(self) -> str: ...  # noqa: D102

    @property
    def name(self) -> str: ...  # noqa: D102


class Installation(Protocol):
    """A package, the layer ``since`` which it is there, and the one that took it away: None while it is there."""

    @property
    def package(self) -> Package: ...  # noqa: D102

    @property
    def since(self) -> int: ...  # noqa: D102

    @property
    def until(self) -> int | None: ...  # noqa: D102


class Installations(Protocol):
    """All packages; ``owner`` has, by row of the changes table, the place in ``found`` of whose file it is, or -1."""

    @property
    def found(self) -> Sequence[Installation]: ...  # noqa: D102

    @property
    def owner(self) -> Ints: ...  # noqa: D102
