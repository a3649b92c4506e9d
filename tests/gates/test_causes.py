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
    return causes_since(before, of.weigh(), Holders(of._analysis, before.blobs), **({"approved": False} | options))


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
    assert (first.name, first.bytes, first.before, first.layers) == ("dpkg:b", 500, None, {2: 500})
    by_name = {each.name: each for each in causes.directories.causes}
    assert (by_name["opt/tools"].bytes, by_name["opt/tools"].before, by_name["opt/tools"].layers) == (
        500,
        None,
        {2: 500},
    )
    assert (by_name["srv/app"].bytes, by_name["srv/app"].before, by_name["srv/app"].layers) == (20, 10, {1: 20})
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


BASE = Layer().file("usr/lib/a", b"a" * 40).file("srv/app/data", b"d" * 10)


def layers_of_directories(before: list[Layer], after: list[Layer]) -> dict[str, dict[int, int]]:
    """By how much each layer is told to have grown each directory that weighs another amount."""
    causes = since(snapshot(image_of(*before)), image_of(*after))
    return {each.name: each.layers for each in causes.directories.causes}


def test_growth_of_a_directory_is_in_the_new_layers_that_brought_it() -> None:
    few, many = Layer().file("srv/app/few", b"f" * 5), Layer().file("srv/app/many", b"m" * 20)
    assert layers_of_directories([BASE], [BASE, few, many]) == {"srv/app": {1: 5, 2: 20}}
    assert layers_of_directories([BASE, many], [BASE, many, few]) == {"srv/app": {2: 5}}
    assert layers_of_directories([BASE, few], [BASE, many, few]) == {"srv/app": {1: 20}}


def test_where_old_files_were_replaced_each_layer_is_told_what_it_made_at_least() -> None:
    """Of 10 bytes that are there no longer nobody knows which of the layers replaced them."""
    large, small = Layer().file("srv/app/data", b"D" * 100), Layer().file("srv/app/more", b"m" * 4)
    assert layers_of_directories([BASE], [BASE, large, small]) == {"srv/app": {1: 90}}
    (cause,) = since(snapshot(image_of(BASE)), image_of(BASE, large, small)).directories.causes
    assert (cause.bytes, cause.others) == (94, (1, 2))
    alike = Layer().file("srv/app/more", b"m" * 99)
    (cause,) = since(snapshot(image_of(BASE)), image_of(BASE, large, alike)).directories.causes
    assert (cause.bytes, cause.layers, cause.others) == (189, {1: 90, 2: 89}, (1, 2))
    (cause,) = since(
        snapshot(image_of(BASE)), image_of(BASE, Layer().file("srv/app/data", b"D" * 11))
    ).directories.causes
    assert (cause.bytes, cause.layers, cause.others) == (1, {1: 1}, ())


@given(
    st.dictionaries(st.sampled_from("abcd"), st.integers(0, 9)),
    st.lists(st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 9)), max_size=3),
)
def test_no_layer_is_told_more_than_it_made(old: dict[str, int], layers: list[dict[str, int]]) -> None:
    """Held against what each layer did to the directory when it came, which sums up to the growth."""

    def layer(files: dict[str, int], at: int) -> Layer:
        made = Layer()
        for name, size in files.items():
            made = made.file(f"d/{name}", bytes([65 + at]) * size)
        return made

    base, *more = [layer(files, at) for at, files in enumerate([old, *layers])]
    apart = Layer().file("elsewhere", b"1")
    causes = since(snapshot(image_of(apart, base)), image_of(apart, base, *more)).directories.causes
    seen, made = dict(old), {}
    final = {name: at for at, files in enumerate(layers, 2) for name in files}
    for name, at in final.items():
        size = layers[at - 2][name]
        made[at] = made.get(at, 0) + size - seen.get(name, 0)
    for each in causes:
        assert sum(each.layers.values()) <= max(each.bytes, 0)
        assert all(size <= made[at] for at, size in each.layers.items())


def test_what_is_named_below_a_directory_does_not_tell_of_it() -> None:
    """Growth of ``srv/app`` leaves out that of ``srv/app/deep``, which is in another layer."""
    after = [BASE, Layer().file("srv/app/x", b"x"), Layer().file("srv/app/deep/y", b"y" * 90)]
    assert layers_of_directories([BASE], after) == {"srv/app": {1: 1}, "srv/app/deep": {2: 90}}


def test_what_a_later_layer_stores_again_is_where_it_came_from() -> None:
    more, again = Layer().file("srv/app/x", b"x" * 30), Layer().file("srv/app/x", b"x" * 30, mode=0o600)
    assert layers_of_directories([BASE], [BASE, more, again]) == {"srv/app": {1: 30}}
    fresh = [BASE, Layer().file("opt/x", b"x" * 30), Layer().file("opt/x", b"x" * 30, mode=0o600)]
    assert layers_of_directories([BASE], fresh) == {"opt": {1: 30}}


def test_no_layer_is_named_where_none_is_known_to_be_new() -> None:
    """All layers are other ones, or the directory shrank, or what it grew by came out from below a removed file."""
    other = Layer().file("usr/lib/a", b"a" * 40).file("srv/app/data", b"d" * 30)
    assert layers_of_directories([BASE], [other]) == {"srv/app": {}}
    assert layers_of_directories([BASE], [BASE, Layer().file("srv/app/data", b"")]) == {"srv/app": {}}
    old, removal = Layer().file("srv/app/old", b"o" * 10), Layer().whiteout("srv/app/old")
    unhidden = layers_of_directories([BASE, old, removal], [BASE, old, Layer().file("etc/x", b"x")])
    assert unhidden == {"srv/app": {}, "etc": {2: 1}}


def test_files_of_the_root_are_a_directory_too() -> None:
    """Where the baseline has all directories: else what it left out would be counted there."""
    old, jar = Layer().file("app.jar", b"j" * 10).file("da/f", b"1"), Layer().file("app.jar", b"J" * 90)
    causes = since(snapshot(image_of(old)), image_of(old, jar)).directories
    assert [(each.name, each.bytes, each.before, each.now, each.layers) for each in causes.causes] == [
        ("", 80, 11, 91, {1: 80})
    ]
    assert causes.rest == 0
    cut = since(snapshot(image_of(old), directories=0), image_of(old, jar)).directories
    assert (cut.causes, cut.rest) == ((), 80)
