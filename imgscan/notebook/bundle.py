"""A result in all forms that a front end may choose from: plain text, HTML, and Markdown for those without HTML."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyzer.errors import ImgscanError
from reports.formatting import counted, decimal_bytes, grouped, share, signed_bytes
from reports.markdown_parts import INSTRUCTION_CHARACTERS, NAME_CHARACTERS, and_more, make_table, path_span, span

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from ..image import Image
    from ..image_diff import ImageDiff

_ROWS = 10


def bundle(
    result: Image | ImageDiff,
    markdown: Callable[[], str],
    include: Collection[str] | None,
    exclude: Collection[str] | None,
) -> dict[str, str]:
    """The forms by their media types, of those alone that are asked for: each takes work."""
    forms: dict[str, Callable[[], str]] = {
        "text/plain": lambda: repr(result),
        "text/html": result._repr_html_,
        "text/markdown": markdown,
    }
    return {kind: form() for kind, form in forms.items() if kind in (include or forms) and kind not in (exclude or ())}


def image_markdown(image: Image) -> str:
    """The headline numbers, and the layers with the most content."""
    title = f"**{span(image.name, NAME_CHARACTERS)}** · {image.format} · {counted(len(image), 'layer')}"
    try:
        size = image.size
    except ImgscanError as error:
        return f"{title}\n\nThe layers cannot be read: {span(str(error), INSTRUCTION_CHARACTERS)}\n"
    waste = f"{decimal_bytes(size.waste_bytes)} ({share(size.waste_bytes, size.file_bytes)})"
    largest = sorted(image, key=lambda each: -each.file_bytes)[:_ROWS]
    rows = [
        [grouped(each.index), decimal_bytes(each.file_bytes), span(each.instruction, INSTRUCTION_CHARACTERS)]
        for each in sorted(largest, key=lambda each: each.index)
    ]
    blocks = [
        title,
        f"A container sees {decimal_bytes(size.rootfs_bytes)}; stored and never seen are {waste}.",
        make_table(["layer:", "size:", "instruction"], rows),
        *and_more(len(image) - len(rows), "layer"),
    ]
    return "\n\n".join(blocks) + "\n"


def diff_markdown(diff: ImageDiff) -> str:
    """By how much it grew, and the files with the largest part of it."""
    names = " → ".join(span(each.name, NAME_CHARACTERS) for each in (diff.old, diff.new))
    growth = diff.new.size.rootfs_bytes - diff.old.size.rootfs_bytes
    columns = (diff.files[name].to_pylist() for name in ("bytes", "change", "path"))
    changes = sorted(zip(*columns, strict=True), key=lambda each: -abs(each[0]))
    rows = [[signed_bytes(grown), change, path_span(path)] for grown, change, path in changes[:_ROWS]]
    blocks = [
        f"**{names}**",
        f"A container sees {signed_bytes(growth)}; {counted(len(changes), 'path')} differ.",
        *([make_table(["growth:", "change", "path"], rows)] if rows else []),
        *and_more(len(changes) - len(rows), "path"),
    ]
    return "\n\n".join(blocks) + "\n"
