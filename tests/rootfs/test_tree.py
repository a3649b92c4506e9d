"""The tree of all paths, against a slow one made of Python's own sets and sorting."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.errors import LimitExceededError
from analyzer.rootfs import paths as paths_module
from analyzer.rootfs import split as split_module
from analyzer.rootfs.split import parent_paths
from analyzer.rootfs.tree import build_tree
from tests.images import Layer

NAMES = st.sampled_from([b"a", b"b", b"a.b", b"a-", b"\xff", b"A", b"a" * 40, b"0"])
PATHS = st.lists(NAMES, max_size=5).map(b"/".join)


def expected(paths: list[bytes]) -> list[bytes]:
    """Every path and all above it, a directory right before what is in it, names by their bytes."""
    parts = {tuple(path.split(b"/")) if path else () for path in [*paths, b""]}
    every = {path[:count] for path in parts for count in range(len(path) + 1)}
    return [b"/".join(path) for path in sorted(every)]


@given(
    chunks=st.lists(st.lists(PATHS, max_size=8), max_size=4),
    at_once=st.integers(1, 40),
    few=st.integers(0, 3),
    data=st.data(),
)
def test_it_is_that_of_a_directory_walk(chunks, at_once, few, data):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(split_module, "_PIECE_BYTES", at_once)
        patch.setattr(split_module, "_DIRECTORIES_BYTES", 2 * at_once)
        patch.setattr(split_module, "_AT_ONCE", at_once)
        patch.setattr(paths_module, "_PIECE_BYTES", at_once)
        patch.setattr(paths_module, "_CHUNK_BYTES", at_once)
        patch.setattr(paths_module, "_FEW", few)
        given_paths = [path for chunk in chunks for path in chunk]
        tree, nodes = build_tree(pa.chunked_array(chunks, pa.binary()))
        walk = expected(given_paths)
        assert tree.paths.all().to_pylist() == walk
        assert [walk[node] for node in nodes.tolist()] == given_paths
        assert tree.depth.tolist() == [path.count(b"/") + 1 if path else 0 for path in walk]
        assert tree.parent.tolist() == [-1] + [walk.index(path.rpartition(b"/")[0]) for path in walk[1:]]
        below = [[other for other in walk if is_below(other, path)] for path in walk]
        assert tree.end.tolist() == [node + 1 + len(each) for node, each in enumerate(below)]
        asked = data.draw(st.lists(PATHS, max_size=12))
        places = {path: node for node, path in enumerate(walk)}
        assert tree.paths.nodes_of(pa.array(asked, pa.binary())).tolist() == [places.get(path, -1) for path in asked]
        assert [tree.paths.find(path) for path in walk] == list(range(len(walk)))
        chosen = np.array(data.draw(st.lists(st.integers(0, len(walk) - 1), max_size=12)), np.int64)
        assert tree.paths.take(chosen).to_pylist() == [walk[node] for node in chosen.tolist()]
        assert [tree.paths[node] for node in chosen.tolist()] == [walk[node] for node in chosen.tolist()]
        found = tree.paths.which(chosen, lambda paths: pc.match_substring(paths, "/a"))
        assert found.tolist() == [node for node in chosen.tolist() if b"/a" in walk[node]]
        flags = tree.paths.where(lambda paths: pc.match_substring(paths, "/a"))
        assert flags.tolist() == [b"/a" in path for path in walk]


def is_below(path: bytes, directory: bytes) -> bool:
    return path != directory and (not directory or path.startswith(directory + b"/"))


def test_long_chunks_of_paths_are_not_copied(monkeypatch):
    monkeypatch.setattr(paths_module, "_CHUNK_BYTES", 20)
    rows = pa.chunked_array([[b"usr/bin/a"], [b"usr", b"usr/bin/b"]], pa.binary())
    tree, _ = build_tree(rows)
    given_buffers = [chunk.buffers()[2].address for chunk in rows.chunks]
    assert [chunk.buffers()[2].address for chunk in tree.paths.written.chunks[:2]] == given_buffers
    rest = [path for chunk in tree.paths.written.chunks[2:] for path in chunk.to_pylist()]
    assert rest == [b"", b"usr/bin"]  # what no row spells


def test_many_short_chunks_are_put_together(monkeypatch):
    monkeypatch.setattr(paths_module, "_CHUNK_BYTES", 100)
    tree, _ = build_tree(pa.chunked_array([[b"%d" % number] for number in range(100)], pa.binary()))
    assert 1 < tree.paths.written.num_chunks < 10
    tree, _ = build_tree(pa.chunked_array([[], [b"a"], [], [b"b"], []] * 20, pa.binary()))
    assert [len(chunk) for chunk in tree.paths.written.chunks if not len(chunk)] in ([], [0])  # what no row spells


def test_long_paths_are_taken_apart_without_a_copy_of_all():
    """20 files in each of 6,000 directories, 300 letters deep: copies of all these paths would be 37 MB each."""
    folders = [b"%s/%s/%d" % (b"d" * 150, b"e" * 150, number) for number in range(6000)]
    chunks = [[b"%s/%d" % (folder, file) for folder in folders] for file in range(20)]
    rows = pa.chunked_array(chunks, pa.binary())
    whole, counting = pa.default_memory_pool(), pa.proxy_memory_pool(pa.default_memory_pool())
    pa.set_memory_pool(counting)
    try:
        build_tree(rows)
    finally:
        pa.set_memory_pool(whole)
    assert 1_000_000 < counting.max_memory() < rows.nbytes


def test_the_directory_of_each_path():
    assert parent_paths(pa.array([b"a/b/c", b"a", b""], pa.binary())).to_pylist() == [b"a/b", b"", b""]


def test_directories_far_longer_than_the_paths_are_refused(monkeypatch):
    monkeypatch.setattr(split_module, "IMPLIED_BYTES_LIMIT", 10_000)
    build_tree(pa.array([b"/".join([b"d"] * 100)], pa.binary()))
    with pytest.raises(LimitExceededError, match="so deep"):
        build_tree(pa.array([b"/".join([b"d"] * 300)], pa.binary()))


def test_pieces_that_share_directories_do_not_count_them_again(monkeypatch):
    """Files in no order: every few of them stand in directories all over the tree."""
    monkeypatch.setattr(split_module, "_PIECE_BYTES", 5_000)
    monkeypatch.setattr(split_module, "IMPLIED_BYTES_LIMIT", 10_000)
    folders = [b"a/b/c/d/e/f/g/h/%d" % number for number in range(200)]
    rows = pa.array([b"%s/%d" % (folder, file) for file in range(100) for folder in folders], pa.binary())
    counted = []
    taken_apart = split_module._split
    monkeypatch.setattr(split_module, "_split", lambda parts: counted.append(taken_apart(parts)) or counted[-1])
    build_tree(rows)
    assert sum(each.directory_bytes for each in counted) < 10_000


def test_paths_of_a_container_are_copied_piece_by_piece(stacked, monkeypatch) -> None:
    layer = Layer().file(b"b/\xff").file("b/c").symlink("a", "b").file("d/e/f")
    whole = stacked(layer).rootfs
    monkeypatch.setattr(paths_module, "_PIECE_BYTES", 10)
    pieces = stacked(layer).rootfs
    assert pieces == whole
    assert pieces["path"].num_chunks > whole["path"].num_chunks == 1
