"""The comparison of two images as a document: what its JSON holds and every other format is rendered from.

As with reports, a published field never changes its meaning. All sizes are bytes; growth is that of the new image
over the old one, and negative where it shrank.
"""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from ..document import Bytes, ImageSection, SizeSection

DIFF_SCHEMA_VERSION = "1.3"

Growth = Annotated[int, Meta(ge=-(1 << 63), le=(1 << 63) - 1)]
Count = Annotated[int, Meta(ge=0)]


class SideSection(msgspec.Struct, frozen=True):
    """One of the two images."""

    image: ImageSection
    size: SizeSection


class FileChange(msgspec.Struct, frozen=True):
    """A path that differs."""

    path: Annotated[str, Meta(description="Path in the new image; of what was removed, in the old one")]
    old_path: Annotated[str | None, Meta(description="Path in the old image of what was moved")]
    change: Annotated[str, Meta(description="added, removed, modified, metadata or moved")]
    what: Annotated[list[str], Meta(description="content, type, link target, mode, owner, xattrs, device, mtime")]
    bytes: Growth
    bytes_old: Bytes
    bytes_new: Bytes
    layer_old: int | None
    layer_new: int | None
    package: Annotated[str | None, Meta(description="Ecosystem and name of the package that owns it")]
    details: Annotated[list[str], Meta(description="Of metadata, both values: `mode 0644 -> 0755`")] = []
    origin: Annotated[
        str | None,
        Meta(description="With a base image: in which of the two it differs from that: old, new, both apart"),
    ] = None
    pairs: Annotated[
        list[int], Meta(description="Places in `layers`: that have it, had this content first, or upgraded its package")
    ] = []


class ChangeCount(msgspec.Struct, frozen=True):
    """How many paths have changed in one way, and by how much that grew the image."""

    change: str
    paths: Count
    bytes: Growth


class MovedFolder(msgspec.Struct, frozen=True):
    """Many moves told as one: what stood below one folder now stands below another."""

    old_path: str
    path: str
    paths: Count
    bytes: Annotated[Bytes, Meta(description="Content that moved")]


class FilesSection(msgspec.Struct, frozen=True):
    """The final root filesystems, path by path."""

    counts: list[ChangeCount]
    moved_folders: list[MovedFolder]
    changes: Annotated[list[FileChange], Meta(description="The largest first; `omitted` says how many are left out")]
    omitted: Count


class LayerPairSection(msgspec.Struct, frozen=True):
    """A layer of either image, or of both."""

    status: Annotated[str, Meta(description="same, changed, moved, inserted or removed")]
    old: int | None
    new: int | None
    evidence: Annotated[str | None, Meta(description="What ties both: diff ID, instruction or content")]
    instruction: str
    file_bytes_old: Bytes | None
    file_bytes_new: Bytes | None
    growth: Annotated[Growth, Meta(description="Its part of the growth; all parts sum up to the whole")]


class ConfigChangeSection(msgspec.Struct, frozen=True):
    """A field of the configuration; null where it is not set. Values of secrets are left out."""

    field: str
    old: str | None
    new: str | None


class PackageChangeSection(msgspec.Struct, frozen=True):
    """A package that differs."""

    ecosystem: str
    name: str
    change: Annotated[str, Meta(description="added, removed, version or resized")]
    versions_old: list[str]
    versions_new: list[str]
    bytes_old: Bytes
    bytes_new: Bytes
    bytes: Growth
    pairs: Annotated[list[int], Meta(description="Places in `layers`: those of all of its files that differ")] = []


class CauseSection(msgspec.Struct, frozen=True):
    """A part of the growth, with the largest of its own parts."""

    kind: Annotated[str, Meta(description="layer, package, directory or file")]
    name: Annotated[str, Meta(description="Instruction, package or path; empty for what no package owns")]
    bytes: Growth
    files: Count
    version_old: str | None
    version_new: str | None
    pair: Annotated[int | None, Meta(description="Of layers, the place in `layers`")]
    causes: list[CauseSection]


class GrowthSection(msgspec.Struct, frozen=True):
    """Why the root filesystem grew or shrank. The parts of each level sum up to what is above them."""

    bytes: Growth
    layers: Annotated[list[CauseSection], Meta(description="By layer, package, directory and file")]
    packages: Annotated[list[CauseSection], Meta(description="The same bytes by package")]
    unowned: Annotated[Growth, Meta(description="What belongs to no package")]
    directories: Annotated[list[CauseSection], Meta(description="The same bytes by directory, with all below it")]


class LayerCostSection(msgspec.Struct, frozen=True):
    """A layer that a host with the old image lacks."""

    layer: int
    instruction: str
    blob_bytes: Bytes | None
    tar_bytes: Bytes
    file_bytes: Bytes
    known_bytes: Annotated[Bytes, Meta(description="Of file_bytes, content that a layer of the old image has too")]


class ReorderingSection(msgspec.Struct, frozen=True):
    """Layers that would have stayed in the cache had one instruction come after theirs."""

    cause: int
    cause_instruction: str
    layers: list[int]
    instructions: list[str]
    bytes: Bytes
    compressed: Annotated[bool, Meta(description="Whether bytes are those of blobs, or of unpacked layers")]


class CostSection(msgspec.Struct, frozen=True):
    """What a host that has the old image must pull."""

    pull_bytes: Annotated[Bytes | None, Meta(description="Blobs and config that it lacks; null for plain layers")]
    tar_bytes: Annotated[Bytes, Meta(description="The same layers unpacked")]
    new_bytes: Annotated[Bytes, Meta(description="Content that no layer of the old image has: the least possible")]
    new_pull_bytes: Bytes | None
    layers: list[LayerCostSection]
    reorderings: list[ReorderingSection]


class StrictSection(msgspec.Struct, frozen=True):
    """The first difference at one level."""

    level: Annotated[
        str, Meta(description="index, manifest, config, history, layer blob, layer, entry header or content")
    ]
    where: str
    old: str
    new: str


class ContentSection(msgspec.Struct, frozen=True):
    """What differs inside one file."""

    path: str
    kind: Annotated[str, Meta(description="text, json, archive, elf, binary, or diffoscope for its report")]
    lines: Annotated[list[str], Meta(description="A unified diff, or notes")]
    omitted: Annotated[Count, Meta(description="Lines that were left out")]


class GrowthPartsSection(msgspec.Struct, frozen=True):
    """Which layers the growth and loss count for: columns, one item a path and a pair of layers, in their order.

    Each file counts once: for its own path, or for the closest directory above it that is not left out.
    """

    path: Annotated[list[Count], Meta(description="Place among the paths")]
    pair: Annotated[list[Count], Meta(description="Place in `layers`: the one that brought the content")]
    grew: list[Bytes]
    shrank: list[Bytes]


class GrowthTreeSection(msgspec.Struct, frozen=True):
    """The paths with the most growth or loss, as a tree: columns, one item a path."""

    name: Annotated[list[str], Meta(description="Last part of the path; of the root, the first, it is empty")]
    parent: Annotated[list[int], Meta(description="Place of the directory that it is in, before its own; -1 for none")]
    grew: Annotated[list[Bytes], Meta(description="What files at or below it grew by, new ones included")]
    shrank: Annotated[list[Bytes], Meta(description="What files at or below it shrank by, removed ones included")]
    paths: Annotated[list[Count], Meta(description="Files at or below it that grew or shrank")]
    change: Annotated[list[str | None], Meta(description="Of the path itself; null where only paths below it differ")]
    omitted: Annotated[Count, Meta(description="Paths that are left out; directories count them")]
    parts: GrowthPartsSection | None = None


class DiffDocument(msgspec.Struct, frozen=True):
    """What became of one image in another."""

    schema_version: str
    old: SideSection
    new: SideSection
    identical: Annotated[bool, Meta(description="Whether nothing differs that was compared")]
    growth: GrowthSection
    layers: list[LayerPairSection]
    packages: Annotated[list[PackageChangeSection], Meta(description="The largest growth or loss first")]
    packages_omitted: Count
    config: list[ConfigChangeSection]
    files: FilesSection
    cost: CostSection
    notes: list[str]
    strict: Annotated[list[StrictSection] | None, Meta(description="null unless it was asked for")] = None
    contents: list[ContentSection] = []
    growth_tree: GrowthTreeSection | None = None

    def __repr__(self) -> str:
        return f"<DiffDocument {self.schema_version} {self.old.image.name!r} to {self.new.image.name!r}>"
