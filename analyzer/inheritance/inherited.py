"""What inheritance means in bytes: own and inherited add up to the whole, class by class."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from msgspec import Struct

from ..analyses.ledger import Ledger, total
from ..analyses.size import pulled_for
from ..errors import InternalError
from ..rootfs.stack import FATES, VISIBLE
from .evidence import CONTENT
from .files import Occurrences, keys_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ..analyses.size import Size
    from ..arrays import Flags, Ints
    from ..layers.scan import LayerScan
    from ..rootfs.stack import Stack
    from .inheritance import Inheritance, ParentLink


class Portion(Struct, frozen=True):
    """A part of an image's bytes: its ledger, its visible files, and what is pulled for it.

    ``pull_bytes`` is None where the image's own are.
    """

    ledger: Ledger
    files: int
    pull_bytes: int | None

    @property
    def tar_bytes(self) -> int:
        """Bytes of the uncompressed layers."""
        return self.ledger.tar_bytes

    @property
    def file_bytes(self) -> int:
        """Content of files in the layers."""
        return self.ledger.file_bytes

    @property
    def rootfs_bytes(self) -> int:
        """Content that a container sees."""
        return self.ledger.visible

    @property
    def waste_bytes(self) -> int:
        """Content that no container sees."""
        return self.ledger.waste_bytes


class ParentBytes(Struct, frozen=True):
    """What one parent's layers hold, as the image sees it.

    ``shadowed`` is the part that the image's own layers take out of sight, by class and with the number of
    files; ``lost`` is the waste that was made in the parents' layers: no child can undo it.
    """

    ledger: Ledger
    shadowed: Ledger
    shadowed_files: int
    lost: Ledger


class InheritedBytes(Struct, frozen=True):
    """``own`` and ``inherited`` sum up to ``whole`` in each number.

    ``links`` has one item a link, None where the link's layers are unknown. ``shadowed`` has one row a file
    of a parent that an own layer hides (`tables.WASTE`), the most bytes first.
    """

    whole: Portion
    own: Portion
    inherited: Portion
    links: tuple[ParentBytes | None, ...]
    shadowed: pa.Table

    def __repr__(self) -> str:
        own, inherited = self.own.file_bytes, self.inherited.file_bytes
        return f"<InheritedBytes: {inherited} file bytes inherited, {own} own>"


def inherited_bytes(
    inheritance: Inheritance,
    changes: pa.Table,
    stack: Stack,
    scans: tuple[LayerScan, ...],
    size: Size,
    waste: pa.Table,
    held: Callable[[], Occurrences],
) -> InheritedBytes:
    """The bytes of an image, parted. Raises InternalError should the parts not sum up to the whole.

    A layer below ``own_from`` is inherited with all that it holds. Where a parent's files lie in a layer
    with others, each counts where it is found first; headers and padding of that layer are own.
    """
    own_from = inheritance.own_from
    of_parent = stack.rows.layer < own_from
    of_parent[rows_by_file(inheritance, held)] = True
    tar_bytes = np.array([scan.tar_bytes for scan in scans], np.int64)
    overhead = tar_bytes - np.bincount(stack.rows.layer, changes["stored"].to_numpy(), len(scans)).astype(np.int64)
    parts = [
        Portion(_ledger(changes, stack, mask, int(overhead[layers].sum())), _visible(stack, mask), None)
        for mask, layers in ((~of_parent, slice(own_from, None)), (of_parent, slice(own_from)))
    ]
    pulled = _pulled(size, scans, changes, of_parent, own_from)
    own, inherited = (Portion(part.ledger, part.files, bytes_) for part, bytes_ in zip(parts, pulled, strict=True))
    whole = Portion(_ledger(changes, stack, np.ones_like(of_parent), int(overhead.sum())), size.files, size.pull_bytes)
    _close(whole, own, inherited, size)
    hidden = waste.filter(_shadowed(waste, of_parent, own_from))
    links = tuple(_of_link(link, changes, stack, overhead, own_from) for link in inheritance.links)
    return InheritedBytes(whole, own, inherited, links, hidden)


def rows_by_file(inheritance: Inheritance, held: Callable[[], Occurrences]) -> Ints:
    """The rows that hold files of parents that no layer ends with, ascending."""
    rows = [
        held().first_rows(keys_of(link.known.files))
        for link in inheritance.links
        if link.evidence == CONTENT and link.layers is None and link.known is not None
    ]
    return np.unique(np.concatenate(rows)) if rows else np.empty(0, np.int64)


def _ledger(changes: pa.Table, stack: Stack, mask: Flags, overhead: int) -> Ledger:
    classes = np.bincount(np.maximum(stack.fate[mask], 0), changes["stored"].to_numpy()[mask], len(FATES))
    return Ledger(**dict(zip(FATES, classes.astype(np.int64).tolist(), strict=True)), overhead=overhead)


def _visible(stack: Stack, mask: Flags) -> int:
    return int(mask[stack.visible_files.inode].sum())


def _pulled(
    size: Size, scans: Sequence[LayerScan], changes: pa.Table, of_parent: Flags, own_from: int
) -> tuple[int | None, int | None]:
    """What is pulled for the own part and for the inherited one; the config is own."""
    if size.pull_bytes is None:
        return None, None
    inherited = sum({scan.digest: scan.blob_bytes for scan in scans[:own_from]}.values())
    mixed = of_parent & (changes["layer"].to_numpy() >= own_from)
    inherited += pulled_for(changes, mixed)
    return size.pull_bytes - inherited, inherited


def _close(whole: Portion, own: Portion, inherited: Portion, size: Size) -> None:
    if total((own.ledger, inherited.ledger)) != whole.ledger or own.files + inherited.files != whole.files:
        raise InternalError(f"own and inherited do not sum up: {own} and {inherited} for {whole}")
    if (whole.tar_bytes, whole.rootfs_bytes, whole.waste_bytes) != (
        size.tar_bytes,
        size.rootfs_bytes,
        size.waste_bytes,
    ):
        raise InternalError(f"the parted bytes are not the image's: {whole} for {size}")


def _shadowed(waste: pa.Table, of_parent: Flags, own_from: int) -> pa.Array:
    held_by_parent = of_parent[waste["row"].to_numpy()]
    return pc.and_(pa.array(held_by_parent), pc.greater_equal(waste["caused_by"].combine_chunks(), own_from))


def _of_link(
    link: ParentLink, changes: pa.Table, stack: Stack, overhead: np.ndarray, own_from: int
) -> ParentBytes | None:
    if link.layers is None:
        return None
    layers = link.layers
    held = (stack.rows.layer >= layers.start) & (stack.rows.layer < layers.stop)
    wasted = held & (stack.fate != VISIBLE) & (stack.fate >= 0)
    by_own = wasted & (stack.caused_by >= own_from)
    return ParentBytes(
        _ledger(changes, stack, held, int(overhead[layers.start : layers.stop].sum())),
        _ledger(changes, stack, by_own, 0),
        int((by_own & (changes["stored"].to_numpy() > 0)).sum()),
        _ledger(changes, stack, wasted & ~by_own, 0),
    )
