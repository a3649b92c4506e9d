"""`imgscan tree IMAGE...`."""

from __future__ import annotations

from enum import Enum
from typing import Annotated

from .endings import form_of
from .options import FORMAT, BytesOption, CatalogOption, ImagesArgument, OutputOption, PlatformOption, QuietOption
from .others import catalog_at, read, refuse_one_stream_twice
from .output import line_width, refuse_to_replace, refuse_unwritable, write


class TreeFormat(str, Enum):
    """How the tree is drawn."""

    tree = "tree"
    json = "json"
    dot = "dot"
    mermaid = "mermaid"


_ENDINGS = {
    "txt": TreeFormat.tree,
    "json": TreeFormat.json,
    "dot": TreeFormat.dot,
    "gv": TreeFormat.dot,
    "mmd": TreeFormat.mermaid,
    "mermaid": TreeFormat.mermaid,
}


def tree(
    images: ImagesArgument,
    catalog: CatalogOption = None,
    platform: PlatformOption = None,
    form: Annotated[TreeFormat | None, FORMAT] = None,
    output: OutputOption = None,
    quiet: QuietOption = False,
    exact: BytesOption = False,  # noqa: ARG001 - its callback does it
) -> None:
    """Draw which images stand on the same lower layers, with the bytes of each and what sharing saves.

    Lower layers that several images share and that are none of them have the name that a catalog knows.
    """
    from analyzer.inheritance.forest import forest
    from reports import forest as drawn

    chosen = form or form_of(output, _ENDINGS, TreeFormat.tree)
    others = catalog_at(catalog)
    refuse_one_stream_twice(images)
    for each in images:
        refuse_to_replace(each, output)
    refuse_unwritable(output)
    known = [image.known() for each in images for image in read(each, None, platform, quiet=quiet)]
    found = forest(known, others.images())
    width = line_width(output)
    draw = {
        TreeFormat.tree: lambda: drawn.readable(found, width),
        TreeFormat.json: lambda: drawn.json(found),
        TreeFormat.dot: lambda: drawn.dot(found),
        TreeFormat.mermaid: lambda: drawn.mermaid(found),
    }
    write(draw[chosen]().encode(), output)
