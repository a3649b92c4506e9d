"""Files of the sample images, listed and read, against sha256sum, tarfile, find and GNU tar and ls."""

from __future__ import annotations

import csv
import io
import re
import tarfile
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest

import imgscan
from tests.real.listing import RUNTIME_PATHS
from tests.real.samples import APP, COMPRESSED, FORMATS, PLAIN, SAMPLES, truth
from tests.real.tools import require, require_root, run

if TYPE_CHECKING:
    from pathlib import Path

    import pyarrow as pa

EXPORTED = SAMPLES / "app-2.0-rootfs.tar"
SUMS = dict(reversed(line.split("  ", 1)) for line in (SAMPLES / "app-2.0-rootfs.sha256").read_text().splitlines())
IN_IMAGE = sorted(path for path in SUMS if path.encode() not in RUNTIME_PATHS)


def by_path(table: pa.Table) -> dict[str, dict]:
    return {row["path"]: row for row in table.to_pylist()}


@pytest.mark.parametrize("name", [*PLAIN, *COMPRESSED])
def test_contents_are_what_sha256sum_said_of_them(name: str) -> None:
    """In every format and compression, of every file that a container sees."""
    image = imgscan.open(FORMATS / name)
    assert len(IN_IMAGE) > 30
    assert {path: sha256(image.read(path)).hexdigest() for path in IN_IMAGE} == {path: SUMS[path] for path in IN_IMAGE}


@pytest.mark.parametrize(
    "path", [APP, FORMATS / "docker-archive.tar.gz", FORMATS / "dir.gzip"], ids=lambda path: path.name
)
def test_every_layer_gives_what_tarfile_reads_in_it(path: Path) -> None:
    image, original = imgscan.open(path), truth(APP)
    read = 0
    for layer, content in enumerate(original.layers):
        with tarfile.open(fileobj=io.BytesIO(content)) as tar:
            for member in tar:
                if member.isreg() and ".wh." not in member.name:
                    file = tar.extractfile(member)
                    assert file is not None
                    assert image.read(member.name, layer) == file.read(), (layer, member.name)
                    read += 1
    assert read > 60


def test_a_removed_secret_is_still_there() -> None:
    image = imgscan.open(APP)
    layer = truth(APP).made_by("in /root/.ssh/id_ed25519")
    content = image.read("/root/.ssh/id_ed25519", layer)
    assert content.startswith(b"-----BEGIN OPENSSH PRIVATE KEY-----")
    with pytest.raises(imgscan.ImgscanError) as raised:
        image.read("/root/.ssh/id_ed25519")
    assert raised.value.hint == f"layer {layer} has it: --layer {layer}"


def test_a_listing_is_what_find_printed_in_the_container() -> None:
    found = by_path(imgscan.open(APP).list(recursive=True))
    with (SAMPLES / "app-2.0-rootfs.files.tsv").open(newline="") as file:
        wanted = {row["path"]: row for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)}
    assert found.keys() <= wanted.keys()
    assert {path for path in wanted.keys() - found.keys() if path.encode() not in RUNTIME_PATHS} == set()
    for path, entry in found.items():
        row = wanted[path]
        assert oct(entry["mode"])[2:] == row["mode"], path
        assert (entry["uid"], entry["gid"], entry["links"]) == tuple(int(row[key]) for key in ("uid", "gid", "links"))
        assert (entry["link_target"] or "") == row["link_target"]
        assert entry["kind"] != "file" or entry["size"] == int(row["size"])
        assert entry["kind"] == "directory" or int(entry["mtime"].timestamp()) == int(row["mtime"])


LINE = re.compile(r"(\S{10}) (\S+)/(\S+) +(\S+) (\S+ \S+) (.*)")


def by_gnu_tar(archive: Path) -> dict[str, tuple[str, str, str, str, str, str]]:
    """Path -> permissions, uid, gid, size or device, time and what the path is a link to."""
    listing = run("tar", "--numeric-owner", "--utc", "--quoting-style=literal", "-tvf", archive).decode()
    found = {}
    for line in listing.splitlines():
        match = LINE.fullmatch(line)
        assert match is not None, line
        permissions, uid, gid, size, time, name = match.groups()
        path, _, target = re.sub(" (->|link to) ", "\0", name, count=1).partition("\0")
        found[path.strip("/")] = (permissions, uid, gid, size, time, target)
    return found


def as_tar_has_it(row: dict) -> tuple[str, str, str, str, str, str]:
    size = row["device"].replace(":", ",") if row["device"] else str(row["size"])
    mtime = row["mtime"].strftime("%Y-%m-%d %H:%M")
    return row["permissions"], str(row["uid"]), str(row["gid"]), size, mtime, row["link_target"] or ""


@pytest.mark.parametrize("layer", [0, 5, 6, 14, 15, 16])
def test_a_layer_is_listed_as_gnu_tar_lists_it(layer: int, tmp_path: Path) -> None:
    require("tar")
    archive = tmp_path / "layer.tar"
    archive.write_bytes(truth(APP).layers[layer])
    found = {
        row["path"]: as_tar_has_it(row)
        for row in imgscan.open(APP).list(layer=layer, recursive=True).to_pylist()
        if row["row"] is not None
    }
    assert found == by_gnu_tar(archive)


def test_an_exported_root_filesystem_is_listed_as_gnu_ls_lists_it(tmp_path: Path) -> None:
    """Unpacked by GNU tar, as root, since the files have many owners; links of directories are the file system's."""
    require("tar", "ls")
    require_root()
    run("tar", "--numeric-owner", "-xpf", EXPORTED, "-C", tmp_path)
    image = imgscan.open(EXPORTED)
    folders = ["", *(row["path"] for row in image.list(recursive=True).to_pylist() if row["kind"] == "directory")]
    listed = 0
    for folder in folders:
        environment = {"TZ": "UTC", "LC_ALL": "C.UTF-8"}
        words = ("ls", "-lnA", "--time-style=long-iso", "--quoting-style=literal", tmp_path / folder)
        lines = run(*words, environment=environment).decode().splitlines()[1:]
        rows = image.list(folder).to_pylist()
        assert len(lines) == len(rows)
        for line, row in zip(sorted(lines, key=_name), sorted(rows, key=lambda row: row["path"]), strict=True):
            name = row["path"].rpartition("/")[2] + (f" -> {row['link_target']}" if row["kind"] == "symlink" else "")
            size = (row["device"] or "").replace(":", ", ") or str(row["size"] or len(row["link_target"] or ""))
            links = line.split()[1] if row["kind"] == "directory" else str(row["links"])
            size = line.split()[4] if row["kind"] == "directory" else size
            owners = [str(row["uid"]), str(row["gid"])]
            wanted = [
                row["permissions"],
                links,
                *owners,
                *size.split(),
                *f"{row['mtime']:%Y-%m-%d %H:%M}".split(),
                name,
            ]
            assert line.split(maxsplit=len(wanted) - 1) == wanted
            listed += 1
    assert listed > 90


def _name(line: str) -> str:
    return line.split(maxsplit=8 if line[0] in "cb" else 7)[-1].partition(" -> ")[0]
