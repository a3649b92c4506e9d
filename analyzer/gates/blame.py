"""Which layer is to blame for what a rule found: where a remark about the Dockerfile belongs."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc
from msgspec import Struct, field

from ..globs import regex, whole
from .demand_rules import OF_FINDINGS, rules_found
from .figures import OWN
from .found import is_named, visible_paths
from .instructions import layers_of_instructions
from .rules import PULL_DELTA
from .subjects import UNSEEN, subjects

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from ..analysis import Analysis
    from ..findings.model import Finding


class Clues(Struct, frozen=True):
    """What tells of layers beside the image itself.

    ``findings`` are its own. By the figures that growth is told of (`subjects`), ``grown`` says by how much each layer
    makes one larger than that of the baseline, ``unsure`` how much more layers made of which it is not known. ``known``
    has the blobs of the baseline.
    """

    findings: Iterable[Finding] = ()
    grown: Mapping[str, Mapping[int, int]] = field(default_factory=dict)
    unsure: Mapping[str, int] = field(default_factory=dict)
    known: Collection[str] = ()


def blamed_layer(rule: str, paths: Sequence[str], image: Analysis, clues: Clues) -> int | None:
    """The layer that caused most of what a broken ``rule`` found; None where no layer did.

    ``paths`` are the first that it names.
    """
    table, _, name = rule.partition(".")
    if table == "forbidden":
        return _forbidden(name, paths, image, clues.findings)
    if table in ("paths", "growth-of-paths"):
        grown = _grown(rule, clues) if table == "growth-of-paths" else {}
        return _heaviest(_at(visible_paths(image), (regex(name), regex(name.rstrip("/") + "/**"))), image, grown)
    if table in ("packages", "growth-of-packages"):
        return _package(name, image, _grown(rule, clues) if table == "growth-of-packages" else {})
    if table == "layers":
        return _instruction(name, image)
    if name == PULL_DELTA:
        return _largest_blob(image, clues.known)
    of_figures = table in ("limits", "growth", "creep", "dive")
    return _figure(rule, name.removeprefix(OWN), image, clues) if of_figures else None


def _figure(rule: str, figure: str, image: Analysis, clues: Clues) -> int | None:
    if figure == "largest_file":
        return _heaviest(visible_paths(image), image)
    is_growth = rule.startswith(("growth.", "creep."))
    grown, unsure = _grown(rule, clues), sum(clues.unsure.get(each, 0) for each in subjects(rule))
    if is_growth and (grown or unsure):
        return _largest(grown, unsure, image)
    if subjects(rule) == (UNSEEN,):
        return _most(image.history, "waste_caused")
    return _heaviest_new(image, clues.known) if is_growth else _most(image.history, "file_bytes")


def _grown(rule: str, clues: Clues) -> Mapping[int, int]:
    """By how much each layer makes larger what a rule is about."""
    sums = Counter[int]()
    for each in subjects(rule):
        sums.update(clues.grown.get(each, {}))
    return sums


def _heaviest_new(image: Analysis, known: Collection[str]) -> int | None:
    """Of the layers that a baseline lacks, the one with the most file bytes; of all where it has none of them."""
    new = [at for at, each in enumerate(image.scan.layers) if str(each.digest) not in known]
    history = image.history.filter(pc.is_in(image.history["layer"], pa.array(new, image.history["layer"].type)))
    return _most(history, "file_bytes")


def _forbidden(name: str, paths: Sequence[str], image: Analysis, findings: Iterable[Finding]) -> int | None:
    if name in OF_FINDINGS:
        rules = rules_found(name, paths)
        return next((each.layer for each in findings if rules.intersection(each.rules)), None)
    if name == "packages":
        return _package(paths[0], image) if paths else None
    at = pc.index(image.changes["path"], paths[0]).as_py() if paths else -1  # the layer that brought it first
    return None if at < 0 else image.changes["layer"][at].as_py()


def _at(table: pa.Table, expressions: Iterable[str]) -> pa.Table:
    return table.filter(pc.match_substring_regex(table["path"], whole(expressions)))


def _heaviest(paths: pa.Table, image: Analysis, grown: Collection[int] = ()) -> int | None:
    """The layer of the largest of the files at the paths, by preference of those in layers that have ``grown``."""
    files = image.changes.select(["layer", "stored"]).take(paths["inode"].drop_null())
    of_grown = files.filter(pc.is_in(files["layer"], pa.array(grown, files["layer"].type)))
    files = of_grown if pc.max(of_grown["stored"]).as_py() else files
    largest = pc.max(files["stored"])
    return files["layer"][pc.index(files["stored"], largest).as_py()].as_py() if largest.as_py() else None


def _package(name: str, image: Analysis, grown: Collection[int] = ()) -> int | None:
    """The layer that has most of the packages that a pattern names, by preference one of those that have ``grown``."""
    rows = [each for each in image.present.to_pylist() if is_named(f"{each['ecosystem']}:{each['name']}", (name,))]
    shares = [share for row in rows for share in row["layers"]]
    shares = [each for each in shares if each["layer"] in grown and each["file_bytes"]] or shares
    return max(shares, key=lambda each: each["file_bytes"])["layer"] if shares else None


def _instruction(pattern: str, image: Analysis) -> int | None:
    """Of the layers whose instruction matches, the one with the most file bytes."""
    sizes = dict(layers_of_instructions(image, pattern))
    largest = max(sizes, key=sizes.__getitem__, default=None)
    return largest if largest is not None and sizes[largest] else None


def _largest_blob(image: Analysis, known: Collection[str]) -> int | None:
    """Of the layers that a host lacks that has the ``known`` blobs, the one with the largest."""
    layers = list(enumerate(image.scan.layers))[image.first_layer :]
    lacking = {at: each.blob_bytes for at, each in layers if str(each.digest) not in known}
    return max(lacking, key=lacking.__getitem__, default=None)


def _most(history: pa.Table, column: str) -> int | None:
    """The layer with the largest number in a column of the history; None where all are 0."""
    rows = [each for each in history.select(["layer", column]).to_pylist() if each[column]]
    return max(rows, key=lambda each: each[column])["layer"] if rows else None


def _largest(grown: Mapping[int, int], unsure: int, image: Analysis) -> int | None:
    """Of the layers of the image, or of its part, the one that grew most, if that is certain."""
    ranked = sorted((size, layer) for layer, size in grown.items() if layer >= image.first_layer)
    if not ranked:
        return None
    second = ranked[-2][0] if len(ranked) > 1 else 0
    most, layer = ranked[-1]
    return layer if most >= second + unsure else None
