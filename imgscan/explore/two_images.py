"""Two images to explore: what became of one in the other."""

from __future__ import annotations

from functools import cached_property, partial
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from analyzer.analyses.listing import permissions
from analyzer.errors import NotAFileError
from analyzer.layers.names import displayed
from analyzer.layers.spelling import shown
from analyzer.rootfs.tree import build_tree
from analyzer.tables import DIRECTORY, FILE
from reports.formatting import counted, exact_bytes, one_line, short_digest, signed_bytes

from .diff_tabs import changes, configuration, findings, layers, packages
from .picture import Picture
from .rows import Column, Detail, Table, Target
from .saving import save
from .states import ADDED, MODIFIED, MOVED, RECOPIED, REMOVED, UNMODIFIED
from .subject import Tab

if TYPE_CHECKING:
    from io import BufferedReader
    from pathlib import Path
    from typing import Any

    from analyzer.arrays import Flags, Ints
    from analyzer.rootfs.stack import Stack
    from analyzer.settings import FindingSettings

    from ..image import Image
    from ..image_diff import ImageDiff

_STATES = {"added": ADDED, "removed": REMOVED, "modified": MODIFIED, "metadata": RECOPIED, "moved": MOVED}
_ALL = 0
_MATCHES = 100  # a path may be a glob that matches others before itself


class TwoImages:
    """Two images and what differs. Rows are those of the table of files; -1 is what both have alike."""

    starts_together = True
    only_own = False
    report_name = "diff.html"
    whole = _ALL

    def __init__(
        self,
        old: Image,
        new: Image,
        difference: ImageDiff,
        settings: FindingSettings,
        own_from: tuple[int, int] | None = None,
    ) -> None:
        self._images = old, new
        self._difference = difference
        self._settings = settings
        self._own_from = own_from or (0, 0)
        self._files = difference.files
        self._pairs = difference.layers
        self.entries = ChangedEntries(self._files)
        stacks = [image._analysis.stack for image in self._images]  # noqa: SLF001 - of the same package
        chunks = pa.chunked_array([_seen_paths(each) for each in stacks], pa.binary())
        self._tree, _ = build_tree(pc.unique(chunks))
        self._names = displayed(self._tree.paths.all())
        nodes = pc.index_in(self._files["path"].combine_chunks(), value_set=self._names)
        self._node: Ints = nodes.to_numpy(zero_copy_only=False)

    @property
    def headline(self) -> str:
        """Both names, and by how much it grew."""
        old, new = self._images
        growth = new.size.rootfs_bytes - old.size.rootfs_bytes
        return f"{old.name} → {new.name}   {signed_bytes(growth)}, {counted(self._files.num_rows, 'path')} differ"

    @cached_property
    def layers(self) -> Table:
        """All layers together, then each pair."""
        pairs = self._pairs

        def number(layer: int | None) -> str:
            return "·" if layer is None else str(layer)

        def growth(row: int) -> str:
            if row == _ALL:
                return signed_bytes(sum(self._files["bytes"].to_pylist()))
            grown = (pairs[row - 1].file_bytes_new or 0) - (pairs[row - 1].file_bytes_old or 0)
            return signed_bytes(grown) if grown else ""

        def instruction(row: int) -> str:
            return "all layers" if row == _ALL else one_line(pairs[row - 1].instruction) or "unknown"

        columns = (
            Column("old", 3, lambda row: "" if row == _ALL else number(pairs[row - 1].old), right=True, role="quiet"),
            Column("new", 3, lambda row: "" if row == _ALL else number(pairs[row - 1].new), right=True, role="quiet"),
            Column("growth", 8, growth, right=True, role="size"),
            Column("instruction", 0, instruction),
        )
        texts = [instruction(row) for row in range(len(pairs) + 1)]
        return Table(columns, len(pairs) + 1, self._layer_details, lambda _: None, lambda: texts)

    def _layer_details(self, row: int) -> list[Detail]:
        if row == _ALL:
            return [Detail(each.name, exact_bytes(each.size.rootfs_bytes)) for each in self._images]
        pair = self._pairs[row - 1]
        sizes = (("old bytes", pair.file_bytes_old), ("new bytes", pair.file_bytes_new))
        return [
            Detail("instruction", pair.instruction or "unknown"),
            Detail("layer", f"{pair.status}{'' if pair.evidence is None else f', by {pair.evidence}'}"),
            *(Detail(label, exact_bytes(size)) for label, size in sizes if size is not None),
        ]

    @cached_property
    def tabs(self) -> tuple[Tab, ...]:
        """What differs, as tables; those that one image has as well are in the same places."""
        found = self._difference
        return (
            Tab(
                "Findings", partial(findings, self._images, self._pairs, self._own_from, self._settings, self._is_seen)
            ),
            Tab("Changes", partial(changes, found.files)),
            Tab("Packages", partial(packages, found)),
            Tab("Layers", partial(layers, found)),
            Tab("Config", partial(configuration, found)),
        )

    def where(self, layer: int, *, together: bool) -> str:
        """Whether all that differs is shown, or what of it comes from a pair of layers."""
        if together or layer == _ALL:
            return "what differs"
        pair = self._pairs[layer - 1]
        sides = (f"{side} {at}" for side, at in (("old", pair.old), ("new", pair.new)) if at is not None)
        return f"what differs by layer {', '.join(sides)}"

    def picture(self, layer: int, *, together: bool) -> Picture:
        """What differs, or what of it comes from a pair of layers."""
        return self._whole if together or layer == _ALL else self._picture(self._of_pair(layer - 1))

    @cached_property
    def _whole(self) -> Picture:
        return self._picture(np.ones(self._files.num_rows, bool))

    def _picture(self, chosen: Flags) -> Picture:
        rows = np.flatnonzero(chosen & (self._node >= 0))
        nodes = self._node[rows]
        state, row = np.full(len(self._tree), UNMODIFIED, np.int8), np.full(len(self._tree), -1, np.int32)
        size = np.zeros(len(self._tree), np.int64)
        state[nodes], row[nodes], size[nodes] = self._states[rows], rows, self._files["bytes"].to_numpy()[rows]
        return Picture(
            tree=self._tree,
            there=np.ones(len(self._tree), bool),
            state=state,
            size=size,
            counted=size,
            waste=np.zeros(len(self._tree), np.int64),
            row=row,
            is_directory=self._is_directory,
            own=np.ones(len(self._tree), bool),
            is_growth=True,
        )

    def _of_pair(self, at: int) -> Flags:
        """The rows that come from a pair, which first stored them: of what was removed, from its old layer."""
        pair = self._pairs[at]
        of_new, of_old = (self._files[name].fill_null(-1).to_numpy() for name in ("first_layer_new", "first_layer_old"))
        from_new = of_new == pair.new if pair.new is not None else np.zeros(len(of_new), bool)
        from_old = of_old == pair.old if pair.old is not None else np.zeros(len(of_old), bool)
        flags: Flags = np.where(self._states == REMOVED, from_old, from_new)
        return flags

    @cached_property
    def _states(self) -> Ints:
        return np.array([_STATES[each] for each in self._files["change"].to_pylist()], np.int8)

    @cached_property
    def _is_directory(self) -> Flags:
        """What has anything below it, and what either image has as a directory and nothing else since."""
        tree = self._tree
        found: Flags = tree.end > np.arange(len(tree)) + 1
        for image in self._images:
            kinds = image.rootfs["kind"].combine_chunks().cast(pa.string())
            directories = image.rootfs["path"].combine_chunks().filter(pc.equal(kinds, DIRECTORY))
            found[pc.index_in(directories, value_set=self._names).drop_null().to_numpy()] = True
        return found

    def details(self, picture: Picture, node: int) -> list[Detail]:
        """What differs at a node, and whether it comes from the pair of layers that the picture is of."""
        row = int(self._whole.row[node])
        if row < 0:
            inside = self._whole.shown_state[node] != UNMODIFIED
            return [Detail("both", f"the same in both images{', but for what is in it' if inside else ''}")]
        elsewhere = [] if picture.row[node] >= 0 else [Detail("from", "other layers than the pair chosen")]
        return [*elsewhere, *self.entries.details(row)]

    def digest(self, picture: Picture, node: int) -> str | None:
        """Nothing: the details have both digests."""
        del picture, node
        return None

    def prepare(self) -> None:
        """Nothing more: all was compared before."""

    def open(self, picture: Picture, node: int) -> BufferedReader:
        """The content of the new image, of the old one where it was removed."""
        if picture.is_directory[node]:
            raise NotAFileError("this is a directory: it has no content")
        old, new = self._images
        image = old if int(self._whole.state[node]) == REMOVED else new
        return image.open_file(self._tree.paths[node])

    def difference(self, picture: Picture, node: int) -> list[str] | None:
        """What differs inside a file that both images have."""
        if int(self._whole.state[node]) != MODIFIED or picture.is_directory[node]:
            return None
        path = shown(self._tree.paths[node])
        for found in self._difference.contents(path, limit=_MATCHES):
            if found.path == path:
                return [*found.lines, *([f"and {found.omitted:,} more lines"] if found.omitted else [])]
        return None

    def write_report(self, path: Path, *, replace: bool) -> None:
        """Write the HTML page of the difference."""
        from reports.formats import render

        save([render(self._difference.report(), "html").encode()], path, replace=replace)

    def layers_of(self, nodes: Flags) -> list[int]:
        """Nothing: a pair of layers has the nodes of two."""
        del nodes
        return []

    def find(self, target: Target) -> int | None:
        """The node of a target's path."""
        return None if target.path is None else self._find(target.path)

    def _find(self, path: bytes) -> int | None:
        node = self._tree.paths.find(path)
        return None if node < 0 else node

    def _is_seen(self, path: bytes) -> bool:
        return self._find(path) is not None


class ChangedEntries:
    """Details of the rows of a difference's files."""

    def __init__(self, files: pa.Table) -> None:
        self._files = files

    def _value(self, name: str, row: int) -> Any:
        return self._files[name][row].as_py()

    def attributes(self, row: int) -> str:
        """Mode of the side that there is, the new one first."""
        side = "old" if row >= 0 and self._value("kind_new", row) is None else "new"
        return self._attributes(row, side)

    def _attributes(self, row: int, side: str) -> str:
        mode = self._value(f"mode_{side}", row) if row >= 0 else None
        if mode is None:
            return ""
        owner = f"{self._value(f'uid_{side}', row)}:{self._value(f'gid_{side}', row)}"
        return f"{permissions(self._value(f'kind_{side}', row) or FILE, mode)} {owner}"

    def leads_to(self, row: int) -> str | None:
        """The new target of a symbolic link."""
        target: str | None = self._value("link_target_new", row) if row >= 0 else None
        return target

    def details(self, row: int) -> list[Detail]:
        """What changed, and both sides."""
        change, what = self._value("change", row), ", ".join(self._value("what", row))
        found = [Detail("change", f"{change}{f': {what}' if what else ''}")]
        found.append(Detail("growth", signed_bytes(self._value("bytes", row))))
        for label, name in (("moved from", "old_path"), ("package", "package")):
            if self._value(name, row):
                found.append(Detail(label, self._value(name, row)))
        return [*found, *self._side("old", row), *self._side("new", row)]

    def _side(self, side: str, row: int) -> list[Detail]:
        if self._value(f"kind_{side}", row) is None:
            return []
        digest = self._value(f"digest_{side}", row)
        told = (
            exact_bytes(self._value(f"bytes_{side}", row)),
            self._attributes(row, side),
            f"layer {self._value(f'layer_{side}', row)}",
            self._value(f"version_{side}", row) or "",
            "" if digest is None else short_digest(digest.hex()),
        )
        return [Detail(side, ", ".join(filter(None, told)))]


def _seen_paths(stack: Stack) -> pa.BinaryArray:
    seen = stack.implied.copy()
    seen[stack.rows.node[stack.alive]] = True
    return stack.rows.tree.paths.take(np.flatnonzero(seen))
