"""Parent images in a notebook."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import html
from .colours import CLASSES, GREY

if TYPE_CHECKING:
    from markupsafe import Markup

    from analyzer.inheritance.inheritance import Inheritance, ParentLink
    from analyzer.inheritance.inherited import InheritedBytes


def shown(found: Inheritance) -> str:
    """HTML: the chain, root first, and what is inherited in bytes."""
    links = html.table(("parent", "evidence", ">sure", "layers", "what speaks for it"), map(_row, found.links))
    notes = [html.line(html.text(each, 200)) for each in found.notes]
    return html.box(links if found.links else html.line("No parent is known."), *_split(found.sizes), *notes)


def _row(link: ParentLink) -> tuple[str, ...]:
    names = ", ".join(link.names) or "(no name)"
    layers = "?" if link.layers is None else f"{link.layers.start}-{link.layers.stop - 1}" if link.layers else "none"
    return names, link.evidence, "certain" if link.certain else f"{link.score:.2f}", layers, link.detail


def _split(sizes: InheritedBytes | None) -> list[Markup]:
    if sizes is None:
        return []
    colours = {"own": CLASSES["visible"], "inherited": GREY}
    rows = []
    for name in ("rootfs_bytes", "waste_bytes", "tar_bytes"):
        parts = [(each, getattr(getattr(sizes, each), name), colour) for each, colour in colours.items()]
        bar = html.bar(parts, sum(count for _, count, _ in parts), 12)
        rows.append((name, *(html.size(count) for _, count, _ in parts), bar))
    return [html.table(("", ">own", ">inherited", ""), rows)]
