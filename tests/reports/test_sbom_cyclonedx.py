"""CycloneDX: what of the table is where."""

import json
from typing import Any

import pytest
from cyclonedx.output.json import JsonV1Dot6
from hypothesis import given

from reports.document import ImageSection
from reports.sbom.cyclonedx import render
from tests.reports.bills import IMAGES, TABLES, checked_cyclonedx, nested_npm, package, table
from tests.reports.documents import image


def _components(*rows: dict[str, Any]) -> dict[str, dict[str, Any]]:
    text = render(table(*rows), image())
    checked_cyclonedx(text)
    return {each["name"]: each for each in json.loads(text)["components"]}


def _properties(component: dict[str, Any]) -> dict[str, str]:
    return {each["name"]: each["value"] for each in component["properties"]}


def test_a_package_s_row_is_a_component() -> None:
    found = _components(package())["bash"]
    assert found.pop("bom-ref").startswith("dpkg-bash-")
    assert _properties(found) == {
        "imgscan:architecture": "amd64",
        "imgscan:claimed_bytes": "1200",
        "imgscan:ecosystem": "dpkg",
        "imgscan:file_bytes": "1000",
        "imgscan:files": "2",
        "imgscan:pull_bytes": "400",
        "imgscan:since": "0",
    }
    del found["properties"]
    assert found == {
        "type": "library",
        "name": "bash",
        "version": "5.2",
        "purl": "pkg:deb/debian/bash@5.2?arch=amd64",
        "licenses": [{"license": {"id": "GPL-3.0-or-later", "acknowledgement": "declared"}}],
        "evidence": {"occurrences": [{"location": "var/lib/dpkg/status"}]},
    }


def test_what_is_not_stated_is_left_out() -> None:
    nothing = {"architecture": None, "licence": None, "pull_bytes": None, "claimed_bytes": None}
    found = _components(package(version="", purl="none", told_by="", **nothing))["bash"]
    assert set(found) == {"type", "name", "bom-ref", "properties"}
    assert _properties(found)["imgscan:purl"] == "none", "the words that are no package URL"


def test_a_package_that_is_no_longer_there_is_excluded() -> None:
    found = _components(package("a"), package("b", state="upgraded", until=4))
    assert "scope" not in found["a"]
    assert found["b"]["scope"] == "excluded"
    assert _properties(found["b"]).items() >= {"imgscan:state": "upgraded", "imgscan:until": "4"}.items()


@pytest.mark.parametrize(
    ("words", "licence"),
    [
        ("mit", {"license": {"id": "MIT", "acknowledgement": "declared"}}),
        ("MIT OR Apache-2.0", {"expression": "MIT OR Apache-2.0", "acknowledgement": "declared"}),
        ("GPLv2+", {"license": {"name": "GPLv2+", "acknowledgement": "declared"}}),
        (" see\n COPYING ", {"license": {"name": "see COPYING", "acknowledgement": "declared"}}),
        ("MIT AND " * 200 + "MIT", {"license": {"name": "MIT AND " * 200 + "MIT", "acknowledgement": "declared"}}),
    ],
    ids=lambda value: str(value)[:30],
)
def test_a_licence_is_one_of_spdx_s_an_expression_of_them_or_a_name(words: str, licence: dict[str, Any]) -> None:
    assert _components(package(licence=words))["bash"]["licenses"] == [licence]


def test_equal_packages_at_different_places_are_apart() -> None:
    bom = json.loads(render(nested_npm(), image()))
    references = [each["bom-ref"] for each in bom["components"]]
    assert len(set(references)) == 3
    assert {each["evidence"]["occurrences"][0]["location"] for each in bom["components"]} == {
        "app/node_modules/ms/package.json",
        "app/node_modules/debug/node_modules/ms/package.json",
    }


def test_references_stay_when_other_packages_come_and_go() -> None:
    alone, among = _components(package()), _components(package("a"), package(), package("z"))
    assert alone["bash"]["bom-ref"] == among["bash"]["bom-ref"]


def test_a_reference_is_that_of_the_place_in_any_order_of_rows() -> None:
    rows = nested_npm().slice(0, 2)
    bills = [json.loads(render(each, image())) for each in (rows, rows.take([1, 0]))]
    first, second = (
        {each["evidence"]["occurrences"][0]["location"]: each["bom-ref"] for each in bill["components"]}
        for bill in bills
    )
    assert first == second


def test_the_image_depends_on_packages_and_they_on_those_that_they_brought() -> None:
    text = render(table(package("pip", ecosystem="python", within="dpkg:py"), package("py"), package("sh")), image())
    bom = json.loads(text)
    names = {each["bom-ref"]: each["name"] for each in [*bom["components"], bom["metadata"]["component"]]}
    graph = {names[each["ref"]]: [names[to] for to in each.get("dependsOn", [])] for each in bom["dependencies"]}
    assert graph == {"acme/shop:1": ["py", "sh"], "py": ["pip"], "pip": [], "sh": []}


def test_the_tool_is_named_with_its_version() -> None:
    from imgscan import __version__

    (tool,) = json.loads(render(table(), image()))["metadata"]["tools"]["components"]
    assert tool == {"type": "application", "name": "imgscan", "version": __version__}


@given(packages=TABLES, about=IMAGES)
@pytest.mark.filterwarnings("ignore:The Component this BOM is describing")
def test_the_library_s_own_writer_has_nothing_to_add(packages: Any, about: ImageSection) -> None:
    """It looks for references that lead nowhere or are not distinct, which takes it quadratic time."""
    text = render(packages, about)
    assert json.loads(JsonV1Dot6(checked_cyclonedx(text)).output_as_string()) == json.loads(text)
