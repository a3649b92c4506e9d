"""Contents of many files, read once more: one pass over each layer that has some, whatever its compression."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from ..errors import LayerReadError, located
from ..streams.base import Part
from .read import THREADS_LIMIT
from .stored import Checked, StoredFile, content_stream, tar_stream
from .verify import describe

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import pyarrow as pa

    from ..arrays import Ints
    from ..model import Layer
    from ..sources.files import Files
    from ..streams.base import ByteStream

Result = TypeVar("Result")


def reread(
    changes: pa.Table,
    rows: Ints,
    layers: Sequence[Layer],
    files: Files,
    read: Callable[[ByteStream, int], Result],
) -> list[Result]:
    """What ``read`` makes of the content of each row and its size, in the order of ``rows``.

    It need not read to the end; where it does, content and digest are checked. It is called from several threads.
    Raises ImageReadError where the image has changed meanwhile, or came from a pipe and was not kept.
    """
    distinct, places = np.unique(rows, return_inverse=True)
    layer, offset = (changes[name].to_numpy()[distinct] for name in ("layer", "offset"))
    order = np.lexsort((offset, layer))
    parts = np.split(order, np.flatnonzero(np.diff(layer[order])) + 1) if len(order) else []
    found: dict[int, Result] = {}

    def work(part: Ints) -> None:
        index = int(layer[part[0]])
        stored = _stored_files(changes, distinct[part])
        with located(describe(layers[index]), LayerReadError):
            results = _read_layer(lambda: files.stream(layers[index].blob.name), stored, read)
            found.update(zip(part.tolist(), results, strict=True))

    with ThreadPoolExecutor(min(os.cpu_count() or 1, THREADS_LIMIT)) as pool:
        for future in [pool.submit(work, part) for part in parts]:
            future.result()
    return [found[place] for place in places.tolist()]


def _stored_files(changes: pa.Table, rows: Ints) -> list[StoredFile]:
    columns = changes.select(["offset", "size", "stored", "digest"]).take(rows)
    return [StoredFile(**values) for values in columns.to_pylist()]


def _read_layer(
    reopen: Callable[[], ByteStream], stored: Sequence[StoredFile], read: Callable[[ByteStream, int], Result]
) -> Iterator[Result]:
    """The results for files of one layer, by their place in it. Sparse ones are rare, and have a pass of their own."""
    tar = tar_stream(reopen())
    for file in stored:
        if file.stored != file.size:
            yield read(content_stream(reopen, file), file.size)
        else:
            tar.skip(file.offset - tar.position)
            yield read(Checked(Part(tar, file.size), file), file.size)
