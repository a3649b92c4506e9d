"""What is known of an image when it is compared with others: metadata, sizes, and the files that a container sees.

An image that was just read and one that a catalog remembers look the same from here on.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

import msgspec

from ..digest import Digest
from ..model import HistoryEntry, Platform  # noqa: TC001 - msgspec reads the annotations

if TYPE_CHECKING:
    from collections.abc import Callable

    import pyarrow as pa


class LayerSizes(msgspec.Struct, frozen=True):
    """Bytes of one layer; ``blob_bytes`` is None where only an uncompressed copy is known."""

    blob_bytes: int | None
    tar_bytes: int
    file_bytes: int


class ImageSizes(msgspec.Struct, frozen=True):
    """Bytes of a whole image, and its number of visible files."""

    pull_bytes: int | None
    tar_bytes: int
    file_bytes: int
    rootfs_bytes: int
    waste_bytes: int
    files: int


class StatedParent(msgspec.Struct, frozen=True):
    """What an image says of its parent (annotations.md); ``label``: in a label, which children inherit."""

    name: str | None
    digest: str | None
    label: bool


class PackageName(msgspec.Struct, frozen=True, order=True):
    """A package that a container sees."""

    ecosystem: str
    name: str
    version: str


class Profile(msgspec.Struct, frozen=True):
    """An image without its names and files. Layers are lowest first.

    ``image_id`` is the digest of the config, None for a bare root filesystem. ``packages`` are None where nobody
    looked for them, as in catalogs of old.
    """

    platform: Platform
    created: str | None
    image_id: Digest | None
    manifest_digest: Digest | None
    diff_ids: tuple[Digest, ...]
    chain_ids: tuple[Digest, ...]
    history: tuple[HistoryEntry, ...]
    layers: tuple[LayerSizes, ...]
    sizes: ImageSizes
    os_release: dict[str, str]
    stated: tuple[StatedParent, ...] = ()
    packages: tuple[PackageName, ...] | None = None

    def __repr__(self) -> str:
        return f"<Profile {self.image_id} {self.platform} {len(self.diff_ids)} layers>"

    @property
    def identity(self) -> Digest:
        """What tells this image from others: the image ID, or the digest of the layers where there is none."""
        return self.image_id or Digest.of(" ".join(self.diff_ids).encode())

    @property
    def steps(self) -> tuple[HistoryEntry, ...]:
        """The history where it says which step made which layer, else nothing (config.md, "history")."""
        made = sum(not step.empty_layer for step in self.history)
        return self.history if made == len(self.diff_ids) else ()


@dataclass(frozen=True)
class KnownImage:
    """An image under all names that it is known by; ``load_files`` reads its table of files on first use."""

    names: tuple[str, ...]
    profile: Profile
    load_files: Callable[[], pa.Table] = field(repr=False, compare=False)

    @cached_property
    def files(self) -> pa.Table:
        """The files that a container sees (`tables.CATALOG`)."""
        return self.load_files()


def moment(text: str | None) -> datetime | None:
    """The time that RFC 3339 text states, in UTC, None where it states none.

    >>> moment("2024-05-01T12:00:00.123456789Z") > moment("2024-05-01T13:00:00+02:00")
    True
    """
    try:
        found = datetime.fromisoformat(text) if text else None
        return found and (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def same_platform(first: Platform, second: Platform) -> bool:
    """Whether two images can be related: what both state of their platform agrees."""
    stated: list[tuple[Any, Any]] = [
        (first.os, second.os),
        (first.architecture, second.architecture),
        (first.variant, second.variant),
    ]
    return all(not one or not other or one == other for one, other in stated)
