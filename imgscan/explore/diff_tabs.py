"""The tables beside what differs between two images."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyarrow.compute as pc

from analyzer.layers.spelling import spelled
from reports.formatting import exact_bytes, one_line, signed_bytes

from .rows import Column, Detail, Table, Target

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Any

    import pyarrow as pa

    from analyzer.diff.layers import LayerPair
    from analyzer.findings.model import Finding
    from analyzer.settings import FindingSettings

    from ..image import Image
    from ..image_diff import ImageDiff

_LISTED = 5000


def changes(files: pa.Table) -> Table:
    """The paths that differ, the largest growth or loss first."""
    order = np.argsort(-np.abs(files["bytes"].to_numpy()), kind="stable")[:_LISTED]

    def cell(name: str, row: int) -> Any:
        return files[name][int(order[row])].as_py()

    def came_from(row: int) -> str:
        return f"{cell('old_path', row)} → {cell('path', row)}" if cell("old_path", row) else cell("path", row)

    def details(row: int) -> list[Detail]:
        sizes = [Detail(f"{side} bytes", exact_bytes(cell(f"bytes_{side}", row))) for side in ("old", "new")]
        differing = Detail("differs", ", ".join(cell("what", row)))
        owner = Detail("package", cell("package", row) or "")
        return [Detail("path", came_from(row)), Detail("change", cell("change", row)), differing, *sizes, owner]

    columns = (
        Column("growth", 9, lambda row: signed_bytes(cell("bytes", row)), right=True, role="size"),
        Column("change", 8, lambda row: cell("change", row)),
        Column("layer", 5, lambda row: _told(cell("layer_new", row), cell("layer_old", row)), right=True, role="quiet"),
        Column("path", 0, came_from),
    )
    return Table(
        columns,
        len(order),
        lambda row: [each for each in details(row) if each.value],
        lambda row: Target(_path(cell("path", row)), None),
        lambda: files["path"].combine_chunks().take(order),
        "no path differs",
    )


def _told(*layers: int | None) -> str:
    """The first layer that there is."""
    return next((str(each) for each in layers if each is not None), "")


def _path(shown: str) -> bytes:
    return spelled(shown)[-1]


def packages(difference: ImageDiff) -> Table:
    """Packages that came, went, or have another version or size."""
    found, files = difference.packages, difference.files

    def versions(row: int) -> str:
        old, new = (", ".join(each) for each in (found[row].versions_old, found[row].versions_new))
        return old if old == new else f"{old or 'none'} → {new or 'none'}"

    def details(row: int) -> list[Detail]:
        each = found[row]
        return [
            Detail("package", f"{each.name} ({each.ecosystem})"),
            Detail("versions", versions(row)),
            Detail("old bytes", exact_bytes(each.bytes_old)),
            Detail("new bytes", exact_bytes(each.bytes_new)),
        ]

    def target(row: int) -> Target | None:
        """The file of the package that grew or shrank most."""
        own = files.filter(pc.equal(files["package"], f"{found[row].ecosystem}:{found[row].name}"))
        if not own.num_rows:
            return None
        largest = int(np.argmax(np.abs(own["bytes"].to_numpy())))
        return Target(_path(own["path"][largest].as_py()), None)

    columns = (
        Column("growth", 9, lambda row: signed_bytes(found[row].bytes), right=True, role="size"),
        Column("change", 8, lambda row: found[row].change),
        Column("ecosystem", 9, lambda row: found[row].ecosystem, role="quiet"),
        Column("package", 0, lambda row: f"{found[row].name}  {versions(row)}"),
    )
    names = [each.name for each in found]
    return Table(columns, len(found), details, target, lambda: names, "no package differs")


def layers(difference: ImageDiff) -> Table:
    """The pairs of layers, with what ties them and their part of the growth."""
    pairs, growth = difference.layers, difference.growth().by_pair

    def side(layer: int | None, size: int | None) -> str:
        return "none" if layer is None else f"layer {layer}, {exact_bytes(size or 0)}"

    def details(row: int) -> list[Detail]:
        each = pairs[row]
        return [
            Detail("instruction", each.instruction or "unknown"),
            Detail("status", f"{each.status}{'' if each.evidence is None else f', by {each.evidence}'}"),
            Detail("old", side(each.old, each.file_bytes_old)),
            Detail("new", side(each.new, each.file_bytes_new)),
            Detail("growth", f"{signed_bytes(growth[row])} of the root filesystem"),
        ]

    columns = (
        Column("status", 8, lambda row: pairs[row].status),
        Column("old", 4, lambda row: "·" if pairs[row].old is None else str(pairs[row].old), right=True, role="quiet"),
        Column("new", 4, lambda row: "·" if pairs[row].new is None else str(pairs[row].new), right=True, role="quiet"),
        Column("growth", 9, lambda row: signed_bytes(growth[row]) if growth[row] else "", right=True, role="size"),
        Column("instruction", 0, lambda row: one_line(pairs[row].instruction) or "unknown"),
    )
    texts = [f"{each.status} {each.instruction}" for each in pairs]
    return Table(columns, len(pairs), details, lambda row: Target(None, row + 1), lambda: texts, "no layers")


class _FindingChange(NamedTuple):
    """A finding of either image, or of both with other bytes; ``pair`` is the place of its pair of layers."""

    change: str
    finding: Finding
    bytes: int
    pair: int | None


def findings(
    images: tuple[Image, Image],
    pairs: Sequence[LayerPair],
    own_from: tuple[int, int],
    settings: FindingSettings,
    is_seen: Callable[[bytes], bool],
) -> Table:
    """What there is to change now and was not before, and the reverse; the most bytes first.

    ``is_seen`` tells whether a path is in the tree: of what was removed by a later layer there is none.
    """
    old, new = (
        image.findings(own_from=own, settings=settings).found for image, own in zip(images, own_from, strict=True)
    )
    found = sorted(_compared(old, new, pairs), key=lambda each: -abs(each.bytes))

    def details(row: int) -> list[Detail]:
        change, finding, grown, _ = found[row]
        return [
            Detail("change", f"{change}: {signed_bytes(grown)} to save"),
            Detail("do" if change != "gone" else "was", finding.edit),
            Detail("instruction", finding.instruction),
            Detail("rule", f"{finding.rule} ({finding.severity})"),
            *(Detail("path" if at == 0 else "", path) for at, path in enumerate(finding.paths)),
        ]

    def target(row: int) -> Target | None:
        _, finding, _, pair = found[row]
        paths = [path for path in map(_path, finding.paths) if is_seen(path)]
        return None if pair is None else Target(next(iter(paths), None), pair + 1)

    columns = (
        Column("to save", 9, lambda row: signed_bytes(found[row].bytes), right=True, role="waste"),
        Column("change", 7, lambda row: found[row].change),
        Column("severity", 8, lambda row: found[row].finding.severity, role="quiet"),
        Column("finding", 30, lambda row: found[row].finding.title),
        Column("where", 0, lambda row: ", ".join(found[row].finding.paths[:3]), role="quiet"),
    )
    texts = [" ".join((each.change, each.finding.title, each.finding.rule, *each.finding.paths)) for each in found]
    return Table(columns, len(found), details, target, lambda: texts, "the findings are the same")


def _compared(old: Sequence[Finding], new: Sequence[Finding], pairs: Sequence[LayerPair]) -> Iterator[_FindingChange]:
    """One rule at one pair of layers, about the same first path, is one finding, whatever else became of it."""
    places_old = {each.old: at for at, each in enumerate(pairs) if each.old is not None}
    places_new = {each.new: at for at, each in enumerate(pairs) if each.new is not None}
    before = {_identity(each, places_old): each for each in old}
    for each in new:
        identity = _identity(each, places_new)
        was = before.pop(identity, None)
        grown = each.file_bytes - (0 if was is None else was.file_bytes)
        if was is None or grown:
            change = "new" if was is None else "larger" if grown > 0 else "smaller"
            yield _FindingChange(change, each, grown, identity[1])
    for identity, each in before.items():
        yield _FindingChange("gone", each, -each.file_bytes, identity[1])


def _identity(finding: Finding, places: dict[int, int]) -> tuple[str, int | None, str]:
    pair = None if finding.layer is None else places.get(finding.layer)
    return finding.rule, pair, finding.paths[0] if finding.paths else finding.instruction


def configuration(difference: ImageDiff) -> Table:
    """Fields of the configuration that differ."""
    found = difference.config

    def details(row: int) -> list[Detail]:
        each = found[row]
        return [Detail("field", each.field), Detail("old", each.old or "not set"), Detail("new", each.new or "not set")]

    columns = (
        Column("field", 26, lambda row: found[row].field, role="quiet"),
        Column("old → new", 0, lambda row: f"{found[row].old or 'not set'} → {found[row].new or 'not set'}"),
    )
    fields = [each.field for each in found]
    return Table(columns, len(found), details, lambda _: None, lambda: fields, "the configuration is the same")
