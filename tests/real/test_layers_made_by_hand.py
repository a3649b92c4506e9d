"""Layers that engines read and never write: what a container of them sees is for the engine to say.

Where storage drivers differ, the default decides: overlay2 unpacks each layer by itself.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

import imgscan
from tests.images import Image, Layer, docker_archive
from tests.real.listing import analysed, differences, exported

if TYPE_CHECKING:
    from pathlib import Path

    from tests.real.engine import Engine

pytestmark = pytest.mark.engine


def linked() -> Layer:
    return Layer().directory("usr").directory("usr/lib").file("usr/lib/old", b"old").symlink("lib", "usr/lib")


def below() -> Layer:
    return Layer().directory("d").file("d/a", b"a of the lower layer").file("d/b", b"b")


LAYERS = {
    # paths through symbolic links
    "through a link of a lower layer": [linked(), Layer().file("lib/new", b"new")],
    "through an absolute link of a lower layer": [
        linked().symlink("absolute", "/usr/lib"),
        Layer().file("absolute/new", b"new"),
    ],
    "a directory over a link": [linked(), Layer().directory("lib").file("lib/new", b"new")],
    "a whiteout through a link of a lower layer": [linked(), Layer().whiteout("lib/old")],
    "an opaque whiteout through a link of a lower layer": [linked(), Layer().opaque("lib").file("lib/new", b"new")],
    "through a link of the same layer": [linked().file("lib/new", b"new")],
    "through links of the same layer to a link": [linked().symlink("l", "lib").file("l/new", b"new")],
    "a hard link to a path through a link": [linked().hardlink("too", "lib/old")],
    "a hard link through a link to a path through a link": [linked().hardlink("lib/too", "lib/old")],
    "a hard link to a symbolic link": [linked().hardlink("lib-too", "lib", mode=0o777)],
    # whiteouts
    "a whiteout before the new entry": [below(), Layer().whiteout("d/a").file("d/a", b"new")],
    "an opaque whiteout before the content": [below(), Layer().directory("d").opaque("d").file("d/a", b"new")],
    "an opaque whiteout after the content": [below(), Layer().directory("d").file("d/a", b"new").opaque("d")],
    "an opaque whiteout and then another layer": [below(), Layer().opaque("d"), Layer().file("d/c", b"c")],
    "a whiteout of nothing": [below(), Layer().directory("d").whiteout("d/none").whiteout("none")],
    "a whiteout of a directory": [below(), Layer().whiteout("d")],
    "whiteouts of a directory and, layers later, of its like": [
        below(),
        Layer().whiteout("d"),
        below(),
        Layer().directory("d").whiteout("d/a"),
    ],
    # kinds in each other's places
    "a file over a directory": [below(), Layer().file("d", b"file")],
    "a directory over a file": [Layer().file("d", b"file"), below()],
    "an implied directory over a file": [Layer().file("d", b"file"), Layer().file("d/a", b"a")],
    "a symbolic link over a directory": [below(), Layer().symlink("d", "elsewhere")],
    "a directory again, with other attributes": [below(), Layer().directory("d", mode=0o700, uid=7, gid=8)],
    # names
    "./ before every name": [
        Layer().directory("./").directory("./d").file("./d/a", b"a").hardlink("./d/l", "./d/a"),
        Layer().whiteout("./d/a"),
    ],
    "/ before every name": [Layer().directory("/d").file("/d/a", b"a").hardlink("/d/l", "/d/a")],
    ".. within a name": [Layer().directory("d").file("d/../e", b"e").file("d/./f", b"f").file("d//g", b"g")],
    "no entry for any directory": [Layer().file("x/y/z", b"1"), Layer().file("x/q/z", b"2").whiteout("x/y/z")],
    # hard links over layers' borders
    "one of two names removed": [
        below().hardlink("d/l", "d/a"),
        Layer().whiteout("d/a"),
    ],
    "one of two names overwritten": [below().hardlink("d/l", "d/a"), Layer().file("d/l", b"other")],
    "a hard link with other rights in its header": [below().hardlink("d/l", "d/a", mode=0o600, uid=7, gid=8)],
    # numbers
    "large ids and a large mode": [Layer().file("f", b"f", uid=4_000_000_000, gid=2_097_152, mode=0o7777)],
    "file capabilities": [
        Layer().file(
            "f", b"f", xattrs={"security.capability": bytes.fromhex("0100000200200000000000000000000000000000")}
        )
    ],
}


@pytest.mark.parametrize("name", LAYERS)
def test_layers_made_by_hand(engine: Engine, tmp_path: Path, name: str) -> None:
    archive, tag = tmp_path / "image.tar", f"by-hand:{list(LAYERS).index(name)}"
    archive.write_bytes(docker_archive(Image(LAYERS[name], tags=[tag])))
    engine.docker("load", "--input", archive)
    export = exported(engine.export(tag, tmp_path / "exported.tar"))
    found = analysed(imgscan.open(archive))
    # A directory that no layer has an entry for gets rights of the engine's choice.
    wanted = {
        path: replace(entry, mode=None, uid=None, gid=None) if path in found and found[path].mode is None else entry
        for path, entry in export.items()
    }
    assert differences(wanted, found) == []
