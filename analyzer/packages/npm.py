"""npm's packages: the package.json of every folder that npm, pnpm or yarn put into a ``node_modules``.

So are packages inside packages, the global ones, and pnpm's store, in which links lead from one to the other. Debian
has its own folder for them, and node's official images have yarn in another.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from .decode import decoded
from .model import Contents, Ecosystem, Package, order
from .paths import folder_of, raw
from .purl import purl

if TYPE_CHECKING:
    from collections.abc import Iterator

_PACKAGE_JSON = "/package.json"


class _Licence(msgspec.Struct):
    type: str = ""


class _Manifest(msgspec.Struct):
    """What is wanted of a package.json; licences in any of the shapes that were ever asked for."""

    name: str = ""
    version: str = ""
    license: msgspec.Raw = msgspec.Raw(b"null")
    licenses: msgspec.Raw = msgspec.Raw(b"null")


_MANIFEST = msgspec.json.Decoder(_Manifest)
_LICENCE = msgspec.json.Decoder(str | _Licence | list[str | _Licence] | None)


def parse(contents: Contents) -> list[Package]:
    """All packages, as often as they are there: a name and version in two folders is two of them."""
    found = (each for path, content in contents.items() for each in _packages(path, content))
    return sorted(found, key=order)


ECOSYSTEM = Ecosystem(
    "npm",
    wanted=(
        "**/node_modules/*/package.json",
        "**/node_modules/@*/*/package.json",
        "usr/share/nodejs/*/package.json",
        "usr/share/nodejs/@*/*/package.json",
        "opt/yarn-v*/package.json",
    ),
    parse=parse,
    alone=True,
)


def _packages(path: str, content: bytes) -> Iterator[Package]:
    manifest = decoded(content, _MANIFEST) if _is_root(path) else None
    if manifest is not None and manifest.name and manifest.version:
        namespace, _, name = manifest.name.rpartition("/")
        yield Package(
            ecosystem=ECOSYSTEM.name,
            name=manifest.name,
            version=manifest.version,
            purl=purl("npm", namespace, name.lower(), manifest.version),
            told_by=path,
            licence=_licence(manifest.license) or _licence(manifest.licenses),
            folders=(raw(folder_of(path)),),
        )


def _is_root(path: str) -> bool:
    """Whether the folder is a package's own: neither npm's hidden ones nor one of a scope.

    >>> _is_root("app/node_modules/@babel/core/package.json"), _is_root("app/node_modules/@babel/package.json")
    (True, False)
    """
    *_, above, name = path.removesuffix(_PACKAGE_JSON).split("/")
    return not name.startswith((".", "@")) or above.startswith("@")


def _licence(written: msgspec.Raw) -> str | None:
    """What the field says; of several any may be chosen.

    >>> _licence(msgspec.Raw(b'[{"type": "MIT"}, "ISC"]'))
    'MIT OR ISC'
    """
    value = decoded(written, _LICENCE)
    choices = value if isinstance(value, list) else [value]
    words = (each.type if isinstance(each, _Licence) else each for each in choices)
    return " OR ".join(filter(None, words)) or None
