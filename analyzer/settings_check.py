"""What does not fit in a settings file: the key as it stands there, and what it has to be in the words of TOML."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from msgspec import inspect

if TYPE_CHECKING:
    from collections.abc import Iterator

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_NAMES = {str: "string", bool: "boolean", int: "integer", float: "number", list: "array", dict: "table"}
_TYPES: dict[type[inspect.Type], tuple[type, ...]] = {
    inspect.StructType: (dict,),
    inspect.DictType: (dict,),
    inspect.ListType: (list,),
    inspect.VarTupleType: (list,),
    inspect.StrType: (str,),
    inspect.BoolType: (bool,),
    inspect.IntType: (int,),
    inspect.FloatType: (float, int),
}


@dataclass(frozen=True)
class Misfit:
    """What is wrong with which key; ``known`` are the words of which one may have been meant by ``word``."""

    text: str
    word: str = ""
    known: tuple[str, ...] = ()


def misfit(value: Any, kind: inspect.Type, key: str = "") -> Misfit | None:
    """The first thing in ``value`` that does not fit ``kind``; None where nothing is seen.

    Kinds that are not listed above are left to whoever decodes them.
    """
    if isinstance(kind, inspect.UnionType):
        found = [misfit(value, each, key) for each in kind.types if not isinstance(each, inspect.NoneType)]
        return None if None in found else found[0]
    if isinstance(kind, inspect.LiteralType):
        return _choice(value, list(kind.values), key)
    expected = _TYPES.get(type(kind))
    if expected is None:
        return None
    if type(value) not in expected:
        return Misfit(
            f"{key or 'it'} has to be {_a(_name_of(kind))}, not {_a(_NAMES.get(type(value), 'date or time'))}"
        )
    inside = (misfit(*part) for part in _parts(value, kind, key))
    return _unknown(value, kind, key) or next((each for each in inside if each), None)


def dotted(key: str, part: str) -> str:
    """A key inside a table, as TOML writes it: ``findings.severity."a b"``."""
    part = part if _BARE_KEY.fullmatch(part) else '"' + part.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return f"{key}.{part}" if key else part


def _parts(value: Any, kind: inspect.Type, key: str) -> Iterator[tuple[Any, inspect.Type, str]]:
    """What is inside a value that is of the right type itself."""
    if isinstance(kind, inspect.StructType):
        for field in kind.fields:
            if field.encode_name in value:
                yield value[field.encode_name], field.type, dotted(key, field.encode_name)
    elif isinstance(kind, inspect.DictType):
        for name, each in value.items():
            yield each, kind.value_type, dotted(key, name)
    elif isinstance(kind, inspect.ListType | inspect.VarTupleType):
        for at, each in enumerate(value):
            yield each, kind.item_type, f"{key}[{at}]"


def _unknown(value: Any, kind: inspect.Type, key: str) -> Misfit | None:
    if not isinstance(kind, inspect.StructType) or not kind.forbid_unknown_fields:
        return None
    known = tuple(field.encode_name for field in kind.fields)
    name = next((name for name in value if name not in known), None)
    return None if name is None else Misfit(f"there is no key {dotted(key, name)}", name, known)


def _choice(value: Any, choices: list[Any], key: str) -> Misfit | None:
    if value in choices:
        return None
    return Misfit(f"{key} cannot be {value!r}", str(value), tuple(map(str, choices)))


def _name_of(kind: inspect.Type) -> str:
    if isinstance(kind, inspect.ListType | inspect.VarTupleType) and type(kind.item_type) in _TYPES:
        return f"array of {_name_of(kind.item_type)}s"
    return _NAMES[_TYPES[type(kind)][0]]


def _a(noun: str) -> str:
    return f"an {noun}" if noun[0] in "aeiou" else f"a {noun}"
