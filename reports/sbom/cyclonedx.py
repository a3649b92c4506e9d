"""CycloneDX 1.6 in JSON (ECMA-424, 1st edition)."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING

from .image import TOOL, described, moment, number, tool_version
from .licences import may_be_expression
from .packages import listed

if TYPE_CHECKING:
    from collections.abc import Callable

    import pyarrow as pa
    from cyclonedx.model import HashType, Property
    from cyclonedx.model.bom import Bom
    from cyclonedx.model.component import Component
    from cyclonedx.model.dependency import Dependency
    from cyclonedx.model.license import License
    from packageurl import PackageURL

    from ..document import ImageSection
    from .image import Described
    from .packages import Facts, Listed

_IMAGE = "image"
_HEAD = {
    "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
    "bomFormat": "CycloneDX",
    "specVersion": "1.6",
}


def render(packages: pa.Table, image: ImageSection, epoch: int | None = None) -> str:
    """The rows of a table like `tables.PACKAGES` as a document about the image; equal input gives equal text.

    ``epoch`` is the time to state, in seconds since 1970; the image's own time where it is None.
    """
    from cyclonedx.model.bom import Bom, BomMetaData
    from cyclonedx.model.tool import ToolRepository

    about, found, made = described(image), listed(packages), moment(image, epoch)
    licence = _licence_reader()
    bom = Bom(
        serial_number=number("cyclonedx", about, found, made),
        metadata=BomMetaData(timestamp=made, component=_image(about), tools=ToolRepository(components=[_tool()])),
        components=[_component(each, licence) for each in found],
        dependencies=_dependencies(found),
    )
    return _written(bom)


def _image(about: Described) -> Component:
    from cyclonedx.model.component import Component, ComponentType

    return Component(
        type=ComponentType.CONTAINER,
        name=about.name,
        version=about.version,
        bom_ref=_IMAGE,
        purl=_purl(about.purl),
        hashes=_hashes(about.digest),
        properties=_properties(about.facts),
    )


def _hashes(digest: str | None) -> list[HashType]:
    from cyclonedx.model import HashAlgorithm, HashType

    if digest is None:
        return []
    algorithm, _, content = digest.partition(":")
    return [HashType(alg=HashAlgorithm[algorithm.upper().replace("SHA", "SHA_")], content=content)]


def _tool() -> Component:
    from cyclonedx.model.component import Component, ComponentType

    return Component(type=ComponentType.APPLICATION, name=TOOL, version=tool_version())


def _component(each: Listed, licence: Callable[[str], License]) -> Component:
    from cyclonedx.model.component import Component, ComponentScope, ComponentType
    from cyclonedx.model.component_evidence import ComponentEvidence, Occurrence

    evidence = ComponentEvidence(occurrences=[Occurrence(location=each.told_by)]) if each.told_by else None
    return Component(
        type=ComponentType.LIBRARY,
        name=each.name,
        version=each.version,
        bom_ref=each.reference,
        scope=ComponentScope.EXCLUDED if each.gone else None,
        purl=_purl(each.purl),
        licenses=[licence(each.licence)] if each.licence else [],
        evidence=evidence,
        properties=_properties(each.facts),
    )


def _purl(text: str | None) -> PackageURL | None:
    from packageurl import PackageURL

    return PackageURL.from_string(text) if text else None


def _properties(facts: Facts) -> list[Property]:
    from cyclonedx.model import Property

    return [Property(name=f"{TOOL}:{name}", value=value) for name, value in facts]


def _licence_reader() -> Callable[[str], License]:
    """What makes a licence of words: one of SPDX's list, an expression of them, or else a name."""
    from cyclonedx.contrib.license.factories import LicenseFactory
    from cyclonedx.model.license import LicenseAcknowledgement

    factory, stated = LicenseFactory(), LicenseAcknowledgement.DECLARED

    @lru_cache
    def licence(words: str) -> License:
        if may_be_expression(words):
            return factory.make_from_string(words, license_acknowledgement=stated)
        return factory.make_with_name(words, acknowledgement=stated)

    return licence


def _dependencies(found: list[Listed]) -> list[Dependency]:
    """The image depends on packages, and a package on those that it brought."""
    from cyclonedx.model.bom_ref import BomRef
    from cyclonedx.model.dependency import Dependency

    brought: dict[str, list[str]] = {_IMAGE: [], **{each.reference: [] for each in found}}
    for each in found:
        brought[each.holder or _IMAGE].append(each.reference)
    return [
        Dependency(BomRef(holder), [Dependency(BomRef(each)) for each in below]) for holder, below in brought.items()
    ]


def _written(bom: Bom) -> str:
    """The document as the library's own writer has it, less that one's checks.

    They take quadratic time, and look for references that are not distinct or lead nowhere: here are none.
    """
    from cyclonedx.schema.schema import SchemaVersion1Dot6

    body = json.loads(bom.as_json(view_=SchemaVersion1Dot6))  # type: ignore[attr-defined]  # a decorator adds it
    return json.dumps(_HEAD | body, indent=2) + "\n"
