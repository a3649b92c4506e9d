"""Archives against what Python's zipfile and tarfile say is in them."""

import gzip
import io
import tarfile
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.diff.contents.tar import tar_entries
from analyzer.diff.contents.zip import zip_entries
from tests.diff.contents.sides import compared, told
from tests.images import gzip_members, zstd


def zipped(files: dict[str, bytes], *, compression: int = zipfile.ZIP_DEFLATED, year: int = 1980, **options) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", compression) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name, (year, 1, 1, 0, 0, 0)), data, compression)
        archive.comment = options.get("comment", b"")
    return made.getvalue()


def tarred(files: dict[str, bytes], **attributes) -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name, data in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            for key, value in attributes.items():
                setattr(member, key, value)
            archive.addfile(member, io.BytesIO(data))
    return made.getvalue()


OLD = {"a/same": b"1", "a/gone": b"22", "resized": b"333", "other": b"xxxx"}
NEW = {"other": b"yyyy", "a/same": b"1", "resized": b"4444", "come": b""}
DIFFERENCE = [
    "- a/gone  2 bytes",
    "+ come  0 bytes",
    "~ other  4 bytes, other content",
    "~ resized  3 bytes -> 4 bytes",
]


@pytest.mark.parametrize("pack", [zipped, tarred])
def test_entries_that_come_go_and_change(pack) -> None:
    assert told(pack(OLD), pack(NEW)) == ("archive", DIFFERENCE)


@pytest.mark.parametrize("pack", [gzip.compress, zstd, gzip_members(3)], ids=["gzip", "zstd", "members"])
def test_packed_archives(pack) -> None:
    kind, lines = told(pack(tarred(OLD)), pack(tarred(NEW)))
    assert kind == "archive"
    assert lines[1:] == DIFFERENCE
    assert lines[0] in ("inside gzip:", "inside zstd:")


def test_the_same_entries() -> None:
    same = ["the same entries by size and checksum: their order, times, owners, modes or compression differ"]
    reordered = dict(reversed(OLD.items()))
    assert told(zipped(OLD), zipped(OLD, year=1990)) == ("archive", same)
    assert told(zipped(OLD), zipped(OLD, compression=zipfile.ZIP_STORED)) == ("archive", same)
    assert told(zipped(OLD), zipped(reordered)) == ("archive", same)
    assert told(tarred(OLD), tarred(OLD, mtime=1)) == ("archive", same)


def test_links_and_repeated_names_in_a_tar() -> None:
    def linked(target: str) -> bytes:
        return tarred({"link": b""}, type=tarfile.SYMTYPE, linkname=target)

    assert told(linked("a"), linked("b"))[1] == ["~ link  symlink to a -> symlink to b"]
    twice = tarred({"a": b"1"})[:1024] + tarred({"a": b"22"})
    assert told(tarred({"a": b"1"}), twice)[1] == ["~ a  1 byte -> 1 byte, 2 bytes"]


def test_a_manual_page_is_compared_unpacked() -> None:
    old, new = gzip.compress(b"a\nb\n", mtime=0), gzip.compress(b"a\nc\n", mtime=1)
    assert told(old, new) == ("text", ["inside gzip:", "@@ -1,2 +1,2 @@", " a", "-b", "+c"])
    assert told(old, gzip.compress(b"a\nb\n", mtime=1)) == ("archive", ["the same inside: how gzip packed it differs"])
    assert told(None, new) == ("text", ["inside gzip:", "@@ -0,0 +1,2 @@", "+a", "+c"])


def test_a_damaged_or_huge_stream_is_compared_as_it_is_stored() -> None:
    good, bomb = gzip.compress(b"a" * 1000), gzip.compress(bytes(1 << 27))
    for bad in (good[:-9], bomb):
        kind, lines = told(good, bad)
        assert kind == "binary"
        assert lines[0] == (
            "compressed with gzip, and damaged, or more than 67,108,864 bytes inside: compared as it is stored"
        )


def test_a_packed_stream_in_another_is_not_followed() -> None:
    inner = [gzip.compress(each, mtime=0) for each in (b"a", b"b")]
    assert told(*map(gzip.compress, inner))[0] == "binary"


NAMES = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"), min_size=1, max_size=20).filter(
    lambda name: "/" not in name and name not in (".", "..")
)
FILES = st.dictionaries(NAMES, st.binary(max_size=40), max_size=6)


@given(FILES, st.sampled_from([b"", b"a comment"]))
def test_a_zip_has_the_entries_that_zipfile_finds(files, comment) -> None:
    data = zipped(files, comment=comment)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        expected = {each.filename: (each.file_size, each.CRC) for each in archive.infolist()}
    found = zip_entries(data)
    assert found is not None
    assert {name: _size(each) for name, each in found.items()} == expected


def _size(entries):
    (entry,) = entries
    return int(entry.about.split()[0].replace(",", "")), int.from_bytes(entry.fingerprint, "big")


def test_a_zip_with_more_than_65535_entries_and_one_with_data_before_it() -> None:
    many = zipped({f"{n}": b"" for n in range(66_000)})
    found = zip_entries(many)
    assert found is not None
    assert len(found) == 66_000
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("a", "1")
    appended = zipped({"x": b"0"})[:30] + made.getvalue()  # its offsets count from where it begins itself
    assert list(zip_entries(appended) or ()) == ["a"]


@given(FILES)
def test_a_tar_has_the_entries_that_tarfile_finds(files) -> None:
    data = tarred(files)
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        expected = {each.name: each.size for each in archive}
    found = tar_entries(data) if files else {}
    assert found is not None
    assert {name: int(each[0].about.split()[0].replace(",", "")) for name, each in found.items()} == expected


def test_too_many_entries_are_compared_as_bytes(monkeypatch) -> None:
    for module in ("zip", "tar"):
        monkeypatch.setattr(f"analyzer.diff.contents.{module}.ENTRIES_LIMIT", 3)
    for pack in (zipped, tarred):
        assert compared(pack(OLD), pack(NEW)).kind == "binary"
