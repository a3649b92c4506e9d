"""What apt-get leaves: package lists, downloaded packages."""

from __future__ import annotations

from ...globs import Globs
from ..edits import at_the_end
from ..left_behind import left_behind
from ..model import Rule

RULE = Rule(
    id="apt-lists",
    title="Package lists and packages of apt",
    severity="waste",
    meaning=(
        "apt-get update downloads lists of all packages of the distribution, and apt-get install keeps the "
        "packages that it unpacked. A container needs neither. Removing them in a later RUN saves nothing: "
        "the layer with them is stored already."
    ),
    bad="RUN apt-get update && apt-get install --yes curl",
    good="RUN apt-get update && apt-get install --yes curl && apt-get clean && rm -rf /var/lib/apt/lists/*",
    find=left_behind(at_the_end("apt-get clean && rm -rf /var/lib/apt/lists/*")),
    globs=Globs(
        directories=(
            "var/lib/apt/lists",
            "var/cache/apt",
        ),
    ),
)
