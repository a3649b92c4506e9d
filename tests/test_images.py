"""The tars the builder writes, read by tools that know nothing of it: tarfile, GNU tar, gzip, zstd, xz."""

import io
import shutil
import subprocess
import tarfile
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.images import (
    END_BLOCKS,
    Layer,
    bzip2,
    gzip,
    gzip_members,
    libarchive_xattr_records,
    plain,
    xz,
    zstd,
    zstd_frames,
)
from tests.images.headers import Member, encode

FORMS = ["gnu", "0.0", "0.1", "1.0"]
SEGMENTS = [(at * 10_000, b"%d" % at * 600) for at in range(40)]


def needs(tool):
    return pytest.mark.skipif(shutil.which(tool) is None, reason=f"{tool} is not installed")


def opened(tar):
    return tarfile.open(fileobj=io.BytesIO(tar))


def only_member(layer):
    (member,) = opened(layer.tar()).getmembers()
    return member


def everything():
    return (
        Layer()
        .directory("d", mode=0o1777)
        .file("d/f", b"content", mode=0o4755, uid=1000, gid=1001, mtime=1_600_000_000, user="me", group="us")
        .symlink("d/s", "f")
        .hardlink("d/h", "d/f")
        .character("null", 1, 3)
        .block("sda", 8, 0)
        .fifo("pipe")
        .whiteout("d/gone")
        .opaque("d")
        .opaque("")
    )


# Tar entries


def test_tarfile_reads_every_kind_of_entry_as_it_was_written():
    seen = [(member.name, member.type, member.linkname) for member in opened(everything().tar())]
    assert seen == [
        ("d", b"5", ""),
        ("d/f", b"0", ""),
        ("d/s", b"2", "f"),
        ("d/h", b"1", "d/f"),
        ("null", b"3", ""),
        ("sda", b"4", ""),
        ("pipe", b"6", ""),
        ("d/.wh.gone", b"0", ""),
        ("d/.wh..wh..opq", b"0", ""),
        (".wh..wh..opq", b"0", ""),
    ]
    file = opened(everything().tar()).getmember("d/f")
    assert (file.mode, file.uid, file.gid, file.mtime) == (0o4755, 1000, 1001, 1_600_000_000)
    assert (file.uname, file.gname, file.size) == ("me", "us", 7)
    device = opened(everything().tar()).getmember("sda")
    assert (device.devmajor, device.devminor) == (8, 0)


@needs("tar")
def test_gnu_tar_lists_every_kind_of_entry():
    listed = subprocess.run(
        ["tar", "--numeric-owner", "-tvf", "-"], input=everything().tar(), capture_output=True, check=True
    )
    assert listed.stderr == b""
    modes = [line.split()[0] for line in listed.stdout.decode().splitlines()]
    assert modes[:7] == [
        "drwxrwxrwt",
        "-rwsr-xr-x",
        "lrwxrwxrwx",
        "hrw-r--r--",
        "crw-r--r--",
        "brw-r--r--",
        "prw-r--r--",
    ]


names = st.text("abc/", min_size=1, max_size=300).filter(lambda name: not name.endswith("/"))


@settings(deadline=None)  # no test is about how long it takes
@given(
    name=names,
    link=names,
    uid=st.integers(0, 2**40),
    mtime=st.integers(-(2**40), 2**40),
    size=st.integers(0, 2**40),
    dialect=st.sampled_from(["gnu", "pax"]),
)
def test_headers_equal_the_standard_librarys(*, name, link, uid, mtime, size, dialect):
    info = tarfile.TarInfo(name)
    info.type, info.linkname, info.uid, info.mtime, info.size = tarfile.LNKTYPE, link, uid, mtime, size
    member = Member(
        name=name.encode(), typeflag=b"1", linkname=link.encode(), uid=uid, mtime=mtime, size=size, mode=0o644
    )
    form = {"gnu": tarfile.GNU_FORMAT, "pax": tarfile.PAX_FORMAT}[dialect]
    if dialect == "gnu":
        assert encode(member, dialect) == info.tobuf(form)
    else:  # the order of PAX records is free
        assert tarfile.TarInfo.frombuf(encode(member, dialect)[-512:], "utf-8", "strict").name == name[:100].rstrip("/")
        seen = only_member(Layer().raw(encode(member, dialect)))
        assert (seen.name, seen.linkname) == (name, link)
        assert (seen.uid, seen.mtime, seen.size) == (uid, mtime, size)


def test_ustar_splits_long_names_and_refuses_what_it_cannot_hold():
    name = "/".join(["directory"] * 15 + ["f"])
    layer = Layer("ustar").file(name, b"x")
    info = tarfile.TarInfo(name)
    info.size = 1
    assert layer.tar()[:512] == info.tobuf(tarfile.USTAR_FORMAT)
    assert only_member(layer).name == name
    with pytest.raises(ValueError, match="ustar cannot hold"):
        Layer("ustar").file("x" * 101)
    with pytest.raises(ValueError, match="octal"):
        Layer("ustar").file("f", uid=2**21)


def test_pax_keeps_fractions_attributes_and_names_that_are_not_utf_8():
    capability = bytes(range(20))
    layer = Layer().file(b"na\xefve", b"x", mtime=Decimal("1.000000001"), xattrs={"security.capability": capability})
    member = only_member(layer)
    assert member.name == "na\udcefve"
    assert member.pax_headers["mtime"] == "1.000000001"
    attribute = member.pax_headers["SCHILY.xattr.security.capability"]
    assert attribute.encode("utf-8", "surrogateescape") == capability


def test_libarchive_attributes_are_base64():
    layer = Layer().file("f", pax=libarchive_xattr_records({"user.a b": b"\0\1\2\3"}))
    assert only_member(layer).pax_headers == {"LIBARCHIVE.xattr.user.a%20b": "AAECAw"}


def test_global_headers_hold_for_later_entries_and_are_no_entry():
    layer = Layer().file("a").pax_global({"gname": b"wheel"}).file("b")
    assert [(member.name, member.gname) for member in opened(layer.tar())] == [("a", ""), ("b", "wheel")]


@pytest.mark.parametrize("form", FORMS)
def test_tarfile_reads_every_sparse_form(form):
    expected = bytearray(500_000)
    for offset, data in SEGMENTS:
        expected[offset : offset + len(data)] = data
    layer = Layer().file("before").sparse("s" * 120, SEGMENTS, 500_000, form).file("after", b"!")
    tar = opened(layer.tar())
    assert tar.getnames() == ["before", "s" * 120, "after"]
    assert tar.extractfile("s" * 120).read() == bytes(expected)
    assert len(layer.tar()) < 100_000


@needs("tar")
@pytest.mark.parametrize("form", FORMS)
def test_gnu_tar_lists_every_sparse_form_with_its_logical_size(form):
    layer = Layer().sparse("holes", SEGMENTS, 500_000, form)
    listed = subprocess.run(["tar", "-tvf", "-"], input=layer.tar(), capture_output=True, check=True)
    assert listed.stderr == b""
    assert listed.stdout.split()[2::3][0] == b"500000"
    assert listed.stdout.split()[-1] == b"holes"


def test_names_stand_in_the_header_as_given():
    spelled = [b"./a", b"/a", b"a//b", b"x/../a", b"", b"\xff\n"]
    layer = Layer("ustar")
    for name in spelled:
        layer.file(name)
    tar = layer.ending(b"").tar()
    assert [tar[at : at + 100].rstrip(b"\0") for at in range(0, len(tar), 512)] == spelled


def test_raw_fields_replace_encoded_ones_under_a_right_checksum():
    assert only_member(Layer().file("f", fields={"mode": b"0100644\0"})).mode == 0o100644
    with pytest.raises(tarfile.ReadError, match="bad checksum"):
        opened(Layer().file("f", fields={"checksum": b"0000000\0"}).tar())


def test_a_header_may_claim_another_size_than_its_content():
    assert only_member(Layer().hardlink("h", "f", size=3)).size == 3
    assert len(Layer("gnu").file("f", size=100 * 2**30).ending(b"").tar()) == 512


def test_the_ending_is_what_the_test_says():
    assert Layer().tar() == END_BLOCKS
    assert Layer().diff_id == "sha256:5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef"
    assert Layer().file("a").ending(END_BLOCKS + b"junk").tar().endswith(b"\0junk")
    assert opened(Layer().file("a").ending(b"").tar()).getnames() == ["a"]


# Compression


@pytest.mark.parametrize(
    ("compression", "tool"),
    [
        (gzip, "gzip"),
        (gzip_members(3), "gzip"),
        (zstd, "zstd"),
        (zstd_frames(3, skippable=b"a table of contents"), "zstd"),
        (xz, "xz"),
        (bzip2, "bzip2"),
        (plain, "cat"),
    ],
)
def test_the_usual_tools_decompress_what_each_compression_wrote(compression, tool):
    if shutil.which(tool) is None:
        pytest.skip(f"{tool} is not installed")
    content = bytes(range(256)) * 300
    command = [tool] if tool == "cat" else [tool, "-dc"]
    unpacked = subprocess.run(command, input=compression(content), capture_output=True, check=True)
    assert unpacked.stdout == content
    assert compression(content) == compression(content)


def test_multi_member_forms_have_as_many_members_as_asked():
    assert gzip_members(3)(b"abcdef").count(b"\x1f\x8b\x08") == 3
    framed = zstd_frames(2, skippable=b"toc")(b"abcdef")
    assert framed.count(b"\x28\xb5\x2f\xfd") == 2
    assert framed.count(b"\x50\x2a\x4d\x18\x03\0\0\0toc") == 3
