"""The image as both formats need it, and what makes two documents differ: their time and their number."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING
from uuid import NAMESPACE_URL, UUID, uuid5

import msgspec

from ..formatting import visible
from .packages import version_of
from .purls import is_digest, of_image

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..document import ImageSection
    from .packages import Facts, Listed

TOOL = "imgscan"


class Described(msgspec.Struct, frozen=True):
    """The image that a document describes.

    ``digest`` is the manifest's where it is known and well formed, algorithm and all. ``version`` is what tells
    the image from others of its name: the manifest's digest, or its image ID.
    """

    name: str
    version: str | None
    purl: str | None
    digest: str | None
    facts: Facts


def described(image: ImageSection) -> Described:
    """What is said of the image itself."""
    facts = [
        ("platform", image.platform),
        ("manifest_digest", image.manifest_digest),
        ("image_id", image.image_id),
        *(("tag", tag) for tag in image.tags),
    ]
    return Described(
        name=visible(image.name) or "unnamed",
        version=version_of(image.manifest_digest or image.image_id or ""),
        purl=of_image(image),
        digest=image.manifest_digest if is_digest(image.manifest_digest) else None,
        facts=tuple((name, visible(value)) for name, value in facts if value),
    )


def moment(image: ImageSection, epoch: int | None) -> datetime:
    """The time that the document states: ``epoch`` in seconds, else the image's own, else the start of 1970.

    Never that of the run: the same image gives the same bytes.
    """
    if epoch is not None:
        return datetime.fromtimestamp(epoch, UTC)
    with suppress(ValueError, OverflowError):  # a stranger's text, or a year that another time zone moves out of range
        stated = datetime.fromisoformat(image.created or "")
        return (stated if stated.tzinfo else stated.replace(tzinfo=UTC)).astimezone(UTC).replace(microsecond=0)
    return datetime.fromtimestamp(0, UTC)


def number(form: str, about: Described, packages: Sequence[Listed], made: datetime) -> UUID:
    """The number of a document: equal for equal contents only."""
    content = msgspec.json.encode((about, packages, made, tool_version()))
    image_id = dict(about.facts).get("image_id", "")
    return uuid5(NAMESPACE_URL, f"{TOOL}:{form}:{image_id}:{sha256(content).hexdigest()}")


def tool_version() -> str | None:
    """The version that is installed; None in a checkout that nobody installed."""
    try:
        return version(TOOL)
    except PackageNotFoundError:
        return None
