"""The same image gives the same analysis in every form that can carry it."""

from pathlib import Path

import pytest

import imgscan
from analyzer.errors import UnsupportedImageError
from tests.fuzz.samples import sample_image
from tests.images import (
    Image,
    archive,
    crane_archive,
    dir_files,
    dir_layout,
    docker_archive,
    docker_oci_archive,
    gzip,
    oci_archive,
    oci_layout,
    plain,
    zstd,
)

SAMPLES = Path(__file__).parents[2] / "sample_images"


def results(image: imgscan.Image) -> dict:
    """All that may not depend on the form or the compression."""
    document = image.report()
    return {
        "changes": image.changes.drop_columns(["pull_bytes"]).to_pylist(),
        "rootfs": image.rootfs.drop_columns(["pull_bytes"]).to_pylist(),
        "waste": image.waste.drop_columns(["pull_bytes"]).to_pylist(),
        "ledger": image.ledger(),
        "diff_ids": image.layers["diff_id"].to_pylist(),
        "chain_ids": image.layers["chain_id"].to_pylist(),
        "history": image.layers["created_by"].to_pylist(),
        "duplicates": document.duplicates,
        "size": [
            getattr(document.size, name) for name in ("tar_bytes", "file_bytes", "rootfs_bytes", "waste_bytes", "files")
        ],
    }


@pytest.fixture
def forms(tmp_path):
    """Every form of one image, by name."""

    def make(image: Image, suffix: str) -> dict[str, Path]:
        archives = {
            "docker-archive": docker_archive(image),
            "docker 25": docker_oci_archive(image),
            "crane": crane_archive(image),
            "oci-archive": oci_archive(image),
            "docker-archive.gz": gzip(docker_archive(image)),
            "oci-archive.zst": zstd(oci_archive(image)),
            "dir.tar": archive(dir_files(image)),
            "dir.tar.gz": gzip(archive(dir_files(image))),
        }
        paths = {name: tmp_path / f"{name} {suffix}.tar" for name in archives}
        for name, path in paths.items():
            path.write_bytes(archives[name])
        return paths | {
            "oci": oci_layout(tmp_path / f"oci {suffix}", image),
            "dir": dir_layout(tmp_path / f"dir {suffix}", image),
        }

    return make


@pytest.mark.parametrize("compression", [plain, gzip, zstd], ids=lambda each: each.name)
def test_the_builders_image_is_the_same_in_every_form(forms, compression):
    expected = results(imgscan.open(forms(sample_image(plain), "first")["docker-archive"]))
    image = sample_image(compression)
    for name, path in forms(image, compression.name).items():
        opened = imgscan.open(path)
        assert opened.image_id == image.image_id, name
        assert results(opened) == expected, name


REAL = [
    "formats/docker-archive.skopeo.tar",
    "formats/docker-archive.podman.tar",
    "formats/docker-archive.containerd.tar",
    "formats/docker-archive.tar.gz",
    "formats/docker-archive.tar.zst",
    "formats/oci-archive.gzip.tar",
    "formats/oci-archive.podman.tar",
    "formats/oci-archive.zstd.tar",
    "formats/oci-archive.zstd-chunked.tar",
    "formats/oci-archive.plain.tar",
    "formats/oci-layout",
    "formats/dir.gzip",
    "formats/dir.plain",
]


@pytest.mark.parametrize("name", REAL)
def test_an_image_of_real_tools_is_the_same_in_every_form(name):
    expected = results(imgscan.open(SAMPLES / "app-2.0.tar"))
    assert results(imgscan.open(SAMPLES / name)) == expected


def test_a_real_encrypted_image_is_refused_by_name():
    with pytest.raises(UnsupportedImageError, match="encrypted"):
        imgscan.open(SAMPLES / "encrypted.tar")


def test_a_real_archive_in_xz_is_refused_by_name():
    with pytest.raises(UnsupportedImageError, match="xz"):
        imgscan.open(SAMPLES / "formats/docker-archive.tar.xz")


@pytest.mark.parametrize(
    ("name", "compressions"),
    [
        ("mixed-compression.tar", {"plain", "gzip", "zstd"}),
        ("mislabelled-compression.tar", {"plain"}),
        ("formats/oci-archive.zstd-chunked.tar", {"zstd:chunked"}),
        ("formats/oci-archive.estargz.tar", {"estargz"}),
    ],
)
def test_real_layers_are_known_by_their_content(name, compressions):
    assert set(imgscan.open(SAMPLES / name).layers["compression"].to_pylist()) == compressions
