"""One attempt to read hostile bytes: it works, or it ends in an error that imgscan raises on purpose."""

from pathlib import Path

import imgscan
from analyzer.errors import InternalError

LIMITS = imgscan.Limits(tar_bytes=64 * 1024 * 1024, entries=100_000)


def attempt(content: bytes, path: Path) -> str:
    """Read all there is to read; the name of the error, or "read". Whatever else is raised is a defect."""
    path.write_bytes(content)
    try:
        image = imgscan.open(path, limits=LIMITS)
        image.report()
        tables = image.tables()
    except InternalError:
        raise
    except imgscan.ImgscanError as error:
        return type(error).__name__
    for table in tables.values():
        table.validate(full=True)
    return "read"
