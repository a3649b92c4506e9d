"""Go modules, as the linker wrote them into programs.

The payload of a program has the version of Go on its first line, and then what `go version -m` prints below the
program's name. Programs built outside of a module tell only the path of their package.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

from .model import Ecosystem, Package
from .paths import raw

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .model import Contents

_STANDARD_LIBRARY = "stdlib"
_MAIN, _DEPENDENCY, _REPLACEMENT, _PATH = "mod", "dep", "=>", "path"
_UNVERSIONED = "(devel)"


class _Module(NamedTuple):
    name: str
    version: str
    is_main: bool = False


def parse(contents: Contents) -> list[Package]:
    """The main module of each program, which owns it, the modules linked into it, and Go's own library."""
    found = (
        _package(module, path)
        for path, payload in contents.items()
        for module in _modules(payload.decode("utf-8", "replace"))
    )
    return sorted(found, key=lambda package: (package.name, package.told_by))


def _modules(payload: str) -> Iterator[_Module]:
    version, _, text = payload.partition("\n")
    lines = [line.split("\t") for line in text.split("\n")]
    # What follows the number is the toolchain's own: "go1.21.1 X:boringcrypto", "go1.22.3-fips".
    yield _Module(_STANDARD_LIBRARY, version.split(" ")[0])
    main = [fields for fields in lines if fields[0] == _MAIN and len(fields) > 2]
    if not main:
        yield from (_Module(fields[1], "", is_main=True) for fields in lines if fields[0] == _PATH and len(fields) > 1)
    for fields, after in zip(lines, [*lines[1:], [""]], strict=True):
        if fields[0] in (_MAIN, _DEPENDENCY) and len(fields) > 2:
            yield _module(fields, after)


def _module(fields: list[str], after: list[str]) -> _Module:
    """The module of a line, or what the next line puts in its place: that code is what was linked.

    In place of a module may be a folder, which has a path of one machine and no version.
    """
    name, version = fields[1:3]
    if after[0] == _REPLACEMENT and len(after) > 2:
        is_folder = after[1].startswith((".", "/"))
        name, version = (name, _UNVERSIONED) if is_folder else after[1:3]
    return _Module(name, version, fields[0] == _MAIN)


def _package(module: _Module, path: str) -> Package:
    return Package(
        ecosystem="go",
        name=module.name,
        version=module.version,
        purl=_purl(module),
        told_by=path,
        files=raw(path) if module.is_main else b"",
    )


def _purl(module: _Module) -> str:
    """pkg:golang/NAMESPACE/NAME@VERSION, in the case that Go has it: two modules can differ by that alone.

    >>> _purl(_Module("github.com/BurntSushi/toml", "v1.2.0+incompatible"))
    'pkg:golang/github.com/BurntSushi/toml@v1.2.0%2Bincompatible'
    """
    number = module.version.removeprefix("go") if module.name == _STANDARD_LIBRARY else module.version
    version = f"@{quote(number, safe=':')}" if number not in ("", _UNVERSIONED) else ""
    return f"pkg:golang/{quote(module.name, safe='/:')}{version}"


ECOSYSTEM = Ecosystem("go", wanted=(), parse=parse, payload="go")
