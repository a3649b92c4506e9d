"""Which paths a few typed letters mean."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import pyarrow.compute as pc

from analyzer.globs import regex, whole

if TYPE_CHECKING:
    import pyarrow as pa

    from analyzer.arrays import Flags

_WILD = re.compile(r"[*?{]")
LENGTH = 200
"""So many characters at most are looked for: an expression costs what it is long."""


def matching(paths: pa.StringArray, typed: str) -> Flags:
    """The paths that a glob matches, else those with the text in them; about names alone where no slash is typed."""
    ignore_case = _ignores_case(typed)
    wild = _WILD.search(typed)
    if "/" in typed.strip("/") and not wild:
        found = pc.match_substring(paths, typed.lstrip("/"), ignore_case=ignore_case)
    else:
        name = typed.strip("/")
        of_names = regex(f"**/{name}") if wild and "/" not in name else re.escape(name) + "[^/]*"
        expression = whole([regex(name) if "/" in name else of_names])
        found = pc.match_substring_regex(paths, expression, ignore_case=ignore_case)
    return np.asarray(found.to_numpy(zero_copy_only=False), bool)


def having(texts: pa.StringArray, typed: str) -> Flags:
    """The texts that have what was typed in them, or that it matches as a glob."""
    if _WILD.search(typed):
        return matching(texts, typed)
    found = pc.match_substring(texts, typed, ignore_case=_ignores_case(typed))
    return np.asarray(found.to_numpy(zero_copy_only=False), bool)


def _ignores_case(typed: str) -> bool:
    """Capitals count where one is typed. Raises ValueError for more than `LENGTH` characters."""
    if len(typed) > LENGTH:
        raise ValueError(f"{len(typed)} characters to look for: at most {LENGTH} are possible")
    return typed == typed.lower()
