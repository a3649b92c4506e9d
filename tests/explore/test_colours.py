"""Other colours: all that is in sight takes them, and nothing is drawn for it that nobody sees."""

import asyncio
import gc
from collections import Counter

import pytest
from rich.segment import Segment
from textual.app import App
from textual.scrollbar import ScrollBar
from textual.widget import Widget

from imgscan.explore import resting
from imgscan.explore.listing import Listing
from tests.explore.driving import LARGE, Driver, driven, run, sample

APP = "app-2.0"
FINDINGS = "2"


def _drawn(explorer: Driver) -> list[list[Segment]]:
    return [list(strip) for strip in explorer.screen._compositor.render_strips()]


@pytest.mark.parametrize("tab", ["1", FINDINGS, "7"])
def test_every_theme_is_what_textual_makes_of_it(tab) -> None:
    """Its own way gives each widget its styles one by one, and lays out all anew."""

    async def test() -> None:
        async with driven(sample(APP), size=LARGE) as explorer:
            await explorer.press(tab)
            await explorer.until(lambda: explorer.main.listing.count > 0)
            for _ in range(14):
                await explorer.press("t")
                explorer.app.clear_notifications()
                await explorer.rest()
                mine = _drawn(explorer)
                App.refresh_css(explorer.app, animate=False)
                await explorer.rest()
                assert mine == _drawn(explorer), explorer.app.theme

    run(test)


def test_other_colours_right_after_scrolling() -> None:
    """What scrolled has no map of all widgets (Textual makes it when it is asked for): it is not made of half of them."""

    async def test() -> None:
        async with driven(sample(APP), size=LARGE) as explorer:
            await explorer.press("tab", "z", "G")
            explorer.screen._compositor._full_map_invalidated = True
            explorer.app.next_theme()
            assert set(explorer.main.query(Listing)) <= explorer.screen._compositor.full_map.keys()

    run(test)


def test_a_pane_behind_takes_the_colours_when_it_is_shown() -> None:
    """It is drawn as one that was there when the colours changed."""

    async def drawn(*names: str) -> list[list[Segment]]:
        async with driven(sample(APP)) as explorer:
            await explorer.press(FINDINGS)
            await explorer.until(lambda: explorer.main.listing.count > 0)
            await explorer.press(*names)
            explorer.app.clear_notifications()
            await explorer.rest()
            assert explorer.app.theme == "textual-light"
            return [list(strip) for strip in explorer.screen._compositor.render_strips()]

    async def test() -> None:
        shown_before = await drawn("t")
        assert await drawn("1", "t", FINDINGS) == shown_before

    run(test)


def test_other_colours_draw_what_is_seen(monkeypatch) -> None:
    """No widget is told of each of its properties, and none is drawn that is covered by what is in it."""
    told: Counter[Widget] = Counter()
    lines: Counter[Widget] = Counter()
    refresh, render_lines = Widget.refresh, Widget.render_lines

    def telling(self, *regions, **options):
        told[self] += 1
        return refresh(self, *regions, **options)

    def drawing(self, crop):
        lines[self] += crop.height
        return render_lines(self, crop)

    async def test() -> None:
        async with driven(sample(APP), size=LARGE) as explorer:
            await explorer.press("t")
            monkeypatch.setattr(Widget, "refresh", telling)
            monkeypatch.setattr(Widget, "render_lines", drawing)
            explorer.app.next_theme()
            assert max(count for widget, count in told.items() if not isinstance(widget, ScrollBar)) <= 3
            await explorer.until(lambda: lines[explorer.main.files.file_list] > 0)
            await explorer.rest()
            assert not lines[explorer.main.files]

    run(test)


def test_only_the_last_colours_are_named() -> None:
    """The names of those before would cover what somebody looks at; what else was said stays."""

    async def test() -> None:
        async with driven(sample(APP)) as explorer:
            explorer.main.tell("something else")
            await explorer.press(*"ttt")
            assert [each.message for each in explorer.app._notifications] == ["something else", "ansi-light"]
            assert sum("colours" in line for line in explorer.lines) == 1

    run(test)


def test_memory_is_freed_while_nobody_presses_a_key(monkeypatch) -> None:
    """Once after several keys, and not between them."""
    monkeypatch.setattr(resting, "_REST", 0.3)
    times: list[int] = []
    monkeypatch.setattr(gc, "collect", lambda: times.append(1))

    async def test() -> None:
        async with driven(sample(APP)) as explorer:
            times.clear()  # it collects once, when it has read
            await explorer.press(*"jjkk")
            assert not times
            await explorer.until(lambda: bool(times))
            await asyncio.sleep(0.5)
            assert len(times) == 1

    run(test)
