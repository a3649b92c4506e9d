"""JSON of strangers: decoded into what is expected, or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import msgspec

if TYPE_CHECKING:
    from msgspec.json import Decoder

Decoded = TypeVar("Decoded")

# Some editors put it first; npm and Composer read over it.
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def decoded(content: bytes | msgspec.Raw, decoder: Decoder[Decoded]) -> Decoded | None:
    """What ``content`` says; None where it is no JSON, has another shape, or is nested too deeply to be read."""
    try:
        return decoder.decode(bytes(content).removeprefix(_BYTE_ORDER_MARK))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
