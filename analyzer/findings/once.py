"""A secret is told once: what other rules advise about the same files would keep it in the image, or in the context."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .model import Finding

# What tells more of a file comes first: its content, then its name, then what became of it.
_FIRST = ("private-keys", "secret-files")


def told_once(found: Iterable[Finding]) -> list[Finding]:
    """The findings. One about secrets speaks for others whose files it all has, and names their rules."""
    told: list[Finding] = []
    secrets = defaultdict[int, list[int]](list)  # by row, where in ``told`` those are that have it
    for each in sorted(found, key=_place):
        of_its_files = secrets[int(each.rows[0])] if len(each.rows) else []
        at = next((at for at in of_its_files if _tells(told[at], each)), None)
        if at is not None:
            told[at] = replace(told[at], also=(*told[at].also, each.rule))
            continue
        if each.rule in _FIRST:
            for row in each.rows.tolist():
                secrets[row].append(len(told))
        told.append(each)
    return told


def _tells(secret: Finding, other: Finding) -> bool:
    is_less = not len(other.shrunk) and secret.inherited == other.inherited
    return is_less and bool(np.isin(other.rows, secret.rows).all())


def _place(finding: Finding) -> int:
    return _FIRST.index(finding.rule) if finding.rule in _FIRST else len(_FIRST)
