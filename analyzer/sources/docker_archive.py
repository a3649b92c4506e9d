"""docker-archive: what `docker save` writes. ``manifest.json`` lists images, each with its config and layers.

Layers stand in the order of the manifest, never of the tar; they are named by path, not by digest.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import msgspec

from ..errors import InvalidMetadataError, UnsupportedImageError
from ..model import Blob, Config, ImageMetadata, decode_metadata, stack_layers
from .archive import member_path
from .candidates import Candidate
from .files import notes_on

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .files import Files

MANIFEST = "manifest.json"
FORMAT = "docker-archive"


class _Entry(msgspec.Struct, frozen=True, rename="pascal"):
    """One image in manifest.json (Docker image specification 1.2, "Combined Image JSON")."""

    config: str
    layers: list[str] | None = None
    repo_tags: list[str] | None = None


def found_in(files: Files) -> bool:
    """Whether the files have this layout."""
    return MANIFEST in files and files.read(MANIFEST).lstrip()[:1] == b"["


def images(files: Files) -> Sequence[Candidate]:
    """The images that manifest.json lists; raises InvalidMetadataError."""
    entries = decode_metadata(files.read(MANIFEST), list[_Entry], MANIFEST)
    return [_candidate(files, index, entry) for index, entry in enumerate(entries)]


def _candidate(files: Files, index: int, entry: _Entry) -> Candidate:
    absent = tuple(name for name in [entry.config, *(entry.layers or [])] if name not in files)
    platform = None if entry.config in absent else _config(files, entry).platform
    return Candidate(
        index, tuple(entry.repo_tags or ()), platform, absent, partial(_load, files, entry), transport=FORMAT
    )


def _config(files: Files, entry: _Entry) -> Config:
    return decode_metadata(files.read(entry.config), Config, entry.config)


def _load(files: Files, entry: _Entry) -> ImageMetadata:
    raw = files.read(entry.config)
    config = decode_metadata(raw, Config, entry.config)
    if not entry.layers and config.rootfs.diff_ids:
        # moby 25.0 wrote manifests without layers (moby/moby#47065).
        raise InvalidMetadataError(
            f"{MANIFEST} lists no layers, the config has {len(config.rootfs.diff_ids)}",
            hint="Docker 25.0.0 wrote such archives: save the image again with a later version",
        )
    blobs = [Blob(member_path(name), is_symlink=files.is_symlink(name)) for name in entry.layers or []]
    layers, notes = stack_layers(config, blobs)
    tags = tuple(entry.repo_tags or ())
    return ImageMetadata(
        name=tags[0] if tags else "",
        format=FORMAT,
        manifest_digest=None,
        config=config,
        config_bytes=raw,
        layers=layers,
        tags=tags,
        notes=(*notes_on(files), *notes),
    )


def is_unreadable(files: Files) -> bool:
    """Whether `docker save` wrote the archive, and there is no list of images: it is too old, or damaged."""
    return "repositories" in files and not found_in(files)


def refuse_unreadable(files: Files) -> None:
    """Raises InvalidMetadataError for a manifest.json that is none, UnsupportedImageError for none (Docker 1.9)."""
    if not is_unreadable(files):
        return
    if MANIFEST in files:
        told = f"{MANIFEST} of {files.label} does not list images: the archive is damaged"
        raise InvalidMetadataError(told, image=files.label, hint="save the image again")
    raise UnsupportedImageError(
        f"{files.label} was saved by Docker 1.9 or older, without a {MANIFEST}",
        image=files.label,
        hint="load it and save it again with a later version",
    )
