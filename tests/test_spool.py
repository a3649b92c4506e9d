"""An image from a pipe, kept so that it can be read again."""

import os
from pathlib import Path

import pytest

from analyzer.errors import ArchiveReadError, LimitExceededError
from analyzer.streams import spool
from analyzer.streams.base import BytesStream, read
from analyzer.streams.spool import spooled

CONTENT = bytes(range(256)) * 20_000


def test_what_is_kept_is_what_came(tmp_path, monkeypatch) -> None:
    """In a file that has no name, from any place, by several readers."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    file = spooled(BytesStream(CONTENT))
    assert list(tmp_path.iterdir()) == []
    first, second = file.stream(), file.stream()
    second.skip(1000)
    assert read(first, len(CONTENT) + 1) == CONTENT
    assert read(second, 10) == CONTENT[1000:1010]


def test_nothing_is_kept_of_nothing() -> None:
    assert spooled(BytesStream(b"")).size == 0


def test_more_than_the_bound_is_refused(monkeypatch) -> None:
    monkeypatch.setattr(spool, "SPOOL_BYTES_LIMIT", len(CONTENT) - 1)
    with pytest.raises(LimitExceededError, match="from a pipe"):
        spooled(BytesStream(CONTENT))


def test_a_full_disk_is_an_error_that_says_so(monkeypatch) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("needs Linux's /dev/full")
    with Path("/dev/full").open("wb", buffering=0) as full:
        monkeypatch.setattr(spool, "TemporaryFile", lambda **_: full)
        with pytest.raises(ArchiveReadError, match="No space left on device") as raised:
            spooled(BytesStream(CONTENT))
    assert "TMPDIR" in (raised.value.hint or "")


def test_the_descriptor_is_closed_with_the_last_stream() -> None:
    file = spooled(BytesStream(CONTENT))
    descriptor, stream = file.descriptor, file.stream()
    del file
    os.fstat(descriptor)
    del stream
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(descriptor)
