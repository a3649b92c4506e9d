"""Whether a stranger's content may go to a terminal, which takes some characters for commands (ECMA-48)."""

from __future__ import annotations

import re
from codecs import getincrementaldecoder
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

# All controls but tab, line feed, form feed and what ends lines elsewhere: a carriage return alone overwrites.
_COMMAND = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f]|\r(?!\n)")


def is_safe_text(pieces: Iterable[bytes]) -> bool:
    r"""Whether the pieces are UTF-8 without characters that a terminal obeys.

    >>> is_safe_text([b"caf\xc3", b"\xa9\r", b"\n"]), is_safe_text([b"\x1b[2J"]), is_safe_text([b"caf\xe9"])
    (True, False, False)
    """
    decoder = getincrementaldecoder("utf-8")()
    held = ""
    try:
        for piece in pieces:
            text = held + decoder.decode(piece)
            held = "\r" if text.endswith("\r") else ""
            if _COMMAND.search(text.removesuffix(held)):
                return False
        return not _COMMAND.search(held + decoder.decode(b"", final=True))
    except UnicodeDecodeError:
        return False
