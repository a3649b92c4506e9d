"""What a page's scripts work with: one block of JSON that HTML takes for nothing else, with names spelled out."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from .formatting import CLASSES, one_line, shortened, shortened_path, visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from .document import Document, FilesystemSection

_NAME_CHARACTERS = 120
WORDS_CHARACTERS = 80
_ESCAPES = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026"}


def block(data: dict[str, Any]) -> Markup:
    """JSON that ends no element and begins none, in ASCII."""
    return Markup(json.dumps(data, separators=(",", ":")).translate(_ESCAPES))  # noqa: S704 - escaped just here


def of_report(document: Document) -> dict[str, Any]:
    """Layers, waste from layer to layer, and the tree of paths, null where the report has none or a damaged one."""
    tree = document.filesystem
    return {
        "kind": "report",
        "classes": list(CLASSES),
        "layers": [
            {
                "index": each.index,
                "instruction": one_line(each.instruction),
                "origin": each.origin if each.origin in {"own", "inherited"} else None,
                "ledger": [getattr(each.ledger, kind) for kind in CLASSES],
            }
            for each in document.layers
        ],
        "flows": [
            {"held_by": each.held_by, "caused_by": each.caused_by, "bytes": each.bytes, "files": each.files}
            for each in document.waste.flows
        ],
        "tree": _tree(tree) if tree is not None and is_whole(tree) else None,
    }


def is_whole(found: FilesystemSection) -> bool:
    """Whether there is a tree with something in it, and its columns fit together: anybody can have written a report."""
    if not is_tree(found.name, found.parent):
        return False
    parts, paths = found.layers, len(found.name)
    columns = (found.directory, found.files, found.wasted, found.package, found.digest)
    pulled = parts.file_bytes if parts.pull_bytes is None else parts.pull_bytes
    values = (parts.layer, parts.file_bytes, parts.waste_bytes, pulled)
    return (
        all(len(column) == paths for column in columns)
        and all(len(column) == len(parts.path) for column in values)
        and all(0 <= place < paths for place in parts.path)
        and sorted(parts.path) == parts.path
        and all(owner is None or 0 <= owner < len(found.packages) for owner in found.package)
    )


def is_tree(names: Sequence[str], parents: Sequence[int]) -> bool:
    """Whether each path but the first, and there are others, has a directory before it, and subtrees are ranges."""
    if len(names) < 2 or len(names) != len(parents) or parents[0] != -1:
        return False
    trail = [0]
    for place, parent in enumerate(parents[1:], 1):
        while trail and trail[-1] != parent:
            trail.pop()
        if not trail:
            return False
        trail.append(place)
    return True


def _tree(found: FilesystemSection) -> dict[str, Any]:
    parts = found.layers
    return {
        "name": names_of(found.name),
        "parent": found.parent,
        "files": found.files,
        "wasted": found.wasted,
        "package": found.package,
        "packages": [shortened(visible(each), WORDS_CHARACTERS) for each in found.packages],
        "digest": {
            place: shortened(visible(digest), WORDS_CHARACTERS) for place, digest in enumerate(found.digest) if digest
        },
        "path": parts.path,
        "layer": parts.layer,
        "seen": parts.file_bytes,
        "pull": parts.pull_bytes,
        "waste": parts.waste_bytes,
    }


def names_of(names: Iterable[str]) -> list[str]:
    """Names as a page has them: spelled out, and of bounded length."""
    return [shortened_path(visible(name), _NAME_CHARACTERS) for name in names]
