"""Records that stand before an entry and override its header: PAX (POSIX.1-2001 pax) and GNU long names."""

from __future__ import annotations

import base64
import binascii
from decimal import Decimal
from typing import Any
from urllib.parse import unquote_to_bytes

from msgspec import Struct
from msgspec.structs import asdict, replace

from ..errors import LimitExceededError, StreamReadError

RECORD_BYTES_LIMIT = 1024 * 1024
PATH_BYTES_LIMIT = 4095  # Linux's PATH_MAX without its NUL
XATTR_BYTES_LIMIT = 64 * 1024  # Linux's XATTR_SIZE_MAX
XATTR_PREFIX = b"SCHILY.xattr."
LIBARCHIVE_XATTR_PREFIX = b"LIBARCHIVE.xattr."
SPARSE_PREFIX = b"GNU.sparse."
_PREFIXES = (XATTR_PREFIX, LIBARCHIVE_XATTR_PREFIX, SPARSE_PREFIX)


class Overrides(Struct, frozen=True):
    """What records say of the next entry; None where they say nothing.

    ``mtime`` is in nanoseconds since 1970; ``sparse`` holds GNU.sparse.* records in their order, since
    version 0.0 repeats its keys; ``withdrawn`` names fields whose global value an empty record takes back.
    """

    path: bytes | None = None
    link: bytes | None = None
    size: int | None = None
    uid: int | None = None
    gid: int | None = None
    mtime: int | None = None
    xattrs: tuple[tuple[str, bytes], ...] = ()
    sparse: tuple[tuple[bytes, bytes], ...] = ()
    withdrawn: frozenset[str] = frozenset()

    def over(self, base: Overrides) -> Overrides:
        """These overrides on top of ``base`` (an entry's own records on top of global ones)."""
        if base is NOTHING or self is NOTHING:
            return base if self is NOTHING else self
        given: dict[str, Any] = {name: value for name, value in asdict(self).items() if value}
        given |= {name: value for name in ("size", "uid", "gid", "mtime") if (value := getattr(self, name)) is not None}
        withdrawn: dict[str, Any] = dict.fromkeys(self.withdrawn - given.keys())
        return replace(base, **withdrawn, **given)


NOTHING = Overrides()


def check_record_size(size: int) -> None:
    """Raises LimitExceededError for a record over 1 MiB: real ones hold a name and a few attributes."""
    if size > RECORD_BYTES_LIMIT:
        raise LimitExceededError(f"a PAX or long-name record of {size:,} bytes; over {RECORD_BYTES_LIMIT:,} is refused")


def split_records(body: bytes) -> list[tuple[bytes, bytes]]:
    """The ``length key=value`` records of a PAX header, in order; raises StreamReadError where one is damaged."""
    records = []
    position = 0
    while position < len(body) and body[position] != 0:
        digits, space, _ = body[position : position + 12].partition(b" ")
        length = int(digits) if space and digits.isdigit() else 0
        key, equals, value = body[position + len(digits) + 1 : position + length - 1].partition(b"=")
        if not key or not equals or body[position + length - 1 : position + length] != b"\n":
            raise StreamReadError(f"damaged PAX record {body[position : position + 40]!r}")
        records.append((key, value))
        position += length
    return records


def parse_pax(body: bytes) -> Overrides:
    """What the PAX records in ``body`` override; unknown keys are ignored, as the standard asks."""
    values: dict[str, bytes] = {}
    xattrs: dict[str, bytes] = {}
    sparse = []
    for key, value in split_records(body):
        if key in _PAX_FIELDS:
            values[_PAX_FIELDS[key]] = value
        elif not key.startswith(_PREFIXES):
            continue
        elif key.startswith(XATTR_PREFIX):
            xattrs[_attribute_name(key[len(XATTR_PREFIX) :])] = _attribute(value)
        elif key.startswith(LIBARCHIVE_XATTR_PREFIX):
            name = unquote_to_bytes(key[len(LIBARCHIVE_XATTR_PREFIX) :])
            xattrs.setdefault(_attribute_name(name), _attribute(_base64(value)))
        else:
            sparse.append((key[len(SPARSE_PREFIX) :], value))
    if not (values or xattrs or sparse):
        return NOTHING
    return Overrides(
        path=check_path(_name(values.get("path"))),
        link=check_link(_name(values.get("link"))),
        size=_whole(values.get("size"), "size"),
        uid=_whole(values.get("uid"), "uid"),
        gid=_whole(values.get("gid"), "gid"),
        mtime=_nanoseconds(values.get("mtime")),
        xattrs=tuple(xattrs.items()),
        sparse=tuple(sparse),
        withdrawn=frozenset(name for name, value in values.items() if not value),
    )


# Enough for every 64-bit second with nanoseconds; more digits than that say nothing.
_MTIME_DIGITS = 40
_EXACT_DIGITS = 28  # of Decimal's arithmetic: with more it rounds

_PAX_FIELDS = {
    b"path": "path",
    b"linkpath": "link",
    b"size": "size",
    b"uid": "uid",
    b"gid": "gid",
    b"mtime": "mtime",
}


def _attribute_name(raw: bytes) -> str:
    return raw.decode("utf-8", "backslashreplace")


def _attribute(value: bytes) -> bytes:
    if len(value) > XATTR_BYTES_LIMIT:
        raise LimitExceededError(
            f"an extended attribute of {len(value):,} bytes; over {XATTR_BYTES_LIMIT:,} is refused, as Linux does"
        )
    return value


def check_path(path: bytes | None) -> bytes | None:
    """The path; raises LimitExceededError for one that no engine can unpack."""
    if path is not None and len(path) > PATH_BYTES_LIMIT:
        raise LimitExceededError(f"a path of {len(path):,} bytes; over {PATH_BYTES_LIMIT:,} is refused, as Linux does")
    return path


def check_link(target: bytes | None) -> bytes | None:
    """The target; raises LimitExceededError for one that no Linux system could hold."""
    if target is not None and len(target) > PATH_BYTES_LIMIT:
        raise LimitExceededError(f"a link target of {len(target):,} bytes; over {PATH_BYTES_LIMIT:,} is refused")
    return target


def _base64(value: bytes) -> bytes:
    try:
        return base64.b64decode(value + b"=" * (-len(value) % 4), validate=True)
    except binascii.Error as error:
        raise StreamReadError(f"damaged LIBARCHIVE.xattr value {value[:40]!r}") from error


def _name(value: bytes | None) -> bytes | None:
    # An empty value takes back a global one, which for a name leaves the header's own.
    if not value:
        return None
    if b"\0" in value:
        raise StreamReadError(f"a PAX name holds a NUL byte: {value[:80]!r}")
    return value


def _whole(value: bytes | None, what: str) -> int | None:
    if not value:
        return None
    if not value.isdigit() or len(value) > 18:
        raise StreamReadError(f"damaged PAX {what} {value[:40]!r}")
    return int(value)


def _nanoseconds(value: bytes | None) -> int | None:
    if not value:
        return None
    seconds, _, fraction = value.partition(b".")
    if seconds.isdigit() and fraction.isdigit() and len(value) <= _EXACT_DIGITS:  # as nearly all are; Decimal is slow
        return int(seconds + fraction[:9].ljust(9, b"0"))
    try:
        exact = Decimal(value.decode("ascii"))
        if len(value) > _MTIME_DIGITS or exact.adjusted() > _MTIME_DIGITS:
            raise StreamReadError(f"damaged PAX mtime {value[:40]!r}")
        return int(exact.scaleb(9).to_integral_value(rounding="ROUND_FLOOR"))
    except (ArithmeticError, ValueError, OverflowError) as error:
        raise StreamReadError(f"damaged PAX mtime {value[:40]!r}") from error
