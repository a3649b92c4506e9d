"""What an image weighs, measured from it and told by a saved report, against the image's own tables."""

from collections import Counter

import msgspec
import pytest
from msgspec.structs import replace

import imgscan
from analyzer.gates.weights import Asked
from reports.gate.document import weights_of
from tests.cli.conftest import ROOT
from tests.diff.pairs import image_of
from tests.images import Layer, gzip

SAMPLES = ROOT / "sample_images"
NAMES = ("app-2.0.tar", "packages.tar", "built-by-buildkit.tar.gz")


@pytest.mark.parametrize("name", NAMES)
def test_packages_are_those_of_the_table(name: str) -> None:
    image = imgscan.open(SAMPLES / name)
    held = Counter[str]()
    for row in image.packages.to_pylist():
        if row["state"] == "installed":
            held[f"{row['ecosystem']}:{row['name']}"] += row["file_bytes"]
    assert image.weigh().packages == held


@pytest.mark.parametrize("name", NAMES)
def test_directories_and_paths_are_sums_of_the_rootfs(name: str) -> None:
    image = imgscan.open(SAMPLES / name)
    held, seen = Counter[str](), set()
    for row in image.rootfs.to_pylist():
        if row["kind"] == "file" and row["inode"] not in seen:
            seen.add(row["inode"])
            names = row["path"].split("/")[:-1]
            held.update({"/".join(names[:depth]): row["size"] for depth in range(1, min(len(names), 3) + 1)})
    weights = image.weigh(asked=Asked(directories=True, paths=("**", "etc", "nowhere")))
    assert weights.directories == {path: size for path, size in held.items() if size}
    assert weights.paths == {"**": image.size.rootfs_bytes, "etc": held["etc"], "nowhere": 0}


@pytest.mark.parametrize("name", NAMES)
def test_a_saved_report_knows_the_same(name: str) -> None:
    image = imgscan.open(SAMPLES / name)
    weights = image.weigh()
    saved = weights_of(image.report(top=10**6))
    config = None if weights.whole["pull_bytes"] is None else len(image._analysis.metadata.config_bytes)
    assert saved.blobs == {**(weights.blobs or {}), str(image.image_id): config}
    assert (saved.name, saved.platform, saved.whole) == (weights.name, weights.platform, weights.whole)
    assert saved.packages == {name: size for name, size in (weights.packages or {}).items() if size}


def test_what_a_saved_report_left_out_is_not_known() -> None:
    report = imgscan.open(SAMPLES / "packages.tar").report(top=2)
    assert weights_of(report).packages is None
    assert (weights_of(report).directories, weights_of(report).paths) == (None, None)
    no_list = msgspec.structs.replace(report.largest, files=[])
    assert weights_of(msgspec.structs.replace(report, largest=no_list)).whole["largest_file"] is None
    assert weights_of(msgspec.structs.replace(report, packages=None)).packages is None


def test_blobs_are_what_a_registry_sends() -> None:
    packed = image_of(Layer().file("a", b"1"), Layer().file("b", b"2"), compression=gzip).weigh()
    assert packed.blobs is not None
    assert sum(packed.blobs.values()) == packed.whole["pull_bytes"]
    plain = image_of(Layer().file("a", b"1")).weigh()
    assert plain.blobs is not None
    assert next(iter(plain.blobs.values())) is None
    assert len(plain.blobs) == 2


def test_what_nobody_asks_for_is_not_weighed() -> None:
    weights = image_of(Layer().file("a", b"1")).weigh(asked=Asked(("files",)))
    assert (weights.whole, weights.packages, weights.directories, weights.paths) == ({"files": 1}, None, None, {})
    assert replace(weights, paths=None).own == {}


def test_a_part_weighs_what_is_its_own() -> None:
    image = image_of(Layer().file("d/a", b"123"), Layer().file("d/b", b"45"), compression=gzip)
    part = image.part_from(1).weigh(image.part_from(1), Asked(("rootfs_bytes",), directories=True, paths=("d",)))
    assert (part.whole, part.own) == ({"rootfs_bytes": 2}, {"rootfs_bytes": 2})
    assert (part.directories, part.paths) == ({"d": 2}, {"d": 2})
    assert part.blobs is not None
    assert len(part.blobs) == 2
    assert image.weigh().blobs is not None
    assert len(image.weigh().blobs) == 3
