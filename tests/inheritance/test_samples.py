"""Parents of images that real tools wrote, all built on `acme/base:1.0`: with the parent at hand, and without."""

from functools import cache

import pytest

import imgscan
from tests.real.samples import SAMPLES

BASE = ("acme/base:1.0",)
WITH_PARENT = {
    "app-1.0.tar": ("chain-id", range(3)),
    "app-2.0.tar": ("chain-id", range(3)),
    "squashed.tar": ("chain-id", range(3)),
    "committed.tar": ("chain-id", range(3)),
    "built-by-buildkit.tar.gz": ("chain-id", range(3)),
    "built-by-buildah.tar": ("chain-id", range(3)),
    "repacked-by-umoci.tar": ("chain-id", range(3)),
    "imported.tar.gz": ("content", None),
    "app-2.0-rootfs.tar": ("content", None),
}
ALONE = {
    "app-1.0.tar": ("boundary", range(3)),
    "app-2.0.tar": ("boundary", range(3)),
    "built-by-buildkit.tar.gz": ("boundary", range(3)),
    "built-by-buildah.tar": ("annotation", range(3)),
    "squashed.tar": ("os-release", None),
    "committed.tar": ("os-release", None),
    "repacked-by-umoci.tar": ("os-release", None),
    "imported.tar.gz": ("os-release", None),
    "app-2.0-rootfs.tar": ("os-release", None),
    "parent.tar": ("os-release", None),
}


@cache
def _image(name: str) -> imgscan.Image:
    return imgscan.open(SAMPLES / name)


@pytest.mark.parametrize("name", WITH_PARENT)
def test_the_parent_is_found(name: str) -> None:
    found = _image(name).parents(parents=[_image("parent.tar")])
    (link,) = found.links
    assert (link.names, link.evidence, link.layers) == (BASE, *WITH_PARENT[name])
    assert link.certain == (link.evidence == "chain-id")
    assert link.image_id == _image("parent.tar").image_id


@pytest.mark.parametrize("name", ALONE)
def test_what_an_image_tells_by_itself(name: str) -> None:
    """A guess where the history has a reason for one, and else the distribution only."""
    link = _image(name).parents().links[-1]
    assert (link.evidence, link.layers) == ALONE[name]
    assert not link.certain


def test_an_image_and_the_root_filesystem_that_it_was_imported_from_are_copies() -> None:
    """`docker import` of the sample export: the same layer, and nothing was built."""
    imported, rootfs = _image("imported.tar.gz"), _image("app-2.0-rootfs.tar")
    for image, other in ((imported, rootfs), (rootfs, imported)):
        found = image.parents(parents=[other])
        assert [link.evidence for link in found.links] == ["os-release"]
        assert found.own_from == 0
        alone = image.parents(parents=[other, _image("parent.tar")])
        assert [link.names for link in alone.links] == [BASE]


def test_the_parent_itself_has_none() -> None:
    others = [_image(name) for name in ("parent.tar", "app-1.0.tar", "mixed-compression.tar", "committed.tar")]
    found = _image("parent.tar").parents(parents=others)
    assert [link.evidence for link in found.links] == ["os-release"]
    assert (found.own_from, found.candidates) == (0, ())


@pytest.mark.parametrize("name", ["imported.tar.gz", "app-2.0-rootfs.tar", "squashed.tar"])
def test_an_image_that_was_flattened_is_recognised(name: str) -> None:
    """With the app itself at hand, nothing of the flattened image is its own."""
    found = _image(name).parents(parents=[_image("parent.tar"), _image("app-2.0.tar"), _image("app-1.0.tar")])
    assert [link.names for link in found.links] == [BASE, ("acme/app:2.0",)]
    assert found.sizes is not None
    assert (found.sizes.own.rootfs_bytes, found.sizes.inherited.rootfs_bytes) == (0, 463_954)


def test_the_flattened_app_has_the_parents_bytes() -> None:
    """The same split by file as by layer: the app changes nothing of its parent."""
    by_file, by_layer = (
        _image(name).parents(parents=[_image("parent.tar")]).sizes for name in ("imported.tar.gz", "app-2.0.tar")
    )
    assert by_file is not None
    assert by_layer is not None
    assert by_file.inherited.rootfs_bytes == by_layer.inherited.rootfs_bytes == _image("parent.tar").size.rootfs_bytes
    assert by_file.own.rootfs_bytes == by_layer.own.rootfs_bytes
