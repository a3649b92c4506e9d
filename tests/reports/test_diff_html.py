"""The page of a comparison, read as a tree: right numbers, one file, harmless, small, and usable by everybody."""

import re

import msgspec
import pytest

from reports import json
from reports.diff.document import ContentSection, DiffDocument, GrowthPartsSection, GrowthSection
from reports.diff.html import render
from tests.reports.diffs import (
    cause,
    diff_document,
    file_change,
    growth_tree,
    hostile_diff,
    identical_diff,
    layer_pair,
    package_change,
    tampered_diff,
)
from tests.reports.pages import Element, assert_self_contained, read
from tests.reports.test_html import HIDDEN, HOSTILE, contrast

WORD = "srv/app/word"
NOTHING = "\N{EN DASH}"


def _rows(section: Element, kind: str = "") -> list[list[str]]:
    """The cells of all rows but the heads', as text."""
    return [
        [" ".join(cell.text.split()) for cell in row.children if isinstance(cell, Element)]
        for table in section.find_all("table", kind)
        for row in table.find_all("tbody")[0].find_all("tr")
    ]


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("made", [hostile_diff, tampered_diff])
def test_hostile_text_stays_text(text: str, made: type) -> None:
    page = read(render(made(text)))
    assert page.shape == read(render(made(WORD))).shape
    assert text in page.find("files").text
    names = {name for each in page.walk() for name in each.attributes}
    assert not {name for name in names if name.startswith("on") or name in {"src", "style", "srcdoc", "action"}}
    assert all(each.attributes["href"].startswith("#") for each in page.find_all("a"))
    data, *scripts = page.find_all("script")
    assert [each.text for each in scripts] == [
        each.text for each in read(render(diff_document())).find_all("script")[1:]
    ]
    assert not set("<>&") & set(data.text)


@pytest.mark.parametrize("text", HIDDEN)
@pytest.mark.parametrize("made", [hostile_diff, tampered_diff])
def test_characters_that_hide_or_reorder_are_spelled_out(text: str, made: type) -> None:
    rendered = render(made(f"a{text}z"))
    assert all(each.isprintable() for each in rendered.replace("\n", ""))
    assert read(rendered).shape == read(render(made(WORD))).shape


@pytest.mark.parametrize("made", [diff_document(), identical_diff(), hostile_diff(HOSTILE[1])])
def test_the_page_needs_nothing_from_elsewhere(made: DiffDocument) -> None:
    assert_self_contained(render(made))


@pytest.mark.parametrize("made", [diff_document(), identical_diff(), hostile_diff("x" * 5000, 40, 50)])
def test_the_page_can_be_used_by_everybody(made: DiffDocument) -> None:
    page = read(render(made))
    identifiers = [each.attributes["id"] for each in page.walk() if "id" in each.attributes]
    assert len(set(identifiers)) == len(identifiers)
    assert {each.attributes["href"][1:] for each in page.find_all("a")} <= set(identifiers)
    assert all(table.find_all("caption") for table in page.find_all("table"))
    assert all(each.attributes.get("scope") in {"row", "col"} for each in page.find_all("th"))
    pictures = page.find_all("svg")
    assert all(each.attributes.get("aria-label") or each.attributes.get("aria-hidden") for each in pictures)
    for table in page.find_all("table"):
        widths = {len(row.find_all("th")) + len(row.find_all("td")) for row in table.find_all("tr")}
        assert len(widths) == 1


def test_headline() -> None:
    page = read(render(diff_document()))
    (sentence,) = page.find_all("p", "headline")
    assert sentence.text == (
        "The root filesystem grew by 48.0 MB (+32.0%), to 198 MB: python:numpy 2.1 → 2.3 +31.0 MB, "
        "python:llvm 15 (new) +15.0 MB, opt/model +3.00 MB."
    )
    assert [each.text for each in page.find_all("dd", "value")] == [
        "+48.0 MB", "31.0 MB", "49.0 MB", "+2.00 MB", "3 → 4", "19"
    ]  # fmt: skip
    assert page.find_all("title")[0].text == f"acme/shop:1 → acme/shop:2 {NOTHING} imgscan diff"


def test_without_a_pull_size_the_unpacked_one_is_shown_as_such() -> None:
    cost = msgspec.structs.replace(diff_document().cost, pull_bytes=None)
    page = read(render(diff_document(cost=cost)))
    assert "82.0 MB" in [each.text for each in page.find_all("dd", "value")]
    assert "unpacked; the pull size is unknown" in page.text


def _tree(items: Element) -> list[object]:
    """The nested lists as lists of amounts."""
    found: list[object] = []
    for item in (each for each in items.children if isinstance(each, Element)):
        found.append(int(item.find_all("data")[0].attributes["value"]) if item.find_all("data") else 0)
        inner = item.find_all("ul")
        found += [_tree(inner[0])] if inner else []
    return found


def test_growth_is_a_tree_that_closes() -> None:
    by_layer, by_package, by_directory = _lists(read(render(diff_document())).find("growth"))
    million = 1_000_000
    assert _tree(by_layer) == [
        49 * million, [
            31 * million, [21 * million, 10 * million, [6 * million, 3_500_000, 500_000]],
            15 * million, [15 * million],
            3 * million, [3 * million],
        ],
        -million, [-million],
    ]  # fmt: skip
    assert [each for each in _tree(by_package) if isinstance(each, int)] == [31 * million, 15 * million, 2 * million]
    assert _tree(by_directory) == [46 * million, 3 * million]


def _lists(section: Element) -> list[Element]:
    return [each for each in section.children if isinstance(each, Element) and each.tag == "ul"]


def test_growth_that_no_branch_names_is_shown() -> None:
    causes = [cause("layer", "RUN make", 10, cause("file", f"f{at}", 10), pair=at) for at in range(20)]
    growth = GrowthSection(200, causes, [], 200, [])
    made = diff_document(growth=growth, layers=[layer_pair("changed", at, at, "RUN make", 10) for at in range(20)])
    (tree,) = _lists(read(render(made)).find("growth"))
    amounts = [each for each in _tree(tree) if isinstance(each, int)]
    assert amounts == [10] * 8 + [120]


def test_bars_go_right_for_growth_and_left_for_loss_on_one_scale() -> None:
    tree = _lists(read(render(diff_document())).find("growth"))[0]
    bars = [each.find_all("rect")[0].attributes for each in tree.find_all("svg", "delta")]
    grew, shrank = bars[0], bars[-1]
    assert (grew["class"], grew["x"], grew["width"]) == ("grew", "50.000%", "50.000%")
    assert (shrank["class"], shrank["x"], shrank["width"]) == ("shrank", "48.980%", "1.020%")


def test_a_branch_leads_to_its_layer() -> None:
    page = read(render(diff_document()))
    links = [each.attributes["href"] for each in page.find("growth").find_all("a")]
    assert links == ["#pair-1", "#pair-2"]
    assert "RUN pip install numpy" in page.find("pair-1").text


def test_layers_stand_beside_each_other() -> None:
    rows = _rows(read(render(diff_document())).find("layers"))
    assert rows == [
        ["0 50.0 MB", "same", "0 50.0 MB", "ADD file:abc in /", "0 B"],
        ["1 50.0 MB", "changed", "2 99.0 MB", "RUN pip install numpy", "+49.0 MB"],
        ["2 50.0 MB", "removed", "·", "COPY . /srv", "-1.00 MB"],
        ["·", "inserted", "1 50.0 MB", "LABEL a=b", "0 B"],
        ["1 50.0 MB", "moved", "3 50.0 MB", "RUN true", "0 B"],
    ]


def test_the_tables() -> None:
    page = read(render(diff_document()))
    assert _rows(page.find("packages"))[0] == [
        "numpy python",
        "version",
        "2.1",
        "2.3",
        "20.0 MB",
        "51.0 MB",
        "+31.0 MB",
    ]
    assert _rows(page.find("config")) == [["Env.PATH", "/bin", "/usr/bin:/bin"], ["User", "not set", "10001"]]
    moved, *files = _rows(page.find("files"))
    assert moved == ["srv/static", "srv/public", "12", "5.00 kB"]
    assert files == [
        ["usr/lib/python3/dist-packages/numpy/core.so", "modified content", "1", "9.00 MB", "30.0 MB", "+21.0 MB"],
        ["usr/lib/libLLVM.so python:llvm", "added", "→ 1", NOTHING, "15.0 MB", "+15.0 MB"],
        ["core.1234", "removed old", "1 →", "1.00 MB", NOTHING, "-1.00 MB"],
        ["etc/motd", "metadata mode 0644 -> 0755", "1", "5 B", "5 B", "0 B"],
        ["srv/static/a → srv/public/a", "moved", "1", "7 B", "7 B", "0 B"],
    ]
    assert "and 14 more paths" in page.find("files").text
    assert _rows(page.find("update"))[0] == [
        "2",
        "RUN pip install numpynew 31.0 MBknown 50.0 MB",
        "30.0 MB",
        "82.0 MB",
        "81.0 MB",
        "50.0 MB",
    ]
    assert "Another order would have kept 30.0 MB in the cache" in page.find("update").text
    assert _rows(page.find("strict"))[1] == ["entry header layer 1, entry 0, srv: mtime", "2024-01-01", "2024-01-02"]
    assert _rows(page.find("images"), "numbers")[0] == ["Root filesystem", "150 MB", "198 MB", "+48.0 MB +32.0%"]


def test_numbers_can_be_sorted_by_their_values() -> None:
    table = read(render(diff_document())).find("files").find_all("table", "sortable")[0]
    values = [row.find_all("td")[-1].find_all("data")[0].attributes["value"] for row in table.find_all("tr")[1:]]
    assert values == ["21000000", "15000000", "-1000000", "0", "0"]


def test_lines_of_contents_are_told_apart() -> None:
    (block,) = read(render(diff_document())).find("contents").find_all("pre")
    assert [(each.attributes["class"], each.text) for each in block.find_all("span")] == [
        ("place", "--- old"),
        ("place", "+++ new"),
        ("place", "@@ -1 +1 @@"),
        ("removed", "-Hello"),
        ("added", "+Hallo"),
        ("context", " you"),
    ]
    assert "and 3 more lines" in read(render(diff_document())).find("contents").text


def test_what_contents_leave_out_is_counted() -> None:
    contents = [ContentSection(f"etc/{at}", "text", ["+line"] * 700, 5) for at in range(30)]
    section = read(render(diff_document(contents=contents))).find("contents")
    assert len(section.find_all("span", "added")) == 600
    assert section.text.count("and 675 more lines") == 20
    assert "and 10 more files" in section.text


def test_identical_images() -> None:
    page = read(render(identical_diff(strict=[])))
    (sentence,) = page.find_all("p", "headline")
    assert sentence.text == "No difference: both images are the same, down to single bytes."
    sections = [each.attributes["id"] for each in page.find_all("section") if "id" in each.attributes]
    assert sections == ["layers", "update", "strict", "images"]


def test_a_thousand_files_and_packages_are_all_there() -> None:
    made = diff_document()
    files = [file_change(f"srv/{at}", "added", 0, 1) for at in range(1000)]
    packages = [package_change(f"p{at}", "added", [], ["1"], 0, 1) for at in range(1000)]
    page = read(render(diff_document(files=msgspec.structs.replace(made.files, changes=files), packages=packages)))
    assert len(_rows(page.find("files"), "sortable")) == len(_rows(page.find("packages"))) == 1000


def test_causes_that_a_saved_diff_nests_without_end_are_cut() -> None:
    deep = cause("file", "a", 1)
    for _ in range(300):
        deep = cause("directory", "a", 1, deep, deep)
    page = read(render(diff_document(growth=GrowthSection(1, [deep], [deep], 1, [deep]))))
    assert len(page.find("growth").find_all("li")) < 100


@pytest.mark.parametrize("text", ["RUN make && make install; " * 400, '"' * 10_000, "\u202e" * 10_000, "<" * 10_000])
def test_the_page_of_any_two_images_is_below_3_megabytes(text: str) -> None:
    assert len(render(hostile_diff(text, layers=127, items=50)).encode()) < 3_000_000


def test_lines_that_came_and_went_have_contrast_in_light_and_dark() -> None:
    (style,) = read(render(diff_document())).find_all("style")
    pairs = re.findall(r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\);", style.text)
    for place in (0, 1):
        colours = {name: found[place] for name, *found in pairs}
        assert min(contrast(colours["text"], colours[ground]) for ground in ("added", "taken")) >= 4.5


@pytest.mark.parametrize(
    ("parts", "shown"),
    [
        (GrowthPartsSection([4], [3], [1], [0]), True),
        (GrowthPartsSection([5], [3], [1], [0]), False),
        (GrowthPartsSection([4], [len(diff_document().layers)], [1], [0]), False),
        (GrowthPartsSection([4], [3], [], [0]), False),
    ],
)
def test_there_is_no_map_where_its_parts_do_not_fit_together(parts: GrowthPartsSection, shown: bool) -> None:
    tree = msgspec.structs.replace(growth_tree(), parts=parts)
    page = read(render(diff_document(growth_tree=tree)))
    assert ("map" in [each.attributes.get("id") for each in page.find_all("section")]) == shown


def test_equal_documents_give_equal_pages() -> None:
    made = hostile_diff("a | b")
    assert render(made) == render(json.parse_diff(json.render(made).encode(), "saved.json"))
