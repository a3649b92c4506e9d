"""The archives that hold an image: docker-archive, old and new, and OCI archive."""

from __future__ import annotations

import json
import tarfile
from contextlib import contextmanager
from hashlib import sha256
from typing import TYPE_CHECKING, Any, BinaryIO

from content import Content
from layer import WrittenLayer, write_layer
from tree import plan_image

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from shape import Plan, Shape

_CREATED = "2024-01-01T00:00:00Z"
_NAME = "generated:latest"
_OCI = "application/vnd.oci.image"


def write_image(shape: Shape, image_format: str, path: Path) -> None:
    """Generate an image of this shape as one of FORMATS. One pass: nothing is written twice."""
    content = Content(shape.seed, shape.ratio)
    plan = plan_image(shape, content.binary_share)
    with path.open("w+b") as out:
        FORMATS[image_format](_Archive(out), plan, content)


class _Archive:
    """The outer tar. A member's name and size may become known only once its content is written."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._names: set[str] = set()

    @contextmanager
    def member(self) -> Iterator[tuple[BinaryIO, Callable[[str], None]]]:
        """Give a file to write the member to, and a function to call with its name afterwards."""
        names: list[str] = []
        start = self._out.seek(0, 2)
        self._out.write(bytes(tarfile.BLOCKSIZE))
        yield self._out, names.append
        if names[0] in self._names:  # a blob that is there already, such as the second empty layer
            self._out.truncate(start)
            return
        size = self._out.tell() - start - tarfile.BLOCKSIZE
        self._out.write(bytes(-size % tarfile.BLOCKSIZE))
        self._out.seek(start)
        self._out.write(self._header(names[0], size))
        self._names.add(names[0])

    def add(self, name: str, data: bytes) -> None:
        with self.member() as (out, call_it):
            out.write(data)
            call_it(name)

    def add_directory(self, name: str) -> None:
        self._out.seek(0, 2)
        self._out.write(self._header(name, 0, directory=True))

    def close(self) -> None:
        self._out.seek(0, 2)
        self._out.write(bytes(2 * tarfile.BLOCKSIZE))

    def _header(self, name: str, size: int, *, directory: bool = False) -> bytes:
        info = tarfile.TarInfo(name)
        info.size, info.mode = size, 0o755 if directory else 0o644
        info.type = tarfile.DIRTYPE if directory else tarfile.REGTYPE
        return info.tobuf(tarfile.GNU_FORMAT)  # one block whatever the size, and a layer may be over 8 GiB


def _write_docker_legacy(archive: _Archive, plan: Plan, content: Content) -> None:
    """`docker save` before Docker 25: a directory for each layer, in the order of their names."""
    names = {index: sha256(f"layer {index}".encode()).hexdigest() for index in range(len(plan.layers))}
    written: dict[int, WrittenLayer] = {}
    for index, name in sorted(names.items(), key=lambda item: item[1]):
        archive.add_directory(name)
        archive.add(f"{name}/VERSION", b"1.0")
        archive.add(f"{name}/json", _json({"id": name, "created": _CREATED, "os": "linux"}))
        with archive.member() as (out, call_it):
            written[index] = write_layer(plan, index, content, out, gzip=False)
            call_it(f"{name}/layer.tar")
    config = _config([written[index] for index in names])
    config_name = f"{sha256(config).hexdigest()}.json"
    archive.add(config_name, config)
    paths = [f"{name}/layer.tar" for name in names.values()]
    archive.add("manifest.json", _docker_manifest(config_name, paths))
    repository, tag = _NAME.split(":")
    archive.add("repositories", _json({repository: {tag: names[len(names) - 1]}}))
    archive.close()


def _write_docker(archive: _Archive, plan: Plan, content: Content) -> None:
    """`docker save` since Docker 25: an OCI layout of plain layers, with a manifest.json beside it."""
    layers = _write_oci_layout(archive, plan, content, gzip=False)
    paths = [f"blobs/sha256/{layer.digest}" for layer in layers]
    config_path = f"blobs/sha256/{sha256(_config(layers)).hexdigest()}"
    archive.add("manifest.json", _docker_manifest(config_path, paths))
    archive.close()


def _write_oci(archive: _Archive, plan: Plan, content: Content) -> None:
    """Write an OCI archive with gzip layers, as pushed to a registry."""
    _write_oci_layout(archive, plan, content, gzip=True)
    archive.close()


FORMATS = {"docker-archive": _write_docker, "docker-legacy": _write_docker_legacy, "oci-archive": _write_oci}


def _write_oci_layout(archive: _Archive, plan: Plan, content: Content, *, gzip: bool) -> list[WrittenLayer]:
    for directory in ("blobs", "blobs/sha256"):
        archive.add_directory(directory)
    layers = []
    for index in range(len(plan.layers)):
        with archive.member() as (out, call_it):
            layers.append(write_layer(plan, index, content, out, gzip=gzip))
            call_it(f"blobs/sha256/{layers[-1].digest}")
    config = _config(layers)
    layer_type = f"{_OCI}.layer.v1.tar+gzip" if gzip else f"{_OCI}.layer.v1.tar"
    manifest = _json(
        {
            "schemaVersion": 2,
            "mediaType": f"{_OCI}.manifest.v1+json",
            "config": _descriptor(f"{_OCI}.config.v1+json", config),
            "layers": [
                {"mediaType": layer_type, "digest": f"sha256:{layer.digest}", "size": layer.blob_bytes}
                for layer in layers
            ],
        }
    )
    for blob in (config, manifest):
        archive.add(f"blobs/sha256/{sha256(blob).hexdigest()}", blob)
    tag = {"org.opencontainers.image.ref.name": _NAME.partition(":")[2]}
    descriptor = {**_descriptor(f"{_OCI}.manifest.v1+json", manifest), "annotations": tag}
    index_type = f"{_OCI}.index.v1+json"
    archive.add("index.json", _json({"schemaVersion": 2, "mediaType": index_type, "manifests": [descriptor]}))
    archive.add("oci-layout", _json({"imageLayoutVersion": "1.0.0"}))
    return layers


def _config(layers: list[WrittenLayer]) -> bytes:
    history: list[dict[str, object]] = []
    for index in range(len(layers)):
        step = f"RUN /bin/sh -c install-step-{index}" if index else "ADD distribution.tar.gz /"
        history.append({"created": _CREATED, "created_by": f"{step} # buildkit"})
        if index % 3 == 0:
            history.append({"created": _CREATED, "created_by": f"ENV STEP={index}", "empty_layer": True})
    return _json(
        {
            "architecture": "amd64",
            "os": "linux",
            "created": _CREATED,
            "config": {"Env": ["PATH=/usr/local/bin:/usr/bin:/bin"], "Cmd": ["/usr/bin/python3"]},
            "rootfs": {"type": "layers", "diff_ids": [f"sha256:{layer.diff_id}" for layer in layers]},
            "history": history,
        }
    )


def _docker_manifest(config: str, layers: list[str]) -> bytes:
    return _json([{"Config": config, "RepoTags": [_NAME], "Layers": layers}])


def _descriptor(media_type: str, blob: bytes) -> dict[str, Any]:
    return {"mediaType": media_type, "digest": f"sha256:{sha256(blob).hexdigest()}", "size": len(blob)}


def _json(document: object) -> bytes:
    return json.dumps(document, separators=(",", ":")).encode()
