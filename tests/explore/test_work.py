"""How much is done for a key: what is in sight, and whole columns; never something for every file."""

import asyncio
import subprocess
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
from textual.app import App, ComposeResult

from analyzer.rootfs.tree import build_tree
from imgscan.explore.picture import Picture
from imgscan.explore.states import ADDED, UNMODIFIED
from imgscan.explore.tree_listing import TreeListing
from tests.explore.driving import LARGE

ROOT = Path(__file__).resolve().parents[2]
FOLDERS, FILES = 500, 500


class _Entries:
    """Counts how often somebody asks about a single entry."""

    asked = 0

    def attributes(self, row: int) -> str:  # noqa: ARG002 - as a tree calls it
        self.asked += 1
        return ""

    def leads_to(self, row: int) -> str | None:  # noqa: ARG002 - as a tree calls it
        self.asked += 1
        return None


def _quarter_of_a_million() -> Picture:
    paths = [f"usr/share/{folder:03}/{file:03}.txt".encode() for folder in range(FOLDERS) for file in range(FILES)]
    tree, _ = build_tree(pa.array(paths, pa.binary()))
    ones, is_directory = np.ones(len(tree), bool), tree.end > np.arange(len(tree)) + 1
    size = np.where(is_directory, 0, np.arange(len(tree)) % 1000)
    state = np.where(np.arange(len(tree)) % 7 == 0, ADDED, UNMODIFIED).astype(np.int8)
    return Picture(tree, ones, state, size, size, size // 2, np.arange(len(tree)), is_directory, ones)


class _Tree(App[None]):
    def __init__(self, picture: Picture, entries: _Entries) -> None:
        super().__init__()
        self.listing = TreeListing(picture, entries)

    def compose(self) -> ComposeResult:
        yield self.listing


def test_a_key_costs_what_is_in_sight() -> None:
    """With 250,502 lines open: no key draws more than a few screens, or asks about more entries than it draws."""
    picture, entries = _quarter_of_a_million(), _Entries()
    app = _Tree(picture, entries)
    height = LARGE[1]

    async def test() -> None:
        async with app.run_test(size=LARGE) as pilot:
            app.listing.focus()
            await pilot.press("ctrl+@")
            assert app.listing.count == FOLDERS * FILES + FOLDERS + 2
            for key in (
                "down",
                "pagedown",
                "end",
                "home",
                "s",
                "s",
                "ctrl+u",
                "ctrl+a",
                "m",
                "space",
                "h",
                "z",
                "ctrl+b",
            ):
                app.listing.drawn = entries.asked = 0
                await pilot.press(key)
                assert app.listing.drawn <= 3 * height, key
                assert entries.asked <= 2 * app.listing.drawn, key
            assert len(list(app.screen.walk_children())) < 10

    asyncio.run(test())


def test_what_is_on_the_screen_is_worked_out_without_textual() -> None:
    """Only what draws needs it: the rest can be used, and tested, without."""
    drawing = {
        "app", "colours", "details", "dialogs", "file_actions", "files_pane", "key_line", "listing", "main_screen", "orderly",
        "handing", "resting", "table_pane", "tree_listing",
    }  # fmt: skip
    modules = {path.stem for path in (ROOT / "imgscan" / "explore").glob("*.py")} - {"__init__"} - drawing
    code = "import sys; " + "; ".join(f"import imgscan.explore.{name}" for name in sorted(modules))
    done = subprocess.run([sys.executable, "-c", code + "; sys.exit('textual' in sys.modules)"], cwd=ROOT, check=False)
    assert done.returncode == 0
    assert len(modules) > 15
