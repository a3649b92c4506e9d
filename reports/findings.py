"""Findings to read: a ranked list, what to edit, and what all of it saves."""

from __future__ import annotations

import re
import textwrap
from typing import TYPE_CHECKING

from analyzer.findings.model import SEVERITIES

from .formatting import counted, decimal_bytes, shortened, shortened_path, visible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from analyzer.findings.model import Finding, Findings, Rule, Saving

_PATHS = 3
_EDIT_LINES = 40
_EDIT_CHARACTERS = 1000
_OF_A_DOCKERFILE = re.compile(r"[-+ ]|(?:RUN|COPY|ADD|ENV) ")


def first_paths(finding: Finding, width: int) -> list[str]:
    """The first few paths, a line each, and how many more there are."""
    paths = [shortened_path(visible(path), width) for path in finding.paths[:_PATHS]]
    more = finding.count - len(paths)
    return [*paths, *([f"and {more:,} more"] if more > 0 else [])]


def whole_paths(finding: Finding, _width: int) -> list[str]:
    """All paths that the finding has, a line each, however long."""
    return [visible(path) for path in finding.paths]


def listed(findings: Findings, top: int, width: int, paths: Callable[[Finding, int], list[str]] = first_paths) -> str:
    """The first ``top`` findings in lines of about ``width`` characters, and what all of them save together.

    ``paths`` gives the lines for those of a finding.
    """
    lines = [line for finding in findings.found[:top] for line in _lines(finding, width, paths(finding, width - 10))]
    more = len(findings.found) - top
    if more > 0:
        lines += [f"and {counted(more, 'more finding')}", ""]
    return "\n".join([*lines, _ending(findings)]) + "\n"


def explained(rule: Rule) -> str:
    """What a rule is about, with a Dockerfile that it finds something in, and one that is better."""
    return "\n".join(
        [
            f"{rule.id}: {rule.title} ({rule.severity}: {SEVERITIES[rule.severity]})",
            "",
            *textwrap.wrap(rule.meaning, 100, break_on_hyphens=False),
            "",
            "Instead of",
            *_indented(rule.bad.splitlines()),
            "write",
            *_indented(rule.good.splitlines()),
            "",
        ]
    )


def _lines(finding: Finding, width: int, paths: Iterable[str]) -> list[str]:
    place = "config" if finding.layer is None else f"layer {finding.layer}"
    place += f", Dockerfile:{finding.dockerfile_line}" if finding.dockerfile_line else ""
    inherited = " of the parent image" if finding.inherited else ""
    saved = decimal_bytes(finding.file_bytes) if finding.file_bytes else finding.severity
    also = f", also {', '.join(finding.also)}" if finding.also else ""
    head = f"{saved:>8}  {finding.rule}: {finding.title}{also}"
    return [
        head,
        shortened(f"          {place}{inherited}  {visible(finding.instruction)}".rstrip(), width),
        *(f"          {path}" for path in paths),
        *_edit(finding.edit, width),
        "",
    ]


def _edit(edit: str, width: int) -> list[str]:
    """What to change. Lines of a Dockerfile stay whole, to be copied from here; others are folded."""
    lines: list[str] = []
    for number, line in enumerate(edit.split("\n")[:_EDIT_LINES]):
        start = "       => " if number == 0 else "            "
        if _OF_A_DOCKERFILE.match(line):
            lines.append(start + visible(line))
            continue
        text = shortened(visible(line), _EDIT_CHARACTERS)
        lines += textwrap.wrap(
            text,
            max(width, 40),
            initial_indent=start,
            subsequent_indent="            " if number == 0 else "              ",
            break_on_hyphens=False,
            break_long_words=False,
        )
    return lines


def _ending(findings: Findings) -> str:
    """How many, what all together save, and how much of that only the parent's makers can save."""
    count = len(findings.found)
    if not count:
        return "No findings."
    if not findings.together.file_bytes:
        text = f"{counted(count, 'finding')}, nothing to save"
    else:
        save = "all together save" if count > 1 else "saves"
        text = f"{counted(count, 'finding')}, {save} {_saved(findings.together)}"
    own = sum(not each.inherited for each in findings.found)
    if own == count:
        return text
    rest = findings.together.file_bytes - findings.own.file_bytes
    return (
        f"{text}: {_exact(findings.own.file_bytes)} by the {own:,} in your own layers, "
        f"{_exact(rest)} by the {count - own:,} in the parent image, which another Dockerfile makes"
    )


def _saved(saving: Saving) -> str:
    rounded, exact = decimal_bytes(saving.file_bytes), f"{saving.file_bytes:,}"
    more = [f"{exact} bytes"] if rounded != f"{exact} B" else []
    more += [] if saving.pull_bytes is None else [f"{decimal_bytes(round(saving.pull_bytes))} to pull"]
    return f"{rounded} ({', '.join(more)})" if more else rounded


def _exact(count: int) -> str:
    return f"{count:,} bytes" if count else "nothing"


def _indented(lines: Iterable[str]) -> list[str]:
    return [f"    {line}" for line in lines]
