"""Text: UTF-8 without NUL, line by line. Whatever is not is compared as other bytes are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .model import TEXT, Told
from .unified import lines_of, unified

if TYPE_CHECKING:
    from .model import Content

TEXT_BYTES_LIMIT = 8 * 1024**2
TEXT_LINES_LIMIT = 500_000


def text_of(content: Content | None) -> str | None:
    """The text of a content, empty for none; None where it is no text, or too long for a diff."""
    if content is None:
        return ""
    if b"\0" in content.data or _is_long(content):
        return None
    try:
        return content.data.decode()
    except UnicodeDecodeError:
        return None


def is_long_text(content: Content) -> bool:
    """Whether it is for its length only that a content is not taken for text, as far as bytes tell."""
    return b"\0" not in content.data and _is_long(content)


def _is_long(content: Content) -> bool:
    return content.size > TEXT_BYTES_LIMIT or content.data.count(b"\n") > TEXT_LINES_LIMIT


def compare_texts(old: Content | None, new: Content | None) -> Told | None:
    """A unified diff; None where either is no text. What is on one side only comes or goes as a whole."""
    texts = text_of(old), text_of(new)
    if texts[0] is None or texts[1] is None:
        return None
    return Told(TEXT, unified(lines_of(texts[0]), lines_of(texts[1])))
