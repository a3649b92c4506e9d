"""All ecosystems. A new one is one file and one line here."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .model import Ecosystem

ECOSYSTEMS: tuple[Ecosystem, ...] = ()

WANTED = tuple(glob for each in ECOSYSTEMS for glob in each.wanted)
