"""Whose packages a root filesystem has, by its os-release(5): vendor and release of the package URLs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from .model import Contents

OS_RELEASE = ("etc/os-release", "usr/lib/os-release")

_CONTENT_BYTES = 64 * 1024
# os-release(5): of these two, a value is of lower-case letters, digits and "._-", in quotes or not. VERSION_ID may
# have upper-case letters in practice.
_FIELD = re.compile(rb"""^(ID|VERSION_ID)=["']?([A-Za-z0-9._~+-]{1,100})["']?\s*$""", re.MULTILINE)


class Distribution(Struct, frozen=True):
    """``vendor`` is the ``ID`` of os-release, ``release`` that and the version; None where the file tells neither."""

    vendor: str | None
    release: str | None


def distribution(contents: Contents) -> Distribution:
    """The distribution that the first os-release there is tells of.

    >>> distribution({"etc/os-release": b'ID=debian\\nVERSION_ID="12"\\n'})
    Distribution(vendor='debian', release='debian-12')
    >>> distribution({})
    Distribution(vendor=None, release=None)
    """
    content = next((contents[path] for path in OS_RELEASE if path in contents), b"")
    fields = {key: value.decode() for key, value in _FIELD.findall(content[:_CONTENT_BYTES])}
    vendor = fields.get(b"ID", "").lower() or None
    version = fields.get(b"VERSION_ID")
    return Distribution(vendor, f"{vendor}-{version}" if vendor and version else vendor)
