"""The summary that a person reads in a terminal: what the image weighs, layer by layer, and what is wasted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyzer.inheritance.evidence import OS_RELEASE

from .formatting import counted, decimal_bytes, headline, of_security, share, shortened, shortened_path, visible
from .inherited import none_known
from .tables import align

if TYPE_CHECKING:
    from .document import Document, LayerSection, ParentsSection

WIDTH = 100
LAYERS_SHOWN = 10
PATHS_SHOWN = 5
FINDINGS_SHOWN = 5
PACKAGES_SHOWN = 3
_BAR = 20
_INDENT = "  "


def summary(document: Document) -> str:
    """Some thirty lines, without colours: tables of at most 100 characters, sentences of at most 300."""
    blocks = [
        _title(document),
        _sizes(document),
        _layers(document),
        _waste(document),
        _packages(document),
        _findings(document),
        _notes(document),
    ]
    return "\n".join(block for block in blocks if block)


def _title(document: Document) -> str:
    image, size = document.image, document.size
    facts = [image.format, image.platform, counted(size.layers, "layer"), counted(size.files, "file")]
    return shortened(visible(f"{image.name}  ({', '.join(filter(None, facts))})"), 2 * WIDTH) + "\n"


def _sizes(document: Document) -> str:
    size = document.size
    rows = [("a container sees", size.rootfs_bytes, "")]
    rows.append(("stored, never seen", size.waste_bytes, f"{share(size.waste_bytes, size.file_bytes)} of all files"))
    if document.parents and document.parents.chain:
        rows.append(("its own layers", document.parents.own.file_bytes, _parent(document.parents)))
    if size.pull_bytes is None:
        rows.append(("layers, unpacked", size.tar_bytes, _why_unknown(document)))
    else:
        rows.append(("to pull", size.pull_bytes, f"{decimal_bytes(size.tar_bytes)} unpacked"))
    columns = [
        [_INDENT + name for name, _, _ in rows],
        [decimal_bytes(count) for _, count, _ in rows],
        [remark for _, _, remark in rows],
    ]
    return align(columns, [False, True, False], WIDTH)


def _parent(parents: ParentsSection) -> str:
    nearest = parents.chain[-1]
    if all(each.evidence == OS_RELEASE for each in parents.chain):
        return none_known(nearest.names)
    name = shortened(visible(nearest.names[0]), WIDTH // 2) if nearest.names else "a parent image"
    told = f"on {name}, {decimal_bytes(parents.inherited.file_bytes)} of files"
    return told if nearest.certain else f"{told} (a guess)"


def _why_unknown(document: Document) -> str:
    plain = sum(layer.compression == "plain" for layer in document.layers)
    if not plain:
        return "the pull size is unknown"
    which = "layers" if plain == len(document.layers) else f"{plain} of {len(document.layers)} layers"
    return f"the pull size is unknown: {which} are stored uncompressed"


def _layers(document: Document) -> str:
    """The largest layers, in their order, each with a bar: seen, never seen, overhead."""
    if not document.layers:
        return _INDENT + "no layers\n"
    by_size = sorted(document.layers, key=lambda layer: -layer.tar_bytes)
    shown = sorted(by_size[:LAYERS_SHOWN], key=lambda layer: layer.index)
    rest = by_size[LAYERS_SHOWN:]
    largest = max(by_size[0].tar_bytes, 1)
    columns = [
        ["layer", *(str(layer.index) for layer in shown)],
        ["size", *(decimal_bytes(layer.tar_bytes) for layer in shown)],
        ["wasted", *(decimal_bytes(_wasted(layer)) if _wasted(layer) else "" for layer in shown)],
        ["█ seen ▒ wasted ░ tar", *(_bar(layer, largest) for layer in shown)],
        ["instruction", *(visible(layer.instruction) for layer in shown)],
    ]
    text = align([[_INDENT + cell for cell in columns[0]], *columns[1:]], [True, True, True, False, False], WIDTH)
    if rest:
        size = decimal_bytes(sum(layer.tar_bytes for layer in rest))
        text += f"{_INDENT}and {counted(len(rest), 'smaller layer')}: {size}\n"
    return text


def _wasted(layer: LayerSection) -> int:
    return layer.file_bytes - layer.ledger.visible


def _bar(layer: LayerSection, largest: int) -> str:
    """At least one mark for each part that is there, as long as the layer is against the largest one."""
    parts = ((layer.ledger.visible, "█"), (_wasted(layer), "▒"), (layer.ledger.overhead, "░"))
    return "".join(mark * max(round(_BAR * count / largest), 1) for count, mark in parts if count)[: _BAR + 1]


def _waste(document: Document) -> str:
    told = headline(document)
    blame = f": {told.instruction}" if told.instruction else ""
    text = shortened(told.text + blame, 2 * WIDTH) + "\n"
    shown = document.waste.paths[:PATHS_SHOWN]
    if not shown:
        return text
    columns = [
        [_INDENT + decimal_bytes(each.bytes) for each in shown],
        [visible(each.cause) for each in shown],
        [f"layer {each.held_by} → {each.caused_by}" for each in shown],
        [shortened_path(visible(each.path), WIDTH // 2) for each in shown],
    ]
    text += align(columns, [True, False, False, False], WIDTH)
    more = len(document.waste.paths) - len(shown) + document.omitted.waste_paths
    return text + (f"{_INDENT}and {counted(more, 'more wasted file')}\n" if more else "")


def _packages(document: Document) -> str:
    """One line: what packages own, and the largest of them that fit into it."""
    section = document.packages
    if section is None or not section.packages:
        return ""
    owned, whole = section.file_bytes, section.file_bytes + section.unowned_bytes
    verb = "owns" if section.packages == 1 else "own"
    text = f"{counted(section.packages, 'package')} {verb} {decimal_bytes(owned)} of {decimal_bytes(whole)}"
    for each in section.largest[:PACKAGES_SHOWN]:
        name = shortened(visible(f"{each.name} {each.version}"), WIDTH // 2)
        longer = f"{text}{'; largest' if each is section.largest[0] else ','} {name} ({decimal_bytes(each.file_bytes)})"
        if len(longer) > WIDTH:
            break
        text = longer
    return text + "\n"


def _findings(document: Document) -> str:
    """What to change first, and what all of it saves."""
    if not document.findings or not document.findings.found:
        return ""
    own = [each for each in document.findings.found if not each.inherited]
    if not own:
        return "Nothing to change in the image's own layers.\n"
    shown = own[:FINDINGS_SHOWN]
    columns = [
        [_INDENT + (decimal_bytes(each.file_bytes) if each.file_bytes else each.severity) for each in shown],
        ["config" if each.layer is None else f"layer {each.layer}" for each in shown],
        [visible(each.title) for each in shown],
    ]
    saved = decimal_bytes(document.findings.own_file_bytes)
    text = f"What to change, {saved} in all (imgscan findings says how):\n"
    text += align(columns, [True, False, False], WIDTH)
    more = len(document.findings.found) - len(shown) + document.findings.omitted
    grave = of_security(each.severity for each in document.findings.found if each not in shown)
    return text + (f"{_INDENT}and {counted(more, 'more finding')}{grave}\n" if more else "")


def _notes(document: Document) -> str:
    return "".join(shortened(f"note: {visible(note)}", 3 * WIDTH) + "\n" for note in document.notes)
