"""The engine against the slow reference: root filesystem, ledger and waste of stacks where everything collides."""

import random
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

import imgscan
from tests import reference
from tests.images import Compression, docker_archive, gzip, oci_archive, plain, zstd
from tests.reference import Entry, Layers
from tests.strategies import layer_stacks, spellings, to_image

CLASSES = ("visible", *reference.PREFERENCE)


def opened(layers: Layers, compression: Compression = plain) -> imgscan.Image:
    """Open the stack as an image; its tables are computed before the file goes."""
    image = to_image(layers, compression)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "stack.tar"
        path.write_bytes(docker_archive(image) if compression is plain else oci_archive(image))
        read = imgscan.open(path)
        _ = read.rootfs, read.waste, read.packages
    return read


def found_paths(image: imgscan.Image) -> dict[str, tuple]:
    rows = image.rootfs.to_pylist()
    found = {row["path"]: (row["row"], row["inode"]) for row in rows}
    assert len(found) == len(rows)
    return found


@given(layer_stacks())
def test_the_rootfs_has_the_paths_rows_and_inodes_of_the_reference(layers):
    expected = {path: tuple(each) for path, each in reference.stack(layers).rootfs.items()}
    assert found_paths(opened(layers)) == expected


@given(layer_stacks())
def test_the_ledger_has_the_bytes_of_the_reference_and_every_sum_closes(layers):
    image = opened(layers)
    ledgers = image.ledger()
    assert [{name: getattr(each, name) for name in CLASSES} for each in ledgers.layers] == reference.ledger(layers)
    tars = [len(layer.tar()) for layer in to_image(layers).layers]
    for ledger, tar_bytes in zip(ledgers.layers, tars, strict=True):
        classes = [getattr(ledger, name) for name in (*CLASSES, "overhead")]
        assert min(classes) >= 0
        assert sum(classes) == tar_bytes
    size = image.size
    assert size.tar_bytes == ledgers.total.tar_bytes == sum(tars)
    assert size.waste_bytes == size.file_bytes - size.rootfs_bytes
    assert size.rootfs_bytes == ledgers.total.visible
    assert 0 <= size.efficiency <= 1


@given(layer_stacks())
def test_the_waste_table_has_the_files_causes_and_layers_of_the_reference(layers):
    entries = [entry for layer in layers for entry in layer]
    layer_of = [number for number, layer in enumerate(layers) for _ in layer]
    expected = {
        (row, entries[row].path, entries[row].stored, fate.cause, layer_of[row], fate.killed_by)
        for row, fate in reference.stack(layers).fates.items()
        if fate.cause != "visible" and entries[row].stored
    }
    table = opened(layers).waste.to_pylist()
    columns = ("row", "path", "bytes", "cause", "held_by", "caused_by")
    assert {tuple(row[column] for column in columns) for row in table} == expected
    assert len(table) == len(expected)
    assert [row["bytes"] for row in table] == sorted((row["bytes"] for row in table), reverse=True)


@given(layer_stacks())
def test_the_report_says_what_the_tables_say(layers):
    image = opened(layers)
    document = image.report(top=1000)
    assert [layer.ledger.visible for layer in document.layers] == [each.visible for each in image.ledger().layers]
    assert sum(path.bytes for path in document.waste.paths) == document.waste.bytes == image.size.waste_bytes
    assert sum(each.held for each in document.waste.by_layer) == document.waste.bytes
    assert sum(each.caused for each in document.waste.by_layer) == document.waste.bytes
    assert sum(file.bytes for file in document.largest.files) == image.size.rootfs_bytes
    assert (document.omitted.waste_paths, document.omitted.files, document.omitted.duplicates) == (0, 0, 0)


@given(layer_stacks(), st.randoms(use_true_random=False))
def test_the_place_of_whiteouts_in_a_layer_changes_nothing(layers, shuffler):
    moved = tuple(whiteouts_elsewhere(layer, shuffler) for layer in layers)
    first, second = opened(layers), opened(moved)
    assert first.ledger() == second.ledger()
    assert seen(first) == seen(second)


def whiteouts_elsewhere(layer: tuple[Entry, ...], shuffler: random.Random) -> tuple[Entry, ...]:
    """Keep the order of all other entries, and put the whiteouts anywhere between them."""
    kept = [entry for entry in layer if entry.kind not in {"whiteout", "opaque"}]
    for entry in layer:
        if entry.kind in {"whiteout", "opaque"}:
            kept.insert(shuffler.randint(0, len(kept)), entry)
    return tuple(kept)


def seen(image: imgscan.Image) -> list[dict]:
    """The root filesystem without what depends on the number or the owner of a row."""
    return image.rootfs.select(["path", "kind", "size", "digest", "layer", "link_target"]).to_pylist()


@given(st.data())
def test_other_spellings_of_the_paths_change_nothing(data):
    layers = data.draw(layer_stacks(max_layers=4))
    spelled = tuple(tuple(respelled(data, entry) for entry in layer) for layer in layers)
    first, second = opened(layers), opened(spelled)
    assert found_paths(first) == found_paths(second)
    assert [each.file_bytes for each in first.ledger().layers] == [each.file_bytes for each in second.ledger().layers]


def respelled(data: st.DataObject, entry: Entry) -> Entry:
    if not entry.path:
        return entry
    target = entry.link_target
    if entry.kind == "hardlink" and target:
        target = data.draw(spellings(target))
    return Entry(data.draw(spellings(entry.path)), entry.kind, entry.stored, entry.digest, target)


@settings(max_examples=40)
@given(layer_stacks(max_layers=3))
def test_compression_changes_the_blobs_and_nothing_else(layers):
    images = [opened(layers, compression) for compression in (plain, gzip, zstd)]
    results = [(image.changes.drop_columns(["pull_bytes"]), image.ledger()) for image in images]
    assert results[0] == results[1] == results[2]
    for image, compression in zip(images, (plain, gzip, zstd), strict=True):
        built = to_image(layers, compression).blobs_of_layers
        assert image.layers["diff_id"].to_pylist() == [blob.diff_id for blob in built]
        assert image.layers["digest"].to_pylist() == [blob.digest for blob in built]


@given(layer_stacks(max_layers=1, max_entries=12))
def test_one_layer_alone_wastes_only_what_it_repeats(layers):
    total = opened(layers).ledger().total
    assert (total.overwritten, total.recopied, total.removed) == (0, 0, 0)
