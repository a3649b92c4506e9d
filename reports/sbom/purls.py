"""Package URLs: the canonical form of one, and that of an image (github.com/package-url/purl-spec)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..document import ImageSection

# A digest as the image-spec's descriptor.md has it, for the algorithms whose length is registered there.
_DIGEST = re.compile("sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128}")


def canonical(text: str) -> str | None:
    """The package URL as every reader writes it; None for what is none, or is read as another one.

    >>> canonical("pkg:PyPI/Typing_Extensions@4.12")
    'pkg:pypi/typing-extensions@4.12'
    """
    from packageurl import PackageURL

    try:
        written = PackageURL.from_string(text).to_string()
        again = PackageURL.from_string(written).to_string()
    except ValueError:  # UnicodeEncodeError is one, too
        return None
    return written if written == again else None


def is_digest(text: str | None) -> bool:
    """Whether it is a digest whose length fits its algorithm."""
    return text is not None and _DIGEST.fullmatch(text) is not None


def of_image(image: ImageSection) -> str | None:
    """``pkg:oci/…`` of the image by its first tag; None without a tag or a manifest digest.

    The registry is in it where the tag states one: that ``acme/app`` is on Docker Hub is not known.
    """
    from packageurl import PackageURL

    if not image.tags or not is_digest(image.manifest_digest):
        return None
    repository, tag = _parted(image.tags[0])
    name = repository.rpartition("/")[2].strip()
    if not name:
        return None  # the library makes None of a name of spaces, and fails over it
    host, _, path = repository.partition("/")
    stated = path and ("." in host or ":" in host or host == "localhost")
    qualifiers = {
        "arch": [*image.platform.split("/"), ""][1],
        "repository_url": repository if stated else "",
        "tag": tag,
    }
    try:
        made = PackageURL("oci", None, name, image.manifest_digest, qualifiers).to_string()
    except ValueError:  # a name that is not Unicode
        return None
    return canonical(made)


def _parted(reference: str) -> tuple[str, str]:
    """Repository and tag; a colon may also stand before the port of a registry.

    >>> _parted("localhost:5000/acme/app"), _parted("acme/app:1.0")
    (('localhost:5000/acme/app', ''), ('acme/app', '1.0'))
    """
    name = reference.partition("@")[0]
    repository, colon, tag = name.rpartition(":")
    return (repository, tag) if colon and "/" not in tag else (name, "")
