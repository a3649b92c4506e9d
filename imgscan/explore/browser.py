"""Opening a page in the browser of whoever sits before the screen."""

from __future__ import annotations

import os
import sys
import webbrowser
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from pathlib import Path


def page_url(page: Path, layer: int | None, path: bytes) -> str:
    """The address of a report, at a layer and a path.

    >>> from pathlib import Path
    >>> page_url(Path("/tmp/a b.html"), 5, b"usr/lib")
    'file:///tmp/a%20b.html#layer=5&path=usr/lib'
    """
    place = [] if layer is None else [f"layer={layer}"]
    place += [f"path={quote(path, safe='/')}"] if path else []
    return page.absolute().as_uri() + ("#" + "&".join(place) if place else "")


def open_page(url: str) -> bool:
    """Whether there was a browser to show it. One that would take this terminal is none."""
    has_screen = sys.platform in ("darwin", "win32") or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    if not has_screen and not os.environ.get("BROWSER"):
        return False
    return webbrowser.open(url)
