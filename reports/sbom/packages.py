"""Packages as both formats need them: texts that are fit to be printed, and references that no other has."""

from __future__ import annotations

import re
from collections import Counter
from hashlib import sha256
from typing import TYPE_CHECKING, Any, TypeAlias

from msgspec import Struct

from ..formatting import shortened, visible
from .purls import canonical

if TYPE_CHECKING:
    import pyarrow as pa

Facts: TypeAlias = tuple[tuple[str, str], ...]

_STATED = ("ecosystem", "architecture", "files", "file_bytes", "pull_bytes", "claimed_bytes", "since")
_ONLY_OF_GONE = ("state", "until")
_USED = (*_STATED, *_ONLY_OF_GONE, "name", "version", "licence", "told_by", "within", "purl")
_IDENTITY = ("ecosystem", "name", "version", "architecture", "told_by", "purl", "since", "until")
_NAME_CHARACTERS = 60
_VERSION_CHARACTERS = 1024  # CycloneDX 1.6, component.version; no real one comes near


class Listed(Struct, frozen=True):
    """One package of the list.

    ``reference`` has letters, digits, ``.`` and ``-`` only, which is what an SPDX ID may have (SPDX 2.3, 7.2),
    and comes from what the package is, so that it stays when others come and go. ``holder`` is the reference of
    the package that brought it. ``purl`` is canonical, or None where the table's is no package URL. ``facts``
    are further columns of the table, by name.
    """

    reference: str
    name: str
    version: str | None
    purl: str | None
    licence: str
    told_by: str
    holder: str | None
    gone: bool
    facts: Facts


def listed(packages: pa.Table) -> list[Listed]:
    """The rows of a table like `tables.PACKAGES`, in its order."""
    rows = packages.select(_USED).to_pylist()
    references = _references(rows)
    holders: dict[str, str] = {}
    for row, reference in zip(rows, references, strict=True):
        holders.setdefault(f"{row['ecosystem']}:{row['name']}", reference)
    return [
        _listed(row, reference, holders.get(row["within"])) for row, reference in zip(rows, references, strict=True)
    ]


def _listed(row: dict[str, Any], reference: str, holder: str | None) -> Listed:
    gone = row["state"] != "installed"
    purl = canonical(row["purl"])
    facts = [*_STATED, *(_ONLY_OF_GONE if gone else ()), *(() if purl else ("purl",))]
    return Listed(
        reference=reference,
        name=visible(row["name"]) or "unnamed",
        version=version_of(row["version"]),
        purl=purl,
        licence=visible(" ".join((row["licence"] or "").split())),
        told_by=visible(row["told_by"]),
        holder=None if holder == reference else holder,
        gone=gone,
        facts=tuple((each, _text(row[each])) for each in facts if row[each] not in (None, "")),
    )


def version_of(text: str) -> str | None:
    """The text where it may stand for a version, cut where it is too long; None where there is none."""
    return shortened(visible(text), _VERSION_CHARACTERS) or None


def _text(value: str | float) -> str:
    return visible(value) if isinstance(value, str) else str(round(value))


def _references(rows: list[dict[str, Any]]) -> list[str]:
    """A reference a row; rows that are equal in all that identifies a package are counted."""
    seen: Counter[str] = Counter()
    references = []
    for row in rows:
        reference = f"{slug(row['ecosystem'], row['name'])}-{fingerprint(*(row[each] for each in _IDENTITY))}"
        seen[reference] += 1
        references.append(reference if seen[reference] == 1 else f"{reference}-{seen[reference]}")
    return references


def slug(*words: str) -> str:
    """The words as a part of an SPDX ID, cut where they are long.

    >>> slug("npm", "@types/node")
    'npm-types-node'
    """
    return re.sub("[^0-9A-Za-z.]+", "-", " ".join(words))[:_NAME_CHARACTERS].strip("-")


def fingerprint(*parts: object) -> str:
    """Twelve hexadecimal digits that tell these values from others."""
    return sha256(repr(parts).encode()).hexdigest()[:12]
