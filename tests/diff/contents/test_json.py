"""JSON in any order and layout, against Python's own reading of it."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.diff.contents.sides import compared, told

SAME = ["the same data: the order of keys, the layout or the end of the file differs"]


def test_only_what_differs_is_shown() -> None:
    old = b'{"name": "app", "requires": ["a", "b"], "version": 1.50}'
    new = b'{\n "version": 1.5,\n "requires": ["a"],\n "name": "app"}\n'
    assert told(old, new) == (
        "json",
        [
            "@@ -1,8 +1,7 @@",
            " {",
            '   "name": "app",',
            '   "requires": [',
            '-    "a",',
            '-    "b"',
            '+    "a"',
            "   ],",
            '-  "version": 1.50',
            '+  "version": 1.5',
            " }",
        ],
    )


def test_order_and_layout_are_no_difference() -> None:
    assert told(b'{"a":1,"b":[]}', b'{"b": [ ], "a": 1}\n') == ("json", SAME)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"[0.1]", b"[0.1000000000000000055]"),
        (b"[1e400]", b"[1e500]"),
        (b"[NaN]", b"[Infinity]"),
        (b"[1]", b'["1"]'),
        (b"[1]", b"[true]"),
        (b'["\\u00e9"]', b'["e"]'),
        (b'[{"a": {}}]', b'[{"a": []}]'),
    ],
)
def test_no_two_values_pass_for_the_same(old, new) -> None:
    kind, lines = told(old, new)
    assert kind == "json"
    assert {line[0] for line in lines} >= {"-", "+"}


def test_what_comes_is_written_out() -> None:
    assert told(None, b'{"b":{"c":null},"a":[1,2]}')[1] == [
        "@@ -0,0 +1,9 @@", "+{", '+  "a": [', "+    1,", "+    2", "+  ],", '+  "b": {', '+    "c": null', "+  }", "+}",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [b'{"a": 1, "a": 2}', b"[" * 102 + b"]" * 102, b"[" * 100_000, b"[1,", b"1", b'"a"', b"{}{}", b"\xef\xbb\xbf{}"],
    ids=["a key twice", "deep", "deep and open", "cut", "a number", "a text", "two", "a mark before it"],
)
def test_what_cannot_be_written_anew_is_text(text) -> None:
    assert compared(text, b"{}").kind == "text"


def test_half_a_surrogate_pair_is_spelled_out() -> None:
    kind, lines = told(b'["\\ud800"]', b'["\\\\ud800"]')
    assert (kind, lines[2:4]) == ("json", ['-  "\\ud800"', '+  "\\\\ud800"'])


def test_a_number_too_long_for_python_is_none_for_us() -> None:
    digits = b"[" + b"1" * 100_000 + b"]"
    assert compared(digits, b"[1]").kind == "json"


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(st.lists(VALUES), st.lists(VALUES), st.sampled_from([None, 1]))
def test_the_same_to_python_is_the_same_to_us(old, new, indent) -> None:
    before, after = json.dumps(old).encode(), json.dumps(new, indent=indent, ensure_ascii=False).encode()
    same = json.dumps(old, sort_keys=True) == json.dumps(new, sort_keys=True)
    assert (list(compared(before, after).lines) == SAME) == same
