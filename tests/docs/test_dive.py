"""docs/dive.md says what imgscan computes."""

import math

import pytest

from analyzer.gates.dive.config import parse_dive_rules
from analyzer.gates.dive.figures import dive_figures
from analyzer.gates.dive.rules import DiveRules
from tests.conftest import Opened
from tests.docs.examples import DIVE_EXAMPLES
from tests.docs.pages import blocks, page, tables_by_heading
from tests.images import docker_archive

TABLES = tables_by_heading(page("dive.md"))
ROWS = {name: cells for name, *cells in TABLES["The three figures"]}


def test_every_example_is_there() -> None:
    assert [*ROWS] == [*DIVE_EXAMPLES]


@pytest.mark.parametrize("name", DIVE_EXAMPLES)
def test_the_figures_of_the_examples(name: str, opened: Opened) -> None:
    """The page has them from dive itself."""
    image = opened(docker_archive(DIVE_EXAMPLES[name]))
    ours, size = dive_figures(image.changes, image._analysis.metadata.layers), image.size
    share = ours.wasted_user_percent
    shown = "no number" if math.isnan(share) else "infinite" if math.isinf(share) else f"{share:.2f}"
    waste = [f"{size.waste_bytes:,}", f"{ours.wasted_bytes:,}"]
    assert ROWS[name] == [*waste, f"{size.efficiency:.2f}", f"{ours.efficiency:.2f}", shown]


def test_the_keys_and_what_holds_without_them() -> None:
    rows = TABLES[".dive-ci` files"]
    without = DiveRules()
    limits = (without.lowest_efficiency, without.highest_wasted_bytes, without.highest_user_wasted_percent)
    assert [row[3] for row in rows] == ["`disabled`" if limit is None else str(limit) for limit in limits]
    for key, later, _, _ in rows:
        limit = "{" + key.strip("`") + ": 0.5}", "{" + later.strip("`") + ": 0.5}"
        old, new = (parse_dive_rules(f"rules: {each}", "page") for each in limit)
        assert old == new != without


def test_the_example_is_one() -> None:
    (example,) = blocks(page("dive.md"), "yaml")
    assert parse_dive_rules(example, "page") == DiveRules(0.95, 20_000_000, 0.2)
