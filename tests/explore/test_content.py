"""Contents as lines."""

import re

from hypothesis import given
from hypothesis import strategies as st

from imgscan.explore.content import DifferenceRows, HexRows, TextRows, content_rows, is_text
from imgscan.explore.rows import Rows


def _text(rows: Rows, index: int) -> str:
    return "".join(part.text for part in rows.line(index, 80))


@given(st.binary(max_size=200))
def test_hexadecimal_says_every_byte(content: bytes) -> None:
    rows = HexRows("x", content)
    lines = [_text(rows, index) for index in range(len(rows))]
    assert b"".join(bytes.fromhex(line[10:58]) for line in lines) == content
    assert [int(line[:8], 16) for line in lines] == list(range(0, len(content), 16))
    assert all(line.isprintable() for line in lines)


@given(st.binary(max_size=300))
def test_text_never_moves_the_cursor(content: bytes) -> None:
    """Whatever is in it: as text every line can be printed, and starts with its number."""
    rows = content_rows("x", content, hexadecimal=False)
    for index in range(len(rows)):
        line = _text(rows, index)
        assert line.isprintable()
        assert line.startswith(f"{index + 1:>6} ")


def test_lines_are_those_of_the_text() -> None:
    rows = content_rows("x", b"one\r\n\ttwo\n\nlast")
    assert isinstance(rows, TextRows)
    assert list(rows.lines) == ["one", "\ttwo", "", "last"]
    assert _text(rows, 1) == "     2         two"
    assert len(content_rows("x", b"")) == 0
    assert [len(line) for line in TextRows("x", content_rows("x", b"y" * 4100).lines).lines] == [2000, 2000, 100]


def test_what_is_text() -> None:
    assert is_text("é".encode() * 5000)
    assert is_text(b"")
    assert is_text("é".encode() + "é".encode()[:1])
    assert not is_text(b"\x7fELF\x02\x00")
    assert not is_text(b"caf\xe9 au lait")
    assert isinstance(content_rows("x", b"text", hexadecimal=True), HexRows)


def test_search_in_contents() -> None:
    """Around the end, and in hexadecimal for bytes that begin on a line."""
    text = content_rows("x", b"a\nNeedle\nb\nneedle\n")
    assert [text.find("needle", start, backwards=False) for start in (0, 1, 3)] == [1, 3, 1]
    assert text.find("Needle", 0, backwards=True) == 1
    assert text.find("nothing", 0, backwards=False) is None
    binary = content_rows("x", b"\0" * 40 + b"needle" + b"\0" * 40 + b"needle")
    assert [binary.find("needle", start, backwards=False) for start in (0, 2, 5)] == [2, 5, 2]


def test_a_difference_has_colours() -> None:
    rows = DifferenceRows("x", ["@@ -1 +1 @@", "-old", "+new\x1b[2J", " same"])
    assert [rows.line(index, 80)[0].role for index in range(4)] == ["quiet", "removed", "added", ""]
    assert re.search(r"\\x1b", _text(rows, 2))
