"""The site: `sphinx-build -W docs site`, which `make site` does. Warnings are errors: links lead somewhere."""

from __future__ import annotations

import re
from importlib import metadata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sphinx.application import Sphinx

project = "imgscan"
author = "the imgscan authors"
release = metadata.version("imgscan")

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.viewcode"]
exclude_patterns = ["man"]
html_theme = "furo"
html_title = f"imgscan {release}"

# Headings have the anchors that code hosts give them, down to the fourth level.
myst_heading_anchors = 4
myst_enable_extensions = ["colon_fence", "html_image"]

autodoc_member_order = "bysource"
autodoc_typehints = "signature"
default_role = "code"


def _leave_the_site(_app: Sphinx, page: str, source: list[str]) -> None:
    """Let links to files outside of docs/ lead to copies of these: they are no pages of the site."""
    up = "../" * (page.count("/") + 1)
    source[0] = re.sub(rf"\]\(({re.escape(up)}[\w./-]+)(?:#[\w-]+)?\)", r"](path:\1)", source[0])


def setup(app: Sphinx) -> None:
    """What Sphinx calls."""
    app.connect("source-read", _leave_the_site)
