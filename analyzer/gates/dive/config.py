"""`.dive-ci` files: three limits in YAML.

dive 0.13.1 knows ``lowestEfficiency`` and its like in any case, the versions after it ``lowest-efficiency``. What
dive passes over is an error here: a limit that nobody reads must not look like one that is kept.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import yaml

from ...errors import SettingsError
from ...settings import nearest
from .quantity import parse_bytes, parse_ratio
from .rules import RULE_NAMES, DiveRules

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DISABLED = "disabled"
RULES = "rules"


_PARSERS = {
    "lowest_efficiency": parse_ratio,
    "highest_wasted_bytes": parse_bytes,
    "highest_user_wasted_percent": parse_ratio,
}
_KEYS = {
    "lowestefficiency": "lowest_efficiency",
    "highestwastedbytes": "highest_wasted_bytes",
    "highestuserwastedpercent": "highest_user_wasted_percent",
} | {name.replace("_", "-"): name for name in _PARSERS}
_CURRENT = [name.replace("_", "-") for name in _PARSERS]


class _LineError(Exception):
    """What is wrong, and the node where."""

    def __init__(self, node: yaml.Node, text: str, hint: str | None = None) -> None:
        super().__init__(text)
        self.line = node.start_mark.line + 1
        self.hint = hint


def load_dive_rules(file: Path) -> DiveRules:
    """The limits that ``file`` sets, dive's own where it sets none; raises SettingsError with line and key."""
    try:
        text = file.read_text(encoding="utf-8")
    except OSError as error:
        raise SettingsError(f"cannot read {file}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"{file} is not UTF-8: {error}") from error
    return parse_dive_rules(text, str(file))


def parse_dive_rules(text: str, label: str) -> DiveRules:
    """The same of the text of a file, which errors call ``label``.

    >>> parse_dive_rules("rules: {lowestEfficiency: 0.95, highestWastedBytes: 20MB}", ".dive-ci")
    DiveRules(lowest_efficiency=0.95, highest_wasted_bytes=20000000, highest_user_wasted_percent=0.1)
    """
    try:
        return _rules(yaml.compose(text, Loader=yaml.SafeLoader))
    except yaml.MarkedYAMLError as error:
        line = f", line {error.problem_mark.line + 1}" if error.problem_mark else ""
        what = ", ".join(filter(None, (error.context, error.problem)))
        raise SettingsError(f"{label}{line}: not YAML: {what}") from error
    except yaml.YAMLError as error:
        raise SettingsError(f"{label}: not YAML: {str(error).partition(chr(10))[0]}") from error
    except RecursionError as error:
        raise SettingsError(f"{label} is nested too deeply") from error
    except _LineError as error:
        raise SettingsError(f"{label}, line {error.line}: {error}", hint=error.hint) from error


def _rules(document: yaml.Node | None) -> DiveRules:
    limits: dict[str, Any] = {}
    for key, node in _pairs(document, "the file"):
        if key.value.lower() in _KEYS:
            raise _LineError(key, f"{key.value} has to stand below {RULES}")
        if key.value.lower() != RULES:
            raise _LineError(key, f"there is no key {key.value}", nearest(key.value, [RULES]))
        limits |= dict(_limits(node))
    return DiveRules(**limits)


def _limits(rules: yaml.Node) -> Iterator[tuple[str, float | int | None]]:
    """The field and the limit of each rule that is set."""
    seen: set[str] = set()
    for key, node in _pairs(rules, RULES):
        name = _KEYS.get(key.value.lower())
        if name is None:
            known = _CURRENT if "-" in key.value else RULE_NAMES
            raise _LineError(key, f"there is no key {RULES}.{key.value}", nearest(key.value, known))
        if name in seen:
            raise _LineError(key, f"{RULES}.{key.value} is set twice")
        seen.add(name)
        if not _is_null(node):
            yield name, _limit(name, node, f"{RULES}.{key.value}")


def _limit(name: str, node: yaml.Node, key: str) -> float | int | None:
    if not isinstance(node, yaml.ScalarNode):
        raise _LineError(node, f"{key} has to be one value")
    if node.value == DISABLED:
        return None
    try:
        return _PARSERS[name](node.value, is_plain=node.style is None)
    except ValueError as error:
        raise _LineError(node, f"{key} {error}", f"to switch the rule off, write {DISABLED}") from error


def _pairs(node: yaml.Node | None, where: str) -> list[tuple[yaml.ScalarNode, yaml.Node]]:
    """Keys and values of a mapping; none of nothing."""
    if node is None or _is_null(node):
        return []
    if not isinstance(node, yaml.MappingNode):
        raise _LineError(node, f"{where} has to be a mapping of keys to values")
    seen: set[str] = set()
    for key, _ in node.value:
        if not isinstance(key, yaml.ScalarNode):
            raise _LineError(key, f"{where} has a key that is no text")
        if key.value.lower() in seen:
            raise _LineError(key, f"{key.value} is there twice")
        seen.add(key.value.lower())
    return list(node.value)


def _is_null(node: yaml.Node) -> bool:
    is_plain = isinstance(node, yaml.ScalarNode) and node.style is None
    return is_plain and re.fullmatch(r"~|null|Null|NULL|", node.value) is not None
