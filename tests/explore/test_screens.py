"""Whole screens, as text. `IMGSCAN_WRITE_SCREENS=1 pytest tests/explore/test_screens.py` writes them; look at them then."""

import os
from pathlib import Path

import pytest

from tests.explore.driving import LARGE, SMALL, Driver, driven, run, sample

SCREENS = Path(__file__).with_name("screens")
WRITE = "IMGSCAN_WRITE_SCREENS"

CASES: dict[str, tuple[tuple[str, ...], tuple[int, int], str]] = {
    "layer": (("app-2.0",), SMALL, "j j j j j j j j j j j j j j tab z ctrl+u"),
    "all-layers-by-size": (("app-2.0",), LARGE, "G ctrl+a tab z s ctrl+b"),
    "filter": (("app-2.0",), SMALL, "G a tab ctrl+f asterisk . c s v"),
    "findings": (("app-2.0",), SMALL, "2"),
    "packages": (("packages",), LARGE, "4"),
    "history": (("app-2.0",), SMALL, "5 j"),
    "config": (("app-2.0",), SMALL, "6"),
    "two-images": (("app-1.0", "app-2.0"), LARGE, "tab z ctrl+u j j"),
    "two-layers": (("app-1.0", "app-2.0"), SMALL, "5 G"),
    "keys": (("app-1.0",), SMALL, "question_mark"),
}


@pytest.mark.parametrize("name", CASES)
def test_screens_look_as_they_did(name: str) -> None:
    images, size, keys = CASES[name]
    lines: list[str] = []

    async def test() -> None:
        async with driven(*map(sample, images), size=size) as explorer:
            for key in keys.split():
                await explorer.press(key)
                await _table(explorer)
            await _settle(explorer)
            lines.extend(explorer.lines)

    run(test)
    path = SCREENS / f"{name}.txt"
    if os.environ.get(WRITE) == "1":
        SCREENS.mkdir(exist_ok=True)
        path.write_text("\n".join(lines) + "\n")
    assert all(len(line) <= size[0] for line in lines)
    assert path.read_text().splitlines() == lines


async def _table(explorer: Driver) -> None:
    """A tab's table is made in a thread; a key that moves in it would be lost before."""
    pane = explorer.main._pane
    if pane is not None:
        await explorer.until(lambda: pane.table is not None)


async def _settle(explorer: Driver) -> None:
    """The digest of a file that one stays at is told a little later, and so are packages."""
    in_tree = explorer.main._pane is None and explorer.main.files.active is explorer.tree
    if in_tree and len(explorer.app.screen_stack) == 2:
        node = explorer.tree.node
        await explorer.until(lambda: node in explorer.main.files._digests)
    if explorer.main.subject.entries is not None:
        await explorer.until(lambda: getattr(explorer.main.subject.entries, "packages", True) is not None)
    await explorer.rest()
