"""A root filesystem as two witnesses list it: the standard library's tarfile on an export, and imgscan."""

from __future__ import annotations

import hashlib
import tarfile
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    import imgscan

# What an engine puts into every container, present in the image or not.
RUNTIME_PATHS = frozenset(
    b"dev dev/console dev/pts dev/shm etc etc/hostname etc/hosts etc/mtab etc/resolv.conf proc sys".split()
) | {b".dockerenv"}

_KINDS = {
    tarfile.REGTYPE: "file",
    tarfile.AREGTYPE: "file",
    tarfile.DIRTYPE: "directory",
    tarfile.SYMTYPE: "symlink",
    tarfile.CHRTYPE: "character",
    tarfile.BLKTYPE: "block",
    tarfile.FIFOTYPE: "fifo",
}
_XATTR = "SCHILY.xattr."


@dataclass(frozen=True)
class Entry:
    """All that can be said of a path. ``names`` are all paths of the same inode, itself included."""

    kind: str
    mode: int | None
    uid: int | None
    gid: int | None
    size: int
    link_target: str | None
    device: str | None
    xattrs: tuple[tuple[str, bytes], ...]
    sha256: str | None
    names: tuple[bytes, ...]


Listing = dict[bytes, Entry]


def exported(archive: Path) -> Listing:
    """What ``docker export`` or ``podman export`` wrote, by tarfile."""
    first: dict[bytes, tarfile.TarInfo] = {}
    contents: dict[bytes, str] = {}
    inode: dict[bytes, bytes] = {}
    with tarfile.open(archive) as tar:
        for member in tar:
            path = _normal(member.name)
            if member.islnk():
                inode[path] = inode[_normal(member.linkname)]
                continue
            first[path], inode[path] = member, path
            if member.isreg():
                contents[path] = hashlib.sha256(_content(tar, member)).hexdigest()
    names = _names(inode.items())
    return {path: _of_member(first[at], contents.get(at), names[at]) for path, at in inode.items() if path}


def _content(tar: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    file = tar.extractfile(member)
    assert file is not None
    return file.read()


def _normal(name: str) -> bytes:
    path = _raw(name).removeprefix(b"./").strip(b"/")
    return b"" if path == b"." else path


def _raw(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _names(inodes: Iterable[tuple[bytes, Any]]) -> dict[Any, tuple[bytes, ...]]:
    names: dict[Any, list[bytes]] = {}
    for path, inode in inodes:
        names.setdefault(inode, []).append(path)
    return {inode: tuple(sorted(each)) for inode, each in names.items()}


def _of_member(member: tarfile.TarInfo, sha256: str | None, names: tuple[bytes, ...]) -> Entry:
    is_device = member.ischr() or member.isblk()
    return Entry(
        kind="file" if member.issparse() else _KINDS[member.type],
        mode=member.mode & 0o7777,  # Go writes the type of file into it too
        uid=member.uid,
        gid=member.gid,
        size=member.size if member.isreg() else 0,
        link_target=_raw(member.linkname).decode(errors="backslashreplace") if member.issym() else None,
        device=f"{member.devmajor}:{member.devminor}" if is_device else None,
        xattrs=tuple(
            sorted(
                (name.removeprefix(_XATTR), _raw(value))
                for name, value in member.pax_headers.items()
                if name.startswith(_XATTR)
            )
        ),
        sha256=sha256,
        names=names,
    )


def analysed(image: imgscan.Image) -> Listing:
    """The rootfs table of an image, with the columns that only its changes table has."""
    rows = image.rootfs.to_pylist()
    changes = image.changes.select(["raw_path", "device", "xattrs"]).to_pylist()
    paths = [_raw_path(row, changes) for row in rows]
    inodes = [-1 - at if row["inode"] is None else row["inode"] for at, row in enumerate(rows)]
    names = _names(zip(paths, inodes, strict=True))
    return {
        path: _of_row(row, {} if row["inode"] is None else changes[row["inode"]], names[inode])
        for path, row, inode in zip(paths, rows, inodes, strict=True)
        if path
    }


def _raw_path(row: Mapping[str, Any], changes: list[dict[str, Any]]) -> bytes:
    """The column `path` is normalised but shows bytes that are not UTF-8, `raw_path` the other way round."""
    raw = None if row["row"] is None else changes[row["row"]]["raw_path"]
    if raw is None or raw.decode(errors="ignore").encode() == raw:
        return str(row["path"]).encode()
    return bytes(raw).strip(b"/")


def _of_row(row: Mapping[str, Any], held: Mapping[str, Any], names: tuple[bytes, ...]) -> Entry:
    return Entry(
        kind=row["kind"],
        mode=row["mode"],
        uid=row["uid"],
        gid=row["gid"],
        size=row["size"],
        link_target=row["link_target"],
        device=held.get("device"),
        xattrs=tuple(sorted(held.get("xattrs") or ())),
        sha256=None if row["digest"] is None else row["digest"].hex(),
        names=names,
    )


def differences(engine: Listing, imgscan_says: Listing, added: frozenset[bytes] = RUNTIME_PATHS) -> list[str]:
    """Every path, and every attribute of it, on which the two disagree; ``added`` may be in the engine's alone."""
    found = [f"only the engine has {path!r}" for path in sorted(engine.keys() - imgscan_says.keys() - added)]
    found += [f"only imgscan has {path!r}" for path in sorted(imgscan_says.keys() - engine.keys())]
    for path in sorted(engine.keys() & imgscan_says.keys()):
        wanted, got = asdict(engine[path]), asdict(imgscan_says[path])
        found += [
            f"{path!r}: {name} is {wanted[name]!r} in the engine, {got[name]!r} in imgscan"
            for name in wanted
            if wanted[name] != got[name]
        ]
    return found
