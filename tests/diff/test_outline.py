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
    parts = diff._comparison.outline(most).parts
    growth = Counter(dict.fromkeys(range(len(diff.layers)), 0))
    for pair, came, went in zip(parts.pair.tolist(), parts.grew.tolist(), parts.shrank.tolist(), strict=True):
        growth[pair] += came - went
    assert [growth[place] for place in range(len(diff.layers))] == [each.growth for each in diff.report().layers]
    assert (sum(parts.grew), sum(parts.shrank)) == (grew[""], shrank[""])


def test_parts_stand_at_the_closest_directory_that_is_kept() -> None:
    new = [Layer().file("a/large", b"12345").file("a/small", b"1"), Layer().file("a/other", b"123")]
    parts = difference([Layer()], new)._comparison.outline(3).parts
    columns = (parts.path, parts.pair, parts.grew, parts.shrank)
    rows = set(zip(*(each.tolist() for each in columns), strict=True))
    assert {(path, grew, shrank) for path, _, grew, shrank in rows} == {(1, 1, 0), (1, 3, 0), (2, 5, 0)}
    assert len({pair for _, pair, *_ in rows}) == 2
