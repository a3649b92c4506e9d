"""OCI image layout, as a directory or an archive: ``index.json`` and ``blobs/<algorithm>/<hex>`` (image-layout.md)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from ..errors import InvalidMetadataError, LimitExceededError
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
# A small file can lead through the same indexes again and again.
DESCRIPTORS_LIMIT = 10_000

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
    numbers = {origin: number for number, origin in enumerate(dict.fromkeys(leaf.origin for leaf in found))}
    return [_candidate(files, leaf, numbers[leaf.origin], form, leaves) for leaf in found]


def _leaves(files: Files) -> Iterator[_Leaf]:
    """One leaf a manifest. Tags of one manifest may stand apart in the index, and are joined."""
    index = decode_metadata(files.read(INDEX), Index, INDEX)
    names: dict[Digest, list[str]] = {}
    tops: dict[Digest, Descriptor] = {}
    for descriptor in index.manifests or []:
        names.setdefault(descriptor.digest, []).extend(_name(descriptor))
        tops[descriptor.digest] = descriptor
    platforms = [str(each.platform) for each in tops.values() if each.platform and not names[each.digest]]
    walk = _Walk(files)
    for descriptor in tops.values():
        tags = tuple(dict.fromkeys(names[descriptor.digest]))
        # Manifests without a name that only their platform tells apart are one image.
        unnamed = "" if platforms.count(str(descriptor.platform)) == 1 else descriptor.digest
        yield from walk.below(descriptor, tags[0] if tags else unnamed, tags, INDEX_DEPTH_LIMIT)


class _Walk:
    """The way from an index to all manifests below it; each document is read once."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self._left = DESCRIPTORS_LIMIT
        self._read: dict[tuple[Digest, int], tuple[Index | Manifest, bool]] = {}

    def below(self, descriptor: Descriptor, origin: str, tags: tuple[str, ...], depth: int) -> Iterator[_Leaf]:
        """The manifests that a descriptor leads to; raises LimitExceededError where it meets too many."""
        self._left -= 1
        if self._left < 0:
            raise LimitExceededError(f"indexes lead to more than {DESCRIPTORS_LIMIT:,} manifests and indexes")
        path = blob_path(descriptor.digest)
        if path not in self._files or _is_attestation(descriptor) or not is_document(descriptor):
            yield _Leaf(origin, tags, descriptor, None)
            return
        document, lacks_layers = self._document(path, descriptor)
        if isinstance(document, Manifest):
            yield _Leaf(origin, tags, descriptor, document, lacks_layers)
            return
        if not depth:
            raise InvalidMetadataError(f"indexes are nested deeper than {INDEX_DEPTH_LIMIT}")
        for each in document.manifests or []:
            yield from self.below(each, origin, tags, depth - 1)

    def _document(self, path: str, descriptor: Descriptor) -> tuple[Index | Manifest, bool]:
        """What the descriptor is about, and whether that lacks layers."""
        key = descriptor.digest, descriptor.size
        if key not in self._read:
            found = parse_document(read_verified(self._files, path, descriptor), f"manifest {descriptor.digest}")
            self._read[key] = found, isinstance(found, Manifest) and _lacks_layers(self._files, found)
        return self._read[key]


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


def _candidate(files: Files, leaf: _Leaf, index: int, form: str, leaves: list[_Leaf]) -> Candidate:
    if leaf.manifest is None:
        absent: tuple[str, ...] = (leaf.descriptor.digest,)
        platform = leaf.descriptor.platform
    else:
        absent = absent_blobs(files, leaf.manifest, blob_path)
        platform = leaf.descriptor.platform or _config_platform(files, leaf.manifest)
    load = partial(_load, files, leaf, form, leaves)
    transport = "oci" if form == "oci" else "oci-archive"  # Docker's own archives too: their index was read
    return Candidate(index, leaf.tags, platform, absent, load, leaf.descriptor.digest, transport)


def _config_platform(files: Files, manifest: Manifest) -> Platform | None:
    return _config(files, manifest).platform if blob_path(manifest.config.digest) in files else None


def _config(files: Files, manifest: Manifest) -> Config:
    raw = read_verified(files, blob_path(manifest.config.digest), manifest.config)
    return decode_metadata(raw, Config, f"config {manifest.config.digest}")


def _load(files: Files, leaf: _Leaf, form: str, leaves: list[_Leaf]) -> ImageMetadata:
    if leaf.manifest is None:
        raise absent_error(files, (leaf.descriptor.digest,))
    image = load_image(
        files,
        leaf.manifest,
        blob_path,
        manifest_digest=leaf.descriptor.digest,
        form=form,
        tags=leaf.tags,
        notes=_notes(leaf, leaves),
    )
    return replace(image, index_bytes=files.read(INDEX))
