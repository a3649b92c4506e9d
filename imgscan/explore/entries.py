"""What an image knows of single entries of its layers."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from analyzer.analyses.listing import permissions
from analyzer.analyses.owners import Owners, owners
from analyzer.rootfs.lookup import Lookup
from analyzer.rootfs.rows import IS_FILE
from analyzer.rootfs.stack import FATES, VISIBLE
from analyzer.tables import KINDS
from reports.formatting import exact_bytes, one_line

from .rows import Detail

if TYPE_CHECKING:
    from analyzer.analysis import Analysis
    from analyzer.packages.installations import Installations

_LAYERS_TOLD = 20


class ImageEntries:
    """Details of the rows of one image's changes; -1 is a directory without an entry. ``packages`` come later."""

    def __init__(self, analysis: Analysis) -> None:
        self.packages: Installations | None = None
        self._analysis = analysis
        self._changes = analysis.changes
        self._stack = analysis.stack

    @cached_property
    def _owners(self) -> Owners:
        return owners(Lookup(self._changes, self._stack), self._stack, self._analysis.scan.learned.contents)

    def attributes(self, row: int) -> str:
        """Mode and owner as `ls -l` writes them."""
        if row < 0:
            return permissions("directory", -1)
        user, group = self._owner(row)
        return f"{self._permissions(row)} {user}:{group}"

    def _permissions(self, row: int) -> str:
        inode = self._inode(row)
        return permissions(KINDS[self._stack.rows.kind[inode]], self._changes["mode"][row].as_py())

    def _owner(self, row: int) -> tuple[str, str]:
        uid, gid = (self._changes[name][row].as_py() for name in ("uid", "gid"))
        return self._owners.users.get(uid, str(uid)), self._owners.groups.get(gid, str(gid))

    def leads_to(self, row: int) -> str | None:
        """The target of a link."""
        target: str | None = self._changes["link_target"][row].as_py() if row >= 0 else None
        return target

    def _inode(self, row: int) -> int:
        inode = int(self._stack.inode[row])
        return row if inode < 0 else inode

    def layer(self, row: int) -> int:
        """The layer of an entry."""
        return int(self._stack.rows.layer[row])

    def is_file(self, row: int) -> bool:
        """Whether there is content to read."""
        return row >= 0 and int(self._stack.rows.kind[self._inode(row)]) == IS_FILE

    def details(self, row: int) -> list[Detail]:
        """Kind, owner, size, layer and so on of an entry; of a directory without one, that."""
        if row < 0:
            return [Detail("entry", "none: a directory that no layer has an entry for")]
        user, group = self._owner(row)
        uid, gid = (self._changes[name][row].as_py() for name in ("uid", "gid"))
        mode = self._changes["mode"][row].as_py()
        found = [
            Detail("mode", f"{self._permissions(row)} {mode:04o}"),
            Detail("owner", f"{user}:{group} ({uid}:{gid})"),
        ]
        if self.is_file(row):
            found.append(Detail("size", exact_bytes(self._changes["size"][self._inode(row)].as_py())))
        for label, column in (("link to", "link_target"), ("device", "device"), ("modified", "mtime")):
            value = self._changes[column][row]
            if value.is_valid:
                found.append(Detail(label, str(value)[:19] if column == "mtime" else value.as_py()))
        return [*found, *self._history(row), *self._package(row)]

    def _history(self, row: int) -> list[Detail]:
        """Which layer it is of, which others have the path, and what became of the bytes."""
        layer, inode = self.layer(row), self._inode(row)
        found = [Detail("layer", f"{layer}  {one_line(self.instruction(layer))}")]
        rows = self._stack.rows
        at_path = np.unique(rows.layer[(rows.node == rows.node[row]) & rows.is_name]).tolist()
        if len(at_path) > 1:
            more = ", …" if len(at_path) > _LAYERS_TOLD else ""
            found.append(Detail("versions", "in layers " + ", ".join(map(str, at_path[:_LAYERS_TOLD])) + more))
        fate = int(self._stack.fate[inode])
        if fate != VISIBLE and self.is_file(row):
            cause = int(self._stack.caused_by[inode])
            found.append(Detail("wasted", f"{FATES[fate]} by layer {cause}  {one_line(self.instruction(cause))}"))
        return found

    def _package(self, row: int) -> list[Detail]:
        if self.packages is None or self.packages.owner[self._inode(row)] < 0:
            return []
        package = self.packages.found[self.packages.owner[self._inode(row)]].package
        return [Detail("package", f"{package.name} {package.version} ({package.ecosystem})")]

    def instruction(self, layer: int) -> str:
        """The instruction behind a layer; empty where the history does not tell."""
        entry = self._analysis.metadata.layers[layer].history_index
        return "" if entry is None else self._instructions[entry]

    @cached_property
    def _instructions(self) -> list[str]:
        return [each.text for each in self._analysis.instructions]

    def digest(self, row: int) -> str | None:
        """The digest of a content; read where reading the layers left it out."""
        if not self.is_file(row):
            return None
        wanted = np.zeros(len(self._stack.rows), bool)
        wanted[self._inode(row)] = True
        digest = self._changes["digest"][self._inode(row)].as_py()
        digest = digest or self._analysis.with_digests(wanted)["digest"][self._inode(row)].as_py()
        return None if digest is None else f"sha256:{digest.hex()}"
