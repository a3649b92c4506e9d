"""Contents that wait packed for the end of the pass come out as they went in."""

from hypothesis import given
from hypothesis import strategies as st

import analyzer.layers.limits
from analyzer.layers.facts import Facts
from analyzer.layers.kept import Keeper, joined
from analyzer.layers.limits import KeptBudget

CONTENTS = st.binary(max_size=3) | st.integers(2040, 5000).map(lambda size: b"usr/share/doc\n" * (size // 14))


def keeper(contents):
    made = Keeper()
    for row, content in contents.items():
        (made.pack if row % 2 else made.keep)(row, content)
    return made


@given(st.dictionaries(st.integers(0, 99), CONTENTS))
def test_each_content_comes_back_in_the_order_of_rows(contents) -> None:
    assert list(keeper(contents).kept().items()) == sorted(contents.items())


def test_a_list_of_paths_waits_in_a_fraction_of_its_bytes() -> None:
    paths = b"".join(b"/usr/lib/python3/dist-packages/numpy/core/%d.py\n" % number for number in range(1000))
    kept = keeper({1: paths}).kept()
    assert len(kept.held[1]) < len(paths) // 5
    assert kept[1] == paths


def test_the_first_megabytes_are_kept_as_they_are(monkeypatch) -> None:
    """Packing takes longer than all else that is done with them."""
    monkeypatch.setattr(analyzer.layers.limits, "_LOOSE_BYTES", 5000)
    facts = Facts(KeptBudget())
    contents = {row: bytes([row]) * 3000 for row in range(4)}
    for row, content in contents.items():
        assert facts.has_room(len(content))
        facts.keep(row, content)
    kept = facts.learned().contents
    assert [len(kept.held[row]) < 100 for row in kept] == [False, True, True, True]
    assert kept == contents


def test_tables_are_joined_by_where_each_begins() -> None:
    first, second = keeper({0: b"a", 2: bytes(3000)}).kept(), keeper({1: b"b"}).kept()
    assert dict(joined([(first, 0), (second, 3)])) == {0: b"a", 2: bytes(3000), 4: b"b"}
