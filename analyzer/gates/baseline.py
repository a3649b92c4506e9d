"""What images weighed when somebody last approved of it, and in the last build that was looked at.

An entry is for all builds of an image for one platform. Growth from build to build is counted from the newest
figures, creep from those that were approved: whoever lets an image grow by small steps has to say so in the end.
"""

from __future__ import annotations

from datetime import date  # noqa: TC003 - msgspec reads the annotations
from typing import Annotated, Literal

import msgspec

from ..errors import BaselineError
from ..names import full_name, is_called, repository

Bytes = Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]
Share = Annotated[float, msgspec.Meta(ge=0, le=2**63 - 1)]
Count = Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]
PLAIN = "plain"
"""In place of the size of a layer that is not compressed."""
FIRST = "first baseline"
UNKNOWN_PLATFORM = "unknown"
_GLOB = frozenset("*?[")


class Parent(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """The image that the own layers stand on, and by what evidence; ``layers`` is the number of those below them."""

    name: str
    evidence: str
    layers: Count


class Snapshot(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, rename="kebab", omit_defaults=True
):
    """What an image weighed on a day. Figures that were not known are missing.

    ``packages`` go by ecosystem and name, ``directories`` are those of the first levels with all below them, both with
    what a container sees; the smallest are left out where there are many. ``unowned`` belongs to no package.
    ``paths`` go by the globs that rules named. ``blobs`` has the layers by digest, with what a registry sends; with
    ``estimated`` that of plain layers, and ``pull_bytes``, are estimates.
    """

    image: str
    on: date
    whole: dict[str, Bytes | Share]
    own: dict[str, Bytes | Share] | None = None
    parent: Parent | None = None
    unowned: Bytes
    packages: dict[str, Bytes] = {}
    packages_left_out: Count = 0
    directories: dict[str, Bytes] = {}
    directories_left_out: Count = 0
    paths: dict[str, Bytes] = {}
    blobs: dict[str, Bytes | str] = {}
    estimated: bool = False


class Approved(Snapshot, frozen=True, forbid_unknown_fields=True, kw_only=True, rename="kebab", omit_defaults=True):
    """What somebody approved of, and why; ``growth`` is how much more a container saw than was approved before."""

    reason: str
    growth: int | None = None


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab", omit_defaults=True):
    """What is kept of an image; ``newest`` is None where it is the same as what was approved."""

    approved: Approved
    newest: Snapshot | None = None

    @property
    def last(self) -> Snapshot:
        """The last build that was looked at."""
        return self.newest or self.approved


class Baseline(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """All entries, by the name of the image, which may be a glob, and by platform."""

    imgscan_baseline: Literal[1]
    images: dict[str, dict[str, Entry]] = {}


EMPTY = Baseline(1)


def entry_for(baseline: Baseline, image: str, platform: str) -> Entry | None:
    """The entry for an image; None where there is none. Raises BaselineError where several fit."""
    return baseline.images.get(key_for(baseline, image), {}).get(platform or UNKNOWN_PLATFORM)


def key_for(baseline: Baseline, image: str) -> str:
    """The name that the image has in the file, or would have.

    That is its whole name where the file has it, else the glob that matches it, else the name without its tag and
    what is usual, such as Docker's registry. Raises BaselineError where several globs match.
    """
    for each in (image, full_name(image)):
        if each in baseline.images:
            return each
    globs = [each for each in baseline.images if _GLOB & set(each) and is_called(image, each)]
    if len(globs) > 1:
        raise BaselineError(f"{image} matches several entries of the baseline: {', '.join(sorted(globs)[:5])}")
    return globs[0] if globs else repository(image)


def renewed(baseline: Baseline, key: str, platform: str, snapshot: Snapshot, reason: str | None) -> Baseline:
    """The baseline with what an image weighs now: approved for a ``reason``, else as the newest only.

    What is looked at for the first time is approved in any case.
    """
    platforms = baseline.images.get(key, {})
    entry = _renewed(platforms.get(platform or UNKNOWN_PLATFORM), snapshot, reason)
    images = {**baseline.images, key: {**platforms, platform or UNKNOWN_PLATFORM: entry}}
    return msgspec.structs.replace(baseline, images=images)


def _renewed(entry: Entry | None, snapshot: Snapshot, reason: str | None) -> Entry:
    if entry is None:
        return Entry(_approved(snapshot, reason or FIRST, None))
    if reason is not None:
        before = entry.approved.whole.get("rootfs_bytes")
        return Entry(_approved(snapshot, reason, before))
    if _weighs_the_same(snapshot, entry.last):
        return entry
    return Entry(entry.approved, None if _weighs_the_same(snapshot, entry.approved) else snapshot)


def _approved(snapshot: Snapshot, reason: str, before: float | None) -> Approved:
    growth = None if before is None else int(snapshot.whole["rootfs_bytes"] - before)
    return Approved(
        **{name: getattr(snapshot, name) for name in snapshot.__struct_fields__}, reason=reason, growth=growth
    )


def _weighs_the_same(one: Snapshot, other: Snapshot) -> bool:
    """Whether only the day and the name of the build differ: then nothing is written anew."""
    names = [name for name in Snapshot.__struct_fields__ if name not in ("image", "on")]
    return all(getattr(one, name) == getattr(other, name) for name in names)
