"""All ecosystems, in the order in which they own files. A new one is one file and one line here.

A file belongs to the first that claims it: a wheel that a Debian package brings is Debian's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .model import Ecosystem

ECOSYSTEMS: tuple[tuple[Ecosystem, ...], ...] = ()

WANTED = tuple(glob for level in ECOSYSTEMS for each in level for glob in each.wanted)
LEVELS = {each.name: place for place, level in enumerate(ECOSYSTEMS) for each in level}
