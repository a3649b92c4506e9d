"""The tree of the paths with the most bytes, against sums over the tables of all files."""

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.analyses.outline import Outline, outline
from analyzer.analysis import Analysis
from analyzer.opening import open_image
from tests.images import Image, Layer, docker_archive, gzip, oci_archive, plain
from tests.packages.databases import database
from tests.strategies import layer_stacks, to_image

SAMPLES = Path(__file__).resolve().parents[1] / "sample_images"


def opened(archive: bytes, folder: Path) -> Analysis:
    path = folder / "image.tar"
    path.write_bytes(archive)
    return open_image(str(path))


def outline_of(image: Analysis, most: int) -> Outline:
    return outline(image.changes, image.stack, image.owner, most)


def paths(outline: Outline) -> list[str]:
    """The whole path of each item."""
    found: list[str] = []
    for name, parent in zip(outline.name, outline.parent.tolist(), strict=True):
        found.append(f"{found[parent]}/{name}" if parent > 0 else name)
    return found


def above(path: str) -> set[str]:
    """The path and every directory that it is in, the root included."""
    parts = path.split("/")
    return {"", *("/".join(parts[:count]) for count in range(1, len(parts) + 1))}


def reference(image: Analysis) -> tuple[Counter[tuple[str, int]], Counter[tuple[str, int]]]:
    """Bytes that are seen and that are wasted, by path and layer, for every path and all above it."""
    seen: Counter[tuple[str, int]] = Counter()
    wasted: Counter[tuple[str, int]] = Counter()
    first: dict[int, tuple[str, int]] = {}
    stored = image.changes["stored"].to_pylist()
    layers = image.changes["layer"].to_pylist()
    for row in image.rootfs.to_pylist():
        if row["kind"] == "file":
            first.setdefault(row["inode"], row["path"])
    for inode, path in first.items():
        for each in above(path):
            seen[each, layers[inode]] += stored[inode]
    for row in image.waste.to_pylist():
        for each in above(row["path"]):
            wasted[each, row["held_by"]] += row["bytes"]
    return seen, wasted


def rolled_up(outline: Outline, column: str) -> Counter[tuple[str, int]]:
    """The parts' bytes, counted for every path of the outline that they are in."""
    names, sums = paths(outline), Counter[tuple[str, int]]()
    parts = outline.parts
    for place, layer, count in zip(parts.path, parts.layer, getattr(parts, column), strict=True):
        for each in above(names[place]):
            sums[each, int(layer)] += int(count)
    return sums


@given(layers=layer_stacks(), most=st.integers(1, 12))
def test_sums_are_those_of_all_files_however_many_paths_are_kept(tmp_path_factory, layers, most) -> None:
    image = opened(docker_archive(to_image(layers)), tmp_path_factory.mktemp("image"))
    found = outline_of(image, most)
    names = paths(found)
    assert len(names) == len(set(names)) <= most
    for column, told in zip(("file_bytes", "waste_bytes"), reference(image), strict=True):
        sums = rolled_up(found, column)
        assert sums == Counter({key: count for key, count in told.items() if key[0] in names})


@given(layers=layer_stacks(), most=st.integers(1, 12))
def test_no_path_that_is_left_out_weighs_more_than_one_that_is_kept(tmp_path_factory, layers, most) -> None:
    image = opened(docker_archive(to_image(layers)), tmp_path_factory.mktemp("image"))
    found, weight = outline_of(image, most), Counter[str]()
    for told in reference(image):
        whole = sum(count for (path, _), count in told.items() if not path) or 1
        sums = Counter[str]()
        for (path, _), count in told.items():
            sums[path] += count
        for path, count in sums.items():
            weight[path] = max(weight[path], count / whole)  # type: ignore[assignment]
    names = set(paths(found))
    left_out = [path for path, part in weight.items() if part and path not in names]
    assert found.omitted == len(left_out)
    assert max((weight[path] for path in left_out), default=0) <= min(
        (weight[path] for path in names if path), default=1
    )


@pytest.mark.parametrize("sample", ["app-2.0.tar", "packages.tar", "squashed.tar"])
def test_files_are_counted(sample: str) -> None:
    image = open_image(str(SAMPLES / sample))
    found = outline_of(image, 10_000)
    sizes = {row["inode"]: row["size"] for row in image.rootfs.to_pylist() if row["kind"] == "file"}
    assert (found.omitted, found.files[0]) == (0, sum(size > 0 for size in sizes.values()))
    assert found.wasted[0] == image.waste.num_rows


def test_an_owner_has_more_than_half() -> None:
    image = open_image(str(SAMPLES / "packages.tar"))
    found, packages = outline_of(image, 10_000), image.installed.packages
    owners = {
        path: packages[owner].name for path, owner in zip(paths(found), found.owner.tolist(), strict=True) if owner >= 0
    }
    costs = {each.package.name: each.file_bytes for each in image.package_costs if each.files}
    files = [path for path, directory in zip(paths(found), found.directory, strict=True) if not directory]
    seen, _ = reference(image)
    for name, count in costs.items():
        owned = sum(seen[path, layer] for path, layer in seen if path in files and owners.get(path) == name)
        assert owned == count


def test_half_of_a_directory_is_not_enough(tmp_path: Path) -> None:
    layer = database(
        Layer().file("d/a", b"1" * 5).file("d/b", b"1" * 5).file("e/c", b"123").file("e/d", b"12"),
        ("a", "1"),
        a="d/a\ne/c",
    )
    found = outline_of(opened(docker_archive(Image([layer])), tmp_path), 100)
    owned = dict(zip(paths(found), found.owner.tolist(), strict=True))
    assert (owned["d"], owned["d/a"], owned["d/b"], owned["e"]) == (-1, 0, -1, 0)


def test_the_same_image_gives_the_same_outline_in_every_form(tmp_path_factory) -> None:
    """A digest is told where every form tells it, though compressed layers would give more."""
    content = {"large": b"1" * 100_000, "equal": b"2" * 100_000, "alone": b"3" * 200_000, "small": b"4"}
    layer = Layer()
    for path, held in content.items():
        layer.file(path, held)
    forms = [
        outline_of(opened(archive, tmp_path_factory.mktemp("image")), 10)
        for archive in (oci_archive(Image([layer], compression=form)) for form in (plain, gzip))
    ]
    one, other = (dict(zip(paths(each), each.digest, strict=True)) for each in forms)
    assert one == other
    assert {path for path, digest in one.items() if digest} == {"large", "equal", "small"}


def test_what_compressed_layers_cost_in_a_pull_is_told(tmp_path: Path) -> None:
    image = opened(oci_archive(Image([Layer().file("a/b", b"1" * 5000)], compression=gzip)), tmp_path)
    (pulled,) = outline_of(image, 10).parts.pull_bytes.tolist()
    (row,) = [each for each in image.rootfs.to_pylist() if each["path"] == "a/b"]
    assert pulled == row["pull_bytes"]
