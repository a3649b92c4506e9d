"""Whether a line of a Dockerfile may be what a history entry tells of, past all that builders change on the way.

They substitute variables, resolve folders, drop flags, name copied files by digest, take heredocs for what is in
them, and print a shell form as the exec form it becomes.
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from .quoting import one_line
from .steps import ARGUMENT_LISTS, COPIES, PAIRS, told_step

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from .created_by import Instruction
    from .steps import Step

_VARIABLE = re.compile(r"\$\{[^}]*+\}|\$\w++")
_SHORTENED_HEREDOC = re.compile(r"<<-?(\S++) \((.*)\)", re.DOTALL)
_HEREDOC = re.compile(r"""<<-?["']?([A-Za-z_]\w*+)["']?""")


def fits(written: Step, told: Instruction, bodies: Sequence[str] = ()) -> bool:
    """Whether ``told`` may come from ``written``; ``bodies`` are other forms of a RUN or COPY with heredocs."""
    if not told.kind:
        return written.kind == "RUN" and _is_bare_run(written, told.text)
    if written.kind != told.kind:
        return False
    if written.kind == "RUN":
        return _same_run(written, told_step(told), bodies)
    if written.kind in PAIRS:
        return _same_pairs(written, told)
    return _BY_KIND.get(written.kind, _same_values)(written, told_step(told))


def _is_bare_run(written: Step, told: str) -> bool:
    """Docker's first builder writes an exec form, or a shell of one's own, as the words that were run."""
    return told == one_line(" ".join(written.values) if written.exec_form else f"{written.shell} {written.values[0]}")


def _same_run(written: Step, told: Step, bodies: Sequence[str]) -> bool:
    text = one_line(told.values[0])
    if written.exec_form:
        return one_line(" ".join(written.values)) in (text, f"{told.shell} {text}", one_line(" ".join(told.values)))
    shortened = _SHORTENED_HEREDOC.fullmatch(text)
    if shortened:
        return any(one_line(body).startswith(one_line(shortened[2].rstrip(".…"))) for body in bodies)
    commands = [one_line(each) for each in (*written.values, *bodies)]
    return text in commands or (told.exec_form and text == f"{written.shell} {commands[0]}")


def _same_copy(written: Step, told: Step) -> bool:
    ours, theirs = dict(map(_pair, written.flags)), dict(map(_pair, told.flags))
    if any(not matches(ours[name], theirs[name]) for name in ours.keys() & theirs.keys()):
        return False
    ours_in_order, theirs_in_order = map(_source, written.values), map(_source, told.values)
    if matches(" ".join(ours_in_order), " ".join(theirs_in_order)):  # also where a path with spaces is printed
        return True
    if len(written.values) < 2 or not told.values or not same_path(written.values[-1], told.values[-1]):
        return False
    sources, told_sources = (sorted(map(_source, each.values[:-1])) for each in (written, told))
    return told.unknown_source or _same_texts(sources, told_sources)


def _source(text: str) -> str:
    return _HEREDOC.sub(r"<<\1", text)


def _same_pairs(written: Step, told: Instruction) -> bool:
    """The values in the Dockerfile tell where the printed ones end."""
    ours = dict(map(_pair, written.values))
    theirs = dict(map(_pair, told_step(told, ours).values))
    return ours.keys() == theirs.keys() and all(matches(value, theirs[name]) for name, value in ours.items())


def _same_names(written: Step, told: Step) -> bool:
    """Of build arguments: their values are given when the image is built."""
    return [_pair(each)[0] for each in written.values] == [_pair(each)[0] for each in told.values]


def _same_folder(written: Step, told: Step) -> bool:
    return same_path(written.values[0], told.values[0])


def _same_ports(written: Step, told: Step) -> bool:
    """A variable may stand for any number of ports, none included."""
    variables = [each for each in written.values if "$" in each]
    rest = set(told.values) - set(written.values)
    return set(written.values) - set(told.values) <= set(variables) and all(
        any(matches(each, port) or matches(f"{each}/tcp", port) for each in variables) for port in rest
    )


def _same_values(written: Step, told: Step) -> bool:
    """As one text, since lists may be printed without marks between their words."""
    return matches(one_line(" ".join(written.values)), one_line(" ".join(told.values)))


def _same_arguments(written: Step, told: Step) -> bool:
    if written.kind == "HEALTHCHECK" and set(written.flags) != set(told.flags):
        return False
    if written.exec_form == told.exec_form:
        return _same_texts(written.values, told.values)
    if not told.values or not written.values:
        return False
    return told.exec_form and one_line(told.values[-1]) == one_line(written.values[-1])


def _same_texts(written: Sequence[str], told: Sequence[str]) -> bool:
    return len(written) == len(told) and all(map(matches, written, told))


def same_path(written: str, told: str) -> bool:
    """Whether a path may have been resolved to another.

    >>> same_path("app/", "/srv/app"), same_path("$HOME/x", "/root/x"), same_path("/a", "/b/a")
    (True, True, False)
    """
    ours, theirs = posixpath.normpath(written), posixpath.normpath(told)
    if matches(ours, theirs):
        return True
    return not ours.startswith(("/", "$")) and (ours == "." or theirs.endswith("/" + ours))


def matches(written: str, told: str) -> bool:
    """Whether a text with variables may have become another: what stands between them is there, in order.

    >>> matches("model.${ARCH}.bin", "model.arm64.bin"), matches("model.$ARCH.bin", "data.arm64.bin")
    (True, False)
    """
    parts = _VARIABLE.split(written)
    if len(parts) == 1 or written == told:
        return written == told
    first, *middle, last = parts
    if not (told.startswith(first) and told.endswith(last) and len(told) >= len(first) + len(last)):
        return False
    place = len(first)
    for part in middle:
        found = told.find(part, place, len(told) - len(last))
        if found < 0:
            return False
        place = found + len(part)
    return True


def _pair(text: str) -> tuple[str, str]:
    name, _, value = text.partition("=")
    return name, value


_BY_KIND: dict[str, Callable[[Step, Step], bool]] = {
    **dict.fromkeys(COPIES, _same_copy),
    **dict.fromkeys((*ARGUMENT_LISTS, "HEALTHCHECK"), _same_arguments),
    "ARG": _same_names,
    "EXPOSE": _same_ports,
    "WORKDIR": _same_folder,
}
