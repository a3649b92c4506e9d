"""The section on the root filesystem stays small, whatever the layers are like, and its sums stay whole."""

from pathlib import Path

import pytest

import imgscan
from reports import filesystem
from reports.document import FilesystemSection
from tests.images import Image, Layer, docker_archive


def section(folder: Path, layers: int, directories: int) -> tuple[FilesystemSection, imgscan.Image]:
    """That of an image whose layers each store a file in each directory, and again one that is there already."""
    stack = [Layer().file("again", b"%d" % number) for number in range(layers)]
    for number, layer in enumerate(stack):
        for place in range(directories):
            layer.file(f"d{place}/file{number}", b"1" * (place + 1))
    path = folder / "image.tar"
    path.write_bytes(docker_archive(Image(stack)))
    image = imgscan.open(path)
    found = image.report().filesystem
    assert found is not None
    return found, image


@pytest.mark.parametrize("most", [1, 10, 50, 100])
def test_layers_that_store_something_everywhere_leave_fewer_paths(
    most: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, _ = section(tmp_path, layers=10, directories=20)
    monkeypatch.setattr(filesystem, "PARTS", most)
    found, image = section(tmp_path, layers=10, directories=20)
    assert len(whole.layers.path) > 100
    assert len(found.layers.path) <= max(most, 10)  # the root alone has one part a layer
    assert len(found.name) + found.omitted == len(whole.name)
    assert sum(found.layers.file_bytes) == image.size.rootfs_bytes
    assert sum(found.layers.waste_bytes) == image.size.waste_bytes > 0


def test_few_layers_take_no_path_away(tmp_path: Path) -> None:
    found, _ = section(tmp_path, layers=2, directories=20)
    assert found.omitted == 0
