"""What an ecosystem is to imgscan: which files tell of its packages, and a pure function that reads them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TypeAlias

from msgspec import Struct

# To read in all layers together; where a layer changes a database, its packages are read again.
PACKAGES_LIMIT = 300_000


class Package(Struct, frozen=True):
    """One installed package.

    ``files`` are the paths it installed, from the root, without a leading slash and with ``\\0`` between them;
    a path may be a directory, which owns nothing below it. ``folders`` own all below them that no package owns
    closer by. Both are bytes as the tar has them. ``claimed_bytes`` is the installed size that the package
    states of itself; None where it states none. ``told_by`` is the path of the file that tells of the package, as
    `paths.text` has it.
    """

    ecosystem: str
    name: str
    version: str
    purl: str
    told_by: str
    architecture: str | None = None
    licence: str | None = None
    claimed_bytes: int | None = None
    files: bytes = b""
    folders: tuple[bytes, ...] = ()

    @property
    def slot(self) -> str:
        """What an upgrade keeps, as people read it: ``dpkg:libc6``."""
        return f"{self.ecosystem}:{self.name}"


def order(package: Package) -> tuple[str, str, str]:
    """By what packages are sorted."""
    return package.name, package.version, package.told_by


Contents: TypeAlias = Mapping[str, bytes]


class Ecosystem(Struct, frozen=True):
    """A way of installing packages.

    ``wanted`` are globs of paths whose contents ``parse`` needs: ``*`` is any run of characters but a slash,
    ``**/`` at the start any folders or none. ``parse`` takes those contents by path, as one root filesystem has them
    and `paths.text` spells them, and gives the packages in the order of their names. It skips what it cannot read and
    raises nothing. Of a file that may tell of millions it reads little more than `PACKAGES_LIMIT`.

    Programs and archives are not known by their names and are too large to keep. Where ``payload`` names a kind, the
    scan makes something small of such files while it reads them, and ``parse`` gets that in place of their contents.

    ``spares`` are pairs of endings: ``parse`` does without a file that ends in the first where it has the one that
    ends in the second.

    ``alone`` says that each file tells of packages whatever the others say, so that a layer that adds some does not
    have all of them parsed again. ``parse`` then sorts by `order`.
    """

    name: str
    wanted: tuple[str, ...]
    parse: Callable[[Contents], Iterable[Package]]
    payload: str | None = None
    spares: tuple[tuple[str, str], ...] = ()
    alone: bool = False
