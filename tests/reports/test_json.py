"""The JSON of a report or a diff, and the way back."""

import json
import re
from contextlib import suppress

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.errors import ReportError
from reports import html, markdown, terminal
from reports.diff.document import DiffDocument
from reports.document import Document
from reports.json import parse, parse_diff, render
from reports.published import REPORT
from reports.schema import schema_path
from tests.images import Image, Layer, docker_archive
from tests.reports.diffs import diff_document, hostile_diff, identical_diff
from tests.reports.documents import document, empty_document, image

schemas = schema_path(REPORT).parent


@pytest.mark.parametrize("made", [document(), empty_document()], ids=["ordinary", "empty"])
def test_a_document_comes_back_as_it_was(made) -> None:
    assert parse(render(made).encode(), "saved.json") == made
    assert render(parse(render(made).encode(), "saved.json")) == render(made)


@given(st.text())
def test_any_text_comes_back(text: str) -> None:
    made = document(image=image(name=text, config={"Env": [text], text: text}), notes=[text])
    assert parse(render(made).encode(), "saved.json") == made
    assert json.loads(render(made))["image"]["name"] == text


@given(st.text())
def test_no_text_reaches_a_terminal_as_a_control(text: str) -> None:
    """Control characters of both sets; the report may be printed with `--output -`."""
    shown = render(document(notes=[text]))
    assert re.findall("[\x00-\x09\x0b-\x1f\x7f-\x9f]", shown) == []


def test_it_is_indented_and_ends_with_a_line_break() -> None:
    text = render(document())
    assert text.endswith("}\n")
    assert text.splitlines()[1] == '  "schema_version": "1.3",'


def test_numbers_are_the_analysis_s(opened) -> None:
    """Against the image's own tables and numbers, not against the code that builds the document."""
    top = Layer().file("a", b"12").file("c", b"4" * 9)
    made = opened(docker_archive(Image([Layer().file("a", b"123").file("b", b"123"), top, Layer().whiteout("c")])))
    read = json.loads(render(made.report()))
    assert read["size"]["tar_bytes"] == sum(made.layers["tar_bytes"].to_pylist())
    assert read["size"]["rootfs_bytes"] == 2 + 3
    assert read["size"]["waste_bytes"] == 3 + 9
    assert read["waste"]["by_cause"] == {"overwritten": 3, "recopied": 0, "removed": 9, "repeated": 0}
    assert [(each["path"], each["held_by"], each["caused_by"]) for each in read["waste"]["paths"]] == [
        ("c", 1, 2),
        ("a", 0, 1),
    ]
    for section, row in zip(read["layers"], made.layers.to_pylist(), strict=True):
        assert sum(section["ledger"].values()) == section["tar_bytes"] == row["tar_bytes"]
        assert (section["diff_id"], section["entries"]) == (row["diff_id"], row["entries"])


@pytest.mark.parametrize("version", ["1.0", "1.1", "1.2"])
def test_documents_of_earlier_versions_are_read(version: str) -> None:
    """They lack what came later, and say so in no other way."""
    saved = json.loads(render(document())) | {"schema_version": version}
    later = {"1.0": ("history", "parents", "findings"), "1.1": ("packages",), "1.2": ("filesystem",)}
    for since, names in later.items():
        for name in names if since >= version else ():
            del saved[name]
    del saved["waste"]["flows"]
    schema = json.loads((schemas / f"report-{version}.schema.json").read_text())
    assert list(jsonschema.Draft202012Validator(schema).iter_errors(saved)) == []
    read = parse(json.dumps(saved).encode(), "saved.json")
    assert (read.schema_version, read.filesystem, read.waste.flows) == (version, None, [])
    if version == "1.2":
        return
    assert read.packages is None
    assert all('"packages"' not in each(read) for each in (html.render, markdown.render, terminal.summary))


@pytest.mark.parametrize("version", ["1.0", "1.1", "1.2"])
def test_a_document_is_one_of_each_earlier_version(version: str) -> None:
    """Whoever reads those reads this: fields are only added."""
    schema = json.loads((schemas / f"report-{version}.schema.json").read_text())
    assert list(jsonschema.Draft202012Validator(schema).iter_errors(json.loads(render(document())))) == []


@pytest.mark.parametrize("version", ["0.9", "2.0", "10.0", "", "one"])
def test_another_major_version_is_refused(version: str) -> None:
    saved = json.dumps(json.loads(render(document())) | {"schema_version": version})
    with pytest.raises(ReportError, match=rf"saved\.json has schema version {version}, this imgscan reads 1\.3"):
        parse(saved.encode(), "saved.json")


@given(st.binary())
def test_any_bytes_are_a_document_or_a_named_error(content: bytes) -> None:
    with pytest.raises(ReportError, match=r"^saved\.json "):
        parse(content, "saved.json")


@given(st.data())
def test_a_saved_report_that_was_cut_or_damaged_is_a_document_or_a_named_error(data: st.DataObject) -> None:
    content = bytearray(render(document()).encode())
    place = data.draw(st.integers(0, len(content) - 1))
    if data.draw(st.booleans()):
        content[place] = data.draw(st.integers(0, 255))
    else:
        del content[place:]
    with suppress(ReportError):
        assert isinstance(parse(bytes(content), "saved.json"), Document)


@pytest.mark.parametrize("made", [diff_document(), identical_diff()], ids=["ordinary", "identical"])
def test_a_diff_comes_back_as_it_was(made: DiffDocument) -> None:
    assert parse_diff(render(made).encode(), "saved.json") == made
    assert render(parse_diff(render(made).encode(), "saved.json")) == render(made)


@given(st.text())
def test_any_text_of_a_diff_comes_back_and_none_is_a_control(text: str) -> None:
    shown = render(hostile_diff(text))
    assert parse_diff(shown.encode(), "saved.json") == hostile_diff(text)
    assert re.findall("[\x00-\x09\x0b-\x1f\x7f-\x9f]", shown) == []


@pytest.mark.parametrize("version", ["0.9", "2.0", ""])
def test_another_major_version_of_a_diff_is_refused(version: str) -> None:
    saved = json.dumps(json.loads(render(diff_document())) | {"schema_version": version})
    with pytest.raises(ReportError, match=rf"saved\.json has schema version {version}, this imgscan reads 1\.3"):
        parse_diff(saved.encode(), "saved.json")


def test_a_diff_of_a_later_minor_version_is_read() -> None:
    later = json.loads(render(diff_document())) | {"schema_version": "1.7", "gate": {}}
    assert parse_diff(json.dumps(later).encode(), "saved.json").layers == diff_document().layers


def test_each_kind_is_refused_where_the_other_is_wanted() -> None:
    with pytest.raises(ReportError, match=r"^saved\.json is not a valid diff: Object missing required field `"):
        parse_diff(render(document()).encode(), "saved.json")
    with pytest.raises(ReportError, match=r"^saved\.json is not a valid report: Object missing required field `"):
        parse(render(diff_document()).encode(), "saved.json")


@given(st.binary())
def test_any_bytes_are_a_diff_or_a_named_error(content: bytes) -> None:
    with pytest.raises(ReportError, match=r"^saved\.json "):
        parse_diff(content, "saved.json")


def test_causes_without_end_are_a_named_error() -> None:
    """Nested as deep as 4 MB allow: the reader must not run out of stack."""
    plain = json.loads(render(diff_document()))
    cause = json.dumps(plain["growth"]["layers"][0] | {"causes": []})
    opening = cause.removesuffix("[]}") + "["
    deep = opening * 20_000 + cause + "]}" * 20_000
    saved = json.dumps(plain | {"growth": plain["growth"] | {"layers": ["deep"]}}).replace('"deep"', deep)
    with pytest.raises(ReportError, match=r"^saved\.json "):
        parse_diff(saved.encode(), "saved.json")
