"""What each rule asks, in words: the documentation and `--explain` are made from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from ..errors import UsageError
from ..settings import nearest
from .dive.rules import RULE_NAMES
from .figures import FIGURES, OWN

if TYPE_CHECKING:
    from .figures import Figure

_OWN = "With own. in front it is that of own layers, without those of parent images."


class Explained(Struct, frozen=True):
    """A table of rules, or one with a name of its own: what it asks, and how it is written."""

    key: str
    asks: str
    example: str
    more: str = ""


EXPLAINED = (
    Explained("limits", "a figure is at most this much; efficiency: at least", 'rootfs_bytes = "300 MB"', _OWN),
    Explained(
        "growth",
        "a figure is at most so much more than in the baseline",
        'rootfs_bytes = "max(5 MB, 3%)"',
        f"Without a baseline it is not judged, and a note says so. {_OWN}",
    ),
    Explained(
        "growth.pull_delta_bytes",
        "a host that has the baseline pulls at most this much",
        'pull_delta_bytes = "max(20 MB, 10%)"',
        "That is each blob that the baseline lacks, the config too. A share is one of all that is to be pulled of the "
        "baseline. The size of plain layers is not known, save with --estimate-pull.",
    ),
    Explained(
        "creep",
        "a figure is at most so much more than somebody last approved of",
        'rootfs_bytes = "5%"',
        "Only a baseline file knows what was approved, when and why (imgscan baseline update --reason). Many small "
        "steps may not come to more than this. Without a baseline it is not judged, and a note says so. "
        f"{_OWN}",
    ),
    Explained(
        "paths",
        "files at paths that a glob matches, or below, take at most this much",
        '"usr/share/doc/**" = "1 MB"',
        "Counted is what a container sees, hard links of one file once.",
    ),
    Explained(
        "packages",
        "packages of such a name take at most this much together",
        '"python:numpy" = "80 MB"',
        "A package is named alone or with its type, with * and in any case. Its bytes are those of its files that are "
        "really there.",
    ),
    Explained(
        "layers",
        "layers whose instruction matches hold at most this much together",
        '"RUN pip install*" = "60 MB"',
        "Counted are file bytes. The instruction is written as imgscan history writes it, on one line. Where nobody "
        "knows what made a layer with files, that is trouble; where that is a parent's layer, as of docker import, "
        "--own --parent IMAGE judges those above it.",
    ),
    Explained(
        "growth-of-paths",
        "what is at a glob grows by at most this much",
        '"srv/**" = "max(1 MB, 5%)"',
        "Counted as for paths. A saved report does not know it.",
    ),
    Explained(
        "growth-of-packages",
        "packages of such a name grow by at most this much together",
        '"python:*" = "10 MB"',
        "Counted as for packages. What the baseline has not is nothing there, and all of it is growth.",
    ),
    Explained("forbidden.paths", "no path that a container sees matches", 'paths = ["**/.git/**"]'),
    Explained(
        "forbidden.paths-in-any-layer",
        "no path matches in any layer, even where a later one removes it",
        'paths-in-any-layer = ["**/id_ed25519"]',
    ),
    Explained("forbidden.packages", "no package of such a name is installed", 'packages = ["gcc-*"]'),
    Explained(
        "forbidden.findings",
        "imgscan findings has none of these rules",
        'findings = ["removed-files"]',
        "Paths that [findings.ignore-paths] leaves out are left out here too.",
    ),
    Explained(
        "forbidden.setuid",
        "no program that a container sees runs as its owner or group",
        "setuid = true",
        "The same as the finding setuid-files.",
    ),
    Explained(
        "forbidden.secrets",
        "no layer, variable or instruction has a secret, even where a later layer removes it",
        "secrets = true",
        "The same as the findings secret-files, secret-values and private-keys.",
    ),
    Explained("required.paths", "a container sees a path for each of the globs", 'paths = ["etc/ssl/certs/*"]'),
    Explained("required.labels", "the config has these labels, and not empty", 'labels = ["com.acme.team"]'),
    Explained("required.user", "the image does not run as root", "user = true"),
    Explained(
        "required.baseline",
        "the baseline has something on the image, so that growth is judged",
        "baseline = true",
        "With --write-baseline, which adds the image, it is not asked.",
    ),
)  # fmt: skip
"""In the order in which they are documented."""

_BY_KEY = {each.key: each for each in EXPLAINED}
_OF_FIGURES = ("limits", "growth", "creep")
_AMOUNTS = {"bytes": '"300 MB"', "share": '"90%"', "count": "20"}


def rule_keys() -> list[str]:
    """Every rule that has a name of its own, and each table whose rules are named by the user."""
    of_figures = [f"limits.{key}" for key in FIGURES]
    in_bytes = [key for key, each in FIGURES.items() if each.unit == "bytes"]
    of_growth = [f"{table}.{key}" for table in ("growth", "creep") for key in in_bytes]
    others = [key for key in _BY_KEY if key not in _OF_FIGURES]
    return [*of_figures, *of_growth, *others, *(f"dive.{name}" for name in RULE_NAMES)]


def explain(key: str) -> str:
    """A rule in words, with an example; without a table in front it is a limit. Raises UsageError for none."""
    table, _, name = key.partition(".")
    if key in _BY_KEY or (table in _BY_KEY and table not in _OF_FIGURES):
        each = _BY_KEY.get(key) or _BY_KEY[table]
        return _told(each, key, each.example)
    if table == "dive" and name in RULE_NAMES:
        return f"{key}\n\nAs dive judges it by its .dive-ci file, which --dive-ci names; see docs/dive.md.\n"
    table, name = (table, name) if table in _OF_FIGURES else ("limits", key)
    figure = FIGURES.get(name.removeprefix(OWN))
    if figure is None or (table != "limits" and figure.unit != "bytes"):
        own = [f"{OWN}{each}" for each in FIGURES]
        hint = nearest(key, [*_OF_FIGURES, *rule_keys()], also=[*FIGURES, *own, *(f"limits.{each}" for each in own)])
        raise UsageError(f"there is no rule {key!r}", hint=hint)
    return _of_figure(table, name, figure)


def in_short(key: str) -> str:
    """What a rule of a verdict asks, in one sentence."""
    table, _, name = key.partition(".")
    if table == "dive":
        return f"A rule of dive, {name}." if name in RULE_NAMES else "A rule of dive."
    each = _BY_KEY.get(key) or _BY_KEY.get(table)
    figure = FIGURES.get(name.removeprefix(OWN)) if table in _OF_FIGURES else None
    return _sentence((each.asks if each else "a rule of a gate") + (f" ({figure.meaning})" if figure else ""))


def _sentence(words: str) -> str:
    return f"{words[0].upper()}{words[1:]}."


def _of_figure(table: str, name: str, figure: Figure) -> str:
    amount = '"max(5 MB, 3%)"' if table != "limits" else _AMOUNTS[figure.unit]
    quoted = f'"{name}"' if "." in name else name
    return _told(_BY_KEY[table], f"{table}.{name}, {figure.meaning}", f"{quoted} = {amount}")


def _told(each: Explained, key: str, example: str) -> str:
    table = each.key.partition(".")[0]
    more = f"\n{each.more}\n" if each.more else ""
    to_warn = f"\nTo warn only:\n\n    [gate.{table}]\n    {_to_warn(example)}\n"
    return f"{key}\n\n{_sentence(each.asks)}\n\n    [gate.{table}]\n    {example}\n{to_warn}{more}"


def _to_warn(example: str) -> str:
    """The example with the level in it.

    >>> _to_warn('user = true'), _to_warn('labels = ["a"]')
    ('user = { level = "warn" }', 'labels = { names = ["a"], level = "warn" }')
    """
    name, _, value = example.partition(" = ")
    said = "" if value == "true" else f"{'names' if value.startswith('[') else 'limit'} = {value}, "
    return f'{name} = {{ {said}level = "warn" }}'
