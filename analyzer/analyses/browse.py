"""The files of an image, to list and to read, as a container sees them or as single layers hold them."""

from __future__ import annotations

import re
from functools import cached_property
from io import BufferedReader
from typing import TYPE_CHECKING, TypeVar

from msgspec import Struct

from ..errors import LayerReadError, LimitExceededError, PathNotFoundError, located
from ..layers.reread import reread
from ..layers.spelling import normalised
from ..layers.stored import ContentReader, StoredFile, content_stream
from ..layers.verify import describe
from .listing import Scope, View, glob_scope, layers_view, listing, path_scope, rootfs_view
from .locate import Locator, names_of
from .owners import Owners, owners

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import pyarrow as pa

    from ..arrays import Ints
    from ..model import Layer
    from ..rootfs.stack import Stack
    from ..sources.files import Files
    from ..streams.base import ByteStream

Result = TypeVar("Result")

READ_BYTES_LIMIT = 1 << 30
_BUFFER_BYTES = 256 * 1024
_WILD = re.compile(r"[*?{]")


class Versions(Struct, frozen=True):
    """Which versions of each path are listed: what a container sees, the entries of one ``layer``, or all entries."""

    layer: int | None = None
    all_layers: bool = False


class Browser:
    """Finds, lists and reads files. ``contents`` are small files that are known already, by row."""

    def __init__(
        self, changes: pa.Table, stack: Stack, layers: Sequence[Layer], files: Files, contents: Mapping[int, bytes]
    ) -> None:
        self._changes = changes
        self._stack = stack
        self._layers = layers
        self._files = files
        self._contents = contents
        self._locator = Locator(changes, stack, len(layers))

    @cached_property
    def _owners(self) -> Owners:
        return owners(self._locator.lookup, self._stack, self._contents)

    def read(self, path: str | bytes, layer: int | None) -> bytes:
        """A content whole; raises as ``open``, and LimitExceededError over 1 GiB."""
        row = self._locator.content(path, layer)
        size = self._changes["size"][row].as_py()
        if size > READ_BYTES_LIMIT:
            raise LimitExceededError(
                f"a file of {size:,} bytes is not read at once; over {READ_BYTES_LIMIT:,} is refused",
                hint="read it in pieces: open_file()",
            )
        with self._opened(row) as file:
            return file.read()

    def open(self, path: str | bytes, layer: int | None) -> BufferedReader:
        """What a container reads at ``path``, or what one layer has there, as a file to read.

        Raises ImagePathError; ImageReadError, then and while it is read.
        """
        return self._opened(self._locator.content(path, layer))

    def _opened(self, row: int) -> BufferedReader:
        values = {name: self._changes[name][row].as_py() for name in ("layer", "offset", "size", "stored", "digest")}
        layer = self._layers[values.pop("layer")]
        where = describe(layer)
        with located(where, LayerReadError):
            content = content_stream(lambda: self._files.stream(layer.blob.name), StoredFile(**values))
        return BufferedReader(ContentReader(content, where), _BUFFER_BYTES)

    def reread(self, rows: Ints, read: Callable[[ByteStream, int], Result]) -> Sequence[Result]:
        """What ``read`` makes of the contents of many rows of ``changes``, in one pass a layer (`reread`)."""
        return reread(self._changes, rows, self._layers, self._files, read)

    def list(self, path: str, versions: Versions, glob: Callable[[str], str], *, recursive: bool) -> pa.Table:
        """What is at ``path``, in it where it is a directory, or what it matches (`tables.LISTING`).

        ``glob`` makes a regular expression of a path with wildcards; they are ones where nothing has such a
        name. Raises ImagePathError.
        """
        if versions.layer is not None:
            self._locator.check_layer(versions.layer)
        whole = versions.layer is None and not versions.all_layers
        view = rootfs_view(self._stack) if whole else layers_view(self._stack, versions.layer)
        scope = self._path_scope(path, view, recursive=recursive)
        if scope is None and _WILD.search(path):
            scope = glob_scope(self._stack.rows.tree, glob(path), recursive=recursive)
            found = listing(self._changes, self._stack, view, scope, self._owners)
            if not found.num_rows:
                raise PathNotFoundError(f"nothing matches {path}", hint="* and ? stay inside a name, **/ does not")
            return found
        if scope is None:
            raise self._locator.not_seen(path) if whole else self._locator.not_in_layer(path, versions.layer)
        return listing(self._changes, self._stack, view, scope, self._owners)

    def _path_scope(self, path: str, view: View, *, recursive: bool) -> Scope | None:
        """What a path without wildcards means in a view; None where nothing is there.

        Links are followed in what a container sees; in the last place only before a slash, as `ls -l` does.
        """
        lookup = self._locator.lookup
        for name in names_of(path):
            place = lookup.followed(name, last=path.endswith("/")) if view.stacked else normalised(name)
            node = lookup.node(place)
            if node >= 0 and view.has(self._stack, node):
                return path_scope(self._stack.rows.tree, node, recursive=recursive)
        return None
