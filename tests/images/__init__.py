"""Images made in code: `docker_archive(Image([Layer().file("a", b"1"), Layer().whiteout("a")]))`.

`Layer` writes a tar entry by entry, `Image` and `Index` put layers together, and one function a form
(`docker_archive`, `docker_oci_archive`, `crane_archive`, `oci_archive`, `oci_layout`, `dir_layout`) gives
the bytes or the folder. Everything is well-formed unless the test says otherwise, and the same input
gives the same bytes.
"""

from .archives import (
    Files,
    Hardlink,
    Symlink,
    archive,
    blob_path,
    crane_archive,
    crane_files,
    dir_files,
    dir_layout,
    docker_archive,
    docker_files,
    docker_oci_archive,
    docker_oci_files,
    oci_archive,
    oci_files,
    oci_layout,
    write_files,
)
from .compression import Compression, bzip2, gzip, gzip_members, plain, skippable_frame, xz, zstd, zstd_frames
from .headers import libarchive_xattr_records, pax_record
from .image import ABSENT, DOCKER, OCI, Image, LayerBlob, blob, digest_of, foreign, json_bytes, step
from .index import Absent, Described, Index, Node, RawManifest, artifact, attestation
from .layer import END_BLOCKS, Layer

__all__ = [
    "ABSENT",
    "DOCKER",
    "END_BLOCKS",
    "OCI",
    "Absent",
    "Compression",
    "Described",
    "Files",
    "Hardlink",
    "Image",
    "Index",
    "Layer",
    "LayerBlob",
    "Node",
    "RawManifest",
    "Symlink",
    "archive",
    "artifact",
    "attestation",
    "blob",
    "blob_path",
    "bzip2",
    "crane_archive",
    "crane_files",
    "digest_of",
    "dir_files",
    "dir_layout",
    "docker_archive",
    "docker_files",
    "docker_oci_archive",
    "docker_oci_files",
    "foreign",
    "gzip",
    "gzip_members",
    "json_bytes",
    "libarchive_xattr_records",
    "oci_archive",
    "oci_files",
    "oci_layout",
    "pax_record",
    "plain",
    "skippable_frame",
    "step",
    "write_files",
    "xz",
    "zstd",
    "zstd_frames",
]
