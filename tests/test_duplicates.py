"""Contents at several paths, by digests that are alike."""

import pyarrow as pa

from analyzer.analyses.duplicates import find_duplicates
from tests.images import Layer


def test_digests_are_equal_in_all_their_bytes(stacked) -> None:
    """The first bytes of a digest only tell which may be equal."""
    layer = Layer()
    for name in "abcdef":
        layer.file(name, b"12345")
    analysis = stacked(layer)._analysis
    digests = [b"A" * 32, b"A" * 8 + b"B" * 24, b"A" * 32, None, b"A" * 8 + b"B" * 24, b"C" * 32]
    column = pa.array(digests, pa.binary(32))
    table = analysis.changes
    changed = table.set_column(table.column_names.index("digest"), table.schema.field("digest"), column)
    found = find_duplicates(changed, analysis.stack, 10, 10).found
    assert [each.paths for each in found] == [["a", "c"], ["b", "e"]]
