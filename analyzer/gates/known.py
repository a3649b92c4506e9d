"""What a rule is about, looked up in weights: what these do not know is trouble, never nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..errors import UnknownFigureError
from .found import bytes_of, is_one

if TYPE_CHECKING:
    from .rules import Growth
    from .weights import Weights

_PACKAGES = "take the image itself as the baseline, or a report that was saved with a larger --top"
_LEFT_OUT = "name one that it has with its type, as python:numpy, or take the image itself as the baseline"
_COMPRESSED = "give --estimate-pull, save the image with compressed layers, or drop the rule"


def figure(weights: Weights, name: str, key: str, *, own: bool) -> float:
    """A figure, of own layers with ``own``. Raises UnknownFigureError."""
    value = (weights.own if own else weights.whole).get(name)
    if value is None:
        raise _unknown(weights, key, f"{name} is not known", _COMPRESSED if name == "pull_bytes" else None)
    return value


def bytes_at(weights: Weights, glob: str, key: str) -> int:
    """What a container sees at a glob. Raises UnknownFigureError."""
    found = (weights.paths or {}).get(glob)
    if found is None:
        raise _unknown(weights, key, f"what {glob} takes is not known")
    return found


def bytes_of_packages(weights: Weights, pattern: str, key: str) -> int:
    """What packages of such a name take. Raises UnknownFigureError."""
    if weights.packages is None:
        raise _unknown(weights, key, "what its packages take is not known", _PACKAGES)
    if weights.packages_left_out and not is_one(weights.packages, pattern):
        reason = f"only its {len(weights.packages):,} largest packages are known, {weights.packages_left_out:,} are not"
        raise _unknown(weights, key, reason, _LEFT_OUT)
    return bytes_of(weights.packages, pattern)


def grown(weights: Weights, rule: Growth) -> float:
    """What a rule about growth compares, before or after. Raises UnknownFigureError."""
    if rule.of == "paths":
        return bytes_at(weights, rule.name, rule.key)
    if rule.of == "packages":
        return bytes_of_packages(weights, rule.name, rule.key)
    return figure(weights, rule.name, rule.key, own=rule.of == "own figure")


def approved(baseline: Weights, rules: tuple[Growth, ...]) -> Weights:
    """What was last approved; whatever there is where no rule asks. Raises UnknownFigureError where nobody knows."""
    if rules and baseline.approved is None:
        raise UnknownFigureError(
            f"{baseline.name}: {rules[0].key} cannot be judged: what was approved is not known",
            hint="only a baseline file tells: imgscan baseline update",
        )
    return baseline.approved or baseline


def pull_delta(weights: Weights, baseline: Weights, key: str) -> int:
    """What a host has to pull that holds the baseline: each blob once that it lacks. Raises UnknownFigureError.

    Blobs go by digest, so a layer that is plain in one image and compressed in the other cannot be recognised.
    """
    if weights.blobs is None or baseline.blobs is None:
        raise _unknown(weights if weights.blobs is None else baseline, key, "its blobs are not known")
    lacking = [size for digest, size in weights.blobs.items() if digest not in baseline.blobs]
    known = [size for size in lacking if size is not None]
    if len(known) < len(lacking):
        raise _unknown(weights, key, "its layers are plain, and so their size to pull is not known", _COMPRESSED)
    if lacking and _has_plain(weights) != _has_plain(baseline):
        reason = f"of it and {baseline.name}, only one has plain layers: which ones are the same is not known"
        raise _unknown(weights, key, reason, "save both images in the same way, or drop the rule")
    return sum(known)


def _has_plain(weights: Weights) -> bool:
    return weights.estimated or None in (weights.blobs or {}).values()


def _unknown(weights: Weights, key: str, reason: str, hint: str | None = None) -> UnknownFigureError:
    return UnknownFigureError(f"{weights.name}: {key} cannot be judged: {reason}", hint=hint)
