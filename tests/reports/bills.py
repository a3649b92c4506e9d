"""Tables of packages to make bills of materials of, and what reads such documents: the libraries' own validators."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from cyclonedx.model.bom import Bom
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from hypothesis import strategies as st
from packageurl import PackageURL
from spdx_tools.spdx.model import RelationshipType
from spdx_tools.spdx.parser.jsonlikedict.json_like_dict_parser import JsonLikeDictParser
from spdx_tools.spdx.validation.document_validator import validate_full_spdx_document

from analyzer.tables import PACKAGES
from tests.real.tools import unavailable
from tests.reports.documents import digest, image

if TYPE_CHECKING:
    from spdx_tools.spdx.model import Document

_VALIDATOR = JsonStrictValidator(SchemaVersion.V1_6)


def package(name: str = "bash", version: str = "5.2", ecosystem: str = "dpkg", **fields: Any) -> dict[str, Any]:
    """One row of the table."""
    row = {
        "ecosystem": ecosystem,
        "name": name,
        "version": version,
        "architecture": "amd64",
        "licence": "GPL-3.0-or-later",
        "state": "installed",
        "files": 2,
        "file_bytes": 1000,
        "pull_bytes": 400.25,
        "dead_bytes": 0,
        "claimed_bytes": 1200,
        "since": 0,
        "until": None,
        "within": None,
        "told_by": "var/lib/dpkg/status",
        "purl": f"pkg:deb/debian/{name}@{version}?arch=amd64",
        "layers": [{"layer": 0, "file_bytes": 1000, "pull_bytes": 400.25}],
    }
    return row | fields


def table(*rows: dict[str, Any]) -> pa.Table:
    return pa.Table.from_pylist(list(rows), PACKAGES)


def nested_npm() -> pa.Table:
    """One package at three places, two of which are even told by the same file."""
    same = {"ecosystem": "npm", "name": "ms", "version": "2.0.0", "purl": "pkg:npm/ms@2.0.0", "architecture": None}
    places = ["app/node_modules/ms", "app/node_modules/debug/node_modules/ms", "app/node_modules/ms"]
    return table(*(package(**same, told_by=f"{place}/package.json") for place in places))


def checked_cyclonedx(text: str) -> Bom:
    """The document, read by the library, once its strict validator has nothing to say against it."""
    errors = _VALIDATOR.validate_str(text, all_errors=True)
    assert errors is None, [str(each)[:300] for each in errors]
    return Bom.from_json(json.loads(text))


def checked_spdx(text: str) -> Document:
    """The document, read by the library, once its validator has nothing to say against it."""
    document = JsonLikeDictParser().parse(json.loads(text))
    found = validate_full_spdx_document(document, "SPDX-2.3")
    assert found == [], [each.validation_message for each in found]
    return document


def cyclonedx_purls(bom: Bom) -> list[str]:
    return sorted(str(each.purl) for each in bom.components if each.purl)


def spdx_purls(document: Document) -> list[str]:
    """Those of all packages but the image."""
    (described,) = [
        each.related_spdx_element_id
        for each in document.relationships
        if each.relationship_type == RelationshipType.DESCRIBES
    ]
    packages = [each for each in document.packages if each.spdx_id != described]
    return sorted(found.locator for each in packages for found in each.external_references)


def syft() -> str:
    """Another project's reader and writer of these formats; the test is skipped where it is missing."""
    beside = Path(sys.executable).parent
    return shutil.which("syft", path=beside) or shutil.which("syft") or unavailable("not installed: syft")


# What an image's files may say: anything, and what means something to a format or a library.
_ODD = [
    "",
    " ",
    "\x00",
    "\x1b[2J",
    "\x7f\x9b",
    "\u202e",
    "\ufffe",
    "a\nb",
    "NONE",
    "NOASSERTION",
    "image",
    "\xe9",
    "x" * 300,
]
TEXTS = st.text() | st.sampled_from(_ODD)
_WORDS = [
    "mit",
    " MIT\n",
    "GPLv2+",
    "GPL-2.0+",
    "MIT OR apache-2.0",
    "MIT AND",
    "MIT WITH MIT",
    "Classpath-exception-2.0",
    "MIT AND Classpath-exception-2.0",
    "LicenseRef-x",
    "MIT OR LicenseRef-scancode-public-domain",
    "DocumentRef-a:LicenseRef-b",
    "(" * 99,
    "MIT AND " * 20 + "MIT",
    "MIT AND " * 200 + "MIT",
]
LICENCES = TEXTS | st.sampled_from(_WORDS)
PURLS = (
    TEXTS.map(lambda text: f"pkg:{text}")
    | TEXTS.map(lambda text: f"pkg:npm/{text}")
    | TEXTS.map(lambda text: f"pkg:deb/debian/a@{text}?arch={text}#{text}")
    | TEXTS.filter(str.strip).map(lambda text: PackageURL("generic", None, text.strip("/ ") or "a").to_string())
    | st.sampled_from(
        ["pkg:pypi/Typing_Extensions@4", "pkg:npm/%40types/node@1", "pkg:npm/a@1?x=1", "PKG:npm/a", "npm/a"]
    )
)
_COUNTS = st.integers(0, 2**63 - 1)
_ROWS = st.fixed_dictionaries(
    {
        "ecosystem": st.sampled_from(["npm", "dpkg"]) | TEXTS,
        "name": st.sampled_from(["a", "b"]) | TEXTS,
        "version": st.just("1") | TEXTS,
        "architecture": st.none() | TEXTS,
        "licence": st.none() | LICENCES,
        "state": st.sampled_from(["installed", "removed", "upgraded"]),
        "files": _COUNTS,
        "file_bytes": _COUNTS,
        "pull_bytes": st.none() | st.floats(0, 1e18),
        "dead_bytes": _COUNTS,
        "claimed_bytes": st.none() | _COUNTS,
        "since": st.integers(0, 9),
        "until": st.none() | st.integers(0, 9),
        "within": st.none() | st.sampled_from(["npm:a", "dpkg:a", "dpkg:b"]),
        "told_by": st.just("a/b") | TEXTS,
        "purl": PURLS,
        "layers": st.just([]),
    }
)
TABLES = st.lists(_ROWS, max_size=5).map(lambda rows: table(*rows, *rows[:1]))  # and one of them once more

# Names of files may be no Unicode, and a saved report may say anything.
_ANY = TEXTS | st.text(st.characters(exclude_categories=()))
_DIGESTS = st.none() | st.sampled_from([digest("e"), "sha256:e", "sha512:" + "0" * 128, "md5:" + "0" * 32]) | _ANY
_TAGS = _ANY | st.sampled_from(
    ["a", "a:1", "localhost:5000/a/b:1", "docker.io/library/a", f"a@{digest('e')}", ":", "/"]
)
IMAGES = st.builds(
    image,
    name=_ANY,
    platform=st.sampled_from(["linux/amd64", "linux/arm/v7", "", "/"]) | _ANY,
    manifest_digest=_DIGESTS,
    image_id=_DIGESTS,
    tags=st.lists(_TAGS, max_size=3),
    created=st.none()
    | st.sampled_from(["0001-01-01T00:00:00+05:00", "9999-12-31T23:59:59-05:00", "2024-01-02T03:04:05.123456789Z"])
    | _ANY,
)
