"""A root filesystem as GNU tar writes it in each of its dialects: alone, and as the layer of ``docker import``."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

import imgscan
from tests.real.listing import Listing, analysed, differences, exported
from tests.real.tools import require, run

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.real.engine import Engine

pytestmark = pytest.mark.engine

# What the older dialects cannot say: names over 100 or 255 bytes, ids over 2,097,151, large device numbers, pipes.
BEYOND_USTAR = ("--exclude=srv/names", "--exclude=srv/attributes", "--exclude=srv/devices")
BEYOND_V7 = (*BEYOND_USTAR, "--exclude=initctl", "--exclude=*fifo", "--exclude=pipe*", "--exclude=dev")
DIALECTS = {
    "gnu": ("--format=gnu",),
    "gnu-sparse": ("--format=gnu", "--sparse"),
    "oldgnu-sparse": ("--format=oldgnu", "--sparse"),
    "pax": ("--format=pax", "--xattrs", "--xattrs-include=*"),
    "pax-sparse": ("--format=pax", "--sparse"),
    "pax-sparse-0.0": ("--format=pax", "--sparse", "--sparse-version=0.0"),
    "pax-sparse-0.1": ("--format=pax", "--sparse", "--sparse-version=0.1"),
    "ustar": ("--format=ustar", *BEYOND_USTAR),
    "v7": ("--format=v7", *BEYOND_V7),
}


@pytest.fixture(scope="module")
def tree(tricky: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tricky root filesystem unpacked, with holes where it has runs of zeros."""
    require("tar", "fallocate")
    folder = tmp_path_factory.mktemp("tree")
    run(
        *("tar", "--extract", f"--file={tricky / 'exported.tar'}", f"--directory={folder}", "--xattrs"),
        *("--numeric-owner", "--preserve-permissions", "--delay-directory-restore", "--exclude=toolbox/setfattr"),
    )
    for name in ("hole", "middle"):
        run("fallocate", "--dig-holes", folder / "srv/sizes" / name)
    with (folder / "srv/sizes/many-holes").open("wb") as file:
        for at in range(60):  # more than fit into one old GNU header
            file.seek(at * 65_536)
            file.write(b"island %d\n" % at)
    return folder


@pytest.fixture(scope="module")
def archive(tree: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The tree as a tar in one of the dialects."""
    folder = tmp_path_factory.mktemp("archives")

    def write(dialect: str) -> Path:
        path = folder / f"{dialect}.tar"
        options = (f"--file={path}", f"--directory={tree}", "--numeric-owner", "--sort=name", *DIALECTS[dialect])
        if not path.exists():
            run("tar", "--create", *options, ".")
        return path

    return write


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_dialect_is_read_as_tarfile_reads_it(archive: Callable[[str], Path], dialect: str) -> None:
    path = archive(dialect)
    assert differences(exported(path), analysed(imgscan.open(path)), added=frozenset()) == []


@pytest.mark.parametrize("dialect", [name for name in DIALECTS if "sparse" not in name])
def test_an_imported_tar(engine: Engine, archive: Callable[[str], Path], tmp_path: Path, dialect: str) -> None:
    image = f"imported:{dialect}"
    engine.docker("import", archive(dialect), image)
    layered = analysed(imgscan.open(engine.save(image, tmp_path / "saved.tar")))
    assert differences(analysed(imgscan.open(archive(dialect))), layered, added=frozenset()) == []
    export = exported(engine.export(image, tmp_path / "exported.tar"))
    assert differences(export, with_capabilities_alone(layered)) == []


@pytest.mark.parametrize("dialect", ["pax-sparse", "pax-sparse-0.0", "pax-sparse-0.1"])
def test_an_imported_tar_with_holes(
    engine: Engine, archive: Callable[[str], Path], tmp_path: Path, dialect: str
) -> None:
    """Docker 20.10 takes no holes in GNU's own dialects, and cannot save those that it takes."""
    image = f"imported:{dialect}"
    engine.docker("import", archive(dialect), image)
    export = exported(engine.export(image, tmp_path / "exported.tar"))
    assert differences(export, with_capabilities_alone(analysed(imgscan.open(archive(dialect))))) == []


def test_holes_are_not_stored(archive: Callable[[str], Path], tree: Path) -> None:
    """`size` is what a container sees, `stored` and so `file_bytes` what the layer holds."""
    for dialect in DIALECTS:
        rows = {row["path"]: row for row in imgscan.open(archive(dialect)).changes.to_pylist()}
        for name in ("hole", "many-holes", "middle", "1048576"):
            row, status = rows[f"srv/sizes/{name}"], (tree / "srv/sizes" / name).stat()
            assert row["size"] == status.st_size
            if "sparse" in dialect and name != "1048576":
                assert row["stored"] <= status.st_blocks * 512 < row["size"]
            else:
                assert row["stored"] == row["size"]


def with_capabilities_alone(listing: Listing) -> Listing:
    """Docker 20.10 exports no other extended attributes."""
    return {
        path: replace(entry, xattrs=tuple(pair for pair in entry.xattrs if pair[0] == "security.capability"))
        for path, entry in listing.items()
    }
