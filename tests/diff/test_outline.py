"""Growth as a tree of paths, against sums over the table of all files."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

import imgscan
from tests.diff.pairs import difference, opened
from tests.images import Layer
from tests.strategies import layer_stacks, to_image


def tree(diff: imgscan.ImageDiff, most: int) -> dict[str, tuple[int, int, int, str | None]]:
    """Growth, loss, number of files and change, by path."""
    found = diff.report().growth_tree if most == 0 else diff._comparison.outline(most)
    paths: list[str] = []
    for name, parent in zip(found.name, list(found.parent), strict=True):
        paths.append(f"{paths[parent]}/{name}" if parent > 0 else name)
    columns = zip(map(int, found.grew), map(int, found.shrank), map(int, found.paths), found.change, strict=True)
    return dict(zip(paths, columns, strict=True))


def test_growth_and_loss_stand_beside_each_other() -> None:
    old = Layer().file("a/gone", b"12345").file("a/b/kept", b"1")
    new = Layer().file("a/new", b"123").file("a/b/kept", b"1234")
    assert tree(difference([old], [new]), 0) == {
        "": (6, 5, 3, None),
        "a": (6, 5, 3, None),
        "a/b": (3, 0, 1, None),
        "a/b/kept": (3, 0, 1, "modified"),
        "a/gone": (0, 5, 1, "removed"),
        "a/new": (3, 0, 1, "added"),
    }


@given(old=layer_stacks(), new=layer_stacks(), most=st.integers(1, 10))
def test_sums_are_those_of_all_files(old, new, most) -> None:
    diff = imgscan.diff(opened(to_image(old)), opened(to_image(new)))
    grew, shrank, files = Counter[str](), Counter[str](), Counter[str]()
    for row in diff.files.to_pylist():
        parts = row["path"].split("/")
        for path in {"", *("/".join(parts[:count]) for count in range(1, len(parts) + 1))}:
            grew[path] += max(row["bytes"], 0)
            shrank[path] += max(-row["bytes"], 0)
            files[path] += bool(row["bytes"])
    found = tree(diff, most)
    assert len(found) <= most
    assert {path: row[:3] for path, row in found.items()} == {
        path: (grew[path], shrank[path], files[path]) for path in found
    }
