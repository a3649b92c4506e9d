"""Results of analyses as Python users hold them: tables as well, and tables to look at in notebooks.

The analyses know nothing of either, so each class here is the analysis's own with more methods.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, TypeVar

from analyzer.analyses import size
from analyzer.findings import model
from analyzer.inheritance import inheritance

from .rows import Rows

if TYPE_CHECKING:
    import pyarrow as pa

    from analyzer.analyses.ledger import Ledger

Result = TypeVar("Result")


def as_result(kind: type[Result], found: Any) -> Result:
    """What an analysis found, as the class here that is made of it."""
    return kind(**{field.name: getattr(found, field.name) for field in fields(found)})


class Size(size.Size):
    """The headline numbers."""

    def _repr_html_(self) -> str:
        from .notebook.numbers import size_shown

        return size_shown(self)


class Findings(Rows, model.Findings):
    """What to change, and what that saves; as a table one row a finding (docs/tables.md, "findings")."""

    @property
    def table(self) -> pa.Table:
        """One row a finding, in their order."""
        from analyzer.findings.table import findings_table

        return findings_table(self)

    def _repr_html_(self) -> str:
        from .notebook.findings import shown

        return shown(self)


class Parents(inheritance.Inheritance):
    """The parents of an image, root first."""

    def _repr_html_(self) -> str:
        from .notebook.parents import shown

        return shown(self)


@dataclass(frozen=True, repr=False)
class Ledgers(Rows):
    """The ledger of each layer, lowest first, and their sum; as a table one row a layer, all columns bytes."""

    layers: tuple[Ledger, ...]
    total: Ledger

    def __repr__(self) -> str:
        return f"<Ledgers of {len(self.layers)} layers, total {self.total}>"

    @property
    def table(self) -> pa.Table:
        """One row a layer, one column a class."""
        import pyarrow as pa

        classes = self.total.__struct_fields__
        return pa.table({name: pa.array([getattr(each, name) for each in self.layers], pa.int64()) for name in classes})

    def _repr_html_(self) -> str:
        from .notebook.numbers import ledgers_shown

        return ledgers_shown(self)
