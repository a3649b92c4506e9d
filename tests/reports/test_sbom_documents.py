"""Bills of materials in both formats: valid whatever the image says, complete, and the same bytes each time."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from cyclonedx.model.bom import Bom
from hypothesis import given
from packageurl import PackageURL

from reports.document import ImageSection
from reports.sbom import cyclonedx, spdx
from tests.real.tools import run
from tests.reports.bills import (
    IMAGES,
    TABLES,
    checked_cyclonedx,
    checked_spdx,
    cyclonedx_purls,
    nested_npm,
    package,
    spdx_purls,
    table,
)
from tests.reports.documents import digest, image

ROOT = Path(__file__).resolve().parents[2]
FORMATS = {"cyclonedx": (cyclonedx, checked_cyclonedx, cyclonedx_purls), "spdx": (spdx, checked_spdx, spdx_purls)}
Format = tuple[ModuleType, Callable[[str], Any], Callable[[Any], list[str]]]

each_format = pytest.mark.parametrize("form", FORMATS.values(), ids=FORMATS)
SAMPLE = (
    package("libpython3.11", "3.11.2-6"),
    package("pip", "23.0.1", "python", within="dpkg:libpython3.11", licence="MIT", purl="pkg:pypi/pip@23.0.1"),
    package("left", "1", "npm", licence="Public domain, sort of", purl="pkg:npm/left@1", pull_bytes=None),
    package("gone", "1", "npm", state="removed", until=3, purl="pkg:npm/gone@1"),
)


def _canonical(text: str) -> str | None:
    """The package URL as its own library writes it, where that comes back as it was."""
    try:
        written = str(PackageURL.from_string(text))
        return written if str(PackageURL.from_string(written)) == written else None
    except ValueError:
        return None


@each_format
@given(packages=TABLES, about=IMAGES)
def test_whatever_the_image_says_the_document_is_valid_and_has_each_package_url(
    form: Format, packages: pa.Table, about: ImageSection
) -> None:
    module, checked, purls = form
    text = module.render(packages, about)
    read = checked(text)
    assert text.isascii()
    assert purls(read) == sorted(filter(None, map(_canonical, packages["purl"].to_pylist())))
    assert len(read.components if isinstance(read, Bom) else read.packages[1:]) == packages.num_rows


@each_format
@pytest.mark.parametrize("tag", [" ", "\t", " :1", "a/ :1", "/", "a/"])
def test_a_tag_without_a_name_names_no_image(form: Format, tag: str) -> None:
    """Found by Hypothesis: the library for package URLs takes a name of spaces for none, and fails."""
    module, checked, _ = form
    text = module.render(table(), image(manifest_digest="sha256:" + "a" * 64, tags=[tag]))
    checked(text)
    assert "pkg:oci" not in text


@each_format
@pytest.mark.parametrize("character", ["x", "(", "/", "@", "\u202e", "\x00", " a"])
def test_enormous_texts_are_kept_in_a_valid_document(form: Format, character: str) -> None:
    """100 kB each: of what a file may be called, a package may state, or a saved report may say."""
    module, checked, _ = form
    text = character * (100_000 // len(character))
    row = dict.fromkeys(("name", "version", "licence", "told_by", "architecture", "ecosystem"), text)
    rows = (package(**row, purl=f"pkg:npm/a{text}"), package(**row, purl=f"pkg:{text}"))
    about = image(name=text, platform=text, manifest_digest=text, image_id=text, tags=[text], created=text)
    checked(module.render(table(*rows), about))


@each_format
@pytest.mark.parametrize("packages", [table(), table(*SAMPLE), nested_npm()], ids=["none", "sample", "nested"])
def test_the_same_input_gives_the_same_bytes_in_any_process(form: Format, packages: pa.Table, tmp_path: Path) -> None:
    """With another seed of hashes, time zone and folder."""
    module, checked, _ = form
    text = module.render(packages, image())
    checked(text)
    pq.write_table(packages, tmp_path / "packages.parquet")
    code = f"""
import sys
sys.path.insert(0, {str(ROOT)!r})
import pyarrow.parquet as pq
from {module.__name__} import render
from tests.reports.documents import image
sys.stdout.write(render(pq.read_table("packages.parquet"), image()))
"""
    environment = {**os.environ, "PYTHONHASHSEED": "7", "TZ": "Pacific/Apia"}
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=environment, capture_output=True, check=True)
    assert done.stdout.decode() == text
    assert str(ROOT) not in text


@each_format
def test_other_contents_have_another_number(form: Format) -> None:
    """Not those of the other format either."""
    numbers = [
        json.loads(module.render(packages, about)).get(key)
        for module, key in ((cyclonedx, "serialNumber"), (spdx, "documentNamespace"))
        for packages, about in (
            (table(*SAMPLE), image()),
            (table(*SAMPLE[:2]), image()),
            (table(*SAMPLE), image(image_id=digest("a"))),
            (table(*SAMPLE), image(created="2024-01-01T00:00:01Z")),
        )
    ]
    assert len(set(numbers)) == len(numbers) == 8
    assert all(each.startswith("urn:uuid:") for each in numbers)


@pytest.mark.parametrize(
    ("created", "epoch", "stated"),
    [
        ("2024-01-02T03:04:05.678901234+05:00", None, "2024-01-01T22:04:05"),
        ("2024-01-02T03:04:05Z", 86_400, "1970-01-02T00:00:00"),
        (None, None, "1970-01-01T00:00:00"),
        ("yesterday", None, "1970-01-01T00:00:00"),
        (None, 0, "1970-01-01T00:00:00"),
    ],
)
def test_the_time_is_the_one_that_is_asked_for_or_the_image_s(
    created: str | None, epoch: int | None, stated: str
) -> None:
    about = image(created=created)
    bill = json.loads(cyclonedx.render(table(), about, epoch))
    assert bill["metadata"]["timestamp"] == f"{stated}+00:00"
    assert json.loads(spdx.render(table(), about, epoch))["creationInfo"]["created"] == f"{stated}Z"


@pytest.mark.parametrize(
    ("fields", "purl"),
    [
        ({"tags": ["acme/App:1.0"]}, f"pkg:oci/app@{digest('e')}?arch=amd64&tag=1.0"),
        (
            {"tags": ["localhost:5000/acme/app"], "platform": "linux/arm/v7"},
            f"pkg:oci/app@{digest('e')}?arch=arm&repository_url=localhost:5000/acme/app",
        ),
        (
            {"tags": ["ghcr.io/acme/app:2"], "platform": ""},
            f"pkg:oci/app@{digest('e')}?repository_url=ghcr.io/acme/app&tag=2",
        ),
        ({"tags": ["app:1"], "manifest_digest": None}, None),
        ({"tags": ["app:1"], "manifest_digest": "sha256:e"}, None),
        ({"tags": []}, None),
        ({"tags": [":1"]}, None),
    ],
)
def test_the_image_is_what_the_document_describes(fields: dict[str, Any], purl: str | None) -> None:
    """By hand from the definition of pkg:oci: the name is the last part of the repository, in lower case."""
    about = image(name="acme", **fields)
    root = checked_cyclonedx(cyclonedx.render(table(*SAMPLE), about)).metadata.component
    described = checked_spdx(spdx.render(table(*SAMPLE), about)).packages[0]
    assert (str(root.purl) if root.purl else None) == purl
    assert [each.locator for each in described.external_references] == ([purl] if purl else [])
    assert root.name == described.name == "acme"
    well_formed = [about.manifest_digest] if about.manifest_digest == digest("e") else []
    assert [f"sha256:{each.content}" for each in root.hashes] == well_formed
    assert [f"sha256:{each.value}" for each in described.checksums] == well_formed


def test_the_libraries_are_imported_when_a_document_is_asked_for() -> None:
    """Not by the modules themselves, and not by the command line."""
    code = """
import sys
import imgscan.cli, reports.sbom.cyclonedx, reports.sbom.spdx
print([name for name in ("cyclonedx", "spdx_tools", "packageurl", "license_expression") if name in sys.modules])
"""
    assert run(sys.executable, "-c", f"import sys; sys.path.insert(0, {str(ROOT)!r}){code}").decode().strip() == "[]"
