"""Trends: series by image and platform, changes and jumps held against an obvious reference, and all ways to draw."""

import json
import re
from html.parser import HTMLParser
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.gates.figures import FIGURES
from analyzer.gates.runs import Run
from analyzer.gates.trend import JUMPS, trends
from analyzer.names import repository
from reports import tables
from reports.trend import html, markdown, terminal
from reports.trend.course import Trend, table

HOSTILE = '<script>alert(1)</script>`|\x1b[2J\n::error::```"];'


def run(at: int, value: float | None, image: str = "acme/app:1", platform: str = "linux/amd64", commit="c0ffee") -> Run:
    return Run(f"2026-05-{at % 28 + 1:02}T00:00:00Z", commit, image, platform, "passed", {"rootfs_bytes": value})


def trend(runs: list[Run], key: str = "rootfs_bytes") -> Trend:
    return Trend(key, FIGURES[key], trends(runs, key))


@given(st.lists(st.integers(0, 10**12), max_size=40))
def test_changes_and_jumps_are_those_between_neighbours(values: list[int]) -> None:
    found = trends([run(at, value) for at, value in enumerate(values)], "rootfs_bytes")
    if not values:
        assert found == ()
        return
    (series,) = found
    changes = [after - before for before, after in pairwise(values)]
    assert [each.value for each in series.points] == values
    assert [each.change for each in series.points] == [None, *changes]
    largest = sorted((abs(each) for each in changes if each), reverse=True)[:JUMPS]
    assert [abs(each.change) for each in series.jumps] == largest
    assert sum(each.change for each in series.points[1:]) == values[-1] - values[0]


def test_builds_of_an_image_are_one_series_and_platforms_are_apart() -> None:
    runs = [
        run(0, 1, "acme/app:1"),
        run(1, 2, "acme/app:2"),
        run(2, 5, "acme/app:2", "linux/arm64"),
        run(3, None, "acme/app:3"),
        run(4, 7, "localhost:5000/other"),
    ]
    found = trends(runs, "rootfs_bytes")
    assert [(each.image, each.platform, len(each.points), each.unknown) for each in found] == [
        ("acme/app", "linux/amd64", 2, 1),
        ("acme/app", "linux/arm64", 1, 0),
        ("localhost:5000/other", "linux/amd64", 1, 0),
    ]
    assert [each.image for each in trends(runs, "rootfs_bytes", "acme/*")] == ["acme/app", "acme/app"]
    assert [len(each.points) for each in trends(runs, "rootfs_bytes", "*:2", "linux/amd64")] == [1]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("acme/app:1.0", "acme/app"),
        ("acme/app", "acme/app"),
        ("localhost:5000/acme/app", "localhost:5000/acme/app"),
        ("localhost:5000/acme/app:1@sha256:00", "localhost:5000/acme/app"),
        ("layout:latest", "layout"),
        ("app.tar", "app.tar"),
        ("", ""),
    ],
)
def test_a_name_without_what_changes_from_build_to_build(name: str, expected: str) -> None:
    assert repository(name) == expected


def test_the_terminal_shows_course_jumps_and_runs() -> None:
    runs = [run(at, value, commit=f"{at:x}" * 40) for at, value in enumerate([400_000, 400_000, 480_000, 470_000])]
    assert terminal.render(trend(runs), 2).splitlines() == [
        "acme/app  linux/amd64",
        "  rootfs_bytes 400 kB → 470 kB (+70.0 kB, +17.5%), 4 runs",
        "  ▁▁█▇",
        "",
        "  largest jumps",
        "  +80.0 kB  2026-05-03  222222222222  acme/app:1",
        "  -10.0 kB  2026-05-04  333333333333  acme/app:1",
        "",
        "  date        commit        image        value    change  verdict",
        "  2026-05-04  333333333333  acme/app:1  470 kB  -10.0 kB  passed",
        "  2026-05-03  222222222222  acme/app:1  480 kB  +80.0 kB  passed",
        "  and 2 earlier runs",
    ]


def test_a_figure_that_was_never_known_is_told() -> None:
    shown = terminal.render(trend([run(0, None)]), 9)
    assert "rootfs_bytes is not known of any run" in shown
    assert "note: acme/app: rootfs_bytes is not known of 1 run, which are left out" in shown
    assert "not known of any run" in html.render(trend([run(0, None)]), 9)
    assert "mermaid" not in markdown.render(trend([run(0, None)]), 9)


class _Page(HTMLParser):
    """What a browser would see: the drawing as XML, and how many scripts there are."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.scripts = 0
        self.feed(text)
        (self.drawing,) = (ET.fromstring(each) for each in re.findall(r"<svg viewBox.*?</svg>", text, re.DOTALL))

    def handle_starttag(self, tag: str, _: object) -> None:
        self.scripts += tag == "script"


@given(st.lists(st.integers(0, 10**15), min_size=1, max_size=50))
def test_the_chart_keeps_order_and_proportions(values: list[int]) -> None:
    page = _Page(html.render(trend([run(at, value) for at, value in enumerate(values)]), 9))
    drawn = [tuple(map(float, pair.split(","))) for pair in page.drawing.find("polyline").get("points").split()]
    assert len(drawn) == len(values) == len(page.drawing.findall("circle"))
    assert [x for x, _ in drawn] == sorted(x for x, _ in drawn)
    for value, (x, y) in zip(values, drawn, strict=True):
        assert 0 <= x <= html.WIDTH
        assert 0 <= y <= html.HEIGHT
        span = max(values) - min(values)
        bottom, top = html.HEIGHT - 12, 12
        assert y == pytest.approx(bottom - (value - min(values)) / span * (bottom - top) if span else bottom, abs=0.01)


def test_names_do_no_harm() -> None:
    runs = [run(at, at, HOSTILE, HOSTILE, HOSTILE) for at in range(3)]
    drawn = Trend("rootfs_bytes", FIGURES["rootfs_bytes"], trends(runs, "rootfs_bytes"), [HOSTILE])
    page, text, comment = html.render(drawn, 9), terminal.render(drawn, 9), markdown.render(drawn, 9)
    assert _Page(page).scripts == 3  # data, the charts' library, and the page's own
    for each in (page, text, comment):
        assert "\x1b" not in each
        assert "\n::error" not in each
    chart = comment.partition("```mermaid\n")[2].partition("\n```")[0].splitlines()
    assert chart[1] == '  x-axis ["script", "script (2)", "script (3)"]'
    assert len(chart) == 4


def test_mermaid_has_numbers_in_the_unit_that_fits() -> None:
    drawn = trend([run(0, 1_500_000), run(1, 2_000_000, commit=None)])
    chart = markdown.mermaid(drawn, drawn.series[0])
    assert chart.splitlines() == [
        "```mermaid",
        "xychart-beta",
        '  x-axis ["c0ffee", "2026-05-02"]',
        '  y-axis "MB" 1.475 --> 2.025',
        "  line [1.5, 2]",
        "```",
    ]


def test_tables_have_every_run_with_exact_numbers() -> None:
    rows = json.loads(b"".join(tables.json(table(trend([run(0, 12_345), run(1, 12_346)])))))
    assert [(each["rootfs_bytes"], each["change"]) for each in rows] == [(12_345, None), (12_346, 1)]
    assert b"".join(tables.csv(table(trend([run(0, 5)])))).decode().splitlines() == [
        "image,platform,date,commit,verdict,rootfs_bytes,change",
        "acme/app:1,linux/amd64,2026-05-01T00:00:00Z,c0ffee,passed,5,",
    ]
