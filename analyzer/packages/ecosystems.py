"""All ecosystems, in the order in which they own files. A new one is one file and one line here.

A file belongs to the first that claims it: a wheel that a Debian package brings is Debian's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..errors import SettingsError
from ..settings import nearest
from . import apk, cargo, composer, conda, dpkg, gem, go, java, npm, python, rpm

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .model import Ecosystem

ECOSYSTEMS: tuple[tuple[Ecosystem, ...], ...] = (
    (dpkg.ECOSYSTEM, apk.ECOSYSTEM, rpm.ECOSYSTEM),
    (conda.ECOSYSTEM,),
    (python.ECOSYSTEM, npm.ECOSYSTEM, gem.ECOSYSTEM, composer.ECOSYSTEM),
    (go.ECOSYSTEM, java.ECOSYSTEM, cargo.ECOSYSTEM),
)

WANTED = tuple(glob for level in ECOSYSTEMS for each in level for glob in each.wanted)
SPARES = tuple(pair for level in ECOSYSTEMS for each in level for pair in each.spares)
LEVELS = {each.name: place for place, level in enumerate(ECOSYSTEMS) for each in level}


def chosen(names: Sequence[str]) -> tuple[str, ...]:
    """The ecosystems called so, all for none. Raises SettingsError for a name that there is not."""
    for name in names:
        if name not in LEVELS:
            raise SettingsError(f"there is no type of package {name!r}", hint=nearest(name, list(LEVELS)))
    return tuple(names) or tuple(LEVELS)
