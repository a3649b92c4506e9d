"""An image as its parts: layer blobs, config, manifest; all digests are right unless a test changes them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from hashlib import sha256
from typing import Any, Final, TypeAlias

from .compression import Compression, gzip, plain
from .layer import Layer

Json: TypeAlias = dict[str, Any]
EPOCH = "1970-01-01T00:00:00Z"


class _Absent:
    def __repr__(self) -> str:
        return "ABSENT"


ABSENT: Final = _Absent()
"""As the value of a change: the key is left out (None writes a JSON null)."""


@dataclass(frozen=True)
class MediaTypes:
    """The names one family of manifests uses."""

    manifest: str
    index: str
    config: str
    layer: Mapping[str, str]  # compression -> media type


_OCI, _DOCKER = "application/vnd.oci.image.", "application/vnd.docker."
_OCI_LAYER, _DOCKER_LAYER = _OCI + "layer.v1.tar", _DOCKER + "image.rootfs.diff.tar"
_KNOWN = ("gzip", "zstd", "xz", "bzip2")
OCI = MediaTypes(
    _OCI + "manifest.v1+json",
    _OCI + "index.v1+json",
    _OCI + "config.v1+json",
    {"plain": _OCI_LAYER} | {name: f"{_OCI_LAYER}+{name}" for name in _KNOWN},
)
DOCKER = MediaTypes(
    _DOCKER + "distribution.manifest.v2+json",
    _DOCKER + "distribution.manifest.list.v2+json",
    _DOCKER + "container.image.v1+json",
    {"plain": _DOCKER_LAYER} | {name: f"{_DOCKER_LAYER}.{name}" for name in _KNOWN},
)


@dataclass(frozen=True)
class LayerBlob:
    """A layer as stored, with the tar it unpacks to."""

    tar: bytes
    stored: bytes
    compression: Compression = plain
    media_type: str = ""  # "" = by compression and the image's family
    urls: tuple[str, ...] = ()
    present: bool = True  # False: described, not delivered
    annotations: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def digest(self) -> str:
        """The digest of the blob as stored."""
        return digest_of(self.stored)

    @cached_property
    def diff_id(self) -> str:
        """The digest of the uncompressed tar."""
        return digest_of(self.tar)

    def descriptor(self, media_types: MediaTypes) -> Json:
        """Return the layer's descriptor."""
        media_type = self.media_type or media_types.layer[self.compression.name]
        return descriptor(media_type, self.stored, urls=list(self.urls), annotations=dict(self.annotations))


def blob(layer: Layer, compression: Compression = plain, **changes: Any) -> LayerBlob:
    """Return a layer stored with its own compression; `changes` are LayerBlob fields."""
    tar = layer.tar()
    return replace(LayerBlob(tar, compression(tar), compression), **changes)


def foreign(layer: Layer, *urls: str) -> LayerBlob:
    """Return a layer that the image only points to: a descriptor with `urls` and no blob."""
    media_type = _OCI + "layer.nondistributable.v1.tar+gzip"
    return blob(layer, gzip, media_type=media_type, urls=urls, present=False)


def step(created_by: str, *, empty_layer: bool = False, created: str = EPOCH, **more: Any) -> Json:
    """Return one history entry."""
    return {"created": created, "created_by": created_by, **more} | ({"empty_layer": True} if empty_layer else {})


@dataclass(frozen=True)
class Image:
    """One image for one platform.

    To break it, change the JSON: `manifest_changes={"layers": []}`, or `ABSENT` to leave a key out.

    >>> image = Image([Layer().file("hello", b"world")], tags=["app:1"])
    >>> image.config()["rootfs"]["diff_ids"] == [image.blobs_of_layers[0].diff_id]
    True
    """

    layers: Sequence[Layer | LayerBlob] = ()
    tags: Sequence[str] = ()
    compression: Compression = plain
    history: Sequence[Json] | None = None  # None = one entry a layer; config_changes can make it absent
    platform: str = "linux/amd64"  # os/architecture[/variant]
    created: str = EPOCH
    runtime: Mapping[str, Any] = field(default_factory=dict)  # the config's "config": Env, Cmd, Labels …
    annotations: Mapping[str, str] = field(default_factory=dict)
    media_types: MediaTypes = OCI
    config_changes: Mapping[str, Any] = field(default_factory=dict)
    manifest_changes: Mapping[str, Any] = field(default_factory=dict)

    @cached_property
    def blobs_of_layers(self) -> tuple[LayerBlob, ...]:
        """The layers as stored, the lowest first."""
        return tuple(layer if isinstance(layer, LayerBlob) else blob(layer, self.compression) for layer in self.layers)

    def config(self) -> Json:
        """Return the config."""
        layers = self.blobs_of_layers
        history = [step(f"layer {index}") for index in range(len(layers))] if self.history is None else self.history
        config = {
            "created": self.created,
            **platform_object(self.platform),
            "config": dict(self.runtime),
            "rootfs": {"type": "layers", "diff_ids": [layer.diff_id for layer in layers]},
            "history": list(history),
        }
        return changed(config, self.config_changes)

    @cached_property
    def config_bytes(self) -> bytes:
        """The config as stored; its digest is the image ID."""
        return json_bytes(self.config())

    @property
    def image_id(self) -> str:
        """The digest of the config."""
        return digest_of(self.config_bytes)

    def manifest(self) -> Json:
        """Return the manifest."""
        manifest = {
            "schemaVersion": 2,
            "mediaType": self.media_types.manifest,
            "config": descriptor(self.media_types.config, self.config_bytes),
            "layers": [layer.descriptor(self.media_types) for layer in self.blobs_of_layers],
        } | ({"annotations": dict(self.annotations)} if self.annotations else {})
        return changed(manifest, self.manifest_changes)

    @cached_property
    def manifest_bytes(self) -> bytes:
        """The manifest as stored."""
        return json_bytes(self.manifest())

    @property
    def digest(self) -> str:
        """The digest of the manifest."""
        return digest_of(self.manifest_bytes)

    def descriptor(self) -> Json:
        """Return the manifest's descriptor, with the platform."""
        platform = platform_object(self.platform)
        return descriptor(self.media_types.manifest, self.manifest_bytes, platform=platform)

    def blobs(self) -> dict[str, bytes]:
        """Return digest -> content of all that the image delivers."""
        contents = [layer.stored for layer in self.blobs_of_layers if layer.present]
        return {digest_of(content): content for content in (*contents, self.config_bytes, self.manifest_bytes)}

    def images(self) -> list["Image"]:
        """Return the images that this node delivers: itself."""
        return [self]


def descriptor(media_type: str, content: bytes, **more: Any) -> Json:
    """Return the descriptor of a content; further keys are written where they are not empty."""
    found = {"mediaType": media_type, "digest": digest_of(content), "size": len(content)}
    return found | {key: value for key, value in more.items() if value}


def changed(document: Json, changes: Mapping[str, Any]) -> Json:
    """Return the document with top-level keys replaced, or left out where the change is ABSENT."""
    return {key: value for key, value in {**document, **changes}.items() if value is not ABSENT}


def platform_object(platform: str) -> Json:
    """Return `os/architecture[/variant]` as the JSON object that configs and descriptors share."""
    os, architecture, *variant = platform.split("/")
    return {"architecture": architecture, "os": os} | ({"variant": variant[0]} if variant else {})


def digest_of(content: bytes) -> str:
    """Return `sha256:<hex>`."""
    return "sha256:" + sha256(content).hexdigest()


def json_bytes(document: Any) -> bytes:
    """Return compact JSON, keys in the order given."""
    return json.dumps(document, separators=(",", ":"), ensure_ascii=False).encode()
