"""A file more never turns a rule about sizes that failed into one that passes, whatever the image was before.

In two parts: what is stored only grows, whatever the file takes the place of; of what a container sees that is true of
a file that takes the place of nothing, as a small file may well take that of a large one.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import imgscan
from analyzer.gates.explained import rule_keys
from tests.diff.pairs import image_of
from tests.gates.judging import judged, settings_of
from tests.images import Layer, gzip
from tests.packages.databases import database
from tests.strategies import layer_stacks, leaf_paths, spellings, to_layer, tree_paths

BASE = database(Layer().file("a/owned", b"12345").file("b/old", b"b" * 70), ("p", "1"), p="a/owned")
OWN = Layer().file("b/own", b"1")
BASELINE = image_of(BASE, OWN, compression=gzip)
STORED = ("file_bytes", "tar_bytes", "pull_bytes", "waste_bytes", "layers", "largest_layer")
SEEN = ("rootfs_bytes", "files", "largest_file")
NO_SIZES = ("efficiency",)
BY_NAME = ("paths.**", "paths.a", "packages.p", "growth-of-paths.**", "growth-of-packages.p")


def _keys(figures: tuple[str, ...]) -> list[str]:
    """The rules about these figures, of the image and of its own layers."""
    named = [each for each in rule_keys() if each.partition(".")[2] in figures]
    return [*named, *(each.replace(".", ".own.", 1) for each in named)]


OF_STORED = [*_keys(STORED), "layers.*", "growth.pull_delta_bytes"]
OF_SEEN = [*_keys(SEEN), *BY_NAME]


def test_every_rule_about_sizes_is_here() -> None:
    tables = ("limits", "growth", "creep", "paths", "packages", "layers", "growth-of-paths", "growth-of-packages")
    sizes = [each for each in rule_keys() if each.partition(".")[0] in tables and not each.endswith(NO_SIZES)]
    here = {each.partition(".")[0] if each in BY_NAME or each == "layers.*" else each for each in OF_STORED + OF_SEEN}
    assert {*sizes} == {each for each in here if ".own." not in each}


def _image(stack, *more: Layer) -> imgscan.Image:
    return image_of(BASE, OWN, *map(to_layer, stack), *more, compression=gzip)


def _check(key: str, stack, path: str, size: int, off: int) -> None:
    """With the limit at, or a little off, what the image before has, where a file may tip it over."""
    before, after = _image(stack), _image(stack, Layer().file(path, b"+" * size))
    growing = key.startswith(("growth", "creep"))
    first = judged(settings_of(key, 0), before, BASELINE)
    limit = max(int(first.growth if growing else first.found) + off, 0)
    verdicts = [judged(settings_of(key, limit), each, BASELINE).status for each in (before, after)]
    assert verdicts != ["failed", "passed"]


stacks = layer_stacks(max_layers=3, max_entries=5)
sizes, offs = st.sampled_from([0, 1, 300, 5000]), st.sampled_from([-300, -1, 0, 1])
any_path = st.one_of(tree_paths(), leaf_paths(), st.just("new/file")).flatmap(spellings)
free_path = st.sampled_from(["new", "new/file", "new-/deep/er/file"]).flatmap(spellings)


@given(st.sampled_from(OF_STORED), stacks, any_path, sizes, offs)
def test_of_what_is_stored_any_file(key: str, stack, path: str, size: int, off: int) -> None:
    _check(key, stack, path, size, off)


@given(st.sampled_from(OF_SEEN), stacks, free_path, sizes, offs)
def test_of_what_a_container_sees_a_file_in_the_place_of_nothing(
    key: str, stack, path: str, size: int, off: int
) -> None:
    _check(key, stack, path, size, off)


@pytest.mark.parametrize("key", [*OF_STORED, *OF_SEEN])
def test_a_file_more_can_tip_the_rule_over(key: str) -> None:
    """So that the properties above are about rules that can fail at all."""
    more = Layer().file("a/owned", b"+" * 9000).file("b/old", b"-" * 9000), Layer().file("b/old", b"+" * 9001)
    found = judged(settings_of(key, 0), _image((), *more), BASELINE)
    assert found.status == "failed"
