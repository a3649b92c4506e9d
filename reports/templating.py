"""Jinja as all pages use it. Every text passes `visible` on its way out, whatever a template does, and is escaped."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from .formatting import (
    both_units,
    counted,
    decimal_bytes,
    exact_bytes,
    grouped,
    one_line,
    percent,
    short_digest,
    shortened,
    shortened_path,
    signed,
    signed_bytes,
    visible,
)

if TYPE_CHECKING:
    from collections.abc import Callable

TITLE_CHARACTERS = 120
_TEMPLATES = Path(__file__).parent / "templates"
_PATH_CHARACTERS = 160
_WHOLE_PATH_CHARACTERS = 240
_VALUE_CHARACTERS = 160
_WORD_CHARACTERS = 80


def compile_templates(chosen: Callable[[str], bool]) -> None:
    """Compile the templates that are ``chosen`` by their names, so that nobody waits for it later."""
    for name in environment().list_templates(extensions=["j2"]):
        if chosen(name):
            environment().get_template(name)


@cache
def environment() -> Environment:
    """The templates, and what they can do with a value. Nothing of what they show is taken for HTML."""
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
        "both_units": both_units,
        "grouped": grouped,
        "percent": percent,
        "signed": signed,
        "signed_bytes": signed_bytes,
        "counted": counted,
        "short_digest": short_digest,
        "instruction": one_line,
        "path": lambda text: shortened_path(visible(text), _PATH_CHARACTERS),
        "whole_path": lambda text: shortened_path(visible(text), _WHOLE_PATH_CHARACTERS),
        "word": lambda text: shortened(visible(text), _WORD_CHARACTERS),
        "value": lambda text: shortened(visible(text), _VALUE_CHARACTERS),
    }
    return environment


def _printable(value: object) -> object:
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value
