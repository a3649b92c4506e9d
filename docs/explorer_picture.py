"""Draw docs/explore.svg anew: `python docs/explorer_picture.py`. Look at it then."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

from imgscan.cli.explore import explorer_of
from imgscan.explore.main_screen import MainScreen
from imgscan.opening import open as open_image

ROOT = Path(__file__).resolve().parents[1]
SIZE = (110, 32)
KEYS = [*"jjjjjjjjjjjjjj", "ctrl+a", "tab", "z", "ctrl+u", *"jjjj"]
# A viewer's own fixed-width font will do: pages have to work without a network.
_FONTS = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)


async def draw() -> str:
    """A screen of the sample image, as SVG."""
    app = explorer_of([open_image(ROOT / "sample_images" / "app-2.0.tar")])
    async with app.run_test(size=SIZE) as pilot:
        while not isinstance(app.screen, MainScreen):
            await pilot.pause(0.1)
        await pilot.press(*KEYS)
        await pilot.pause(1)
        return _FONTS.sub("", app.export_screenshot(title="imgscan explore sample_images/app-2.0.tar"))


if __name__ == "__main__":
    (ROOT / "docs" / "explore.svg").write_text(asyncio.run(draw()))
