"""Tests of installed packages."""

from __future__ import annotations

from ..edits import at_the_end
from ..globs import Globs
from ..left_behind import left_behind
from ..model import Rule

RULE = Rule(
    id="test-files",
    title="Tests of installed packages",
    severity="size",
    meaning=(
        "Many packages for Python, Node.js and Ruby install their tests. Nothing imports them but test "
        "runners. Tests of an application of your own are not looked for."
    ),
    bad="RUN pip install pandas",
    good="RUN pip install pandas && find /usr/local/lib -depth -type d -name tests -exec rm -rf {} +",
    find=left_behind(at_the_end("find / -xdev -depth -type d -path '*-packages/*' -name tests -exec rm -rf {} +")),
    globs=Globs(
        directories=(
            "**/{site-packages,dist-packages}/*/{test,tests}",
            "**/{site-packages,dist-packages}/*/**/{test,tests}",
            "**/node_modules/*/{test,tests,__tests__}",
            "**/node_modules/@*/*/{test,tests,__tests__}",
            "**/lib/python3.{?,??}/{test,idlelib/idle_test}",
            "**/gems/*/gems/*/{test,spec}",
        ),
    ),
)
