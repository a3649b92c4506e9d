"""The compression that a footer claims, against what Arrow itself says of files that it wrote."""

import io
from contextlib import suppress

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import parquet as pq

from analyzer.inheritance.footer import codecs

CODECS = {"none": 0, "snappy": 1, "gzip": 2, "brotli": 4, "lz4": 7, "zstd": 6}
TABLE = pa.table({"text": ["a", None, "b"] * 50, "number": range(150), "flag": [True, False, None] * 50})


def written(compression, **options):
    sink = io.BytesIO()
    pq.write_table(TABLE, sink, compression=compression, **options)
    return sink.getvalue()


@pytest.mark.parametrize("compression", CODECS)
@pytest.mark.parametrize("options", [{}, {"row_group_size": 7}, {"write_page_index": True}, {"store_schema": False}])
def test_the_codec_is_the_one_that_wrote_the_file(compression, options):
    assert codecs(io.BytesIO(written(compression, **options))) == {CODECS[compression]}


def test_one_compressed_column_among_others_is_seen():
    content = written({"text": "none", "number": "zstd", "flag": "none"}, row_group_size=20)
    assert codecs(io.BytesIO(content)) == {0, 6}


def trailed(footer):
    return footer + len(footer).to_bytes(4, "little") + b"PAR1"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"PAR1",
        bytes(100),
        trailed(b""),
        trailed(b"\x15"),
        trailed(b"\x19" + b"\x19" * 5000),  # lists in lists
        trailed(b"\x1c" * 5000),  # structs in structs
        trailed(b"\x19\xf5" + b"\xff" * 8 + b"\x7f"),  # a list of more items than there are bytes
        trailed(b"\x18" + b"\xff" * 8 + b"\x7f"),  # a text longer than the file
        trailed(b"\x15" + b"\xff" * 20),
        trailed(b"\x1b"),
    ],
)
def test_what_is_no_footer_is_refused(content):
    with pytest.raises(ValueError, match=r"footer|Parquet"):
        codecs(io.BytesIO(content))


@given(st.data())
def test_damage_ends_in_an_answer_or_in_a_value_error(data):
    content = bytearray(written("none", row_group_size=50))
    for _ in range(data.draw(st.integers(1, 8))):
        content[-data.draw(st.integers(1, 800))] = data.draw(st.integers(0, 255))
    with suppress(ValueError):
        codecs(io.BytesIO(content))
