"""Why there is more waste than a baseline file tells of: only what layers are certain to have made is theirs."""

from datetime import date

import pytest
from msgspec.structs import replace

from analyzer.gates.wasted import Wasted
from tests.diff.pairs import image_of
from tests.images import Layer

BASE = Layer().file("srv/a", b"a" * 40).file("srv/b", b"b" * 30)
NO_A, NO_B, NEW_A = Layer().whiteout("srv/a"), Layer().whiteout("srv/b"), Layer().file("srv/a", b"A" * 50)


def since(before: list[Layer], now: list[Layer]) -> Wasted:
    waste = image_of(*now).grown_since(image_of(*before).snapshot(date(2026, 5, 1))).waste
    assert waste is not None
    return waste


@pytest.mark.parametrize(
    ("before", "now", "growth", "layers", "others"),
    [
        pytest.param([BASE], [BASE, NO_A, NO_B], 70, {1: 40, 2: 30}, (), id="new-layers"),
        pytest.param([BASE, NO_A], [BASE, NO_A, NO_B], 30, {2: 30}, (), id="a-layer-was-there"),
        pytest.param([BASE, NO_B], [BASE, NEW_A], 10, {1: 10}, (), id="in-place-of-another"),
        pytest.param([BASE, NO_B], [BASE, NEW_A, NO_B], 40, {1: 10}, (1, 2), id="above-a-new-one"),
        pytest.param([NO_B, BASE], [BASE, NO_A], 40, {1: 40}, (), id="a-layer-is-gone"),
        pytest.param([BASE, NO_A], [BASE, NO_B, NEW_A], 30, {}, (2, 1), id="either-may-have"),
        pytest.param([BASE], [NEW_A, BASE], 50, {1: 50}, (), id="below-what-was-there"),
        pytest.param([BASE], [Layer().file("srv/a", b"x" * 60), NO_A], 60, {1: 60}, (), id="all-layers-are-new"),
        pytest.param([BASE, NO_A], [BASE, NO_B], -10, {}, (), id="less-waste"),
    ],
)
def test_by_how_much_each_layer_is_certain_to_make_more_waste(before, now, growth, layers, others) -> None:
    found = since(before, now)
    assert (found.bytes, dict(found.layers), found.others) == (growth, layers, others)
    assert sum(found.layers.values()) + found.unsure == max(growth, 0)


def test_a_layer_of_which_all_is_new_says_what_it_took_out_of_sight() -> None:
    (parts,) = since([BASE], [BASE, Layer().whiteout("srv/a").file("srv/b", b"b" * 30, uid=7)]).parts.values()
    assert [(each.kind, each.name, each.bytes) for each in parts] == [
        ("cause", "removed", 40),
        ("cause", "recopied", 30),
    ]
    assert since([BASE, NO_B], [BASE, NEW_A]).parts == {}


def test_layers_that_may_have_made_it_are_named_with_all_that_they_make() -> None:
    both = since([BASE, NO_A], [BASE, NO_B, NEW_A]).candidates
    assert [(each.layer, each.bytes, [part.name for part in each.parts]) for each in both] == [
        (2, 40, ["overwritten"]),
        (1, 30, ["removed"]),
    ]
    assert since([BASE], [BASE, NO_A, NO_B]).candidates == ()


def test_a_baseline_that_does_not_have_it_tells_nothing() -> None:
    kept = image_of(BASE).snapshot(date(2026, 5, 1))
    whole = {key: value for key, value in kept.whole.items() if key != "waste_bytes"}
    assert image_of(BASE, NO_A).grown_since(replace(kept, whole=whole)).waste is None
