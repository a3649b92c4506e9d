"""A Dockerfile: its stages, and their instructions with the lines where they start.

BuildKit's own parser, bound to Python as the package `dockerfile`, knows lines, continuations, comments, the escape
directive, heredocs and flags. What it leaves is done here: it says no line where it fails, takes any word for an
instruction, and stops at a NUL.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from ..errors import DockerfileError
from .created_by import KINDS
from .quoting import one_line
from .steps import Step, written_step

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from dockerfile import Command

# The parser takes time that grows with the square of a heredoc: two seconds for this.
DOCKERFILE_BYTES_LIMIT = 256 * 1024
_ERROR_TRIES = 1000

_DIRECTIVE = re.compile(r"#\s*([A-Za-z]+)\s*=\s*(\S+)\s*$")
_VARIABLE = re.compile(r"\$\{(\w+)(?::?([-+])([^}]*))?\}|\$(\w+)")
_NEEDS_NOTHING = frozenset({"ENTRYPOINT", "CMD"})


class WrittenInstruction(Struct, frozen=True):
    """One instruction: the ``line`` where it starts, its ``text`` in one line, and what it says.

    ``bodies`` are the forms that a builder may give a RUN with heredocs, ``source`` the lines as they stand in the
    file.
    """

    line: int
    text: str
    step: Step
    bodies: tuple[str, ...] = ()
    source: tuple[str, ...] = ()


class Stage(Struct, frozen=True):
    """What follows one FROM: ``parent`` as it is written there, with defaults of build arguments put in."""

    name: str
    parent: str
    line: int
    instructions: tuple[WrittenInstruction, ...]


class Dockerfile(Struct, frozen=True):
    """The stages, in their order. ``label`` is how messages name the file."""

    label: str
    stages: tuple[Stage, ...]

    def built(self, target: str | None = None) -> tuple[str, tuple[WrittenInstruction, ...]]:
        """The parent image of a stage, by default the last, and all instructions on top of it.

        A stage that is made from an earlier one begins with that one's instructions. Raises DockerfileError.
        """
        chain = self._chain(target)
        return chain[0].parent, tuple(each for stage in chain for each in stage.instructions)

    def parent_line(self, target: str | None = None) -> int:
        """The line of the FROM that names the parent image. Raises DockerfileError."""
        return self._chain(target)[0].line

    def _chain(self, target: str | None) -> list[Stage]:
        """The stage, and below it those that it is made from, the lowest first."""
        at = len(self.stages) - 1 if target is None else self._index(target)
        chain = [self.stages[at]]
        while (below := self._earlier(chain[0].parent, at)) is not None:
            at = below
            chain.insert(0, self.stages[at])
        return chain

    def _index(self, target: str) -> int:
        for index, stage in enumerate(self.stages):
            if target.lower() == stage.name.lower() or target == str(index):
                return index
        names = ", ".join(stage.name for stage in self.stages if stage.name) or "none has a name"
        raise DockerfileError(f"{self.label} has no stage {target!r}", hint=f"stages: {names}")

    def _earlier(self, name: str, before: int) -> int | None:
        """The stage of that name above; a later one of the same name hides an earlier one."""
        found = [index for index in range(before) if self.stages[index].name.lower() == name.lower()]
        return found[-1] if found and name else None


def read_dockerfile(path: Path) -> Dockerfile:
    """The Dockerfile at ``path``; raises DockerfileError."""
    try:
        with path.open("rb") as file:
            content = file.read(DOCKERFILE_BYTES_LIMIT + 1)
    except OSError as error:
        raise DockerfileError(f"cannot read {path}: {error.strerror}") from error
    if len(content) > DOCKERFILE_BYTES_LIMIT:
        raise DockerfileError(f"{path.name} is larger than {DOCKERFILE_BYTES_LIMIT:,} bytes: is it a Dockerfile?")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DockerfileError(f"{path.name}:{_line_of(content, error.start)}: not UTF-8") from error
    if "\0" in text:
        raise DockerfileError(f"{path.name}:{_line_of(content, content.index(0))}: a NUL: is it a Dockerfile?")
    return parse_dockerfile(text, path.name)


def parse_dockerfile(text: str, label: str = "Dockerfile") -> Dockerfile:
    """The Dockerfile in a text; raises DockerfileError with the line that is wrong."""
    text = text.replace("\r\n", "\n")
    escape = _escape(text)
    groups: list[list[Command]] = [[]]
    for command in _parsed(text, label):
        _check(command, label)
        if command.cmd.upper() == "FROM":
            groups.append([])
        groups[-1].append(command)
    if len(groups) == 1:
        raise DockerfileError(f"{label} has no FROM: is it a Dockerfile?")
    arguments = _global_arguments(groups[0], escape, label)
    lines = text.split("\n")
    return Dockerfile(label, tuple(_stage(group, arguments, escape, lines) for group in groups[1:]))


def _global_arguments(commands: list[Command], escape: str, label: str) -> dict[str, str]:
    """The defaults of the build arguments above the first FROM, where nothing else may stand."""
    arguments: dict[str, str] = {}
    for command in commands:
        if command.cmd.upper() != "ARG":
            raise DockerfileError(f"{label}:{command.start_line}: {command.cmd} stands before the first FROM")
        pairs = (each.partition("=") for each in _instruction(command, escape, "", []).step.values)
        arguments |= {name: substituted(value, arguments) for name, is_set, value in pairs if is_set}
    return arguments


def _parsed(text: str, label: str) -> tuple[Command, ...]:
    try:
        import dockerfile
    except ImportError as error:
        raise DockerfileError(
            "to read a Dockerfile, imgscan needs the package dockerfile, which is not installed",
            hint="pip install dockerfile (where there is no wheel for the platform, it needs Go)",
        ) from error
    try:
        return dockerfile.parse_string(text)
    except dockerfile.GoParseError as error:
        if not text.strip() or "no instructions" in str(error):
            raise DockerfileError(f"{label} has no instructions: is it a Dockerfile?") from error
        raise DockerfileError(f"{label}:{_line_of_error(text)}: {one_line(str(error))}") from error


def _line_of_error(text: str) -> int:
    """Where the instruction starts that the parser stops at: all above it can be parsed."""
    import dockerfile

    lines = text.splitlines(keepends=True)
    starts = [at for at, line in enumerate(lines) if line.lstrip().partition(" ")[0].strip().upper() in KINDS]
    for start in reversed(starts[1:][-_ERROR_TRIES:]):
        try:
            dockerfile.parse_string("".join(lines[:start]))
        except dockerfile.GoParseError:
            continue
        return start + 1
    return starts[0] + 1 if starts else 1


def _line_of(content: bytes, place: int) -> int:
    return content.count(b"\n", 0, place) + 1


def _escape(text: str) -> str:
    """The escape character that directives at the very top choose."""
    for line in text.splitlines():
        directive = _DIRECTIVE.match(line)
        if not directive:
            break
        if directive[1].lower() == "escape":
            return directive[2]
    return "\\"


def _check(command: Command, label: str) -> None:
    if (command.cmd or "").upper() not in KINDS:  # none at all for a line of a mere continuation
        raise DockerfileError(f"{label}:{command.start_line}: {command.cmd or 'this'} is no instruction")
    if not any(command.value) and not command.sub_cmd and command.cmd.upper() not in _NEEDS_NOTHING:
        raise DockerfileError(f"{label}:{command.start_line}: {command.cmd} says nothing")


def _stage(commands: list[Command], arguments: dict[str, str], escape: str, lines: Sequence[str]) -> Stage:
    """A FROM and what follows it. A RUN goes to the shell that was chosen before."""
    start, *commands = commands
    image, *rest = start.value
    name = rest[1] if len(rest) == 2 and rest[0].upper() == "AS" else ""
    instructions, shell = [], "/bin/sh -c"
    for command in commands:
        instructions.append(_instruction(command, escape, shell, lines))
        if instructions[-1].step.kind == "SHELL":
            shell = " ".join(instructions[-1].step.values)
    return Stage(name, substituted(image, arguments), start.start_line, tuple(instructions))


def _instruction(command: Command, escape: str, shell: str, lines: Sequence[str]) -> WrittenInstruction:
    kind = command.cmd.upper()
    first_line = command.original.partition("\n")[0] if command.heredocs else command.original
    arguments = first_line.strip()[len(kind) :].strip()
    step = written_step(kind, arguments, escape)
    if kind == "RUN" and not step.exec_form:
        step = replace(step, shell=shell)
    text, source = one_line(f"{kind} {arguments}"), tuple(lines[command.start_line - 1 : command.end_line])
    return WrittenInstruction(command.start_line, text, step, _bodies(command, step), source)


def _bodies(command: Command, step: Step) -> tuple[str, ...]:
    """A RUN that is one heredoc runs what is in it; any other is given to the shell with its heredocs."""
    if step.kind != "RUN" or not command.heredocs:
        return ()
    whole = "\n".join([step.values[0], *(each.content + each.name for each in command.heredocs)])
    return (command.heredocs[0].content, whole) if len(command.heredocs) == 1 else (whole,)


def substituted(text: str, values: dict[str, str]) -> str:
    """The text with variables replaced whose value is known, as a Dockerfile has them.

    >>> substituted("debian:${VERSION:-12}$SUFFIX", {"SUFFIX": "-slim"})
    'debian:12-slim'
    """

    def value(found: re.Match[str]) -> str:
        name, operator, word = found[1] or found[4], found[2], found[3]
        if operator == "+":
            return word if values.get(name) else ""
        return values.get(name) or (word if operator else found[0])

    return _VARIABLE.sub(value, text)
