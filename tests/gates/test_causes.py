"""Why an image grew by sums alone, held against a slow and obvious sum over what a container sees."""

import tarfile
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import imgscan
from analyzer.gates import snapshots
from analyzer.gates.baseline import Snapshot
from analyzer.gates.causes import Causes, causes_since
from analyzer.gates.holders import Holders
from analyzer.gates.snapshots import snapshot_of
from analyzer.gates.weigh import DIRECTORY_DEPTH
from tests.diff.pairs import image_of
from tests.images import Layer
from tests.packages.databases import database
from tests.strategies import layer_stacks, to_layer

SAMPLES = Path(__file__).resolve().parents[2] / "sample_images"
TREE = st.dictionaries(
    st.lists(st.sampled_from("abc"), min_size=1, max_size=5).map(
        lambda parts: "/".join([*(f"d{each}" for each in parts), "f"])
    ),
    st.integers(0, 50),
    max_size=12,
)


def since(before: Snapshot, of: imgscan.Image, **options: Any) -> Causes:
    return causes_since(before, of.weigh(), Holders(of._analysis), **({"approved": False} | options))


def image(files: dict[str, int]) -> imgscan.Image:
    layer = Layer()
    for path, size in sorted(files.items()):
        layer = layer.file(path, b"x" * size)
    return image_of(layer)


def snapshot(of: imgscan.Image, directories: int = 99) -> Snapshot:
    """What a baseline keeps of an image, with room for so many directories."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(snapshots, "DIRECTORIES", directories)
        return snapshot_of(of.weigh(), None, date(2026, 5, 1))


def below(path: str) -> list[str]:
    parts = path.split("/")[:-1]
    return ["/".join(parts[: at + 1]) for at in range(min(len(parts), DIRECTORY_DEPTH))]


def slow_directories(image: imgscan.Image) -> dict[str, int]:
    """Row by row over the root filesystem."""
    totals: Counter[str] = Counter()
    seen = set()
    sizes = image._analysis.changes["stored"].to_pylist()
    for row in image.rootfs.to_pylist():
        if row["inode"] is not None and row["inode"] not in seen:
            seen.add(row["inode"])
            totals.update(dict.fromkeys(below(row["path"]), sizes[row["inode"]]))
    return {path: total for path, total in totals.items() if total}


@given(layer_stacks())
def test_sums_are_those_of_the_files_that_a_container_sees(layers) -> None:
    of = image_of(*map(to_layer, layers))
    assert of.weigh().directories == slow_directories(of)
    assert snapshot(of).unowned + sum(snapshot(of).packages.values()) == of.size.rootfs_bytes


def test_sums_are_those_of_what_docker_export_writes() -> None:
    totals: Counter[str] = Counter()
    with tarfile.open(SAMPLES / "app-2.0-rootfs.tar") as tar:
        for member in tar:
            if member.isreg():  # a hard link is another type, after the first name
                totals.update(dict.fromkeys(below(member.name), member.size))
    expected = {path: total for path, total in totals.items() if total}
    assert imgscan.open(SAMPLES / "app-2.0.tar").weigh().directories == expected


def test_packages_are_summed_up_by_name() -> None:
    of = imgscan.open(SAMPLES / "packages.tar")
    totals: Counter[str] = Counter()
    for row in of.packages.to_pylist():
        totals[f"{row['ecosystem']}:{row['name']}"] += row["file_bytes"]
    assert snapshot(of).packages == {name: total for name, total in totals.items() if total}
    assert snapshot(of).unowned == of.size.rootfs_bytes - totals.total()


@given(TREE, TREE, st.integers(0, 4), st.integers(0, 4))
def test_parts_sum_up_to_the_growth(old: dict[str, int], new: dict[str, int], kept: int, top: int) -> None:
    before, after = image(old), image(new)
    causes = since(snapshot(before, directories=kept), after, top=top)
    growth = sum(new.values()) - sum(old.values())
    assert causes.bytes == growth
    assert sum(each.bytes for each in causes.directories.causes) + causes.directories.rest == growth
    assert sum(each.bytes for each in causes.packages.causes) + causes.packages.rest + causes.unowned == growth
    assert len(causes.directories.causes) <= top


@given(TREE, st.integers(0, 4))
def test_an_image_that_is_the_same_has_no_causes(files: dict[str, int], kept: int) -> None:
    causes = since(snapshot(image(files), directories=kept), image(files))
    assert (causes.bytes, causes.directories.causes, causes.directories.rest, causes.unowned) == (0, (), 0, 0)


@given(TREE, TREE)
def test_with_room_for_all_each_directory_has_its_own_change(old: dict[str, int], new: dict[str, int]) -> None:
    causes = since(snapshot(image(old)), image(new), top=1000)
    apart: Counter[str] = Counter()
    for files, sign in ((old, -1), (new, 1)):
        for path, size in files.items():
            apart[below(path)[-1]] += sign * size
    assert {each.name: each.bytes for each in causes.directories.causes} == {k: v for k, v in apart.items() if v}


def test_the_cause_is_named_with_the_layer_that_holds_it() -> None:
    def version(*more: Layer) -> imgscan.Image:
        base = database(Layer().file("usr/lib/a", b"a" * 40).file("srv/app/data", b"d" * 10), ("a", "1"), a="usr/lib/a")
        return image_of(base, *more)

    grown = database(
        Layer().file("usr/lib/a", b"a" * 40).file("opt/tools/b", b"b" * 500),
        ("a", "1"),
        ("b", "2"),
        a="usr/lib/a",
        b="opt/tools/b",
    )
    after = version(Layer().file("srv/app/data", b"d" * 30), grown)
    causes = since(snapshot(version()), after, approved=True)
    first, *_ = causes.packages.causes
    assert (first.name, first.bytes, first.before, first.layer) == ("dpkg:b", 500, None, 2)
    by_name = {each.name: each for each in causes.directories.causes}
    assert (by_name["opt/tools"].bytes, by_name["opt/tools"].before, by_name["opt/tools"].layer) == (500, None, 2)
    assert (by_name["srv/app"].bytes, by_name["srv/app"].before, by_name["srv/app"].layer) == (20, 10, None)
    assert (causes.since, causes.approved) == (date(2026, 5, 1), True)


@pytest.mark.parametrize("kept", [0, 1])
def test_what_a_baseline_had_no_room_for_is_no_news(kept: int) -> None:
    """Both were left out: that one of them is there now says nothing, and a large one is new in any case."""
    old = {"da/f": 100, "db/f": 10, "dc/f": 10}
    before = snapshot(image(old), directories=kept)
    same = since(before, image(old | {"db/f": 11}))
    assert [each.name for each in same.directories.causes] == []
    assert same.directories.rest == 1
    grown = since(before, image(old | {"dd/f": 200}))
    assert [(each.name, each.bytes, each.before) for each in grown.directories.causes if kept] == [
        ("dd", 200, None)
    ] * kept


def test_a_name_that_is_too_long_counts_among_the_others() -> None:
    long = "d" * 300
    before = snapshot(image({"da/f": 5, f"{long}/f": 7}))
    assert before.directories == {"da": 5}
    causes = since(before, image({"da/f": 5, f"{long}/f": 9}))
    assert (causes.directories.causes, causes.directories.rest) == ((), 2)
