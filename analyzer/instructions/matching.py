"""A Dockerfile beside a history: which line each entry comes from.

From the end backwards, since the parent image's entries come first and nothing marks where they end. What does not
fit is told, and nothing above it is matched: a Dockerfile that was changed after the build must not give lines.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from .comparing import fits
from .created_by import BUILDKIT, KANIKO, SETTING_KINDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .created_by import Instruction
    from .dockerfile import Dockerfile, WrittenInstruction

_TEXT_CHARACTERS = 200
_REMEDY = "Name the file that it was built from, or with --target another stage"


@dataclass(frozen=True)
class DockerfileMatch:
    """Where the entries of an image's history stand in a Dockerfile.

    ``lines`` has one line number, from 1, for each entry, or None where none is known: the parent image's
    entries, and all above the first that does not fit. ``parent`` is what the FROM names. ``parent_entries``
    is how many entries at the start are the parent's; None where the Dockerfile does not fit, and ``parent_line``
    where that FROM stands. ``notes`` tell what does not fit, one sentence each. ``written`` has the instructions
    at ``lines``.
    """

    file: str
    lines: tuple[int | None, ...]
    parent: str
    parent_entries: int | None
    notes: tuple[str, ...] = ()
    written: tuple[WrittenInstruction | None, ...] = field(default=(), repr=False)
    parent_line: int | None = None

    def line_of(self, entry: int) -> int | None:
        """The line that made an entry of the history: of the parent's entries, that of the FROM."""
        if self.lines[entry] is None and entry < (self.parent_entries or 0):
            return self.parent_line
        return self.lines[entry]


def match(dockerfile: Dockerfile, history: Sequence[Instruction], target: str | None = None) -> DockerfileMatch:
    """``history`` laid beside a stage of ``dockerfile``, the last unless ``target`` says which.

    Raises DockerfileError for a target that is not there.
    """
    parent, written = dockerfile.built(target)
    return replace(
        _Walk(dockerfile.label, parent, written, history).result(), parent_line=dockerfile.parent_line(target)
    )


class _Walk:
    """Two places, one in the Dockerfile and one in the history, that go up together."""

    def __init__(
        self, label: str, parent: str, written: Sequence[WrittenInstruction], history: Sequence[Instruction]
    ) -> None:
        self._label = label
        self._parent = parent
        self._written = list(written)
        self._history = history
        self._omitted = _kinds_without_entries(history)
        self._left = len(history)
        self._matched: list[WrittenInstruction | None] = [None] * len(history)
        self._notes: list[str] = []

    def result(self) -> DockerfileMatch:
        """Go up as far as both agree."""
        while self._written and self._left:
            if not self._step():
                return self._done(None)
        while self._written and self._written[-1].step.kind in self._omitted:
            self._written.pop()
        if self._written:
            self._notes.append(
                f"{self._place()} has no entry in the image's history, which begins after it: the image was not built "
                f"from {self._label} as it is. {_REMEDY}"
            )
            return self._done(None)
        if self._parent == "scratch" and self._left:
            self._notes.append(
                f"{self._label} starts FROM scratch, but the image's history has {_counted(self._left)} before its "
                f"first instruction, the last of them {self._entry()}: the image was not built from {self._label} as "
                f"it is. {_REMEDY}"
            )
            return self._done(None)
        return self._done(self._left)

    def _done(self, parent_entries: int | None) -> DockerfileMatch:
        lines = tuple(each.line if each else None for each in self._matched)
        notes, written = tuple(self._notes), tuple(self._matched)
        return DockerfileMatch(self._label, lines, self._parent, parent_entries, notes, written)

    def _step(self) -> bool:
        """Go up by one in both or in either; False where they contradict."""
        written, told = self._written[-1], self._history[self._left - 1]
        if fits(written.step, told, written.bodies):
            self._left -= 1
            self._matched[self._left] = written
            self._written.pop()
        elif self._was_added(told, written):
            self._notes.append(
                f"{self._entry()} was added after the build from {self._label}, by a commit, a squash or an option of "
                "the build: it has no line"
            )
            self._left -= 1
        elif written.step.kind in self._omitted:
            self._written.pop()
        else:
            self._notes.append(
                f"{self._place()} differs from {self._entry()}: compared from the end, they are the first that do. So "
                f"the image was not built from {self._label} as it is, and no line is told of this entry and those "
                f"before it. {_REMEDY}"
            )
            return False
        return True

    def _place(self) -> str:
        """The instruction of the Dockerfile that is to be matched."""
        written = self._written[-1]
        return f"{self._label}:{written.line} ({_short(written.text)})"

    def _entry(self) -> str:
        """The entry of the history that is to be matched."""
        return f"entry {self._left - 1} of the image's history ({_text(self._history[self._left - 1])})"

    def _was_added(self, told: Instruction, written: WrittenInstruction) -> bool:
        """Whether an entry at the very end came after the Dockerfile: a commit, a squash, `docker build --label`."""
        if any(self._matched):
            return False
        return not told.kind or (told.kind == "LABEL" and written.step.kind != "LABEL")


def _kinds_without_entries(history: Sequence[Instruction]) -> frozenset[str]:
    """What the builder makes no entries for: BuildKit none for ONBUILD, kaniko none for any setting."""
    builders = {each.builder for each in history}
    if KANIKO in builders:
        return SETTING_KINDS
    return frozenset({"ONBUILD"}) if BUILDKIT in builders else frozenset()


def _text(told: Instruction) -> str:
    return _short(told.text) or "without a text"


def _counted(entries: int) -> str:
    return f"{entries} entr{'y' if entries == 1 else 'ies'}"


def _short(text: str) -> str:
    return text if len(text) <= _TEXT_CHARACTERS else text[: _TEXT_CHARACTERS - 1] + "…"
