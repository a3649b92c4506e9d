"""Private keys, by their content, whatever they are called."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ...globs import Globs
from ...layers.facts import PRIVATE_KEY
from ..model import Rule
from ..secrets import SAMPLES, find_secrets

if TYPE_CHECKING:
    from ..context import Context
    from ..model import Finding


def find(rule: Rule, context: Context) -> list[Finding]:
    """One finding a layer that stores such files, seen or hidden; keys that packages bring along are left out."""
    rows, _ = context.with_fact(PRIVATE_KEY)
    names = context.names[np.isin(context.stack.inode[context.names], rows)]
    return find_secrets(rule, context, names[~context.matching(names, rule.globs.spared_regex)])


RULE = Rule(
    id="private-keys",
    title="Private keys",
    severity="security",
    meaning=(
        "The file begins as a private key does. Whoever can pull the image has the key, also where a later layer "
        "removes it. Take it as known to others and replace it."
    ),
    bad="COPY deploy.key /etc/app/deploy.key",
    good="# docker run --volume ./deploy.key:/etc/app/deploy.key:ro",
    find=find,
    globs=Globs(spared=SAMPLES),
)
