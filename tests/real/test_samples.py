"""Samples that hold several images, or were made in another way, and what cannot be read."""

from __future__ import annotations

import json

import pytest

import imgscan
from tests.real.listing import analysed, differences
from tests.real.samples import APP, FORMATS, SAMPLES, truth

MULTI_IMAGE, MULTI_PLATFORM = SAMPLES / "multi-image.tar", SAMPLES / "multi-platform.tar"
# buildah 1.28 leaves the empty files in the image on which it mounts its own.
BY_BUILDER = {
    "built-by-buildah.tar": [f"only imgscan has {b'etc/' + name!r}" for name in (b"hostname", b"hosts", b"resolv.conf")]
}


def history() -> list[dict[str, str]]:
    """What ``docker history`` printed, lowest first."""
    lines = (SAMPLES / "app-2.0.history.jsonl").read_text().splitlines()
    return [json.loads(line) for line in reversed(lines)]


def test_file_bytes_and_link_targets_are_what_docker_history_calls_size() -> None:
    image, original = imgscan.open(APP), truth(APP)
    made = [
        step for step, entry in zip(history(), original.config["history"], strict=True) if not entry.get("empty_layer")
    ]
    targets = [0] * image.size.layers
    for change in image.changes.to_pylist():
        if change["kind"] == "symlink":
            targets[change["layer"]] += len(change["link_target"].encode())
    counted = [bytes_ + target for bytes_, target in zip(image.layers["file_bytes"].to_pylist(), targets, strict=True)]
    assert counted == [int(step["Size"]) for step in made]
    assert any(targets)
    assert [step["CreatedBy"] for step in made] == image.layers["created_by"].to_pylist()


def test_totals_are_those_of_the_engine_and_of_tarfile() -> None:
    image, original = imgscan.open(APP), truth(APP)
    (inspected,) = json.loads((SAMPLES / "app-2.0.inspect.json").read_text())
    targets = [m.linkname for at in range(len(original.layers)) for m in original.members(at) if m.issym()]
    assert image.size.file_bytes + sum(len(target.encode()) for target in targets) == inspected["Size"]
    assert image.size.file_bytes == sum(original.file_bytes(layer) for layer in range(len(original.layers)))
    assert image.size.tar_bytes == sum(len(layer) for layer in original.layers)
    assert image.image_id == inspected["Id"]
    assert image.tags == tuple(inspected["RepoTags"])
    assert image.layers["diff_id"].to_pylist() == inspected["RootFS"]["Layers"]
    assert image.platform == f"{inspected['Os']}/{inspected['Architecture']}"
    assert image.layers["entries"].to_pylist() == [len(original.members(at)) for at in range(len(original.layers))]


def test_each_layer_may_be_compressed_in_its_own_way() -> None:
    mixed, parent = imgscan.open(SAMPLES / "mixed-compression.tar"), imgscan.open(SAMPLES / "parent.tar")
    assert mixed.layers["compression"].to_pylist() == ["plain", "gzip", "zstd"]
    assert mixed.size.pull_bytes is None
    assert mixed.ledger() == parent.ledger()
    without_shares = [table.drop_columns(["pull_bytes"]) for table in (mixed.rootfs, parent.rootfs)]
    assert without_shares[0].equals(without_shares[1])
    is_null = [change["pull_bytes"] is None for change in mixed.changes.to_pylist()]
    assert is_null == [change["layer"] == 0 for change in mixed.changes.to_pylist()]


def test_content_decides_where_the_media_type_is_wrong() -> None:
    image = imgscan.open(SAMPLES / "mislabelled-compression.tar")
    assert set(image.layers["media_type"].to_pylist()) == {"application/vnd.oci.image.layer.v1.tar+gzip"}
    assert set(image.layers["compression"].to_pylist()) == {"plain"}
    assert image.rootfs.equals(imgscan.open(SAMPLES / "parent.tar").rootfs)


@pytest.mark.parametrize("architecture", ["amd64", "arm64"])
def test_a_platform_can_be_chosen(architecture: str) -> None:
    image = imgscan.open(MULTI_PLATFORM, platform=f"linux/{architecture}")
    assert image.platform == f"linux/{architecture}"
    assert image.config.architecture == architecture


def test_the_platforms_are_images_of_their_own() -> None:
    images = [imgscan.open(MULTI_PLATFORM, platform=f"linux/{name}") for name in ("amd64", "arm64")]
    assert len({image.image_id for image in images}) == 2
    assert len({image.layers["diff_id"][0].as_py() for image in images}) == 2
    assert all(image.size.layers == 1 for image in images)


@pytest.mark.parametrize(("machine", "architecture"), [("x86_64", "amd64"), ("aarch64", "arm64")])
def test_without_a_choice_it_is_this_machines_platform(
    machine: str, architecture: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("platform.machine", lambda: machine)
    assert imgscan.open(MULTI_PLATFORM).platform == f"linux/{architecture}"


@pytest.mark.parametrize("platform", ["linux/s390x", "windows/amd64", "linux/arm64/v9"])
def test_an_unknown_platform_is_an_error_that_lists_those_there_are(platform: str) -> None:
    with pytest.raises(imgscan.ImgscanError) as error:
        imgscan.open(MULTI_PLATFORM, platform=platform)
    assert platform in str(error.value)
    assert "linux/amd64" in str(error.value)
    assert "linux/arm64" in str(error.value)
    assert "--platform" in (error.value.hint or "")


@pytest.mark.parametrize("platform", ["amd64", "linux/", "a/b/c/d"])
def test_what_is_no_platform_is_an_error(platform: str) -> None:
    with pytest.raises(imgscan.ImgscanError, match="not a platform"):
        imgscan.open(MULTI_PLATFORM, platform=platform)


@pytest.mark.parametrize(
    ("choice", "alone"),
    [
        ("acme/base:1.0", "parent.tar"),
        ("acme/base:latest", "parent.tar"),
        ("acme/app:1.0", "app-1.0.tar"),
        ("acme/app:2.0", "app-2.0.tar"),
        ("0", "parent.tar"),
        ("1", "app-1.0.tar"),
        ("2", "app-2.0.tar"),
    ],
)
def test_one_of_several_images_is_as_if_alone(choice: str, alone: str) -> None:
    """One layer.tar in the archive is a symbolic link to another's."""
    image, wanted = imgscan.open(MULTI_IMAGE, image=choice), imgscan.open(SAMPLES / alone)
    assert image.image_id == wanted.image_id
    assert image.changes.equals(wanted.changes)
    assert image.rootfs.equals(wanted.rootfs)
    assert image.ledger() == wanted.ledger()


def test_an_image_without_a_tag_is_chosen_by_its_index() -> None:
    image = imgscan.open(MULTI_IMAGE, image="3")
    assert image.tags == ()
    assert image.layers["created_by"].to_pylist()[-1].endswith("echo nobody gave this image a name > /etc/motd")
    assert "etc/motd" in image.rootfs["path"].to_pylist()


@pytest.mark.parametrize("choice", [None, "acme/app:3.0", "4", "-1"])
def test_without_a_valid_choice_all_images_are_listed(choice: str | None) -> None:
    with pytest.raises(imgscan.ImgscanError) as error:
        imgscan.open(MULTI_IMAGE, image=choice)
    for name in ("0: acme/base:1.0, acme/base:latest", "1: acme/app:1.0", "2: acme/app:2.0", "3: untagged"):
        assert name in str(error.value)
    assert "--image" in (error.value.hint or "")


@pytest.mark.parametrize(
    ("name", "layers"),
    [("built-by-buildkit.tar.gz", 18), ("built-by-buildah.tar", 17), ("squashed.tar", 4)],
)
def test_other_builders_make_the_same_root_filesystem(name: str, layers: int) -> None:
    image, app = imgscan.open(SAMPLES / name), imgscan.open(APP)
    assert image.size.layers == layers
    assert differences(analysed(app), analysed(image), added=frozenset()) == BY_BUILDER.get(name, [])
    assert image.size.rootfs_bytes == app.size.rootfs_bytes


@pytest.mark.parametrize("name", ["built-by-buildkit.tar.gz", "built-by-buildah.tar"])
def test_other_builders_waste_the_same_files(name: str) -> None:
    wasted = [
        sorted((row["path"], row["bytes"], row["cause"]) for row in image.waste.to_pylist())
        for image in (imgscan.open(SAMPLES / name), imgscan.open(APP))
    ]
    assert wasted[0] == wasted[1]


def test_squashing_takes_the_waste_away() -> None:
    """The secrets are really gone, and the parent's layers are as they were."""
    squashed, parent = imgscan.open(SAMPLES / "squashed.tar"), imgscan.open(SAMPLES / "parent.tar")
    assert squashed.size.waste_bytes == 0
    assert squashed.layers["diff_id"].to_pylist()[:3] == parent.layers["diff_id"].to_pylist()
    assert "root/.ssh/id_ed25519" not in squashed.changes["path"].to_pylist()


def test_a_committed_container() -> None:
    image, parent = imgscan.open(SAMPLES / "committed.tar"), imgscan.open(SAMPLES / "parent.tar")
    paths = set(image.rootfs["path"].to_pylist())
    assert "etc/motd" in paths
    assert "usr/share" in paths
    assert "usr/share/doc" not in paths
    (waste,) = image.waste.to_pylist()
    sizes = dict(zip(parent.rootfs["path"].to_pylist(), parent.rootfs["size"].to_pylist(), strict=True))
    assert waste["path"] == "usr/share/doc/klibc/copyright"
    assert waste["bytes"] == sizes[waste["path"]]
    assert (waste["cause"], waste["held_by"], waste["caused_by"]) == ("removed", 0, 3)


def test_an_imported_root_filesystem_has_one_layer_and_no_instruction() -> None:
    image = imgscan.open(SAMPLES / "imported.tar.gz")
    assert (image.size.layers, image.size.waste_bytes) == (1, 0)
    assert image.layers["created_by"].to_pylist() in ([None], [""])
    assert image.rootfs["path"].equals(imgscan.open(SAMPLES / "app-2.0-rootfs.tar").rootfs["path"])


def test_whiteouts_by_umoci() -> None:
    """A directory replaced by a file without a whiteout, and a file stored again for its mode."""
    image, parent = imgscan.open(SAMPLES / "repacked-by-umoci.tar"), imgscan.open(SAMPLES / "parent.tar")
    sizes = dict(zip(parent.rootfs["path"].to_pylist(), parent.rootfs["size"].to_pylist(), strict=True))
    wasted = {
        row["path"]: (row["bytes"], row["cause"], row["held_by"], row["caused_by"]) for row in image.waste.to_pylist()
    }
    assert wasted == {
        "bin/sleep": (sizes["bin/sleep"], "removed", 0, 3),
        "bin/uname": (sizes["bin/uname"], "recopied", 0, 3),
        "usr/share/doc/klibc/copyright": (sizes["usr/share/doc/klibc/copyright"], "removed", 0, 3),
    }
    kinds = dict(zip(image.rootfs["path"].to_pylist(), image.rootfs["kind"].to_pylist(), strict=True))
    assert kinds["var/cache"] == "file"
    assert "bin/sleep" not in kinds


def test_an_encrypted_layer_is_refused_by_name() -> None:
    with pytest.raises(imgscan.ImgscanError, match="is encrypted") as error:
        imgscan.open(SAMPLES / "encrypted.tar").layers  # noqa: B018
    assert "+encrypted" in str(error.value)
    assert "decrypt" in (error.value.hint or "")


def test_xz_is_refused_by_name() -> None:
    with pytest.raises(
        imgscan.ImgscanError, match=r"docker-archive\.tar\.xz: xz compression is not supported"
    ) as error:
        imgscan.open(FORMATS / "docker-archive.tar.xz")
    assert "xz -d" in (error.value.hint or "")
