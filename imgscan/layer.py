"""One layer of an image as Python users hold it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .rows import Rows

if TYPE_CHECKING:
    from io import BufferedReader

    import pyarrow as pa

    from analyzer.analyses.ledger import Ledger

    from .image import Image


class Layer(Rows):
    """What one layer stores and what became of it. As a table it is its entries.

    >>> import imgscan
    >>> layer = imgscan.open("sample_images/app-2.0.tar")[14]
    >>> layer
    <imgscan.Layer 14 'RUN chown -R 10001:10001 /srv/app' 157,696 bytes>
    >>> layer.ledger.recopied, layer.waste.num_rows, layer.caused.num_rows
    (74200, 2, 15)
    """

    def __init__(self, image: Image, place: int) -> None:
        """The layer at ``place`` of the rows of ``image.layers``."""
        self._image = image
        self._place = place

    @property
    def _row(self) -> dict[str, Any]:
        row: dict[str, Any] = self._image.layers.slice(self._place, 1).to_pylist()[0]
        return row

    def __repr__(self) -> str:
        from reports.formatting import shortened, visible

        told = shortened(visible(self.instruction), 60)
        return f"<imgscan.Layer {self.index} {told!r} {self.tar_bytes:,} bytes>"

    def _repr_html_(self) -> str:
        from .notebook.layer import shown

        return shown(self)

    @property
    def index(self) -> int:
        """0 is the lowest layer of the image."""
        return int(self._row["layer"])

    @property
    def diff_id(self) -> str:
        """Digest of the uncompressed tar stream."""
        return str(self._row["diff_id"])

    @property
    def digest(self) -> str:
        """Digest of the blob as stored."""
        return str(self._row["digest"])

    @property
    def instruction(self) -> str:
        """The instruction that made it, as the history tells; empty where that is unknown."""
        from analyzer.instructions.created_by import parse_instruction

        return parse_instruction(self._row["created_by"]).text or ""

    @property
    def blob_bytes(self) -> int | None:
        """The layer as stored or pulled; None where only an uncompressed copy is known."""
        size: int | None = self._row["blob_bytes"]
        return size

    @property
    def tar_bytes(self) -> int:
        """The uncompressed tar stream, headers and padding included."""
        return int(self._row["tar_bytes"])

    @property
    def file_bytes(self) -> int:
        """Content of its regular files."""
        return int(self._row["file_bytes"])

    @property
    def ledger(self) -> Ledger:
        """Every byte of it in exactly one class."""
        return self._image.ledger().layers[self._place]

    @property
    def table(self) -> pa.Table:
        """Its rows of ``image.changes``."""
        return self._of(self._image.changes, "layer")

    @property
    def waste(self) -> pa.Table:
        """Its rows of ``image.waste``: files that it stores and no container sees."""
        return self._of(self._image.waste, "held_by")

    @property
    def caused(self) -> pa.Table:
        """Rows of ``image.waste`` that it took out of sight, of whichever layer."""
        return self._of(self._image.waste, "caused_by")

    def _of(self, table: pa.Table, column: str) -> pa.Table:
        import pyarrow.compute as pc

        return table.filter(pc.equal(table[column], self.index))

    def list(self, path: str = "", *, recursive: bool = False) -> pa.Table:
        """Its entries at ``path``, whiteouts included, as `Image.list` tells them."""
        return self._image.list(path, self.index, recursive=recursive)

    def read(self, path: str | bytes) -> bytes:
        """The bytes of a file that it stores, also where later layers hide it. Raises what `Image.read` raises."""
        return self._image.read(path, self.index)

    def open_file(self, path: str | bytes) -> BufferedReader:
        """The same as a file to read piece by piece."""
        return self._image.open_file(path, self.index)
