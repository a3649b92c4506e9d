"""What the scripts of a comparison's page work with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..formatting import one_line, shortened, visible
from ..page_data import WORDS_CHARACTERS, is_tree, names_of
from .pairs import pairs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .document import DiffDocument, GrowthPartsSection, GrowthTreeSection


def of_diff(document: DiffDocument) -> dict[str, Any]:
    """Pairs of layers, and the tree of growth, null where the diff has none or a damaged one."""
    tree = document.growth_tree
    keys = pairs(document.layers).keys
    return {
        "kind": "diff",
        "layers": [
            {
                "index": key,
                "instruction": one_line(each.instruction),
                "status": shortened(visible(each.status), WORDS_CHARACTERS),
                "old": _side(each.old, each.file_bytes_old),
                "new": _side(each.new, each.file_bytes_new),
            }
            for key, each in zip(keys, document.layers, strict=True)
        ],
        "tree": _growth_tree(tree, keys) if tree is not None and is_growing(tree, len(keys)) else None,
    }


def _side(layer: int | None, count: int | None) -> dict[str, int] | None:
    return None if layer is None else {"layer": layer, "bytes": count or 0}


def is_growing(found: GrowthTreeSection, pairs: int) -> bool:
    """Whether there is a tree with something in it, and its columns fit together: anybody can have written a diff."""
    if not is_tree(found.name, found.parent):
        return False
    columns = (found.grew, found.shrank, found.paths, found.change)
    return all(len(column) == len(found.name) for column in columns) and (
        found.parts is None or _is_placed(found.parts, len(found.name), pairs)
    )


def _is_placed(parts: GrowthPartsSection, paths: int, pairs: int) -> bool:
    columns = (parts.pair, parts.grew, parts.shrank)
    return (
        all(len(column) == len(parts.path) for column in columns)
        and all(0 <= place < paths for place in parts.path)
        and all(0 <= place < pairs for place in parts.pair)
    )


def _growth_tree(found: GrowthTreeSection, keys: Sequence[str]) -> dict[str, Any]:
    return {
        "name": names_of(found.name),
        "parent": found.parent,
        "grew": found.grew,
        "shrank": found.shrank,
        "paths": found.paths,
        "change": [None if each is None else shortened(visible(each), WORDS_CHARACTERS) for each in found.change],
        "parts": None if found.parts is None else _parts(found.parts, keys),
    }


def _parts(found: GrowthPartsSection, keys: Sequence[str]) -> dict[str, Any]:
    return {
        "path": found.path,
        "layer": [keys[place] for place in found.pair],
        "grew": found.grew,
        "shrank": found.shrank,
    }
