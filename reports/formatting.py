"""Numbers, names and sentences for readers: what HTML, Markdown and the terminal have in common."""

from __future__ import annotations

import re
from collections import Counter
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .document import Document

CLASSES = {
    "visible": "files that a container sees",
    "overwritten": "files that a later layer replaced by other content",
    "recopied": "files that a later layer stored again unchanged: chown, chmod, touch",
    "removed": "files that a later layer removed",
    "repeated": "files that the same layer stored again under the same name",
    "overhead": "tar headers and padding around the files",
}
"""What each class of the ledger holds, in the ledger's order."""

INSTRUCTION_CHARACTERS = 90
"""Of an instruction that is only to be recognised."""

EDIT_CHARACTERS = 2000
"""Of what a finding advises: several lines of a Dockerfile that are to be copied."""

_UNITS = ("kB", "MB", "GB", "TB", "PB", "EB")
_BINARY_UNITS = ("KiB", "MiB", "GiB", "TiB", "PiB", "EiB")
_SHORT_DIGEST = 12
_DIGITS = 16
_DIGEST = re.compile(r"\b([0-9a-f]{12})[0-9a-f]{52}\b")
_exact: ContextVar[bool] = ContextVar("exact", default=False)
_ROW = re.compile(r"^ {2,}\S.*?  .*$", re.MULTILINE)
_FIGURE = re.compile(r"  [<>+-]?\d[\d,.]*(?:%| [kMGTPE]?B)?$")
_COMMAND = re.compile(r"##(vso)?\[")
_CONTROLS_IN_JSON = re.compile("[\x7f-\x9f]")


def visible(text: str) -> str:
    r"""The text with every character that would not show as itself spelled out.

    Controls, line breaks, bidirectional overrides, zero-width and unassigned characters become ``\xNN``,
    ``\uNNNN`` or ``\UNNNNNNNN``, so that a name cannot move the cursor, hide a part of itself or reorder the
    text around it. ``\xNN`` is kept to ASCII: above it, paths use that for bytes that are not UTF-8.

    So does the first ``#`` of ``##[`` and ``##vso[``, for which CI systems look in the middle of lines of a log.

    >>> print(visible("a\x1b[2Jb\u202ec"))
    a\x1b[2Jb\u202ec
    """
    if "##" in text:
        text = _COMMAND.sub(r"\\x23#\1[", text)
    if text.isprintable():
        return text
    return "".join(each if each.isprintable() else _spelled(ord(each)) for each in text)


@lru_cache(maxsize=1024)
def _spelled(codepoint: int) -> str:
    if codepoint < 0x80:
        return f"\\x{codepoint:02x}"
    return f"\\u{codepoint:04x}" if codepoint < 0x10000 else f"\\U{codepoint:08x}"


def json_printable(text: str) -> str:
    """JSON text with the controls escaped that JSON itself lets through: DEL and those above ASCII."""
    return _CONTROLS_IN_JSON.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def shortened(text: str, limit: int) -> str:
    """At most ``limit`` characters, the last of them an ellipsis where something was cut.

    >>> shortened("RUN apt-get update", 8)
    'RUN apt…'
    """
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def shortened_path(path: str, limit: int) -> str:
    """At most ``limit`` characters, cut in the middle: a path's start and its name say most.

    >>> shortened_path("usr/share/doc/readme.txt", 15)
    'usr/sha…dme.txt'
    """
    if len(path) <= limit:
        return path
    tail = (limit - 1) // 2
    return path[: limit - 1 - tail] + "…" + path[len(path) - tail :]


def within(text: str, width: int) -> str:
    """A summary with the rows of its tables, which are indented and have gaps, cut at ``width``; sentences are whole.

    So are rows that end in a figure, and go on in the next line of the terminal.

    >>> within("A sentence.\\n  12 kB  layer 3  RUN make\\n  waste  214 kB  →  280 kB  +30.6%\\n", 20)
    'A sentence.\\n  12 kB  layer 3  R…\\n  waste  214 kB  →  280 kB  +30.6%\\n'
    """
    return _ROW.sub(lambda found: found[0] if _FIGURE.search(found[0]) else shortened(found[0], width), text)


def one_line(instruction: str) -> str:
    """As much of an instruction as is needed to recognise it; digests in it are cut to their start."""
    # Even a start that is all digests fills the line when they are cut.
    start = visible(instruction[: 6 * INSTRUCTION_CHARACTERS])
    return shortened(_DIGEST.sub(r"\1…", start), INSTRUCTION_CHARACTERS)


def apart(paths: Iterable[str]) -> list[str]:
    """Those of the paths that lie in none before them.

    >>> apart(["srv/app", "srv/app/venv", "var", "srv/apple"])
    ['srv/app', 'var', 'srv/apple']
    """
    found: dict[str, None] = {}
    for path in paths:
        parts = path.split("/")
        if not any("/".join(parts[:count]) in found for count in range(1, len(parts) + 1)):
            found[path] = None
    return list(found)


@contextmanager
def exact_sizes() -> Iterator[None]:
    """Inside, sizes are told to the last byte.

    >>> with exact_sizes():
    ...     decimal_bytes(12_345_678)
    '12,345,678 B'
    """
    before = _exact.set(True)
    try:
        yield
    finally:
        _exact.reset(before)


def decimal_bytes(count: int) -> str:
    """Bytes with three significant digits in decimal units; all digits inside `exact_sizes`.

    >>> [decimal_bytes(each) for each in (0, 999, 1000, 12_345_678, -999_999)]
    ['0 B', '999 B', '1.00 kB', '12.3 MB', '-1.00 MB']
    """
    return f"{count:,} B" if _exact.get() else _scaled(count, 1000, _UNITS)


def told_apart(*counts: int | None) -> tuple[str, ...]:
    """Bytes as `decimal_bytes`, those to the last one that would look like a different one; None is nothing.

    >>> told_apart(1_234_567, 1_234_568, 48_000), told_apart(1_234_567, None)
    (('1,234,567 B', '1,234,568 B', '48.0 kB'), ('1.23 MB', ''))
    """
    texts = {count: decimal_bytes(count) for count in counts if count is not None}
    times = Counter(texts.values())
    return tuple("" if each is None else f"{each:,} B" if times[texts[each]] > 1 else texts[each] for each in counts)


def both_units(count: int) -> str:
    """Bytes to the last one, and in binary units for those who think in them.

    >>> [both_units(each) for each in (1, 12_345_678)]
    ['1 byte', '12,345,678 bytes = 11.8 MiB']
    """
    return exact_bytes(count) + (f" = {_scaled(count, 1024, _BINARY_UNITS)}" if count >= 1024 else "")


def _scaled(count: int, base: int, units: tuple[str, ...]) -> str:
    if count < 0:
        return "-" + _scaled(-count, base, units)
    if count < base:
        return f"{count} B"
    value, unit = float(count), -1
    while value >= base - 0.5:
        value, unit = value / base, unit + 1
    digits = 2 if value < 9.995 else 1 if value < 99.95 else 0
    return f"{value:.{digits}f} {units[unit]}"


def signed_bytes(count: int) -> str:
    """Growth in bytes, with its sign.

    >>> [signed_bytes(each) for each in (48_000_000, 0, -3000)]
    ['+48.0 MB', '0 B', '-3.00 kB']
    """
    return ("+" if count > 0 else "") + decimal_bytes(count)


def signed(count: int) -> str:
    """A difference of counts with its sign and its thousands apart; nothing is ``0``."""
    return f"{count:+,}" if count else "0"


def exact_bytes(count: int) -> str:
    """Bytes to the last one.

    >>> exact_bytes(12_345_678)
    '12,345,678 bytes'
    """
    return counted(count, "byte")


def grouped(count: int) -> str:
    """A count with its thousands apart: ``1,234``."""
    return f"{count:,}"


def counted(count: int, noun: str) -> str:
    """A count and what is counted: ``1 layer``, ``1,234 layers``."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def of_security(severities: Iterable[str]) -> str:
    """What is to be said of findings that are left out: how many of them a short list must not pass over in silence.

    >>> of_security(["waste", "security", "security"]), of_security(["size"])
    (', 2 of them about security', '')
    """
    count = sum(each == "security" for each in severities)
    return f", {count} of them about security" if count else ""


def percent(fraction: float) -> str:
    """A share with one decimal; only nothing is 0% and only all is 100%.

    >>> [percent(each) for each in (0, 0.00001, 0.3764, 0.99999, 1)]
    ['0%', '<0.1%', '37.6%', '>99.9%', '100%']
    """
    if fraction in (0, 1):
        return f"{fraction:.0%}"
    if fraction < 0.001:
        return "<0.1%"
    return ">99.9%" if 0.999 < fraction < 1 else f"{fraction:.1%}"


def signed_percent(change: float, whole: float) -> str:
    """A growth as a percentage of what was there before, with its sign; nothing for none.

    Only what is gone shrank by 100%. Below 0.1% it is told without the sign, which nobody could read before a ``<``.

    >>> [signed_percent(each, 10_000) for each in (3_764, -9_995, -10_000, 25_000, -1, 0)]
    ['+37.6%', '-99.9%', '-100%', '+250%', '<0.1%', '']
    """
    if not (change and whole):
        return ""
    part, sign = abs(change) / whole, "+" if change > 0 else "-"
    if part < 0.001:
        return "<0.1%"
    return sign + (f"{min(part, 0.999):.1%}" if part < 1 else f"{part:,.0%}")


def signed_share(difference: float) -> str:
    """A difference of shares with its sign, and with as many digits as it takes to tell it from none.

    >>> [signed_share(each) for each in (0.024, -0.9996, -1, -0.00004, 0)]
    ['+2.4%', '-99.9%', '-100%', '-0.004%', '0%']
    """
    if difference in (-1, 0, 1):
        return f"{difference:+.0%}" if difference else "0%"
    texts = (f"{max(-0.999, min(difference, 0.999)):+.{digits}%}" for digits in range(1, _DIGITS))
    return next((each for each in texts if each.strip("+-0.%")), "<0.1%")


def share(part: int, whole: int) -> str:
    """The percentage that a part is of the whole; ``0%`` of nothing."""
    return percent(part / whole if whole else 0)


def short_digest(digest: str) -> str:
    """Enough of a digest to tell it from others at sight.

    >>> short_digest("sha256:0123456789abcdef0123456789abcdef")
    '0123456789ab'
    """
    return digest.rpartition(":")[2][:_SHORT_DIGEST]


class Headline(Struct, frozen=True):
    """The sentence that says what matters, and the layer it blames, if any, with that layer's instruction."""

    text: str
    layer: int | None = None
    instruction: str = ""


def headline(document: Document) -> Headline:
    """What a reader should take away from the report."""
    size, waste = document.size, document.waste
    if not size.file_bytes:
        own = document.parents and document.parents.own_from and document.parents.inherited.file_bytes
        return Headline("Its own layers store no file content." if own else "This image stores no file content.")
    if not waste.bytes:
        return Headline(f"Nothing is wasted: a container sees all {decimal_bytes(size.file_bytes)} of stored files.")
    opening = (
        f"{share(waste.bytes, size.file_bytes)} of the stored file bytes ({decimal_bytes(waste.bytes)}) "
        f"are never seen by a container"
    )
    if not waste.by_layer:
        return Headline(opening + ".")
    worst = max(waste.by_layer, key=lambda each: each.caused)
    instruction = next((each.instruction for each in document.layers if each.index == worst.layer), "")
    return Headline(
        f"{opening}. {_main_cause(document)}, and layer {worst.layer} alone accounts for {decimal_bytes(worst.caused)}",
        worst.layer,
        visible(instruction),
    )


def _main_cause(document: Document) -> str:
    by_cause = {cause: getattr(document.waste.by_cause, cause) for cause in document.waste.by_cause.__struct_fields__}
    cause = max(by_cause, key=lambda each: by_cause[each])
    portion = by_cause[cause] / document.waste.bytes
    if portion == 1:
        return f"All of that was {cause}"
    return f"{'Most' if portion > 0.5 else 'The largest part'} of that ({percent(portion)}) was {cause}"
