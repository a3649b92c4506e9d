"""The document's section on parent images, from what was found of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import asdict

from .document import LedgerSection, ParentSection, ParentsSection, ShareSection
from .formatting import counted, decimal_bytes, shortened, visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from analyzer.inheritance.inheritance import Inheritance, ParentLink
    from analyzer.inheritance.inherited import InheritedBytes, ParentBytes, Portion
    from analyzer.inheritance.newer import Newer


_STEPS = 5
_NAMES_LENGTH = 60


def parents_section(found: Inheritance, layers: int) -> ParentsSection | None:
    """The chain with its bytes, for an image of so many layers; None where the bytes were not parted."""
    if found.sizes is None:
        return None
    return ParentsSection(
        chain=[_parent(link, held) for link, held in zip(found.links, found.sizes.links, strict=True)],
        own_from=found.own_from,
        own=_share(found.sizes.own, layers - found.own_from),
        inherited=_share(found.sizes.inherited, found.own_from),
        notes=[*_shadowed(found.sizes), *(_rebased(each, found) for each in found.newer), *found.notes],
    )


def origins(found: Inheritance, layers: int) -> list[str | None]:
    """For each layer "own" or "inherited"; None for all where no layer is known to be a parent's last."""
    if not any(link.layers for link in found.links):
        return [None] * layers
    return ["inherited" if index < found.own_from else "own" for index in range(layers)]


def none_known(names: Sequence[str]) -> str:
    """What is said where os-release alone speaks of a parent: it ``names`` a distribution, and no image."""
    return f"no parent image is known: os-release names {shortened(visible(', '.join(names)), _NAMES_LENGTH)}"


def _parent(link: ParentLink, held: ParentBytes | None) -> ParentSection:
    return ParentSection(
        names=list(link.names),
        evidence=link.evidence,
        score=link.score,
        certain=link.certain,
        layers=None if link.layers is None else link.layers.stop,
        image_id=None if link.image_id is None else str(link.image_id),
        created=link.created,
        inherited_bytes=held.ledger.file_bytes if held else None,
        shadowed_bytes=held.shadowed.file_bytes if held else None,
        waste_bytes=held.lost.file_bytes if held else None,
    )


def _share(part: Portion, layers: int) -> ShareSection:
    return ShareSection(
        layers=layers,
        tar_bytes=part.tar_bytes,
        file_bytes=part.file_bytes,
        rootfs_bytes=part.rootfs_bytes,
        waste_bytes=part.waste_bytes,
        pull_bytes=part.pull_bytes,
        ledger=LedgerSection(**asdict(part.ledger)),
    )


def _shadowed(sizes: InheritedBytes) -> Iterable[str]:
    if sizes.shadowed.num_rows:
        total = sum(sizes.shadowed["bytes"].to_pylist())
        files = counted(sizes.shadowed.num_rows, "file")
        yield f"The image's own layers put {files} of its parents out of sight, {decimal_bytes(total)}."


def outdated(newer: Newer, found: Inheritance) -> str:
    """The sentence that a parent has a newer build."""
    old, new = (shortened(", ".join(names), _NAMES_LENGTH) for names in (found.links[newer.link].names, newer.names))
    what = "a newer build" if newer.same_name else "a newer image of the same repository"
    return f"{old} is outdated: there is {what}, {new} of {(newer.created or 'unknown date')[:10]}."


def _rebased(newer: Newer, found: Inheritance) -> str:
    rebase = newer.rebase
    return (
        f"{outdated(newer, found)} On it, {counted(rebase.added.files, 'file')} "
        f"would be added ({decimal_bytes(rebase.added.bytes)}), {rebase.removed.files:,} removed "
        f"({decimal_bytes(rebase.removed.bytes)}) and {rebase.modified.files:,} modified "
        f"({decimal_bytes(rebase.modified.bytes)} in place of {decimal_bytes(rebase.replaced_bytes)})."
    ) + (f" Packages: {told}." if (told := package_steps(newer)) else "")


def package_steps(newer: Newer) -> str:
    """The packages that a rebase would change, the first of them; empty where none would, or none are known."""
    steps = newer.packages or ()
    told = ", ".join(
        f"{each.name} {', '.join(each.old) or 'none'} → {', '.join(each.new) or 'none'}" for each in steps[:_STEPS]
    )
    return told + (f" and {len(steps) - _STEPS:,} more" if len(steps) > _STEPS else "")
