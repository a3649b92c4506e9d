"""The difference of two images in a notebook: how much, why, and in which layers."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from reports.formatting import decimal_bytes, one_line

from . import html

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markupsafe import Markup

    from ..image_diff import ImageDiff

_SHOWN = 10


def shown(diff: ImageDiff) -> str:
    """HTML."""
    growth = diff.growth(_SHOWN)
    statuses = Counter(pair.status for pair in diff.layers)
    told = ", ".join(f"{count} {status}" for status, count in statuses.items())
    changes = Counter(diff.files["change"].to_pylist())
    return html.box(
        html.title(f"{diff.old.name} → {diff.new.name}"),
        _sizes(diff),
        html.line(html.strong("Files"), ": ", diff.files.num_rows, " differ", _counts(changes)),
        _growths([(each.bytes, each.name or "/", each.files) for each in growth.directories], "directory"),
        html.line(html.strong("Layers"), f": {told}"),
        _growths(_by_layer(diff), "instruction"),
        *_packages(diff),
    )


def _counts(changes: Counter[str]) -> str:
    return "".join(f", {count} {change}" for change, count in changes.items())


def _sizes(diff: ImageDiff) -> Markup:
    before, after = diff.old.size, diff.new.size
    rows = []
    for title, name in (
        ("a container sees", "rootfs_bytes"),
        ("stored, never seen", "waste_bytes"),
        ("layers", "tar_bytes"),
    ):
        old, new = getattr(before, name), getattr(after, name)
        rows.append((title, html.size(old), html.size(new), html.growth(new - old)))
    return html.table(("", ">old", ">new", ">growth"), rows)


def _growths(parts: Sequence[tuple[int, str, int]], what: str) -> Markup:
    """Parts that grew or shrank, of which each has its bytes, its name and how many files differ."""
    most = max((abs(count) for count, _, _ in parts), default=0)
    rows = [(html.growth(count), html.growth_bar(count, most), files, name) for count, name, files in parts]
    return html.table((">growth", "", ">files", what), rows) if rows else html.line()


def _by_layer(diff: ImageDiff) -> list[tuple[int, str, int]]:
    return [(each.bytes, one_line(each.name), each.files) for each in diff.growth(_SHOWN).layers]


def _packages(diff: ImageDiff) -> list[Markup]:
    if not diff.packages:
        return []
    rows = [
        (html.growth(each.bytes), each.change, each.name, ", ".join(each.versions_old), ", ".join(each.versions_new))
        for each in diff.packages[:_SHOWN]
    ]
    rest = len(diff.packages) - len(rows)
    tail = [html.line(f"and {rest} more packages")] if rest else []
    grown = decimal_bytes(sum(abs(each.bytes) for each in diff.packages))
    heading = html.line(html.strong("Packages"), f": {len(diff.packages):,} changed, {grown} in all")
    return [heading, html.table((">growth", "", "package", "old", "new"), rows), *tail]
