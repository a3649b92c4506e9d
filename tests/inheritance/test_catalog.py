"""The catalog: what goes in comes out, the same gives the same bytes, and no file of a stranger's is trusted."""

import io
import subprocess
import sys
import zipfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyarrow import parquet as pq

from analyzer.errors import CatalogError
from analyzer.inheritance import portable
from analyzer.inheritance.catalog import Catalog, file_name
from analyzer.inheritance.entry import IMAGE_KEY, VERSION_KEY, decode_entry, decode_files, encode
from analyzer.inheritance.portable import pack, unpack
from analyzer.inheritance.profile import KnownImage
from analyzer.tables import CATALOG
from tests.images import Image, Layer, docker_archive
from tests.inheritance.families import child, known, parent, read
from tests.strategies import layer_stacks, odd_names, to_image

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def catalog(tmp_path: Path) -> Catalog:
    return Catalog(tmp_path / "catalog")


def _bytes(image: KnownImage) -> bytes:
    return encode(image.names[0], image.profile, image.files)


@given(layer_stacks())
def test_what_goes_in_comes_out(layers) -> None:
    (image,) = known(to_image(layers))
    content = _bytes(image)
    entry = decode_entry(content, "x")
    assert (entry.name, entry.profile) == (image.names[0], image.profile)
    assert decode_files(content, "x").equals(image.files)


@given(st.lists(odd_names(), min_size=1, max_size=4, unique=True))
def test_odd_names_come_out_as_they_went_in(names: list[bytes]) -> None:
    layer = Layer()
    for name in names:
        layer.file(b"d/" + name, b"x")
    (image,) = known(Image([layer], tags=["odd:1"]))
    assert decode_files(_bytes(image), "x").equals(image.files)


def test_the_same_image_gives_the_same_bytes() -> None:
    assert _bytes(known(child())[0]) == _bytes(known(child())[0])
    assert _bytes(known(child())[0]) != _bytes(known(parent())[0])


def test_no_content_of_a_file_is_kept() -> None:
    (image,) = known(Image([Layer().file("root/secret", b"correct horse battery staple")]))
    assert b"correct horse" not in _bytes(image)
    assert image.files.schema == CATALOG


def test_each_image_and_name_is_a_file(catalog: Catalog) -> None:
    image = read(parent(tags=["acme/base:1", "acme/base:latest"]))
    paths = catalog.add(image.known())
    before = {path.name: path.read_bytes() for path in catalog.paths()}
    assert sorted(before) == sorted(path.name for path in paths)
    catalog.add(image.known())
    assert {path.name: path.read_bytes() for path in catalog.paths()} == before
    catalog.add(read(child()).known())
    assert {name: content for name, content in _all(catalog).items() if name in before} == before
    assert list(catalog.folder.glob(".*")) == []


def _all(catalog: Catalog) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in catalog.paths()}


@given(st.text(max_size=600), st.text(max_size=600))
def test_file_names_are_safe_and_tell_images_apart(one: str, other: str) -> None:
    name = file_name(one, "sha256:0")
    assert name.isascii()
    assert not set(name) & set('/\\\0:*?"<>| ')
    assert not name.startswith((".", "-"))
    assert len(name) < 130
    assert (file_name(other, "sha256:0") == name) == (one == other)


def test_a_catalog_finds_parents(catalog: Catalog) -> None:
    for image in (parent(), child()):
        catalog.add(read(image).known())
    found = read(child()).parents(catalog.folder)
    assert [(link.names, link.evidence) for link in found.links] == [(("acme/base:1",), "chain-id")]


def test_a_catalog_that_is_not_there_is_empty(catalog: Catalog) -> None:
    assert catalog.images() == []


def test_removing_by_name_and_by_image_id(catalog: Catalog) -> None:
    for image in (parent(), parent(b"2"), child()):
        catalog.add(read(image).known())
    assert catalog.remove("docker.io/acme/base:1") == ["acme/base:1", "acme/base:1"]
    assert catalog.remove(child().image_id.removeprefix("sha256:")[:12]) == ["acme/app:1"]
    with pytest.raises(CatalogError, match="has no image acme/app:1"):
        catalog.remove("acme/app:1")


def test_a_short_beginning_of_an_image_id_is_no_name(catalog: Catalog) -> None:
    catalog.add(read(parent()).known())
    for wanted in ("", "s", "sha", parent().image_id[7:9]):
        with pytest.raises(CatalogError):
            catalog.remove(wanted)


def test_two_processes_that_add_at_once_lose_nothing(tmp_path: Path) -> None:
    images = [parent(bytes([number]), tags=[f"base:{number}"]) for number in range(6)]
    paths = []
    for number, image in enumerate(images):
        path = tmp_path / f"{number}.tar"
        path.write_bytes(docker_archive(image))
        paths.append(str(path))
    folder = tmp_path / "catalog"
    command = [sys.executable, "-m", "imgscan", "catalog", "add", "--catalog", str(folder)]
    halves = (paths[:4], paths[2:])
    running = [subprocess.Popen([*command, *half], cwd=ROOT, stderr=subprocess.PIPE) for half in halves]
    assert [process.wait(timeout=60) for process in running] == [0, 0], [process.stderr for process in running]
    for process in running:
        assert process.stderr is not None
        process.stderr.close()
    assert sorted(image.names[0] for image in Catalog(folder).images()) == [f"base:{number}" for number in range(6)]
    assert [path.name for path in folder.iterdir() if path.suffix != ".parquet"] == []


def test_export_and_import(catalog: Catalog, tmp_path: Path) -> None:
    for image in (parent(), child()):
        catalog.add(read(image).known())
    exported = tmp_path / "known.zip"
    exported.write_bytes(pack(_all(catalog)))
    other = Catalog(tmp_path / "other")
    with exported.open("rb") as file:
        for where, content in unpack(file, exported.name):
            other.add_encoded(content, where)
    assert _all(other) == _all(catalog)
    assert pack(_all(other)) == exported.read_bytes()


def _written(table: pa.Table, metadata: dict[str, str], **options: Any) -> bytes:
    sink = io.BytesIO()
    with pq.ParquetWriter(sink, table.schema, **{"compression": "none", "store_schema": False, **options}) as writer:
        writer.write_table(table)
        writer.add_key_value_metadata(metadata)
    return sink.getvalue()


def _changed(**changes: Any) -> bytes:
    """The file of the child with parts of its profile replaced."""
    (image,) = known(child())
    profile = msgspec.to_builtins(image.profile, enc_hook=str) | changes
    text = msgspec.json.encode({"name": "x", "profile": profile}).decode()
    return _written(image.files, {VERSION_KEY: "1", IMAGE_KEY: text})


def _files(**columns: list) -> bytes:
    (image,) = known(child())
    row = {"path": ["a"], "digest": [b"0" * 32], "stored": [1], "mode": [0], "uid": [0], "gid": [0], "layer": [0]}
    table = pa.table({**row, **columns}, schema=CATALOG)
    text = msgspec.json.encode({"name": "x", "profile": image.profile}, enc_hook=str).decode()
    return _written(table, {VERSION_KEY: "1", IMAGE_KEY: text})


def _form(metadata: dict[str, str] | None = None, **options: Any) -> bytes:
    (image,) = known(child())
    text = msgspec.json.encode({"name": "x", "profile": image.profile}, enc_hook=str).decode()
    return _written(image.files, {VERSION_KEY: "1", IMAGE_KEY: text, **(metadata or {})}, **options)


def _repeated_path() -> bytes:
    """A path that stands once in a dictionary, and is used by each of many rows."""
    (image,) = known(child())
    count = 1200
    paths = pa.DictionaryArray.from_arrays(pa.array([0] * count, pa.int32()), pa.array(["a" * 500_000]))
    columns = [paths, pa.nulls(count, pa.binary(32))]
    columns += [pa.array([0] * count, CATALOG.field(name).type) for name in CATALOG.names[2:]]
    table = pa.table(columns, schema=CATALOG.set(0, pa.field("path", paths.type, nullable=False)))
    text = msgspec.json.encode({"name": "x", "profile": image.profile}, enc_hook=str).decode()
    content = _written(table, {VERSION_KEY: "1", IMAGE_KEY: text}, use_dictionary=["path"])
    assert len(content) < 2_000_000
    return content


HOSTILE = {
    "nothing": (lambda: b"", "no file of a catalog"),
    "text": (lambda: b"PAR1" + b"x" * 100 + b"PAR1", "no file of a catalog"),
    "truncated": (lambda: _form()[:-20], "no file of a catalog"),
    "foreign": (lambda: _written(pa.table({"a": [1]}), {}), "no imgscan.catalog.version"),
    "newer": (lambda: _form({VERSION_KEY: "2"}), "has version 2"),
    "other columns": (lambda: _written(pa.table({"a": [1]}), {VERSION_KEY: "1"}), "other columns"),
    "compressed": (lambda: _form(compression="zstd"), "compressed inside"),
    "no image": (lambda: _form({IMAGE_KEY: "{}"}), "the image in it"),
    "deep": (lambda: _form({IMAGE_KEY: "[" * 100_000}), "the image in it"),
    "digest": (lambda: _changed(diff_ids=["sha256:1"]), "not a digest"),
    "image ID": (lambda: _changed(image_id="../../etc/passwd"), "not a digest"),
    "chain IDs": (lambda: _changed(chain_ids=["sha256:" + "1" * 64] * 4), "chain IDs that are not those"),
    "layers": (lambda: _changed(layers=[]), "sizes for another number"),
    "sizes": (
        lambda: _changed(layers=[{"blob_bytes": -1, "tar_bytes": 0, "file_bytes": 0}] * 4),
        "negative sizes",
    ),
    "layer of a file": (lambda: _files(layer=[4]), "files in layers that it does not have"),
    "size of a file": (lambda: _files(stored=[-1]), "of impossible size"),
    "huge file": (lambda: _files(stored=[1 << 62]), "of impossible size"),
    "repeated": (_repeated_path, "the paths need more than"),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_files_of_strangers_are_refused_by_name(case: str, catalog: Catalog) -> None:
    make, message = HOSTILE[case]
    with pytest.raises(CatalogError, match=message) as caught:
        catalog.add_encoded(make(), "file 1 in x.zip")
    assert str(caught.value).startswith("file 1 in x.zip")
    assert "\n" not in str(caught.value)
    assert catalog.paths() == []


DAMAGED = _bytes(known(parent())[0])


# Of a few thousand damaged files one names an unknown codec, at which Arrow's own answer ended the process.
@settings(max_examples=1000)
@given(st.data())
def test_damaged_files_end_in_an_error_or_in_a_valid_image(data: st.DataObject) -> None:
    content = bytearray(DAMAGED)
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    with suppress(CatalogError):
        decode_entry(bytes(content), "x")
        decode_files(bytes(content), "x")


def _zip(compression: int, contents: dict[str, bytes]) -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", compression) as archive:
        for name, content in contents.items():
            archive.writestr(name, content)
    return sink.getvalue()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"not a zip", "no exported catalog"),
        (b"", "no exported catalog"),
        (_zip(zipfile.ZIP_DEFLATED, {"a": bytes(10_000_000)}), "is compressed"),
        (_zip(zipfile.ZIP_STORED, {str(number): b"" for number in range(10_001)}), "10,001 files"),
    ],
    ids=["text", "empty", "bomb", "many"],
)
def test_archives_of_strangers_are_refused(content: bytes, message: str) -> None:
    with pytest.raises(CatalogError, match=message):
        list(unpack(io.BytesIO(content), "x.zip"))


class _Pipe(io.BytesIO):
    """Bytes that pass by once."""

    def seekable(self) -> bool:
        return False


def test_a_pipe_is_read_within_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    content = _zip(zipfile.ZIP_STORED, {"a": bytes(3_000_000), "b": b"b"})
    monkeypatch.setattr(portable, "_IN_MEMORY_BYTES", 100_000)
    assert [each for _, each in unpack(_Pipe(content), "x")] == [bytes(3_000_000), b"b"]
    monkeypatch.setattr(portable, "IMPORT_BYTES_LIMIT", 1_500_000)
    with pytest.raises(CatalogError, match="x has more than 1,500,000 bytes"):
        list(unpack(_Pipe(content), "x"))


def test_a_damaged_export_is_refused_or_read(catalog: Catalog) -> None:
    """Cut off anywhere, or with any byte changed: an error of ours, or what an unchanged byte would give."""
    catalog.add(read(parent()).known())
    whole = pack(_all(catalog))
    step = max(1, len(whole) // 400)
    for at in range(0, len(whole), step):
        for damaged in (whole[:at], whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :]):
            with suppress(CatalogError):
                list(unpack(io.BytesIO(damaged), "x"))


def test_names_in_an_archive_lead_nowhere(catalog: Catalog, tmp_path: Path) -> None:
    archive = _zip(zipfile.ZIP_STORED, {"../../escaped.parquet": _bytes(known(parent())[0])})
    for where, content in unpack(io.BytesIO(archive), "x.zip"):
        catalog.add_encoded(content, where)
    assert [each.name for each in catalog.paths()] == [file_name("acme/base:1", parent().image_id)]
    assert [each.name for each in tmp_path.iterdir()] == ["catalog"]
