"""What rules look at: the stacked layers, the metadata, and facts about content, with a few views made once."""

from __future__ import annotations

import re
from functools import cache, cached_property, lru_cache, partial
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from msgspec import Struct, field

from ..layers.names import displayed
from ..model import LAYERS_LIMIT
from ..rootfs.deaths import NEVER
from ..rootfs.rows import IS_FILE
from ..rootfs.stack import RECOPIED
from ..tables import FACTS
from .numbers import among, distinct
from .owner import owner
from .paths import PathHits, find_hits, folders, matched, spared
from .redaction import layer_instructions
from .standing import Standing
from .user import users

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ..arrays import Flags, Floats, Ints
    from ..globs import Globs
    from ..model import ImageMetadata
    from ..rootfs.stack import Stack
    from .installed import Installations

# Below a block of a file system, a link instead of a copy is not worth the line in a Dockerfile.
COPY_BYTES = 4096

# A megabyte each, where an image has a quarter of a million paths.
_LAYERS_KEPT = 16

# Each step doubles how far back one sees: this many reach through all layers that an image may have.
_DOUBLINGS = LAYERS_LIMIT.bit_length()

# What brings files however often they are there already, and what makes a container's builder copy them.
_BRINGS = re.compile(
    r"(?:COPY|ADD) |RUN .*\b(?:install|reinstall|update|upgrade|add|sync|ci|unzip|tar|curl|wget|clone|pull|make)\b",
    re.DOTALL,
)
_CHANGES = re.compile(r"RUN .*\b(?:chown|chmod|chgrp)\b", re.DOTALL)


class Copies(Struct, frozen=True, eq=False):
    """Visible files whose content stands at several paths, the lowest layer first.

    One item a file: ``inode``, and ``group``, a number below ``count`` for its content.
    """

    inode: Ints
    group: Ints
    count: int


class Context(Struct, frozen=True, eq=False, dict=True):
    """All that a rule may know.

    ``facts`` has one row a fact about the content of a row of ``changes``. Layers from ``own_from`` on are
    one's own, but for ``by_file``, the rows in them that hold files of a parent image; those below are a parent
    image's. ``spared`` has, by rule, a regular expression of paths that
    the user does not want to hear of; ``globs`` are all that `visible_by` and `named_by` will be asked for.
    ``installations`` looks for packages, which takes its time: None where nobody can tell.
    """

    metadata: ImageMetadata
    changes: pa.Table
    stack: Stack
    facts: pa.Table = field(default_factory=FACTS.empty_table)
    own_from: int = 0
    by_file: Ints = field(default_factory=lambda: np.empty(0, np.int64))
    spared: Mapping[str, str] = field(default_factory=dict)
    globs: tuple[Globs, ...] = ()
    installations: Callable[[], Installations] | None = None

    @cached_property
    def stored(self) -> Ints:
        """Bytes of content in the tar, by row."""
        stored: Ints = self.changes["stored"].to_numpy()
        return stored

    @cached_property
    def pull_bytes(self) -> Floats:
        """Shares of the compressed blobs, by row; NaN in layers stored uncompressed."""
        shares: Floats = self.changes["pull_bytes"].to_numpy()
        return shares

    @cached_property
    def modes(self) -> Ints:
        """Permission bits, by row."""
        modes: Ints = self.changes["mode"].to_numpy()
        return modes

    @cached_property
    def holds_nothing(self) -> Flags:
        """By row: whether it stores no bytes of content, for other names of it neither."""
        inode = self.stack.inode
        nothing: Flags = (inode < 0) | (self.stored[np.maximum(inode, 0)] == 0)
        return nothing

    @cached_property
    def seen(self) -> Ints:
        """The rows of all names that a container sees, directories included."""
        return np.flatnonzero(self.stack.alive & self.stack.rows.is_name)

    @cached_property
    def standing(self) -> Standing:
        """What stands where after each layer."""
        return Standing.of(self.stack)

    @cached_property
    def stored_below(self) -> Callable[[int], Ints]:
        """`Standing.stored_below`, for a layer that several rules and findings ask about."""
        return lru_cache(_LAYERS_KEPT)(self.standing.stored_below)

    @cached_property
    def seen_owners(self) -> tuple[Ints, Ints]:
        """The nodes of all names that a container sees, ascending, and the owners there."""
        seen = self.standing.row[self.standing.hidden_in == NEVER]
        return self.stack.rows.node[seen], self.owners[seen]

    @cached_property
    def setuid(self) -> Ints:
        """The rows of names with the setuid or setgid bit that a container sees, but for directories."""
        return self.seen[((self.modes[self.seen] & 0o6000) > 0) & self.stack.rows.is_leaf[self.seen]]

    @cached_property
    def owners(self) -> Ints:
        """User and group as one number, by row (`owner`)."""
        return owner(self.changes["uid"].to_numpy(), self.changes["gid"].to_numpy())

    @cached_property
    def names(self) -> Ints:
        """Rows that name a regular file, hard links included, in the order of their paths."""
        rows, inode = self.stack.rows, self.stack.inode
        named = np.flatnonzero(rows.is_name & (inode >= 0))
        named = named[rows.kind[inode[named]] == IS_FILE]
        return named[np.argsort(rows.node[named], kind="stable")]

    @cached_property
    def visible_names(self) -> Ints:
        """Those of ``names`` that a container sees."""
        return self.names[self.stack.alive[self.names]]

    @cached_property
    def dead_names(self) -> Ints:
        """Names of files that hold bytes of which a container sees nothing."""
        inode = self.stack.inode[self.names]
        return self.names[(self.stack.caused_by[inode] >= 0) & (self.stored[inode] > 0)]

    @cached_property
    def holding_names(self) -> Ints:
        """By row: how many names have to go before its content does.

        Those that a container sees; where it sees none, all.
        """
        inode = self.stack.inode
        seen = np.bincount(inode[self.visible_names], minlength=len(inode))
        return np.where(seen > 0, seen, np.bincount(inode[self.names], minlength=len(inode)))

    @cached_property
    def places(self) -> tuple[Ints, Ints]:
        """Names in the order of layer, path and row, and their places: layer times number of paths, plus path."""
        rows = self.stack.rows
        places = rows.layer[self.names].astype(np.int64) * len(rows.tree) + rows.node[self.names]
        order = np.argsort(places, kind="stable")
        return self.names[order], places[order]

    def successors(self, names: Ints) -> Ints:
        """The row that took the path of each of ``names``, of hidden files, in the layer that hid it; -1 for none."""
        rows, inode = self.stack.rows, self.stack.inode[names]
        ordered, places = self.places
        wanted = self.stack.caused_by[inode].astype(np.int64) * len(rows.tree) + rows.node[names]
        at = np.searchsorted(places, wanted, side="right") - 1
        return np.where((at >= 0) & (places[at] == wanted), ordered[at], -1)

    @cached_property
    def recopied_names(self) -> Ints:
        """Names of files that a later layer stored again unchanged."""
        return self.dead_names[self.stack.fate[self.stack.inode[self.dead_names]] == RECOPIED]

    @cached_property
    def inherited(self) -> Flags:
        """By row: whether it is in a parent image's layer, or names content that a parent image brought."""
        rows, inode = self.stack.rows, self.stack.inode
        holds = rows.layer < self.own_from
        holds[self.by_file] = True
        found: Flags = (rows.layer < self.own_from) | ((inode >= 0) & holds[np.maximum(inode, 0)])
        return found

    @cached_property
    def origins(self) -> Ints:
        """By row of a name: the row that first stored this content at this path, in one's own layers or below them.

        What a later layer stored again has the origin of what it copied.
        """
        return self._origins(self._is_copied)

    @cached_property
    def makers(self) -> Ints:
        """By row of a name: the row whose layer it takes to edit for the content to be otherwise.

        The origin, but for what an instruction brought again, whatever was there: a COPY, an installation.
        """
        after = np.maximum(self.successors(self.recopied_names), 0)
        changed = np.zeros(len(after), bool)
        for column in (self.owners, self.modes):
            changed |= column[after] != column[self.recopied_names]
        layers = self.stack.rows.layer[after]
        brings, changes = (
            np.array([each(line) is not None for line in self.instructions], bool)
            for each in (_BRINGS.match, _CHANGES.match)
        )
        return self._origins(self._is_copied & ~(brings[layers] & ~(changes[layers] & changed)))

    @cached_property
    def _is_copied(self) -> Flags:
        """Which of ``recopied_names`` a later layer stored again on the same side of the border to a parent image."""
        before, after = self.recopied_names, np.maximum(self.successors(self.recopied_names), 0)
        flags: Flags = self._is_continued & (self.inherited[before] == self.inherited[after])
        return flags

    @cached_property
    def _is_continued(self) -> Flags:
        """Which of ``recopied_names`` have a successor with their content, as one of several links may not have."""
        after = self.successors(self.recopied_names)
        pairs = (self.stack.inode[each] for each in (self.recopied_names, np.maximum(after, 0)))
        old, new = (self.changes["digest"].take(pa.array(each)) for each in pairs)
        is_same = pc.equal(old, new).fill_null(False).to_numpy()
        flags: Flags = (after >= 0) & is_same
        return flags

    @cached_property
    def from_parent(self) -> Flags:
        """By row of a name: whether a parent image first stored this content at this path."""
        return self.inherited[self.firsts]

    @cached_property
    def firsts(self) -> Ints:
        """By row of a name: the row that first stored this content at this path, whosever layer it is in."""
        return self._origins(self._is_continued)

    def _origins(self, chained: Flags) -> Ints:
        """By row: where the chain of copies begins, with those of ``recopied_names`` that are ``chained`` as links."""
        before, after = self.recopied_names[chained], self.successors(self.recopied_names[chained])
        origin = np.arange(len(self.stack.inode))
        origin[after] = before
        for _ in range(_DOUBLINGS):
            origin = origin[origin]
        return origin

    def names_of(self, inodes: Ints) -> Ints:
        """All names of the files whose content is at the rows ``inodes``."""
        return self.names[among(distinct(inodes), self.stack.inode[self.names])]

    def with_copies(self, names: Ints) -> Ints:
        """Visible names and those of all earlier copies of the same content at the same path."""
        wanted = np.zeros(len(self.origins), bool)
        wanted[self.origins[names]] = True
        earlier = self.recopied_names[wanted[self.origins[self.recopied_names]]]
        return np.concatenate([names, earlier])

    @cached_property
    def file_nodes(self) -> Ints:
        """The nodes at which files stand in some layer, ascending."""
        return distinct(self.stack.rows.node[self.names])

    @cached_property
    def is_directory(self) -> Flags:
        """By node: whether a container sees a directory there."""
        rows = self.stack.rows
        directories = self.stack.implied.copy()
        directories[rows.node[self.stack.alive & rows.is_name & ~rows.is_leaf]] = True
        return directories

    @cached_property
    def copies(self) -> Copies:
        """All contents of at least `COPY_BYTES` that several files have with one owner and mode.

        Where these differ, a link in place of one would let others read it, or fewer. Hard links are one file.
        """
        inode = distinct(self.stack.inode[self.visible_names])
        inode = inode[self.stored[inode] >= COPY_BYTES]
        encoded = self.changes["digest"].take(pa.array(inode)).combine_chunks().dictionary_encode()
        codes = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
        told = np.stack([codes, self.owners[inode], self.modes[inode]])[:, codes >= 0]
        _, group, counts = np.unique(told, axis=1, return_inverse=True, return_counts=True)
        several = counts[group] > 1
        contents, group = np.unique(group[several], return_inverse=True)
        return Copies(inode[codes >= 0][several], group, len(contents))

    @cached_property
    def instructions(self) -> tuple[str, ...]:
        """What the history says of each layer, without the values of secrets; empty where it says nothing."""
        return layer_instructions(self.metadata.layers)

    @cached_property
    def users(self) -> tuple[str, ...]:
        """Who runs the instruction of each layer, as far as the history tells; empty for root."""
        return users(self.metadata)

    @cached_property
    def _hits(self) -> PathHits:
        rows = self.stack.rows
        return find_hits(rows.tree, self.file_nodes, self.globs)

    def visible_by(self, globs: Globs) -> Ints:
        """Names that a container sees at paths that ``globs`` match."""
        return matched(self._hits, globs, self.visible_names, self.stack.rows.node[self.visible_names])

    def folders_by(self, globs: Globs) -> Ints:
        """The nodes of the folders that ``globs`` match, ascending."""
        return folders(self._hits, globs)

    @cached_property
    def spared_by(self) -> Callable[[Globs], Ints]:
        """The nodes, ascending, of what ``globs`` spare below their folders in some layer, directories left out."""
        # Without a reference to ``self``, which would keep all of this from going when the rules are done.
        return cache(partial(spared, self._hits, self.standing))

    def named_by(self, globs: Globs) -> Ints:
        """The same with names that are hidden."""
        return matched(self._hits, globs, self.names, self.stack.rows.node[self.names])

    def nodes(self, paths: Sequence[bytes]) -> Ints:
        """The node of each path, -1 for one that no layer has."""
        return self.stack.rows.tree.paths.nodes_of(pa.array(paths, pa.binary()))

    def paths(self, rows: Ints) -> list[str]:
        """The paths of rows, as text."""
        return paths_of_rows(self.stack, rows)

    def matching(self, rows: Ints, expression: str) -> Flags:
        """Which rows stand at paths that the regular expression matches."""
        if not expression or not len(rows):
            return np.zeros(len(rows), bool)
        paths = self.stack.rows.tree.paths.take(self.stack.rows.node[rows])
        matches: Flags = pc.match_substring_regex(paths, expression).to_numpy(zero_copy_only=False)
        return matches

    def with_fact(self, fact: str) -> tuple[Ints, Ints]:
        """The rows of which ``fact`` is known, ascending, and the bytes that it speaks of."""
        chosen = self.facts.filter(pc.equal(self.facts["fact"].cast(pa.string()), fact))
        rows, sizes = chosen["row"].to_numpy(), chosen["bytes"].to_numpy()
        order = np.argsort(rows, kind="stable")
        return rows[order], sizes[order]


def paths_of_rows(stack: Stack, rows: Ints) -> list[str]:
    """The paths of rows, as text."""
    shown: list[str] = displayed(stack.rows.tree.paths.take(stack.rows.node[rows])).to_pylist()
    return shown
