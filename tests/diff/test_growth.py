"""Why an image grew: the parts sum up, and lead to what is to blame."""

import json

import pytest
from hypothesis import given

import imgscan
from tests.diff.pairs import difference, opened
from tests.images import Layer
from tests.packages.databases import database
from tests.strategies import layer_stacks, to_image


def test_growth_leads_from_the_layer_to_the_package_the_directory_and_the_file() -> None:
    old = database(Layer().file("usr/lib/a.so", b"1" * 10).file("srv/x", b"1"), ("a", "1.0"), a="usr/lib/a.so")
    new = database(Layer().file("usr/lib/a.so", b"1" * 50).file("srv/x", b"12345"), ("a", "2.0"), a="usr/lib/a.so")
    growth = difference([old], [new]).growth()
    assert growth.bytes == 44
    (layer,) = growth.layers
    package, rest = layer.causes
    assert (package.name, package.version_old, package.version_new, package.bytes) == ("dpkg:a", "1.0", "2.0", 40)
    assert [(each.kind, each.name, each.bytes) for each in package.causes] == [("directory", "usr/lib", 40)]
    assert [(each.kind, each.name) for each in package.causes[0].causes] == [("file", "usr/lib/a.so")]
    assert (rest.name, rest.bytes) == ("", 4)
    assert growth.unowned == 4
    assert [(each.name, each.bytes) for each in growth.directories] == [("usr/lib", 40), ("srv", 4)]


def test_what_a_removed_layer_held_counts_for_it() -> None:
    kept, gone = Layer().file("a", b"1"), Layer().file("b", b"123")
    diff = difference([kept, gone], [kept])
    assert [(pair.status, bytes_) for pair, bytes_ in zip(diff.layers, diff.growth().by_pair, strict=True)] == [
        ("same", 0),
        ("removed", -3),
    ]


def package_a(version: str, **files: int) -> Layer:
    """A layer with the package a; each file has so many bytes."""
    layer = Layer()
    for name, size in files.items():
        layer = layer.file(name, version[:1].encode() * size)
    return database(layer, ("a", version), a=" ".join(files))


OLD_A = package_a("1.0", kept=10, dropped=500)


@pytest.mark.parametrize(
    ("new", "told"),
    [
        pytest.param([OLD_A, package_a("2.0", kept=12).whiteout("dropped")], {1: -498}, id="upgraded-by-a-layer"),
        pytest.param([OLD_A, package_a("2.0", kept=10).whiteout("dropped")], {1: -500}, id="as-many-bytes"),
        pytest.param([package_a("2.0", kept=12)], {0: -498}, id="installed-anew"),
        pytest.param([OLD_A, package_a("2.0", dropped=499).whiteout("kept")], {1: -11}, id="another-one-left-out"),
    ],
)
def test_what_another_version_of_a_package_leaves_out_is_told_with_the_upgrade(
    new: list[Layer], told: dict[int, int]
) -> None:
    diff = difference([OLD_A], new)
    growth = diff.growth()
    packages = [(layer.pair, each) for layer in growth.layers for each in layer.causes if each.name == "dpkg:a"]
    assert {pair: each.bytes for pair, each in packages} == told
    assert {(each.version_old, each.version_new) for _, each in packages} == {("1.0", "2.0")}
    (left_out,) = (each.pairs for each in diff.report().files.changes if each.change == "removed")
    assert set(told) <= set(left_out), "whoever looks at the layer that grew finds the file too"


def test_what_a_package_lost_without_an_upgrade_counts_for_the_layer_that_had_it() -> None:
    """Nor is the package told to be gone, as long as its record is there."""
    diff = difference([OLD_A], [OLD_A, Layer().whiteout("dropped").file("big", b"b" * 900)])
    (removed,) = (each for layer in diff.growth().layers for each in layer.causes if each.name)
    assert (removed.bytes, removed.version_old, removed.version_new) == (-500, "1.0", "1.0")
    assert diff.growth().by_pair == (-500, 900)


def npm_ms(*copies: tuple[str, int]) -> Layer:
    """A layer with copies of the package ms in folders of its own; each has a file of so many bytes."""
    layer = Layer()
    for version, size in copies:
        record = json.dumps({"name": "ms", "version": version}).encode()
        layer = layer.file(f"{version}/node_modules/ms/package.json", record)
        layer = layer.file(f"{version}/node_modules/ms/i.js", version[:1].encode() * size)
    return layer


@pytest.mark.parametrize(
    ("old", "new", "versions"),
    [
        pytest.param(
            npm_ms(("1.0", 9), ("2.0", 9)), Layer().whiteout("1.0/node_modules/ms/i.js"), ("1.0", "1.0"), id="lost"
        ),
        pytest.param(
            npm_ms(("1.0", 9), ("2.0", 9)), Layer().whiteout("1.0/node_modules/ms"), ("1.0", None), id="removed"
        ),
        pytest.param(
            npm_ms(("1.0", 9), ("2.0", 9)),
            npm_ms(("3.0", 99)).whiteout("1.0/node_modules/ms"),
            ("1.0", "3.0"),
            id="upgraded",
        ),
    ],
)
def test_of_several_versions_of_a_package_those_are_told_that_differ(
    old: Layer, new: Layer, versions: tuple[str, str | None]
) -> None:
    for diff, told in ((difference([old], [old, new]), versions), (difference([old, new], [old]), versions[::-1])):
        (package,) = diff.growth().packages
        assert (package.version_old, package.version_new) == told


def test_a_file_that_another_package_takes_over_has_no_version_of_the_first() -> None:
    old = database(Layer().file("f", b"1"), ("a", "1.0"), a="f")
    new = database(Layer().file("f", b"22"), ("a", "1.0"), ("b", "7"), a="", b="f")
    (package,) = difference([old], [new]).growth().packages
    assert (package.name, package.version_old, package.version_new) == ("dpkg:b", None, "7")


def test_packages_are_compared_by_name() -> None:
    old = database(
        Layer().file("a", b"1").file("b", b"22").file("c", b"1"),
        ("a", "1"),
        ("b", "1"),
        ("c", "1"),
        a="a",
        b="b",
        c="c",
    )
    new = database(
        Layer().file("a", b"333").file("d", b"4444").file("c", b"55"),
        ("a", "2"),
        ("c", "1"),
        ("d", "1"),
        a="a",
        c="c",
        d="d",
    )
    found = {
        each.name: (each.change, each.versions_old, each.versions_new, each.bytes)
        for each in difference([old], [new]).packages
    }
    assert found == {
        "a": ("version", ("1",), ("2",), 2),
        "b": ("removed", ("1",), (), -2),
        "c": ("resized", ("1",), ("1",), 1),
        "d": ("added", (), ("1",), 4),
    }


@given(layer_stacks(max_layers=4), layer_stacks(max_layers=4))
def test_the_parts_of_each_level_sum_up_to_the_whole(old, new) -> None:
    diff = imgscan.diff(*(opened(to_image(each)) for each in (old, new)))
    growth = diff.growth(top=1000)
    expected = diff._comparison.new.size.rootfs_bytes - diff._comparison.old.size.rootfs_bytes
    assert growth.bytes == expected == sum(growth.by_pair)
    assert sum(each.bytes for each in growth.layers) == expected
    assert growth.unowned + sum(each.bytes for each in growth.packages) == expected
    for layer in growth.layers:
        assert layer.bytes == growth.by_pair[layer.pair]
        _check(layer)


def _check(cause) -> None:
    if cause.causes:
        assert sum(each.bytes for each in cause.causes) == cause.bytes
        assert sum(each.files for each in cause.causes) == cause.files
    for each in cause.causes:
        _check(each)
