"""Folders on disk as an ecosystem sees them, and contents as no tool wrote them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import strategies as st
from packageurl import PackageURL

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from analyzer.packages.model import Ecosystem, Package


def wanted(root: Path, ecosystem: Ecosystem) -> dict[str, bytes]:
    """The contents of all files below the folder that the ecosystem wants."""
    found = {path for pattern in ecosystem.wanted for path in root.glob(pattern)}
    return {
        str(path.relative_to(root)): path.read_bytes() for path in found if path.is_file() and not path.is_symlink()
    }


def files_of(package: Package) -> set[str]:
    return {path.decode() for path in package.files.split(b"\0")} - {""}


def owned(package: Package, root: Path) -> set[str]:
    """All files below the folder that are the package's, by name or by folder."""
    named = {path for path in files_of(package) if (root / path).is_file()}
    folders = (root / folder.decode() for folder in package.folders)
    inside = {str(path.relative_to(root)) for folder in folders for path in folder.rglob("*") if path.is_file()}
    return named | inside


def versions(packages: Iterable[Package]) -> list[tuple[str, str]]:
    """Names and versions, whose order and package URLs are checked on the way."""
    found = list(packages)
    names = [package.name for package in found]
    assert names == sorted(names)
    for package in found:
        url = PackageURL.from_string(package.purl)
        assert (url.to_string(), url.version) == (package.purl, package.version)
    return [(package.name, package.version) for package in found]


@st.composite
def damaged(draw: st.DrawFn, contents: dict[str, bytes]) -> dict[str, bytes]:
    """The contents with one of them cut off, changed in a few bytes, repeated, or replaced."""
    path = draw(st.sampled_from(sorted(contents)))
    content = bytearray(contents[path])
    harm = draw(st.sampled_from(["cut", "change", "repeat", "replace", "lose"]))
    places = st.integers(0, max(len(content) - 1, 0))
    if harm == "cut":
        del content[draw(places) :]
    elif harm == "change" and content:
        for place in draw(st.lists(places, min_size=1, max_size=8)):
            content[place] = draw(st.integers(0, 255))
    elif harm == "repeat":
        content[draw(places) : draw(places)] = content
    elif harm == "replace":
        content = bytearray(draw(st.binary(max_size=200)))
    rest = {other: contents[other] for other in contents if other != path}
    return rest if harm == "lose" else rest | {path: bytes(content)}


DEEP = (b"[" * 200_000, b'{"a":' * 200_000, b'{"packages":' + b"[" * 200_000, b'{"license":' + b"[" * 200_000)
