"""RubyGems' packages: a specification for each gem in ``specifications`` of a gem home.

It is Ruby, but RubyGems writes it always in one form, and itself reads the comment at its head instead:
``# stub: NAME VERSION PLATFORM FOLDERS``. Of Ruby's own gems, in ``default``, the files are in Ruby's library.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from .model import Contents, Ecosystem, Package
from .paths import folder_of, placed, raw
from .purl import purl

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_SPECIFICATION = re.compile(r"(|.*/)specifications(/default|)/([^/]+)\.gemspec")
_BUILT = re.compile(r"(|.*/)extensions/[^/]+/[^/]+/([^/]+)/gem\.build_complete")
_RUBY_HOME = re.compile(r"(|.*/)gems/(\d+\.\d+\.\d+[^/]*)/")

_STUB = re.compile(rb"^# stub: (\S+) (\S+) (\S+)", re.MULTILINE)
_FIELD = re.compile(rb"^ +s\.(name|version|platform) = (.+)$", re.MULTILINE)
_LIST = re.compile(rb"^ +s\.(licenses|files|executables) = \[(.+)\]", re.MULTILINE)
_STRING = re.compile(rb'"([^"\\]*)"')
_ANY_STRING = re.compile(rb'"([^"\\]*)"|%q[{<]([^}>]*)')
_LIBRARY = b"lib/"
_ANYWHERE = "ruby"  # the platform of a gem that is Ruby alone, or compiled where it is installed


class _Place(NamedTuple):
    """A gem's ``home``, with a slash behind it if it has a name, and what the gem's folders there are called."""

    home: str
    full_name: str


def parse(contents: Contents) -> list[Package]:
    """All gems of all homes, Ruby's own included."""
    built = _built(contents)
    found = (each for path, content in contents.items() for each in _packages(path, content, built))
    return sorted(found, key=lambda package: (package.name, package.version, package.told_by))


ECOSYSTEM = Ecosystem(
    "gem",
    wanted=(
        "**/specifications/*.gemspec",
        "**/specifications/default/*.gemspec",
        "**/extensions/*/*/*/gem.build_complete",
    ),
    parse=parse,
)


def _packages(path: str, content: bytes, built: Mapping[_Place, list[str]]) -> Iterator[Package]:
    match = _SPECIFICATION.fullmatch(path)
    name, version, platform = _identity(content)
    if match is None or not name or not version:
        return
    place, is_default = _Place(match[1], match[3]), bool(match[2])
    lists, told_in = _lists(content), len(content) + len(path)
    archive = raw(f"{place.home}cache/{place.full_name}.gem")
    programs = placed(place.home + "bin", lists.get(b"executables", []), told_in)
    library = _in_library(place.home, lists.get(b"files", []), told_in) if is_default else b""
    yield Package(
        ecosystem=ECOSYSTEM.name,
        name=name,
        version=version,
        purl=purl("gem", None, name, version, {"platform": platform}),
        told_by=path,
        architecture=platform,
        licence=", ".join(map(_text, lists.get(b"licenses", []))) or None,
        files=b"\0".join(filter(None, (raw(path), archive, programs, library))),
        folders=tuple(map(raw, _folders(place, built))),
    )


def _identity(content: bytes) -> tuple[str, str, str | None]:
    """Name, version and platform, as the stub or, from a RubyGems that wrote none, the assignments have them."""
    stub = _STUB.search(content)
    if stub:
        name, version, platform = map(_text, stub.groups())
    else:
        fields = {key: _ANY_STRING.search(value) for key, value in reversed(_FIELD.findall(content))}
        values = (fields.get(key) for key in (b"name", b"version", b"platform"))
        name, version, platform = (_text(value[1] or value[2] or b"") if value else "" for value in values)
    return name, version, None if platform in ("", _ANYWHERE) else platform


def _lists(content: bytes) -> dict[bytes, list[bytes]]:
    return {key: _STRING.findall(value) for key, value in reversed(_LIST.findall(content))}


def _in_library(home: str, files: list[bytes], told_in: int) -> bytes:
    """The paths of one of Ruby's own gems: beside the home ``ruby/gems/3.1.0`` stands the library ``ruby/3.1.0``."""
    ruby = _RUBY_HOME.fullmatch(home)
    names = [each.removeprefix(_LIBRARY) for each in files]
    return placed(ruby[1] + ruby[2], names, told_in) if ruby else b""


def _folders(place: _Place, built: Mapping[_Place, list[str]]) -> Iterator[str]:
    yield from (f"{place.home}{each}/{place.full_name}" for each in ("gems", "doc"))
    yield from built.get(place, [])


def _built(contents: Contents) -> dict[_Place, list[str]]:
    """The folders of compiled extensions, ``extensions/PLATFORM/ABI/NAME-VERSION``, which no specification tells."""
    found: dict[_Place, list[str]] = {}
    for path in contents:
        match = _BUILT.fullmatch(path)
        if match:
            found.setdefault(_Place(match[1], match[2]), []).append(folder_of(path))
    return found


def _text(written: bytes) -> str:
    return written.decode("utf-8", "replace")
