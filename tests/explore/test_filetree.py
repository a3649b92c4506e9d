"""The lines of a tree: closed directories, filters and orders, held against a walk through dicts."""

import re
from dataclasses import replace
from fnmatch import fnmatchcase

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.rootfs.tree import PathTree, build_tree
from imgscan.explore.filetree import FileTree
from imgscan.explore.matching import LENGTH, having, matching
from imgscan.explore.order import heaviest_first, open_lines
from imgscan.explore.picture import Picture
from imgscan.explore.states import ADDED, REMOVED, UNMODIFIED

NAMES = st.sampled_from(["a", "b", "B", "lib", "lib.so", "x.py", "y.py", "-", "é"])
PATHS = st.lists(st.lists(NAMES, min_size=1, max_size=4).map("/".join), min_size=1, max_size=25)


def tree_of(paths: list[str]) -> PathTree:
    return build_tree(pa.array([path.encode() for path in paths], pa.binary()))[0]


def picture_of(paths: list[str], **changes) -> Picture:
    """Everything is there, and has as many bytes as its path has letters."""
    tree = tree_of(paths)
    size = np.array([0 if end > node + 1 else len(path) for node, (path, end) in enumerate(zip(tree.paths.all().to_pylist(), tree.end, strict=True))])  # fmt: skip
    ones = np.ones(len(tree), bool)
    picture = Picture(
        tree=tree,
        there=ones,
        state=np.full(len(tree), UNMODIFIED, np.int8),
        size=size,
        counted=size,
        waste=np.zeros(len(tree), np.int64),
        row=np.arange(len(tree)),
        is_directory=tree.end > np.arange(len(tree)) + 1,
        own=ones,
    )
    return replace(picture, **changes)


def _walk(tree: PathTree, shown, closed, key, node: int = 0) -> list[int]:
    """The lines in the way that everybody would write down."""
    children = [child for child in range(len(tree)) if tree.parent[child] == node and shown[child]]
    lines = []
    for child in sorted(children, key=lambda each: (key(each), each)):
        lines.append(child)
        if not closed[child]:
            lines += _walk(tree, shown, closed, key, child)
    return lines


@given(PATHS, st.data())
def test_lines_are_those_of_a_walk(paths: list[str], data) -> None:
    tree = tree_of(paths)
    flags = st.lists(st.booleans(), min_size=len(tree), max_size=len(tree)).map(np.array)
    chosen, closed = data.draw(flags), data.draw(flags)
    closed[0] = False
    shown = tree.subtree_sums(chosen.astype(np.int32)) > 0
    weight = np.array(data.draw(st.lists(st.integers(-3, 3), min_size=len(tree), max_size=len(tree))))
    lines = open_lines(tree, shown, closed)
    assert lines.tolist() == _walk(tree, shown, closed, lambda _: 0)
    assert heaviest_first(tree, lines, weight).tolist() == _walk(tree, shown, closed, lambda node: -weight[node])


@given(PATHS, st.sampled_from(["a", "LIB", "lib", "*.py", "?", "{a,b}", "a/b", "lib/*", "**/b", "é", "."]))
def test_matching_is_about_names_unless_there_is_a_slash(paths: list[str], typed: str) -> None:
    """As `find -name` and shells have it; capitals count where there are some."""
    tree = tree_of(paths)
    found = matching(tree.paths.all().cast(pa.string()), typed).tolist()
    for path, match in zip((each.decode() for each in tree.paths.all().to_pylist()), found, strict=True):
        assert match == _matches(path, typed), path


def _matches(path: str, typed: str) -> bool:
    text, name = path, path.rpartition("/")[2]
    if typed == typed.lower():
        text, name = text.lower(), name.lower()
    match typed:
        case "{a,b}":
            return name in ("a", "b")
        case "lib/*":
            return re.fullmatch("lib/[^/]+", text) is not None
        case "**/b":
            return name == "b"
        case "*.py" | "?":
            return bool(name) and fnmatchcase(name, typed)
        case "a/b":
            return "a/b" in text
        case _:
            return typed in name


def test_no_more_is_sought_than_an_expression_can_bear() -> None:
    with pytest.raises(ValueError, match=f"at most {LENGTH}"):
        matching(pa.array(["a"]), "a" * (LENGTH + 1))
    assert having(pa.array(["RUN apt-get", "COPY"]), "apt").tolist() == [True, False]


def _names(tree: FileTree) -> list[str]:
    return [tree.picture.tree.paths[node].decode() for node in tree.lines.tolist()]


SMALL = ["etc/passwd", "usr/bin/tool", "usr/lib/libc.so", "usr/lib/x/deep.txt", "zoo"]


def test_directories_open_and_close() -> None:
    tree = FileTree(picture_of(SMALL))
    assert _names(tree) == ["etc", "usr", "zoo"]
    usr = int(tree.lines[1])
    tree.toggle_closed(usr)
    assert _names(tree) == ["etc", "usr", "usr/bin", "usr/lib", "zoo"]
    tree.toggle_all()
    assert _names(tree) == ["etc", "usr", "zoo"]
    tree.toggle_all()
    assert len(_names(tree)) == 10
    tree.close(usr)
    tree.cursor = tree.picture.tree.paths.all().to_pylist().index(b"usr/lib/libc.so")
    assert tree.lines[tree.place_of_cursor()] == usr


def test_a_filter_opens_the_way_to_what_it_finds_and_gives_it_back() -> None:
    tree = FileTree(picture_of(SMALL))
    tree.seek("lib")
    assert _names(tree) == ["usr", "usr/lib"]
    tree.toggle_closed(int(tree.lines[1]))
    assert _names(tree) == ["usr", "usr/lib", "usr/lib/libc.so", "usr/lib/x"]
    assert tree.sizes[0] == len("usr/lib/libc.so") + len("usr/lib/x/deep.txt")
    tree.seek("*.txt")
    assert _names(tree) == ["usr", "usr/lib", "usr/lib/x", "usr/lib/x/deep.txt"]
    tree.seek("no such thing")
    assert (_names(tree), tree.place_of_cursor()) == ([], 0)
    tree.seek("")
    assert _names(tree) == ["etc", "usr", "zoo"]


def test_search_goes_around_and_opens_what_is_closed() -> None:
    tree = FileTree(picture_of(SMALL))
    paths = tree.picture.tree.paths.all().to_pylist()
    found = []
    for _ in range(3):
        node = tree.next_match("lib")
        assert node is not None
        tree.reveal(node)
        found.append(paths[node].decode())
    assert found == ["usr/lib", "usr/lib/libc.so", "usr/lib"]
    assert "usr/lib/libc.so" in _names(tree)
    node = tree.next_match("lib", backwards=True)
    assert node is not None
    assert paths[node] == b"usr/lib/libc.so"
    assert tree.next_match("nothing") is None


def test_states_and_own_files_can_be_hidden() -> None:
    """Sizes of directories are those of what is left; what is gone counts in what is gone."""
    picture = picture_of(SMALL)
    paths = picture.tree.paths.all().to_pylist()
    state, own = picture.state.copy(), np.zeros(len(paths), bool)
    state[paths.index(b"usr/lib/libc.so")] = ADDED
    state[paths.index(b"zoo")] = REMOVED
    own[paths.index(b"etc/passwd")] = True
    tree = FileTree(replace(picture, state=state, own=own))
    tree.toggle_all()
    assert tree.sizes[0] == sum(map(len, SMALL)) - len("zoo")
    tree.toggle_state(UNMODIFIED)
    assert _names(tree) == ["usr", "usr/lib", "usr/lib/libc.so", "zoo"]
    tree.toggle_state(REMOVED)
    assert _names(tree) == ["usr", "usr/lib", "usr/lib/libc.so"]
    tree.toggle_own()
    assert _names(tree) == []
    tree.reveal(paths.index(b"usr/bin/tool"))
    assert "usr/bin/tool" in _names(tree)
    assert tree.shown_states.all()
    assert not tree.only_own


def test_the_largest_first() -> None:
    tree = FileTree(picture_of(SMALL))
    tree.sort_by("size")
    assert _names(tree) == ["usr", "etc", "zoo"]
