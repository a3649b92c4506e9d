"""One tar member as bytes: blocks written by hand, so that a test can say exactly what stands in them."""

from base64 import b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from math import floor
from typing import Literal, TypeAlias
from urllib.parse import quote

BLOCK = 512
Dialect = Literal["ustar", "gnu", "pax"]
Records: TypeAlias = Mapping[str, bytes] | Iterable[tuple[str, bytes]]

# field -> offset, width (POSIX.1-2001 ustar; "magic" includes the two version bytes)
FIELDS = {
    "name": (0, 100),
    "mode": (100, 8),
    "uid": (108, 8),
    "gid": (116, 8),
    "size": (124, 12),
    "mtime": (136, 12),
    "checksum": (148, 8),
    "typeflag": (156, 1),
    "linkname": (157, 100),
    "magic": (257, 8),
    "user": (265, 32),
    "group": (297, 32),
    "major": (329, 8),
    "minor": (337, 8),
    "prefix": (345, 155),
}
MAGIC = {"ustar": b"ustar\x0000", "pax": b"ustar\x0000", "gnu": b"ustar  \0"}


@dataclass(frozen=True, kw_only=True)
class Member:
    """What one tar entry says. `size` is what the header claims where that differs from the content."""

    name: bytes
    typeflag: bytes = b"0"
    content: bytes = b""
    size: int | None = None
    mode: int = 0o644
    uid: int = 0
    gid: int = 0
    mtime: int | Decimal = 0
    linkname: bytes = b""
    user: bytes = b""
    group: bytes = b""
    major: int = 0
    minor: int = 0
    pax: tuple[tuple[str, bytes], ...] = ()
    fields: tuple[tuple[str, bytes], ...] = ()  # raw bytes written over the encoded fields

    def numbers(self) -> dict[str, int | Decimal]:
        """Return the numeric fields that a header always has."""
        size = len(self.content) if self.size is None else self.size
        return {"mode": self.mode, "uid": self.uid, "gid": self.gid, "size": size, "mtime": self.mtime}


def encode(member: Member, dialect: Dialect) -> bytes:
    """Return header and content; what a plain header cannot hold goes where the dialect puts it."""
    before = b""
    if dialect == "gnu":
        before = long_name(b"K", member.linkname) + long_name(b"L", member.name)
    records = (*_overflowing(member), *member.pax) if dialect == "pax" else member.pax
    if records:
        before += extended_header(b"x", records)
    return before + header(member, dialect) + padded(member.content)


def header(member: Member, dialect: Dialect) -> bytes:
    """Return one 512-byte header block with the right checksum, unless `fields` sets another."""
    name, prefix = (member.name, b"") if dialect != "ustar" else split_name(member.name)
    texts = {
        "name": _ascii(name) if dialect == "pax" else name,
        "linkname": _ascii(member.linkname) if dialect == "pax" else member.linkname,
        "typeflag": member.typeflag,
        "magic": MAGIC[dialect],
        "user": member.user,
        "group": member.group,
        "prefix": prefix,
        "checksum": b" " * 8,
    }
    numbers = member.numbers()
    if member.typeflag in {b"3", b"4"}:
        numbers |= {"major": member.major, "minor": member.minor}
    encoded = {field: number(value, FIELDS[field][1], dialect) for field, value in numbers.items()}
    return block_of(texts | encoded | dict(member.fields))


def block_of(fields: Mapping[str, bytes]) -> bytes:
    """Return the block that holds these raw fields; the checksum is computed where it is left as spaces."""
    block = bytearray(BLOCK)
    for field, value in fields.items():
        offset, width = FIELDS[field]
        block[offset : offset + width] = value[:width].ljust(width, b"\0")
    return checksum_filled(block) if fields["checksum"] == b" " * 8 else bytes(block)


def checksum_filled(block: bytes | bytearray) -> bytes:
    """Return the block with the checksum of its other bytes in place."""
    spaced = block[:148] + b" " * 8 + block[156:]
    return bytes(block[:148]) + b"%06o\0 " % sum(spaced) + bytes(block[156:])


def number(value: int | Decimal, width: int, dialect: Dialect) -> bytes:
    """Return a numeric field; what octal cannot hold is base-256 in GNU, and 0 beside a record in PAX."""
    whole = floor(value)
    if 0 <= whole < 8 ** (width - 1):
        return b"%0*o\0" % (width - 1, whole)
    if dialect == "gnu":
        return base_256(whole, width)
    if dialect == "pax":
        return b"%0*o\0" % (width - 1, 0)
    raise ValueError(f"{value} does not fit an octal field of {width} bytes")


def base_256(value: int, width: int) -> bytes:
    """Return GNU's binary form: two's complement with the top bit of the first byte set."""
    return (256**width + value if value < 0 else (1 << (8 * width - 1)) | value).to_bytes(width, "big")


def split_name(name: bytes) -> tuple[bytes, bytes]:
    """Return the ustar name and prefix of a path that may be longer than 100 bytes."""
    if len(name) <= 100:
        return name, b""
    # The shortest prefix that will do, as tarfile chooses; neither part may be empty.
    for at in range(max(1, len(name) - 101), min(156, len(name) - 1)):
        if name[at : at + 1] == b"/":
            return name[at + 1 :], name[:at]
    raise ValueError(f"ustar cannot hold the name {name!r}")


def long_name(typeflag: bytes, name: bytes) -> bytes:
    """Return GNU's L (name) or K (link name) member before one that needs it, else nothing."""
    if len(name) <= 100:
        return b""
    content = name + b"\0"
    long_link = Member(name=b"././@LongLink", typeflag=typeflag, content=content, mode=0)
    return header(long_link, "gnu") + padded(content)


def extended_header(typeflag: bytes, records: Records) -> bytes:
    """Return a PAX header member: `x` for the entry that follows, `g` for all that follow."""
    pairs = records.items() if isinstance(records, Mapping) else records
    content = b"".join(pax_record(key, value) for key, value in pairs)
    return header(Member(name=b"././@PaxHeader", typeflag=typeflag, content=content, mode=0), "pax") + padded(content)


def pax_record(key: str, value: bytes) -> bytes:
    """Return `length key=value newline`, where the length counts its own digits."""
    rest = b" " + key.encode() + b"=" + value + b"\n"
    length = len(rest)
    while len(str(length)) + len(rest) != length:
        length = len(str(length)) + len(rest)
    return str(length).encode() + rest


def xattr_records(xattrs: Mapping[str, bytes]) -> tuple[tuple[str, bytes], ...]:
    """Return extended attributes as star, GNU tar and Go write them."""
    return tuple((f"SCHILY.xattr.{name}", value) for name, value in xattrs.items())


def libarchive_xattr_records(xattrs: Mapping[str, bytes]) -> tuple[tuple[str, bytes], ...]:
    """Return extended attributes as bsdtar writes them: key percent-encoded, value base64 without padding."""
    return tuple((f"LIBARCHIVE.xattr.{quote(name)}", b64encode(value).rstrip(b"=")) for name, value in xattrs.items())


def padded(content: bytes) -> bytes:
    """Return the content filled up to whole blocks."""
    return content + bytes(-len(content) % BLOCK)


def _overflowing(member: Member) -> tuple[tuple[str, bytes], ...]:
    """Return the records for what an octal, 100-byte, ASCII header cannot say."""
    texts = {"path": (member.name, 100), "linkpath": (member.linkname, 100), "uname": (member.user, 32)}
    texts["gname"] = (member.group, 32)
    records = [(key, text) for key, (text, width) in texts.items() if len(text) > width or not text.isascii()]
    for field, value in member.numbers().items():
        if value != floor(value) or not 0 <= value < 8 ** (FIELDS[field][1] - 1):
            records.append((field, str(value).encode()))
    return tuple(records)


def _ascii(text: bytes) -> bytes:
    return bytes(byte if byte < 128 else ord("?") for byte in text)
