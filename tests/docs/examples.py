"""The worked examples of docs/metrics.md, docs/comparison.md and docs/dive.md, by the name that the pages give them."""

from collections.abc import Iterable

from tests.images import Image, Layer

OLD, NEW = b"1" * 100, b"2" * 100
HUNDRED_FILES = {f"c/{number:02}": b"1" for number in range(100)}


def _hundred_files() -> Layer:
    return Layer().directory("c").files(HUNDRED_FILES)


def _removed(paths: Iterable[str]) -> Layer:
    layer = Layer()
    for path in paths:
        layer.whiteout(path)
    return layer


def _copied() -> Layer:
    return Layer().file("a", OLD, mode=0o644)


EXAMPLES = {
    "overwritten once": Image([Layer().file("a", OLD), Layer().file("a", NEW)]),
    "overwritten twice": Image([Layer().file("a", OLD), Layer().file("a", NEW), Layer().file("a", OLD)]),
    "chmod": Image([_copied(), Layer().file("a", OLD, mode=0o755)]),
    "rm": Image([Layer().file("a", OLD), Layer().whiteout("a")]),
    "rm -rf": Image([_hundred_files(), Layer().whiteout("c")]),
    "rm -rf, then made anew": Image([_hundred_files(), Layer().directory("c").opaque("c").file("c/new", b"2" * 5)]),
    "directory replaced by a link": Image([_hundred_files(), Layer().symlink("c", "d")]),
    "absent file removed, other file overwritten": Image(
        [Layer().file("a", OLD), Layer().whiteout("not-there").file("a", NEW)]
    ),
    "mv": Image([Layer().file("a", OLD), Layer().whiteout("a").file("b", OLD)]),
    "cp": Image([Layer().file("a", OLD), Layer().file("b", OLD)]),
    "one of two hard links removed": Image([Layer().file("a", OLD).hardlink("b", "a"), Layer().whiteout("a")]),
    "both hard links removed": Image(
        [Layer().file("a", OLD).hardlink("b", "a"), Layer().whiteout("a"), Layer().whiteout("b")]
    ),
    "twice in one layer": Image([Layer().file("a", OLD).file("a", NEW)]),
    "the same layer twice": Image([_copied(), _copied()]),
    "AUFS metadata": Image([Layer().file("a", OLD).file(".wh..wh.plnk/1.2", OLD)]),
    "a 0:0 device": Image([Layer().file("a", OLD), Layer().character("a", 0, 0)]),
    "sparse": Image([Layer().sparse("a", [(0, OLD)], 1_000_000, "1.0")]),
}

# What moves dive's three figures and not the ledger, or the ledger and not them.
DIVE_EXAMPLES = {
    "a file stored three times": Image([Layer().file("a", content) for content in (OLD, NEW, OLD)]),
    "100 files removed with their directory": Image([_hundred_files(), Layer().whiteout("c")]),
    "100 files removed one by one": Image([_hundred_files(), _removed(HUNDRED_FILES)]),
    "100 files removed by an opaque whiteout": Image([_hundred_files(), Layer().opaque("c")]),
    "a directory removed, and a file put there": Image(
        [_hundred_files(), Layer().whiteout("c"), Layer().file("c", b"2" * 50)]
    ),
    "a file stored again": Image([Layer().file("a", OLD), Layer().file("a", NEW)]),
    "the same, and one removed that was not there": Image(
        [Layer().file("a", OLD), Layer().file("a", NEW).whiteout("Z")]
    ),
    "the same, and AUFS's own directory": Image(
        [Layer().file("a", OLD), Layer().file("a", NEW).directory(".wh..wh.plnk")]
    ),
    "stored and removed in the lowest layer": Image([Layer().file("a", OLD).file("b", OLD).whiteout("a")]),
    "the same in the second layer": Image([Layer().file("b", OLD), Layer().file("a", OLD).whiteout("a")]),
    "one layer": Image([Layer().file("a", OLD)]),
    "a parent of one layer, a file stored twice": Image(
        [Layer().file("p", OLD * 8), Layer().file("a", OLD), Layer().file("a", NEW)]
    ),
    "the same on a parent of two layers": Image(
        [Layer().file("p", OLD * 4), Layer().file("q", OLD * 4), Layer().file("a", OLD), Layer().file("a", NEW)]
    ),
}
