"""A history entry as a Dockerfile writes it, such that a parser reads the same values back."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from .quoting import one_line, quoted
from .steps import ARGUMENT_LISTS, COPIES, PAIRS, told_step

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .created_by import Instruction
    from .steps import Step

LINUX_SHELL, WINDOWS_SHELL = "/bin/sh -c", "cmd /S /C"
_SPECIAL = re.compile(r"""(["'$\\])""")
_HEREDOC = re.compile(r"""<<-?["']?(\w+)["']?(?=\s|$)""")
_LINE_LIMIT = 65_000  # bytes: BuildKit's parser takes no longer line
_COMMENT_LIMIT = 2_000


def dockerfile_lines(told: Instruction, shell: str, known: Mapping[str, str]) -> tuple[list[str], list[str]]:
    """The lines of an instruction, and what is not known of it, one sentence each.

    ``shell`` is the one that a RUN goes to at this place, ``known`` the names and values of the image's
    environment and labels, which tell where a printed value ends.
    """
    if not told.kind:
        return [], [f"not an instruction: {_short(told.text)}" if told.text else "the history says nothing of it"]
    step = told_step(told, known)
    if step.unknown_source:
        unknown = ["the source is known by digest only"]
    elif told.kind == "RUN" and step.exec_form and len(step.values) == 1 and " " in step.values[0]:
        unknown = ["exec form, and where its words end: taken to be the spaces"]
    elif told.kind == "RUN" and re.match(r"<<\S+ \(", step.values[0]):
        unknown = ["the heredoc, but for its start"]
    else:
        unknown = []
    if told.repeats_the_dockerfile and not step.unknown_source and told.kind != "RUN":
        lines = [one_line(f"{told.kind} {told.arguments}")]
    else:
        lines = _lines(step, shell)
    if told.kind in COPIES:
        names = [found[1] for found in map(_HEREDOC.fullmatch, step.values) if found]
        lines, unknown = lines + names, unknown + ["what the heredoc holds"] * bool(names)
    plain, lines = lines, [spelled(line) for line in lines]
    if lines != plain:
        unknown = [*unknown, "characters that do not print, which are spelled out"]
    return ([], [f"a line that no parser takes: {_short(told.text)}"]) if _is_broken(lines, step) else (lines, unknown)


def _is_broken(lines: list[str], step: Step) -> bool:
    """Whether a parser would stop here, or read on into the next line; only odd texts in a history do that."""
    if len(lines) > 1 and step.kind == "RUN":
        return any(len(line.encode()) > _LINE_LIMIT for line in lines)
    first = lines[0]
    backslashes = len(first) - len(first.rstrip("\\"))
    heredocs = first.count("<<") != len(lines) - 1
    nameless = step.kind in PAIRS and not all("=" in each.removeprefix("=") for each in step.values or ("",))
    says = step.values[1:] if step.values[:1] == ("CMD",) else step.values
    mute = not any(says) or (says[0].startswith("--") and not step.exec_form)
    return backslashes % 2 == 1 or heredocs or nameless or mute or len(first.encode()) > _LINE_LIMIT


def _short(text: str) -> str:
    return text if len(text) <= _COMMENT_LIMIT else text[: _COMMENT_LIMIT - 1] + "…"


def spelled(text: str) -> str:
    """The text with what is no printable character spelled out, so that it is one line and moves no cursor."""
    if text.isprintable():
        return text
    return "".join(each if each.isprintable() or each == "\t" else f"\\x{ord(each):02x}" for each in text)


def _lines(step: Step, shell: str) -> list[str]:
    flags = "".join(f"{flag} " for flag in step.flags)
    if step.kind == "RUN":
        return _run(step, flags, shell)
    return [f"{step.kind} {flags}{_arguments(step)}".rstrip()]


def _arguments(step: Step) -> str:
    if step.kind in (*PAIRS, "ARG"):
        return " ".join(_pair(each) for each in step.values)
    if step.kind == "HEALTHCHECK":
        command, *rest = step.values
        return f"{command} {_json(rest) if step.exec_form else ' '.join(rest)}"
    if step.kind in ARGUMENT_LISTS:
        return _json(step.values) if step.exec_form else step.values[0]
    if step.kind in (*COPIES, "VOLUME"):
        escaped = [_escaped(each) for each in step.values]
        is_plain = not re.search(r"\s", "".join(escaped)) and not "".join(escaped).startswith("[")
        return " ".join(escaped) if is_plain else _json(escaped)
    if step.kind in ("WORKDIR", "USER", "STOPSIGNAL", "EXPOSE"):
        return " ".join(_escaped(each) for each in step.values)
    return one_line(" ".join(step.values))


def _run(step: Step, flags: str, shell: str) -> list[str]:
    command = step.values[0]
    if step.exec_form:
        words = command.split() if len(step.values) == 1 else step.values
        return [f"RUN {flags}{_json(words)}"]
    if re.match(r"<<\S+ \(", command):  # shortened by the builder
        return _heredoc(flags, f"# {one_line(command)}")
    used = step.shell or shell
    if used != shell or command.startswith(("[", "--", "#")) or command.endswith("\\"):
        return [f"RUN {flags}{_json([*used.split(), command])}"]
    if "\n" in command or "<<" in command:
        return _heredoc(flags, command)
    return [f"RUN {flags}{command}"]


def _heredoc(flags: str, command: str) -> list[str]:
    lines, name = command.split("\n"), "EOF"
    while name in lines:
        name += "F"
    return [f"RUN {flags}<<{name}", *lines, name]


def _pair(text: str) -> str:
    name, is_set, value = text.partition("=")
    return quoted(name) + (is_set and "=" + quoted(value))


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text)


def _json(words: Sequence[str]) -> str:
    return "[" + ", ".join(json.dumps(each, ensure_ascii=not each.isprintable()) for each in words) + "]"
