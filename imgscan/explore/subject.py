"""What is explored: an image, or two that are compared. The app shows either without knowing which it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from io import BufferedReader
    from pathlib import Path

    from analyzer.arrays import Flags

    from .file_rows import Entries
    from .picture import Picture
    from .rows import Detail, Table, Target


@dataclass(frozen=True)
class Tab:
    """A table beside the files; ``make`` computes it when it is first looked at."""

    name: str
    make: Callable[[], Table]


class Subject(Protocol):
    """What the screen asks."""

    @property
    def headline(self) -> str:
        """The name, and what matters in a line."""
        ...

    @property
    def layers(self) -> Table:
        """The list of layers."""
        ...

    @property
    def tabs(self) -> Sequence[Tab]:
        """What there is beside the files."""
        ...

    @property
    def entries(self) -> Entries:
        """What is known of single entries."""
        ...

    @property
    def report_name(self) -> str:
        """What to call a report if nobody says otherwise."""
        ...

    @property
    def only_own(self) -> bool:
        """Whether what parent images brought is left out at first."""
        ...

    @property
    def whole(self) -> int:
        """The line of ``layers`` at which all of them can be shown together."""
        ...

    @property
    def starts_together(self) -> bool:
        """Whether all layers are shown at first, and not just what one of them did."""
        ...

    def where(self, layer: int, *, together: bool) -> str:
        """What the same picture is of, in words."""
        ...

    def picture(self, layer: int, *, together: bool) -> Picture:
        """What a line of ``layers`` did, or all up to it together."""
        ...

    def details(self, picture: Picture, node: int) -> list[Detail]:
        """What is known of a node."""
        ...

    def digest(self, picture: Picture, node: int) -> str | None:
        """The digest of a file, read if need be; None for what has none. Raises ImgscanError."""
        ...

    def prepare(self) -> None:
        """Compute what details need and what takes a moment. Raises ImgscanError."""
        ...

    def open(self, picture: Picture, node: int) -> BufferedReader:
        """The content of a file. Raises ImgscanError."""
        ...

    def difference(self, picture: Picture, node: int) -> list[str] | None:
        """What differs inside a file, in lines; None where there is nothing to compare. Raises ImgscanError."""
        ...

    def write_report(self, path: Path, *, replace: bool) -> None:
        """Write the HTML report. Raises ImgscanError; FileExistsError where something is there already."""
        ...

    def layers_of(self, nodes: Flags) -> list[int]:
        """The lines of ``layers`` that have an entry at one of these nodes, as far as that is known."""
        ...

    def find(self, target: Target) -> int | None:
        """The node of a target's path; None where there is none."""
        ...
