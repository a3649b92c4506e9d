"""One attempt to read hostile bytes: it works, or it ends in an error that imgscan raises on purpose."""

from pathlib import Path

import imgscan
from analyzer.errors import InternalError

LIMITS = imgscan.Limits(tar_bytes=64 * 1024 * 1024, entries=100_000)


def read_some(image: imgscan.Image) -> None:
    """Read small files of the root filesystem and of layers: all of what is listed, or an error as above."""
    rows = [*image.list(recursive=True).to_pylist(), *image.list(all_layers=True, recursive=True).to_pylist()]
    for row in [row for row in rows if row["kind"] == "file" and row["size"] < 1_000_000][:60]:
        image.read(row["path"], row["layer"])


def attempt(content: bytes, path: Path) -> str:
    """Read all there is to read; the name of the error, or "read". Whatever else is raised is a defect."""
    path.write_bytes(content)
    try:
        image = imgscan.open(path, limits=LIMITS)
        image.report()
        tables = image.tables()
        tables["listing"] = image.list(recursive=True)
        tables["every version"] = image.list(all_layers=True, recursive=True)
        read_some(image)
    except InternalError:
        raise
    except imgscan.ImgscanError as error:
        return type(error).__name__
    for table in tables.values():
        table.validate(full=True)
    return "read"
