"""From an analysis to the document. Lists are cut here, and what was cut is counted."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from analyzer.analyses.duplicates import find_duplicates
from analyzer.analyses.history import layer_lines, located
from analyzer.analyses.largest import find_largest
from analyzer.analyses.ledger import WASTE_CAUSES, total
from analyzer.analyses.waste import waste_by, waste_by_directory, waste_flows
from analyzer.instructions.created_by import parse_instruction

from .document import (
    SCHEMA_VERSION,
    CauseSection,
    DirectorySection,
    Document,
    DuplicateSection,
    FileSection,
    FindingSection,
    FindingsSection,
    FlowSection,
    ImageSection,
    InstructionSection,
    LargestSection,
    LayerSection,
    LayerWasteSection,
    LedgerSection,
    OmittedSection,
    SizeSection,
    WastePath,
    WasteSection,
)
from .filesystem import filesystem_section
from .inherited import origins, parents_section
from .installed import packages_section

if TYPE_CHECKING:
    from analyzer.analyses.directories import Directory
    from analyzer.analyses.duplicates import Duplicates
    from analyzer.analysis import Analysis
    from analyzer.digest import Digest
    from analyzer.findings.model import Findings
    from analyzer.inheritance.inheritance import Inheritance
    from analyzer.instructions.matching import DockerfileMatch

DEFAULT_TOP = 50
PATHS_OF_A_DUPLICATE = 10
FLOWS = 100


def build_document(
    analysis: Analysis,
    findings: FindingsSection,
    parents: Inheritance,
    match: DockerfileMatch | None = None,
    top: int = DEFAULT_TOP,
) -> Document:
    """The report on an analysed image, with at most ``top`` items in each list of files.

    ``findings`` are what ``findings_section`` makes of them; ``match`` says which line of a Dockerfile each
    instruction is.
    """
    lines = layer_lines(analysis.metadata, match)
    largest = find_largest(analysis.changes, analysis.stack, top)
    duplicates = find_duplicates(analysis.changes, analysis.stack, top, PATHS_OF_A_DUPLICATE)
    waste = _waste(analysis, top)
    shown = sum(each.bytes for each in waste.paths)
    return Document(
        schema_version=SCHEMA_VERSION,
        image=image_section(analysis),
        size=SizeSection(**asdict(analysis.size)),
        layers=_layers(analysis, parents, lines),
        waste=waste,
        largest=LargestSection(
            files=[
                FileSection(each.path, each.bytes, _whole(each.pull_bytes), each.layer, each.links)
                for each in largest.files
            ],
            directories=[_directory(each) for each in largest.directories],
        ),
        duplicates=_duplicates(duplicates),
        omitted=OmittedSection(
            waste_paths=analysis.waste.num_rows - len(waste.paths),
            waste_bytes=waste.bytes - shown,
            files=analysis.size.files - len(largest.files),
            duplicates=duplicates.groups - len(duplicates.found),
            duplicate_bytes=duplicates.bytes - sum(each.bytes for each in duplicates.found),
        ),
        notes=[*analysis.notes, *analysis.portability_notes],
        history=_history(analysis, match),
        parents=parents_section(parents, len(analysis.metadata.layers)),
        findings=findings,
        packages=packages_section(analysis, top),
        filesystem=filesystem_section(analysis),
    )


def image_section(analysis: Analysis) -> ImageSection:
    """What the image is, from its metadata."""
    metadata = analysis.metadata
    return ImageSection(
        name=analysis.name,
        source=analysis.label,
        format=metadata.format,
        platform=str(metadata.config.platform),
        manifest_digest=_text(metadata.manifest_digest),
        image_id=_text(metadata.image_id),
        tags=list(metadata.tags),
        created=metadata.config.created,
        config=metadata.config.config or {},
    )


def _text(digest: Digest | None) -> str | None:
    return None if digest is None else str(digest)


def _layers(analysis: Analysis, parents: Inheritance, lines: list[int | None]) -> list[LayerSection]:
    origin = origins(parents, len(analysis.metadata.layers))
    sections = []
    for row in analysis.layers.to_pylist():
        ledger = LedgerSection(**{name: row.pop(name) for name in LedgerSection.__struct_fields__})
        index, instruction = row.pop("layer"), parse_instruction(row["created_by"]).text
        sections.append(
            LayerSection(
                index=index,
                instruction=instruction,
                ledger=ledger,
                origin=origin[index],
                dockerfile_line=lines[index],
                **row,
            )
        )
    return sections


def _history(analysis: Analysis, match: DockerfileMatch | None) -> list[InstructionSection]:
    history = located(analysis.history, match) if match else analysis.history
    return [
        InstructionSection(
            index=row["history"],
            layer=row["layer"],
            kind=row["instruction"] or "",
            text=row["text"] or "",
            created_by=row["created_by"],
            created=row["created"],
            file_bytes=row["file_bytes"] or 0,
            blob_bytes=row["pull_bytes"],
            held=row["waste_held"] or 0,
            caused=row["waste_caused"] or 0,
            dockerfile_line=row["dockerfile_line"],
        )
        for row in history.to_pylist()
    ]


def findings_section(findings: Findings, top: int) -> FindingsSection:
    """At most ``top`` findings; without their rows, which keep much of an analysis in memory."""
    return FindingsSection(
        file_bytes=findings.together.file_bytes,
        pull_bytes=_whole(findings.together.pull_bytes),
        own_file_bytes=findings.own.file_bytes,
        own_pull_bytes=_whole(findings.own.pull_bytes),
        found=[
            FindingSection(
                rule=each.rule,
                title=each.title,
                severity=each.severity,
                layer=each.layer,
                instruction=each.instruction,
                edit=each.edit,
                paths=list(each.paths),
                count=each.count,
                file_bytes=each.file_bytes,
                pull_bytes=_whole(each.pull_bytes),
                inherited=each.inherited,
                dockerfile_line=each.dockerfile_line,
            )
            for each in findings.found[:top]
        ],
        omitted=len(findings.found[top:]),
    )


def _waste(analysis: Analysis, top: int) -> WasteSection:
    table = analysis.waste
    ledger = total(analysis.ledgers)
    by_layer = waste_by("layer", table, analysis.changes, analysis.stack, None)
    return WasteSection(
        bytes=ledger.waste_bytes,
        by_cause=CauseSection(**{cause: getattr(ledger, cause) for cause in WASTE_CAUSES}),
        by_layer=[LayerWasteSection(**row) for row in by_layer.to_pylist()],
        directories=[_directory(each) for each in waste_by_directory(analysis.changes, analysis.stack, top)],
        paths=[
            WastePath(
                row["path"], row["bytes"], _whole(row["pull_bytes"]), row["cause"], row["held_by"], row["caused_by"]
            )
            for row in table.slice(0, top).to_pylist()
        ],
        flows=[FlowSection(**row) for row in waste_flows(table, FLOWS).to_pylist()],
    )


def _duplicates(duplicates: Duplicates) -> list[DuplicateSection]:
    return [DuplicateSection(each.digest, each.bytes, each.copies, each.paths) for each in duplicates.found]


def _directory(directory: Directory) -> DirectorySection:
    return DirectorySection(directory.path, directory.bytes, _whole(directory.pull_bytes), directory.files)


def _whole(value: float | None) -> int | None:
    return None if value is None else round(value)
