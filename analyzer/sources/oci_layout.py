"""OCI image layout, as a directory or an archive: ``index.json`` and ``blobs/<algorithm>/<hex>`` (image-layout.md)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from ..errors import InvalidMetadataError
from ..model import Config, ImageMetadata, Index, Manifest, Platform, decode_metadata
from .candidates import Candidate
from .manifests import absent_blobs, absent_error, is_document, is_image, load_image, parse_document, read_verified

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ..digest import Digest
    from ..model import Descriptor
    from .files import Files

INDEX = "index.json"
INDEX_DEPTH_LIMIT = 4

# Where tools write an image's name: containerd's annotation for the full one, then the specification's own.
_NAMES = ("io.containerd.image.name", "org.opencontainers.image.ref.name")
_ATTESTATION = "vnd.docker.reference.type"


class _Leaf(Struct, frozen=True):
    """A manifest that the index leads to, None where it is absent; leaves of one image share ``origin``."""

    origin: str
    tags: tuple[str, ...]
    descriptor: Descriptor
    manifest: Manifest | None
    lacks_layers: bool = False


def blob_path(digest: Digest) -> str:
    """Where the layout keeps a blob."""
    return f"blobs/{digest.algorithm}/{digest.hex}"


def found_in(files: Files) -> bool:
    """Whether the files have this layout."""
    if INDEX not in files:
        return False
    return "oci-layout" in files or "blobs" in files or b'"manifests"' in files.read(INDEX)


def images(files: Files, form: str) -> Sequence[Candidate]:
    """The images that the index leads to, through nested ones; ``form`` names the format in reports.

    Attestations, artifacts and unknown media types are neither images nor errors (image-index.md): notes
    tell of them, and of platforms that are absent.
    """
    leaves = list({(leaf.origin, leaf.descriptor.digest): leaf for leaf in _leaves(files)}.values())
    found = [leaf for leaf in leaves if not _other_kind(leaf)]
    origins = list(dict.fromkeys(leaf.origin for leaf in found))
    return [_candidate(files, leaf, origins.index(leaf.origin), form, _notes(leaf, leaves)) for leaf in found]


def _leaves(files: Files) -> Iterator[_Leaf]:
    """One leaf a manifest. Tags of one manifest may stand apart in the index, and are joined."""
    index = decode_metadata(files.read(INDEX), Index, INDEX)
    names: dict[Digest, list[str]] = {}
    tops: dict[Digest, Descriptor] = {}
    for descriptor in index.manifests or []:
        names.setdefault(descriptor.digest, []).extend(_name(descriptor))
        tops[descriptor.digest] = descriptor
    platforms = [str(each.platform) for each in tops.values() if each.platform and not names[each.digest]]
    for descriptor in tops.values():
        tags = tuple(dict.fromkeys(names[descriptor.digest]))
        # Manifests without a name that only their platform tells apart are one image.
        unnamed = "" if platforms.count(str(descriptor.platform)) == 1 else descriptor.digest
        yield from _below(files, descriptor, tags[0] if tags else unnamed, tags, INDEX_DEPTH_LIMIT)


def _below(files: Files, descriptor: Descriptor, origin: str, tags: tuple[str, ...], depth: int) -> Iterator[_Leaf]:
    path = blob_path(descriptor.digest)
    if path not in files or _is_attestation(descriptor) or not is_document(descriptor):
        yield _Leaf(origin, tags, descriptor, None)
        return
    document = parse_document(read_verified(files, path, descriptor), f"manifest {descriptor.digest}")
    if isinstance(document, Manifest):
        yield _Leaf(origin, tags, descriptor, document, _lacks_layers(files, document))
        return
    if not depth:
        raise InvalidMetadataError(f"indexes are nested deeper than {INDEX_DEPTH_LIMIT}")
    for each in document.manifests or []:
        yield from _below(files, each, origin, tags, depth - 1)


def _lacks_layers(files: Files, manifest: Manifest) -> bool:
    """Whether the config knows of layers where the manifest has none."""
    if manifest.layers or not is_image(manifest) or blob_path(manifest.config.digest) not in files:
        return False
    return bool(_config(files, manifest).rootfs.diff_ids)


def _name(descriptor: Descriptor) -> list[str]:
    annotations = descriptor.annotations or {}
    return [annotations[key] for key in _NAMES if annotations.get(key)][:1]


def _is_attestation(descriptor: Descriptor) -> bool:
    platform = descriptor.platform
    return _ATTESTATION in (descriptor.annotations or {}) or (platform is not None and platform.os == "unknown")


def _other_kind(leaf: _Leaf) -> str:
    """What the leaf is, where it is no image; empty for an image."""
    if _is_attestation(leaf.descriptor):
        return "an attestation"
    if not is_document(leaf.descriptor):
        return f"of type {leaf.descriptor.media_type}"
    if leaf.lacks_layers:
        return "a manifest without its layers (moby/moby#47065)"
    if leaf.manifest is None or is_image(leaf.manifest):
        return ""
    kind = leaf.manifest.artifact_type or leaf.manifest.config.media_type
    return f"an artifact of type {kind}" if kind else "an artifact"


def _notes(chosen: _Leaf, leaves: list[_Leaf]) -> tuple[str, ...]:
    notes = []
    for leaf in leaves:
        if other := _other_kind(leaf):
            notes.append(f"{leaf.descriptor.digest} is {other}, not an image: left out")
        elif leaf.manifest is None and leaf is not chosen and leaf.origin == chosen.origin:
            notes.append(f"the image for {leaf.descriptor.platform or leaf.descriptor.digest} is absent")
    return tuple(notes)


def _candidate(files: Files, leaf: _Leaf, index: int, form: str, notes: tuple[str, ...]) -> Candidate:
    if leaf.manifest is None:
        absent: tuple[str, ...] = (leaf.descriptor.digest,)
        platform = leaf.descriptor.platform
    else:
        absent = absent_blobs(files, leaf.manifest, blob_path)
        platform = leaf.descriptor.platform or _config_platform(files, leaf.manifest)
    load = partial(_load, files, leaf, form, notes)
    transport = "oci" if form == "oci" else "oci-archive"  # Docker's own archives too: their index was read
    return Candidate(index, leaf.tags, platform, absent, load, leaf.descriptor.digest, transport)


def _config_platform(files: Files, manifest: Manifest) -> Platform | None:
    return _config(files, manifest).platform if blob_path(manifest.config.digest) in files else None


def _config(files: Files, manifest: Manifest) -> Config:
    raw = read_verified(files, blob_path(manifest.config.digest), manifest.config)
    return decode_metadata(raw, Config, f"config {manifest.config.digest}")


def _load(files: Files, leaf: _Leaf, form: str, notes: tuple[str, ...]) -> ImageMetadata:
    if leaf.manifest is None:
        raise absent_error(files, (leaf.descriptor.digest,))
    image = load_image(
        files,
        leaf.manifest,
        blob_path,
        manifest_digest=leaf.descriptor.digest,
        form=form,
        tags=leaf.tags,
        notes=notes,
    )
    return replace(image, index_bytes=files.read(INDEX))
