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
from ..toml import line_of_long_key, line_of_long_number, told_with_line
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
_HINT = "take it from the last commit"
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
    baseline = _converted(_parsed(content, where), where)
    for key, snapshot in _snapshots(baseline):
        _check(snapshot, f"{where}: {key}")
    return baseline


def _parsed(content: bytes, where: str) -> dict[str, Any]:
    try:
        text = content.decode("utf-8-sig")  # editors of Windows begin with a mark
        _check_text(text, where)
        return tomllib.loads(text)
    except RecursionError as error:
        raise BaselineError(f"{where} is nested too deeply", hint=_HINT) from error
    except UnicodeDecodeError as error:
        line, why = content.count(b"\n", 0, error.start) + 1, "it is not UTF-8"
    except tomllib.TOMLDecodeError as error:
        message, line = told_with_line(text, str(error))
        why = "a name that is there already" if message.startswith("Cannot") else "it is not TOML"
    except ValueError:
        line, why = line_of_long_number(text), "a number of too many digits"
    raise BaselineError(f"{where}, line {line}: damaged: {why}", hint=_HINT)


def _check_text(text: str, where: str) -> None:
    """Raises BaselineError for a file with both sides of a merge in it, or one that would take long to read."""
    conflict = _CONFLICT.search(text)
    if conflict:
        first = text.count("\n", 0, conflict.start()) + 1
        hint = "take one side, then imgscan baseline update"
        raise BaselineError(f"{where}, line {first}: a merge left its marks", hint=hint)
    line = line_of_long_key(text, _PARTS)
    if line is not None:
        raise BaselineError(f"{where}, line {line}: damaged: a key of too many parts", hint=_HINT)


def _converted(found: dict[str, Any], where: str) -> Baseline:
    wrong = misfit(found, type_info(Baseline))
    if wrong:
        raise BaselineError(f"{where}: {wrong.text}", hint=nearest(wrong.word, wrong.known) if wrong.known else None)
    return msgspec.convert(found, Baseline)


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
            if FIGURES[key].unit != "share" and value != int(value):
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
