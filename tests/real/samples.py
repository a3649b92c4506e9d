"""The sample images, read by the standard library alone."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SAMPLES = Path(__file__).parents[2] / "sample_images"
FORMATS = SAMPLES / "formats"
APP = SAMPLES / "app-2.0.tar"
COMPRESSED = {
    "oci-archive.gzip.tar": "gzip",
    "oci-archive.podman.tar": "gzip",
    "oci-archive.zstd.tar": "zstd",
    "oci-archive.zstd-chunked.tar": "zstd:chunked",
    "oci-archive.estargz.tar": "estargz",
    "oci-layout": "gzip",
    "dir.gzip": "gzip",
}
PLAIN = (
    "docker-archive.skopeo.tar",
    "docker-archive.podman.tar",
    "docker-archive.containerd.tar",
    "docker-archive.tar.gz",
    "docker-archive.tar.zst",
    "oci-archive.plain.tar",
    "dir.plain",
)


@dataclass(frozen=True)
class Truth:
    """A docker-archive with one image, by tarfile: its config and its layers' tars, lowest first."""

    config_bytes: bytes
    layers: tuple[bytes, ...]

    @property
    def config(self) -> dict[str, Any]:
        """The config, decoded."""
        decoded: dict[str, Any] = json.loads(self.config_bytes)
        return decoded

    @property
    def instructions(self) -> list[str]:
        """The ``created_by`` of each layer."""
        return [entry["created_by"] for entry in self.config["history"] if not entry.get("empty_layer")]

    def made_by(self, part: str) -> int:
        """The one layer with ``part`` in its instruction."""
        (layer,) = [at for at, text in enumerate(self.instructions) if part in text]
        return layer

    def members(self, layer: int) -> list[tarfile.TarInfo]:
        """The entries of a layer."""
        with tarfile.open(fileobj=io.BytesIO(self.layers[layer])) as tar:
            return tar.getmembers()

    def size(self, layer: int, path: str) -> int:
        """Bytes of a file in a layer."""
        (size,) = [member.size for member in self.members(layer) if member.name == path and member.isreg()]
        return size

    def file_bytes(self, layer: int) -> int:
        """Bytes of all files of a layer, hard links once."""
        return sum(member.size for member in self.members(layer) if member.isreg())


def truth(archive: Path) -> Truth:
    """What is in a docker-archive of one image, ``<id>/layer.tar`` as symbolic link included."""
    files = _files(archive)
    (entry,) = json.loads(files["manifest.json"])
    return Truth(files[entry["Config"]], tuple(files[path] for path in entry["Layers"]))


def _files(archive: Path) -> dict[str, bytes]:
    with tarfile.open(archive) as tar:
        return {member.name: content.read() for member in tar if (content := tar.extractfile(member))}


def blobs(image: Path) -> dict[str, bytes]:
    """The blobs of an OCI layout, OCI archive or ``dir:`` by the digest that hashlib gives them."""
    contents = [path.read_bytes() for path in image.rglob("*") if path.is_file()] if image.is_dir() else []
    if image.is_file():
        contents = list(_files(image).values())
    return {"sha256:" + hashlib.sha256(content).hexdigest(): content for content in contents}


def digest(content: bytes) -> str:
    """As OCI writes it."""
    return "sha256:" + hashlib.sha256(content).hexdigest()
