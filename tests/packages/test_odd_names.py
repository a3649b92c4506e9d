r"""A folder whose name is not UTF-8 has packages like any other: they own their files, and tables show ``\xNN``."""

from __future__ import annotations

import io
import json
import zipfile
from typing import TYPE_CHECKING

import pytest

import imgscan
from tests.images import Image, Layer, docker_archive

if TYPE_CHECKING:
    from pathlib import Path

FOLDER = b"srv/caf\xe9/"
NAMED = b'{"name": "a", "version": "1"}'
GEM = b'# stub: a 1 ruby lib\nGem::Specification.new do |s|\n  s.executables = ["a"]\nend\n'


def jar() -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr("META-INF/MANIFEST.MF", "Implementation-Version: 1\n")
    return written.getvalue()


INSTALLED = {
    "python": {
        b"a-1.dist-info/METADATA": b"Name: a\nVersion: 1\n",
        b"a-1.dist-info/RECORD": b"a/b.py,,\na-1.dist-info/METADATA,,\na-1.dist-info/RECORD,,\n",
        b"a/b.py": b"x = 1\n",
        b"a/__pycache__/b.cpython-311.pyc": b"compiled",
    },
    "npm": {b"node_modules/a/package.json": NAMED, b"node_modules/a/caf\xe9.js": b"x"},
    "conda": {
        b"conda-meta/a-1-0.json": json.dumps({"name": "a", "version": "1", "files": ["lib/a.so"]}).encode(),
        b"lib/a.so": b"x",
    },
    "gem": {b"specifications/a-1.gemspec": GEM, b"gems/a-1/lib/a.rb": b"x", b"bin/a": b"x", b"cache/a-1.gem": b"x"},
    "composer": {
        b"composer/installed.json": b'[{"name": "acme/a", "version": "1"}]',
        b"acme/a/code.php": b"<?php\n",
    },
    "java": {b"a.jar": jar()},
}
NOBODYS = {b"composer/installed.json"}


@pytest.mark.parametrize("ecosystem", INSTALLED)
def test_a_package_owns_its_files_whatever_the_folder_is_called(ecosystem: str, tmp_path: Path) -> None:
    rows = []
    for place, folder in enumerate((FOLDER, b"srv/cafe/")):
        layer = Layer()
        for path, content in INSTALLED[ecosystem].items():
            layer.file(folder + path, content)
        file = tmp_path / f"{place}.tar"
        file.write_bytes(docker_archive(Image([layer])))
        rows.append(imgscan.open(file).packages_of([ecosystem]).to_pylist())
    odd, plain = rows

    owned = [content for path, content in INSTALLED[ecosystem].items() if path not in NOBODYS]
    assert [(each["files"], each["file_bytes"]) for each in odd] == [(len(owned), sum(map(len, owned)))]
    assert [{**each, "told_by": ""} for each in odd] == [{**each, "told_by": ""} for each in plain]
    assert odd[0]["told_by"] == plain[0]["told_by"].replace("cafe", r"caf\xe9")


def test_a_jar_without_a_name_of_its_own_is_called_as_it_is_shown(tmp_path: Path) -> None:
    file = tmp_path / "image.tar"
    file.write_bytes(docker_archive(Image([Layer().file(b"caf\xe9.jar", jar())])))

    (row,) = imgscan.open(file).packages_of(["java"]).to_pylist()
    assert (row["name"], row["told_by"], row["files"]) == (r"caf\xe9", r"caf\xe9.jar", 1)


def test_what_one_package_brings_along_in_an_odd_folder_is_within_it(tmp_path: Path) -> None:
    inner = FOLDER + b"a/_vendor/b-2.dist-info/METADATA"
    layer = Layer().file(FOLDER + b"a-1.dist-info/METADATA", b"Name: a\nVersion: 1\n")
    layer.file(FOLDER + b"a-1.dist-info/RECORD", b"a/_vendor/b-2.dist-info/METADATA,,\n")
    layer.file(inner, b"Name: b\nVersion: 2\n")
    file = tmp_path / "image.tar"
    file.write_bytes(docker_archive(Image([layer])))

    rows = {row["name"]: row["files"] for row in imgscan.open(file).packages_of(["python"]).to_pylist()}
    assert rows == {"a": 3, "b": 0}
