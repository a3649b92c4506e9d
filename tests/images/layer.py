"""A layer's tar, written entry by entry."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from hashlib import sha256
from typing import Any, Self, TypedDict, Unpack

from .headers import Dialect, Member, Records, encode, extended_header, xattr_records
from .sparse import Segment, SparseForm, encode_sparse

END_BLOCKS = bytes(1024)


class Metadata(TypedDict, total=False):
    """What every kind of entry can be given."""

    mode: int
    uid: int
    gid: int
    mtime: int | Decimal  # a Decimal keeps nanoseconds exactly
    user: str
    group: str
    xattrs: Mapping[str, bytes]
    pax: Records  # further PAX records, written as given
    size: int  # what the header claims, where that is not the content's length
    fields: Mapping[str, bytes]  # raw header fields by name (headers.FIELDS), checksum included
    dialect: Dialect


class Layer:
    """A tar under construction; each method adds one entry and returns the layer.

    Names are written as they are given, `./a`, `/a`, `a//b` and bytes that are not UTF-8 included;
    only `directory` adds the final slash that tar writers add.

    >>> import io, tarfile
    >>> layer = Layer().directory("etc").file("etc/motd", b"hello").whiteout("etc/issue")
    >>> tarfile.open(fileobj=io.BytesIO(layer.tar())).getnames()
    ['etc', 'etc/motd', 'etc/.wh.issue']
    """

    def __init__(self, dialect: Dialect = "pax") -> None:
        self.dialect: Dialect = dialect
        self._parts: list[bytes] = []
        self._ending = END_BLOCKS

    def file(self, path: str | bytes, content: bytes = b"", **metadata: Unpack[Metadata]) -> Self:
        """Add a regular file."""
        return self.entry(path, b"0", content, **metadata)

    def files(self, contents: Mapping[str, bytes]) -> Self:
        """Add a regular file for each path, in the mapping's order."""
        for path, content in contents.items():
            self.file(path, content)
        return self

    def directory(self, path: str | bytes, **metadata: Unpack[Metadata]) -> Self:
        """Add a directory."""
        name = _bytes(path)
        return self.entry(name if name.endswith(b"/") else name + b"/", b"5", **_default_mode(metadata, 0o755))

    def symlink(self, path: str | bytes, target: str | bytes, **metadata: Unpack[Metadata]) -> Self:
        """Add a symbolic link."""
        return self.entry(path, b"2", link=target, **_default_mode(metadata, 0o777))

    def hardlink(self, path: str | bytes, target: str | bytes, **metadata: Unpack[Metadata]) -> Self:
        """Add a hard link to `target`, a path from the image's root."""
        return self.entry(path, b"1", link=target, **metadata)

    def character(self, path: str | bytes, major: int, minor: int, **metadata: Unpack[Metadata]) -> Self:
        """Add a character device."""
        return self.entry(path, b"3", major=major, minor=minor, **metadata)

    def block(self, path: str | bytes, major: int, minor: int, **metadata: Unpack[Metadata]) -> Self:
        """Add a block device."""
        return self.entry(path, b"4", major=major, minor=minor, **metadata)

    def fifo(self, path: str | bytes, **metadata: Unpack[Metadata]) -> Self:
        """Add a named pipe."""
        return self.entry(path, b"6", **metadata)

    def whiteout(self, path: str | bytes, **metadata: Unpack[Metadata]) -> Self:
        """Add the empty file that hides `path` of the layers below."""
        parent, slash, name = _bytes(path).rpartition(b"/")
        return self.entry(parent + slash + b".wh." + name, b"0", **metadata)

    def opaque(self, path: str | bytes, **metadata: Unpack[Metadata]) -> Self:
        """Add the empty file that hides what the layers below have under `path`; "" is the root."""
        directory = _bytes(path)
        return self.entry((directory + b"/" if directory else b"") + b".wh..wh..opq", b"0", **metadata)

    def sparse(
        self,
        path: str | bytes,
        segments: Sequence[Segment],
        length: int,
        form: SparseForm,
        **metadata: Unpack[Metadata],
    ) -> Self:
        """Add a file of `length` bytes of which only the segments are stored."""
        return self.raw(encode_sparse(_member(path, metadata), segments, length, form))

    def entry(
        self,
        path: str | bytes,
        typeflag: bytes,
        content: bytes = b"",
        *,
        link: str | bytes = b"",
        major: int = 0,
        minor: int = 0,
        **metadata: Unpack[Metadata],
    ) -> Self:
        """Add an entry of any type, however odd; all other methods end here."""
        member = _member(
            path,
            metadata,
            typeflag=typeflag,
            content=content,
            linkname=_bytes(link),
            major=major,
            minor=minor,
        )
        return self.raw(encode(member, metadata.get("dialect", self.dialect)))

    def pax_global(self, records: Records) -> Self:
        """Add a `g` header: records that hold for every entry after it."""
        return self.raw(extended_header(b"g", records))

    def raw(self, blocks: bytes) -> Self:
        """Add bytes as they are."""
        self._parts.append(blocks)
        return self

    def ending(self, blocks: bytes) -> Self:
        """Set what follows the last entry: `b""` for nothing, `END_BLOCKS + b"junk"` for trailing bytes."""
        self._ending = blocks
        return self

    def tar(self) -> bytes:
        """Return the uncompressed tar."""
        return b"".join((*self._parts, self._ending))

    @property
    def diff_id(self) -> str:
        """The digest of the uncompressed tar."""
        return "sha256:" + sha256(self.tar()).hexdigest()


def _member(path: str | bytes, metadata: Metadata, **values: Any) -> Member:
    in_header = {"mode", "uid", "gid", "mtime", "size"}
    numbers: dict[str, Any] = {key: value for key, value in metadata.items() if key in in_header}
    extra = metadata.get("pax", ())
    pairs = tuple(extra.items()) if isinstance(extra, Mapping) else tuple(extra)
    return Member(
        name=_bytes(path),
        user=_bytes(metadata.get("user", "")),
        group=_bytes(metadata.get("group", "")),
        pax=(*xattr_records(metadata.get("xattrs", {})), *pairs),
        fields=tuple(metadata.get("fields", {}).items()),
        **numbers,
        **values,
    )


def _default_mode(metadata: Metadata, mode: int) -> Metadata:
    return {"mode": mode, **metadata}


def _bytes(text: str | bytes) -> bytes:
    return text if isinstance(text, bytes) else text.encode("utf-8", "surrogateescape")
