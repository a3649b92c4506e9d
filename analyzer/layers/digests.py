"""Digests of large files that the pass over a plain layer left out: computed when something asks for them.

Equal contents have equal sizes. So a report, which only compares contents with each other, needs the digests
of those files that share their size with another; the tables that users get have them all. Only layers that
can be read again, from any place, leave digests out: neither compressed ones nor such as stream by.
"""

from __future__ import annotations

import os
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from hashlib import sha256
from typing import TYPE_CHECKING

import numpy as np

from ..streams.base import Part
from .verify import check_unchanged

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pyarrow as pa

    from ..arrays import Flags, Ints, Octets
    from ..model import Layer
    from ..sources.files import Files
    from ..streams.base import ByteStream

# Below this a digest costs less than reading the file a second time.
DIGESTED_BYTES = 64 * 1024

_BUFFER_BYTES = 256 * 1024
_JOB_BYTES = 16 * 1024**2


def with_comparable_digests(changes: pa.Table, layers: Sequence[Layer], files: Files) -> pa.Table:
    """``changes`` with a digest wherever another file of the image has the same size."""
    rows = _left_out(changes)
    if not len(rows):
        return changes
    shared = told_by_size(changes["size"].to_numpy())[rows]
    return _with_digests(changes, rows[shared], layers, files)


def told_by_size(sizes: Ints) -> Flags:
    """Which files of these sizes have a digest in every form of the image: small ones, and those with an equal."""
    # Only large ones can be left out, so only large ones can be their equals.
    large = sizes[sizes > DIGESTED_BYTES]
    distinct, counts = np.unique(large, return_counts=True)
    told: Flags = sizes <= DIGESTED_BYTES
    told[~told] = counts[np.searchsorted(distinct, large)] > 1
    return told


def with_digests_of(changes: pa.Table, wanted: Flags, layers: Sequence[Layer], files: Files) -> pa.Table:
    """``changes`` with the digests of ``wanted`` rows, as far as they are files; raises LayerReadError as below."""
    rows = _left_out(changes)
    return _with_digests(changes, rows[wanted[rows]], layers, files)


def with_all_digests(changes: pa.Table, layers: Sequence[Layer], files: Files) -> pa.Table:
    """``changes`` with the digest of every file; raises LayerReadError where the image has changed meanwhile."""
    return _with_digests(changes, _left_out(changes), layers, files)


def _left_out(changes: pa.Table) -> Ints:
    """Rows of files whose digest the pass left out. Sparse files have theirs, or none that can be had."""
    sizes = changes["size"].to_numpy()
    rows = np.flatnonzero((sizes > DIGESTED_BYTES) & (sizes == changes["stored"].to_numpy()))
    if not len(rows):
        return rows
    missing: Flags = changes["digest"].is_null().to_numpy()
    return rows[missing[rows]]


def _with_digests(changes: pa.Table, rows: Ints, layers: Sequence[Layer], files: Files) -> pa.Table:
    if not len(rows):
        return changes
    import pyarrow as pa

    contents, present = _raw_digests(changes)
    contents[rows] = _digests(changes, rows, layers, files)
    present[rows] = True
    validity = pa.py_buffer(np.packbits(present, bitorder="little"))
    column = pa.Array.from_buffers(pa.binary(32), len(present), [validity, pa.py_buffer(contents)])
    place = changes.schema.get_field_index("digest")
    return changes.set_column(place, changes.schema.field(place), column)


def _raw_digests(changes: pa.Table) -> tuple[Octets, Flags]:
    """The column as bytes, one row a digest, and where there is one."""
    column = changes["digest"].combine_chunks()
    present: Flags = column.is_valid().to_numpy(zero_copy_only=False).copy()
    data = np.frombuffer(column.buffers()[1], np.uint8).reshape(-1, 32)
    return data[column.offset : column.offset + len(column)].copy(), present


def _digests(changes: pa.Table, rows: Ints, layers: Sequence[Layer], files: Files) -> Octets:
    """sha256 of each row's content, on as many threads as there are processors."""
    jobs = list(_jobs(changes, rows))
    found = np.zeros((len(rows), 32), np.uint8)

    def work(job: tuple[int, Ints, Ints, Ints]) -> None:
        layer, places, offsets, sizes = job
        visit = partial(_read_digests, offsets=offsets.tolist(), sizes=sizes.tolist())
        digests = files.visit(layers[layer].blob.name, visit)
        found[places] = np.frombuffer(b"".join(digests), np.uint8).reshape(-1, 32)

    with ThreadPoolExecutor(min(os.cpu_count() or 1, len(jobs))) as pool:
        for _ in pool.map(work, jobs):
            pass
    return found


def _jobs(changes: pa.Table, rows: Ints) -> Iterator[tuple[int, Ints, Ints, Ints]]:
    """Layer, places among ``rows``, offsets and sizes: some megabytes of one layer at a time, the largest first."""
    layer, offset, size = (changes[name].to_numpy()[rows] for name in ("layer", "offset", "size"))
    parts: dict[tuple[int, int], list[int]] = defaultdict(list)
    for place, key in enumerate(zip(layer.tolist(), (offset // _JOB_BYTES).tolist(), strict=True)):
        parts[key].append(place)
    for (index, _), members in sorted(parts.items(), key=lambda part: -int(size[part[1]].sum())):
        places = np.array(members)
        yield index, places, offset[places], size[places]


def _read_digests(stream: ByteStream, offsets: list[int], sizes: list[int]) -> list[bytes]:
    buffer = memoryview(bytearray(_BUFFER_BYTES))
    digests = []
    for offset, size in zip(offsets, sizes, strict=True):
        stream.skip(offset - stream.position)
        part, hasher = Part(stream, size), sha256()
        while count := part.readinto(buffer):
            hasher.update(buffer[:count])
        check_unchanged(part.position, size)
        digests.append(hasher.digest())
    return digests
