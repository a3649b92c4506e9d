r"""Words and lists as Dockerfiles quote them, as JSON does, and as Go prints them into the history.

Variables are left as they stand. All expressions are possessive: what an image writes cannot make them slow.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_NAME = re.compile(r"(?:^| )([^\s=]++)=")
_GO_STRING = re.compile(r'"((?:[^"\\]|\\.)*+)"', re.DOTALL)
_GO_LIST = re.compile(r'\[\s*+(?:"(?:[^"\\]|\\.)*+"\s*+)*+\]', re.DOTALL)
_GO_ESCAPE = re.compile(r"\\(?:x([0-9a-f]{2})|u([0-9a-f]{4})|U([0-9a-f]{8})|(.))", re.DOTALL)
_GO_LETTERS = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_KNOWN_LIMIT = 10_000  # compared at every name
_SPACES = re.compile(r"\s+")


def one_line(text: str) -> str:
    """The text with every run of spaces and line breaks as one space."""
    return _SPACES.sub(" ", text).strip()


def words(text: str, escape: str = "\\") -> list[str]:
    r"""The words of a Dockerfile's line, quotes kept.

    >>> words('title="Acme shop" by=a\\ b')
    ['title="Acme shop"', 'by=a\\ b']
    """
    mark = re.escape(escape)
    word = rf"""(?:[^\s"'{mark}]|{mark}.|"(?:[^"{mark}]|{mark}.)*+"|'[^']*+'|["'{mark}])++"""
    return re.findall(word, text, re.DOTALL)


def unquoted(word: str, escape: str = "\\") -> str:
    r"""What a Dockerfile's word stands for: without quotes and escapes.

    >>> unquoted('"Acme \\"shop\\""'), unquoted("a\\ b"), unquoted("'$x'")
    ('Acme "shop"', 'a b', '$x')
    """
    mark = re.escape(escape)
    parts = re.compile(rf"""'([^']*+)'|"((?:[^"{mark}]|{mark}.)*+)"|{mark}(.)|([^'"{mark}]++|.)""", re.DOTALL)
    found = (each.groups() for each in parts.finditer(word))
    return "".join(
        single if single is not None else _inside(double, mark) if double is not None else escaped or plain or ""
        for single, double, escaped, plain in found
    )


def _inside(text: str, mark: str) -> str:
    """Between double quotes, only these are escaped."""
    return re.sub(rf'{mark}(["${mark}])', r"\1", text)


def quoted(value: str) -> str:
    r"""A word that stands for ``value``, in double quotes where it needs any.

    >>> quoted("info"), quoted('a "$b"')
    ('info', '"a \\"\\$b\\""')
    """
    if re.fullmatch(r"[\w./:@%+,=-]++", value):
        return value
    return '"' + re.sub(r'(["$\\])', r"\\\1", value) + '"'


def json_list(text: str) -> tuple[str, ...] | None:
    """The strings of a JSON array, or None for anything else. As in BuildKit, what follows the array is ignored."""
    if not text.startswith("["):
        return None
    try:
        found, _ = json.JSONDecoder().raw_decode(text)
    except (ValueError, RecursionError):
        return None
    return tuple(found) if isinstance(found, list) and all(isinstance(each, str) for each in found) else None


def go_list(text: str) -> tuple[str, ...] | None:
    r"""The strings that Go's %q printed as a list, or None for anything else.

    >>> go_list('["/bin/sh" "-c" "echo \\"hi\\""]')
    ('/bin/sh', '-c', 'echo "hi"')
    """
    if not _GO_LIST.fullmatch(text):
        return None
    return tuple(go_text(found[1]) for found in _GO_STRING.finditer(text))


def go_text(text: str) -> str:
    """What Go's %q stands for, without the quotes around it; bytes that are no UTF-8 become U+FFFD."""
    return _GO_ESCAPE.sub(_go_character, text)


def _go_character(found: re.Match[str]) -> str:
    byte, short, long, letter = found.groups()
    if letter:
        return _GO_LETTERS.get(letter, letter)
    code = int(byte or short or long, 16)
    return chr(code) if code < (0x80 if byte else 0x110000) and not 0xD800 <= code < 0xE000 else "\ufffd"


def printed_pairs(text: str, known: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Names and values of ``A=1 B=two words``, where quotes are gone.

    A name begins behind each space that `name=` follows, unless ``known`` has a value for the name before that
    goes on.

    >>> printed_pairs("A=1 B=two words", {})
    (('A', '1'), ('B', 'two words'))
    >>> printed_pairs("A=x B=y C=z", {"A": "x B=y"})
    (('A', 'x B=y'), ('C', 'z'))
    """
    pairs = []
    name = _NAME.match(text)
    while name:
        value = known.get(name[1])
        value = value if value is not None and len(value) <= _KNOWN_LIMIT else None
        end = name.end() + len(value) if value is not None else -1
        if value is None or not text.startswith(value, name.end()) or text[end : end + 1] not in ("", " "):
            following = _NAME.search(text, name.end())
            end = following.start() if following else len(text)
        pairs.append((name[1], text[name.end() : end]))
        name = _NAME.search(text, end)
    return tuple(pairs)
