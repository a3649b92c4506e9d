"""SPDX 2.3 in JSON (ISO/IEC 5962 is version 2.2.1 of it)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from .image import TOOL, described, moment, number, tool_version
from .licences import expression
from .packages import fingerprint, listed, slug

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    import pyarrow as pa
    from license_expression import LicenseExpression
    from spdx_tools.spdx.model import (
        CreationInfo,
        ExternalPackageRef,
        ExtractedLicensingInfo,
        Package,
        Relationship,
        SpdxNoAssertion,
    )

    from ..document import ImageSection
    from .image import Described
    from .packages import Facts, Listed

_DOCUMENT = "SPDXRef-DOCUMENT"
_IMAGE = "SPDXRef-Image"


def render(packages: pa.Table, image: ImageSection, epoch: int | None = None) -> str:
    """The rows of a table like `tables.PACKAGES` as a document about the image; equal input gives equal text.

    ``epoch`` is the time to state, in seconds since 1970; the image's own time where it is None.
    """
    from spdx_tools.spdx.jsonschema.document_converter import DocumentConverter
    from spdx_tools.spdx.model import Document

    about, found, made = described(image), listed(packages), moment(image, epoch)
    licences = _Licences()
    document = Document(
        creation_info=_creation(about, number("spdx", about, found, made), made),
        packages=[_image(about), *(_package(each, licences) for each in found)],
        relationships=_relationships(found),
        extracted_licensing_info=licences.extracted,
    )
    return json.dumps(DocumentConverter().convert(document), indent=2) + "\n"


def _creation(about: Described, uuid: UUID, made: datetime) -> CreationInfo:
    from spdx_tools.spdx.model import Actor, ActorType, CreationInfo

    tool = "-".join(each for each in (TOOL, tool_version()) if each)  # the form that SPDX 2.3, 6.8 asks for
    return CreationInfo(
        spdx_version="SPDX-2.3",
        spdx_id=_DOCUMENT,
        name=about.name,
        document_namespace=uuid.urn,
        creators=[Actor(ActorType.TOOL, tool)],
        created=made,
    )


def _image(about: Described) -> Package:
    from spdx_tools.spdx.model import PackagePurpose

    return _made(
        _IMAGE,
        about,
        primary_package_purpose=PackagePurpose.CONTAINER,
        checksums=_checksums(about.digest),
    )


def _package(each: Listed, licences: _Licences) -> Package:
    return _made(
        _id(each.reference),
        each,
        license_declared=licences.declared(each.licence),
        source_info=f"told by {each.told_by}" if each.told_by else None,
    )


def _made(spdx_id: str, each: Described | Listed, **more: Any) -> Package:
    """A package whose files are not listed: what the image and the packages in it have in common."""
    from spdx_tools.spdx.model import Package, SpdxNoAssertion

    return Package(
        spdx_id=spdx_id,
        name=each.name,
        version=each.version,
        download_location=SpdxNoAssertion(),
        files_analyzed=False,
        external_references=_purl(each.purl),
        comment=_comment(each.facts),
        **more,
    )


def _id(reference: str | None) -> str:
    return f"SPDXRef-Package-{reference}" if reference else _IMAGE


def _purl(text: str | None) -> list[ExternalPackageRef]:
    from spdx_tools.spdx.model import ExternalPackageRef, ExternalPackageRefCategory

    return [ExternalPackageRef(ExternalPackageRefCategory.PACKAGE_MANAGER, "purl", text)] if text else []


def _checksums(digest: str | None) -> list[Any]:
    from spdx_tools.spdx.model import Checksum, ChecksumAlgorithm

    if digest is None:
        return []
    algorithm, _, value = digest.partition(":")
    return [Checksum(ChecksumAlgorithm[algorithm.upper()], value)]


def _comment(facts: Facts) -> str:
    """The facts in one text: the library takes quadratic time over annotations, whose place this would be."""
    return "\n".join(f"{TOOL}:{name}: {value}" for name, value in facts)


def _relationships(found: list[Listed]) -> list[Relationship]:
    from spdx_tools.spdx.model import Relationship, RelationshipType

    contains, other = RelationshipType.CONTAINS, RelationshipType.OTHER
    return [
        Relationship(_DOCUMENT, RelationshipType.DESCRIBES, _IMAGE),
        *(
            Relationship(_IMAGE, other, _id(each.reference), "in a layer of it; no container sees it")
            if each.gone
            else Relationship(_id(each.holder), contains, _id(each.reference))
            for each in found
        ),
    ]


class _Licences:
    """What was said of licences so far; ``extracted`` explains each name that is not on SPDX's list."""

    def __init__(self) -> None:
        self.extracted: list[ExtractedLicensingInfo] = []
        self._known: dict[str, LicenseExpression] = {}

    def declared(self, words: str) -> LicenseExpression | SpdxNoAssertion:
        """The words as an expression, or as a reference to themselves; no assertion where there are none."""
        from spdx_tools.spdx.model import SpdxNoAssertion

        if not words:
            return SpdxNoAssertion()
        if words not in self._known:
            found = expression(words)  # which has no truth value
            self._known[words] = self._extract(words) if found is None else found
        return self._known[words]

    def _extract(self, words: str) -> LicenseExpression:
        from license_expression import LicenseSymbol
        from spdx_tools.spdx.model import ExtractedLicensingInfo

        key = f"LicenseRef-{slug(words)}-{fingerprint(words)}".replace("--", "-")
        self.extracted.append(
            ExtractedLicensingInfo(
                license_id=key,
                license_name=words,
                extracted_text=words,
                comment="All that the package states; its licence text was not read.",
            )
        )
        return LicenseSymbol(key)
