"""Plain layers are walked first, past what nobody asks for, and checked apart: nothing is told before that."""

import random
from hashlib import sha256
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

import imgscan
from analyzer.digest import Digest
from analyzer.layers.digests import DIGESTED_BYTES
from analyzer.layers.limits import Limits
from analyzer.layers.scan import CHUNK_BYTES, walk_blob
from analyzer.layers.verify import digest_of
from analyzer.layers.wanted import Wanted
from analyzer.streams.base import BytesStream
from imgscan import ImgscanError
from tests.images import Image, Layer, docker_archive, oci_layout
from tests.layers.binaries import Section, elf
from tests.layers.reading import scan

WANTED = Wanted(("**/kept",))
WRONG = "sha256:" + "1" * 64


class Reads(BytesStream):
    """Bytes, and how many of them are read."""

    count = 0

    def readinto(self, buffer: memoryview) -> int:
        count = super().readinto(buffer)
        self.count += count
        return count


def walked(tar: bytes, digested_bytes: int = DIGESTED_BYTES, stream: BytesStream | None = None):
    digest = Digest("sha256:" + sha256(tar).hexdigest())
    return walk_blob(stream or BytesStream(tar), digest, Limits(), WANTED, digested_bytes)


def same(tar: bytes) -> None:
    """A walk finds what reading every byte finds, but for digests of large files."""
    found, expected = walked(tar), scan(tar, wanted=WANTED)
    without = [name for name in expected.changes.column_names if name != "digest"]
    assert found.changes.select(without) == expected.changes.select(without)
    large = [size > DIGESTED_BYTES for size in expected.changes["stored"].to_pylist()]
    pairs = zip(found.changes["digest"].to_pylist(), expected.changes["digest"].to_pylist(), large, strict=True)
    assert all(one in (other, None) if is_large else one == other for one, other, is_large in pairs)
    assert found.learned.facts == expected.learned.facts
    assert dict(found.learned.contents) == dict(expected.learned.contents)
    assert found.learned.payloads == expected.learned.payloads
    for name in ("digest", "diff_id", "blob_bytes", "tar_bytes", "ended", "compression"):
        assert getattr(found, name) == getattr(expected, name)


SIZES = st.sampled_from([0, 1, 511, 512, 513, 5000, DIGESTED_BYTES, DIGESTED_BYTES + 1, 300_000, 1_100_000, 2_500_000])
KINDS = st.sampled_from(["text", "program", "archive", "key", "kept", "sparse", "volume"])


def add(layer: Layer, name: str, kind: str, size: int) -> None:
    filling = random.Random(size).randbytes(size)
    if kind == "program":
        layer.file(name, elf(Section(".text", filling, loaded=True), Section(".debug_info", filling[:7000])))
    elif kind == "archive":
        layer.file(name + ".jar", b"PK\x03\x04" + filling)
    elif kind == "key":
        layer.file(name, b"-----BEGIN PRIVATE KEY-----\n" + filling)
    elif kind == "kept":
        layer.file(name + "/kept", filling)
    elif kind == "sparse":
        layer.sparse(name, [(5000, filling)] if filling else [], 3_000_000, "1.0")
    elif kind == "volume":
        layer.entry(name, b"V", filling)
    else:
        layer.file(name, filling)


@given(st.lists(st.tuples(KINDS, SIZES), max_size=6))
def test_a_walk_finds_what_reading_every_byte_finds(entries) -> None:
    layer = Layer()
    for place, (kind, size) in enumerate(entries):
        add(layer, f"f{place}", kind, size)
    same(layer.tar())


def test_real_programs_tell_the_same_when_most_of_them_is_skipped() -> None:
    layer = Layer()
    for library in sorted(Path(pa.__file__).parent.glob("libarrow*.so*"))[:2]:
        layer.file(f"usr/lib/{library.name}", library.read_bytes())
    tar = layer.tar()
    stream = Reads(tar)
    assert walked(tar, stream=stream).learned.facts == scan(tar).learned.facts
    assert stream.count < len(tar) / 2


def test_large_contents_are_skipped() -> None:
    stream = Reads(Layer().file("a", bytes(50 * CHUNK_BYTES)).file("b", b"after").tar())
    found = walked(bytes(stream._content), stream=stream)
    assert found.changes["path"].to_pylist() == ["a", "b"]
    assert stream.count < 4 * CHUNK_BYTES


@pytest.mark.parametrize("missing", [1, 511, 513, CHUNK_BYTES, 5 * CHUNK_BYTES])
def test_a_content_that_ends_where_it_would_be_skipped(missing: int) -> None:
    tar = Layer().file("a", bytes(10 * CHUNK_BYTES)).ending(b"").tar()[:-missing]
    with pytest.raises(ImgscanError, match=r"the tar stream ends [0-9,]+ bytes before the end of an entry's content"):
        walked(tar)


def test_a_blob_that_grew_or_shrank_since_the_walk() -> None:
    for size in (3, 5):
        with pytest.raises(ImgscanError, match=r"the image was changed while it was read"):
            digest_of(BytesStream(b"1234"), size, lambda _: None)


@pytest.fixture
def wrong(tmp_path: Path) -> Path:
    """An archive with a layer that is not the one that the config declares."""
    path = tmp_path / "wrong.tar"
    image = Image([Layer().file("a", b"1"), Layer().file("b", b"2")])
    declared = image.config()["rootfs"]["diff_ids"]
    changes = {"rootfs": {"type": "layers", "diff_ids": [declared[0], WRONG]}}
    path.write_bytes(docker_archive(Image(image.layers, config_changes=changes)))
    return path


@pytest.mark.parametrize("table", ["changes", "rootfs", "layers", "waste", "packages"])
def test_no_table_is_given_before_layers_are_checked(wrong: Path, table: str) -> None:
    with pytest.raises(ImgscanError, match=f": layer 1 .* the layer has diff ID .*, the config declares {WRONG}"):
        getattr(imgscan.open(wrong), table)


def test_what_is_held_back_until_the_end_is_never_told(wrong: Path) -> None:
    image = imgscan.open(wrong)
    made = []
    with pytest.raises(ImgscanError, match=r": layer 1 .* the layer has diff ID"), image.verified_at_end():
        made.append(image.report())
    assert len(made) == 1
    with pytest.raises(ImgscanError, match=r": layer 1 .* the layer has diff ID"), image.verified_at_end():
        made.append(image.report())


def test_an_error_inside_is_told_as_it_is(wrong: Path) -> None:
    image = imgscan.open(wrong)

    def fails() -> None:
        with image.verified_at_end():
            raise KeyError(image.rootfs.num_rows)

    with pytest.raises(KeyError):
        fails()
    with pytest.raises(ImgscanError, match=r": layer 1 .* the layer has diff ID"):
        _ = imgscan.open(wrong).size


def test_a_layer_that_another_image_reads_is_checked_for_both(tmp_path: Path) -> None:
    """The layer that is shared is wrong, and read by the first image only."""
    shared, other = Layer().file("a", b"1"), Layer().file("b", b"2")
    changes = {"rootfs": {"type": "layers", "diff_ids": [WRONG]}}
    for name, layers in (("old", [shared]), ("new", [shared, other])):
        declared = [WRONG, *Image(layers).config()["rootfs"]["diff_ids"][1:]]
        changes = {"rootfs": {"type": "layers", "diff_ids": declared}}
        (tmp_path / name).write_bytes(docker_archive(Image(layers, config_changes=changes)))
    old, new = imgscan.open(tmp_path / "old"), imgscan.open(tmp_path / "new")
    found = imgscan.diff(old, new)
    with pytest.raises(ImgscanError, match=r": layer 0 .* the layer has diff ID"), new.verified_at_end():
        _ = new.size
    with pytest.raises(ImgscanError, match=r": layer 0 .* the layer has diff ID"):
        _ = found.files


def test_a_plain_layer_of_an_image_layout_is_checked_against_its_blob(tmp_path: Path) -> None:
    layout = oci_layout(tmp_path, Image([Layer().file("a", b"1" * 1000)]))
    (path,) = [each for each in (layout / "blobs/sha256").iterdir() if each.stat().st_size >= 2048]
    content = bytearray(path.read_bytes())
    content[600] ^= 1
    path.write_bytes(content)
    with pytest.raises(ImgscanError, match=r": layer 0 .* the blob has digest sha256:.*, declared is sha256:"):
        _ = imgscan.open(layout).rootfs
