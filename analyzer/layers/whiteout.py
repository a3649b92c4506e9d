"""Whiteouts: how a layer says that something below it is gone (layer.md, "Whiteouts"). Only here is ".wh." known."""

from __future__ import annotations

from ..tables import OPAQUE, WHITEOUT

PREFIX = b".wh."
_OPAQUE_NAME = b".wh..wh..opq"
METADATA_PREFIX = b".wh..wh."


def parse(path: bytes) -> tuple[str, bytes] | None:
    """The kind and the path it hides, or None where ``path`` is an ordinary name.

    A name of just the prefix hides nothing: it must not be taken for its directory. AUFS keeps files of
    its own under names with a doubled prefix (`is_storage_metadata`).

    >>> parse(b"etc/.wh.passwd"), parse(b"etc/.wh..wh..opq"), parse(b"etc/.wh.")
    (('whiteout', b'etc/passwd'), ('opaque', b'etc'), ('whiteout', b'etc/.wh.'))
    """
    directory, slash, name = path.rpartition(b"/")
    if not name.startswith(PREFIX):
        return None
    if name == _OPAQUE_NAME:
        return OPAQUE, directory
    if name.startswith(METADATA_PREFIX):
        return None
    hidden = name[len(PREFIX) :] or name
    return WHITEOUT, directory + slash + hidden


def is_storage_metadata(path: bytes) -> bool:
    """Whether AUFS put the file there for itself (`.wh..wh.plnk/` and the like): no container sees it.

    Files under `.wh..wh.plnk/` are targets of hard links all the same.
    """
    return any(part.startswith(METADATA_PREFIX) for part in path.split(b"/"))
