"""Documentation of installed packages."""

from __future__ import annotations

from ..edits import at_the_end
from ..globs import Globs
from ..left_behind import left_behind
from ..model import Rule

RULE = Rule(
    id="documentation",
    title="Documentation of packages",
    severity="size",
    meaning=(
        "Packages bring manuals, examples and change logs. Copyright notices and licences are not counted: "
        "they have to stay with what they are about."
    ),
    bad="RUN apt-get install --yes vim",
    good=(
        "RUN apt-get install --yes --no-install-recommends vim && find /usr/share/doc -type f ! -name copyright -delete"
    ),
    find=left_behind(at_the_end("find /usr/share/doc /usr/share/info -type f ! -name copyright -delete")),
    globs=Globs(
        directories=(
            "usr/share/{doc,info,gtk-doc,doc-base}",
            "usr/local/share/{doc,info}",
        ),
        spared=("**/*{copyright,COPYING,LICENSE,LICENCE,NOTICE,license,licence}*",),
    ),
)
