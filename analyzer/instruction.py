"""The instruction that made a layer, as a Dockerfile would write it, from what builders leave in the history."""

from __future__ import annotations

import re

_SHELL = r"/bin/(?:ba|a|da)?sh -c "
_NO_OPERATION = re.compile(_SHELL + r"#\(nop\)\s+")
_WITH_ARGUMENTS = re.compile(r"(?:RUN )?\|\d+ (?:\S+=.*? )*?(?=" + _SHELL + ")")
_RUN = re.compile(r"(?:RUN )?" + _SHELL, re.DOTALL)
_BUILDKIT = re.compile(r"\s*# buildkit$")
_SPACES = re.compile(r"\s+")


def instruction(created_by: str | None) -> str:
    """One line of a Dockerfile, empty where the history says nothing.

    >>> instruction("/bin/sh -c #(nop) COPY file:0a1b in /etc/motd ")
    'COPY file:0a1b in /etc/motd'
    >>> instruction("RUN |1 VERSION=3 /bin/sh -c apt-get update # buildkit")
    'RUN apt-get update'
    >>> instruction("/bin/sh -c echo hi")
    'RUN echo hi'
    """
    text = _BUILDKIT.sub("", (created_by or "").strip())
    plain, is_plain = _NO_OPERATION.subn("", text, count=1)
    if not is_plain:
        plain = _RUN.sub("RUN ", _WITH_ARGUMENTS.sub("", text, count=1), count=1)
    return _SPACES.sub(" ", plain).strip()
