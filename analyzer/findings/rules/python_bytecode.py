"""Compiled files of Python."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec.structs import replace

from ...globs import Globs
from ..advice import said
from ..amending import after
from ..edits import at_the_end, cleared, with_option
from ..made import storing
from ..model import Rule
from ..naming import is_complete
from ..sweeping import free_folders, removal

if TYPE_CHECKING:
    from ...arrays import Ints
    from ..advice import Advice
    from ..context import Context
    from ..made import Edit
    from ..model import Finding

_EVERYWHERE = "find / -xdev -depth -name __pycache__ -exec rm -rf {} +"
_INSTALLED = r"(?s)/(?:site|dist)-packages/"
# What makes a virtual environment installs these by itself, and compiles them; pip does so where it runs.
_SEEDS = r"(?s)/(?:site|dist)-packages/(?:pip|setuptools|pkg_resources|_distutils_hack|wheel)/"
_COMMANDS = re.compile(r"[;&|\n]+")
_COMPILES_NOTHING_ELSE = re.compile(
    r"\s*(?:(?:\S*/)?(?:python[\d.]* -m )?(?:\S*/)?pip3? (?:install|download|wheel|check|list)|"
    r"cd|mkdir|rm|cp|mv|ln|echo|set|export|chown|chmod|useradd|groupadd|adduser|addgroup|true|:)(?:\s|\Z)"
)

_RUNS_PYTHON = re.compile(
    r"RUN .*\b(?:python[\d.]*|pip[\d.]*|pipenv|uv|poetry|conda|mamba|manage\.py|ansible)\b(?!/)", re.DOTALL
)
_NEVER = "PYTHONDONTWRITEBYTECODE"

_uncompiled = with_option(r"\bpip3? install\b", "--no-compile", _EVERYWHERE)


def find(rule: Rule, context: Context) -> list[Finding]:
    """One finding a layer that stores such files, with an edit that spares them all."""
    return storing(rule, context, context.visible_by(rule.globs), _edit(free_folders(context, rule)))


def _edit(free: Ints) -> Edit:
    """Have pip compile nothing where nobody else does; else remove what is compiled, and nobody compile it again."""

    def edit(context: Context, layer: int, names: Ints) -> Advice:
        if _is_all_by_pip(context, layer, names):
            here = _uncompiled
        else:
            here = cleared(free) if is_complete(removal(context, free, names)) else at_the_end(_EVERYWHERE)
        return _and_never_again(context, layer, here(context, layer, names))

    return edit


def _and_never_again(context: Context, layer: int, advice: Advice) -> Advice:
    """The advice, with what keeps later layers from storing the files that are spared here."""
    later = [
        each for each in range(layer + 1, len(context.instructions)) if _RUNS_PYTHON.match(context.instructions[each])
    ]
    if not later or any(each.startswith(f"{_NEVER}=") for each in context.metadata.config.variables):
        return advice
    line = f"ENV {_NEVER}=1"
    amended = (replace(each, amend=after(line, each.amend)) if each.amend else each for each in advice)
    why = f"with {line} before it: in layer {later[0]} Python compiles again what it imports and does not find"
    return (*amended, *said(why))


def _is_all_by_pip(context: Context, layer: int, names: Ints) -> bool:
    """Whether ``pip install`` alone compiled these files, and they are of what it installed."""
    verb, _, commands = context.instructions[layer].partition(" ")
    return (
        verb == "RUN"
        and "--no-compile" not in commands
        and all(map(_COMPILES_NOTHING_ELSE.match, filter(str.strip, _COMMANDS.split(commands))))
        and bool((context.matching(names, _INSTALLED) & ~context.matching(names, _SEEDS)).all())
    )


RULE = Rule(
    id="python-bytecode",
    title="Compiled files of Python",
    severity="size",
    meaning=(
        "Python compiles what it imports beside the sources. What installations compile makes the first start "
        "faster, and about doubles the size of the packages. Whether that is worth it depends on how often "
        "containers start. Where pip compiles nothing but what it installs, its option does it; who makes a virtual "
        "environment, or runs Python, compiles more."
    ),
    bad="RUN pip install flask",
    good="ENV PYTHONDONTWRITEBYTECODE=1\nRUN pip install --no-compile flask",
    find=find,
    globs=Globs(
        directories=("**/__pycache__",),
    ),
)
