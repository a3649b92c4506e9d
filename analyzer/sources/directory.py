"""dir: what `skopeo copy … dir:PATH` writes: one image, ``manifest.json`` and blobs named by their digest's hex.

A folder by itself, or what a tar of its content holds.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from ..digest import Digest
from ..errors import UnsupportedImageError
from ..model import Config, Index, decode_metadata
from .candidates import Candidate
from .manifests import absent_blobs, load_image, parse_document, read_verified

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .files import Files

FORMAT = "dir"
MANIFEST = "manifest.json"


def found_in(files: Files) -> bool:
    """Whether the files have this layout: docker-archive's manifest.json is a list, this one an object."""
    return MANIFEST in files and files.read(MANIFEST).lstrip()[:1] == b"{"


def packed_in(files: Files) -> bool:
    """Whether the files of an archive have it: a web page in a root filesystem may have a manifest.json too."""
    return found_in(files) and b'"schemaVersion"' in files.read(MANIFEST)


def images(files: Files) -> Sequence[Candidate]:
    """The one image; raises UnsupportedImageError for an index, whose platforms dir: numbers by itself."""
    raw = files.read(MANIFEST)
    manifest = parse_document(raw, MANIFEST)
    if isinstance(manifest, Index):
        raise UnsupportedImageError(
            f"{files.label} is a dir: of several platforms",
            image=files.label,
            hint="copy it to an OCI layout: skopeo copy --all dir:PATH oci:PATH",
        )
    absent = absent_blobs(files, manifest, _path)
    platform = None
    if _path(manifest.config.digest) in files:
        config = read_verified(files, _path(manifest.config.digest), manifest.config)
        platform = decode_metadata(config, Config, f"config {manifest.config.digest}").platform
    load = partial(
        load_image,
        files,
        manifest,
        _path,
        manifest_digest=Digest.of(raw),
        form=FORMAT,
        tags=(),
        notes=(),
    )
    return [Candidate(0, (), platform, absent, load)]


def _path(digest: Digest) -> str:
    return digest.hex
