"""The forms the builder gives an image, by their digests and by skopeo."""

import hashlib
import io
import json
import shutil
import subprocess
import tarfile
from pathlib import Path

import pytest

from tests.images import (
    ABSENT,
    Absent,
    Described,
    Hardlink,
    Image,
    Index,
    Layer,
    Symlink,
    archive,
    artifact,
    attestation,
    blob,
    blob_path,
    crane_archive,
    digest_of,
    dir_files,
    dir_layout,
    docker_archive,
    docker_files,
    docker_oci_archive,
    docker_oci_files,
    foreign,
    gzip,
    oci_archive,
    oci_files,
    oci_layout,
    plain,
    zstd,
)

LOWER = Layer().directory("etc").file("etc/passwd", b"root").file("usr/bin/true", b"\x7fELF")
UPPER = Layer().file("etc/passwd", b"root\nme").whiteout("usr/bin/true")


def sample(**changes):
    return Image([LOWER, UPPER], tags=["app:1"], **changes)


@pytest.mark.parametrize("compression", [plain, gzip, zstd])
def test_every_digest_size_and_diff_id_of_a_layout_holds(compression):
    files = oci_files(sample(compression=compression))
    (listed,) = json.loads(files["index.json"])["manifests"]
    manifest = json.loads(files[blob_path(listed["digest"])])
    for entry in (listed, manifest["config"], *manifest["layers"]):
        content = files[blob_path(entry["digest"])]
        assert entry["size"] == len(content)
        assert entry["digest"] == "sha256:" + hashlib.sha256(content).hexdigest()
    config = json.loads(files[blob_path(manifest["config"]["digest"])])
    assert config["rootfs"]["diff_ids"] == [LOWER.diff_id, UPPER.diff_id]
    assert len(config["history"]) == 2
    suffix = "" if compression is plain else f"+{compression.name}"
    assert {layer["mediaType"] for layer in manifest["layers"]} == {f"application/vnd.oci.image.layer.v1.tar{suffix}"}


def test_the_same_input_gives_the_same_bytes():
    assert docker_archive(sample()) == docker_archive(sample())
    assert oci_archive(sample(compression=zstd)) == oci_archive(sample(compression=zstd))


def test_docker_archive_lists_layers_in_order_and_files_in_name_order():
    files = docker_files(sample())
    (entry,) = json.loads(files["manifest.json"])
    assert [files[path] for path in entry["Layers"]] == [LOWER.tar(), UPPER.tar()]
    assert digest_of(files[entry["Config"]]) == "sha256:" + entry["Config"].removesuffix(".json")
    assert entry["RepoTags"] == ["app:1"]
    assert list(files) == sorted(files)
    top = entry["Layers"][-1].split("/")[0]
    assert json.loads(files["repositories"]) == {"app": {"1": top}}


@pytest.mark.parametrize(("duplicates", "kind"), [("copy", bytes), ("symlink", Symlink), ("hardlink", Hardlink)])
def test_docker_archive_repeats_a_layer_as_copy_or_link(duplicates, kind):
    files = docker_files(Image([LOWER, UPPER, LOWER]), duplicates=duplicates)
    (entry,) = json.loads(files["manifest.json"])
    first, _, again = entry["Layers"]
    assert first != again
    assert isinstance(files[again], kind)
    with tarfile.open(fileobj=io.BytesIO(archive(files))) as tar:
        assert tar.extractfile(first).read() == LOWER.tar()
        if duplicates != "hardlink":  # tarfile resolves hard links only backwards
            assert tar.extractfile(again).read() == LOWER.tar()
        assert tar.getmember(again).size == (len(LOWER.tar()) if duplicates == "copy" else 0)


def test_docker_25_keeps_a_layout_and_a_manifest_list_that_agree():
    files = docker_oci_files(sample())
    (entry,) = json.loads(files["manifest.json"])
    (listed,) = json.loads(files["index.json"])["manifests"]
    manifest = json.loads(files[blob_path(listed["digest"])])
    assert entry["Config"] == blob_path(manifest["config"]["digest"])
    assert entry["Layers"] == [blob_path(layer["digest"]) for layer in manifest["layers"]]
    assert entry["LayerSources"][UPPER.diff_id] == manifest["layers"][1]
    assert listed["annotations"]["io.containerd.image.name"] == "docker.io/library/app:1"


def test_changes_break_an_image_where_the_test_says():
    image = sample(
        history=[],
        config_changes={"history": ABSENT, "rootfs": {"type": "layers", "diff_ids": ["sha256:" + "0" * 64]}},
        manifest_changes={"annotations": None},
    )
    config = json.loads(image.config_bytes)
    assert "history" not in config
    assert config["rootfs"]["diff_ids"] == ["sha256:" + "0" * 64]
    assert json.loads(image.manifest_bytes)["annotations"] is None
    assert image.manifest()["config"]["digest"] == digest_of(image.config_bytes)


def test_foreign_layers_are_described_and_not_delivered():
    elsewhere = foreign(LOWER, "https://example.com/layer")
    image = Image([elsewhere, UPPER])
    described = image.manifest()["layers"][0]
    assert described["urls"] == ["https://example.com/layer"]
    assert described["mediaType"] == "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip"
    assert elsewhere.digest not in image.blobs()
    assert image.config()["rootfs"]["diff_ids"][0] == LOWER.diff_id


def test_layers_of_one_image_can_be_stored_differently():
    image = Image([blob(LOWER, zstd), UPPER], compression=gzip)
    kinds = [layer["mediaType"].rpartition(".")[2] for layer in image.manifest()["layers"]]
    assert kinds == ["tar+zstd", "tar+gzip"]


def test_an_index_holds_platforms_attestations_artifacts_and_absent_parts():
    amd64, arm64 = sample(), sample(platform="linux/arm64/v8")
    inner = Index([amd64, Absent(arm64), attestation(amd64), artifact("application/x-sbom", b"sbom", subject=amd64)])
    files = oci_files(Index([inner]), Described(amd64, {"platform": ABSENT}))
    outer, bare = json.loads(files["index.json"])["manifests"]
    assert "platform" not in bare
    (nested,) = json.loads(files[blob_path(outer["digest"])])["manifests"]
    children = json.loads(files[blob_path(nested["digest"])])["manifests"]
    assert [child.get("platform") for child in children] == [
        {"architecture": "amd64", "os": "linux"},
        {"architecture": "arm64", "os": "linux", "variant": "v8"},
        {"architecture": "unknown", "os": "unknown"},
        None,
    ]
    present = [blob_path(child["digest"]) in files for child in children]
    assert present == [True, False, True, True]
    assert inner.images() == [amd64]
    assert children[2]["annotations"]["vnd.docker.reference.digest"] == amd64.digest
    assert json.loads(files[blob_path(children[3]["digest"])])["config"]["digest"] == digest_of(b"{}")


# skopeo reads what we wrote, and writes back the same layers


def sources(folder: Path, image: Image) -> dict[str, str]:
    forms = {
        "docker-archive": docker_archive(image),
        "docker-archive-25": docker_oci_archive(image),
        "docker-archive-crane": crane_archive(image),
        "oci-archive": oci_archive(image),
    }
    for name, content in forms.items():
        (folder / f"{name}.tar").write_bytes(content)
    return {
        **{
            name: f"{'oci-archive' if name.startswith('oci') else 'docker-archive'}:{folder}/{name}.tar"
            for name in forms
        },
        "oci": f"oci:{oci_layout(folder / 'layout', image)}",
        "dir": f"dir:{dir_layout(folder / 'dir', image)}",
    }


@pytest.mark.skipif(shutil.which("skopeo") is None, reason="skopeo is not installed")
@pytest.mark.parametrize("compression", [plain, gzip], ids=lambda compression: compression.name)
@pytest.mark.parametrize(
    "form", ["docker-archive", "docker-archive-25", "docker-archive-crane", "oci-archive", "oci", "dir"]
)
def test_skopeo_copies_every_form(tmp_path, form, compression):
    image = sample(compression=compression)
    source = sources(tmp_path, image)[form]
    copied = tmp_path / "copied"
    command = ["skopeo", "--insecure-policy", "copy", "--dest-decompress", source, f"dir:{copied}"]
    subprocess.run(command, check=True, capture_output=True)
    manifest = json.loads((copied / "manifest.json").read_bytes())
    config = json.loads((copied / manifest["config"]["digest"].removeprefix("sha256:")).read_bytes())
    assert config["rootfs"]["diff_ids"] == [LOWER.diff_id, UPPER.diff_id]
    layers = [(copied / layer["digest"].removeprefix("sha256:")).read_bytes() for layer in manifest["layers"]]
    assert layers == [LOWER.tar(), UPPER.tar()]


def test_dir_form_names_blobs_by_hex():
    image = sample()
    files = dir_files(image)
    assert files["manifest.json"] == image.manifest_bytes
    assert files[image.image_id.removeprefix("sha256:")] == image.config_bytes
