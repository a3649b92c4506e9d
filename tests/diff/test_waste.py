"""Why one image has more waste than another: the parts sum up, and lead to what is to blame."""

from hypothesis import given

import imgscan
from tests.diff.pairs import difference, opened
from tests.images import Layer
from tests.strategies import layer_stacks, to_image


def test_growth_of_waste_leads_from_the_layer_that_caused_it_to_the_file() -> None:
    base, chown = Layer().file("srv/app/data", b"d" * 40), Layer().file("srv/app/data", b"d" * 40, uid=5)
    layer, removal = difference([base], [base, chown, Layer().whiteout("srv/app/data")]).waste_growth()
    assert [(each.kind, each.name, each.bytes) for each in _first_of_each(layer)] == [
        ("layer", "layer 1", 40),
        ("cause", "recopied", 40),
        ("directory", "srv/app", 40),
        ("file", "srv/app/data", 40),
    ]
    assert (removal.name, [(each.name, each.bytes) for each in removal.causes]) == ("layer 2", [("removed", 40)])


def _first_of_each(cause):
    yield cause
    for each in cause.causes[:1]:
        yield from _first_of_each(each)


def test_a_layer_that_makes_as_much_waste_as_before_is_none_of_the_causes() -> None:
    base = Layer().file("a", b"1" * 9).file("b", b"2" * 9)
    assert difference([base, Layer().whiteout("a")], [base, Layer().whiteout("b")]).waste_growth() == ()


@given(layer_stacks(max_layers=4), layer_stacks(max_layers=4))
def test_the_parts_of_each_level_sum_up_to_the_whole(old, new) -> None:
    before, after = (opened(to_image(each)) for each in (old, new))
    causes = imgscan.diff(before, after).waste_growth(top=1000)
    assert sum(each.bytes for each in causes) == after.size.waste_bytes - before.size.waste_bytes
    waiting = list(causes)
    while waiting:
        cause = waiting.pop()
        if cause.causes:
            assert sum(each.bytes for each in cause.causes) == cause.bytes
        waiting += cause.causes
