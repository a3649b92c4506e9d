"""Removals by package managers: their commands stand for thousands of files, and are run where these come from."""

from __future__ import annotations

import re
import shlex
from functools import cache
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Sequence

_PIP = r"(?:uv\s+)?pip[\d.]*|python[\d.]*\s+-m\s+pip"
# What a package manager is called, how it brings files, and how it takes them away.
_MANAGERS = (
    (r"apt|apt-get|aptitude", r"install|build-dep", r"purge|remove|autoremove|autopurge"),
    (r"dpkg", r"-i|--install", r"-r|-P|--remove|--purge"),
    (r"apk", r"add", r"del"),
    (r"dnf|yum|microdnf|tdnf|zypper", r"install|groupinstall|in", r"remove|erase|autoremove|rm"),
    (_PIP, r"install|sync", r"uninstall"),
)
# These go by the folder that they are run in.
_IN_FOLDERS = ((r"npm|pnpm|yarn", r"ci|install|i|add", r"prune|uninstall|rm|remove"),)
# What else such instructions do, and might as well do earlier.
_TIDIES = re.compile(r"(?:rm(?:\s+-\S+)*(?:\s+/\S+)+|\S+\s+(?:auto|dist)?clean(?:\s+all)?|set\s+-\w+)")
_BEFORE = r"(?:\A|[;&|(\s/])"
_SEPARATOR = re.compile(r"\s*(?:&&|;)\s*")
_NO_LIST = re.compile(r"\|\||\||\n|[`(){}…]|<<|&\Z|(?<!&)&(?!&)")


class Uninstall(Struct, frozen=True):
    """The ``commands`` by which a package manager removes, None where they do not stand alone.

    ``is_all`` that there is to the instructions; ``anywhere``: they do the same in any folder.
    """

    commands: str | None
    is_all: bool
    anywhere: bool


def uninstalled(installs: str, removes: Sequence[str]) -> Uninstall | None:
    """How ``removes``, instructions, have the package manager of ``installs`` remove; None where one does not.

    >>> uninstalled("RUN apk add gcc", ["RUN apk del gcc && make"])
    Uninstall(commands='apk del gcc', is_all=False, anywhere=True)
    """
    if not removes:
        return None
    for manager in (*_MANAGERS, *_IN_FOLDERS):
        name, bringing, taking = manager
        brings, takes = _calls(name, bringing), _calls(name, taking)
        if brings.search(installs) and all(takes.search(each) and not brings.search(each) for each in removes):
            return _joined([_commands(each) for each in removes], takes, manager not in _IN_FOLDERS)
    return None


def _joined(lists: list[list[str] | None], takes: re.Pattern[str], anywhere: bool) -> Uninstall:
    parts = [command for each in lists for command in each or ()]
    removals = [each for each in parts if takes.search(each) or _TIDIES.fullmatch(each)]
    commands = None if None in lists else " && ".join(removals)
    return Uninstall(commands, commands is not None and len(removals) == len(parts), anywhere)


@cache
def _calls(name: str, command: str) -> re.Pattern[str]:
    """What finds a call of a program with such a command."""
    return re.compile(rf"{_BEFORE}(?:{name})\s(?:[^;&|]*\s)?(?:{command})(?=\s|\Z)")


def _commands(line: str) -> list[str] | None:
    """The commands of a RUN that run one after the other; None where there is more to it."""
    parts = [each for each in _SEPARATOR.split(line.removeprefix("RUN ").strip()) if each]
    try:
        for each in parts:
            shlex.split(each)
    except ValueError:  # a separator in quotes
        return None
    return None if _NO_LIST.search(line) else parts
