"""`imgscan cat IMAGE PATH`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from .groups import grouped
from .options import OutputOption
from .source import ImageSource, LayerOption

if TYPE_CHECKING:
    from collections.abc import Iterator
    from io import BufferedReader

_PIECE_BYTES = 256 * 1024


@grouped
def cat(
    source: ImageSource,
    path: Annotated[str, typer.Argument(metavar="PATH", help="A file in the image, with or without a leading slash.")],
    layer: LayerOption = None,
    output: OutputOption = None,
) -> None:
    """Print a file as a container sees it, or as one layer has it, removed files included.

    Links are followed inside the image. The content is checked against its digest where that is known. An image
    on standard input is kept in a temporary file meanwhile. In Python: imgscan.open(IMAGE).read(PATH)
    """
    from analyzer.errors import OutputError

    from .output import is_terminal, write_pieces
    from .text import is_safe_text

    with source.opened(output, keep=True) as image:
        if is_terminal(output):
            with image.open_file(path, layer) as file:
                if not is_safe_text(_pieces(file)):
                    hint = "send it to a file or a program: -o FILE, or | less"
                    raise OutputError(f"{path} is no plain text: a terminal might obey it", hint=hint)
        file = image.open_file(path, layer)
    with file:
        write_pieces(_pieces(file), output)


def _pieces(file: BufferedReader) -> Iterator[bytes]:
    while piece := file.read(_PIECE_BYTES):
        yield piece
