"""Two images compared: each answer on first use, each once."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from .diff.selection import Selection
from .errors import InternalError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa

    from .analysis import Analysis
    from .arrays import Flags
    from .diff.config import ConfigChange
    from .diff.contents.compare import Compare
    from .diff.contents.model import ContentDifference
    from .diff.cost import Cost
    from .diff.growth import Cause, Growth
    from .diff.layers import LayerPair
    from .diff.outline import GrowthOutline
    from .diff.packages import PackageChange
    from .diff.side import Side
    from .diff.strict import StrictDifference
    from .instructions.created_by import Instruction


class Comparison:
    """What became of the image ``old`` in the image ``new``. Layers that both have are read once, but with ``times``.

    ``selection`` says which files are looked at, and ``times`` whether their times are, too. Layers below
    ``own_from`` of either side are a parent image's. ``base`` is a third image that both are seen from.
    """

    def __init__(
        self,
        old: Analysis,
        new: Analysis,
        selection: Selection | None = None,
        *,
        times: bool = False,
        own_from: tuple[int, int] = (0, 0),
        base: Analysis | None = None,
    ) -> None:
        self.selection = selection or Selection()
        self.times = times
        self.old_image, self.new_image = old, new
        self._base = base
        self._own_from = own_from
        if times:  # down to single bytes: then each image has to be what it declares by its own bytes
            return
        new.borrow_from(old)
        if base is not None:
            base.borrow_from(old)

    @cached_property
    def old(self) -> Side:
        """The image to compare with."""
        return _side(self.old_image, self.new_image, self._own_from[0])

    @cached_property
    def new(self) -> Side:
        """The image that is looked at."""
        return _side(self.new_image, self.old_image, self._own_from[1])

    @cached_property
    def files(self) -> pa.Table:
        """One row a path that differs and is looked at (`tables.DIFF_FILES`), by path."""
        files = self._files_without_headers if self.selection.bytecode else self._selected
        if self._base is None:
            return files
        from .diff.base import with_origins

        return with_origins(files, *self._since_base)

    @cached_property
    def _selected(self) -> pa.Table:
        from .diff.files import compare_files

        return self.selection.of(compare_files(self.old, self.new, times=self.times), self.old, self.new)

    @cached_property
    def _files_without_headers(self) -> pa.Table:
        from .diff.bytecode import without_headers

        return without_headers(self._selected, self.old, self.new, self._reread)

    @property
    def _reread(self) -> tuple[Any, Any]:
        """What reads contents of either image, given their rows."""
        return self.old_image.browser.reread, self.new_image.browser.reread

    @cached_property
    def _since_base(self) -> tuple[pa.Table, pa.Table]:
        """What either image differs in from the base."""
        if self._base is None:
            raise InternalError("there is no base to compare with")
        sides = (Comparison(self._base, each, self.selection, times=self.times) for each in self._images)
        old, new = (each.files for each in sides)
        return old, new

    @property
    def _images(self) -> tuple[Analysis, Analysis]:
        return self.old_image, self.new_image

    def differs(self, *, strict: bool = False) -> bool:
        """Whether anything does of what was compared; ``strict`` looks at every byte."""
        return bool(self.files.num_rows or self.config or (strict and self.strict))

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader should know of what was compared."""
        notes = [f"{each.name}: {note}" for each in self._images for note in each.notes]
        if not self.selection.is_all:
            notes.append("only a part of the files is looked at: sizes of images, layers and packages are of all")
        if self.selection.bytecode:
            count = self._selected.num_rows - self.files.num_rows
            notes.append(f"{count:,} compiled Python files that differ in their headers only are left out")
        if self._base is not None:
            from .diff.base import told

            notes.append(told(self._base.name, self.files, *self._since_base))
        return tuple(notes)

    @cached_property
    def layers(self) -> tuple[LayerPair, ...]:
        """Which layer became which."""
        from .diff.layers import align_layers

        return align_layers(self.old, self.new)

    @cached_property
    def config(self) -> tuple[ConfigChange, ...]:
        """Fields of the configuration that differ."""
        from .diff.config import compare_configs

        return compare_configs(self.old, self.new, times=self.times)

    @cached_property
    def packages(self) -> tuple[PackageChange, ...]:
        """Packages that differ, the most bytes first."""
        from .diff.packages import compare_packages

        return compare_packages(self.old, self.new)

    def outline(self, most: int) -> GrowthOutline:
        """The ``most`` paths with the largest part of what grew or shrank, as a tree."""
        from .diff.outline import outline_growth

        return outline_growth(self.files, self.layers, most)

    def growth(self, top: int) -> Growth:
        """Why rootfs_bytes differ, with at most ``top`` parts of each part."""
        from .diff.growth import explain_growth

        return explain_growth(self.files, self.layers, top)

    def waste(self, top: int) -> tuple[Cause, ...]:
        """Why waste_bytes differ, by layers that make more or less of it, with at most ``top`` parts of each part."""
        from .diff.waste import explain_waste

        return explain_waste(self.old_image.waste, self.new_image.waste, self.layers, top)

    def contents(
        self, globs: Sequence[str], limit: int, compare: Compare | None = None
    ) -> tuple[ContentDifference, ...]:
        """What differs inside the first ``limit`` changed files that ``globs`` match, by path.

        ``compare`` is asked of each pair, `compare_contents` by default. Raises ImageReadError where an image came
        from a pipe and was not kept.
        """
        from .diff.contents.compare import compare_contents
        from .diff.inside import changed_contents, compare_inside

        found = changed_contents(self.files, globs).slice(0, limit)
        return tuple(compare_inside(found, (self.old, self.new), self._reread, compare or compare_contents))

    def contents_left_out(self, globs: Sequence[str], limit: int) -> int:
        """How many more changed files ``globs`` match."""
        from .diff.inside import changed_contents

        return max(changed_contents(self.files, globs).num_rows - limit, 0)

    def contents_unmatched(self, globs: Sequence[str]) -> tuple[str, ...]:
        """Those of ``globs`` that match no changed file."""
        from .diff.inside import changed_contents

        return tuple(glob for glob in globs if not changed_contents(self.files, [glob]).num_rows)

    @cached_property
    def cost(self) -> Cost:
        """What a host that has the old image must pull."""
        from .diff.cost import price_update

        return price_update(self.old, self.new, self.layers)

    @cached_property
    def strict(self) -> tuple[StrictDifference, ...]:
        """The first difference of each level, down to single bytes; none for the same bytes."""
        from .diff.strict import compare_strictly

        return compare_strictly(self.old, self.new)


def _side(one: Analysis, other: Analysis, own_from: int) -> Side:
    from .diff.side import Side
    from .rootfs.table import rootfs_table

    changes = one.with_digests(_comparable(one, other))
    return Side(
        name=one.name,
        metadata=one.metadata,
        scans=one.scan.layers,
        changes=changes,
        stack=one.stack,
        rootfs=rootfs_table(changes, one.stack),
        size=one.size,
        installed=one.installed,
        instructions=_by_layer(one),
        own_from=own_from,
    )


def _comparable(one: Analysis, other: Analysis) -> Flags:
    """Rows that some file of the other image may equal: of the same size, and not both of a layer that is in both."""
    alone, there = _not_shared(one, other), _not_shared(other, one)
    sizes, theirs = one.changes["size"].to_numpy(), other.changes["size"].to_numpy()
    found: Flags = np.isin(sizes, theirs[there]) | (alone & np.isin(sizes, theirs))
    return found


def _not_shared(one: Analysis, other: Analysis) -> Flags:
    theirs = {scan.diff_id for scan in other.scan.layers}
    alone = np.array([scan.diff_id not in theirs for scan in one.scan.layers], bool)
    rows: Flags = alone[one.stack.rows.layer]
    return rows


def _by_layer(image: Analysis) -> list[Instruction | None]:
    told = image.instructions  # parsed each time that they are asked for
    entries = [layer.history_index for layer in image.metadata.layers]
    return [None if at is None else told[at] for at in entries]
