"""An image to explore."""

from __future__ import annotations

from functools import cached_property, partial
from typing import TYPE_CHECKING

from analyzer.errors import NotAFileError
from analyzer.rootfs.lookup import Lookup
from reports.formatting import decimal_bytes, exact_bytes, one_line, share

from .entries import ImageEntries
from .rows import Column, Detail, Table, Target
from .saving import report_name, save
from .stacked import Stacked
from .subject import Tab
from .tabs import configuration, duplicates, findings, history, packages, waste

if TYPE_CHECKING:
    from io import BufferedReader
    from pathlib import Path

    from analyzer.arrays import Flags
    from analyzer.inheritance.inheritance import Inheritance
    from analyzer.settings import FindingSettings

    from ..image import Image
    from .picture import Picture


class OneImage:
    """An image whose layers are read, on the parents that are known of it."""

    starts_together = False

    def __init__(
        self, image: Image, parents: Inheritance, settings: FindingSettings, *, only_own: bool = False
    ) -> None:
        self._image = image
        self._parents = parents
        self._settings = settings
        self.only_own = only_own
        self.whole = len(image) - 1
        self._analysis = image._analysis  # noqa: SLF001 - of the same package
        self.entries = ImageEntries(self._analysis)
        self._stacked = Stacked(self._analysis.changes, self._analysis.stack, parents.own_from)
        self._lookup = Lookup(self._analysis.changes, self._analysis.stack)

    @property
    def headline(self) -> str:
        """The name, and what matters in a line."""
        size = self._image.size
        wasted = share(size.waste_bytes, size.file_bytes)
        seen, never = decimal_bytes(size.rootfs_bytes), decimal_bytes(size.waste_bytes)
        return f"{self._image.name}   a container sees {seen}, stored and never seen {never} ({wasted})"

    @property
    def report_name(self) -> str:
        """After the image's file."""
        return report_name(self._analysis.label)

    @cached_property
    def layers(self) -> Table:
        """Layer, content, waste, instruction; a parent's layers with an arrow."""
        ledgers = self._analysis.ledgers

        def index(row: int) -> str:
            return f"{'↑' if row < self._parents.own_from else ''}{row}"

        def wasted(row: int) -> str:
            return decimal_bytes(ledgers[row].waste_bytes) if ledgers[row].waste_bytes else ""

        columns = (
            Column("#", 4, index, right=True, role="quiet"),
            Column("size", 7, lambda row: decimal_bytes(ledgers[row].file_bytes), right=True, role="size"),
            Column("waste", 7, wasted, right=True, role="waste"),
            Column("instruction", 0, lambda row: one_line(self.entries.instruction(row)) or "unknown"),
        )
        texts = [self.entries.instruction(row) for row in range(len(ledgers))]
        return Table(columns, len(ledgers), self._layer_details, lambda _: None, lambda: texts, "no layers")

    def _layer_details(self, layer: int) -> list[Detail]:
        ledger, scan = self._analysis.ledgers[layer], self._analysis.scan.layers[layer]
        kinds = ("visible", "overwritten", "recopied", "removed", "repeated", "overhead")
        parent = "a parent image" if layer < self._parents.own_from else "the image itself"
        return [
            Detail("instruction", self.entries.instruction(layer) or "unknown"),
            Detail("of", parent),
            *(Detail(kind, exact_bytes(getattr(ledger, kind))) for kind in kinds if getattr(ledger, kind)),
            Detail("entries", f"{scan.changes.num_rows:,}"),
            Detail("diff ID", str(scan.diff_id)),
            *([Detail("digest", str(scan.digest))] if scan.digest else []),
        ]

    @cached_property
    def tabs(self) -> tuple[Tab, ...]:
        """What there is beside the files."""
        image, analysis = self._image, self._analysis
        return (
            Tab("Findings", partial(findings, image, self._parents.own_from, self._settings)),
            Tab("Waste", partial(waste, image, self.entries.instruction)),
            Tab("Packages", partial(packages, image)),
            Tab("History", partial(history, image)),
            Tab("Config", partial(configuration, image)),
            Tab("Duplicates", partial(duplicates, analysis)),
        )

    def where(self, layer: int, *, together: bool) -> str:
        """The layers that are shown."""
        return f"layers 0 to {layer}" if together and layer else f"layer {layer}"

    def picture(self, layer: int, *, together: bool) -> Picture:
        """What a layer did; or all up to it to the parent image, or to the lowest layer where none is known."""
        if together:
            return self._stacked.picture(min(self._parents.own_from or 1, layer + 1), layer, waste_from=0)
        return self._stacked.picture(layer, layer)

    def details(self, picture: Picture, node: int) -> list[Detail]:
        """What is known of a node."""
        return self.entries.details(int(picture.row[node]))

    def digest(self, picture: Picture, node: int) -> str | None:
        """The digest of a file."""
        return self.entries.digest(int(picture.row[node]))

    def prepare(self) -> None:
        """Compute whose the files are."""
        self.entries.packages = self._analysis.installations

    def open(self, picture: Picture, node: int) -> BufferedReader:
        """The content that the entry at a node has, seen or not."""
        row = int(picture.row[node])
        if not self.entries.is_file(row):
            raise NotAFileError("this is no file: it has no content")
        return self._image.open_file(picture.tree.paths[node], self.entries.layer(row))

    def difference(self, picture: Picture, node: int) -> list[str] | None:
        """Nothing: there is no other image."""
        del picture, node
        return None

    def write_report(self, path: Path, *, replace: bool) -> None:
        """Write the HTML report."""
        from reports.formats import render

        from ..image import Image

        report = Image(self._analysis).report(parents=self._parents)
        save([render(report, "html").encode()], path, replace=replace)

    def layers_of(self, nodes: Flags) -> list[int]:
        """The layers that have an entry at one of these nodes."""
        return self._stacked.layers_of(nodes)

    def find(self, target: Target) -> int | None:
        """The node of a target's path."""
        node = -1 if target.path is None else self._lookup.node(target.path)
        return None if node < 0 else node
