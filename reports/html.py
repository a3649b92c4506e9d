"""HTML: one file that needs nothing else, neither the network nor JavaScript.

Templates hold no arithmetic: `views` computes what they show. Every text passes `visible` on its way out,
whatever a template does, and Jinja escapes it.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from . import views
from .formatting import (
    counted,
    decimal_bytes,
    exact_bytes,
    grouped,
    headline,
    one_line,
    percent,
    short_digest,
    shortened,
    shortened_path,
    visible,
)

if TYPE_CHECKING:
    from .document import Document

_TEMPLATES = Path(__file__).parent / "templates"
_TITLE_CHARACTERS = 120
_PATH_CHARACTERS = 200
_VALUE_CHARACTERS = 200
_WORD_CHARACTERS = 100


def render(document: Document) -> str:
    """The report as an HTML page; equal documents give equal text."""
    config, totals = document.image.config, views.totals(document)
    return (
        _environment()
        .get_template("report.html.j2")
        .render(
            document=document,
            title=shortened(visible(document.image.name), _TITLE_CHARACTERS),
            headline=headline(document),
            tiles=views.tiles(document),
            total=views.stacked_bar(totals, sum(totals.values())),
            classes=views.classes(document),
            causes=views.causes(document),
            layers=views.layer_rows(document),
            instructions=views.instructions(document),
            findings=views.findings(document),
            wasted=views.items(document.waste.paths),
            wasted_directories=views.items(document.waste.directories),
            files=views.items(document.largest.files),
            directories=views.items(document.largest.directories),
            with_pull_bytes=views.knows_pull_bytes(document),
            identity=views.identity(document),
            settings=views.settings(config),
            variables=views.variables(config),
            labels=views.labels(config),
        )
    )


def prepare() -> None:
    """Compile the templates; `render` does it where nobody had the time before."""
    environment = _environment()
    for name in environment.list_templates(extensions=["j2"]):
        environment.get_template(name)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_printable,
    )
    environment.filters |= {
        "bytes": decimal_bytes,
        "exact_bytes": exact_bytes,
        "grouped": grouped,
        "percent": percent,
        "counted": counted,
        "short_digest": short_digest,
        "instruction": one_line,
        "path": lambda text: shortened_path(visible(text), _PATH_CHARACTERS),
        "word": lambda text: shortened(visible(text), _WORD_CHARACTERS),
        "value": lambda text: shortened(visible(text), _VALUE_CHARACTERS),
    }
    return environment


def _printable(value: object) -> object:
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value
