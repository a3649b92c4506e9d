"""The four ways a tar stores a file with holes: the segments, and a map of where they go."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from .headers import Member, checksum_filled, encode, header, long_name, number, padded

SparseForm = Literal["gnu", "0.0", "0.1", "1.0"]
Segment = tuple[int, bytes]  # offset in the file, bytes there

# Old GNU places inside the header block, and how many map entries a block holds.
_MAP_OFFSET, _MAP_IN_HEADER, _MAP_IN_EXTENSION = 386, 4, 21


def encode_sparse(member: Member, segments: Sequence[Segment], size: int, form: SparseForm) -> bytes:
    """Return a sparse file of `size` logical bytes as tar blocks."""
    if not segments or segments[-1][0] + len(segments[-1][1]) < size:
        segments = (*segments, (size, b""))  # GNU tar marks a final hole with an empty segment
    stored = b"".join(data for _, data in segments)
    if form == "gnu":
        return _encode_gnu(replace(member, content=stored), segments, size)
    records, before = _pax_map(member.name, segments, size, form)
    hidden = member.name if form == "0.0" else b"GNUSparseFile.0/" + member.name
    return encode(replace(member, name=hidden, content=before + stored, pax=(*records, *member.pax)), "pax")


def _encode_gnu(member: Member, segments: Sequence[Segment], size: int) -> bytes:
    pairs = [number(offset, 12, "gnu") + number(len(data), 12, "gnu") for offset, data in segments]
    in_header, rest = pairs[:_MAP_IN_HEADER], pairs[_MAP_IN_HEADER:]
    block = bytearray(header(replace(member, typeflag=b"S"), "gnu"))
    sparse_map = b"".join(in_header)
    block[_MAP_OFFSET : _MAP_OFFSET + len(sparse_map)] = sparse_map
    block[482] = bool(rest)
    block[483:495] = number(size, 12, "gnu")
    extensions = b""
    while rest:
        here, rest = rest[:_MAP_IN_EXTENSION], rest[_MAP_IN_EXTENSION:]
        extensions += b"".join(here).ljust(504, b"\0") + bytes([bool(rest)]) + bytes(7)
    return long_name(b"L", member.name) + checksum_filled(block) + extensions + padded(member.content)


def _pax_map(
    name: bytes, segments: Sequence[Segment], size: int, form: SparseForm
) -> tuple[list[tuple[str, bytes]], bytes]:
    """Return the PAX records, and the map that form 1.0 puts before the data."""
    flat = [value for offset, data in segments for value in (offset, len(data))]
    count, real_size = str(len(segments)).encode(), str(size).encode()
    if form == "1.0":
        lines = b"".join(b"%d\n" % value for value in (len(segments), *flat))
        names = [("GNU.sparse.major", b"1"), ("GNU.sparse.minor", b"0")]
        return [*names, ("GNU.sparse.name", name), ("GNU.sparse.realsize", real_size)], padded(lines)
    records = [("GNU.sparse.size", real_size), ("GNU.sparse.numblocks", count)]
    if form == "0.1":
        joined = ",".join(map(str, flat)).encode()
        return [*records, ("GNU.sparse.name", name), ("GNU.sparse.map", joined)], b""
    for offset, data in segments:
        records += [("GNU.sparse.offset", b"%d" % offset), ("GNU.sparse.numbytes", b"%d" % len(data))]
    return records, b""
