"""The packages of a report: from what each takes to sums, the largest, and the parts that a picture shows."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from analyzer.packages.table import unowned_table

from .document import DirectorySection, EcosystemSection, PackagePart, PackageSection, PackagesSection

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from analyzer.analysis import Analysis
    from analyzer.packages.costs import PackageCost

PARTS_PER_WHOLE = 200
"""A package is a part of its own where so many of it would be all that a container sees; so many there are at most."""


def packages_section(analysis: Analysis, top: int) -> PackagesSection:
    """What packages own of what a container sees, and what none owns; lists of at most ``top`` items."""
    costs, size = analysis.package_costs, analysis.size
    files, file_bytes = sum(each.files for each in costs), sum(each.file_bytes for each in costs)
    unowned = unowned_table(analysis.changes, analysis.stack, analysis.owner, top)
    largest = [_package(each) for each in costs[:top] if each.file_bytes]
    return PackagesSection(
        packages=len(costs),
        files=files,
        file_bytes=file_bytes,
        pull_bytes=_pulled(costs),
        unowned_files=size.files - files,
        unowned_bytes=size.rootfs_bytes - file_bytes,
        ecosystems=_ecosystems(costs, size.rootfs_bytes),
        largest=largest,
        omitted=len(costs) - len(largest),
        unowned=[_directory(**row) for row in unowned.to_pylist()],
    )


def _package(cost: PackageCost) -> PackageSection:
    package = cost.package
    return PackageSection(
        ecosystem=package.ecosystem,
        name=package.name,
        version=package.version,
        files=cost.files,
        file_bytes=cost.file_bytes,
        pull_bytes=None if cost.pull_bytes is None else round(cost.pull_bytes),
        claimed_bytes=package.claimed_bytes,
        layer=cost.layer,
    )


def _ecosystems(costs: Sequence[PackageCost], rootfs_bytes: int) -> list[EcosystemSection]:
    by_name = sorted(costs, key=lambda each: each.package.ecosystem)  # stable: the largest stay first
    groups = groupby(by_name, key=lambda each: each.package.ecosystem)
    found = [_ecosystem(name, list(group), rootfs_bytes) for name, group in groups]
    return sorted(found, key=lambda each: (-each.file_bytes, each.ecosystem))


def _ecosystem(name: str, costs: Sequence[PackageCost], rootfs_bytes: int) -> EcosystemSection:
    parts = [each for each in costs if each.file_bytes and each.file_bytes * PARTS_PER_WHOLE >= rootfs_bytes]
    file_bytes = sum(each.file_bytes for each in costs)
    return EcosystemSection(
        ecosystem=name,
        packages=len(costs),
        files=sum(each.files for each in costs),
        file_bytes=file_bytes,
        pull_bytes=_pulled(costs),
        parts=[PackagePart(each.package.name, each.file_bytes) for each in parts],
        other_packages=len(costs) - len(parts),
        other_bytes=file_bytes - sum(each.file_bytes for each in parts),
    )


def _pulled(costs: Iterable[PackageCost]) -> int | None:
    shares = [each.pull_bytes for each in costs if each.files]
    known = [share for share in shares if share is not None]
    return round(sum(known)) if len(known) == len(shares) else None


def _directory(path: str, bytes: int, pull_bytes: float | None, files: int) -> DirectorySection:  # noqa: A002 - columns
    return DirectorySection(path, bytes, None if pull_bytes is None else round(pull_bytes), files)
