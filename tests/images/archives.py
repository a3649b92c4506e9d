"""The forms an image is kept in, each as a mapping of files: edit it to break or reorder an archive."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import Literal, TypeAlias

from .image import OCI, Image, Json, LayerBlob, changed, json_bytes
from .index import Node
from .layer import Layer


@dataclass(frozen=True)
class Symlink:
    """A member that is a symbolic link."""

    target: str


@dataclass(frozen=True)
class Hardlink:
    """A member that is a hard link to another member."""

    target: str


Files: TypeAlias = dict[str, bytes | Symlink | Hardlink]
Duplicates = Literal["copy", "symlink", "hardlink"]


def blob_path(digest: str) -> str:
    """Return where an image layout keeps the blob."""
    return "blobs/" + digest.replace(":", "/")


def oci_files(*nodes: Node) -> Files:
    """Return an OCI image layout; its index lists each node once, or once a tag."""
    listed = [
        changed(node.descriptor(), {"annotations": {"org.opencontainers.image.ref.name": tag}} if tag else {})
        for node in nodes
        for tag in (node.tags or [""])
    ]
    return _layout(nodes, listed)


def docker_oci_files(*nodes: Node) -> Files:
    """Return what `docker save` writes since 25: an image layout with a manifest.json beside it."""
    listed = [
        changed(node.descriptor(), {"annotations": _containerd_names(tag)} if tag else {})
        for node in nodes
        for tag in (node.tags or [""])
    ]
    entries = [_docker_manifest_entry(node.images()[0], node.tags) for node in nodes if node.images()]
    return dict(sorted({**_layout(nodes, listed), "manifest.json": json_bytes(entries)}.items()))


def docker_files(*images: Image, duplicates: Duplicates = "copy") -> Files:
    """Return what `docker save` wrote before 25: a folder a layer; a layer met again is a copy or a link."""
    files: Files = {}
    entries: list[Json] = []
    repositories: dict[str, dict[str, str]] = {}
    first_at: dict[str, str] = {}
    for image in images:
        parent, paths = "", []
        for layer in image.blobs_of_layers:
            folder = sha256(f"{parent} {layer.diff_id}".encode()).hexdigest()
            files |= _layer_folder(folder, parent, layer, duplicates, first_at)
            paths.append(f"{folder}/layer.tar")
            parent = folder
        config = image.image_id.removeprefix("sha256:") + ".json"
        files[config] = image.config_bytes
        entries.append({"Config": config, "RepoTags": list(image.tags) or None, "Layers": paths})
        for tag in image.tags:
            repository, _, version = tag.rpartition(":")
            repositories.setdefault(repository, {})[version] = parent
    files |= {"manifest.json": json_bytes(entries), "repositories": json_bytes(repositories)}
    return dict(sorted(files.items()))


def crane_files(*images: Image) -> Files:
    """Return the tarball that crane and kaniko write: config named by digest, layers `<hex>.tar.gz`."""
    files: Files = {}
    entries: list[Json] = []
    for image in images:
        paths = []
        for layer in image.blobs_of_layers:
            path = f"{layer.digest.removeprefix('sha256:')}.tar{layer.compression.extension}"
            files |= {path: layer.stored} if layer.present else {}
            paths.append(path)
        files[image.image_id] = image.config_bytes
        entries.append({"Config": image.image_id, "RepoTags": list(image.tags) or None, "Layers": paths})
    return files | {"manifest.json": json_bytes(entries)}


def dir_files(image: Image) -> Files:
    """Return skopeo's `dir:` form: the manifest, and blobs named by the hex of their digest."""
    blobs = {digest: content for digest, content in image.blobs().items() if digest != image.digest}
    named = {digest.removeprefix("sha256:"): content for digest, content in blobs.items()}
    return {**named, "manifest.json": image.manifest_bytes, "version": b"Directory Transport Version: 1.1\n"}


def archive(files: Files) -> bytes:
    """Return a tar of the files in their order, each folder before what is in it."""
    tar = Layer("ustar")
    folders: set[str] = set()
    for path, content in files.items():
        for folder in reversed(PurePosixPath(path).parents[:-1]):
            if str(folder) not in folders:
                folders.add(str(folder))
                tar.directory(str(folder))
        match content:
            case Symlink(target):
                tar.symlink(path, target)
            case Hardlink(target):
                tar.hardlink(path, target)
            case _:
                tar.file(path, content)
    return tar.tar()


def write_files(files: Files, directory: Path) -> Path:
    """Write the files under the directory and return it."""
    for path, content in files.items():
        place = directory / path
        place.parent.mkdir(parents=True, exist_ok=True)
        match content:
            case Symlink(target):
                place.symlink_to(target)
            case Hardlink(target):
                place.hardlink_to(directory / target)
            case _:
                place.write_bytes(content)
    return directory


def docker_archive(*images: Image, duplicates: Duplicates = "copy") -> bytes:
    """Return a tar of docker_files."""
    return archive(docker_files(*images, duplicates=duplicates))


def docker_oci_archive(*nodes: Node) -> bytes:
    """Return a tar of docker_oci_files."""
    return archive(docker_oci_files(*nodes))


def crane_archive(*images: Image) -> bytes:
    """Return a tar of crane_files."""
    return archive(crane_files(*images))


def oci_archive(*nodes: Node) -> bytes:
    """Return a tar of oci_files."""
    return archive(oci_files(*nodes))


def oci_layout(directory: Path, *nodes: Node) -> Path:
    """Write oci_files under the directory and return it."""
    return write_files(oci_files(*nodes), directory)


def dir_layout(directory: Path, image: Image) -> Path:
    """Write dir_files under the directory and return it."""
    return write_files(dir_files(image), directory)


def _layout(nodes: Sequence[Node], listed: list[Json]) -> Files:
    blobs = {digest: content for node in nodes for digest, content in node.blobs().items()}
    return {
        **{blob_path(digest): content for digest, content in sorted(blobs.items())},
        "index.json": json_bytes({"schemaVersion": 2, "mediaType": OCI.index, "manifests": listed}),
        "oci-layout": json_bytes({"imageLayoutVersion": "1.0.0"}),
    }


def _containerd_names(tag: str) -> dict[str, str]:
    version = tag.rpartition(":")[2]
    return {
        "io.containerd.image.name": f"docker.io/library/{tag}",
        "org.opencontainers.image.ref.name": version,
    }


def _docker_manifest_entry(image: Image, tags: Sequence[str]) -> Json:
    layers = image.blobs_of_layers
    return {
        "Config": blob_path(image.image_id),
        "RepoTags": list(tags) or None,
        "Layers": [blob_path(layer.digest) for layer in layers],
        "LayerSources": {layer.diff_id: layer.descriptor(image.media_types) for layer in layers},
    }


def _layer_folder(
    folder: str, parent: str, layer: LayerBlob, duplicates: Duplicates, first_at: dict[str, str]
) -> Files:
    """Return the files of a legacy layer folder; `first_at` remembers where each layer was put first."""
    path = f"{folder}/layer.tar"
    first = first_at.setdefault(layer.digest, path)
    described: Json = {"id": folder} | ({"parent": parent} if parent else {}) | {"os": "linux"}
    files: Files = {f"{folder}/VERSION": b"1.0", f"{folder}/json": json_bytes(described)}
    if not layer.present:
        return files
    if first == path or duplicates == "copy":
        return files | {path: layer.stored}
    return files | {path: Symlink(f"../{first}") if duplicates == "symlink" else Hardlink(first)}
