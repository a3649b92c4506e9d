"""The Dockerfile behind an image, as far as its history tells: sizes as comments, what is unknown marked as that."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from ..instructions.alignment import align, joined_layers
from ..instructions.created_by import parse_instruction
from ..instructions.steps import told_step
from ..instructions.writing import LINUX_SHELL, WINDOWS_SHELL, dockerfile_lines, spelled

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa

    from ..instructions.created_by import Instruction
    from ..model import ImageMetadata

_REFERENCE = re.compile(r"[\w][\w.\-/:@]{0,511}")
_IMAGE_ID = re.compile(r"(?:sha256:)?[0-9a-f]{12,64}")
_BASE_NAME = "org.opencontainers.image.base.name"


def dockerfile_text(
    name: str,
    image: ImageMetadata,
    instructions: Sequence[Instruction],
    history: pa.Table,
    parent: str | None = None,
    parent_entries: int = 0,
) -> str:
    """The Dockerfile; ``history`` is the table, ``instructions`` what its entries say.

    ``parent`` names the parent image, whose ``parent_entries`` first entries are left out. Without it the name
    that the history or the annotations give is used, and entries are left out only where buildah marked their end.
    """
    if parent is None:
        parent, parent_entries, why = _told_parent(image)
    else:
        why = [f"its parent's {parent_entries} entries of the history are left out"]
    entries = image.config.history or []
    joined = {each.last: each.note for each in joined_layers(entries, len(image.layers))}
    notes = [*(each for each in align(entries, len(image.layers))[1] if each not in joined.values()), *why]
    lines = [
        f"# Made by imgscan from the history of {spelled(name)}",
        *(f"# {each}" for each in notes),
        f"FROM {parent}",
    ]
    known, shell = _known_values(image), WINDOWS_SHELL if image.config.os == "windows" else LINUX_SHELL
    for row in history.to_pylist():
        entry = row["history"]
        if entry is not None and entry < parent_entries:
            continue
        lines += _comment(row) + ([f"# {joined[entry]}"] if entry in joined else [])
        if entry is None:
            lines.append("# unknown: what made it")
            continue
        written, unknown = dockerfile_lines(instructions[entry], shell, known)
        lines += [f"# unknown: {spelled(each)}" for each in (*unknown, *_comment_of_entry(row, written))] + written
        if instructions[entry].kind == "SHELL":
            shell = " ".join(told_step(instructions[entry]).values)
    if not any(each.kind == "ONBUILD" for each in instructions):
        lines += _triggers(image)
    return "\n".join(lines) + "\n"


def _triggers(image: ImageMetadata) -> list[str]:
    """BuildKit keeps ONBUILD in the config alone."""
    triggers = (image.config.config or {}).get("OnBuild")
    entries = [f"ONBUILD {each}" for each in triggers if isinstance(each, str)] if isinstance(triggers, list) else []
    lines = [line for each in entries for line in dockerfile_lines(parse_instruction(each), LINUX_SHELL, {})[0]]
    return ["", "# unknown: where these stand among the others", *lines] if lines else []


def _comment(row: dict[str, Any]) -> list[str]:
    if row["layer"] is None:
        return []
    unseen = f", {row['waste_held']:,} of them never seen" if row["waste_held"] else ""
    return ["", f"# layer {row['layer']}: {row['file_bytes']:,} bytes{unseen}"]


def _comment_of_entry(row: dict[str, Any], written: list[str]) -> list[str]:
    """Where an entry says nothing else, its comment may."""
    return [f"its comment is: {row['comment']}"] if row["comment"] and not written else []


def _told_parent(image: ImageMetadata) -> tuple[str, int, list[str]]:
    """The parent image, how many entries are known to be its, and what to say about it."""
    named, entries = _parent_by_buildah(image)
    if named and entries is not None:
        return named, entries, [f"the parent is named by buildah; its {entries} entries of the history are left out"]
    labels = (image.config.config or {}).get("Labels")
    stated = image.annotations.get(_BASE_NAME) or (labels.get(_BASE_NAME) if isinstance(labels, dict) else None)
    found = named or stated
    if isinstance(found, str) and _REFERENCE.fullmatch(found):
        return found, 0, ["unknown: which of the instructions below are the parent's own, which FROM brings already"]
    return "scratch", 0, ["unknown: the parent; its instructions are below, so scratch stands for it"]


def _parent_by_buildah(image: ImageMetadata) -> tuple[str | None, int | None]:
    """The name in buildah's comments, and the index of the first entry on top of it.

    With --layers each entry has a comment: the first of a stage names the parent, the others the image ID
    below. Without, only the last entry has one, which marks no place.
    """
    history = image.config.history or []
    comments = [(each.comment or "") for each in history]
    for index in range(len(history) - 1, -1, -1):
        if not comments[index].startswith("FROM "):
            return None, None
        name = comments[index].removeprefix("FROM ")
        if not _IMAGE_ID.fullmatch(name):
            is_name = _REFERENCE.fullmatch(name) is not None
            return (name if is_name else None), (index if index < len(history) - 1 else None)
    return None, None


def _known_values(image: ImageMetadata) -> dict[str, str]:
    """The environment and the labels that the image ends up with."""
    labels = (image.config.config or {}).get("Labels")
    known = {str(name): str(value) for name, value in labels.items()} if isinstance(labels, dict) else {}
    for each in image.config.variables:
        name, _, value = each.partition("=")
        known[name] = value
    return known
