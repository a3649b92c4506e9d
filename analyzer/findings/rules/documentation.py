"""Documentation of installed packages."""

from __future__ import annotations

from ...globs import Globs
from ..deleting import found_and_deleted
from ..left_behind import left_behind
from ..model import Rule

_GLOBS = Globs(
    directories=(
        "usr/share/{doc,info,gtk-doc}",
        "usr/local/share/{doc,info}",
    ),
    spared=(
        "**/*{copyright,Copyright,COPYRIGHT,copying,Copying,COPYING,notice,Notice,NOTICE}*",
        "**/*{licen,Licen}{c,s}e*",
        "**/*LICEN{C,S}E*",
    ),
)

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
        "RUN apt-get install --yes --no-install-recommends vim \\\n"
        " && find /usr/share/doc -type f ! -iname '*copyright*' ! -iname '*licen[cs]e*' -delete"
    ),
    find=left_behind(
        found_and_deleted(
            _GLOBS,
            ("usr/share/doc", "usr/share/info", "usr/share/gtk-doc", "usr/local/share/doc", "usr/local/share/info"),
            "-type f ! -iname '*copyright*' ! -iname '*licen[cs]e*' ! -iname '*copying*' ! -iname '*notice*'",
            # The folders and links of packages stay: some lead to a copyright notice.
            left_out=("/usr/share/doc/*/*", "/usr/share/info/*", "/usr/share/gtk-doc/*"),
            kept=(
                "/usr/share/doc/*[Cc][Oo][Pp][Yy][RrIi]*",
                "/usr/share/doc/*[Ll][Ii][Cc][Ee][Nn][CcSs][Ee]*",
                "/usr/share/doc/*[Nn][Oo][Tt][Ii][Cc][Ee]*",
            ),
        )
    ),
    globs=_GLOBS,
)
