"""An archive that passes by once, from a pipe or a decompressor: what may be needed is taken on the way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from ..errors import ArchiveReadError, ImageReadError, LimitExceededError, of_image
from ..model import METADATA_BYTES_LIMIT
from ..streams.base import Prefixed, drain, read
from ..streams.compression import PLAIN, sniff
from ..tar.headers import BLOCK, ZERO_BLOCK, checksum_matches
from ..tar.members import Member, has_end_mark, read_members
from .archive import MEMBERS_LIMIT, lost, member_path, resolve_links
from .files import check_metadata_size, passed_by

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..streams.base import ByteStream, Part

Result = TypeVar("Result")

METADATA_TOTAL_LIMIT = 16 * METADATA_BYTES_LIMIT
_TRAILING_BYTES = 1024**3


class StreamedFiles(Generic[Result]):
    """A tar stream, read to its end: small JSON files are kept, and all that can be a layer was visited.

    Which members are layers is known only at the end, when the manifest has been seen; so a layer that no
    image of the archive uses is visited too, and what is wrong with it matters only to who asks for it.
    ``reopen`` begins with the tar stream anew; None where it came from a pipe.
    """

    def __init__(
        self,
        stream: ByteStream,
        visitor: Callable[[ByteStream], Result],
        label: str,
        reopen: Callable[[], ByteStream] | None = None,
    ) -> None:
        self.label = label
        self._visitor = visitor
        self._reopen = reopen
        self._members: dict[str, Member] = {}
        self._metadata: dict[str, bytes] = {}
        self._metadata_left = METADATA_TOTAL_LIMIT
        self._results: dict[str, Result | ImageReadError] = {}
        with of_image(label, ArchiveReadError):
            end = 0
            for member, content in read_members(stream):
                self._take(member_path(member.name), member, content)
                end = member.end
            self.may_lack_members = not has_end_mark(stream, end)
            drain(stream, _TRAILING_BYTES)  # a compressed stream has its checksum at its end

    def _take(self, path: str, member: Member, content: Part) -> None:
        self._members[path] = member
        if len(self._members) > MEMBERS_LIMIT:
            raise LimitExceededError(f"more than {MEMBERS_LIMIT:,} members")
        if not member.is_file:
            return
        head = read(content, min(BLOCK, member.size))
        whole = Prefixed(head, content)
        if may_be_layer(head):
            try:
                self._results[path] = self._visitor(whole)
            except ImageReadError as error:
                self._results[path] = error
        elif member.size <= METADATA_BYTES_LIMIT:
            self._keep(path, read(whole, member.size))

    def _keep(self, path: str, content: bytes) -> None:
        self._metadata_left -= len(content)
        if self._metadata_left < 0:
            raise LimitExceededError(f"more than {METADATA_TOTAL_LIMIT:,} bytes of metadata")
        self._metadata[path] = content

    def __contains__(self, name: str) -> bool:
        return self._resolved(name) is not None

    def read(self, name: str) -> bytes:
        """The small file that was kept."""
        path, member = self._existing(name)
        check_metadata_size(name, member.size)
        if path not in self._metadata:
            raise ArchiveReadError(f"{name} in {self.label} is a layer where metadata is expected", image=self.label)
        return self._metadata[path]

    def size(self, name: str) -> int:
        """The member's size."""
        return self._existing(name)[1].size

    def is_symlink(self, name: str) -> bool:
        """Whether the member is a link, before it is followed."""
        member = self._members.get(member_path(name))
        return member is not None and member.is_symlink

    def visit(self, name: str, visitor: Callable[[ByteStream], Any]) -> Any:  # noqa: ARG002
        """What the visitor made of the member when it passed by; raises what it raised then."""
        path, _ = self._existing(name)
        if path not in self._results:
            raise ArchiveReadError(
                f"{name} in {self.label} is neither a tar stream nor a compressed one", image=self.label
            )
        result = self._results[path]
        if isinstance(result, ImageReadError):
            raise result
        return cast("Any", result)

    def stream(self, name: str) -> ByteStream:
        """The member from its start, found on another way through the archive."""
        _, member = self._existing(name)
        if self._reopen is None:
            raise passed_by(self.label)
        with of_image(self.label, ArchiveReadError):
            for each, content in read_members(self._reopen()):
                if each == member:
                    return content
        raise ArchiveReadError(f"{self.label} was changed while it was read", image=self.label)

    def _existing(self, name: str) -> tuple[str, Member]:
        found = self._resolved(name)
        if found is None:
            raise lost(self._members, name, self.label)
        return found

    def _resolved(self, name: str) -> tuple[str, Member] | None:
        member = resolve_links(self._members, member_path(name))
        return None if member is None else (member_path(member.name), member)


def may_be_layer(head: bytes) -> bool:
    """Whether a file that starts with ``head`` can be a layer: a tar stream, plain or compressed."""
    if len(head) < BLOCK:
        return not head or _is_compressed(head)
    return head == ZERO_BLOCK or _is_compressed(head) or checksum_matches(head)


def _is_compressed(head: bytes) -> bool:
    try:
        return sniff(head) != PLAIN
    except ImageReadError:  # xz and bzip2: the visitor says what is wrong with them
        return True
