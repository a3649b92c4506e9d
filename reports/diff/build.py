"""From a comparison to its document. Lists are cut here, and what was cut is counted."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
from msgspec import structs

from analyzer.diff.files import METADATA, MODE, OWNER, TARGET, TYPE
from analyzer.diff.growth import with_upgrades
from analyzer.diff.summary import count_changes, moved_folders

from ..build import image_section
from ..document import SizeSection
from ..filesystem import PATHS
from .document import (
    DIFF_SCHEMA_VERSION,
    CauseSection,
    ChangeCount,
    ConfigChangeSection,
    ContentSection,
    CostSection,
    DiffDocument,
    FileChange,
    FilesSection,
    GrowthPartsSection,
    GrowthSection,
    GrowthTreeSection,
    LayerCostSection,
    LayerPairSection,
    MovedFolder,
    PackageChangeSection,
    ReorderingSection,
    SideSection,
    StrictSection,
)
from .places import Places

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from analyzer.analysis import Analysis
    from analyzer.comparison import Comparison
    from analyzer.diff.contents.compare import Compare
    from analyzer.diff.cost import Cost
    from analyzer.diff.growth import Cause, Growth
    from analyzer.diff.outline import GrowthOutline
    from analyzer.diff.packages import PackageChange

DEFAULT_TOP = 50
CONTENTS_LIMIT = 100
_CAUSES = 10
_FOLDERS = 20


def build_diff(
    comparison: Comparison,
    top: int = DEFAULT_TOP,
    *,
    strict: bool = False,
    contents: Sequence[str] = (),
    compare: Compare | None = None,
) -> DiffDocument:
    """What became of the old image in the new one, with at most ``top`` items in each list of files and packages.

    ``contents`` are globs of files to look into, `CONTENTS_LIMIT` at most; ``compare`` is what does.
    """
    growth = comparison.growth(min(top, _CAUSES))
    return DiffDocument(
        schema_version=DIFF_SCHEMA_VERSION,
        old=_side(comparison.old_image),
        new=_side(comparison.new_image),
        identical=not comparison.differs(strict=strict),
        growth=_growth(growth),
        layers=[
            LayerPairSection(
                each.status,
                each.old,
                each.new,
                each.evidence,
                each.instruction,
                each.file_bytes_old,
                each.file_bytes_new,
                growth=bytes_,
            )
            for each, bytes_ in zip(comparison.layers, growth.by_pair, strict=True)
        ],
        packages=_packages(comparison, top),
        packages_omitted=len(comparison.packages[top:]),
        config=[ConfigChangeSection(each.field, each.old, each.new) for each in comparison.config],
        files=_files(comparison, top),
        cost=_cost(comparison.cost),
        notes=[*comparison.notes, *_left_out(comparison, contents)],
        strict=[StrictSection(**structs.asdict(each)) for each in comparison.strict] if strict else None,
        contents=[
            ContentSection(each.path, each.kind, list(each.lines), each.omitted)
            for each in comparison.contents(contents, CONTENTS_LIMIT, compare)
        ],
        growth_tree=_growth_tree(comparison.outline(PATHS)),
    )


def _left_out(comparison: Comparison, contents: Sequence[str]) -> Iterator[str]:
    yield from (f"no file with another content matches {each}" for each in comparison.contents_unmatched(contents))
    count = comparison.contents_left_out(contents, CONTENTS_LIMIT)
    if count:
        yield f"the contents of {CONTENTS_LIMIT} files are compared, those of {count:,} more that match are not"


def _side(image: Analysis) -> SideSection:
    return SideSection(image_section(image), SizeSection(**asdict(image.size)))


def _growth(growth: Growth) -> GrowthSection:
    return GrowthSection(
        bytes=growth.bytes,
        layers=[cause_section(each) for each in growth.layers],
        packages=[cause_section(each) for each in growth.packages],
        unowned=growth.unowned,
        directories=[cause_section(each) for each in growth.directories],
    )


def _growth_tree(found: GrowthOutline) -> GrowthTreeSection:
    return GrowthTreeSection(
        name=found.name,
        parent=found.parent.tolist(),
        grew=found.grew.tolist(),
        shrank=found.shrank.tolist(),
        paths=found.paths.tolist(),
        change=found.change,
        omitted=found.omitted,
        parts=GrowthPartsSection(
            path=found.parts.path.tolist(),
            pair=found.parts.pair.tolist(),
            grew=found.parts.grew.tolist(),
            shrank=found.parts.shrank.tolist(),
        ),
    )


def cause_section(cause: Cause) -> CauseSection:
    """A cause as documents have it, with its own."""
    return CauseSection(
        kind=cause.kind,
        name=cause.name,
        bytes=cause.bytes,
        files=cause.files,
        version_old=cause.version_old,
        version_new=cause.version_new,
        pair=cause.pair,
        causes=[cause_section(each) for each in cause.causes],
    )


def _packages(comparison: Comparison, top: int) -> list[PackageChangeSection]:
    shown = comparison.packages[:top]
    places = Places(comparison.layers).of_packages(with_upgrades(comparison.files), [_owner(each) for each in shown])
    return [_package(each, places[_owner(each)]) for each in shown]


def _owner(package: PackageChange) -> str:
    return f"{package.ecosystem}:{package.name}"


def _package(each: PackageChange, places: list[int]) -> PackageChangeSection:
    return PackageChangeSection(
        each.ecosystem,
        each.name,
        each.change,
        list(each.versions_old),
        list(each.versions_new),
        each.bytes_old,
        each.bytes_new,
        each.bytes,
        places,
    )


def _files(comparison: Comparison, top: int) -> FilesSection:
    files = with_upgrades(comparison.files)
    shown = _largest(files, top)
    places = Places(comparison.layers)
    return FilesSection(
        counts=[ChangeCount(each.change, each.paths, each.bytes) for each in count_changes(files)],
        moved_folders=[
            MovedFolder(each.old_path, each.path, each.paths, each.bytes) for each in moved_folders(files)[:_FOLDERS]
        ],
        changes=[
            FileChange(
                path=row["path"],
                old_path=row["old_path"],
                change=row["change"],
                what=row["what"],
                bytes=row["bytes"],
                bytes_old=row["bytes_old"],
                bytes_new=row["bytes_new"],
                layer_old=row["layer_old"],
                layer_new=row["layer_new"],
                package=row["package"],
                details=details(row),
                origin=row["origin"],
                pairs=places.of_row(row),
            )
            for row in files.take(pa.array(shown, pa.int64())).to_pylist()
        ],
        omitted=files.num_rows - len(shown),
    )


def _largest(files: pa.Table, top: int) -> list[int]:
    """The rows with the largest growth or loss, then those of the largest files, then by path."""
    grown = pc.abs(files["bytes"])
    held = pc.max_element_wise(files["bytes_old"], files["bytes_new"])
    keyed = files.select(["path"]).append_column("grown", grown).append_column("held", held)
    order = pc.sort_indices(keyed, [("grown", "descending"), ("held", "descending"), ("path", "ascending")])
    rows: list[int] = order.slice(0, top).to_pylist()
    return rows


def details(row: dict[str, Any]) -> list[str]:
    """Both values of what differs around the content of a file, as one reads it."""
    told = []
    what = row["what"]
    if TYPE in what:
        told.append(f"{row['kind_old']} -> {row['kind_new']}")
    if MODE in what:
        told.append(f"mode {row['mode_old']:04o} -> {row['mode_new']:04o}")
    if OWNER in what:
        told.append(f"owner {row['uid_old']}:{row['gid_old']} -> {row['uid_new']}:{row['gid_new']}")
    if TARGET in what:
        told.append(f"target {row['link_target_old'] or 'none'} -> {row['link_target_new'] or 'none'}")
    return told + [each for each in what if each not in (TYPE, MODE, OWNER, TARGET) and row["change"] == METADATA]


def _cost(cost: Cost) -> CostSection:
    return CostSection(
        pull_bytes=cost.pull_bytes,
        tar_bytes=cost.tar_bytes,
        new_bytes=cost.new_bytes,
        new_pull_bytes=cost.new_pull_bytes,
        layers=[LayerCostSection(**structs.asdict(each)) for each in cost.layers],
        reorderings=[
            ReorderingSection(
                each.cause,
                each.cause_instruction,
                list(each.layers),
                list(each.instructions),
                each.bytes,
                each.compressed,
            )
            for each in cost.reorderings
        ],
    )
