"""Jinja as all pages use it. Every text passes `visible` on its way out, whatever a template does, and is escaped."""

from __future__ import annotations

import sys
from contextlib import suppress
from functools import cache
from pathlib import Path
from pickle import UnpicklingError
from typing import TYPE_CHECKING

from jinja2 import Environment, FileSystemBytecodeCache, FileSystemLoader, StrictUndefined
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

    from jinja2.bccache import Bucket

TITLE_CHARACTERS = 120
_TEMPLATES = Path(__file__).parent / "templates"
_PATH_CHARACTERS = 160
_WHOLE_PATH_CHARACTERS = 240
_VALUE_CHARACTERS = 160
_WORD_CHARACTERS = 80


class CompiledTemplates(FileSystemBytecodeCache):
    """Compiled templates where Python keeps compiled modules, and where it may: that saves a report 0.08 s."""

    def __init__(self, folder: Path) -> None:
        super().__init__(str(folder))
        self._folder = folder

    def load_bytecode(self, bucket: Bucket) -> None:
        """Take what was kept; a damaged one is as good as none."""
        try:
            super().load_bytecode(bucket)
        except (OSError, EOFError, ValueError, TypeError, UnpicklingError):
            bucket.reset()

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep one; where nothing can be written, as in an installation that belongs to somebody else, do not."""
        if sys.dont_write_bytecode:
            return
        with suppress(OSError):
            self._folder.mkdir(exist_ok=True)
            super().dump_bytecode(bucket)


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
        bytecode_cache=CompiledTemplates(_TEMPLATES / "__pycache__"),
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
