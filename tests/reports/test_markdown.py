from itertools import pairwise
from typing import TYPE_CHECKING

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from reports import json
from reports.document import DirectorySection, OmittedSection, PackagesSection
from reports.formatting import visible
from reports.markdown import render
from reports.markdown_parts import code
from tests.reports.documents import (
    document,
    empty_document,
    finding,
    findings,
    hostile_document,
    layer,
    packages,
    tampered_document,
)

if TYPE_CHECKING:
    from markdown_it.token import Token

HOSTILE = [
    "a|b||c",
    "|",
    "back\\|slash\\",
    "`tick` ``ticks``",
    "`",
    " lead and trail ",
    "<script>alert(1)</script>",
    "</details><!--",
    "@octocat fixes #1",
    "[text](https://example.com) ![i](x)",
    "https://example.com www.example.com",
    "**bold** __init__ ~~x~~ $x$",
    "&lt;b&gt; &#64;",
    "line\n\n# heading\n| a |\n",
    "\x1b[31m\u202e",
]


def parse(markdown: str) -> list["Token"]:
    return MarkdownIt("commonmark").enable("table").parse(markdown)


def tables(tokens: list["Token"]) -> list[list[list["Token"]]]:
    """Tables of rows of cells."""
    found: list[list[list[Token]]] = []
    for token, content in pairwise(tokens):
        if token.type == "table_open":
            found.append([])
        elif token.type == "tr_open":
            found[-1].append([])
        elif token.type in {"td_open", "th_open"}:
            found[-1][-1].append(content)
    return found


def kinds(tokens: list["Token"]) -> list[str]:
    return [child.type for token in tokens for child in token.children or ()]


def words(cell: "Token") -> str:
    return "".join(child.content for child in cell.children or ())


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_in_its_cell(text: str) -> None:
    tokens = parse(render(hostile_document(text)))
    plain = parse(render(hostile_document("word")))
    assert [each.type for each in tokens] == [each.type for each in plain]
    assert [[len(row) for row in table] for table in tables(tokens)] == [
        [len(row) for row in table] for table in tables(plain)
    ]
    *_, waste, largest = tables(tokens)
    for row in (*waste[1:], *largest[1:]):
        assert [child.type for child in row[0].children or ()] == ["code_inline"]
        assert words(row[0]) == visible(text)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_only_in_code(text: str) -> None:
    for made in (hostile_document, tampered_document):
        assert kinds(parse(render(made(text)))) == kinds(parse(render(made("word"))))


@given(st.text(st.characters(categories=["L", "P", "S", "Zs", "Cc"]), min_size=1))
def test_code_holds_any_text(text: str) -> None:
    (_, inline, _) = parse("x" + code(text) + "x")
    _, span, _ = inline.children or ()
    assert (span.type, span.content) == ("code_inline", visible(text))


def test_the_headline_table() -> None:
    head, row = tables(parse(render(document())))[0]
    assert dict(zip(map(words, head), map(words, row), strict=True)) == {
        "Root filesystem": "10 B",
        "Waste": "6 B (37.5%)",
        "Pull size": "400 B",
        "Efficiency": "62.5%",
        "Layers": "2",
        "Files": "2",
    }


def test_without_a_pull_size_the_tar_size_is_shown() -> None:
    size = msgspec.structs.replace(document().size, pull_bytes=None)
    head, row = tables(parse(render(document(size=size))))[0]
    assert (words(head[2]), words(row[2])) == ("As tar", "2.06 kB")


def test_the_layers_table() -> None:
    _, _, table, *_ = tables(parse(render(document())))
    assert [[words(cell) for cell in row] for row in table[1:]] == [
        ["0", "COPY app /srv/app", "516 B", "1.03 kB", "6 B (60.0%)"],
        ["1", "RUN chown 1:1 /srv/app", "516 B", "1.03 kB", ""],
    ]


@pytest.mark.parametrize(("count", "folded"), [(20, False), (21, True), (127, True)])
def test_many_layers_are_folded_away(count: int, folded: bool) -> None:
    rendered = render(document(layers=[layer(index) for index in range(count)]))
    assert (f"<summary>{count} layers</summary>" in rendered) == folded
    assert rendered.count("<details>") == rendered.count("</details>")
    assert len(tables(parse(rendered))[2]) == count + 1


@pytest.mark.parametrize("sign", ["+", ""])
def test_edits_are_whole_and_may_be_copied(sign: str) -> None:
    edit = "\n".join([f"{sign}RUN make {'x ' * 400}| tee log", f"{sign}RUN echo '```' @octocat"])
    blocks = [each for each in parse(render(document(findings=findings(finding(edit=edit))))) if each.type == "fence"]
    assert [(each.info, each.content) for each in blocks] == [("diff" if sign else "text", edit + "\n")]


def test_only_ten_rows_and_the_rest_is_counted() -> None:
    made = hostile_document("word", items=50)
    waste = msgspec.structs.replace(made.waste, bytes=1_000_300)
    omitted = OmittedSection(1234, 1_000_000, 15_000, 0, 0)
    rendered = render(msgspec.structs.replace(made, waste=waste, omitted=omitted))
    *_, owned, wasted, largest = tables(parse(rendered))
    assert (len(owned), len(wasted), len(largest)) == (11, 11, 11)
    assert "and 141 more packages" in rendered
    assert "and 1,274 more wasted files, 1.00 MB" in rendered
    assert "and 15,040 more files" in rendered


def test_packages_and_what_none_owns() -> None:
    unowned = [DirectorySection(path, 4, 3, 1) for path in ("etc", "etc/shop", "var")]
    rendered = render(document(packages=packages(unowned=unowned)))
    assert "### 2 packages: 6 B (60.0%) of what a container sees" in rendered
    assert "| `libshop` | `1.2-1` | `dpkg` | 6 B |\n\nand 1 more package\n" in rendered
    assert "No package owns 4 B, most in `etc` (4 B), `var` (4 B)\n" in rendered


@pytest.mark.parametrize("made", [None, packages(packages=0)])
def test_without_packages_nothing_is_said_of_them(made: PackagesSection | None) -> None:
    assert "package" not in render(document(packages=made))


def test_an_image_without_anything() -> None:
    rendered = render(empty_document())
    assert len(tables(parse(rendered))) == 1
    assert "This image has no layers." in rendered
    assert "sees no regular files" in rendered


def test_equal_documents_give_equal_text() -> None:
    made = hostile_document("a | b")
    assert render(made) == render(json.parse(json.render(made).encode(), "saved.json"))


def test_it_fits_into_a_comment() -> None:
    assert len(render(hostile_document("word " * 2000, layers=127, items=50))) < 65_536
