import re
from typing import Any

import msgspec
import pytest

from reports import json
from reports.document import (
    DirectorySection,
    FileSection,
    LargestSection,
    LayerPartsSection,
    LayerWasteSection,
    LedgerSection,
    OmittedSection,
    WastePath,
)
from reports.filesystem import PARTS, PATHS
from reports.html import render
from reports.views import FINDINGS
from tests.reports.documents import (
    document,
    empty_document,
    filesystem,
    finding,
    findings,
    hostile_document,
    image,
    layer,
    tampered_document,
)
from tests.reports.pages import Element, assert_self_contained, data_of, read

HOSTILE = [
    "<script>alert(1)</script>",
    "</style></script></title><img src=x onerror=alert(1)>",
    '"\' onmouseover=alert(1) x="',
    "{{ 7 * 7 }}{% raw %}",
    "]]><!-- &lt;b&gt; &amp; -->",
    "javascript:alert(1)",
]
HIDDEN = ["\x1b[2J\x07\x00", "\u202egnp.exe\u2066", "two\nlines\r\n", "\u200b\ufeff\u2028", "\x9b31m", "\ud800"]
WORD = "srv/app/word"


def paths_of(page: Element) -> list[str]:
    return [cell.find_all("code")[0].text for cell in page.find("largest").find_all("th", "wide")]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text(text: str) -> None:
    page = read(render(hostile_document(text)))
    assert page.shape == read(render(hostile_document(WORD))).shape
    assert paths_of(page) == [text] * 4


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_adds_no_script_handler_or_address(text: str) -> None:
    page = read(render(hostile_document(text)))
    data, *scripts = page.find_all("script")
    assert [each.text for each in scripts] == [each.text for each in read(render(document())).find_all("script")][1:]
    assert data_of(page)["tree"]["name"] == ["", text, text]
    assert not set("<>&") & set(data.text)
    names = {name for each in page.walk() for name in each.attributes}
    assert not {name for name in names if name.startswith("on") or name in {"src", "style", "srcdoc", "action"}}
    assert all(each.attributes["href"].startswith("#") for each in page.find_all("a"))


@pytest.mark.parametrize("text", HIDDEN)
def test_characters_that_hide_or_reorder_are_spelled_out(text: str) -> None:
    rendered = render(hostile_document(f"a{text}z"))
    assert all(each.isprintable() for each in rendered.replace("\n", ""))
    assert read(rendered).shape == read(render(hostile_document(WORD))).shape


@pytest.mark.parametrize("text", HOSTILE + HIDDEN)
def test_a_tampered_report_stays_text(text: str) -> None:
    rendered = render(tampered_document(text))
    assert all(each.isprintable() for each in rendered.replace("\n", ""))
    assert read(rendered).shape == read(render(tampered_document(WORD))).shape


def test_equal_documents_give_equal_pages() -> None:
    made = hostile_document("a b")
    assert render(made) == render(json.parse(json.render(made).encode(), "saved.json"))


@pytest.mark.parametrize("made", [document(), empty_document(), hostile_document(HOSTILE[1])])
def test_the_page_needs_nothing_from_elsewhere(made: msgspec.Struct) -> None:
    assert_self_contained(render(made))  # type: ignore[arg-type]


@pytest.mark.parametrize("made", [document(), empty_document(), hostile_document("x" * 5000, 40, 50)])
def test_the_page_can_be_used_by_everybody(made: msgspec.Struct) -> None:
    page = read(render(made))  # type: ignore[arg-type]
    identifiers = [each.attributes["id"] for each in page.walk() if "id" in each.attributes]
    assert len(set(identifiers)) == len(identifiers)
    assert {each.attributes["href"][1:] for each in page.find_all("a")} <= set(identifiers)
    assert all(table.find_all("caption") for table in page.find_all("table"))
    assert all(each.attributes.get("scope") in {"row", "col"} for each in page.find_all("th"))
    pictures = page.find_all("svg")
    assert all(each.attributes.get("aria-label") or each.attributes.get("aria-hidden") for each in pictures)
    assert page.find_all("html")[0].attributes["lang"] == "en"
    for table in page.find_all("table"):
        widths = {len(row.find_all("th")) + len(row.find_all("td")) for row in table.find_all("tr")}
        assert len(widths) == 1


def test_headline_numbers() -> None:
    tiles = [each.text for each in read(render(document())).find_all("dd", "value")]
    assert tiles == ["10 B", "6 B", "400 B", "62.5%", "2", "2"]


@pytest.mark.parametrize(("omitted", "words"), [(0, "Show all 11 files"), (1234, "Show 11 of 1,245 files")])
def test_not_all_is_promised_where_some_are_left_out(omitted: int, words: str) -> None:
    wasted = [WastePath(str(at), 1, None, "removed", 0, 1) for at in range(11)]
    waste = msgspec.structs.replace(document().waste, paths=wasted)
    page = read(render(document(waste=waste, omitted=OmittedSection(omitted, omitted, 0, 0, 0))))
    assert [each.text.strip() for each in page.find_all("label", "all")] == [words]


def test_without_a_pull_size_the_tar_size_is_shown() -> None:
    made = document()
    size = msgspec.structs.replace(made.size, pull_bytes=None)
    page = read(render(document(size=size)))
    assert "Layers as tar" in page.text
    assert "Pull size" not in page.text
    assert "as tar streams" not in page.find_all("dl", "tiles")[0].text, "that is said once"


def test_the_headline_leads_to_the_layer() -> None:
    (sentence,) = read(render(document())).find_all("p", "headline")
    assert sentence.find_all("a")[0].attributes["href"] == "#layer-1"
    assert sentence.text.endswith("layer 1 alone accounts for 6 B: RUN chown 1:1 /srv/app")


def test_cells_say_of_a_layer_what_its_own_row_says_of_it() -> None:
    made = document()
    named, unnamed = read(render(made)), read(render(document(layers=[layer(0, ""), *made.layers[1:]])))
    assert "instruction unknown" not in named.text
    row = unnamed.find("layer-0")
    cells = [each for each in unnamed.find_all("span", "layer") if each.find_all("a")[0].text == "0"]
    assert cells
    for each in (row, *cells):
        assert "instruction unknown" in each.text


def test_a_bar_that_holds_anything_can_be_seen() -> None:
    """At the width of a phone, 340 pixels, by a pixel and more; its classes keep their proportions."""
    layers = [layer(0, ledger=LedgerSection(10**9, 0, 0, 0, 0, 0)), layer(1, ledger=LedgerSection(3, 0, 0, 0, 0, 1))]
    files = [FileSection("large", 10**9, None, 0, 1), FileSection("small", 1, None, 0, 1)]
    page = read(render(document(layers=layers, largest=LargestSection(files, []))))
    *_, bar = page.find_all("svg", "bar")
    seen, overhead = (float(each.attributes["width"].rstrip("%")) for each in bar.find_all("rect"))
    assert (seen + overhead) * 340 / 100 > 1
    assert seen == pytest.approx(3 * overhead)
    table = next(each for each in page.find_all("table") if each.attributes.get("data-name") == "files")
    meters = [each.find_all("rect")[0].attributes["width"] for each in table.find_all("svg", "meter")]
    assert meters[0] == "100.00%"
    assert float(meters[1].rstrip("%")) * 340 / 100 > 1


def test_bars_have_one_scale_and_close() -> None:
    layers = [
        layer(0, ledger=LedgerSection(10, 20, 30, 40, 50, 50)),
        layer(1, ledger=LedgerSection(0, 0, 25, 0, 0, 25)),
        layer(2),
    ]
    page = read(render(document(layers=layers)))
    total, first, second, third = page.find_all("svg", "bar")
    assert [(each.classes[0], each.attributes["x"], each.attributes["width"]) for each in second.find_all("rect")] == [
        ("recopied", "0.000%", "12.500%"),
        ("overhead", "12.500%", "12.500%"),
    ]
    for full in (total, first):
        widths = [float(each.attributes["width"].rstrip("%")) for each in full.find_all("rect")]
        assert sum(widths) == pytest.approx(100, abs=0.01)
    assert second.attributes["aria-label"] == "recopied 25 B, overhead 25 B"
    assert (third.find_all("rect"), third.attributes["aria-label"]) == ([], "no bytes")


def test_a_wasted_file_leads_to_both_layers() -> None:
    waste = read(render(document())).find("waste")
    table = next(each for each in waste.find_all("table") if each.attributes.get("data-name") == "waste")
    row = table.find_all("tr")[1]
    assert [each.attributes["href"] for each in row.find_all("a")] == ["#layer-0", "#layer-1"]
    assert [each.text for each in row.find_all("code")] == ["srv/app", "COPY app /srv/app", "RUN chown 1:1 /srv/app"]


def test_a_layer_shows_its_waste_and_its_whole_instruction() -> None:
    instruction = "RUN " + "make install && " * 40
    made = document(layers=[layer(0, instruction), layer(1)])
    row = read(render(made)).find("layer-0")
    assert row.find_all("pre")[0].text == instruction
    assert row.find_all("summary")[0].text.endswith("…")
    cells = {each.attributes.get("data-label"): each.find_all("data") for each in row.find_all("td")}
    assert cells["Holds waste"][0].attributes["value"] == "6"
    assert cells["Causes waste"][0].attributes["value"] == "0"


def test_what_is_cut_from_an_instruction_is_counted() -> None:
    row = read(render(document(layers=[layer(0, "x" * 10_000)]))).find("layer-0")
    assert row.find_all("pre")[0].text == "x" * 2_000 + "…"
    assert "8,000 characters more left out" in row.text


def test_the_pull_column_is_there_only_when_something_is_known() -> None:
    assert "In a pull" in read(render(document())).find("content").text
    made = document()
    unknown = msgspec.structs.replace(
        made,
        waste=msgspec.structs.replace(
            made.waste,
            paths=[msgspec.structs.replace(each, pull_bytes=None) for each in made.waste.paths],
            directories=[],
        ),
        largest=LargestSection([FileSection("a", 1, None, 0, 1)], [DirectorySection("d", 1, None, 1)]),
        parents=None,
        packages=None,
    )
    assert "In a pull" not in read(render(unknown)).find("content").text


def test_what_lists_leave_out_is_said() -> None:
    text = read(render(document(omitted=OmittedSection(1234, 3_100_000, 1, 2, 5000)))).text
    assert "and 1,234 more wasted files, 3.10 MB" in text
    assert "and 1 more file\n" in text
    assert "and 2 more groups, 5.00 kB" in text


def test_packages_lead_to_their_layers_and_what_is_left_out_is_counted() -> None:
    section = read(render(document())).find("packages")
    assert "2 packages own 6 B, 60.0% of what a container sees." in section.text
    assert "and 1 more package\n" in section.text
    assert [each.attributes["href"] for each in section.find_all("a")] == ["#layer-1"]
    cells = section.find_all("svg", "treemap")[0].find_all("svg")[1:]
    assert [each.find_all("title")[0].text for each in cells] == ["dpkg libshop, 6 B", "no package, 4 B"]
    areas = [float(each.attributes["width"][:-1]) * float(each.attributes["height"][:-1]) for each in cells]
    assert areas == pytest.approx([6_000, 4_000], rel=1e-3)


def test_a_report_from_before_packages_has_no_section_of_them() -> None:
    page = read(render(document(packages=None)))
    assert "packages" not in [each.attributes.get("id") for each in page.walk()]
    assert "#packages" not in [each.attributes["href"] for each in page.find_all("a")]


def test_a_report_from_before_maps_has_none() -> None:
    page = read(render(document(filesystem=None)))
    assert data_of(page)["tree"] is None
    assert "map" not in [each.attributes.get("id") for each in page.walk()]


@pytest.mark.parametrize(
    "change",
    [
        {"parent": [-1, 0, 7, 0, 3]},
        {"parent": [-1, 0, 1, 0]},
        {"parent": [-1, 0, 0, 1, 0]},
        {"parent": [-1, 0, 3, 0, 1]},
        {"parent": [0, 0, 0, 0, 0]},
        {"name": []},
        {"files": [1]},
        {"package": [None, None, 5, None, None]},
        {"layers": LayerPartsSection([9], [0], [1], None, [0])},
        {"layers": LayerPartsSection([-1], [0], [1], None, [0])},
        {"layers": LayerPartsSection([4, 2], [0, 0], [1, 1], None, [0, 0])},
        {"layers": LayerPartsSection([4], [0, 1], [1], None, [0])},
        {"layers": LayerPartsSection([4], [0], [1], [], [0])},
    ],
)
def test_a_map_that_somebody_broke_is_left_out(change: dict[str, Any]) -> None:
    """Its scripts rely on a tree whose subtrees are ranges."""
    whole = filesystem()
    assert data_of(read(render(document(filesystem=whole))))["tree"] is not None
    broken = msgspec.structs.replace(whole, **change)
    assert data_of(read(render(document(filesystem=broken))))["tree"] is None


def test_an_image_without_anything() -> None:
    page = read(render(empty_document()))
    assert page.find_all("table") == []
    for section, says in {
        "layers": "This image has no layers.",
        "packages": "No packages are known",
        "waste": "Nothing is wasted",
        "largest": "sees no regular files",
        "duplicates": "No two files have the same content.",
        "image": "The config sets no user",
    }.items():
        assert says in page.find(section).text


def test_the_config_is_shown_as_a_dockerfile_has_it() -> None:
    config = {
        "User": "1:1",
        "Entrypoint": ["/bin/server"],
        "Cmd": ["--name", "a b"],
        "ExposedPorts": {"80/tcp": {}, "53/udp": {}},
        "Env": ["PATH=/bin", "EMPTY=", "EQUATION=a=b"],
        "Labels": {"maintainer": "me", "b": "<b>"},
        "Hostname": "not shown",
    }
    page = read(render(document(image=image(config=config)))).find("image")
    values = {a.text: b.text for a, b in zip(page.find_all("dt"), page.find_all("dd"), strict=True)}
    assert values["User"] == "1:1"
    assert values["Entrypoint"] == '["/bin/server"]'
    assert values["Command"] == '["--name", "a b"]'
    assert values["Ports"] == "80/tcp, 53/udp"
    rows = {row.find_all("th")[0].text: row.find_all("td")[0].text for row in page.find_all("tr") if row.find_all("td")}
    assert rows == {"PATH": "/bin", "EMPTY": "", "EQUATION": "a=b", "maintainer": "me", "b": "<b>"}
    assert "not shown" not in page.text


@pytest.mark.parametrize("value", [None, 7, "text", ["a", 1, None], {"a": 1}, [], {}, True])
def test_a_config_of_the_wrong_types_is_no_trouble(value: object) -> None:
    keys = ("User", "Entrypoint", "Cmd", "ExposedPorts", "Volumes", "Env", "Labels", "Healthcheck", "StopSignal")
    read(render(document(image=image(config=dict.fromkeys(keys, value)))))


def test_waste_of_layers_that_are_not_there_is_no_trouble() -> None:
    made = document()
    waste = msgspec.structs.replace(made.waste, by_layer=[LayerWasteSection(70, 6, 6)])
    assert "#layer-70" not in render(document(waste=waste, layers=[]))


@pytest.mark.parametrize("text", ["RUN make && make install; " * 400, '"' * 10_000, "\u202e" * 10_000, "<" * 10_000])
def test_the_page_of_any_image_is_below_3_megabytes(text: str) -> None:
    assert len(render(hostile_document(text, layers=127, items=50)).encode()) < 3_000_000


def test_the_page_with_the_largest_map_is_below_2_megabytes() -> None:
    """As many paths and parts as there may be, with long names."""
    made = document(filesystem=filesystem([f"{at:05}-{'name' * 6}" for at in range(PATHS)], parts=PARTS))
    assert len(render(made).encode()) < 2_000_000


def test_colours_have_contrast_in_light_and_dark() -> None:
    (style,) = read(render(document())).find_all("style")
    for place in (0, 1):
        pairs = re.findall(r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\);", style.text)
        colours = {name: found[place] for name, *found in pairs}
        for ground in ("page", "surface", "notice"):
            for ink in ("text", "muted", "link"):
                assert contrast(colours[ink], colours[ground]) >= 4.5, (ink, ground)
        for kind in ("visible", "overwritten", "recopied", "removed", "repeated", "overhead"):
            assert contrast(colours[kind], colours["surface"]) >= 3, kind
        tones = [name for name in colours if name.startswith("tone-")]
        assert len(tones) == 7
        assert all(contrast(colours["text"], colours[tone]) >= 4.5 for tone in tones)


def contrast(one: str, other: str) -> float:
    """WCAG 2's contrast ratio."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_findings_about_security_are_shown_however_many_there_are() -> None:
    """They save nothing, and so come last."""
    found = [
        *(finding(file_bytes=9) for _ in range(FINDINGS)),
        finding(severity="security", title="A key", file_bytes=0),
    ]
    page = render(document(findings=findings(*found)))
    assert "A key" in page
    assert "and 1 more finding" in page
