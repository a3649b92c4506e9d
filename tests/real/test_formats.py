"""One image in every format and compression: one analysis, and metadata that hashlib confirms."""

from __future__ import annotations

import gzip
import hashlib
import json
import math
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import imgscan
from tests.real.samples import APP, COMPRESSED, FORMATS, PLAIN, blobs, digest, truth
from tests.real.tools import require, run

if TYPE_CHECKING:
    import pyarrow as pa

SAME_LAYERS = (*PLAIN, *(name for name in COMPRESSED if name != "oci-archive.estargz.tar"))
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def app() -> imgscan.Image:
    return imgscan.open(APP)


def analysis(image: imgscan.Image) -> dict[str, Any]:
    """All that must not depend on the format."""
    document = json.loads(json.dumps(_plain(image.report(top=10_000))))
    return {
        "changes": rows(image.changes),
        "rootfs": rows(image.rootfs),
        "waste": rows(image.waste),
        "ledgers": image.ledger(),
        "layers": rows(image.layers.drop_columns(["digest", "media_type", "compression", "blob_bytes"])),
        **{key: document[key] for key in ("waste", "largest", "duplicates", "omitted")},
    }


def rows(table: pa.Table) -> list[dict[str, Any]]:
    wanted = [name for name in table.column_names if name != "pull_bytes"]
    found: list[dict[str, Any]] = table.select(wanted).to_pylist()
    return found


def rows_of_layers(changes: pa.Table) -> dict[int, list[dict[str, Any]]]:
    found: dict[int, list[dict[str, Any]]] = {}
    for row in changes.to_pylist():
        found.setdefault(row["layer"], []).append(row)
    return found


def _plain(document: Any) -> Any:
    """A document as dictionaries, without the shares of compressed blobs."""
    if isinstance(document, list):
        return [_plain(each) for each in document]
    fields = getattr(document, "__struct_fields__", None)
    if fields is None:
        return document
    return {name: _plain(getattr(document, name)) for name in fields if name != "pull_bytes"}


def uncompressed(blob: bytes) -> bytes:
    if blob[:2] == b"\x1f\x8b":
        return gzip.decompress(blob)
    if blob[:4] == b"\x28\xb5\x2f\xfd":
        require("zstd")
        return run("zstd", "--decompress", "--stdout", stdin=blob)
    return blob


@pytest.mark.parametrize("name", SAME_LAYERS)
def test_every_format_gives_the_same_analysis(app: imgscan.Image, name: str) -> None:
    assert analysis(imgscan.open(FORMATS / name)) == analysis(app)


@pytest.mark.parametrize("name", ["docker-archive.containerd.tar", "docker-archive.skopeo.tar", "dir.plain"])
def test_the_image_id_is_the_same_where_the_config_was_kept(app: imgscan.Image, name: str) -> None:
    image = imgscan.open(FORMATS / name)
    assert image.image_id == app.image_id == digest(truth(APP).config_bytes)


@pytest.mark.parametrize("name", [*COMPRESSED, "dir.plain"])
def test_digests_are_those_of_hashlib(name: str) -> None:
    image, stored = imgscan.open(FORMATS / name), blobs(FORMATS / name)
    assert image.image_id in stored
    if not name.startswith("dir"):
        assert image.report().image.manifest_digest in stored
    for layer in image.layers.to_pylist():
        blob = stored[layer["digest"]]
        assert layer["blob_bytes"] == len(blob)
        tar = uncompressed(blob)
        assert (layer["diff_id"], layer["tar_bytes"]) == (digest(tar), len(tar))


def test_diff_ids_and_chain_ids_are_those_of_hashlib(app: imgscan.Image) -> None:
    layers = truth(APP).layers
    assert app.layers["diff_id"].to_pylist() == [digest(layer) for layer in layers]
    chain = [digest(layers[0])]
    for layer in layers[1:]:
        chain.append(digest(f"{chain[-1]} {digest(layer)}".encode()))
    assert app.layers["chain_id"].to_pylist() == chain


@pytest.mark.parametrize(("name", "compression"), COMPRESSED.items())
def test_the_compression_is_told_by_content(name: str, compression: str) -> None:
    assert set(imgscan.open(FORMATS / name).layers["compression"].to_pylist()) == {compression}


@pytest.mark.parametrize("name", COMPRESSED)
def test_shares_of_a_compressed_blob_are_the_blob(name: str) -> None:
    """An entry's share includes its header and padding: what is left is the end of the stream, a table of contents."""
    image = imgscan.open(FORMATS / name)
    config = blobs(FORMATS / name)[str(image.image_id)]
    assert image.size.pull_bytes == sum(image.layers["blob_bytes"].to_pylist()) + len(config)
    changes = rows_of_layers(image.changes)
    for layer in image.layers.to_pylist():
        shares = [entry["pull_bytes"] for entry in changes[layer["layer"]]]
        assert min(shares) >= 0
        assert 0 < math.fsum(shares) <= layer["blob_bytes"] + 1e-6


@pytest.mark.parametrize("name", [name for name in COMPRESSED if name != "oci-archive.estargz.tar"])
def test_no_entry_costs_more_to_pull_than_it_takes_in_the_tar(name: str) -> None:
    """Compressors add at most a little to what they cannot shrink; positions are known to a 64th of the blob."""
    image, original = imgscan.open(FORMATS / name), truth(APP)
    blob_bytes = image.layers["blob_bytes"].to_pylist()
    for layer, entries in rows_of_layers(image.changes).items():
        resolution = max(512, blob_bytes[layer] / 64)
        members = original.members(layer)
        ends = [member.offset for member in members[1:]] + [len(original.layers[layer])]
        for member, end, entry in zip(members, ends, entries, strict=True):
            assert entry["pull_bytes"] <= 1.05 * (end - member.offset) + resolution, (layer, member.name)


@pytest.mark.parametrize("name", COMPRESSED)
def test_what_no_compressor_can_shrink_costs_its_size_to_pull(name: str) -> None:
    """The packages are noise and alone in their layer."""
    image = imgscan.open(FORMATS / name)
    shares = {row["path"]: (row["bytes"], row["pull_bytes"]) for row in image.waste.to_pylist()}
    for path in ("var/cache/packages/left-pad-1.3.0.pkg", "var/cache/packages/colours-1.4.2.pkg"):
        size, share = shares[path]
        assert share == pytest.approx(size, rel=0.15), path


@pytest.mark.parametrize("name", PLAIN)
def test_plain_layers_have_no_pull_bytes(name: str) -> None:
    image = imgscan.open(FORMATS / name)
    assert image.size.pull_bytes is None
    assert image.changes["pull_bytes"].null_count == image.changes.num_rows


def test_estargz_adds_an_entry_to_every_layer(app: imgscan.Image) -> None:
    image = imgscan.open(FORMATS / "oci-archive.estargz.tar")
    added = {"stargz.index.json", ".no.prefetch.landmark", ".prefetch.landmark"}
    assert image.layers.num_rows == app.layers.num_rows
    kept = [
        {name: value for name, value in row.items() if name not in ("row", "inode", "layer")}
        for row in rows(image.rootfs)
        if row["path"] not in added
    ]
    wanted = [
        {name: value for name, value in row.items() if name not in ("row", "inode", "layer")}
        for row in rows(app.rootfs)
    ]
    assert [row["path"] for row in kept] == [row["path"] for row in wanted]
    assert kept == wanted
    waste = sorted((row["path"], row["bytes"], row["cause"]) for row in rows(image.waste) if row["path"] not in added)
    assert waste == sorted((row["path"], row["bytes"], row["cause"]) for row in rows(app.waste))
    contents = [row["layer"] for row in rows(image.changes) if row["path"] == "stargz.index.json"]
    assert contents == list(range(image.layers.num_rows))


@pytest.mark.parametrize(
    ("prefix", "name"),
    [
        ("docker-archive", "docker-archive.skopeo.tar"),
        ("docker-archive", "docker-archive.containerd.tar"),
        ("docker-archive", "docker-archive.tar.gz"),
        ("oci-archive", "docker-archive.containerd.tar"),
        ("oci-archive", "oci-archive.gzip.tar"),
        ("oci-archive", "oci-archive.plain.tar"),
        ("oci", "oci-layout"),
        ("dir", "dir.gzip"),
    ],
)
def test_a_transport_can_be_named(app: imgscan.Image, prefix: str, name: str) -> None:
    assert analysis(imgscan.open(f"{prefix}:{FORMATS / name}")) == analysis(app)


@pytest.mark.parametrize(
    "reference",
    [f"oci:{FORMATS / 'oci-layout'}:2.0", f"oci-archive:{FORMATS / 'oci-archive.gzip.tar'}:2.0"],
    ids=["oci", "oci-archive"],
)
def test_a_transport_takes_a_tag(reference: str) -> None:
    assert imgscan.open(reference).tags == ("2.0",)


@pytest.mark.parametrize(
    ("prefix", "name"),
    [("oci-archive", "docker-archive.skopeo.tar"), ("docker-archive", "oci-archive.gzip.tar"), ("dir", "oci-layout")],
)
def test_the_wrong_transport_is_an_error(prefix: str, name: str) -> None:
    with pytest.raises(imgscan.ImgscanError, match=f"{name} is not of the form {prefix}"):
        imgscan.open(f"{prefix}:{FORMATS / name}")


READ_STANDARD_INPUT = """
import sys, pyarrow, imgscan
image = imgscan.open(sys.argv[1])
tables = {"changes": image.changes, "rootfs": image.rootfs, "layers": image.layers, "waste": image.waste}
with pyarrow.OSFile(sys.argv[2], "wb") as file:
    for name, table in tables.items():
        with pyarrow.ipc.new_stream(file, table.schema) as writer:
            writer.write_table(table)
"""


@pytest.mark.parametrize(
    ("name", "reference"),
    [
        ("../app-2.0.tar", "-"),
        ("docker-archive.skopeo.tar", "docker-archive:-"),
        ("docker-archive.containerd.tar", "-"),
        ("docker-archive.tar.gz", "-"),
        ("docker-archive.tar.zst", "-"),
        ("oci-archive.gzip.tar", "-"),
        ("oci-archive.zstd-chunked.tar", "oci-archive:-"),
        ("oci-archive.podman.tar", "-"),
    ],
)
def test_standard_input_gives_the_same_tables_as_the_file(name: str, reference: str, tmp_path: Path) -> None:
    import pyarrow.ipc

    from_pipe = tmp_path / "tables.arrow"
    cat = subprocess.Popen(["cat", FORMATS / name], stdout=subprocess.PIPE)  # a pipe, which nobody can seek in
    command = [sys.executable, "-c", READ_STANDARD_INPUT, reference, str(from_pipe)]
    done = subprocess.run(command, stdin=cat.stdout, cwd=ROOT, capture_output=True, text=True, check=False)
    assert cat.stdout is not None
    cat.stdout.close()
    assert (done.returncode, done.stderr, cat.wait()) == (0, "", 0)
    image = imgscan.open(FORMATS / name)
    with from_pipe.open("rb") as file:
        for table in (image.changes, image.rootfs, image.layers, image.waste):
            assert pyarrow.ipc.open_stream(file).read_all().equals(table)


def test_the_order_of_members_does_not_matter(app: imgscan.Image) -> None:
    """Each archive has its own order; layers are in the manifest's."""
    wanted = [hashlib.sha256(layer).hexdigest() for layer in truth(APP).layers]
    for name in SAME_LAYERS:
        diff_ids = imgscan.open(FORMATS / name).layers["diff_id"].to_pylist()
        assert [each.removeprefix("sha256:") for each in diff_ids] == wanted
