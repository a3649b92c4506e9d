"""Globs over paths of an image, as regular expressions that RE2 runs over whole columns."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterable

_TOKENS = re.compile(r"\*\*/|\*\*|\*|\?|[{},]|[^*?{},]+")
_MEANINGS = {"**/": r"(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]", "{": "(?:", "}": ")"}


class Globs(Struct, frozen=True, dict=True):
    """Which paths a rule is about: all below ``directories``, and ``files``, less what ``spared`` matches.

    ``*`` and ``?`` stay inside a name, ``**/`` stands for any directories or none, ``{a,b}`` for either.
    Paths have no leading slash. Without further globs, ``spared`` spares nothing.
    """

    directories: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    spared: tuple[str, ...] = ()

    @cached_property
    def directory_regex(self) -> str:
        """What matches the path of a directory that counts with all below it."""
        return whole(map(regex, self.directories))

    @cached_property
    def file_regex(self) -> str:
        """What matches the path of a file that counts."""
        return whole(map(regex, self.files))

    @cached_property
    def spared_regex(self) -> str:
        """What matches the path of a file that does not count after all."""
        return whole(map(regex, self.spared))


def regex(glob: str) -> str:
    """What matches the end of a text that the glob matches, the end itself left out.

    >>> regex("**/node_modules/*.{js,ts}")
    '(?:\\\\A|/)node_modules/[^/]*\\\\.(?:js|ts)'
    """
    glob = glob.lstrip("/")
    free = glob.startswith("**/")
    return (r"(?:\A|/)" if free else r"\A") + _inner(glob.removeprefix("**/"))


def _inner(glob: str) -> str:
    parts, depth = [], 0
    for part in _TOKENS.findall(glob):
        depth += (part == "{") - (part == "}")
        if depth < 0:
            return re.escape(glob)  # braces that do not pair stand for themselves
        parts.append("|" if part == "," and depth else _MEANINGS.get(part) or re.escape(part))
    return re.escape(glob) if depth else "".join(parts)


def whole(expressions: Iterable[str]) -> str:
    """What matches any of these expressions up to the end; nothing for none.

    Anchored at the end only, so that RE2 starts there and gives most paths up after a letter or two.
    """
    alternatives = "|".join(expressions)
    return rf"(?s)(?:{alternatives})\z" if alternatives else ""
