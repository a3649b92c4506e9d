"""Evidence `content`: the files of the candidate are in the image, unchanged, at the same paths.

It is what remains of a parent when an image is squashed, flattened, exported or rebased.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .evidence import CONTENT, Match
from .files import NOWHERE, keys_of
from .history import diverges
from .profile import moment

if TYPE_CHECKING:
    import pyarrow as pa

    from ..arrays import Ints
    from .files import Occurrences
    from .profile import KnownImage, Profile

# Of the files in a layer this share has to be the candidate's for the layer to be one of its own; and those
# layers have to hold this share of the candidate. Otherwise no layer ends with it.
_MOST = 0.95
_WORTH_TELLING = 0.25


def by_content(image: Profile, candidate: KnownImage, held: Occurrences, first_layer: int) -> Match | None:
    """A match by the share of the candidate's files that the image holds; None for less than a quarter.

    Files in the layers below ``first_layer``, which belong to parents that are known better, do not count
    on either side. The score is the share with one file more in the divisor, so that few files prove little.
    ``end`` is None where the lower layers hold much else too: the two can then be told apart by file only.
    """
    if _cannot_be_older(image, candidate.profile):
        return None
    keys = keys_of(candidate.files)
    layers = held.first_layers(keys)
    layers = layers[layers >= first_layer]
    found = np.sort(layers[layers != NOWHERE])
    score = len(found) / (len(layers) + 1)
    if score < _WORTH_TELLING:
        return None
    beyond = " beyond known parents" if first_layer else ""
    detail = f"{len(found):,} of its {len(layers):,} files{beyond} are unchanged"
    return Match(CONTENT, score, certain=False, end=_end(found, held, keys, first_layer), detail=detail)


def _cannot_be_older(image: Profile, candidate: Profile) -> bool:
    """Whether the candidate was made later, has more in it, or is another branch from a common parent."""
    before, after = moment(candidate.created), moment(image.created)
    if before is not None and after is not None and before > after:
        return True
    return candidate.sizes.files > image.sizes.files or diverges(image, candidate)


def _end(found: Ints, held: Occurrences, keys: pa.Array, first_layer: int) -> int | None:
    """Behind the last of the layers in a row that hold the candidate's files and little else, if they hold most."""
    layers = int(held.layer.max()) + 1
    parents_rows, rows = held.first_rows(keys), np.unique(held.row)
    order = np.searchsorted(rows, held.row)
    layer_of = np.zeros(len(rows), np.int64)
    layer_of[order] = held.layer
    files = np.bincount(layer_of, minlength=layers)[first_layer:]
    parents = np.bincount(layer_of[np.searchsorted(rows, parents_rows)], minlength=layers)[first_layer:]
    foreign = np.flatnonzero(parents < _MOST * files)
    pure = parents[: foreign[0]] if len(foreign) else parents
    if pure.sum() < _MOST * len(found):
        return None
    return first_layer + int(np.flatnonzero(pure)[-1]) + 1
