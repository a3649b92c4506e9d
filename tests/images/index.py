"""What an index can hold besides images: indexes, attestations, artifacts, what is not delivered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from .image import OCI, Image, Json, LayerBlob, MediaTypes, changed, descriptor, digest_of, json_bytes

IN_TOTO = "application/vnd.in-toto+json"
EMPTY = "application/vnd.oci.empty.v1+json"


class Node(Protocol):
    """Something that a descriptor in an index points to."""

    @property
    def tags(self) -> Sequence[str]:
        """The names it goes by."""
        ...

    def descriptor(self) -> Json:
        """Return the descriptor that stands in the index."""
        ...

    def blobs(self) -> dict[str, bytes]:
        """Return digest -> content of all that is delivered."""
        ...

    def images(self) -> list[Image]:
        """Return the images that are delivered."""
        ...


@dataclass(frozen=True)
class Index:
    """An image index: several platforms, or other indexes."""

    children: Sequence[Node]
    tags: Sequence[str] = ()
    annotations: Mapping[str, str] = field(default_factory=dict)
    media_types: MediaTypes = OCI
    changes: Mapping[str, Any] = field(default_factory=dict)  # to its JSON, as in Image

    @property
    def content(self) -> bytes:
        """The index as stored."""
        index = {
            "schemaVersion": 2,
            "mediaType": self.media_types.index,
            "manifests": [child.descriptor() for child in self.children],
        } | ({"annotations": dict(self.annotations)} if self.annotations else {})
        return json_bytes(changed(index, self.changes))

    @property
    def digest(self) -> str:
        """The digest of the index."""
        return digest_of(self.content)

    def descriptor(self) -> Json:
        """Return the index's descriptor."""
        return descriptor(self.media_types.index, self.content)

    def blobs(self) -> dict[str, bytes]:
        """Return what the children deliver, and the index."""
        found = {digest: content for child in self.children for digest, content in child.blobs().items()}
        return found | {self.digest: self.content}

    def images(self) -> list[Image]:
        """Return the images of all children."""
        return [image for child in self.children for image in child.images()]


@dataclass(frozen=True)
class RawManifest:
    """A manifest of any type, with the blobs it comes with; not an image."""

    content: bytes
    media_type: str = OCI.manifest
    others: Mapping[str, bytes] = field(default_factory=dict)
    tags: Sequence[str] = ()

    @property
    def digest(self) -> str:
        """The digest of the manifest."""
        return digest_of(self.content)

    def descriptor(self) -> Json:
        """Return the manifest's descriptor."""
        return descriptor(self.media_type, self.content)

    def blobs(self) -> dict[str, bytes]:
        """Return its blobs and itself."""
        return {**self.others, self.digest: self.content}

    def images(self) -> list[Image]:
        """Return nothing: whatever it is, it is no image."""
        return []


@dataclass(frozen=True)
class Described:
    """A node whose descriptor says something else: no platform, annotations, a wrong size."""

    node: Node
    changes: Mapping[str, Any]

    @property
    def tags(self) -> Sequence[str]:
        """The node's names."""
        return self.node.tags

    def descriptor(self) -> Json:
        """Return the node's descriptor with the changes."""
        return changed(self.node.descriptor(), self.changes)

    def blobs(self) -> dict[str, bytes]:
        """Return what the node delivers."""
        return self.node.blobs()

    def images(self) -> list[Image]:
        """Return the node's images."""
        return self.node.images()


@dataclass(frozen=True)
class Absent:
    """A node that is described but not delivered, as other platforms are when one was pulled."""

    node: Node
    tags: Sequence[str] = ()

    def descriptor(self) -> Json:
        """Return the node's descriptor."""
        return self.node.descriptor()

    def blobs(self) -> dict[str, bytes]:
        """Return nothing."""
        return {}

    def images(self) -> list[Image]:
        """Return nothing."""
        return []


def attestation(subject: Image, statement: bytes = b'{"_type":"https://in-toto.io/Statement/v0.1"}') -> Described:
    """Return an attestation about an image, as BuildKit puts beside it in the index."""
    layer = LayerBlob(tar=statement, stored=statement, media_type=IN_TOTO)
    shape = Image([layer], platform="unknown/unknown", history=[])
    others = {digest: content for digest, content in shape.blobs().items() if digest != shape.digest}
    annotations = {
        "vnd.docker.reference.type": "attestation-manifest",
        "vnd.docker.reference.digest": subject.digest,
    }
    manifest = RawManifest(shape.manifest_bytes, OCI.manifest, others)
    return Described(manifest, {"platform": {"architecture": "unknown", "os": "unknown"}, "annotations": annotations})


def artifact(artifact_type: str, *contents: bytes, subject: Image | None = None) -> RawManifest:
    """Return an artifact: a manifest with an empty config and blobs that are not layers."""
    manifest = {
        "schemaVersion": 2,
        "mediaType": OCI.manifest,
        "artifactType": artifact_type,
        "config": descriptor(EMPTY, b"{}"),
        "layers": [descriptor("application/octet-stream", content) for content in contents],
    } | ({"subject": descriptor(OCI.manifest, subject.manifest_bytes)} if subject else {})
    others = {digest_of(content): content for content in (b"{}", *contents)}
    return RawManifest(json_bytes(manifest), OCI.manifest, others)
