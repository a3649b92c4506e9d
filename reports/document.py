"""The report as a document: what JSON holds and every other format is rendered from.

A published field never changes its meaning; new parts add fields, which a document of an older 1.x lacks.
All sizes are bytes, layers are counted from 0, the lowest, and every list is in the order in which it should
be read.
"""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from msgspec import Meta

SCHEMA_VERSION = "1.3"

Bytes = Annotated[int, Meta(ge=0, le=(1 << 63) - 1)]


class ImageSection(msgspec.Struct, frozen=True):
    """What the image is, from its metadata."""

    name: Annotated[str, Meta(description="First tag, or the name of the file")]
    source: Annotated[str, Meta(description="Name of the file or directory, without the folders above it")]
    format: Annotated[str, Meta(description="docker-archive, oci-archive, oci, dir or rootfs")]
    platform: Annotated[str, Meta(description="os/architecture[/variant]; empty where unknown")]
    manifest_digest: Annotated[str | None, Meta(description="null where the format has no manifest blob")]
    image_id: Annotated[str | None, Meta(description="Digest of the config; null without a config")]
    tags: list[str]
    created: str | None
    config: Annotated[dict[str, Any], Meta(description="The config's own `config` object: Env, Cmd, Labels and so on")]


class SizeSection(msgspec.Struct, frozen=True):
    """The headline numbers."""

    pull_bytes: Annotated[
        Bytes | None, Meta(description="Distinct blobs plus config; null unless every blob is compressed")
    ]
    tar_bytes: Bytes
    file_bytes: Bytes
    rootfs_bytes: Bytes
    waste_bytes: Annotated[Bytes, Meta(description="file_bytes minus rootfs_bytes, exactly")]
    efficiency: Annotated[float, Meta(ge=0, le=1, description="rootfs_bytes divided by file_bytes; 1 without files")]
    files: Annotated[int, Meta(ge=0, description="Visible regular files; hard links of one file count once")]
    layers: Annotated[int, Meta(ge=0)]


class LedgerSection(msgspec.Struct, frozen=True):
    """Every byte of a layer's tar stream in one class; they sum up to tar_bytes."""

    visible: Bytes
    overwritten: Bytes
    recopied: Bytes
    removed: Bytes
    repeated: Bytes
    overhead: Bytes


class LayerSection(msgspec.Struct, frozen=True):
    """One layer."""

    index: int
    diff_id: str
    chain_id: str
    digest: str
    media_type: str | None
    compression: str
    blob_bytes: Annotated[Bytes | None, Meta(description="null where only an uncompressed copy is known")]
    tar_bytes: Bytes
    file_bytes: Bytes
    entries: Annotated[int, Meta(ge=0)]
    whiteouts: Annotated[int, Meta(ge=0)]
    created: str | None
    created_by: str | None
    instruction: Annotated[str, Meta(description="created_by as a Dockerfile would write it; empty where unknown")]
    ledger: LedgerSection
    origin: Annotated[
        str | None, Meta(description="own or inherited; null where no parent image is known, not even by a guess")
    ] = None
    dockerfile_line: Annotated[
        int | None, Meta(description="Line of the instruction in the Dockerfile that was given, where it fits")
    ] = None


class CauseSection(msgspec.Struct, frozen=True):
    """Wasted bytes by what took them out of sight."""

    overwritten: Bytes
    recopied: Bytes
    removed: Bytes
    repeated: Bytes


class LayerWasteSection(msgspec.Struct, frozen=True):
    """Waste of one layer: bytes it holds that are wasted, and bytes (of any layer) that it made waste."""

    layer: int
    held: Bytes
    caused: Bytes


class FlowSection(msgspec.Struct, frozen=True):
    """Bytes of one layer that another, or itself, made waste."""

    held_by: int
    caused_by: int
    bytes: Bytes
    files: Annotated[int, Meta(ge=0)]


class WastePath(msgspec.Struct, frozen=True):
    """One wasted file."""

    path: str
    bytes: Bytes
    pull_bytes: Bytes | None
    cause: str
    held_by: int
    caused_by: int


class DirectorySection(msgspec.Struct, frozen=True):
    """A directory with all files at or below it."""

    path: str
    bytes: Bytes
    pull_bytes: Bytes | None
    files: int


class WasteSection(msgspec.Struct, frozen=True):
    """Bytes that are stored and that no container sees."""

    bytes: Bytes
    by_cause: CauseSection
    by_layer: Annotated[list[LayerWasteSection], Meta(description="Layers that hold or cause waste")]
    directories: list[DirectorySection]
    paths: Annotated[list[WastePath], Meta(description="Largest first; `omitted` says what was cut")]
    flows: Annotated[
        list[FlowSection], Meta(description="From layer to layer, the most bytes first: of all of them, the largest")
    ] = []


class FileSection(msgspec.Struct, frozen=True):
    """One visible file; links counts its hard-linked names."""

    path: str
    bytes: Bytes
    pull_bytes: Bytes | None
    layer: int
    links: int


class LargestSection(msgspec.Struct, frozen=True):
    """The largest of what a container sees."""

    files: list[FileSection]
    directories: list[DirectorySection]


class DuplicateSection(msgspec.Struct, frozen=True):
    """One content at several visible paths; bytes is what all copies but one take."""

    digest: str
    bytes: Bytes
    copies: int
    paths: list[str]


class InstructionSection(msgspec.Struct, frozen=True):
    """One row of the history, or a layer that the history has no row for."""

    index: Annotated[int | None, Meta(description="Place in the config's history; null for a layer without a row")]
    layer: Annotated[int | None, Meta(description="The layer that it made; null for none")]
    kind: Annotated[str, Meta(description="RUN, COPY, ENV and so on; empty where unknown")]
    text: Annotated[str, Meta(description="As a Dockerfile would write it; empty where unknown")]
    created_by: str | None
    created: str | None
    file_bytes: Bytes
    blob_bytes: Bytes | None
    held: Annotated[Bytes, Meta(description="Wasted bytes that its layer stores")]
    caused: Annotated[Bytes, Meta(description="Bytes, of any layer, that its layer made waste")]
    dockerfile_line: int | None = None


class ShareSection(msgspec.Struct, frozen=True):
    """The part of an image that some of its layers make up."""

    layers: int
    tar_bytes: Bytes
    file_bytes: Bytes
    rootfs_bytes: Bytes
    waste_bytes: Bytes
    pull_bytes: Annotated[Bytes | None, Meta(description="Distinct blobs; null unless every blob is compressed")]
    ledger: LedgerSection


class ParentSection(msgspec.Struct, frozen=True):
    """A parent image, and why it is taken for one."""

    names: list[str]
    evidence: Annotated[
        str, Meta(description="chain-id, annotation, history, content, boundary or os-release: strongest first")
    ]
    score: Annotated[float, Meta(ge=0, le=1)]
    certain: Annotated[bool, Meta(description="Whether this is proven; all else is a guess")]
    layers: Annotated[int | None, Meta(description="How many of the lowest layers it has; null where unknown")]
    image_id: str | None
    created: str | None
    inherited_bytes: Annotated[Bytes | None, Meta(description="File bytes of the layers that this parent adds")]
    shadowed_bytes: Annotated[Bytes | None, Meta(description="Of those, bytes that the image's own layers hid")]
    waste_bytes: Annotated[Bytes | None, Meta(description="Of those, bytes that the parent itself wastes")]


class ParentsSection(msgspec.Struct, frozen=True):
    """Where the image comes from, and what is its own."""

    chain: Annotated[list[ParentSection], Meta(description="The root of the chain first; empty where nothing is known")]
    own_from: Annotated[int, Meta(description="Index of the first layer that is the image's own")]
    own: ShareSection
    inherited: ShareSection
    notes: list[str]


class FindingSection(msgspec.Struct, frozen=True):
    """One thing to change, and exactly what that saves."""

    rule: str
    title: str
    severity: Annotated[str, Meta(description="security, waste or size")]
    layer: Annotated[int | None, Meta(description="The layer whose instruction is to be edited; null for the config")]
    instruction: str
    edit: str
    paths: Annotated[list[str], Meta(description="The first of `count`")]
    count: int
    file_bytes: Bytes
    pull_bytes: Bytes | None
    inherited: Annotated[bool, Meta(description="Whether the layer is a parent image's")]
    dockerfile_line: int | None = None


class FindingsSection(msgspec.Struct, frozen=True):
    """What to change. Own findings first, then those of parent images; the most bytes first."""

    file_bytes: Annotated[Bytes, Meta(description="What all of them save together: each byte counts once")]
    pull_bytes: Bytes | None
    own_file_bytes: Annotated[Bytes, Meta(description="What those save together that are not inherited")]
    own_pull_bytes: Bytes | None
    found: list[FindingSection]
    omitted: Annotated[int, Meta(ge=0, description="Findings that `found` leaves out; the sums count them")]


class PackageSection(msgspec.Struct, frozen=True):
    """A package with its files that a container sees; each file counts for one package."""

    ecosystem: Annotated[str, Meta(description="How it was installed: dpkg, python, npm and so on")]
    name: str
    version: str
    files: int
    file_bytes: Bytes
    pull_bytes: Bytes | None
    claimed_bytes: Annotated[int | None, Meta(description="The installed size that it states of itself, or null")]
    layer: Annotated[int | None, Meta(description="The layer that stores the most of its bytes")]


class PackagePart(msgspec.Struct, frozen=True):
    """A package as a part of its ecosystem."""

    name: str
    file_bytes: Bytes


class EcosystemSection(msgspec.Struct, frozen=True):
    """All packages of one ecosystem. `parts` and `other_bytes` sum up to `file_bytes`."""

    ecosystem: str
    packages: int
    files: int
    file_bytes: Bytes
    pull_bytes: Bytes | None
    parts: Annotated[list[PackagePart], Meta(description="Packages with at least 0.5% of `rootfs_bytes`")]
    other_packages: Annotated[int, Meta(ge=0, description="Packages that are not in `parts`")]
    other_bytes: Bytes


class PackagesSection(msgspec.Struct, frozen=True):
    """The packages that a container sees. `file_bytes` and `unowned_bytes` sum up to `rootfs_bytes`."""

    packages: Annotated[int, Meta(ge=0)]
    files: Annotated[int, Meta(ge=0, description="Visible regular files that a package owns")]
    file_bytes: Bytes
    pull_bytes: Bytes | None
    unowned_files: Annotated[int, Meta(ge=0)]
    unowned_bytes: Bytes
    ecosystems: Annotated[list[EcosystemSection], Meta(description="The most bytes first")]
    largest: Annotated[list[PackageSection], Meta(description="Packages with content, the most bytes first")]
    omitted: Annotated[int, Meta(ge=0, description="Packages that `largest` leaves out; the sums count them")]
    unowned: Annotated[list[DirectorySection], Meta(description="Directories of files that no package owns")]


class LayerPartsSection(msgspec.Struct, frozen=True):
    """Where all bytes are: columns, one item a path and a layer that stores some there.

    Each file counts once: for its own path, or for the closest directory above it that is in the tree.
    """

    path: Annotated[list[int], Meta(description="Place in the columns of `filesystem`")]
    layer: list[int]
    file_bytes: Annotated[list[Bytes], Meta(description="What a container sees")]
    pull_bytes: Annotated[
        list[Bytes | None] | None, Meta(description="Of what a container sees; null where plain layers store it")
    ]
    waste_bytes: Annotated[list[Bytes], Meta(description="What no container sees any more")]


class FilesystemSection(msgspec.Struct, frozen=True):
    """The paths with the most bytes, seen or wasted, as a tree: columns, one item a path."""

    name: Annotated[list[str], Meta(description="Last part of the path; of the root, the first, it is empty")]
    parent: Annotated[list[int], Meta(description="Place of the directory that it is in, before its own; -1 for none")]
    directory: list[bool]
    files: Annotated[list[int], Meta(description="Files with content that a container sees, at or below the path")]
    wasted: Annotated[list[int], Meta(description="Wasted files at or below the path")]
    package: Annotated[list[int | None], Meta(description="Of `packages`, who owns more than half of what is seen")]
    digest: Annotated[list[str | None], Meta(description="Of small files, and of those that share their size")]
    layers: LayerPartsSection
    packages: Annotated[list[str], Meta(description="Ecosystem, name and version")]
    omitted: Annotated[int, Meta(ge=0, description="Paths with bytes that are left out; directories count them")]


class OmittedSection(msgspec.Struct, frozen=True):
    """What the lists leave out, so that nothing is cut in silence."""

    waste_paths: int
    waste_bytes: Bytes
    files: int
    duplicates: int
    duplicate_bytes: Bytes


class Document(msgspec.Struct, frozen=True):
    """A whole report on one image."""

    schema_version: str
    image: ImageSection
    size: SizeSection
    layers: list[LayerSection]
    waste: WasteSection
    largest: LargestSection
    duplicates: list[DuplicateSection]
    omitted: OmittedSection
    notes: Annotated[list[str], Meta(description="Facts that a reader should know, one sentence each")]
    history: Annotated[list[InstructionSection], Meta(description="In the order in which they ran")] = []
    parents: ParentsSection | None = None
    findings: FindingsSection | None = None
    packages: PackagesSection | None = None
    filesystem: FilesystemSection | None = None

    def __repr__(self) -> str:
        return f"<Document {self.schema_version} on {self.image.name!r}>"
