"""Root filesystems as an ecosystem sees them: what it wants of a folder, and what a test says is there."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import TYPE_CHECKING

from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Iterable

    from analyzer.packages.model import Ecosystem, Package

SAMPLES = Path(__file__).with_name("samples")


def sample(name: str) -> bytes:
    """A stored database, unpacked where it is stored compressed."""
    content = SAMPLES.joinpath(name).read_bytes()
    return gzip.decompress(content) if name.endswith(".gz") else content


def wanted(root: Path, ecosystem: Ecosystem) -> dict[str, bytes]:
    """The contents of all files below the folder that the ecosystem wants."""
    found = {path for pattern in ecosystem.wanted for path in root.glob(pattern)}
    return {
        str(path.relative_to(root)): path.read_bytes() for path in found if path.is_file() and not path.is_symlink()
    }


def paths(package: Package) -> set[str]:
    return {path.decode() for path in package.files.split(b"\0")} - {""}


def by_name(packages: Iterable[Package]) -> dict[str, Package]:
    found = list(packages)
    assert [package.name for package in found] == sorted(package.name for package in found)
    return {package.name: package for package in found}


@st.composite
def damaged(draw: st.DrawFn, content: bytes) -> bytes:
    """The content with some bytes changed, parts of it repeated or taken out, and perhaps without its end."""
    found = bytearray(content)
    for _ in range(draw(st.integers(0, 8))):
        at = draw(st.integers(0, len(found)))
        found[at : at + draw(st.integers(0, 8))] = draw(st.binary(max_size=8))
    if draw(st.booleans()):
        start = draw(st.integers(0, len(found)))
        found += found[start : start + draw(st.integers(0, 4096))]
    return bytes(found[: draw(st.integers(0, len(found)))] if draw(st.booleans()) else found)
