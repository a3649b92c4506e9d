"""What a rule is, what it finds, and what that saves."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Literal, Self, TypeAlias

import msgspec

from ..globs import Globs
from ..tables import FINDINGS
from .advice import wording

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from ..arrays import Ints
    from .advice import Advice
    from .context import Context

Severity: TypeAlias = Literal["security", "waste", "size"]

SEVERITIES: dict[Severity, str] = {
    "security": "something that whoever has the image can read or misuse",
    "waste": "bytes that no container needs",
    "size": "bytes that most containers do not need: for you to judge",
}
"""The severities, gravest first."""

PATHS_SHOWN = 10


class Saving(msgspec.Struct, frozen=True):
    """Bytes that would no longer be stored, and pulled; ``pull_bytes`` is None where layers are uncompressed."""

    file_bytes: int = 0
    pull_bytes: float | None = None


@dataclass(frozen=True, repr=False, eq=False)
class Finding:
    """One thing to change, in one layer.

    ``layer`` is the one whose instruction is to be edited, None where the image's config says it all; ``instruction``
    what the history tells of it, values of secrets left out. It is about ``count`` paths (or names of variables), of
    which ``first_paths`` gives as many as it is asked for, the largest first. ``rows`` of the changes table are the
    names that would no longer be stored; ``shrunk`` those whose content would shrink, by ``shrunk_by`` bytes each.
    ``inherited`` findings are about what a parent image brought: another Dockerfile made it. ``dockerfile_line`` is
    the line of the instruction in the Dockerfile that was given, None where none was or nothing fits. ``also`` are
    further rules that found nothing but some of the same files: they have no finding of their own.

    An image of many layers has hundreds of findings, of which a report shows the largest: paths and ``advise``, which
    finds out what to change, are asked for where they are shown.
    """

    rule: str
    title: str
    severity: Severity
    layer: int | None
    instruction: str
    count: int
    file_bytes: int
    pull_bytes: float | None
    inherited: bool
    rows: Ints
    shrunk: Ints
    shrunk_by: Ints
    first_paths: Callable[[int], Sequence[str]]
    advise: Callable[[], Advice]
    paths_shown: int = PATHS_SHOWN
    dockerfile_line: int | None = None
    also: tuple[str, ...] = ()

    @cached_property
    def advice(self) -> Advice:
        """What to change, line by line."""
        return self.advise()

    @cached_property
    def edit(self) -> str:
        """What to change, as text."""
        return wording(self.advice)

    @cached_property
    def paths(self) -> tuple[str, ...]:
        """The first few paths, the largest first."""
        return tuple(self.first_paths(self.paths_shown))

    @property
    def rules(self) -> tuple[str, ...]:
        """All rules that found this."""
        return (self.rule, *self.also)

    def with_all_paths(self) -> Self:
        """The same with as many paths as it counts."""
        return replace(self, paths_shown=self.count)

    def __eq__(self, other: object) -> bool:
        return self._says == other._says if isinstance(other, Finding) else NotImplemented

    def __hash__(self) -> int:
        return hash((self.rule, self.layer, self.count, self.file_bytes))

    @property
    def _says(self) -> list[object]:
        return [self.also, *(getattr(self, column) for column in FINDINGS.names)]

    def __repr__(self) -> str:
        place = "config" if self.layer is None else f"layer {self.layer}"
        return f"<Finding {self.rule} {place} {self.file_bytes:,} bytes>"


@dataclass(frozen=True, repr=False)
class Findings:
    """Findings in an image's own layers first, then the inherited; in each the most bytes first, then by severity.

    ``together`` is what all of them save at once and ``own`` those that are not inherited: a byte that
    several findings name counts once. They are the items of ``found``.
    """

    found: tuple[Finding, ...]
    together: Saving
    own: Saving

    def __len__(self) -> int:
        return len(self.found)

    def __iter__(self) -> Iterator[Finding]:
        return iter(self.found)

    def __getitem__(self, place: int) -> Finding:
        return self.found[place]

    def without_inherited(self) -> Self:
        """Those alone that the image's own Dockerfile can mend."""
        return replace(self, found=tuple(each for each in self.found if not each.inherited), together=self.own)

    def with_all_paths(self) -> Self:
        """The same, each with as many paths as it counts, not the first few only."""
        return replace(self, found=tuple(each.with_all_paths() for each in self.found))

    def __repr__(self) -> str:
        return f"<Findings {len(self.found)}, together {self.together.file_bytes:,} bytes>"


class Rule(msgspec.Struct, frozen=True):
    """A rule as data, and ``find``, the function that applies it.

    ``meaning`` says what is wrong with what is found. ``bad`` and ``good`` are Dockerfiles for the
    documentation. ``globs`` say which paths the rule is about, where paths decide.
    """

    id: str
    title: str
    severity: Severity
    meaning: str
    bad: str
    good: str
    find: Callable[[Rule, Context], list[Finding]]
    globs: Globs = msgspec.field(default_factory=Globs)
