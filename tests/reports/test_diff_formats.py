"""One registry for both documents: each is rendered by its own modules, under the same names."""

import json

import pytest

from analyzer.errors import ReportError
from reports import html, markdown
from reports.diff import html as diff_html
from reports.diff import markdown as diff_markdown
from reports.formats import DIFF_FORMATS, FORMATS, render
from reports.json import parse, parse_diff
from tests.reports.diffs import diff_document
from tests.reports.documents import document


def test_both_documents_have_the_same_formats() -> None:
    assert list(DIFF_FORMATS) == list(FORMATS) == ["html", "json", "markdown"]


def test_each_document_is_rendered_as_what_it_is() -> None:
    report, diff = document(), diff_document()
    assert render(report, "html") == html.render(report)
    assert render(diff, "html") == diff_html.render(diff)
    assert render(report, "markdown") == markdown.render(report)
    assert render(diff, "markdown") == diff_markdown.render(diff)
    assert parse(render(report, "json").encode(), "saved.json") == report
    assert parse_diff(render(diff, "json").encode(), "saved.json") == diff
    assert json.loads(render(diff, "json"))["growth"]["bytes"] == 48_000_000


@pytest.mark.parametrize("made", [document(), diff_document()])
def test_another_format_is_an_error_with_a_hint(made) -> None:
    with pytest.raises(ReportError, match="unknown format 'pdf'") as raised:
        render(made, "pdf")
    assert raised.value.hint == "formats: html, json, markdown"
