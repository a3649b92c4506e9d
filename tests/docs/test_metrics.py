"""docs/metrics.md against the tool: its worked examples are images made in code, its numbers stand on the page by hand."""

import json
from typing import Any, get_args, get_type_hints

import msgspec
import pyarrow.compute as pc
import pytest

import imgscan
from reports.document import Document
from tests.conftest import Opened
from tests.docs.examples import EXAMPLES, NEW, OLD
from tests.docs.pages import ROOT, page, tables_by_heading
from tests.images import Image, Layer, docker_archive, gzip, oci_archive

TABLES = tables_by_heading(page("metrics.md"))
WASTE_CAUSES = ("overwritten", "recopied", "removed", "repeated")


def _example_rows() -> list[list[str]]:
    """Return the rows of the table of examples, which is the second of its section."""
    section = page("metrics.md").partition("Each row below")[2].partition("\n## ")[0]
    return tables_by_heading("# examples\n" + section)["examples"]


def test_every_example_is_on_the_page() -> None:
    """And every one on the page is an image."""
    assert [row[0] for row in _example_rows()] == list(EXAMPLES)


@pytest.mark.parametrize("row", _example_rows(), ids=lambda row: row[0])
def test_ledger_of_the_examples(row: list[str], opened: Opened) -> None:
    """Bytes in every class, the sizes that follow from them, and efficiency."""
    visible, *wasted = (int(cell) for cell in row[2:7])
    image = opened(docker_archive(EXAMPLES[row[0]]))
    total = image.ledger().total
    assert [getattr(total, cause) for cause in ("visible", *WASTE_CAUSES)] == [visible, *wasted]
    assert (image.size.rootfs_bytes, image.size.waste_bytes) == (visible, sum(wasted))
    assert image.size.file_bytes == visible + sum(wasted)
    assert image.size.tar_bytes == sum(len(layer.tar) for layer in EXAMPLES[row[0]].blobs_of_layers)
    assert f"{image.size.efficiency:.2f}" == row[7]


def test_waste_of_the_examples(opened: Opened) -> None:
    """All waste of each image that the table of causes names, with who held and who caused it."""
    expected: dict[str, list[tuple[Any, ...]]] = {}
    for name, count, cause, held_by, caused_by in TABLES["Waste"]:
        expected.setdefault(name, []).append((int(count), cause, int(held_by), int(caused_by)))
    for name, rows in expected.items():
        waste = opened(docker_archive(EXAMPLES[name])).waste.sort_by("held_by")
        columns = ("bytes", "cause", "held_by", "caused_by")
        assert list(zip(*(waste[column].to_pylist() for column in columns), strict=True)) == rows, name


def test_a_layer_with_one_file(stacked: Opened) -> None:
    """2,048 bytes: header, content, padding, end."""
    assert 512 + 100 + 412 + 1024 == 2048
    assert "is a tar of 2,048 bytes" in page("metrics.md")
    ledger = stacked(Layer().file("a", OLD)).ledger().total
    assert (ledger.tar_bytes, ledger.visible, ledger.overhead) == (2048, 100, 1948)


def test_pull_bytes_count_a_blob_once_and_the_config(opened: Opened) -> None:
    """And are unknown where layers are plain."""
    layer = Layer().file("a", OLD)
    twice = Image([layer, layer], compression=gzip)
    size = opened(oci_archive(twice)).size
    assert size.pull_bytes == len(twice.blobs_of_layers[0].stored) + len(twice.config_bytes)
    assert size.tar_bytes == 2 * len(layer.tar())
    assert opened(docker_archive(Image([layer, layer]))).size.pull_bytes is None


def test_shares_of_entries_and_what_is_around_them() -> None:
    """Shares never exceed the blob, and leave as little around as a tar's end and a trailer take."""
    image = imgscan.open(ROOT / "sample_images" / "formats" / "oci-archive.gzip.tar")
    for layer in image.layers.to_pylist():
        shares = image.changes.filter(pc.equal(image.changes["layer"], layer["layer"]))["pull_bytes"]
        around = layer["blob_bytes"] - pc.sum(shares).as_py()
        assert 0 <= around < 1024


def test_duplicates_are_all_copies_but_one(opened: Opened) -> None:
    """`cp` makes one, hard links and empty files make none."""
    (found,) = opened(docker_archive(EXAMPLES["cp"])).report().duplicates
    assert (found.bytes, found.copies, found.paths) == (100, 2, ["a", "b"])
    linked = Image([Layer().file("a", OLD).hardlink("b", "a").file("empty").file("nothing").file("c", NEW)])
    assert opened(docker_archive(linked)).report().duplicates == []


def test_sparse_files_count_what_is_stored(opened: Opened) -> None:
    """1,000,000 bytes to `ls`, 100 in every sum."""
    image = opened(docker_archive(EXAMPLES["sparse"]))
    assert image.rootfs["size"].to_pylist() == [1_000_000]
    assert image.changes["stored"].to_pylist() == [100]
    assert [each.bytes for each in image.report().largest.files] == [100]


def test_paths_through_links_of_their_own_layer(stacked: Opened) -> None:
    """`lib/x` after `lib -> usr/lib`: resolved in rootfs, literal in changes; a link of a lower layer is hidden."""
    linked = Layer().directory("usr/lib").symlink("lib", "usr/lib")
    above = stacked(linked, Layer().file("lib/x", OLD))
    assert set(above.rootfs["path"].to_pylist()) == {"usr", "usr/lib", "lib", "lib/x"}
    inside = stacked(linked.file("lib/x", OLD))
    assert set(inside.rootfs["path"].to_pylist()) == {"usr", "usr/lib", "usr/lib/x", "lib"}
    assert "lib/x" in inside.changes["path"].to_pylist()


def test_strongest_cause_of_names_that_die_together(stacked: Opened) -> None:
    """One name removed, the other replaced, in one layer: overwritten goes before removed."""
    linked = Layer().file("a", OLD).hardlink("b", "a")
    assert stacked(linked, Layer().whiteout("a").file("b", NEW)).waste["cause"].to_pylist() == ["overwritten"]
    assert stacked(linked, Layer().whiteout("a").file("b", OLD)).waste["cause"].to_pylist() == ["recopied"]


def test_docker_history_counts_links_too() -> None:
    """SIZE of `docker history` = file bytes + lengths of the targets of symbolic links, layer by layer."""
    image = imgscan.open(ROOT / "sample_images" / "app-2.0.tar")
    lines = (ROOT / "sample_images" / "app-2.0.history.jsonl").read_text().splitlines()
    steps = zip(reversed(lines), image.config.history or [], strict=True)
    told = [int(json.loads(line)["Size"]) for line, step in steps if not step.empty_layer]
    links = image.changes.filter(pc.equal(image.changes["kind"], "symlink"))
    lengths = [0] * len(told)
    for layer, target in zip(links["layer"].to_pylist(), links["link_target"].to_pylist(), strict=True):
        lengths[layer] += len(target.encode())
    files = image.layers["file_bytes"].to_pylist()
    assert told == [count + length for count, length in zip(files, lengths, strict=True)]
    assert (told[2], files[2]) == (34, 0)


def test_waste_of_the_sample_is_what_the_engine_leaves() -> None:
    """docs/comparison.md: stored bytes less those that `docker export` gives, hard links once."""
    rows = (ROOT / "sample_images" / "app-2.0-rootfs.files.tsv").read_text().splitlines()[1:]
    files = [line.split("\t") for line in rows if line.split("\t")[1] == "f"]
    exported = sum(int(size) / int(links) for _, _, _, _, _, size, _, links, _ in files)
    size = imgscan.open(ROOT / "sample_images" / "app-2.0.tar").size
    assert (size.rootfs_bytes, size.file_bytes - exported) == (exported, size.waste_bytes)
    assert f"{size.file_bytes:,} bytes of files" in page("comparison.md")
    assert f"holds {size.rootfs_bytes:,}" in page("comparison.md")
    assert f"difference is {size.waste_bytes:,}" in page("comparison.md")


def _structs(kind: type[msgspec.Struct], name: str) -> dict[str, type[msgspec.Struct]]:
    """Return the page's heading -> struct, for a struct and all below it."""
    found = {name: kind}
    for field, hint in get_type_hints(kind).items():
        inner = get_args(hint)[0] if get_args(hint) else hint  # of a list, or what may be null
        if isinstance(inner, type) and issubclass(inner, msgspec.Struct):
            found |= _structs(inner, field if name == "Document" else f"{name}: {field}")
    return found


@pytest.mark.parametrize(("heading", "kind"), _structs(Document, "Document").items())
def test_every_field_of_the_document_is_explained(heading: str, kind: type[msgspec.Struct]) -> None:
    """In the order of the document, and nothing that is not there."""
    assert [row[0].strip("`") for row in TABLES[heading]] == list(kind.__struct_fields__)


def test_packages_of_the_example() -> None:
    """The table of the sample's packages, and its sentence on what dpkg claims."""
    image = imgscan.open(ROOT / "sample_images" / "packages.tar")
    rows = {
        f"`{row['name']}` {row['version']}": row for row in image.packages_of(["dpkg"], all_layers=True).to_pylist()
    }
    section = page("metrics.md").partition("Example, `packages.tar`")[2].partition("\n## ")[0]
    for name, *_, file_bytes, dead_bytes in tables_by_heading("# packages\n" + section)["packages"]:
        found = rows[name]["file_bytes"], rows[name]["dead_bytes"]
        assert [f"{count:,}" for count in found] == [file_bytes, dead_bytes], name
    assert f"takes 86 KiB, which is {rows['`acme-tools` 3.2-1']['claimed_bytes']:,} bytes" in page("metrics.md")
    assert sum(row["dead_bytes"] for row in rows.values()) <= image.size.waste_bytes


def test_formulas_of_packages() -> None:
    """`file_bytes`, `dead_bytes` and unowned bytes, recomputed from the table of entries and the unowned files."""
    image = imgscan.open(ROOT / "sample_images" / "packages.tar")
    section = image.report().packages
    owned = sum(image.packages["file_bytes"].to_pylist())
    assert section is not None
    assert (section.file_bytes, section.unowned_bytes) == (owned, image.size.rootfs_bytes - owned)
    assert f"{owned:,}       {image.size.rootfs_bytes:,}  {section.unowned_bytes:,}" in page("metrics.md")
