"""Programs and libraries with the sections that debuggers read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...layers.facts import DEBUG_BYTES
from ..edits import left_out
from ..made import shrinking
from ..model import Rule

if TYPE_CHECKING:
    from ..context import Context
    from ..model import Finding

_advice = left_out("end the RUN that makes them with && strip PATHS")


def find(rule: Rule, context: Context) -> list[Finding]:
    """One finding a layer with such files; they stay, and shrink by these sections."""
    rows, sizes = context.with_fact(DEBUG_BYTES)
    seen = (context.stack.caused_by[rows] < 0) & (sizes > 0)
    return shrinking(rule, context, rows[seen], sizes[seen], _advice)


RULE = Rule(
    id="debug-symbols",
    title="Programs with debug sections",
    severity="size",
    meaning=(
        "Compilers put what debuggers need into sections of their own, often more than the program itself. Running it "
        "does not take them. Counted are the bytes of these sections; headers and alignment may move a few more."
    ),
    bad="RUN cc -g -o /usr/local/bin/server server.c",
    good="RUN cc -g -o /usr/local/bin/server server.c && strip /usr/local/bin/server",
    find=find,
)
