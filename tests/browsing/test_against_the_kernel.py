"""Links are followed as Linux follows them in a root of its own."""

import os
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

import imgscan
from analyzer.errors import LinkLoopError, NotAFileError, PathNotFoundError
from analyzer.rootfs.symlinks import CHASES_LIMIT
from tests.browsing.kernel import read_in_root
from tests.images import Image, Layer, docker_archive

NAMES = ["a", "b", "c"]
_PARTS = st.lists(st.sampled_from([*NAMES, "..", "."]), min_size=1, max_size=6).map(lambda parts: [*parts, "a"])
TARGETS = st.builds(lambda slash, parts: slash + "/".join(parts), st.sampled_from(["", "/"]), _PARTS)
PLACES = st.lists(st.sampled_from(NAMES), min_size=1, max_size=3).map("/".join)
TREES = st.dictionaries(PLACES, st.one_of(st.none(), st.binary(max_size=3), TARGETS), max_size=12)

_MEANT = {LinkLoopError: {"ELOOP"}, NotAFileError: {"EISDIR"}, PathNotFoundError: {"ENOENT", "ENOTDIR"}}


def _made(tree: dict[str, object], root: Path) -> bytes:
    """The tree on disk, less what does not fit, and the same as an image."""
    layer = Layer()
    for place, what in sorted(tree.items()):
        parent = root / Path(place).parent
        if not all(
            each.is_dir() and not each.is_symlink() for each in (parent, *parent.parents) if each.is_relative_to(root)
        ):
            continue
        if what is None:
            (root / place).mkdir()
            layer.directory(place)
        elif isinstance(what, bytes):
            (root / place).write_bytes(what)
            layer.file(place, what)
        else:
            (root / place).symlink_to(str(what))
            layer.symlink(place, str(what))
    return docker_archive(Image([layer]))


def _read(image: imgscan.Image, path: str) -> bytes | set[str]:
    try:
        return image.read(path)
    except (LinkLoopError, NotAFileError, PathNotFoundError) as error:
        return _MEANT[type(error)]


@given(TREES, st.lists(TARGETS, min_size=1, max_size=8))
def test_paths_lead_where_the_kernel_says(tree, paths) -> None:
    with TemporaryDirectory() as folder:
        root, archive = Path(folder, "root"), Path(folder, "image.tar")
        root.mkdir()
        archive.write_bytes(_made(tree, root))
        image = imgscan.open(archive)
        for path in [*paths, *tree]:
            found, wanted = _read(image, path), read_in_root(root, os.fsencode(path))
            assert found == wanted if isinstance(wanted, bytes) else wanted in found


@pytest.mark.parametrize("links", [CHASES_LIMIT, CHASES_LIMIT + 1])
def test_as_many_links_are_followed_as_the_kernel_follows(opened, tmp_path, links) -> None:
    tree: dict[str, object] = {"end": b"content"}
    tree |= {f"l{at:02}": "end" if not at else f"l{at - 1:02}" for at in range(links)}
    image = opened(_made(tree, tmp_path))
    path = f"l{links - 1:02}"
    found, wanted = _read(image, path), read_in_root(tmp_path, path.encode())
    assert found == wanted if isinstance(wanted, bytes) else wanted in found
    assert isinstance(wanted, bytes) == (links <= CHASES_LIMIT)
