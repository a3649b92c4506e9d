"""The engine against the slow reference: root filesystem, ledger and waste of stacks where everything collides."""

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.analyses.ledger import layer_ledgers, total
from analyzer.analyses.waste import waste_table
from analyzer.layers.read import Scan, read_layers
from analyzer.layers.scan import Limits, scan_blob
from analyzer.model import Blob, Config, ImageMetadata, Layer
from analyzer.rootfs.stack import stack
from analyzer.rootfs.table import rootfs_table
from analyzer.streams.base import BytesStream
from tests import reference
from tests.images import gzip, plain, zstd
from tests.reference import Entry
from tests.strategies import layer_stacks, spellings, to_image, to_layer

CLASSES = ("visible", *reference.PREFERENCE)


class Blobs:
    """The least that layers can be read from: tars by number."""

    label = "memory"

    def __init__(self, tars):
        self.tars = tars

    def size(self, name):
        return len(self.tars[int(name)])

    def visit(self, name, visitor):
        return visitor(BytesStream(self.tars[int(name)]))


def scanned(tars) -> Scan:
    """What the engine reads of these layers."""
    layers = tuple(Layer(index, Blob(str(index)), None, None, None) for index in range(len(tars)))
    metadata = ImageMetadata("", "test", None, Config(), b"", layers)
    return read_layers(metadata, Blobs(tars), Limits(), lambda _: None)


def tars_of(layers):
    firsts = [sum(map(len, layers[:number])) for number in range(len(layers))]
    return [to_layer(tuple(layer), first).tar() for layer, first in zip(layers, firsts, strict=True)]


def found_paths(scan):
    table = rootfs_table(scan.changes, stack(scan.changes))
    return {row["path"]: (row["row"], row["inode"]) for row in table.to_pylist()}, table.num_rows


@given(layer_stacks())
def test_the_rootfs_has_the_paths_rows_and_inodes_of_the_reference(layers):
    scan = scanned(tars_of(layers))
    found, count = found_paths(scan)
    assert count == len(found)
    assert found == {path: tuple(each) for path, each in reference.stack(layers).rootfs.items()}


@given(layer_stacks())
def test_the_ledger_has_the_bytes_of_the_reference_and_every_sum_closes(layers):
    tars = tars_of(layers)
    scan = scanned(tars)
    ledgers = layer_ledgers(scan.changes, stack(scan.changes), scan.layers)
    assert [{name: getattr(each, name) for name in CLASSES} for each in ledgers] == reference.ledger(layers)
    for ledger, tar in zip(ledgers, tars, strict=True):
        classes = [getattr(ledger, name) for name in (*CLASSES, "overhead")]
        assert min(classes) >= 0
        assert sum(classes) == len(tar)
    assert total(ledgers).tar_bytes == sum(map(len, tars))


@given(layer_stacks())
def test_the_waste_table_has_the_files_causes_and_layers_of_the_reference(layers):
    scan = scanned(tars_of(layers))
    entries = [entry for layer in layers for entry in layer]
    layer_of = [number for number, layer in enumerate(layers) for _ in layer]
    expected = {
        (row, entries[row].path, entries[row].stored, fate.cause, layer_of[row], fate.killed_by)
        for row, fate in reference.stack(layers).fates.items()
        if fate.cause != "visible" and entries[row].stored
    }
    table = waste_table(scan.changes, stack(scan.changes)).to_pylist()
    columns = ("row", "path", "bytes", "cause", "held_by", "caused_by")
    assert {tuple(row[column] for column in columns) for row in table} == expected
    assert len(table) == len(expected)
    assert [row["bytes"] for row in table] == sorted((row["bytes"] for row in table), reverse=True)


@given(layer_stacks(), st.randoms(use_true_random=False))
def test_the_place_of_whiteouts_in_a_layer_changes_nothing(layers, shuffler):
    moved = tuple(whiteouts_elsewhere(layer, shuffler) for layer in layers)
    first, second = (scanned(tars_of(each)) for each in (layers, moved))
    assert named_ledgers(first) == named_ledgers(second)
    assert seen(first) == seen(second)


def whiteouts_elsewhere(layer: tuple[Entry, ...], shuffler: random.Random) -> tuple[Entry, ...]:
    """Keep the order of all other entries, and put the whiteouts anywhere between them."""
    kept = [entry for entry in layer if entry.kind not in {"whiteout", "opaque"}]
    for entry in layer:
        if entry.kind in {"whiteout", "opaque"}:
            kept.insert(shuffler.randint(0, len(kept)), entry)
    return tuple(kept)


def named_ledgers(scan):
    return layer_ledgers(scan.changes, stack(scan.changes), scan.layers)


def seen(scan):
    """The root filesystem without what depends on the number or the owner of a row."""
    table = rootfs_table(scan.changes, stack(scan.changes))
    return table.select(["path", "kind", "size", "digest", "layer", "link_target"]).to_pylist()


@given(st.data())
def test_other_spellings_of_the_paths_change_nothing(data):
    layers = data.draw(layer_stacks(max_layers=4))
    spelled = tuple(tuple(respelled(data, entry) for entry in layer) for layer in layers)
    first, second = (scanned(tars_of(each)) for each in (layers, spelled))
    assert found_paths(first) == found_paths(second)
    assert [each.file_bytes for each in named_ledgers(first)] == [each.file_bytes for each in named_ledgers(second)]


def respelled(data, entry: Entry) -> Entry:
    if not entry.path:
        return entry
    target = entry.link_target
    if entry.kind == "hardlink" and target:
        target = data.draw(spellings(target))
    return Entry(data.draw(spellings(entry.path)), entry.kind, entry.stored, entry.digest, target)


@settings(max_examples=40)
@given(layer_stacks(max_layers=3))
def test_compression_changes_the_blobs_and_nothing_else(layers):
    results = []
    for compression in (plain, gzip, zstd):
        image = to_image(layers, compression)
        scan = scanned([blob.stored for blob in image.blobs_of_layers])
        assert [each.diff_id for each in scan.layers] == [blob.diff_id for blob in image.blobs_of_layers]
        assert [each.digest for each in scan.layers] == [blob.digest for blob in image.blobs_of_layers]
        results.append((scan.changes.drop_columns(["pull_bytes"]), named_ledgers(scan)))
    assert results[0] == results[1] == results[2]


@given(layer_stacks(max_layers=1, max_entries=12))
def test_one_layer_alone_wastes_only_what_it_repeats_or_what_no_name_is_left_for(layers):
    for tar in tars_of(layers):
        scan = scan_blob(BytesStream(tar), Limits(), lambda _: None)
        (ledger,) = layer_ledgers(scan.changes, stack(scan.changes), (scan,))
        assert (ledger.overwritten, ledger.recopied, ledger.removed) == (0, 0, 0)
