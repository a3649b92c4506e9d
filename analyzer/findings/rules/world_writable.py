"""Files and directories that everybody may write."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ...tables import DIRECTORY, FILE, HARDLINK
from ..advice import said
from ..edits import brief
from ..made import telling
from ..model import Rule
from ..naming import listed_paths

if TYPE_CHECKING:
    from ...arrays import Ints
    from ..advice import Advice
    from ..context import Context
    from ..model import Finding

_WRITABLE, _STICKY = 0o002, 0o1000


def find(rule: Rule, context: Context) -> list[Finding]:
    """One finding a layer. In a directory with the sticky bit, as /tmp is, nobody removes what others own."""
    rows, modes = context.stack.rows, context.modes
    files = rows.is_kind(FILE, HARDLINK) & (modes & _WRITABLE > 0)
    directories = rows.is_kind(DIRECTORY) & (modes & _WRITABLE > 0) & (modes & _STICKY == 0)
    return telling(rule, context, np.flatnonzero(context.stack.alive & (files | directories)), edit)


def edit(context: Context, layer: int, names: Ints) -> Advice:
    """Take the right away where it is given."""
    line = brief(context.instructions[layer]) or f"layer {layer}"
    return said(f"chmod o-w {listed_paths(context, names)} where it comes from: {line}")


RULE = Rule(
    id="world-writable",
    title="Writable by everybody",
    severity="security",
    meaning=(
        "Any process in the container, whatever its user, may change these files, or replace what is in these "
        "directories. Directories with the sticky bit, as /tmp has it, are left out."
    ),
    bad="RUN mkdir /srv/uploads && chmod 777 /srv/uploads",
    good="RUN mkdir /srv/uploads && chown app:app /srv/uploads",
    find=find,
)
