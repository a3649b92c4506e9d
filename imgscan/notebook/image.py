"""An image in a notebook: what it is, the headline numbers, its layers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyzer.errors import ImgscanError
from reports.formatting import counted

from . import html
from .layers import layers_table
from .numbers import size_lines

if TYPE_CHECKING:
    from markupsafe import Markup

    from ..image import Image


def shown(image: Image) -> str:
    """HTML. Reads the layers; where they cannot be read it says why, and what is known without them."""
    try:
        numbers = _numbers(image)
    except ImgscanError as error:
        numbers = [html.line(html.strong("The layers cannot be read: "), html.text(str(error), 400))]
    heading = html.title(image.name, image.format, image.platform, counted(len(image), "layer"))
    return html.box(heading, *numbers)


def _numbers(image: Image) -> list[Markup]:
    told = [each.instruction for each in image]
    indexes = image.layers["layer"].to_pylist()
    return [size_lines(image.size), layers_table(image.ledger().layers, indexes, told)]
