"""Pieces of Markdown that hold any text.

Every text of an image stands in a code span or a fenced block. There, Markdown hosts leave ``@names``, ``#numbers``,
HTML and links alone; entities would not do, since hosts look for mentions after they have resolved them.
"""

from __future__ import annotations

import re
from itertools import takewhile
from typing import TYPE_CHECKING

from .formatting import counted, shortened, shortened_path, visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

LIMIT = 65_536
"""Characters that GitHub takes in a comment."""

NAME_CHARACTERS = 120
PATH_CHARACTERS = 160
INSTRUCTION_CHARACTERS = 80
LINE_CHARACTERS = 200
_BACKTICKS = re.compile("`+")


def code(text: str) -> str:
    """The text as a code span that ends where it should.

    >>> print(code("@octocat"), code("tick`tock"), code("`"))
    `@octocat` ``tick`tock`` `` ` ``
    """
    shown = visible(text)
    if not shown:
        return ""
    fence = "`" * (_longest_run(shown) + 1)
    pad = " " if shown.strip() and (shown[0] in "` " or shown[-1] in "` ") else ""
    return f"{fence}{pad}{shown}{pad}{fence}"


def span(text: str, limit: int) -> str:
    """As much of the text as is allowed, as a code span."""
    return code(_shown(text, limit))


def path_span(path: str) -> str:
    """A path as a code span, cut in its middle."""
    return code(shortened_path(visible(path), PATH_CHARACTERS))


def fenced(lines: Sequence[str], language: str, limit: int = LINE_CHARACTERS) -> list[str]:
    """The lines of a fenced block that ends where it should, each with at most ``limit`` characters."""
    shown = [_shown(line, limit) for line in lines]
    fence = "`" * max(3, _longest_run("\n".join(shown)) + 1)
    return [fence + language, *shown, fence]


def and_more(count: int, noun: str, rest: str = "") -> list[str]:
    """What a list leaves out; nothing where that is nothing."""
    return [f"and {counted(count, f'more {noun}')}{rest}"] if count else []


def make_table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; a colon after a column's name aligns it to the right."""
    return "\n".join([*table_head(columns), *map(table_row, rows)])


def table_head(columns: Sequence[str]) -> list[str]:
    """The two lines that open a table."""
    names = [name.removesuffix(":") for name in columns]
    rules = ["---:" if name.endswith(":") else "---" for name in columns]
    return [table_row(names), table_row(rules)]


def table_row(cells: Iterable[str]) -> str:
    """A line of a table."""
    return "| " + " | ".join(cell.replace("|", r"\|") for cell in cells) + " |"


def fitting(lines: Iterable[str], room: int) -> list[str]:
    """As many of the first lines as there is room for, line breaks included."""
    return [line for line, _ in takewhile(lambda each: each[1] <= room, _with_lengths(lines))]


def _shown(text: str, limit: int) -> str:
    """The start of the text, spelled out; what lies beyond the limit is not even looked at."""
    return shortened(visible(text[: limit + 1]), limit)


def _longest_run(text: str) -> int:
    """The number of backticks in the longest run of them."""
    return max((len(run) for run in _BACKTICKS.findall(text)), default=0)


def _with_lengths(lines: Iterable[str]) -> Iterator[tuple[str, int]]:
    """Each line with the characters up to its end, line breaks included."""
    total = 0
    for line in lines:
        total += len(line) + 1
        yield line, total
