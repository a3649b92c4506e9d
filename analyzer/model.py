"""The image's metadata in the words of the OCI image specification.

Decoded strictly in type and leniently in extent: unknown fields are ignored, as the specification asks.
"""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec

from .digest import Digest, chain_ids
from .errors import InvalidMetadataError, LimitExceededError, UnsupportedImageError
from .instructions.alignment import align

METADATA_BYTES_LIMIT = 4 * 1024 * 1024
LAYERS_LIMIT = 4096

Decoded = TypeVar("Decoded")


class Platform(msgspec.Struct, frozen=True, rename={"os_version": "os.version"}):
    """Where an image runs (image-index.md, "platform")."""

    os: str = ""
    architecture: str = ""
    variant: str | None = None
    os_version: str | None = None

    def __str__(self) -> str:
        return "/".join(filter(None, (self.os, self.architecture, self.variant)))


class Descriptor(msgspec.Struct, frozen=True, rename="camel"):
    """What a manifest or index says of one blob (descriptor.md)."""

    digest: Digest
    size: int
    media_type: str = ""
    annotations: dict[str, str] | None = None
    platform: Platform | None = None
    urls: list[str] | None = None
    artifact_type: str | None = None


class Manifest(msgspec.Struct, frozen=True, rename="camel"):
    """A manifest of one image (manifest.md); Docker's schema 2 has the same shape."""

    config: Descriptor
    layers: list[Descriptor] | None = None
    media_type: str = ""
    artifact_type: str | None = None
    annotations: dict[str, str] | None = None
    schema_version: int = 2


class Index(msgspec.Struct, frozen=True, rename="camel"):
    """A list of manifests (image-index.md); Docker calls it a manifest list."""

    manifests: list[Descriptor] | None = None
    media_type: str = ""
    annotations: dict[str, str] | None = None


class HistoryEntry(msgspec.Struct, frozen=True):
    """One instruction that built the image (config.md, "history")."""

    created: str | None = None
    created_by: str | None = None
    author: str | None = None
    comment: str | None = None
    empty_layer: bool = False


class RootFS(msgspec.Struct, frozen=True):
    """The diff IDs of the layers, lowest first."""

    type: str = "layers"
    diff_ids: list[Digest] | None = None


class Config(msgspec.Struct, frozen=True, rename={"os_version": "os.version"}):
    """The image's configuration (config.md)."""

    architecture: str = ""
    os: str = ""
    variant: str | None = None
    os_version: str | None = None
    created: str | None = None
    author: str | None = None
    config: dict[str, Any] | None = None
    rootfs: RootFS = RootFS()
    history: list[HistoryEntry] | None = None

    def __repr__(self) -> str:
        return f"<Config {self.platform}, {len(self.history or [])} steps, {len(self.rootfs.diff_ids or [])} layers>"

    @property
    def variables(self) -> list[str]:
        """What containers start with of variables, as ``NAME=value``; nothing where that is no list."""
        found = (self.config or {}).get("Env")
        return [str(each) for each in found] if isinstance(found, list) else []

    @property
    def platform(self) -> Platform:
        """Where the image runs, as the config itself says."""
        return Platform(self.os, self.architecture, self.variant, self.os_version)


class Blob(msgspec.Struct, frozen=True):
    """A layer's bytes as a source stores them.

    ``name`` is the source's own key; ``digest`` and ``size`` are what was declared of the stored bytes,
    None where the form of image declares nothing. A foreign layer may be ``absent``: it is kept elsewhere.
    ``is_symlink`` says that the source has a symbolic link to another layer's bytes in its place.
    """

    name: str
    media_type: str = ""
    digest: Digest | None = None
    size: int | None = None
    absent: bool = False
    is_symlink: bool = False


class Layer(msgspec.Struct, frozen=True):
    """One layer, known from metadata alone. ``diff_id`` is None only where the source has no config.

    ``history`` is the entry of the config's history that made it and ``history_index`` that entry's place;
    both are None where it is not known.
    """

    index: int
    blob: Blob
    diff_id: Digest | None
    chain_id: Digest | None
    history: HistoryEntry | None
    history_index: int | None = None


class ImageMetadata(msgspec.Struct, frozen=True):
    """All that is known of an image before its layers are read. Layers are lowest first.

    ``config_bytes`` is the config as stored (its digest is the image ID) and empty without one, ``index_bytes`` the
    index.json of a layout; ``notes`` are facts a user should know, one sentence each.
    """

    name: str
    format: str
    manifest_digest: Digest | None
    config: Config
    config_bytes: bytes
    layers: tuple[Layer, ...]
    tags: tuple[str, ...] = ()
    annotations: dict[str, str] = msgspec.field(default_factory=dict)
    notes: tuple[str, ...] = ()
    index_bytes: bytes = b""

    @property
    def image_id(self) -> Digest | None:
        """Digest of the config; None for a bare root filesystem."""
        return Digest.of(self.config_bytes) if self.config_bytes else None


def decode_metadata(raw: bytes, kind: type[Decoded], what: str) -> Decoded:
    """``raw`` JSON as ``kind``; raises InvalidMetadataError that names ``what``, LimitExceededError over 4 MiB."""
    if len(raw) > METADATA_BYTES_LIMIT:
        raise LimitExceededError(f"{what} is {len(raw):,} bytes; metadata over {METADATA_BYTES_LIMIT:,} is refused")
    try:
        return msgspec.json.decode(raw, type=kind, dec_hook=_decode_digest)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InvalidMetadataError(f"{what}: {error}") from error


def _decode_digest(kind: type[Any], value: Any) -> Any:
    if kind is Digest and isinstance(value, str):
        return Digest.parse(value)
    raise InvalidMetadataError(f"expected a digest, found {type(value).__name__}")


def stack_layers(config: Config, blobs: list[Blob]) -> tuple[tuple[Layer, ...], tuple[str, ...]]:
    """The image's layers, lowest first, and notes; raises InvalidMetadataError where counts contradict."""
    diff_ids = config.rootfs.diff_ids or []
    _refuse_other_algorithms(config, blobs)
    if len(diff_ids) != len(blobs):
        raise InvalidMetadataError(
            f"the config lists {len(diff_ids)} diff IDs and the manifest lists {len(blobs)} layers",
            hint="the archive is inconsistent: save or push the image again",
        )
    if len(blobs) > LAYERS_LIMIT:
        raise LimitExceededError(f"{len(blobs):,} layers; more than {LAYERS_LIMIT:,} are refused")
    history = config.history or []
    rows, notes = align(history, len(blobs))
    layers = zip(blobs, diff_ids, chain_ids(diff_ids), rows, strict=True)
    return tuple(
        Layer(index, blob, diff_id, chain_id, None if row is None else history[row], row)
        for index, (blob, diff_id, chain_id, row) in enumerate(layers)
    ), notes


def _refuse_other_algorithms(config: Config, blobs: list[Blob]) -> None:
    for digest in (*(config.rootfs.diff_ids or ()), *(blob.digest for blob in blobs if blob.digest)):
        if digest.algorithm != "sha256":
            raise UnsupportedImageError(f"digests other than sha256 are not supported: {digest}")
