"""What an image weighs: all that gates judge of it, and all that a baseline of any kind has to tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from .figures import FIGURES

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from .figures import Value


class Weights(Struct, frozen=True):
    """The weight of one image. What is None or missing is not known: no rule about it can be judged.

    ``whole`` and ``own`` are figures by key (`figures.FIGURES`), ``own`` those of own layers. The others are bytes that
    a container sees: of ``packages`` by "ecosystem:name", at or below ``directories``, and at ``paths`` by the globs
    that rules name. A package that is not named has none, unless it is one of the ``packages_left_out``, so many with
    bytes that are not known.

    ``blobs`` are what a registry would send, by digest: layers as stored, and the config. The size of a plain layer is
    None, as it is pulled compressed; with ``estimated`` such sizes, and ``pull_bytes``, are estimates.

    ``approved`` is what somebody last approved of, which a baseline file knows beside the last build.
    """

    name: str
    platform: str
    whole: Mapping[str, Value]
    own: Mapping[str, Value]
    packages: Mapping[str, int] | None = None
    directories: Mapping[str, int] | None = None
    paths: Mapping[str, int] | None = None
    blobs: Mapping[str, int | None] | None = None
    estimated: bool = False
    packages_left_out: int = 0
    approved: Weights | None = None


class Asked(Struct, frozen=True):
    """What of an image is to be weighed: what nobody asks for takes no time, and is not known.

    With ``estimate_pull`` plain layers are compressed where a size to pull is asked for.
    """

    figures: Collection[str] = tuple(FIGURES)
    packages: bool = False
    directories: bool = False
    paths: tuple[str, ...] = ()
    estimate_pull: bool = False


EVERYTHING = Asked(packages=True, directories=True)
"""Whatever rules may ask about, save paths, which they have to name."""
