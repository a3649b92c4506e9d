"""A bound on how long the paths of a package may be, beside the bytes of the image that tell of them.

Databases that keep folders and names apart can tell of a folder once and mean it a million times. Real ones take more
bytes for a file than its path has, a digest being among them; hostile ones could fill any memory.
"""

from __future__ import annotations

_TIMES = 8


def believable(path_bytes: int, told_in: int) -> bool:
    """Whether paths of so many bytes can honestly come of so many bytes in a database.

    >>> believable(4_000, told_in=10_000), believable(1_000_000_000, told_in=10_000)
    (True, False)
    """
    return path_bytes <= _TIMES * told_in
