"""Unified diffs against `diff` and `patch`, and the scripts behind them against a slow, obvious one."""

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.diff.contents import edits
from analyzer.diff.contents.unified import lines_of, unified
from tests.diff.contents.sides import compared, told
from tests.real.tools import require, run

FUNCTIONS = "".join(f"def {name}():\n    return {number}\n\n\n" for number, name in enumerate("abcdefgh"))

PAIRS = {
    "changed": ("a\nb\nc\n", "a\nx\nc\n"),
    "comes": ("", "a\nb\n"),
    "goes": ("a\nb\n", ""),
    "one comes": ("", "a\n"),
    "no newline on either side": ("a\nb", "a\nc"),
    "a newline comes": ("a\nb", "a\nb\n"),
    "a newline goes": ("a\nb\n", "a\nb"),
    "line ends": ("a\r\nb\r\nc\n", "a\nb\r\nc\r\n"),
    "other line ends are no line ends": ("a\x0bb\u2028c\n\x85\x0c\n", "a\x0bb\u2028d\n\x85\x0c\n"),
    "far apart": ("".join(f"{n}\n" for n in range(50)), "".join(f"{n if n % 20 else -n}\n" for n in range(1, 50))),
    "seven lines between": ("x\n1\n2\n3\n4\n5\n6\n7\nx\n", "y\n1\n2\n3\n4\n5\n6\n7\ny\n"),
    "six lines between": ("x\n1\n2\n3\n4\n5\n6\nx\n", "y\n1\n2\n3\n4\n5\n6\ny\n"),
    "a function comes": (FUNCTIONS, FUNCTIONS.replace("def d", "def new():\n    return 9\n\n\ndef d")),
    "a function goes": (FUNCTIONS, FUNCTIONS.replace("def d():\n    return 3\n\n\n", "")),
    "blank lines": ("a\n\n\nb\n", "a\n\n\n\n\nb\n"),
    "a line that can come by another that goes": (
        "one\n\nfrom a import b\n\ntwo\n",
        "one\nfrom b import a\n\ntwo\n",
    ),
    "a line at the end comes to the start": ("a\nb\n\nc\nd\nz\n\n", "z\n\na\nb\n\nc\nd\n\n"),
    "a block again": ("{\n}\n{\n}\n", "{\n}\n{\n}\n{\n}\n"),
}


def by_diff(folder: Path, old: str, new: str, *options: str) -> list[str]:
    """What `diff -u` prints below the names of the files."""
    require("diff", "sh")
    for name, text in (("old", old), ("new", new)):
        (folder / name).write_bytes(text.encode())
    command = 'diff --text "$@" -u old new; test $? -lt 2'
    return run("env", "-C", folder, "sh", "-c", command, "sh", *options).decode().split("\n")[2:-1]


@pytest.mark.parametrize("name", PAIRS)
def test_it_is_what_diff_writes(name: str, tmp_path: Path) -> None:
    old, new = PAIRS[name]
    assert told(old.encode(), new.encode()) == ("text", by_diff(tmp_path, old, new))
    assert told(new.encode(), old.encode()) == ("text", by_diff(tmp_path, new, old))


def test_the_documentation_of_a_module_after_an_edit_is_what_diff_writes(tmp_path: Path) -> None:
    """Our own sources as texts of some size, and what an edit of each line with a word makes of them."""
    for source in sorted(Path(edits.__file__).parent.glob("*.py")):
        old = source.read_text()
        for word in ("return", "found", '"""'):
            new = "".join(line.upper() if word in line else line for line in old.splitlines(keepends=True))
            assert unified(lines_of(old), lines_of(new)) == by_diff(tmp_path, old, new)


TEXTS = st.lists(st.sampled_from(["a\n", "b\n", "\n", "c\r\n", "d\n"]), max_size=12).map("".join)
ENDS = st.sampled_from(["", "", "last", "a"])


@given(TEXTS, ENDS, TEXTS, ENDS)
@settings(max_examples=60)
def test_patch_makes_the_new_text_of_the_old_one(tmp_path_factory, old, old_end, new, new_end) -> None:
    require("patch")
    folder = tmp_path_factory.mktemp("patched")
    before, after = old + old_end, new + new_end
    lines = unified(lines_of(before), lines_of(after))
    assert bool(lines) == (before != after)
    shortest = by_diff(folder, before, after, "--minimal")
    assert _signed(lines) == _signed(shortest)
    if lines:
        (folder / "old").write_bytes(before.encode())
        patch = "\n".join(["--- old", "+++ new", *lines, ""])
        run("patch", "--binary", "--silent", "--output", folder / "made", folder / "old", stdin=patch.encode())
        assert (folder / "made").read_bytes() == after.encode()


def _signed(lines: list[str]) -> int:
    return sum(line[0] in "+-" for line in lines)


ITEMS = st.lists(st.integers(0, 5), max_size=40)


@given(ITEMS, ITEMS)
def test_scripts_are_right_and_as_short_as_can_be(old, new) -> None:
    changes = edits.changes(old, new)
    assert _applied(old, new, changes) == new
    assert sum(c.old_end - c.old_start + c.new_end - c.new_start for c in changes) == _distance(old, new)
    assert all(a.old_end < b.old_start and a.new_end < b.new_start for a, b in pairwise(changes))


@given(st.lists(st.integers(0, 60), max_size=80), st.lists(st.integers(0, 60), max_size=80), st.integers(0, 300))
def test_scripts_are_right_when_time_runs_out(old, new, steps) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(edits, "STEPS_LIMIT", steps)
        assert _applied(old, new, edits.changes(old, new)) == new


def test_lines_that_both_have_once_hold_a_long_text_together() -> None:
    """Too many differences for the shortest script: what both have is found all the same."""
    old = [-1 if n % 2 else n for n in range(20_000)]
    new = [-2 if n % 2 else n for n in range(20_000)]
    changes = edits.changes(old, new)
    assert _applied(old, new, changes) == new
    assert sum(change.old_end - change.old_start for change in changes) == 10_000


@pytest.mark.parametrize(
    "pair",
    [
        (list(range(50_000)), list(range(50_000, 100_000))),
        (list(range(50_000)), list(range(50_000))[::-1]),
        ([0] * 50_000, [0] * 25_000),
        ([n % 2 for n in range(50_000)], [n // 2 % 2 for n in range(50_000)]),
        ([0] * 100 + [1] + [0] * 50_000, [0] * 50_000),
    ],
    ids=["nothing in common", "reversed", "halved", "two lines", "slid"],
)
def test_hostile_texts_take_a_bounded_number_of_steps(pair) -> None:
    """Without the bound none of the tests' hours would do: 50,000 x 50,000 steps."""
    old, new = pair
    assert _applied(old, new, edits.changes(old, new)) == new


def _applied(old: list[int], new: list[int], changes: list[edits.Change]) -> list[int]:
    made, at = [], 0
    for change in changes:
        made += old[at : change.old_start] + new[change.new_start : change.new_end]
        at = change.old_end
    return made + old[at:]


def _distance(old: list[int], new: list[int]) -> int:
    """Items that go and come at least, by the table of all pairs."""
    row = list(range(len(new) + 1))
    for i, item in enumerate(old, 1):
        before, row = row, [i]
        for j, other in enumerate(new, 1):
            row.append(before[j - 1] if item == other else 1 + min(before[j], row[j - 1]))
    return row[-1]


def test_what_is_cut_is_counted() -> None:
    found = compared(None, b"".join(b"%d\n" % n for n in range(1000)))
    assert (len(found.lines), found.omitted) == (400, 601)
    (_, line) = compared(None, b"x" * 10_000 + b"\n").lines
    assert line == "+" + "x" * 499 + "… (9,501 more characters)"


def test_text_that_is_too_long_says_so() -> None:
    long = b"line\n" * 2_000_000
    assert told(long, long + b"end\n")[1][:2] == [
        "10,000,000 -> 10,000,004 bytes",
        "too long for a diff of lines: over 8,388,608 bytes or 500,000 lines",
    ]


def test_what_is_no_utf_8_is_no_text() -> None:
    assert told("caf\u00e9\n".encode(), b"cafe\n")[0] == "text"
    assert told("caf\u00e9\n".encode("latin-1"), b"cafe\n")[0] == "binary"
    assert told(b"a\0\n", b"b\0\n")[0] == "binary"
