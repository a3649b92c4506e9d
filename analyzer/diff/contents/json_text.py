"""JSON: both sides written in one way, keys in order, before they are compared line by line.

Numbers stay as they were written: what Python makes of them may be the same for two that differ.
"""

from __future__ import annotations

import json
from json.encoder import encode_basestring
from typing import TYPE_CHECKING, Any, NamedTuple

from .model import JSON, Told
from .text import text_of
from .unified import unified

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .model import Content

# A line is indented by its depth, so that a deep text is much longer written out than it was.
JSON_DEPTH_LIMIT = 100
JSON_LINES_LIMIT = 200_000

_SAME = "the same data: the order of keys, the layout or the end of the file differs"


class _Number(NamedTuple):
    literal: str


class _UnusualError(ValueError):
    """JSON of which another way to write it does not say the same, or is too long."""


def compare_json(old: Content | None, new: Content | None) -> Told | None:
    """A unified diff of both, written anew; None where either is no object or array in JSON."""
    try:
        before, after = _lines(old), _lines(new)
    except (ValueError, RecursionError):
        return None
    return Told(JSON, unified(before, after) or [_SAME])


def _lines(content: Content | None) -> list[str]:
    r"""The lines of a JSON text; raises ValueError or RecursionError for all else.

    >>> from .model import Content
    >>> _lines(Content(24, b'{"b": [1.50, {}], "a":0}'))
    ['{', '  "a": 0,', '  "b": [', '    1.50,', '    {}', '  ]', '}']
    """
    if content is None:
        return []
    text = text_of(content)
    if not text or text.lstrip(" \t\r\n")[:1] not in ("{", "["):
        raise _UnusualError("no object or array")
    # json.loads takes NaN and Infinity too.
    value = json.loads(
        text, parse_int=_Number, parse_float=_Number, parse_constant=_Number, object_pairs_hook=_distinct
    )
    lines: list[str] = []
    for line in _written(value, "", "", ""):
        lines.append(line)
        if len(lines) > JSON_LINES_LIMIT:
            raise _UnusualError("too many lines")
    return lines


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _UnusualError("a key that is there twice")
    return found


def _written(value: Any, indent: str, before: str, after: str) -> Iterator[str]:
    """The lines of a value, with ``before`` it, a key, and ``after`` it, a comma."""
    if isinstance(value, (dict, list)) and value:
        if len(indent) >= 2 * JSON_DEPTH_LIMIT:
            raise _UnusualError("too deep")
        opening, closing = "{}" if isinstance(value, dict) else "[]"
        yield f"{indent}{before}{opening}"
        yield from _members(value, indent + "  ")
        yield f"{indent}{closing}{after}"
    else:
        yield f"{indent}{before}{_scalar(value)}{after}"


def _members(value: dict[str, Any] | list[Any], indent: str) -> Iterator[str]:
    named = (
        [(_quoted(key) + ": ", value[key]) for key in sorted(value)]
        if isinstance(value, dict)
        else [("", each) for each in value]
    )
    for place, (key, each) in enumerate(named, 1):
        yield from _written(each, indent, key, "," if place < len(named) else "")


def _scalar(value: Any) -> str:
    if isinstance(value, _Number):
        return value.literal
    return _quoted(value) if isinstance(value, str) else json.dumps(value)


def _quoted(text: str) -> str:
    """As in JSON, with halves of surrogate pairs, which no encoding has, spelled out."""
    return encode_basestring(text).encode("utf-8", "backslashreplace").decode()
