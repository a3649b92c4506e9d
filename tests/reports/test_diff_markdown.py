"""The Markdown of a comparison, read by a Markdown parser: right, harmless, and never longer than GitHub takes."""

from typing import TYPE_CHECKING

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports import json
from reports.diff.document import ContentSection, DiffDocument, GrowthSection
from reports.diff.markdown import render
from reports.formatting import visible
from reports.markdown_parts import LIMIT
from tests.reports.diffs import (
    cause,
    diff_document,
    file_change,
    hostile_diff,
    identical_diff,
    layer_pair,
    package_change,
    tampered_diff,
)
from tests.reports.test_markdown import HOSTILE, kinds, parse, tables, words

if TYPE_CHECKING:
    from markdown_it.token import Token

MORE = [*HOSTILE, "```", "~~~", "x" * 10_000, "</details>\n\n@octocat", "- [ ] task", "````diff", "@@ -1 +1 @@"]


def _cells(document: DiffDocument, at: int) -> list[list[str]]:
    return [[words(cell) for cell in row] for row in tables(parse(render(document)))[at]]


def _shape(tokens: list["Token"]) -> list[str]:
    return [each.type for each in tokens]


def test_the_headline_is_the_verdict_with_its_reasons() -> None:
    assert (
        "\n\n**The root filesystem grew by 48.0 MB (+32.0%), to 198 MB**: `python:numpy` `2.1 → 2.3` +31.0 MB, "
        "`python:llvm` `15 (new)` +15.0 MB, `opt/model` +3.00 MB\n\n"
    ) in render(diff_document())


def test_the_headline_table() -> None:
    assert _cells(diff_document(), 0) == [
        ["", "Old", "New", "Growth", "%"],
        ["Root filesystem", "150 MB", "198 MB", "+48.0 MB", "+32.0%"],
        ["Waste", "0 B", "2.00 MB", "+2.00 MB", ""],
        ["Pull size", "40.0 MB", "60.0 MB", "+20.0 MB", "+50.0%"],
        ["Layers", "3", "4", "+1", ""],
        ["Files", "200", "205", "+5", ""],
    ]


def test_why_is_a_nested_list() -> None:
    text = render(diff_document())
    assert (
        "### Why\n\n"
        "- **+49.0 MB** layer 1 → 2 `changed` `RUN pip install numpy`\n"
        "  - +31.0 MB `python:numpy` `2.1 → 2.3`\n"
        "    - +21.0 MB `usr/lib/python3/dist-packages/numpy/core.so`\n"
        "    - +10.0 MB `usr/lib/python3/dist-packages/numpy.libs/`\n"
        "      - +6.00 MB `usr/lib/python3/dist-packages/numpy.libs/blas.so`\n"
        "      - +3.50 MB `usr/lib/python3/dist-packages/numpy.libs/fortran.so`\n"
        "      - +500 kB others\n"
        "  - +15.0 MB `python:llvm` `15 (new)`\n"
        "    - +15.0 MB `usr/lib/libLLVM.so`\n"
        "  - +3.00 MB files of no package\n"
        "    - +3.00 MB `opt/model`\n"
        "- **-1.00 MB** layer 2 `removed` `COPY . /srv`\n"
        "  - -1.00 MB `core.1234`\n\n"
    ) in text
    depth = deepest = 0
    for each in parse(text):
        depth += {"bullet_list_open": 1, "bullet_list_close": -1}.get(each.type, 0)
        deepest = max(deepest, depth)
    assert deepest == 4


def test_the_folded_tables() -> None:
    assert _cells(diff_document(), 1)[2] == [
        "1 → 2",
        "changed",
        "50.0 MB",
        "99.0 MB",
        "+49.0 MB",
        "RUN pip install numpy",
    ]
    assert _cells(diff_document(), 2)[1] == ["numpy", "python", "version", "2.1 → 2.3", "51.0 MB", "+31.0 MB"]
    assert _cells(diff_document(), 3)[1:] == [["Env.PATH", "/bin", "/usr/bin:/bin"], ["User", "not set", "10001"]]
    assert _cells(diff_document(), 4)[1] == ["srv/static", "srv/public", "12", "5.00 kB"]
    assert _cells(diff_document(), 5)[3:5] == [
        ["core.1234", "removed old", "1.00 MB", "0 B", "-1.00 MB"],
        ["etc/motd", "metadata mode 0644 -> 0755", "5 B", "5 B", "0 B"],
    ]
    assert _cells(diff_document(), 6)[1][:5] == ["2", "30.0 MB", "82.0 MB", "81.0 MB", "50.0 MB"]
    assert _cells(diff_document(), 7)[1] == ["manifest", "digest", "sha256:aa", "sha256:bb"]
    assert "and 14 more paths\n\n</details>" in render(diff_document())


def test_contents_stand_in_a_block_of_their_own() -> None:
    (block,) = [each for each in parse(render(diff_document())) if each.type == "fence"]
    assert (block.info, block.content) == ("diff", "--- old\n+++ new\n@@ -1 +1 @@\n-Hello\n+Hallo\n you\n")


def test_identical_images() -> None:
    text = render(identical_diff())
    assert "**No difference in what was compared: the files that a container sees, and the configuration**." in text
    assert "### Why" not in text


@pytest.mark.parametrize("text", MORE)
@pytest.mark.parametrize("made", [hostile_diff, tampered_diff])
def test_hostile_text_is_only_in_code(text: str, made: type) -> None:
    """Not one token more or less than with a harmless word, and every one that holds the text is code."""
    tokens, plain = parse(render(made(text))), parse(render(made("word")))
    assert _shape(tokens) == _shape(plain)
    assert kinds(tokens) == kinds(plain)
    shown = visible(text)
    for token in tokens:
        if token.type in {"fence", "inline"}:
            loose = (
                "" if token.type == "fence" else "".join(c.content for c in token.children or () if c.type == "text")
            )
            assert shown == "|" or shown not in loose
    assert [each.content for each in tokens if each.type == "html_block"] == [
        each.content for each in plain if each.type == "html_block"
    ]


@given(st.text(st.characters(categories=["L", "P", "S", "Zs", "Cc"]), min_size=1))
def test_no_text_breaks_out(text: str) -> None:
    assert _shape(parse(render(hostile_diff(text)))) == _shape(parse(render(hostile_diff("word"))))


def _large(rows: int, text: str) -> DiffDocument:
    made = hostile_diff(text, 127)
    leaf = cause("file", text, 1)
    for kind in ("directory", "package"):
        leaf = cause(kind, text, 10, *[leaf] * 10, version_old=text, version_new=text)
    return msgspec.structs.replace(
        made,
        growth=GrowthSection(1, [cause("layer", text, 1, *[leaf] * 10, pair=at) for at in range(127)], [leaf] * 10, 0, []),
        packages=[package_change(text, "added", [], [text], 0, 1)] * rows,
        packages_omitted=7,
        config=made.config * rows,
        files=msgspec.structs.replace(
            made.files,
            changes=[file_change(f"{at}{text}", "added", 0, 1, details=[text] * 9) for at in range(rows)],
            omitted=9,
        ),
        contents=[ContentSection(text, "text", [f"+{text}"] * rows, 0)] * 20,
        notes=[text] * rows,
    )  # fmt: skip


@pytest.mark.parametrize("text", ["a", "word " * 2000, "`" * 10_000, "|" * 10_000, "\u202e" * 10_000, "@x\n" * 4000])
def test_a_diff_of_any_length_fits_into_a_comment(text: str) -> None:
    shown = render(_large(2_000, text))
    assert LIMIT / 4 < len(shown) <= LIMIT
    assert _shape(parse(shown)).count("fence") <= 10


def test_of_100_000_rows_what_is_left_out_is_counted() -> None:
    changes = [file_change(f"srv/{at}", "added", 0, 1) for at in range(100_000)]
    made = diff_document(files=msgspec.structs.replace(diff_document().files, changes=changes, omitted=5))
    shown = render(made)
    assert len(shown) <= LIMIT
    rows = len(_cells(made, 5)) - 1
    assert rows > 100
    assert f"and {100_005 - rows:,} more paths\n\n</details>" in shown
    assert shown.endswith("<sub>imgscan · diff schema `1.3`</sub>\n")


def test_nothing_is_left_out_where_there_is_room() -> None:
    many = diff_document(layers=[layer_pair("changed", at, at, f"RUN {at}") for at in range(127)])
    assert len(_cells(many, 1)) == 128


def test_equal_documents_give_equal_text() -> None:
    made = hostile_diff("a | b")
    assert render(made) == render(json.parse_diff(json.render(made).encode(), "saved.json"))
