"""What findings save, once more: slow, and by doing it. The image is built again without what they name.

What goes is replaced by an empty fifo at its place, which hides what the file hid and holds no byte: everything else in
the stack is as it was, whatever repeats, whites out or links to whatever.
"""

from collections.abc import Iterable

from tests.images import Image
from tests.reference import Entry, Layers, Stacked, stack
from tests.strategies import to_image

DUPLICATE_FILES = "duplicate-files"


def without(layers: Layers, gone: set[int]) -> Layers:
    """The stack without the content of these rows and all names of it."""
    inodes = inode_of_names(layers)
    row, rebuilt = 0, []
    for layer in layers:
        entries = []
        for entry in layer:
            entries.append(Entry(entry.path, "fifo") if inodes.get(row) in gone else entry)
            row += 1
        rebuilt.append(tuple(entries))
    return tuple(rebuilt)


def inode_of_names(layers: Layers) -> dict[int, int]:
    """For each row that names a file, the row with the content."""
    from tests.reference import _State

    state = _State(layers)
    for number in range(len(layers)):
        state.apply(number)
    files = {row for row, entry in enumerate(state.entries) if entry.kind == "file"}
    return {row: inode for row, inode in state.inodes.items() if inode in files}


def vanishing(layers: Layers, stacked: Stacked, names: set[int]) -> set[int]:
    """Files of which every visible name goes, or, where none is visible, every name."""
    inodes = inode_of_names(layers)
    seen = {found.row for found in stacked.rootfs.values()}
    gone = set()
    for inode in {inodes[name] for name in names}:
        its_names = {name for name, of in inodes.items() if of == inode}
        if (its_names & seen or its_names) <= names:
            gone.add(inode)
    return gone


def gone_together(layers: Layers, findings: Iterable) -> set[int]:
    """All that goes when all findings are applied at once."""
    findings = list(findings)
    stacked = stack(layers)
    entries = [entry for layer in layers for entry in layer]
    others = {int(row) for each in findings if each.rule != DUPLICATE_FILES for row in each.rows}
    copies = {int(row) for each in findings if each.rule == DUPLICATE_FILES for row in each.rows}
    gone = vanishing(layers, stacked, others)
    visible = sorted({found.inode for found in stacked.rootfs.values() if found.inode is not None})
    for copy in sorted(vanishing(layers, stacked, copies), reverse=True):
        same = [row for row in visible if entries[row].digest == entries[copy].digest and row not in gone]
        if len(same) > 1 and copy in same:
            gone.add(copy)
    return gone


def image_without(layers: Layers, gone: set[int]) -> Image:
    """The builder's image of what is left."""
    return to_image(without(layers, gone))
