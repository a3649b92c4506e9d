"""Images that are described by an OCI manifest or Docker's schema 2, wherever the blobs lie."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from ..digest import Digest
from ..errors import BlobNotFoundError, DigestMismatchError, InvalidMetadataError, UnsupportedImageError
from ..model import Blob, Config, ImageMetadata, Index, Manifest, decode_metadata, stack_layers
from .files import notes_on

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ..model import Descriptor
    from .files import Files

CONFIG_TYPES = (
    "application/vnd.oci.image.config.v1+json",
    "application/vnd.docker.container.image.v1+json",
)
MANIFEST_TYPES = (
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.v2+json",
    "application/vnd.docker.distribution.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.v1+prettyjws",
)
INDEX_TYPES = (
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
)


class _Kind(msgspec.Struct, rename="camel"):
    schema_version: int = 2
    media_type: str = ""
    manifests: Any = None
    fs_layers: Any = None


def parse_document(raw: bytes, what: str) -> Manifest | Index:
    """A manifest or an index, told apart by content; raises UnsupportedImageError for schema 1."""
    kind = decode_metadata(raw, _Kind, what)
    if kind.schema_version == 1 or kind.fs_layers is not None:
        raise UnsupportedImageError(
            f"{what} is a Docker schema 1 manifest, a form that registries gave up",
            hint="pull and push the image again with a current engine",
        )
    if kind.media_type in INDEX_TYPES or kind.manifests is not None:
        return decode_metadata(raw, Index, what)
    return decode_metadata(raw, Manifest, what)


def read_verified(files: Files, path: str, descriptor: Descriptor) -> bytes:
    """A metadata blob whose bytes have the descriptor's digest; raises DigestMismatchError."""
    raw = files.read(path)
    actual = Digest.of(raw)
    if actual != descriptor.digest:
        raise DigestMismatchError(f"{path} has digest {actual}, declared is {descriptor.digest}")
    if len(raw) != descriptor.size:
        raise DigestMismatchError(f"{path} has {len(raw):,} bytes, declared are {descriptor.size:,}")
    return raw


def is_document(descriptor: Descriptor) -> bool:
    """Whether a descriptor in an index is of a manifest or index; others are to be ignored (image-layout.md)."""
    return descriptor.media_type in ("", *MANIFEST_TYPES, *INDEX_TYPES)


def is_image(manifest: Manifest) -> bool:
    """Whether the manifest is of a container image, and not of some other artifact (manifest.md)."""
    return not manifest.artifact_type and manifest.config.media_type in CONFIG_TYPES


def absent_blobs(files: Files, manifest: Manifest, path_of: Callable[[Digest], str]) -> tuple[str, ...]:
    """Digests of the blobs that the image needs and the files lack."""
    needed = [manifest.config, *(each for each in manifest.layers or [] if not is_foreign(each))]
    return tuple(dict.fromkeys(each.digest for each in needed if path_of(each.digest) not in files))


def is_foreign(descriptor: Descriptor) -> bool:
    """Whether the layer is distributed by somebody else (layer.md, "Non-Distributable Layers")."""
    return bool(descriptor.urls) or "nondistributable" in descriptor.media_type or "foreign" in descriptor.media_type


def load_image(
    files: Files,
    manifest: Manifest,
    path_of: Callable[[Digest], str],
    *,
    manifest_digest: Digest,
    form: str,
    tags: tuple[str, ...],
    notes: tuple[str, ...],
) -> ImageMetadata:
    """The image's metadata; raises BlobNotFoundError, UnsupportedImageError, InvalidMetadataError."""
    absent = absent_blobs(files, manifest, path_of)
    if absent:
        raise absent_error(files, absent)
    raw = read_verified(files, path_of(manifest.config.digest), manifest.config)
    config = decode_metadata(raw, Config, f"config {manifest.config.digest}")
    blobs = [_blob(files, descriptor, path_of) for descriptor in manifest.layers or []]
    foreign = tuple(_foreign_note(each) for each in manifest.layers or [] if path_of(each.digest) not in files)
    layers, history_notes = stack_layers(config, blobs)
    return ImageMetadata(
        name=tags[0] if tags else "",
        format=form,
        manifest_digest=manifest_digest,
        config=config,
        config_bytes=raw,
        layers=layers,
        tags=tags,
        annotations=manifest.annotations or {},
        notes=(*notes_on(files), *notes, *history_notes, *foreign),
    )


def _foreign_note(descriptor: Descriptor) -> str:
    kept = f", kept at {', '.join(descriptor.urls)}" if descriptor.urls else ""
    return f"layer {descriptor.digest} is foreign and absent{kept}: its content is unknown and counts as nothing"


def _blob(files: Files, descriptor: Descriptor, path_of: Callable[[Digest], str]) -> Blob:
    if "+encrypted" in descriptor.media_type:
        raise UnsupportedImageError(
            f"layer {descriptor.digest} is encrypted ({descriptor.media_type})",
            hint="decrypt the image first, for instance with skopeo copy --decryption-key",
        )
    if descriptor.size < 0:
        raise InvalidMetadataError(f"layer {descriptor.digest} has a negative size")
    path = path_of(descriptor.digest)
    return Blob(path, descriptor.media_type, descriptor.digest, descriptor.size, absent=path not in files)


_TOLD = 5


def absent_error(files: Files, absent: Sequence[str]) -> BlobNotFoundError:
    """The error for blobs that an image needs."""
    more = f" and {len(absent) - _TOLD:,} more" if len(absent) > _TOLD else ""
    return BlobNotFoundError(
        f"blobs that the image needs are not in {files.label}: {', '.join(absent[:_TOLD])}{more}",
        image=files.label,
        hint="the archive was saved without them: pull the image for this platform, then save it again",
    )
