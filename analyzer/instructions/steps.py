"""What an instruction says, in one form for all who write it down: builders into the history, people into a Dockerfile.

Two steps say the same where they are equal, apart from what no history keeps; `comparing` knows about that.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

from .quoting import go_list, go_text, json_list, one_line, printed_pairs, unquoted, words

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .created_by import Instruction

PAIRS = frozenset({"ENV", "LABEL"})
ARGUMENT_LISTS = frozenset({"CMD", "ENTRYPOINT", "SHELL"})
COPIES = frozenset({"ADD", "COPY"})

_FLAG = re.compile(r"--[a-z][a-z-]*+(?:=\S*+)?(?:\s++|$)")
_UNKNOWN_SOURCE = re.compile(r"((?:file|dir|multi):[0-9a-f]+|[0-9a-f]{12,}|tarsum\S+) in (.*)", re.DOTALL)
_HEALTH = re.compile(r"""&\{(\[.*\])((?: "[^"]*"){3,4}) '(.+)'\}""", re.DOTALL)
_DURATION = re.compile(r"(\d+(?:\.\d+)?)(h|ms|m|s|us|µs|ns)")
_SECONDS = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 1e-3, "us": 1e-6, "µs": 1e-6, "ns": 1e-9}
_PORTS_LIMIT = 65_536


class Step(Struct, frozen=True):
    """An instruction: ``values`` are what its kind has.

    RUN, CMD, ENTRYPOINT: the command, or its words in exec form. COPY and ADD: sources, then the destination;
    ``unknown_source`` tells that a digest stands for the sources. ENV, LABEL: ``name=value`` each. EXPOSE:
    ports with protocol, sorted. HEALTHCHECK: NONE, or CMD and what it runs. Others: their text.
    ``shell`` is what a RUN went to, where that is known.
    """

    kind: str
    values: tuple[str, ...]
    flags: tuple[str, ...] = ()
    exec_form: bool = False
    unknown_source: bool = False
    shell: str = ""


def told_step(instruction: Instruction, known: Mapping[str, str] | None = None) -> Step:
    """What a history entry says. ``known`` names and values tell where a printed value ends."""
    kind, text = instruction.kind, instruction.arguments
    if kind == "RUN":
        return _told_run(instruction)
    if kind in COPIES:
        flags, rest = _flags(text)
        digest = _UNKNOWN_SOURCE.fullmatch(rest)
        if digest:
            return Step(kind, (digest[1], digest[2].strip()), flags, unknown_source=True)
        if not instruction.repeats_the_dockerfile:
            return Step(kind, tuple(rest.split()), flags)
    if instruction.repeats_the_dockerfile:
        return written_step(kind, text)
    return _printed(kind, text, known or {})


def written_step(kind: str, text: str, escape: str = "\\") -> Step:
    """What a line of a Dockerfile says, given without its first word and on one line."""
    flags, rest = _flags(text)
    if kind in _VALUES:
        return Step(kind, _VALUES[kind](rest, escape), flags)
    if kind == "HEALTHCHECK":
        return _written_health(flags, rest)
    listed = json_list(rest) if kind in (*ARGUMENT_LISTS, *COPIES, "RUN", "VOLUME") else None
    if kind in (*COPIES, "VOLUME"):
        return Step(kind, _unquoted_words(rest, escape) if listed is None else listed, flags)
    return Step(kind, (rest,) if listed is None else listed, flags, exec_form=listed is not None)


def _unquoted_words(text: str, escape: str) -> tuple[str, ...]:
    return tuple(unquoted(word, escape) for word in words(text, escape))


def _unquoted(text: str, escape: str) -> tuple[str, ...]:
    return (unquoted(text, escape),)


def _told_run(instruction: Instruction) -> Step:
    flags, command = _flags(instruction.arguments)
    if instruction.shell:
        return Step("RUN", (instruction.arguments,), shell=instruction.shell)
    if instruction.repeats_the_dockerfile and not instruction.build_arguments:
        words_of_it = json_list(command)
        return Step("RUN", words_of_it or (command,), flags, exec_form=words_of_it is not None)
    return Step("RUN", (instruction.arguments,), exec_form=True)


def _flags(text: str) -> tuple[tuple[str, ...], str]:
    """The flags that a text begins with, and the rest."""
    flags, place = [], 0
    while found := _FLAG.match(text, place):
        flags.append(found[0].strip())
        place = found.end()
    return tuple(flags), text[place:].strip()


def _printed(kind: str, text: str, known: Mapping[str, str]) -> Step:
    """Of what Docker's builders print with Go's verbs."""
    if kind in PAIRS or (kind == "ARG" and "=" in text):
        pairs = printed_pairs(text, known)
        return Step(kind, tuple(f"{name}={value}" for name, value in pairs) or (text,))
    if kind in ARGUMENT_LISTS:
        listed = json_list(text) or go_list(text) or _bare_list(text)
        return Step(kind, (text,) if listed is None else listed, exec_form=listed is not None)
    if kind == "VOLUME":
        return Step(kind, json_list(text) or _bare_list(text) or tuple(text.split()))
    if kind == "EXPOSE":
        return Step(kind, _ports(text.removeprefix("map").strip("[]").replace(":{}", "").split()))
    if kind == "HEALTHCHECK":
        return _printed_health(text)
    return Step(kind, (text,))


def _bare_list(text: str) -> tuple[str, ...] | None:
    """The words of Go's %v of a list, which tells nothing of spaces in them."""
    return tuple(text[1:-1].split()) if text.startswith("[") and text.endswith("]") else None


def _written_pairs(text: str, escape: str) -> tuple[str, ...]:
    found = words(text, escape)
    if found and "=" not in found[0]:  # ENV name any value
        name, value = unquoted(found[0], escape), text.strip()[len(found[0]) :].strip()
        return (f"{name}={unquoted(value, escape)}" if value else name,)
    return tuple(unquoted(word, escape) for word in found)


def _ports(found: list[str]) -> tuple[str, ...]:
    """Ports with their protocol, ranges as single ports while there are not too many, in order."""
    ports: set[tuple[int, str]] = set()
    others = set()
    left = _PORTS_LIMIT
    for each in found:
        number, _, protocol = each.partition("/")
        first, _, last = number.partition("-")
        span = _span(first, last or first)
        left -= len(span)
        if span and left >= 0:
            ports |= {(port, protocol.lower() or "tcp") for port in span}
        else:
            others.add(each)
    return (*(f"{port}/{protocol}" for port, protocol in sorted(ports)), *sorted(others))


def _span(first: str, last: str) -> range:
    """The ports from one to another; none where these are no numbers."""
    if not (first.isdecimal() and last.isdecimal() and len(first) < 6 and len(last) < 6):
        return range(0)
    return range(int(first), min(int(last), _PORTS_LIMIT - 1) + 1)


_VALUES: dict[str, Callable[[str, str], tuple[str, ...]]] = {
    "ENV": _written_pairs,
    "LABEL": _written_pairs,
    "ARG": _unquoted_words,
    "EXPOSE": lambda text, escape: _ports(words(text, escape)),
    "WORKDIR": _unquoted,
    "USER": _unquoted,
    "STOPSIGNAL": _unquoted,
    "ONBUILD": lambda text, _: (one_line(text),),
}


def _written_health(flags: tuple[str, ...], text: str) -> Step:
    if text.upper() == "NONE":
        return Step("HEALTHCHECK", ("NONE",))
    _, _, command = text.partition(" ")
    listed = json_list(command.strip())
    kept = sorted(f"{name}={_normal(value)}" for name, _, value in (flag.partition("=") for flag in flags))
    return Step("HEALTHCHECK", ("CMD", *(listed or (command.strip(),))), tuple(kept), exec_form=listed is not None)


def _printed_health(text: str) -> Step:
    found = _HEALTH.fullmatch(text)
    test = go_list(found[1]) if found else None
    if found is None or not test:
        return Step("HEALTHCHECK", (text,))
    if test[:1] == ("NONE",):
        return Step("HEALTHCHECK", ("NONE",))
    durations = found[2].replace('"', "").split()
    names = ["interval", "timeout", "start-period", "start-interval"]
    flags = [f"--{name}={_normal(each)}" for name, each in zip(names, durations, strict=False) if _normal(each) != "0s"]
    retries = go_text(found[3])
    flags += [f"--retries={ord(retries)}"] if len(retries) == 1 and retries != "\0" else []
    return Step("HEALTHCHECK", ("CMD", *test[1:]), tuple(sorted(flags)), exec_form=test[0] == "CMD")


def _normal(duration: str) -> str:
    """A duration in seconds: Go prints 1m30s for 90s. Anything else as it is."""
    if not duration or _DURATION.sub("", duration):
        return duration
    return f"{sum(float(number) * _SECONDS[unit] for number, unit in _DURATION.findall(duration)):g}s"
