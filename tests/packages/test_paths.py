"""Paths mean what the operating system's own rules make of them, and none leads out of the image."""

from __future__ import annotations

import posixpath

from hypothesis import given
from hypothesis import strategies as st

from analyzer.packages.paths import placed, resolved

FOLDERS = st.lists(st.sampled_from(["usr", "lib", "a b"]), max_size=4).map("/".join)
PARTS = st.lists(st.sampled_from(["..", ".", "", "x", "y.py", "...", "é"]), min_size=1, max_size=8)
PATHS = PARTS.map("/".join)
PLENTY = 1_000_000


def reference(folder: str, path: str) -> str | None:
    """The same by `normpath`, far enough below the root that nothing is lost there."""
    deep = "/deep" * 20
    start = deep if path.startswith("/") else f"{deep}/{folder}"
    found = posixpath.normpath(f"{start}/{path}")
    return found.removeprefix(deep + "/") if found.startswith(deep + "/") else None


def leaves(folder: str, path: str) -> bool:
    """Whether some part of the way is above the root."""
    parts = path.split("/") if path.startswith("/") else f"{folder}/{path}".split("/")
    steps = [{"..": -1, ".": 0, "": 0}.get(part, 1) for part in parts]
    return any(sum(steps[: end + 1]) < 0 for end in range(len(steps)))


@given(FOLDERS, PATHS)
def test_resolved_is_the_normal_path(folder: str, path: str) -> None:
    found = resolved(folder, path)

    assert found == reference(folder, path) or (found is None and leaves(folder, path))


@given(FOLDERS, PATHS)
def test_none_is_what_leaves_the_root_or_is_it(folder: str, path: str) -> None:
    assert (resolved(folder, path) is None) == (leaves(folder, path) or reference(folder, path) is None)


@given(FOLDERS, st.lists(PATHS, max_size=6))
def test_placed_is_each_path_resolved(folder: str, paths: list[str]) -> None:
    expected = [found for path in paths if (found := resolved(folder, path))]

    assert placed(folder, [path.encode() for path in paths], PLENTY) == "\0".join(expected).encode()


def test_paths_that_leave_the_root_are_left_out_even_where_they_come_back() -> None:
    assert placed("usr", [b"../../usr/x", b"../y", b"/../z"], PLENTY) == b"y"


def test_names_that_are_not_unicode_stay_as_they_are() -> None:
    assert placed("usr", [b"\xff", b"../\xfe"], PLENTY) == b"usr/\xff\0\xfe"


def test_a_path_with_a_nul_is_none() -> None:
    assert placed("usr", [b"a\0../../b", b"c"], PLENTY) == b"usr/c"


def test_a_folder_repeated_too_often_is_not_believed() -> None:
    assert placed("x" * 4000, [b"a"] * 1000, told_in=3000) == b""
