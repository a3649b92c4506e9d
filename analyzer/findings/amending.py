"""How lines of a Dockerfile are amended where that can be done without understanding what they do."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..instructions.dockerfile import WrittenInstruction
    from .advice import Amend

_SHELLS = ("/bin/", "/usr/bin/", "sh ", "bash ")
_COMMENT = re.compile(r"(?:^|\s)#")  # what is appended would be part of it
_LIST = re.compile(r"[;&|\n]|<<")
_END = re.compile(r"(?<![\w-])(?:exit|exec)\b")  # what is appended would not be run
_UNTOLD = re.compile(r"\n|\\x[0-9a-f]{2}")  # in a name: it ends the instruction, or stands for a byte


def appended(command: str) -> Amend:
    """A RUN that also runs ``command``, at its end."""

    def amend(written: WrittenInstruction) -> list[str] | None:
        if _UNTOLD.search(command) or _END.search("\n".join(written.source)):
            return None
        *before, last = written.source
        last = last.rstrip().rstrip(";").rstrip()
        if not _is_shell_line(written) or last.endswith(("\\", "&", "`")) or _COMMENT.search(last):
            return None
        return [*before, f"{last} && {command}"]

    return amend


def optioned(installs: re.Pattern[str], option: str, otherwise: str | None = None) -> Amend:
    """A RUN with ``option`` behind what ``installs`` matches; where that is nothing, with ``otherwise`` run last."""

    def amend(written: WrittenInstruction) -> list[str] | None:
        source = "\n".join(written.source)
        amended = with_option(source, installs, option)
        if amended == source or not _is_shell_line(written):
            return appended(otherwise)(written) if otherwise else None
        return amended.split("\n")

    return amend


def after(line: str, amend: Amend) -> Amend:
    """What ``amend`` makes, with another ``line`` in front."""

    def amend_both(written: WrittenInstruction) -> list[str] | None:
        amended = amend(written)
        return [line, *amended] if amended else amended

    return amend_both


def with_option(line: str, installs: re.Pattern[str], option: str) -> str:
    """The line with ``option`` behind whatever ``installs`` matches; the same where it is there already."""
    return line if option in line else installs.sub(lambda found: f"{found[0]} {option}", line)


def flagged(flags: Mapping[str, str]) -> Amend:
    """A COPY or ADD with these flags, in place of its own of the same names."""

    def amend(written: WrittenInstruction) -> list[str] | None:
        first, *rest = written.source
        if "--chmod" in flags and any(each.startswith("--link") for each in written.step.flags):
            return None  # it makes all directories of the destination anew, and gives them the mode
        for name in flags:
            if any(each.startswith(f"{name}=") for each in written.step.flags):
                first, count = re.subn(rf"\s+{name}=\S+", "", first)
                if not count:
                    return None
        options = " ".join(f"{name}={value}" for name, value in flags.items())
        amended, count = re.subn(r"^(\s*(?:COPY|ADD))(?=\s)", rf"\1 {options}", first, flags=re.IGNORECASE)
        return [amended, *rest] if count else None

    return amend


def dropped(_: WrittenInstruction) -> list[str]:
    """Nothing in the place of the instruction."""
    return []


def replaced(command: str) -> Amend:
    """A RUN that runs ``command`` in place of its own."""

    def amend(written: WrittenInstruction) -> list[str] | None:
        return [f"RUN {command}"] if not _UNTOLD.search(command) and _is_shell_line(written) else None

    return amend


def is_only(line: str, commands: str) -> bool:
    """Whether a RUN, as the history tells it, is one command, by its name one of ``commands``.

    >>> is_only("RUN chown -R 1:1 /srv", "chown|chmod"), is_only("RUN make && chown 1 /srv", "chown|chmod")
    (True, False)
    """
    return re.match(rf"RUN (?:{commands})\s", line) is not None and _LIST.search(line) is None


def _is_shell_line(written: WrittenInstruction) -> bool:
    step = written.step
    return step.kind == "RUN" and not step.exec_form and not written.bodies and step.shell.startswith(_SHELLS)
