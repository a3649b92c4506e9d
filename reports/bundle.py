"""Styles and scripts of the pages, as they stand in one: each a text that the page's policy names by its digest."""

from __future__ import annotations

import re
from base64 import b64encode
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from markupsafe import Markup
from msgspec import Struct

from .page_data import block

_ASSETS = Path(__file__).parent / "assets"
_IMPORT = re.compile(r'^import \{([^}]*)\} from "\./([\w-]+\.js)";$', re.MULTILINE)
_EXPORT = re.compile(r"^export (const (\w+))", re.MULTILINE)

MODULES = (
    "format.js",
    "dom.js",
    "data.js",
    "state.js",
    "theme.js",
    "kinds.js",
    "tree.js",
    "chart.js",
    "measures.js",
    "cells.js",
    "details.js",
    "treemap.js",
    "icicle.js",
    "map.js",
    "timeline.js",
    "flow.js",
    "owners.js",
    "stacks.js",
    "course.js",
    "tables.js",
    "start.js",
)
"""In an order in which each imports those before it only."""


@cache
def _style(*names: str) -> Markup:
    """The style sheets in one."""
    return Markup("\n" + "".join(_read(name) for name in names))  # noqa: S704 - our own files


@cache
def _script() -> Markup:
    """The modules in one script, each in a function of its own, so that their names stay apart."""
    joined = "".join(_wrapped(name) for name in MODULES)
    return Markup(f'\n"use strict";\nconst modules = {{}};\n{joined}')  # noqa: S704 - our own files


@cache
def charts() -> Markup:
    """ECharts, as `assets/charts/build.sh` makes it. The page keeps it as a text until it is needed."""
    return Markup(_read("echarts.js"))  # noqa: S704 - our own file


class Page(Struct, frozen=True):
    """What the frame of every page needs, each text as it has to stand there."""

    policy: str
    style: Markup
    script: Markup
    charts: Markup
    data: Markup


def page(data: dict[str, Any], *styles: str) -> Page:
    """The frame of a page with this data and these style sheets."""
    style = _style(*styles)
    return Page(_policy(style, _script(), charts()), style, _script(), charts(), block(data))


def _policy(styles: Markup, *scripts: Markup) -> str:
    """A Content-Security-Policy by which nothing but these texts has any effect, and nothing is ever fetched."""
    allowed = " ".join(_source(each) for each in scripts)
    return f"default-src 'none'; script-src {allowed}; style-src {_source(styles)}; base-uri 'none'; form-action 'none'"


@cache
def _source(text: Markup) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def _read(name: str) -> str:
    return (_ASSETS / name).read_text(encoding="utf-8")


def _wrapped(name: str) -> str:
    source = _read(f"js/{name}")
    told = ", ".join(name for _, name in _EXPORT.findall(source))
    inside = _EXPORT.sub(r"\1", _IMPORT.sub(r'const {\1} = modules["\2"];', source))
    return f'modules["{name}"] = (() => {{\n{inside}return {{ {told} }};\n}})();\n'
