"""A first settings file for an image: limits a little above what it is today."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from ..settings_gate import Forbidden, GateSettings, Required
from .amounts import BYTE_UNITS
from .demands import forbidden, required
from .outcome import PASSED
from .rules import rules_of
from .weigh import weigh
from .weights import Asked

if TYPE_CHECKING:
    from ..analysis import Analysis
    from .figures import Value

_LIMITED = ("rootfs_bytes", "pull_bytes", "waste_bytes", "largest_file")
_DEMANDS = GateSettings(forbidden=Forbidden(secrets=True, setuid=True), required=Required(user=True))

_WHY = {"forbidden": "see imgscan findings", "required": "the image runs as root"}


def starter(image: Analysis, *, estimate_pull: bool = False) -> str:
    """The text of the file, in TOML. The image keeps all of its rules; those that it does not keep are comments."""
    weights = weigh(image, None, Asked((*_LIMITED, "efficiency", "layers"), estimate_pull=estimate_pull))
    found = weights.whole
    return "\n".join([
        f"# Rules for {json.dumps(image.name)}: imgscan gate --help, imgscan gate --explain RULE",
        "",
        "[gate.limits]  # today, and a tenth more",
        *(_bytes_line(key, found[key], estimated=weights.estimated and key == "pull_bytes") for key in _LIMITED),
        f"layers = {int(found['layers'] or 0) + 2}",
        f'efficiency = "{_share_below(found["efficiency"] or 0)}%"  # at least',
        "",
        "[gate.growth]  # against --baseline: the larger of the two",
        'rootfs_bytes = "max(5 MB, 3%)"',
        '# "own.rootfs_bytes" = "5 MB"  # without the layers of parent images',
        '# pull_delta_bytes = { limit = "50 MB", level = "warn" }  # what a host pulls that has the baseline',
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
    more = -(-more // step) * step
    size, unit = max((size, unit) for unit, size in BYTE_UNITS.items() if "i" not in unit and size <= max(more, 1))
    return f"{more / size:g} {unit}"


def _share_below(share: float) -> int:
    """Whole percent, some below."""
    return max(int(share * 100) - 5, 0)


def _demands(image: Analysis) -> list[str]:
    rules = rules_of(_DEMANDS)
    lines = []
    for table, judged in (("forbidden", forbidden(rules, image)), ("required", required(rules, image))):
        lines.append(f"[gate.{table}]")
        for each in judged:
            kept = each.status == PASSED
            line = f"{each.key.removeprefix(f'{table}.')} = true"
            lines.append(line if kept else f"# {line}  # not yet: {_WHY[table]}")
        lines.append("")
    return lines
