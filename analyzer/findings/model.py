"""What a rule is, what it finds, and what that saves."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal, Self, TypeAlias

import msgspec

from ..globs import Globs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

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


class Saving(msgspec.Struct, frozen=True):
    """Bytes that would no longer be stored, and pulled; ``pull_bytes`` is None where layers are uncompressed."""

    file_bytes: int = 0
    pull_bytes: float | None = None


@dataclass(frozen=True, repr=False)
class Finding:
    """One thing to change, in one layer.

    ``layer`` is the one whose instruction is to be edited, None where the image's config says it all; ``instruction``
    what the history tells of it, values of secrets left out. ``paths`` are the first few of ``count`` paths (or names
    of variables), the largest first, and ``every_path`` gives all of them. ``rows`` of the changes table are the
    names that would no longer be stored; ``shrunk`` those whose content would shrink, by ``shrunk_by`` bytes each.
    ``inherited`` findings are about what a parent image brought: another Dockerfile made it. ``dockerfile_line`` is
    the line of the instruction in the Dockerfile that was given, None where none was or nothing fits. ``edit`` says
    what to change, and is made from ``advice``. ``also`` are further rules that found nothing but some of the same
    files: they have no finding of their own.
    """

    rule: str
    title: str
    severity: Severity
    layer: int | None
    instruction: str
    edit: str
    paths: tuple[str, ...]
    count: int
    file_bytes: int
    pull_bytes: float | None
    inherited: bool
    rows: Ints = field(compare=False)
    shrunk: Ints = field(compare=False)
    shrunk_by: Ints = field(compare=False)
    every_path: Callable[[], Iterable[str]] = field(compare=False)
    advice: Advice = field(default=(), compare=False)
    dockerfile_line: int | None = None
    also: tuple[str, ...] = ()

    @property
    def rules(self) -> tuple[str, ...]:
        """All rules that found this."""
        return (self.rule, *self.also)

    def with_all_paths(self) -> Self:
        """The same with as many paths as it counts."""
        return replace(self, paths=tuple(self.every_path()))

    def __repr__(self) -> str:
        place = "config" if self.layer is None else f"layer {self.layer}"
        return f"<Finding {self.rule} {place} {self.file_bytes:,} bytes>"


@dataclass(frozen=True, repr=False)
class Findings:
    """Findings in an image's own layers first, then the inherited; in each the most bytes first, then by severity.

    ``together`` is what all of them save at once and ``own`` those that are not inherited: a byte that
    several findings name counts once. To go through them is to go through ``found``.
    """

    found: tuple[Finding, ...]
    together: Saving
    own: Saving

    def __len__(self) -> int:
        return len(self.found)

    def __iter__(self) -> Iterator[Finding]:
        return iter(self.found)

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
