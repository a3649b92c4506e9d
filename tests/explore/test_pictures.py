"""Pictures of runs of layers, held against the slow reference of stacking."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import imgscan
from analyzer.layers.names import displayed
from imgscan.explore.picture import Picture
from imgscan.explore.stacked import Stacked
from imgscan.explore.states import ADDED, MODIFIED, RECOPIED, REMOVED, UNMODIFIED
from tests import reference
from tests.images import Layer, docker_archive
from tests.strategies import layer_stacks, to_image


def _stacked(image: imgscan.Image, own_from: int = 0) -> Stacked:
    return Stacked(image._analysis.changes, image._analysis.stack, own_from)


def _by_path(picture: Picture) -> dict[str, int]:
    """The node of each path that is in a picture, without the root."""
    names = displayed(picture.tree.paths.all()).to_pylist()
    return {name: node for node, name in enumerate(names) if picture.there[node] and node}


def _stands(layers: reference.Layers, count: int) -> dict[str, reference.Found]:
    """What the first layers make; empty directories without an entry left out."""
    found = reference.stack(layers[:count]).rootfs
    entries = [path for path, each in found.items() if each.row is not None]
    return {
        path: each
        for path, each in found.items()
        if path and (each.row is not None or any(reference.is_below(other, path) for other in entries))
    }


@given(layer_stacks(), st.data())
def test_what_is_seen_and_what_is_gone(
    tmp_path_factory: pytest.TempPathFactory, layers: reference.Layers, data
) -> None:
    """Of any run of layers: what the last leaves is what the reference says, and what they took away is removed."""
    if not layers:
        return
    path = tmp_path_factory.mktemp("image") / "image.tar"
    path.write_bytes(docker_archive(to_image(layers)))
    first = data.draw(st.integers(0, len(layers) - 1), label="first")
    last = data.draw(st.integers(first, len(layers) - 1), label="last")
    picture = _stacked(imgscan.open(path)).picture(first, last)
    nodes = _by_path(picture)
    after, before = _stands(layers, last + 1), _stands(layers, first)
    gone = {path for path, node in nodes.items() if picture.state[node] == REMOVED}
    seen = nodes.keys() - gone
    if not any(layers[last + 1 :]):
        assert seen == {path for path in reference.stack(layers).rootfs if path}
    else:
        assert seen == after.keys()
    stood = {
        path
        for count in range(first, last + 1)
        for path, each in _stands(layers, count).items()
        if each.row is not None
    }
    touched = {entry.path for layer in layers[first : last + 1] for entry in layer}
    assert stood - seen <= gone
    assert all(
        path in stood or any(path == each or reference.is_below(each, path) for each in touched | stood)
        for path in gone
    )
    _check_states(layers, first, picture, nodes, before, {path: after[path] for path in after if path in seen})


def _check_states(layers, first, picture, nodes, before, after) -> None:
    """An entry of the run is an addition where nothing with an entry stood, else a change; others are untouched."""
    entries = [entry for layer in layers for entry in layer]
    first_row = sum(map(len, layers[:first]))
    for path, found in after.items():
        state = picture.state[nodes[path]]
        old = before.get(path)
        if found.row is None or found.row < first_row:
            assert state == UNMODIFIED
        elif old is None or old.row is None:
            assert state == ADDED
        elif entries[found.inode or found.row].kind == "file" and found.inode is not None and old.inode is not None:
            same = entries[old.inode].kind == "file" and entries[old.inode].digest == entries[found.inode].digest
            assert state == (RECOPIED if same else MODIFIED)
        else:
            assert state in (MODIFIED, UNMODIFIED, RECOPIED)


@given(layer_stacks())
def test_sums_are_those_of_the_ledger(tmp_path_factory: pytest.TempPathFactory, layers: reference.Layers) -> None:
    """All layers together: the root has what a container sees, hard links once, and all waste there is."""
    if not layers:
        return
    path = tmp_path_factory.mktemp("image") / "image.tar"
    path.write_bytes(docker_archive(to_image(layers)))
    image = imgscan.open(path)
    picture = _stacked(image).picture(0, len(layers) - 1)
    assert picture.sums(picture.there)[0] == image.size.rootfs_bytes
    assert picture.waste.sum() == image.size.waste_bytes


def test_each_state(stacked) -> None:
    """One layer does one thing of each kind."""
    below = Layer().directory("d").file("d/kept", b"1").file("d/changed", b"22").file("d/again", b"333")
    below.directory("old").file("old/x", b"4444").symlink("link", "a").directory("same")
    above = Layer().file("d/changed", b"xx").file("d/again", b"333", mode=0o600).file("d/new", b"y").whiteout("old")
    above.symlink("link", "b").directory("same").directory("d", mode=0o700)
    picture = _stacked(stacked(below, above)).picture(1, 1)
    nodes = _by_path(picture)
    states = {path: int(picture.state[node]) for path, node in nodes.items()}
    assert states == {
        "d": MODIFIED, "d/again": RECOPIED, "d/changed": MODIFIED, "d/kept": UNMODIFIED, "d/new": ADDED,
        "link": MODIFIED, "old": REMOVED, "old/x": REMOVED, "same": UNMODIFIED,
    }  # fmt: skip
    sizes = picture.sums(picture.there)
    assert {path: int(sizes[nodes[path]]) for path in ("d", "old", "old/x")} == {"d": 7, "old": 4, "old/x": 4}
    assert {path: int(picture.waste[node]) for path, node in nodes.items() if picture.waste[node]} == {
        "d/again": 3, "d/changed": 2, "old/x": 4,
    }  # fmt: skip


def test_a_directory_shows_that_something_in_it_changed(stacked) -> None:
    image = stacked(Layer().directory("a").directory("a/b").file("a/b/c"), Layer().file("a/b/new"))
    picture = _stacked(image).picture(1, 1)
    nodes = _by_path(picture)
    assert [int(picture.shown_state[nodes[path]]) for path in ("a", "a/b", "a/b/c", "a/b/new")] == [
        MODIFIED, MODIFIED, UNMODIFIED, ADDED,
    ]  # fmt: skip


def test_what_comes_and_goes_in_a_run_is_removed(stacked) -> None:
    """It is in no state that a container was ever to see, and it is what waste is made of."""
    image = stacked(Layer().file("kept"), Layer().file("tmp/part", b"123"), Layer().whiteout("tmp/part"))
    picture = _stacked(image).picture(1, 2)
    node = _by_path(picture)["tmp/part"]
    assert (picture.state[node], picture.size[node], picture.waste[node]) == (REMOVED, 3, 3)


def test_bytes_of_a_removed_name_are_those_of_the_name_that_is_left(stacked) -> None:
    """A hard link keeps what was removed under its first name."""
    image = stacked(Layer().file("a", b"123"), Layer().hardlink("b", "a").whiteout("a"))
    picture = _stacked(image).picture(0, 1)
    nodes = _by_path(picture)
    assert {path: (int(picture.state[node]), int(picture.counted[node])) for path, node in nodes.items()} == {
        "a": (REMOVED, 0),
        "b": (ADDED, 3),
    }


def test_a_directory_in_the_place_of_a_file(stacked) -> None:
    """What was hidden is not what stands there now."""
    picture = _stacked(stacked(Layer().file("a", b"1"), Layer().file("a/b", b"22"))).picture(1, 1)
    nodes = _by_path(picture)
    assert [bool(picture.is_directory[nodes[path]]) for path in ("a", "a/b")] == [True, False]
    assert picture.state[nodes["a/b"]] == ADDED


def test_an_image_without_entries(stacked) -> None:
    picture = _stacked(stacked(Layer())).picture(0, 0)
    assert (len(picture.tree), picture.there.tolist(), picture.sums(picture.there).tolist()) == (1, [True], [0])


def test_own_files_are_those_above_the_parent(stacked) -> None:
    image = stacked(Layer().file("base").file("both"), Layer().file("both", b"1").file("own"))
    picture = _stacked(image, own_from=1).picture(0, 1)
    own = {path for path, node in _by_path(picture).items() if picture.own[node]}
    assert own == {"both", "own"}
    assert not np.any(_stacked(image, own_from=2).picture(0, 1).own)
