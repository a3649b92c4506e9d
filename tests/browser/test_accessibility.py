"""axe-core finds nothing to complain of, in light and dark, wide and narrow, WCAG 2.2 level AA and best practice."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.conftest import DESK, PHONE

Visit = Callable[..., Page]


@pytest.mark.parametrize(
    ("name", "theme", "width"),
    [
        ("report", "light", DESK),
        ("report", "dark", PHONE),
        ("packages", "light", PHONE),
        ("packages", "dark", DESK),
        ("diff", "light", PHONE),
        ("diff", "dark", DESK),
        ("trend", "light", DESK),
        ("trend", "dark", PHONE),
    ],
)
def test_axe_finds_nothing(visit: Visit, request: pytest.FixtureRequest, name: str, theme: str, width: int) -> None:
    page = visit(request.getfixturevalue(name), "#path=srv/app", width=width, color_scheme=theme)
    found = Axe().run(page).response["violations"]
    assert [(each["id"], [node["html"] for node in each["nodes"]][:5]) for each in found] == []
