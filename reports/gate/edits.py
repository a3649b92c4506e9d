"""What to change, in one line."""

from __future__ import annotations

import re
from itertools import takewhile
from os.path import commonprefix

from ..formatting import shortened

_PLACE = re.compile(r".*:\d+(?: \(.*\))?")
_INSTRUCTION = 40


def short_edit(edit: str, instruction: str) -> str:
    r"""The sentence before lines of a Dockerfile, or what comes in the place of the first of those.

    Of the ``instruction`` that is edited it has enough to recognise it, so that the change itself is seen.

    >>> short_edit("drop RUN make at:\nDockerfile:2\n-RUN make", "RUN make")
    'drop RUN make at'
    >>> short_edit("Dockerfile:2\n-RUN apt install --yes curl git make gcc\n+RUN apt install --yes curl git", "")
    'RUN apt install --yes curl git'
    """
    first, *lines = edit.split("\n")
    changes = list(takewhile(lambda line: line.startswith(("-", "+", " ")), lines))
    if not (changes and _PLACE.fullmatch(first)):
        return _recognisable(first.removesuffix(":"), instruction)
    gone, come = (" ".join(line[1:].strip() for line in changes if line[0] == sign) for sign in "-+")
    return _recognisable(come or f"drop {gone}", gone)


def _recognisable(edit: str, instruction: str) -> str:
    """The edit with the start only of what it has of the instruction."""
    start = commonprefix((edit, instruction)).rpartition(" ")[0]  # noqa: RUF071 - of characters, not of paths
    shared = instruction if instruction in edit else start
    return edit.replace(shared, shortened(shared, _INSTRUCTION), 1)
