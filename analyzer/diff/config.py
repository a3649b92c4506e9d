"""What differs in the configurations of two images: every field, variables and labels one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .side import Side

# Lists and maps of which each item counts by itself, and how one of them is told from the others.
_PAIRS = ("Env",)
_SETS = ("ExposedPorts", "Volumes")
# What Docker's first builder leaves behind: the image or container of the step before. Any rebuild changes it.
_INCIDENTAL = ("Image", "Hostname", "Container", "ContainerConfig")


class ConfigChange(msgspec.Struct, frozen=True):
    """A field such as ``Env.PATH`` or ``Entrypoint`` with both values as text; None where it is not set."""

    field: str
    old: str | None
    new: str | None


def compare_configs(old: Side, new: Side, *, times: bool = False) -> tuple[ConfigChange, ...]:
    """The fields that differ, in the order of their names; ``times`` takes also what any rebuild changes."""
    before, after = _fields(old, times=times), _fields(new, times=times)
    names = sorted(before.keys() | after.keys())
    changes = (ConfigChange(name, before.get(name), after.get(name)) for name in names)
    return tuple(each for each in changes if each.old != each.new)


def _fields(side: Side, *, times: bool) -> dict[str, str]:
    """Every field that is set, by its name; empty lists and maps are not."""
    config = side.metadata.config
    fields = {"os": config.os, "architecture": config.architecture, "variant": config.variant}
    fields |= {"os.version": config.os_version, "author": config.author}
    if times:
        fields["created"] = config.created
    for name, value in (config.config or {}).items():
        if times or name not in _INCIDENTAL:
            fields |= dict(parts(name, value))
    return {name: value for name, value in fields.items() if value}


def parts(name: str, value: Any) -> Iterator[tuple[str, str]]:
    """A field of the configuration as names and texts: variables, labels and the like one by one."""
    if name in _PAIRS and isinstance(value, list):
        for item in value:
            key, _, rest = str(item).partition("=")
            yield f"{name}.{key}", rest or '""'
    elif name in _SETS and isinstance(value, dict):
        for key in value:
            yield f"{name}.{key}", "yes"
    elif isinstance(value, dict):
        for key, item in value.items():
            yield f"{name}.{key}", _text(item)
    elif value:  # Docker writes out what others leave to the default: false, nothing, nobody
        yield name, _text(value)


def _text(value: Any) -> str:
    """A value on one line, as JSON where it is no text."""
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()
