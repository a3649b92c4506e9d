"""What does not fit in a settings file: the key as it stands there, and what it has to be in the words of TOML."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

from msgspec import Struct, inspect

if TYPE_CHECKING:
    from collections.abc import Iterator

Keys = tuple[str | int, ...]
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_INTEGERS = 2**63  # TOML, v1.0.0, Integer: what 64 bits do not hold has to be an error
_NAMES = {str: "string", bool: "boolean", int: "integer", float: "number", list: "array", dict: "table", date: "date"}
_NAMES |= {datetime: "date with a time", time: "time"}  # which have another type than a date alone
_TYPES: dict[type[inspect.Type], tuple[type, ...]] = {
    inspect.StructType: (dict,),
    inspect.DictType: (dict,),
    inspect.ListType: (list,),
    inspect.VarTupleType: (list,),
    inspect.StrType: (str,),
    inspect.BoolType: (bool,),
    inspect.IntType: (int,),
    inspect.FloatType: (float, int),
    inspect.DateType: (date,),
}


class Misfit(Struct, frozen=True):
    """What is wrong with which key; ``known`` are the words of which one may have been meant by ``word``.

    ``at`` are the keys that lead there from the top of the settings.
    """

    text: str
    at: Keys = ()
    word: str = ""
    known: tuple[str, ...] = ()
    hint: str | None = None


def misfit(value: Any, kind: inspect.Type, at: Keys = ()) -> Misfit | None:
    """The first thing in ``value`` that does not fit ``kind``; None where all of it fits. ``at`` leads to ``value``."""
    if isinstance(value, int) and not -_INTEGERS <= value < _INTEGERS:
        return Misfit(f"{dotted(at)} is more than an integer can be", at)
    if isinstance(kind, inspect.UnionType):
        return _misfit_of_all(value, kind, at)
    if isinstance(kind, inspect.LiteralType):
        return _choice(value, list(kind.values), at)
    if not _is_of(value, kind):
        return _other_type(value, [kind], at)
    if not _is_in_range(value, kind):
        return Misfit(f"{dotted(at)} cannot be {value}", at)
    inside = (misfit(*part) for part in _parts(value, kind, at))
    return _unknown(value, kind, at) or _missing(value, kind, at) or next((each for each in inside if each), None)


def dotted(at: Keys) -> str:
    """Keys as TOML writes them: ``findings.severity."a b"``, with the place in an array behind, from 1 on."""
    return "".join(
        f" (entry {each + 1})" if isinstance(each, int) else f".{_quoted(each)}" for each in at
    ).removeprefix(".")


def _quoted(key: str) -> str:
    return key if _BARE_KEY.fullmatch(key) else '"' + key.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _is_of(value: Any, kind: inspect.Type) -> bool:
    return type(value) in _TYPES[type(kind)]


def _is_in_range(value: Any, kind: inspect.Type) -> bool:
    """Whether a number is within its bounds, where it has some; what is no number is within none."""
    if not isinstance(kind, inspect.IntType | inspect.FloatType):
        return True
    return (kind.ge is None or value >= kind.ge) and (kind.le is None or value <= kind.le)


def _other_type(value: Any, kinds: list[inspect.Type], at: Keys) -> Misfit:
    names = list(dict.fromkeys(_a(_name_of(each)) for each in kinds))
    expected = " or ".join(filter(None, (", ".join(names[:-1]), names[-1])))
    text = f"{dotted(at) or 'it'} has to be {expected}, not {_a(_NAMES[type(value)])}"
    quoted = isinstance(value, str) and _NAMES[date] in {_name_of(each) for each in kinds}
    return Misfit(text, at, hint="write it without quotes, such as 2030-01-31" if quoted else None)


def _misfit_of_all(value: Any, union: inspect.UnionType, at: Keys) -> Misfit | None:
    """Of the kind that the value seems to be meant as."""
    kinds = [each for each in union.types if not isinstance(each, inspect.NoneType)]
    meant = [misfit(value, each, at) for each in kinds if _is_of(value, each)]
    if not meant:
        return _other_type(value, kinds, at)
    return None if None in meant else meant[0]


def _parts(value: Any, kind: inspect.Type, at: Keys) -> Iterator[tuple[Any, inspect.Type, Keys]]:
    """What is inside a value that is of the right type itself."""
    if isinstance(kind, inspect.StructType):
        for field in kind.fields:
            if field.encode_name in value:
                yield value[field.encode_name], field.type, (*at, field.encode_name)
    elif isinstance(kind, inspect.DictType):
        for name, each in value.items():
            yield each, kind.value_type, (*at, name)
    elif isinstance(kind, inspect.ListType | inspect.VarTupleType):
        for place, each in enumerate(value):
            yield each, kind.item_type, (*at, place)


def _unknown(value: Any, kind: inspect.Type, at: Keys) -> Misfit | None:
    if not isinstance(kind, inspect.StructType) or not kind.forbid_unknown_fields:
        return None
    known = tuple(field.encode_name for field in kind.fields)
    name = next((name for name in value if name not in known), None)
    if name is None:
        return None
    text, below = f"there is no key {dotted((*at, name))}", _below(kind, name)
    if below is None:
        return Misfit(text, (*at, name), name, known)
    return Misfit(text, (*at, name), hint=f"{name} belongs below {dotted((*at, below))}")


def _below(kind: inspect.StructType, name: str) -> str | None:
    """The key of ``kind`` whose table has the key ``name``; None where none has it, or several."""
    tables = [(field.encode_name, field.type) for field in kind.fields]
    found = [key for key, each in tables if isinstance(each, inspect.StructType) and _has(each, name)]
    return found[0] if len(found) == 1 else None


def _has(kind: inspect.StructType, name: str) -> bool:
    return any(field.encode_name == name for field in kind.fields)


def _missing(value: Any, kind: inspect.Type, at: Keys) -> Misfit | None:
    if not isinstance(kind, inspect.StructType):
        return None
    needed = [field.encode_name for field in kind.fields if field.required]
    name = next((each for each in needed if each not in value), None)
    if name is None:
        return None
    hint = f"it needs {', '.join(needed)}" if len(needed) > 1 else None
    return Misfit(f"{dotted(at) or 'it'} has no {name}", at, hint=hint)


def _choice(value: Any, choices: list[Any], at: Keys) -> Misfit | None:
    if value in choices:
        return None
    return Misfit(f"{dotted(at)} cannot be {value!r}", at, str(value), tuple(map(str, choices)))


def _name_of(kind: inspect.Type) -> str:
    if isinstance(kind, inspect.ListType | inspect.VarTupleType) and type(kind.item_type) in _TYPES:
        return f"array of {_name_of(kind.item_type)}s"
    return _NAMES[_TYPES[type(kind)][0]]


def _a(noun: str) -> str:
    return f"an {noun}" if noun[0] in "aeiou" else f"a {noun}"
