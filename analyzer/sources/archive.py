"""Members of a tar file that can be read from any place, by several threads at once."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, TypeVar

from ..errors import ArchiveReadError, BlobNotFoundError, LimitExceededError, of_image
from ..streams.base import FileStream, read
from ..tar.members import Member, has_end_mark, read_members
from .files import check_metadata_size, not_found

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..streams.base import ByteStream, OpenFile

Result = TypeVar("Result")

LINKS_LIMIT = 32
MEMBERS_LIMIT = 100_000

# An archive with more members than this that no image format would hold is a root filesystem; a layout
# may hold unknown files (image-layout.md), so one alone decides nothing.
FOREIGN_MEMBERS_LIMIT = 1000

_BY_DIGEST = re.compile(r"(blobs/sha256/|(sha256:)?[0-9a-f]{64}([./]|\Z)).*", re.DOTALL)
_SURELY_IMAGE = re.compile(r"oci-layout|blobs/sha256(/.*)?")
_OF_AN_IMAGE = re.compile(
    r"blobs(/.*)?|(manifest|index)\.json|repositories|(sha256:)?[0-9a-f]{64}([./].*)?|([^/]+/)?[^/]+\.(tar|tar\.gz)"
)
_OF_A_ROOT = re.compile(
    r"(\.dockerenv|bin|boot|dev|etc|home|lib|lib64|media|mnt|opt|proc|root|run|s?bin|srv|sys|tmp|usr|var)(/.*)?"
)


def member_path(name: str) -> str:
    """The name without ``./`` and the like, inside the archive's root.

    >>> member_path("./a//b/../c"), member_path("../../etc")
    ('a/c', 'etc')
    """
    return posixpath.normpath("/" + name).lstrip("/")


class Nature:
    """What the names of an archive's members tell: is it an image or a root filesystem?

    >>> nature = Nature()
    >>> for path in ("README.md", "etc/passwd", "oci-layout"):
    ...     nature.note(path)
    ...     print(nature.is_image, nature.is_root)
    False False
    False True
    True False
    """

    def __init__(self) -> None:
        self._sure = False
        self._image = False
        self._root = False
        self._foreign = 0
        self._has_digests = False

    def note(self, path: str, *, is_layer: bool = False) -> None:
        """Take one more name into account, and whether that file can be a layer."""
        self._has_digests |= _BY_DIGEST.fullmatch(path) is not None
        if _SURELY_IMAGE.fullmatch(path):
            self._sure = True
        elif _OF_A_ROOT.fullmatch(path):
            self._root = True
            self._foreign += 1
        elif is_layer or _OF_AN_IMAGE.fullmatch(path):
            self._image = True
        else:
            self._foreign += 1

    @property
    def is_image(self) -> bool:
        """Whether some name is one that only images have, or fits an image and none is of a root filesystem."""
        return self._sure or (self._image and not self._root)

    @property
    def holds_parts_of_image(self) -> bool:
        """Whether it is an image, and some of its files are called by digests: nobody calls others so."""
        return self.is_image and not self.is_root and self._has_digests

    @property
    def is_root(self) -> bool:
        """Whether some name is one that root filesystems have, or far too many fit no image."""
        return not self._sure and (self._root or self.has_many_foreign)

    @property
    def has_many_foreign(self) -> bool:
        """Whether there is no need to look at more names."""
        return self._foreign > FOREIGN_MEMBERS_LIMIT and not self._sure


def resolve_links(members: dict[str, Member], name: str) -> Member | None:
    """The file that ``name`` leads to through hard and symbolic links inside the archive, if any.

    Docker links layers that occur twice, and the link may stand before its target.
    """
    member = _followed(members, name)
    return member if member is not None and member.is_file else None


def lost(members: dict[str, Member], name: str, where: str) -> BlobNotFoundError:
    """The error for a name that leads to no file of the archive ``where``."""
    member = _followed(members, member_path(name))
    if member is not None and member.is_link:
        told = f"{name} in {where} is a link that leads in a circle, or over more than {LINKS_LIMIT} links"
        return BlobNotFoundError(told, image=where)
    return not_found(name, where)


def _followed(members: dict[str, Member], name: str) -> Member | None:
    """What is at the end of the links from ``name`` on; a link where there is none, or it is too far."""
    member = members.get(name)
    for _ in range(LINKS_LIMIT):
        if member is None or not member.is_link:
            break
        beside = posixpath.dirname(name) if member.is_symlink else ""
        name = member_path(posixpath.join("/", beside, member.link))
        member = members.get(name)
    return member


class ArchiveFiles:
    """A seekable tar file, by its list of members."""

    def __init__(self, file: OpenFile, label: str) -> None:
        self.label = label
        self._file = file
        self._members: dict[str, Member] = {}
        self.is_root_filesystem = False
        with of_image(label, ArchiveReadError):
            self._list_members()

    def _list_members(self) -> None:
        nature, stream, end = Nature(), self._file.stream(), 0
        for member, _ in read_members(stream):
            path = member_path(member.name)
            self._members[path] = member
            nature.note(path)
            end = member.end
            if nature.has_many_foreign:
                break
            if len(self._members) > MEMBERS_LIMIT:
                raise LimitExceededError(f"more than {MEMBERS_LIMIT:,} members")
        self.is_root_filesystem = nature.is_root
        self.holds_parts_of_image = nature.holds_parts_of_image
        # Of a root filesystem the end may not have been looked for.
        self.may_lack_members = nature.is_image and not nature.is_root and not has_end_mark(stream, end)
        self.holds_folder_of_image = not nature.is_root and any(
            name.endswith(("/oci-layout", "/manifest.json")) for name in self._members
        )

    def __contains__(self, name: str) -> bool:
        return self._resolved(name) is not None

    def read(self, name: str) -> bytes:
        """The member whole."""
        member = self._member(name)
        check_metadata_size(name, member.size)
        return read(self._stream(member), member.size)

    def size(self, name: str) -> int:
        """The member's size."""
        return self._member(name).size

    def is_symlink(self, name: str) -> bool:
        """Whether the member is a link, before it is followed."""
        member = self._members.get(member_path(name))
        return member is not None and member.is_symlink

    def visit(self, name: str, visitor: Callable[[ByteStream], Result]) -> Result:
        """Give the visitor a stream of its own."""
        return visitor(self.stream(name))

    def stream(self, name: str) -> ByteStream:
        """The member from its start."""
        return self._stream(self._member(name))

    def _stream(self, member: Member) -> FileStream:
        return FileStream(self._file, member.offset, member.size)

    def _member(self, name: str) -> Member:
        member = self._resolved(name)
        if member is None:
            raise lost(self._members, name, self.label)
        return member

    def _resolved(self, name: str) -> Member | None:
        return resolve_links(self._members, member_path(name))
