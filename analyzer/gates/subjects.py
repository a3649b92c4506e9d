"""What a rule is about: bytes that a container sees, bytes that are stored and never seen, or both of them."""

from __future__ import annotations

from .figures import OWN
from .rules import PULL_DELTA

SEEN, UNSEEN = "rootfs_bytes", "waste_bytes"
"""By the figures whose growth tells of them."""

_BOTH = (SEEN, UNSEEN)
_OF_FIGURES = {
    "layers": (),
    **dict.fromkeys((UNSEEN, "efficiency"), (UNSEEN,)),
    **dict.fromkeys(("file_bytes", "pull_bytes", "tar_bytes", "largest_layer", PULL_DELTA), _BOTH),
}
_OF_TABLES = {
    **dict.fromkeys(("paths", "packages", "growth-of-paths", "growth-of-packages"), (SEEN,)),
    "dive": (UNSEEN,),
    "layers": _BOTH,
}


def subjects(rule: str) -> tuple[str, ...]:
    """The figures whose growth may be why a ``rule`` is broken; none where no growth tells of it.

    >>> subjects("growth.own.waste_bytes"), subjects("paths.srv/**"), subjects("required.user")
    (('waste_bytes',), ('rootfs_bytes',), ())
    """
    table, _, name = rule.partition(".")
    if table in ("limits", "growth", "creep"):
        return _OF_FIGURES.get(name.removeprefix(OWN), (SEEN,))
    return _OF_TABLES.get(table, ())
