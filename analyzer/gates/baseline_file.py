"""The file of a baseline: TOML, sorted, a line a figure, so that a commit shows what grew and merges where it can."""

from __future__ import annotations

import re
import tomllib
from datetime import date
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec.inspect import type_info

from ..errors import BaselineError
from ..settings import nearest
from ..settings_check import misfit
from ..toml import line_of_long_key
from .baseline import PLAIN, Baseline
from .figures import FIGURES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from .baseline import Snapshot

BASELINE_BYTES_LIMIT = 16 * 1024**2
_KEY = "imgscan-baseline"
_LOOKED_AT = 4096
_HEAD = "# What images weighed when somebody approved of it; imgscan baseline update writes this.\n"
_CONFLICT = re.compile(r"^(<{7}|\|{7}|={7}|>{7})(?=[ \r]|$)", re.MULTILINE)
_PARTS = 8  # of a key, more than any that is written


def is_baseline(start: bytes) -> bool:
    """Whether a file that begins like this is a baseline, damaged or not."""
    looked_at = start[:_LOOKED_AT]
    return b"\0" not in looked_at and _KEY.encode() in looked_at


def encoded(baseline: Baseline) -> bytes:
    """The file; equal baselines give equal bytes."""
    import tomli_w  # escapes what names may have in them

    content = msgspec.to_builtins(baseline, builtin_types=(date,), order="sorted")
    images = content.pop("images")
    return (_HEAD + tomli_w.dumps({_KEY: content[_KEY], "images": images})).encode()


def read_baseline(file: Path) -> Baseline:
    """What is in the file. Raises BaselineError."""
    try:
        with file.open("rb") as opened:
            content = opened.read(BASELINE_BYTES_LIMIT + 1)
    except OSError as error:
        raise BaselineError(f"cannot read {file}: {error.strerror}") from error
    if len(content) > BASELINE_BYTES_LIMIT:
        raise BaselineError(f"{file} has more than {BASELINE_BYTES_LIMIT:,} bytes")
    return decoded(content, str(file))


def decoded(content: bytes, where: str) -> Baseline:
    """The baseline in a file. Raises BaselineError that begins with ``where``."""
    try:
        text = content.decode()
        _check_text(text, where)
        found = tomllib.loads(text)
    except RecursionError as error:
        raise BaselineError(f"{where} is nested too deeply") from error
    except ValueError as error:
        raise BaselineError(f"{where} is damaged: {error}", hint="take it from the last commit") from error
    baseline = _converted(found, where)
    for key, snapshot in _snapshots(baseline):
        _check(snapshot, f"{where}: {key}")
    return baseline


def _check_text(text: str, where: str) -> None:
    """Raises BaselineError for a file with both sides of a merge in it, or one that would take long to read."""
    conflict = _CONFLICT.search(text)
    if conflict:
        first = text.count("\n", 0, conflict.start()) + 1
        hint = "take one side, then imgscan baseline update"
        raise BaselineError(f"{where}: a merge left its marks, the first in line {first}", hint=hint)
    line = line_of_long_key(text, _PARTS)
    if line is not None:
        raise BaselineError(f"{where} is damaged: a key of too many parts in line {line}")


def _converted(found: dict[str, Any], where: str) -> Baseline:
    wrong = misfit(found, type_info(Baseline))
    if wrong:
        raise BaselineError(f"{where}: {wrong.text}", hint=nearest(wrong.word, wrong.known) if wrong.known else None)
    try:
        return msgspec.convert(found, Baseline)
    except msgspec.ValidationError as error:
        raise BaselineError(f"{where}: {error}") from error


def _snapshots(baseline: Baseline) -> Iterator[tuple[str, Snapshot]]:
    for name, platforms in baseline.images.items():
        for platform, entry in platforms.items():
            yield f"{name} for {platform}, approved", entry.approved
            if entry.newest is not None:
                yield f"{name} for {platform}, newest", entry.newest


def _check(snapshot: Snapshot, where: str) -> None:
    """Raises BaselineError for figures that nothing measured."""
    for figures in (snapshot.whole, snapshot.own or {}):
        for key, value in figures.items():
            if key not in FIGURES:
                raise BaselineError(f"{where}: there is no figure {key}", hint=nearest(key, FIGURES))
            if not 0 <= value < 2**63 or (FIGURES[key].unit != "share" and value != int(value)):
                raise BaselineError(f"{where}: {key} cannot be {value}")
    odd = next((each for each in snapshot.blobs.values() if isinstance(each, str) and each != PLAIN), None)
    if odd is not None:
        raise BaselineError(f"{where}: a blob cannot be {odd!r}")
    total = snapshot.whole.get("rootfs_bytes")
    if total is None:
        raise BaselineError(f"{where}: rootfs_bytes is missing")
    told = snapshot.unowned + sum(snapshot.packages.values())
    if told > total or (told != total and not snapshot.packages_left_out):
        raise BaselineError(f"{where}: packages and the rest sum up to {told:,} bytes, rootfs_bytes is {total:,}")
