"""Programs that run as their owner or group, whoever starts them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ...tables import FILE, HARDLINK
from ..advice import said
from ..made import telling
from ..model import Rule
from ..naming import listed_paths

if TYPE_CHECKING:
    from ...arrays import Ints
    from ..advice import Advice
    from ..context import Context
    from ..model import Finding

_SETUID, _SETGID, _GROUP_RUNS, _ANYBODY_RUNS = 0o4000, 0o2000, 0o010, 0o111


def find(rule: Rule, context: Context) -> list[Finding]:
    """One finding a layer. Without the right to run it, neither bit makes a file run as another."""
    modes = context.modes
    setuid = (modes & _SETUID > 0) & (modes & _ANYBODY_RUNS > 0)
    setgid = (modes & _SETGID > 0) & (modes & _GROUP_RUNS > 0)
    files = context.stack.rows.is_kind(FILE, HARDLINK) & (setuid | setgid)
    return telling(rule, context, np.flatnonzero(context.stack.alive & files), edit)


def edit(context: Context, _: int, names: Ints) -> Advice:
    """Take the bits away; that stores small programs again, and is worth it."""
    return said(
        f"chmod ug-s {listed_paths(context, names)} at the end of the RUN that installs them; in a RUN of its own it "
        "stores the files again"
    )


RULE = Rule(
    id="setuid-files",
    title="Programs with setuid or setgid",
    severity="security",
    meaning=(
        "Such a program runs with the rights of its owner or group, mostly root, whoever starts it: a way up for who "
        "breaks in. Containers seldom need su, mount or passwd. Or run them with --security-opt no-new-privileges."
    ),
    bad="RUN apt-get install --yes sudo",
    good="RUN find / -xdev -perm /6000 -type f -exec chmod ug-s {} +",
    find=find,
)
