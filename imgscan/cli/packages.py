"""`imgscan packages IMAGE`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Annotated

import typer

from .groups import grouped
from .lineage import Lineage
from .options import FORMAT, OutputOption
from .output import tell, write
from .source import ImageSource
from .tables import Rows, TableFormat, TableOutput

if TYPE_CHECKING:
    from ..image import Image


class PackageFormat(str, Enum):
    """How packages are printed: as a table, or as a bill of materials."""

    table = "table"
    csv = "csv"
    json = "json"
    parquet = "parquet"
    arrow = "arrow"
    cyclonedx = "cyclonedx"
    spdx = "spdx"


_BILLS = {PackageFormat.cyclonedx: ".cdx.json", PackageFormat.spdx: ".spdx.json"}


@dataclass(frozen=True)
class PackageOutput(Rows):
    """How many packages are printed, as what, in which order, and where."""

    form: Annotated[PackageFormat | None, FORMAT] = None
    path: OutputOption = None

    @property
    def bill(self) -> PackageFormat | None:
        """The bill of materials that is asked for, None for a table."""
        if self.form is not None:
            return self.form if self.form in _BILLS else None
        name = self.path.name.lower() if self.path else ""
        return next((form for form, ending in _BILLS.items() if name.endswith(ending)), None)

    @property
    def table(self) -> TableOutput:
        """The same for tables."""
        form = TableFormat(self.form.value) if self.form else None
        return TableOutput(self.limit, self.sort, form=form, path=self.path)


@grouped
def packages(
    source: ImageSource,
    output: PackageOutput,
    lineage: Lineage,
    ecosystem: Annotated[
        list[str] | None,
        typer.Option(
            "--type",
            "-t",
            metavar="ECOSYSTEMS",
            help="Only these: dpkg,python,npm and so on. Repeatable.",
        ),
    ] = None,
    all_layers: Annotated[
        bool, typer.Option("--all-layers", help="Also packages that a later layer upgraded or removed.")
    ] = False,
    unowned: Annotated[
        bool,
        typer.Option("--unowned", help="Directories of files that no package owns instead; each counts all below it."),
    ] = False,
) -> None:
    """Packages, what each of them really takes, and what no package owns.

    Bytes are those of the files that are there, not those that the package claims; each file counts for one package.
    dead_bytes are stored and never seen: of upgraded or removed packages with --all-layers. As cyclonedx or spdx
    (.cdx.json, .spdx.json) it is a bill of materials. In Python: imgscan.open(IMAGE).packages
    """
    from analyzer.errors import UsageError
    from analyzer.packages.ecosystems import chosen

    types = chosen([name.strip() for each in ecosystem or [] for name in each.split(",")])
    if output.bill is not None and output.limit is not None:
        raise UsageError("--top: a bill of materials lists all packages", hint="choose with --type, or csv or json")
    if output.bill is not None and output.sort is not None:
        raise UsageError("--sort: a bill of materials has an order of its own", hint="choose csv or json to sort")
    if unowned and output.bill is not None:
        raise UsageError("--unowned: a bill of materials lists packages", hint="choose csv, json, parquet or arrow")
    if unowned and (types != chosen([]) or all_layers):
        raise UsageError("--unowned is about no package: --type and --all-layers choose nothing of it")
    with source.opened(output.path) as image:
        part = lineage.part(image, quiet=source.quiet)
        for note in part.package_notes:
            tell(note, quiet=source.quiet)
        if unowned:
            footer = _unowned_in_all(part) if output.table.chosen is TableFormat.table else ""
            output.table.print(part.unowned(), "unowned", quiet=source.quiet, footer=footer)
            return
        table = part.packages_of(types, all_layers=all_layers)
        if output.bill is not None:
            write(part.bill_of_materials(output.bill.value, table).encode(), output.path)
            return
        footer = _footer(part) if output.table.chosen is TableFormat.table and types == chosen([]) else ""
    output.table.print(table, "packages", quiet=source.quiet, footer=footer)


def _unowned_in_all(image: Image) -> str:
    from reports.packages import unowned_in_all

    return unowned_in_all(image.packages, image.size.rootfs_bytes)


def _footer(image: Image) -> str:
    from reports.packages import summary

    return summary(image.packages, image.unowned(50), image.size.rootfs_bytes)
