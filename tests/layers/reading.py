"""A layer read by the engine and by the standard library, for tests that hold one against the other."""

import io
import tarfile
from decimal import Decimal
from hashlib import sha256
from math import floor

from analyzer.layers.limits import Limits
from analyzer.layers.scan import LayerScan, scan_blob
from analyzer.layers.wanted import NO_FILES, Wanted
from analyzer.streams.base import BytesStream

KINDS = {
    tarfile.REGTYPE: "file",
    tarfile.AREGTYPE: "file",
    tarfile.CONTTYPE: "file",
    tarfile.GNUTYPE_SPARSE: "file",
    tarfile.DIRTYPE: "directory",
    tarfile.SYMTYPE: "symlink",
    tarfile.LNKTYPE: "hardlink",
    tarfile.CHRTYPE: "character",
    tarfile.BLKTYPE: "block",
    tarfile.FIFOTYPE: "fifo",
}
COLUMNS = ("path", "kind", "size", "mode", "uid", "gid", "link_target", "device", "xattrs", "digest", "mtime")


def scan(stored: bytes, limits: Limits | None = None, wanted: Wanted = NO_FILES) -> LayerScan:
    """What the engine reads."""
    return scan_blob(BytesStream(stored), limits or Limits(), lambda _: None, wanted)


def engine_rows(stored: bytes) -> list[dict]:
    """The engine's rows, in the form of `standard_rows`."""
    changes = scan(stored).changes
    times = changes["mtime"].cast("int64").to_pylist()
    rows = changes.select(COLUMNS).to_pylist()
    return [row | {"mtime": time, "xattrs": dict(row["xattrs"] or [])} for row, time in zip(rows, times, strict=True)]


def standard_rows(tar: bytes) -> list[dict]:
    """The same by tarfile and hashlib."""
    with tarfile.open(fileobj=io.BytesIO(tar), errors="surrogateescape") as opened:
        return [_row(opened, member) for member in opened]


def _row(opened: tarfile.TarFile, member: tarfile.TarInfo) -> dict:
    kind = KINDS[member.type]
    is_file = kind == "file"
    return {
        "path": _shown(member.name).strip("/").removeprefix("./"),
        "kind": kind,
        "size": member.size if is_file else 0,
        "mode": member.mode & 0o7777,
        "uid": member.uid,
        "gid": member.gid,
        "link_target": _shown(member.linkname) if kind in {"symlink", "hardlink"} else None,
        "device": f"{member.devmajor}:{member.devminor}" if kind in {"character", "block"} else None,
        "xattrs": _xattrs(member),
        "digest": sha256(opened.extractfile(member).read()).digest() if is_file else None,
        "mtime": floor(Decimal(member.pax_headers.get("mtime", member.mtime)) * 10**9),
    }


def _shown(name: str) -> str:
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def _xattrs(member: tarfile.TarInfo) -> dict[str, bytes]:
    prefix = "SCHILY.xattr."
    found = {key: value for key, value in member.pax_headers.items() if key.startswith(prefix)}
    return {key.removeprefix(prefix): value.encode("utf-8", "surrogateescape") for key, value in found.items()}
