"""Tables as plain Python values, for tests that say what they expect in one line."""

from hashlib import sha256

import imgscan


def kinds(image: imgscan.Image) -> dict[str, str]:
    """Path -> kind of all that a container sees; no path may occur twice."""
    rows = image.rootfs.to_pylist()
    found = {row["path"]: row["kind"] for row in rows}
    assert len(found) == len(rows)
    return found


def file_layers(image: imgscan.Image) -> dict[str, int]:
    """Path -> layer of the entry, for what a container sees as a file."""
    return {row["path"]: row["layer"] for row in image.rootfs.to_pylist() if row["kind"] == "file"}


def contents(image: imgscan.Image) -> dict[str, bytes]:
    """Path -> sha256 of the content, for what a container sees as a file."""
    return {row["path"]: row["digest"] for row in image.rootfs.to_pylist() if row["kind"] == "file"}


def digest(content: bytes) -> bytes:
    """The digest as tables hold it."""
    return sha256(content).digest()


def changes(image: imgscan.Image) -> list[dict]:
    """The changes table, a dict an entry."""
    return image.changes.to_pylist()


def only_change(image: imgscan.Image) -> dict:
    """The one entry there is."""
    (row,) = image.changes.to_pylist()
    return row


def wasted(image: imgscan.Image) -> list[tuple[str, int, str, int, int]]:
    """path, bytes, cause, layer that holds them, layer that caused it; in the table's order."""
    columns = ("path", "bytes", "cause", "held_by", "caused_by")
    return [tuple(row[column] for column in columns) for row in image.waste.to_pylist()]
