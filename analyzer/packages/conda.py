"""Conda's packages: a file in ``conda-meta`` for each that is linked into an environment (CEP 32).

``files`` there are from the environment's folder. ``size`` is that of the archive, so it says nothing of the files.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from .decode import decoded
from .model import Contents, Ecosystem, Package, order
from .paths import folder_of, name_of, placed, raw
from .purl import purl

if TYPE_CHECKING:
    from collections.abc import Iterator

_ARCHIVES = (".tar.bz2", ".conda")


class _Record(msgspec.Struct):
    """What is wanted of a record."""

    name: str = ""
    version: str = ""
    build: str | None = None
    subdir: str | None = None
    channel: str | None = None
    fn: str | None = None
    license: str | None = None
    files: list[str] = []


_RECORD = msgspec.json.Decoder(_Record)


def parse(contents: Contents) -> list[Package]:
    """All packages of all environments."""
    found = (each for path, content in contents.items() for each in _packages(path, content))
    return sorted(found, key=order)


ECOSYSTEM = Ecosystem("conda", wanted=("**/conda-meta/*.json",), parse=parse, alone=True)


def _packages(path: str, content: bytes) -> Iterator[Package]:
    record = decoded(content, _RECORD)
    if record is not None and record.name and record.version:
        environment = folder_of(folder_of(path))
        files = placed(environment, [file.encode() for file in record.files], len(content) + len(environment))
        yield Package(
            ecosystem=ECOSYSTEM.name,
            name=record.name,
            version=record.version,
            purl=purl("conda", None, record.name, record.version, _qualifiers(record)),
            told_by=path,
            architecture=record.subdir or None,
            licence=record.license or None,
            files=b"\0".join(filter(None, (raw(path), files))),
        )


def _qualifiers(record: _Record) -> dict[str, str | None]:
    """Those that the purl specification has for conda."""
    kind = next((each[1:] for each in _ARCHIVES if record.fn and record.fn.endswith(each)), None)
    channel = _channel(record.channel or "", record.subdir)
    return {"build": record.build, "channel": channel, "subdir": record.subdir, "type": kind}


def _channel(written: str, subdir: str | None) -> str:
    """The channel's name, which records have as a name or as an address with the platform behind it.

    >>> _channel("https://conda.anaconda.org/conda-forge/linux-64", "linux-64"), _channel("defaults", "noarch")
    ('conda-forge', 'defaults')
    """
    return name_of(written.rstrip("/").removesuffix(f"/{subdir}").rstrip("/"))
