"""Names that some systems take for one, against each name of a directory compared with all others of it."""

from __future__ import annotations

import unicodedata

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.analyses.alike import alike
from analyzer.rootfs import paths as paths_module
from analyzer.rootfs.tree import build_tree

PARTS = st.sampled_from(["a", "A", "b", "\n", "\u00e9", "\u00c9", "e\u0301", "E\u0301", "\u03a3", "\u03c2", "\udcff"])
NAMES = st.lists(PARTS, min_size=1, max_size=2).map(lambda parts: "".join(parts).encode(errors="surrogateescape"))
PATHS = st.lists(NAMES, max_size=2).map(b"/".join)


@given(paths=st.lists(PATHS, max_size=12), few=st.sampled_from([0, 16]), data=st.data())
def test_names_are_alike_that_are_equal_but_for_case_and_normalisation(paths, few, data):
    tree, _ = build_tree(pa.array(paths, pa.binary()))
    seen = np.array(data.draw(st.lists(st.booleans(), min_size=len(tree), max_size=len(tree))))
    keys = [key(path) if is_seen else None for path, is_seen in zip(tree.paths.all().to_pylist(), seen, strict=True)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(paths_module, "_FEW", few)
        found = alike(tree, seen)
    assert found.tolist() == [node for node, each in enumerate(keys) if each is not None and keys.count(each) > 1]


def key(path: bytes) -> tuple[bytes, str]:
    """The directory, and the name decomposed, where the code under test composes."""
    directory, _, name = path.rpartition(b"/")
    return directory, unicodedata.normalize("NFD", name.decode(errors="surrogateescape").lower())
