"""Fields of one 512-byte tar header (POSIX.1-1988 ustar, GNU tar manual "Basic Tar Format")."""

from __future__ import annotations

from zlib import adler32

from ..errors import StreamReadError

BLOCK = 512
ZERO_BLOCK = bytes(BLOCK)

# Where each field stands in the header.
NAME = slice(0, 100)
MODE = slice(100, 108)
UID = slice(108, 116)
GID = slice(116, 124)
SIZE = slice(124, 136)
MTIME = slice(136, 148)
CHECKSUM = slice(148, 156)
KIND = 156
LINK = slice(157, 257)
MAGIC = slice(257, 263)
MAJOR = slice(329, 337)
MINOR = slice(337, 345)
PREFIX = slice(345, 500)

POSIX_MAGIC = b"ustar\0"

# Kinds of entry that carry no content, whatever their size field says.
HEADER_ONLY = b"123456"
FILE_KINDS = b"\x0007"
PAX_RECORD, PAX_GLOBAL, SOLARIS_RECORD = b"x"[0], b"g"[0], b"X"[0]
GNU_LONG_NAME, GNU_LONG_LINK, GNU_SPARSE = b"L"[0], b"K"[0], b"S"[0]


def padded(size: int) -> int:
    """``size`` rounded up to whole blocks."""
    return (size + BLOCK - 1) & -BLOCK


def text(field: bytes) -> bytes:
    """A text field up to its first NUL."""
    return field.partition(b"\0")[0]


def number(field: bytes) -> int:
    """A numeric field: octal digits, or GNU's base-256 where the first bit is set; an empty field is 0.

    Raises ValueError where the field is neither.

    >>> number(b"0000644\\0"), number(b"\\x80" + b"\\0" * 6 + b"\\x05"), number(b"\\xff" * 8)
    (420, 5, -1)
    """
    if field[0] & 0x80:
        sign_bits = field[0] & 0x40
        value = int.from_bytes(bytes([field[0] & 0x3F]) + field[1:], "big")
        return value - (1 << (8 * len(field) - 2)) if sign_bits else value
    digits = field.strip(b" \0").partition(b"\0")[0].rstrip(b" ")
    if not digits:
        return 0
    if not digits.isdigit():  # int() would take signs, underscores and Unicode digits too
        raise ValueError(f"not a number: {field!r}")
    return int(digits, 8)


def checksum_matches(header: bytes) -> bool:
    """Whether the header's checksum is right, by the unsigned sum or the signed one of old Sun tars."""
    try:
        stated = number(header[CHECKSUM])
    except ValueError:
        return False
    total = _sum_of(header) - sum(header[CHECKSUM]) + 8 * ord(" ")
    return stated == total or stated == total - 256 * sum(byte >= 0x80 for byte in header)


def _sum_of(header: bytes) -> int:
    """The sum of its bytes. Adler-32's lower half is 1 + such a sum modulo 65,521, which 256 bytes cannot reach."""
    return (adler32(header[:256]) & 0xFFFF) + (adler32(header[256:]) & 0xFFFF) - 2


def checked_number(header: bytes, field: slice, what: str) -> int:
    """A numeric field of ``header``; raises StreamReadError that names it."""
    try:
        return number(header[field])
    except ValueError as error:
        raise StreamReadError(f"tar header has a damaged {what} field {bytes(header[field])!r}") from error


def content_size(header: bytes) -> int:
    """The size field, never negative; raises StreamReadError."""
    size = checked_number(header, SIZE, "size")
    if size < 0:
        raise StreamReadError(f"tar header has a negative size ({size})")
    return size


def full_name(header: bytes) -> bytes:
    """The name, joined with ustar's prefix. GNU headers keep other things where the prefix would be."""
    name = text(header[NAME])
    prefix = text(header[PREFIX]) if header[MAGIC] == POSIX_MAGIC else b""
    return prefix + b"/" + name if prefix else name
