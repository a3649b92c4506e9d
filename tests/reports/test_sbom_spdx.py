"""SPDX: what of the table is where."""

import json
import re
from typing import Any

import pytest

from reports.sbom.spdx import render
from tests.reports.bills import checked_spdx, nested_npm, package, table
from tests.reports.documents import digest, image


def _document(*rows: dict[str, Any]) -> dict[str, Any]:
    text = render(table(*rows), image())
    checked_spdx(text)
    return json.loads(text)


def _names(document: dict[str, Any]) -> dict[str, str]:
    return {each["SPDXID"]: each["name"] for each in document["packages"]} | {"SPDXRef-DOCUMENT": "document"}


def test_a_package_s_row_is_a_package() -> None:
    _, found = _document(package())["packages"]
    assert re.fullmatch("SPDXRef-Package-dpkg-bash-[0-9a-f]{12}", found.pop("SPDXID"))
    assert found.pop("comment").splitlines() == [
        "imgscan:ecosystem: dpkg",
        "imgscan:architecture: amd64",
        "imgscan:files: 2",
        "imgscan:file_bytes: 1000",
        "imgscan:pull_bytes: 400",
        "imgscan:claimed_bytes: 1200",
        "imgscan:since: 0",
    ]
    assert found == {
        "name": "bash",
        "versionInfo": "5.2",
        "downloadLocation": "NOASSERTION",
        "filesAnalyzed": False,
        "licenseDeclared": "GPL-3.0-or-later",
        "sourceInfo": "told by var/lib/dpkg/status",
        "externalRefs": [
            {
                "referenceCategory": "PACKAGE_MANAGER",
                "referenceType": "purl",
                "referenceLocator": "pkg:deb/debian/bash@5.2?arch=amd64",
            }
        ],
    }


def test_the_image_is_a_container() -> None:
    found, _ = _document(package())["packages"]
    assert found["primaryPackagePurpose"] == "CONTAINER"
    assert found["versionInfo"] == digest("e")
    assert f"imgscan:image_id: {digest('f')}" in found["comment"].splitlines()


def test_words_that_are_no_package_url_are_in_the_comment() -> None:
    _, found = _document(package(purl="none", version="", told_by=""))["packages"]
    assert "imgscan:purl: none" in found["comment"].splitlines()
    assert not {"externalRefs", "versionInfo", "sourceInfo"} & set(found)


@pytest.mark.parametrize(
    ("words", "declared"),
    [
        ("mit", "MIT"),
        ("MIT or (apache-2.0 and BSD-3-Clause)", "MIT OR (Apache-2.0 AND BSD-3-Clause)"),
        ("GPL-2.0-only WITH Classpath-exception-2.0", "GPL-2.0-only WITH Classpath-exception-2.0"),
        (None, "NOASSERTION"),
        (" ", "NOASSERTION"),
    ],
)
def test_a_licence_is_an_expression_or_no_assertion(words: str | None, declared: str) -> None:
    document = _document(package(licence=words))
    assert document["packages"][1]["licenseDeclared"] == declared
    assert "hasExtractedLicensingInfos" not in document


@pytest.mark.parametrize(
    "words",
    [
        "GPLv2+",
        "MIT AND",
        "NONE",
        "LicenseRef-x OR MIT",
        "LicenseRef-scancode-public-domain",
        "Classpath-exception-2.0",
        "(" * 9,
    ],
)
def test_other_words_are_a_licence_of_their_own_stated_once(words: str) -> None:
    document = _document(package("a", licence=words), package("b", licence=words))
    (extracted,) = document["hasExtractedLicensingInfos"]
    assert {each.get("licenseDeclared") for each in document["packages"][1:]} == {extracted["licenseId"]}
    assert extracted["name"] == extracted["extractedText"] == words


def test_equal_packages_at_different_places_are_apart() -> None:
    document = json.loads(render(nested_npm(), image()))
    assert len(_names(document)) == 3 + 2
    contained = [
        each["relatedSpdxElement"] for each in document["relationships"] if each["relationshipType"] == "CONTAINS"
    ]
    assert len(set(contained)) == 3


def test_the_document_describes_the_image_that_contains_packages_that_contain_others() -> None:
    rows = (
        package("pip", ecosystem="python", within="dpkg:py"),
        package("py"),
        package("old", state="removed", until=2),
    )
    document = _document(*rows)
    names = _names(document)
    found = {
        (names[each["spdxElementId"]], each["relationshipType"], names[each["relatedSpdxElement"]])
        for each in document["relationships"]
    }
    assert found == {
        ("document", "DESCRIBES", "acme/shop:1"),
        ("acme/shop:1", "CONTAINS", "py"),
        ("py", "CONTAINS", "pip"),
        ("acme/shop:1", "OTHER", "old"),
    }
    assert {each["relationshipType"] for each in document["relationships"] if "comment" in each} == {"OTHER"}


def test_the_tool_is_named_with_its_version() -> None:
    from imgscan import __version__

    document = json.loads(render(table(), image()))
    assert document["creationInfo"]["creators"] == [f"Tool: imgscan-{__version__}"]
    assert (document["spdxVersion"], document["dataLicense"]) == ("SPDX-2.3", "CC0-1.0")
