import re
import unicodedata

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.document import CauseSection, LayerWasteSection, LedgerSection, WasteSection
from reports.formatting import (
    CLASSES,
    decimal_bytes,
    headline,
    percent,
    share,
    shortened,
    shortened_path,
    signed_percent,
    signed_share,
    told_apart,
    visible,
)
from tests.reports.documents import document, empty_document

HIDING = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
ANY_TEXT = st.text(st.characters())  # surrogates, controls and all


@given(ANY_TEXT)
def test_visible_leaves_no_character_that_hides_or_reorders(text: str) -> None:
    assert not {unicodedata.category(each) for each in visible(text)} & HIDING


@given(ANY_TEXT)
def test_visible_changes_nothing_the_second_time(text: str) -> None:
    assert visible(visible(text)) == visible(text)


@given(st.text(st.characters(categories=["L", "N", "P", "S"])))
def test_visible_keeps_ordinary_text(text: str) -> None:
    assert visible(text) == text


@pytest.mark.parametrize(
    ("character", "spelled"),
    [
        ("\n", r"\x0a"),
        ("\x1b", r"\x1b"),
        ("\x7f", r"\x7f"),
        ("\x85", r"\u0085"),
        ("\u200b", r"\u200b"),
        ("\u202e", r"\u202e"),
        ("\u2028", r"\u2028"),
        ("\ud800", r"\ud800"),
        ("\U000e0041", r"\U000e0041"),
    ],
)
def test_visible_spells_out(character: str, spelled: str) -> None:
    assert visible(f"a{character}b") == f"a{spelled}b"


@given(st.integers(1000, 10**19))
def test_decimal_bytes_is_right_to_three_digits(count: int) -> None:
    number, unit = decimal_bytes(count).split()
    value = float(number) * 1000 ** (["kB", "MB", "GB", "TB", "PB", "EB"].index(unit) + 1)
    assert value == pytest.approx(count, rel=0.0051)


@given(st.integers(0, 10**12), st.integers(-2000, 2000), st.integers(0, 10**12))
def test_bytes_look_alike_only_where_they_are(count: int, more: int, other: int) -> None:
    counts = (count, abs(count + more), other)
    texts = told_apart(*counts)
    assert len(set(texts)) == len(set(counts))
    assert set(texts) <= {text for each in counts for text in (decimal_bytes(each), f"{each:,} B")}


@given(st.integers(0, 999))
def test_decimal_bytes_is_exact_below_a_kilobyte(count: int) -> None:
    assert decimal_bytes(count) == f"{count} B"


@given(st.floats(0, 1, exclude_min=True, exclude_max=True))
def test_percent_says_nothing_or_all_only_when_it_is(fraction: float) -> None:
    assert percent(fraction) not in {"0%", "0.0%", "100%", "100.0%"}


@given(st.integers(1, 10**15), st.integers(1, 10**15))
def test_a_decrease_is_read_at_sight_and_is_all_only_where_nothing_is_left(before: int, after: int) -> None:
    text = signed_percent(after - before, before)
    assert re.fullmatch(r"([+-][\d,]+(\.\d)?%|<0\.1%)?", text)
    assert text != "-100%"
    assert signed_percent(-before, before) == "-100%"


@given(st.floats(-1, 1, exclude_min=True, exclude_max=True))
def test_a_difference_of_shares_is_nothing_only_where_there_is_none(difference: float) -> None:
    text = signed_share(difference)
    if abs(difference) > 1e-14:
        assert float(text.rstrip("%")) / 100 == pytest.approx(difference, abs=0.0006, rel=0.6)
    assert text not in {"-100%", "+100%"}
    assert (text == "0%") == (difference == 0)


def test_share_of_nothing_is_nothing() -> None:
    assert share(0, 0) == "0%"


@given(st.text(), st.integers(3, 40))
def test_shortened_texts_keep_to_the_limit_and_short_ones_stay(text: str, limit: int) -> None:
    for short in (shortened(text, limit), shortened_path(text, limit)):
        assert len(short) <= limit
        assert (short == text) == (len(text) <= limit)


def test_a_shortened_path_keeps_both_ends() -> None:
    short = shortened_path("/".join(["usr", *["deep"] * 50, "name.txt"]), 40)
    assert short.startswith("usr/deep")
    assert short.endswith("/name.txt")


def test_classes_are_the_ledger_s() -> None:
    assert tuple(CLASSES) == LedgerSection.__struct_fields__


def test_the_headline_names_share_cause_and_layer() -> None:
    found = headline(document())
    assert found.text == (
        "37.5% of the stored file bytes (6 B) are never seen by a container. "
        "All of that was recopied, and layer 1 alone accounts for 6 B"
    )
    assert (found.layer, found.instruction) == (1, "RUN chown 1:1 /srv/app")


@pytest.mark.parametrize(
    ("causes", "says"),
    [
        (CauseSection(1, 5, 0, 0), "Most of that (83.3%) was recopied"),
        (CauseSection(2, 1, 3, 0), "The largest part of that (50.0%) was removed"),
    ],
)
def test_the_headline_says_most_of_more_than_half_only(causes: CauseSection, says: str) -> None:
    made = document()
    waste = msgspec.structs.replace(made.waste, by_cause=causes)
    assert says in headline(document(waste=waste)).text


def test_the_headline_without_waste_or_files() -> None:
    no_waste = WasteSection(0, CauseSection(0, 0, 0, 0), [], [], [])
    assert headline(document(waste=no_waste)).text == "Nothing is wasted: a container sees all 16 B of stored files."
    assert headline(empty_document()).text == "This image stores no file content."


def test_the_headline_of_a_document_that_blames_an_absent_layer() -> None:
    waste = msgspec.structs.replace(document().waste, by_layer=[LayerWasteSection(9, 0, 6)])
    assert headline(document(waste=waste)).instruction == ""


@pytest.mark.parametrize("command", ["##[add-mask]", "##vso[task.setvariable variable=a]"])
def test_no_name_holds_a_command_of_a_ci_system(command: str) -> None:
    assert visible(f"a {command}b") == f"a \\x23#{command[2:]}b"
