"""A tree of images by common layers: for a terminal, as JSON, DOT (Graphviz) and Mermaid.

Names come from images, so each form escapes what it gives a meaning to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from msgspec.structs import asdict

from .formatting import counted, decimal_bytes, json_printable, shortened, visible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from analyzer.inheritance.forest import Bytes, Forest, Node

_NAME_LENGTH = 80


def readable(forest: Forest, width: int) -> str:
    """One line a node, below the one that it stands on, then what sharing saves. Lines are cut at ``width``."""
    lines = [line for root in forest.roots for line in _lines(root)]
    lines += ["", *_totals(forest)]
    return "".join(shortened(line, width) + "\n" for line in lines)


def json(forest: Forest) -> str:
    """All nodes with their bytes, nested, and the totals."""
    totals = {
        "given": forest.given,
        "images": forest.images,
        "layers": forest.layers,
        "distinct_layers": forest.distinct_layers,
        "summed": asdict(forest.summed),
        "stored": asdict(forest.stored),
    }
    lines = ["{", '"roots": [', *_json_lines(forest), "],", _json_text(totals)[1:]]
    return json_printable("\n".join(lines)) + "\n"


def dot(forest: Forest) -> str:
    """A digraph of Graphviz: an arrow from each node to those that stand on it."""
    lines = ["digraph images {", "  rankdir=LR;", '  node [shape=box, fontname="sans-serif"];']
    for number, above, node in _numbered(forest):
        style = "" if node.images else ", style=dashed"
        lines.append(f'  n{number} [label="{_dot_text(_title(node))}\\n{_dot_text(_size(node))}"{style}];')
        lines += [f"  n{above} -> n{number};"] if above is not None else []
    return "\n".join([*lines, "}"]) + "\n"


def mermaid(forest: Forest) -> str:
    """A flowchart of Mermaid, as GitHub and GitLab draw it in Markdown."""
    lines = ["flowchart LR"]
    for number, above, node in _numbered(forest):
        lines.append(f'  n{number}["{_mermaid_text(_title(node))}<br/>{_mermaid_text(_size(node))}"]')
        lines += [f"  n{above} --> n{number}"] if above is not None else []
    return "\n".join(lines) + "\n"


def _lines(root: Node) -> Iterator[str]:
    waiting = [(root, "", "")]
    while waiting:
        node, lead, branch = waiting.pop()
        yield f"{lead}{branch}{_title(node)}  {_size(node)}"
        below = lead + {"": "", "├─ ": "│  ", "└─ ": "   "}[branch]
        above = [(child, below, "├─ ") for child in node.children]
        if above:
            above[-1] = (node.children[-1], below, "└─ ")
        waiting += reversed(above)


def _title(node: Node) -> str:
    if node.names:
        return shortened(visible(", ".join(node.names)), _NAME_LENGTH)
    return "(common layers)" if node.layers else "(no layers)"


def _size(node: Node) -> str:
    pulled = "" if node.own.blob_bytes is None else f", {decimal_bytes(node.own.blob_bytes)} to pull"
    return f"{counted(len(node.layers), 'layer')}, {decimal_bytes(node.own.file_bytes)} of files{pulled}"


def _totals(forest: Forest) -> list[str]:
    images, layers = counted(forest.images, "image"), counted(forest.layers, "layer")
    figures: dict[str, Callable[[Bytes], int | None]] = {
        "files": lambda each: each.file_bytes,
        "layers, unpacked": lambda each: each.tar_bytes,
        "to pull": lambda each: each.blob_bytes,
    }
    if forest.given > forest.images:
        images += f" ({forest.given:,} given: what is the same image counts once)"
    lines = [f"{images}, {layers}, {forest.distinct_layers:,} of them distinct"]
    for name, figure in figures.items():
        summed, stored = figure(forest.summed), figure(forest.stored)
        if summed is not None and stored is not None:
            lines.append(
                f"  {name:16}  {decimal_bytes(stored):>8} stored once, {decimal_bytes(summed)} if each image were "
                f"alone: sharing saves {decimal_bytes(summed - stored)}"
            )
    return lines


def _json_lines(forest: Forest) -> Iterator[str]:
    """The roots, a line a node. Without recursion: encoders give up at nodes that stand on hundreds of others."""
    waiting: list[tuple[Node | None, str]] = [*_siblings(forest.roots)]
    while waiting:
        node, after = waiting.pop()
        if node is None:
            yield f"]}}{after}"
            continue
        fields = {
            "names": node.names,
            "images": node.images,
            "chain_id": node.chain_id,
            "layers_from": node.layers.start,
            "layers": node.layers.stop,
            "own": asdict(node.own),
        }
        yield f'{_json_text(fields)[:-1]},"children":['
        waiting += [(None, after), *_siblings(node.children)]


def _siblings(nodes: Sequence[Node]) -> Iterator[tuple[Node, str]]:
    """Last first, each with what stands between it and the next."""
    for at in range(len(nodes) - 1, -1, -1):
        yield nodes[at], "," if at < len(nodes) - 1 else ""


def _json_text(value: dict[str, Any]) -> str:
    return msgspec.json.encode(value, enc_hook=str).decode()


def _numbered(forest: Forest) -> Iterator[tuple[int, int | None, Node]]:
    """Each node with its number and that of the node it stands on, in the order of the tree."""
    waiting: list[tuple[int | None, Node]] = [(None, root) for root in reversed(forest.roots)]
    number = 0
    while waiting:
        above, node = waiting.pop()
        yield number, above, node
        waiting += [(number, child) for child in reversed(node.children)]
        number += 1


def _dot_text(text: str) -> str:
    """Text inside double quotes, where Graphviz knows ``\\"`` and escapes such as ``\\N``."""
    return text.replace("\\", "\\\\").replace('"', '\\"')


def _mermaid_text(text: str) -> str:
    """Text inside ``["…"]``: what Mermaid, Markdown or HTML could read as theirs becomes a numbered entity."""
    return "".join(each if each.isalnum() or each in " .,:/_-()" else f"#{ord(each)};" for each in text)
