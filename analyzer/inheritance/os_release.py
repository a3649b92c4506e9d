"""Evidence `os-release`: what the distribution's own file says, os-release(5)."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

PATHS = ("etc/os-release", "usr/lib/os-release")
FIELDS = ("ID", "VERSION_ID", "VERSION_CODENAME", "PRETTY_NAME", "NAME", "VERSION")
_ASSIGNMENT = re.compile(r"([A-Z][A-Z0-9_]*)=(.*)")
_VALUE_LENGTH = 200
_CONTENT_BYTES = 64 * 1024


def parse_os_release(content: bytes) -> dict[str, str]:
    """The fields of `FIELDS` that the file sets, quotes undone; a field set twice has its last value.

    Lines that are no assignment, or whose quotes do not close, are left out: the file is the image's.

    >>> parse_os_release(b'ID=debian\\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\\n')
    {'ID': 'debian', 'PRETTY_NAME': 'Debian GNU/Linux 12 (bookworm)'}
    """
    found = {}
    for line in content[:_CONTENT_BYTES].decode("utf-8", "replace").splitlines():
        assignment = _ASSIGNMENT.fullmatch(line.strip())
        value = _unquoted(assignment[2]) if assignment and assignment[1] in FIELDS else None
        if assignment and value:
            found[assignment[1]] = value[:_VALUE_LENGTH]
    return {field: found[field] for field in FIELDS if field in found}


def distribution(fields: Mapping[str, str]) -> str | None:
    """What to call the distribution, None where nothing names it.

    >>> distribution({"ID": "alpine", "VERSION_ID": "3.19.1"})
    'alpine 3.19.1'
    """
    if "PRETTY_NAME" in fields:
        return fields["PRETTY_NAME"]
    name = fields.get("NAME") or fields.get("ID")
    version = fields.get("VERSION") or fields.get("VERSION_ID")
    return " ".join(filter(None, (name, version))) if name else None


def _unquoted(value: str) -> str | None:
    try:
        words = shlex.split(value)
    except ValueError:
        return None
    return words[0] if len(words) == 1 else None
