"""The names of users and groups, as the image's own etc/passwd and etc/group have them (passwd(5), group(5))."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..rootfs.lookup import Lookup
    from ..rootfs.stack import Stack

PATHS = USERS, GROUPS = "etc/passwd", "etc/group"
_NAME_BYTES = 256


class Owners(Struct, frozen=True):
    """Names by number, where there are any."""

    users: dict[int, str] = field(default_factory=dict)
    groups: dict[int, str] = field(default_factory=dict)


def owners(lookup: Lookup, stack: Stack, contents: Mapping[int, bytes]) -> Owners:
    """The names that a container sees; ``contents`` has small files by the row that holds them."""

    def names(path: bytes) -> dict[int, str]:
        row = lookup.row(path)
        return parse_names(contents.get(int(stack.inode[row]), b"")) if row >= 0 else {}

    return Owners(names(USERS.encode()), names(GROUPS.encode()))


def parse_names(content: bytes) -> dict[int, str]:
    """Name by number, the third field of each line; the first line with a number wins, other lines are left out.

    >>> parse_names(b"root:x:0:0::/:/bin/sh\\ntoor:x:0:0\\n#\\nweb:x:33:\\n")
    {0: 'root', 33: 'web'}
    """
    names: dict[int, str] = {}
    for line in content.split(b"\n"):
        name, *others = line.split(b":", 3)
        if len(others) >= 2 and 0 < len(name) <= _NAME_BYTES and others[1].isdigit() and len(others[1]) <= 10:
            names.setdefault(int(others[1]), name.decode("utf-8", "backslashreplace"))
    return names
