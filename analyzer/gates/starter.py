"""A first settings file for an image: limits a little above what it is today."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from ..settings_gate import Forbidden, GateSettings, Required
from .amounts import BYTE_UNITS
from .demands import forbidden, required
from .outcome import PASSED
from .rules import rules_of
from .usual import BASELINE_FILE
from .weigh import weigh
from .weights import Asked

if TYPE_CHECKING:
    from ..analysis import Analysis
    from .figures import Value

_LIMITED = ("rootfs_bytes", "pull_bytes", "waste_bytes", "largest_file")
_LEAST, _MOST = 10_000, 5_000_000
"""Bytes of growth that a first file allows: noise of a build, and what nobody should fail to see."""
_DEMANDS = GateSettings(forbidden=Forbidden(secrets=True, setuid=True), required=Required(user=True))

_WHY = {"forbidden": "see imgscan findings", "required": "the image runs as root"}


def starter(image: Analysis, *, estimate_pull: bool = False) -> str:
    """The text of the file, in TOML. The image keeps all of its rules; those that it does not keep are comments."""
    weights = weigh(image, None, Asked((*_LIMITED, "efficiency", "layers"), estimate_pull=estimate_pull))
    found = weights.whole
    growth = _growth(int(found["rootfs_bytes"] or 0))
    return "\n".join([
        f"# Rules for {json.dumps(image.name)}: imgscan gate --help, imgscan gate --explain RULE",
        "",
        "[gate]",
        f'baseline = "{BASELINE_FILE}"  # what growth is counted from: imgscan gate --write-baseline writes it',
        "",
        "[gate.limits]  # today, and a tenth more",
        *(_bytes_line(key, found[key], estimated=weights.estimated and key == "pull_bytes") for key in _LIMITED),
        f"layers = {int(found['layers'] or 0) + 2}",
        f'efficiency = "{_share_below(found["efficiency"] or 0)}%"  # at least',
        "",
        "[gate.growth]  # from build to build: the larger of the two",
        f'rootfs_bytes = "max({_told(growth)}, 3%)"',
        f'# "own.rootfs_bytes" = "{_told(growth)}"  # without the layers of parent images',
        f'# pull_delta_bytes = {{ limit = "{_told(10 * growth)}", level = "warn" }}  # beside the baseline',
        "",
        "# [gate.creep]  # since it was last approved: imgscan baseline update --reason",
        f'# rootfs_bytes = "max({_told(2 * growth)}, 10%)"',
        "",
        *_demands(image),
        "# [gate.packages]",
        '# "python:*" = "100 MB"',
        "",
        "# [[gate.allow]]  # an exception holds to the end of its day",
        '# rule = "limits.rootfs_bytes"',
        '# reason = "why"',
        "# until = 2030-12-31",
        "",
    ])  # fmt: skip


def _bytes_line(key: str, found: Value, *, estimated: bool) -> str:
    if found is None:
        return f'# {key} = "100 MB"  # not known of plain layers: give --estimate-pull with it'
    line = f'{key} = "{_rounded_up(int(found))}"'
    return f"{line}  # estimated: judge it with --estimate-pull" if estimated else line


def _rounded_up(found: int) -> str:
    """A tenth more, in two digits that say at least as much.

    >>> _rounded_up(463_954), _rounded_up(0), _rounded_up(1_000_000)
    ('520 kB', '0 B', '1.1 MB')
    """
    more = -(-found * 11 // 10)
    step = 10 ** max(len(str(more)) - 2, 0)
    return _told(-(-more // step) * step)


def _growth(rootfs: int) -> int:
    """A tenth of the root filesystem in one digit, within bounds: of a tiny image megabytes would be any growth at all.

    >>> _growth(463_954), _growth(12), _growth(10**9)
    (50000, 10000, 5000000)
    """
    tenth = min(max(rootfs // 10, _LEAST), _MOST)
    step = 10 ** (len(str(tenth)) - 1)
    return -(-tenth // step) * step


def _told(number: int) -> str:
    size, unit = max((size, unit) for unit, size in BYTE_UNITS.items() if "i" not in unit and size <= max(number, 1))
    return f"{number / size:g} {unit}"


def _share_below(share: float) -> int:
    """Whole percent, some below."""
    return max(int(share * 100) - 5, 0)


def _demands(image: Analysis) -> list[str]:
    rules = rules_of(_DEMANDS)
    lines = []
    for table, judged in (("forbidden", forbidden(rules, image)), ("required", required(rules, image, None))):
        lines.append(f"[gate.{table}]")
        for each in judged:
            kept = each.status == PASSED
            line = f"{each.key.removeprefix(f'{table}.')} = true"
            lines.append(line if kept else f"# {line}  # not yet: {_WHY[table]}")
        lines.append("")
    return lines
