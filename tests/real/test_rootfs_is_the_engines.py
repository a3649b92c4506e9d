"""What a container sees and what is wasted, against GNU tar, coreutils, the Dockerfile and tarfile."""

from __future__ import annotations

import hashlib
import io
import tarfile
from collections import Counter
from typing import TYPE_CHECKING

import pytest

import imgscan
from tests.real.listing import RUNTIME_PATHS, analysed, differences, exported
from tests.real.samples import APP, FORMATS, SAMPLES, truth

if TYPE_CHECKING:
    from pathlib import Path

EXPORT = SAMPLES / "app-2.0-rootfs.tar"
LAYERED = [
    APP,
    FORMATS / "oci-archive.gzip.tar",
    FORMATS / "oci-archive.zstd-chunked.tar",
    FORMATS / "dir.plain",
    FORMATS / "docker-archive.tar.zst",
    SAMPLES / "built-by-buildkit.tar.gz",
    SAMPLES / "squashed.tar",
]
KINDS = {"f": "file", "d": "directory", "l": "symlink", "c": "character", "b": "block", "p": "fifo"}


def listed_by_gnu_tar() -> dict[str, tuple[object, ...]]:
    """Path: kind, mode, uid, gid, size, number of names, link target."""
    lines = (SAMPLES / "app-2.0-rootfs.files.tsv").read_text().splitlines()
    found: dict[str, tuple[object, ...]] = {}
    for line in lines[1:]:
        path, kind, mode, uid, gid, size, _, links, target = line.split("\t")
        found[path] = (KINDS[kind], int(mode, 8), int(uid), int(gid), int(size), int(links), target or None)
    return found


def listed_by_imgscan(image: imgscan.Image) -> dict[str, tuple[object, ...]]:
    rows = image.rootfs.to_pylist()
    names = Counter(row["inode"] for row in rows)
    columns = ("kind", "mode", "uid", "gid", "size")
    return {
        row["path"]: (*(row[column] for column in columns), names[row["inode"]], row["link_target"])
        for row in rows
        if row["path"]
    }


def digests(image: imgscan.Image) -> dict[str, str]:
    return {row["path"]: row["digest"].hex() for row in image.rootfs.to_pylist() if row["digest"] is not None}


def digests_by_sha256sum() -> dict[str, str]:
    lines = (SAMPLES / "app-2.0-rootfs.sha256").read_text().splitlines()
    return {path: digest for digest, path in (line.split("  ", 1) for line in lines)}


def only_in_image(paths: dict[str, object]) -> dict[str, object]:
    """Without what the engine put in and the image has not: of RUNTIME_PATHS the image has dev, etc, proc and sys."""
    in_image = {"dev", "etc", "proc", "sys"}
    return {path: value for path, value in paths.items() if path in in_image or path.encode() not in RUNTIME_PATHS}


@pytest.mark.parametrize("archive", LAYERED, ids=lambda path: path.name)
def test_layers_stack_to_what_gnu_tar_lists(archive: Path) -> None:
    assert listed_by_imgscan(imgscan.open(archive)) == only_in_image({**listed_by_gnu_tar()})


@pytest.mark.parametrize("archive", LAYERED, ids=lambda path: path.name)
def test_contents_are_what_sha256sum_says(archive: Path) -> None:
    assert digests(imgscan.open(archive)) == only_in_image({**digests_by_sha256sum()})


@pytest.mark.parametrize("archive", [*LAYERED, EXPORT, SAMPLES / "imported.tar.gz"], ids=lambda path: path.name)
def test_devices_attributes_and_hard_links_are_the_exports(archive: Path) -> None:
    assert differences(exported(EXPORT), analysed(imgscan.open(archive))) == []


def test_a_flat_root_filesystem_is_itself() -> None:
    image = imgscan.open(EXPORT)
    assert image.format == "rootfs"
    assert listed_by_imgscan(image) == listed_by_gnu_tar()
    assert digests(image) == digests_by_sha256sum()
    assert image.size.waste_bytes == 0
    assert image.size.rootfs_bytes == image.size.file_bytes


def test_rootfs_bytes_count_every_inode_once() -> None:
    counted = sum(entry.size / len(entry.names) for entry in exported(EXPORT).values() if entry.kind == "file")
    assert imgscan.open(APP).size.rootfs_bytes == pytest.approx(counted, abs=1e-6)


# Waste, as the comments of dockerfiles/app-2.0/Dockerfile announce it

STEPS = {
    "packages": "in /var/cache/packages",
    "unpack": "for name in left-pad colours",
    "application": " in ./",
    "key": "in /root/.ssh/id_ed25519",
    "credentials": "in /root/.aws/credentials",
    "licence": "licence checked",
    "remove": "rm -rf /root/.ssh /root/.aws /var/cache/packages",
    "settings": "in config/settings.json",
    "theme": "rm -rf static/theme",
    "locale": "rm -rf locale",
    "chown": "chown -R 10001:10001",
    "chmod": "chmod 750",
    "link": "ln bin/server bin/worker",
}
APPLICATION = "srv/app/"
WASTED = [
    # path, cause, held by, caused by
    ("var/cache/packages/left-pad-1.3.0.pkg", "removed", "packages", "remove"),
    ("var/cache/packages/colours-1.4.2.pkg", "removed", "packages", "remove"),
    ("root/.ssh/id_ed25519", "removed", "key", "remove"),
    ("root/.aws/credentials", "removed", "credentials", "remove"),
    (APPLICATION + "config/settings.json", "overwritten", "application", "settings"),
    (APPLICATION + "static/theme/font.woff2", "removed", "application", "theme"),
    (APPLICATION + "static/theme/theme.css", "removed", "application", "theme"),
    (APPLICATION + "locale/de.csv", "removed", "application", "locale"),
    (APPLICATION + "locale/fr.csv", "removed", "application", "locale"),
    (APPLICATION + "locale/en.csv", "overwritten", "application", "locale"),
    (APPLICATION + "config/settings.json", "recopied", "settings", "chown"),
    (APPLICATION + "static/theme", "recopied", "theme", "chown"),
    (APPLICATION + "locale/en.csv", "recopied", "locale", "chown"),
    (APPLICATION + "licence.txt", "recopied", "licence", "chown"),
    (APPLICATION + "vendor/left-pad/index.js", "recopied", "unpack", "chown"),
    (APPLICATION + "vendor/colours/index.js", "recopied", "unpack", "chown"),
    (APPLICATION + "bin/server", "recopied", "application", "chown"),
    (APPLICATION + "bin/server", "recopied", "chown", "chmod"),
    (APPLICATION + "bin/server", "recopied", "chmod", "link"),
    (APPLICATION + "catalogue.csv", "recopied", "application", "chown"),
    (APPLICATION + "catalogue.csv", "recopied", "chown", "chmod"),
    (APPLICATION + "static/logo.png", "recopied", "application", "chown"),
    (APPLICATION + "static/admin/logo.png", "recopied", "application", "chown"),
]


def expected_waste() -> Counter[tuple[str, int, str, int, int]]:
    """The list above, and for `chown -R` every other file of the application, with sizes by tarfile."""
    original = truth(APP)
    layer = {step: original.made_by(part) for step, part in STEPS.items()}
    named = {(path, held) for path, _, held, _ in WASTED}
    copied = [
        (member.name, "recopied", "application", "chown")
        for member in original.members(layer["application"])
        if member.isreg() and member.size and (member.name, "application") not in named
    ]
    return Counter(
        (path, original.size(layer[held], path), cause, layer[held], layer[caused])
        for path, cause, held, caused in [*WASTED, *copied]
    )


def test_waste_is_what_the_dockerfile_says() -> None:
    rows = imgscan.open(APP).waste.to_pylist()
    found = Counter((row["path"], row["bytes"], row["cause"], row["held_by"], row["caused_by"]) for row in rows)
    assert found == expected_waste()


def test_the_ledger_adds_the_waste_up() -> None:
    image, original, expected = imgscan.open(APP), truth(APP), expected_waste()
    for layer, ledger in enumerate(image.ledger().layers):
        for cause in ("overwritten", "recopied", "removed", "repeated"):
            wasted = sum(bytes_ for _, bytes_, why, held, _ in expected if (why, held) == (cause, layer))
            assert getattr(ledger, cause) == wasted
        assert ledger.file_bytes == original.file_bytes(layer)
        assert ledger.tar_bytes == len(original.layers[layer])
    assert image.size.waste_bytes == sum(bytes_ for _, bytes_, *_ in expected)
    assert image.ledger().total.visible == image.size.rootfs_bytes


def test_secrets_that_were_removed_can_still_be_taken_out() -> None:
    """`offset` says where: the bytes stand in the layer that the table names."""
    image, original = imgscan.open(APP), truth(APP)
    (row,) = [row for row in image.waste.to_pylist() if row["path"] == "root/.ssh/id_ed25519"]
    change = image.changes.slice(row["row"], 1).to_pylist()[0]
    content = original.layers[row["held_by"]][change["offset"] : change["offset"] + change["stored"]]
    assert content.startswith(b"-----BEGIN OPENSSH PRIVATE KEY-----\n")
    assert hashlib.sha256(content).digest() == change["digest"]


def test_offsets_are_those_of_tarfile() -> None:
    image, original = imgscan.open(APP), truth(APP)
    wanted = [
        (layer, member.offset_data, member.size)
        for layer, content in enumerate(original.layers)
        for member in tarfile.open(fileobj=io.BytesIO(content))  # noqa: SIM115 - it holds no file
        if member.isreg() and "/.wh." not in f"/{member.name}"
    ]
    changes = [row for row in image.changes.to_pylist() if row["kind"] == "file"]
    assert [(row["layer"], row["offset"], row["stored"]) for row in changes] == wanted


def test_duplicates_are_the_two_logos() -> None:
    original = truth(APP)
    (duplicate,) = imgscan.open(APP).report().duplicates
    size = original.size(original.made_by(STEPS["application"]), APPLICATION + "static/logo.png")
    assert duplicate.paths == [APPLICATION + "static/admin/logo.png", APPLICATION + "static/logo.png"]
    assert (duplicate.bytes, duplicate.copies) == (size, 2)
    assert duplicate.digest == "sha256:" + digests_by_sha256sum()[duplicate.paths[0]]


def test_a_temporary_file_within_one_layer_costs_nothing() -> None:
    image = imgscan.open(APP)
    made = truth(APP).made_by("cat catalogue.csv > /tmp/part")
    assert "tmp/part" not in image.changes["path"].to_pylist()
    assert image.ledger().layers[made].waste_bytes == 0


def test_largest_files_are_those_of_the_export() -> None:
    files = {entry.names: entry.size for entry in exported(EXPORT).values() if entry.kind == "file"}
    largest = imgscan.open(APP).report(top=10).largest.files
    assert [each.bytes for each in largest] == sorted(files.values(), reverse=True)[:10]
    assert all(files[names] == each.bytes for each in largest for names in files if each.path.encode() in names)
    assert {each.path: each.links for each in largest}[APPLICATION + "bin/server"] == 2
