"""What stands in tar headers besides a name: records, numbers, times, attributes, devices, odd kinds of entry."""

from base64 import b64encode
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from analyzer.errors import LayerReadError
from tests.images import END_BLOCKS, Layer, libarchive_xattr_records
from tests.images.headers import base_256, extended_header
from tests.traps.views import changes, digest, kinds, only_change


def nanoseconds(image):
    return image.changes["mtime"].cast("int64").to_pylist()


def xattrs(row):
    return dict(row["xattrs"] or [])


# PAX records


def test_pax_records_override_every_field_of_the_header(stacked):
    name, link = "n" * 300, "l" * 300
    layer = Layer().symlink(name, link, uid=2**21 + 1, gid=2**40, mtime=Decimal("1600000000.123456789"))
    row = only_change(stacked(layer))
    assert (row["path"], row["link_target"], row["uid"], row["gid"]) == (name, link, 2**21 + 1, 2**40)


def test_pax_times_keep_their_nanoseconds_also_before_1970(stacked):
    times = [
        b"1600000000.123456789",
        b"0.5",
        b"-1.5",
        b"-0.000000001",
        b"1600000000",
        b"1.1234567899",
        b"-1.0000000001",
    ]
    layer = Layer()
    for number, time in enumerate(times):
        layer.file(f"f{number}", pax={"mtime": time})
    expected = [1600000000123456789, 500_000_000, -1_500_000_000, -1, 1600000000 * 10**9, 1_123_456_789]
    expected.append(-1_000_000_001)  # the nanosecond that it is in, before 1970 too
    assert nanoseconds(stacked(layer)) == expected


@pytest.mark.parametrize(
    "value", [b"1e9999999", b"-1e9999999", b"1e999999999999999999999", b"nan", b"inf", b"x", b"1" * 400]
)
def test_a_pax_time_that_is_none_is_a_named_error(stacked, value):
    with pytest.raises(LayerReadError, match="mtime"):
        stacked(Layer().file("f", pax={"mtime": value})).report()


@pytest.mark.parametrize("value", [b"0", b"-0", b"1e-9999999", b"0.0", b"1e-99999999999999999"])
def test_tiny_pax_times_are_the_epoch(stacked, value):
    assert nanoseconds(stacked(Layer().file("f", pax={"mtime": value}))) == [0]


def test_times_that_nanoseconds_cannot_hold_are_null(stacked):
    layer = Layer("gnu")
    for number, seconds in enumerate([2**40, -(2**40), 2**62, -(2**63)]):
        layer.file(f"f{number}", fields={"mtime": base_256(seconds, 12)})
    layer.file("pax", pax={"mtime": b"1000000000000"})
    assert nanoseconds(stacked(layer)) == [None] * 5


def test_a_pax_size_overrides_the_header(stacked):
    more = Layer().file("f", b"x" * 700, size=0, pax={"size": b"700"}).file("after", b"!")
    less = Layer().file("f", b"", size=512, pax={"size": b"0"}).file("after", b"!")
    assert [(row["path"], row["size"]) for row in changes(stacked(more))] == [("f", 700), ("after", 1)]
    assert [(row["path"], row["size"]) for row in changes(stacked(less))] == [("f", 0), ("after", 1)]


def test_records_hold_for_one_entry_only(stacked):
    layer = Layer().file("a", pax={"uid": b"7", "path": b"long"}, xattrs={"user.x": b"1"}).file("b", uid=1)
    rows = changes(stacked(layer))
    assert [(row["path"], row["uid"], xattrs(row)) for row in rows] == [("long", 7, {"user.x": b"1"}), ("b", 1, {})]


def test_records_in_several_headers_before_one_entry_add_up(stacked):
    layer = Layer().raw(extended_header(b"x", {"path": b"long"})).raw(extended_header(b"x", {"uid": b"7"})).file("a")
    row = only_change(stacked(layer))
    assert (row["path"], row["uid"]) == ("long", 7)


def test_global_records_hold_for_all_later_entries_and_are_no_entry(stacked):
    layer = (
        Layer().file("a", uid=1).pax_global({"uid": b"7", "comment": b"0" * 40}).file("b").file("c", pax={"uid": b"8"})
    )
    layer.pax_global({"gid": b"9"}).file("d", gid=1)
    rows = changes(stacked(layer))
    assert [(row["path"], row["uid"], row["gid"]) for row in rows] == [
        ("a", 1, 0),
        ("b", 7, 0),
        ("c", 8, 0),
        ("d", 7, 9),
    ]


def test_an_empty_value_takes_a_global_record_back(stacked):
    layer = (
        Layer().pax_global({"uid": b"7"}).file("a", uid=1, pax={"uid": b""}).pax_global({"uid": b""}).file("b", uid=2)
    )
    assert [row["uid"] for row in changes(stacked(layer))] == [1, 2]


def test_the_global_header_of_git_archive_changes_nothing(stacked):
    layer = Layer().pax_global({"comment": b"0123456789" * 4}).directory("d").file("d/f", b"1")
    assert kinds(stacked(layer)) == {"d": "directory", "d/f": "file"}


def test_records_of_an_entry_of_unknown_kind_end_with_it(stacked):
    label = Layer().entry("v", b"V", pax={"path": b"label", "uid": b"7"}, xattrs={"user.x": b"1"}).file("real", b"1")
    row = only_change(stacked(label))
    assert (row["path"], row["uid"], xattrs(row)) == ("real", 0, {})
    long = Layer("gnu").entry("v" * 200, b"V").file("real", b"1")
    assert only_change(stacked(long))["path"] == "real"


@pytest.mark.parametrize("last", ["SCHILY", "LIBARCHIVE"])
def test_of_two_records_of_one_attribute_that_of_schily_counts(stacked, last):
    """Libarchive writes both, where it can: only that of its own is encoded."""
    records = {"SCHILY.xattr.user.a": b"plain", "LIBARCHIVE.xattr.user.a": b64encode(b"encoded")}
    if last == "SCHILY":
        records = dict(reversed(records.items()))
    assert xattrs(only_change(stacked(Layer().file("f", pax=records)))) == {"user.a": b"plain"}


def test_unknown_records_are_ignored(stacked):
    layer = Layer().file(
        "f",
        b"1",
        pax={
            "MSWINDOWS.fileattr": b"32",
            "MSWINDOWS.rawsd": b"AQAE",
            "LIBARCHIVE.creationtime": b"1.5",
            "SCHILY.dev": b"1",
            "hdrcharset": b"BINARY",
            "ctime": b"x",
        },
    )
    row = only_change(stacked(layer))
    assert (row["path"], row["size"], xattrs(row)) == ("f", 1, {})


@pytest.mark.parametrize(
    "body",
    [
        b"junk",
        b"5 a=b\n",
        b"99 a=b\n",
        b"0 a=b\n",
        b"-6 a=b\n",
        b"6 a=bX",
        b"7 ab=\n",
        b"6 a b\n",
        b"\xff" * 20,
        b"5 =b\n",
        b"6 a=b\n" + b"j" * 20,
    ],
)
def test_damaged_records_are_a_named_error(stacked, body):
    with pytest.raises(LayerReadError, match="PAX"):
        stacked(Layer().entry("x", b"x", body).file("f", b"1")).report()


# Attributes


def test_extended_attributes_are_bytes_and_may_hold_anything(stacked):
    capability = bytes.fromhex("0100000200040000000000000000000000000000")
    every_byte = bytes(range(256)) + b"\n=12 a=b\n"
    layer = Layer().file(
        "f", b"1", xattrs={"security.capability": capability, "user.every": every_byte, "user.empty": b""}
    )
    assert xattrs(only_change(stacked(layer)))["security.capability"] == capability
    assert xattrs(only_change(stacked(layer)))["user.every"] == every_byte


def test_attributes_of_libarchive_are_decoded_name_and_value(stacked):
    layer = Layer().file("f", pax=libarchive_xattr_records({"user.a b%": b"\0\1\2\3", "security.capability": b"\1\0"}))
    assert xattrs(only_change(stacked(layer))) == {"user.a b%": b"\0\1\2\3", "security.capability": b"\1\0"}


def test_a_file_stored_again_for_its_attributes_is_a_recopy(stacked):
    lower = Layer().file("f", b"12345")
    image = stacked(lower, Layer().file("f", b"12345", mode=0o4755, xattrs={"security.capability": b"\1"}))
    assert image.ledger().layers[0].recopied == 5


# Numbers


def test_gnu_numbers_in_base_256_are_read(stacked):
    row = only_change(stacked(Layer("gnu").file("f", uid=2**40, gid=2**55, mtime=-1)))
    assert (row["uid"], row["gid"]) == (2**40, 2**55)
    assert row["mtime"] == datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC)


def test_a_size_in_base_256_is_read(stacked):
    layer = Layer().file("f", b"x" * 700, fields={"size": base_256(700, 12)}).file("after", b"!")
    assert [(row["path"], row["size"]) for row in changes(stacked(layer))] == [("f", 700), ("after", 1)]


@pytest.mark.parametrize(
    "size", [b"000000001274", b"       1274 ", b"1274\0\0\0\0\0\0\0\0", b"1274 \0      ", b"      1274\0\0"]
)
def test_octal_numbers_may_be_filled_and_ended_in_every_usual_way(stacked, size):
    layer = Layer().file("f", b"x" * 700, fields={"size": size}).file("after", b"!")
    assert [(row["path"], row["size"]) for row in changes(stacked(layer))] == [("f", 700), ("after", 1)]


@pytest.mark.parametrize(
    "size", [b"+0000001274\0", b"0o000001274\0", b"00_00001274\0", b"0x000001274\0", b"000000009\0\0\0"]
)
def test_numbers_that_are_not_octal_are_a_named_error(stacked, size):
    layer = Layer().file("f", b"x" * 700, fields={"size": size}).file("after", b"!")
    with pytest.raises(LayerReadError):
        stacked(layer).report()


def test_an_empty_field_is_zero(stacked):
    row = only_change(stacked(Layer().file("f", fields=dict.fromkeys(("uid", "gid", "mtime", "size", "mode"), b""))))
    assert (row["uid"], row["gid"], row["size"], row["mode"]) == (0, 0, 0, 0)


def test_modes_are_permission_bits_even_where_buildkit_writes_the_type_too(stacked):
    layer = Layer().file("f", fields={"mode": b"0104755\0"}).directory("d", fields={"mode": b"0041777\0"})
    assert [row["mode"] for row in changes(stacked(layer))] == [0o4755, 0o1777]


def test_a_checksum_of_signed_bytes_is_accepted(stacked):
    tar = bytearray(Layer("gnu").file(b"caf\xe9", b"").ending(b"").tar())
    tar[148:156] = b"%06o\0 " % (sum(checksum_sum(tar)) - 256)
    assert only_change(stacked(Layer().raw(bytes(tar))))["path"] == "caf\\xe9"


def checksum_sum(block):
    return bytes(block[:148]) + b" " * 8 + bytes(block[156:])


@pytest.mark.parametrize("field", ["checksum", "uid", "mtime"])
def test_a_damaged_header_is_a_named_error_that_says_where(stacked, field):
    layer = Layer().file("ok", b"1").file("bad", b"2", fields={field: b"zzzzzz\0 "})
    with pytest.raises(LayerReadError, match=r"layer 0 .*"):
        stacked(layer).report()


# Kinds


def test_devices_pipes_and_links_have_no_bytes_and_devices_their_numbers(stacked):
    layer = Layer().character("null", 1, 3).block("sda", 8, 16).fifo("pipe").symlink("s", "t").directory("d")
    rows = changes(stacked(layer))
    assert [row["kind"] for row in rows] == ["character", "block", "fifo", "symlink", "directory"]
    assert [row["device"] for row in rows] == ["1:3", "8:16", None, None, None]
    assert {(row["size"], row["stored"], row["digest"]) for row in rows} == {(0, 0, None)}


def test_a_directory_that_claims_a_size_has_no_content(stacked):
    layer = Layer().directory("d", size=4096).file("d/f", b"1")
    assert [(row["path"], row["size"]) for row in changes(stacked(layer))] == [("d", 0), ("d/f", 1)]


@pytest.mark.parametrize("flag", [b"0", b"\0", b"7"])
def test_regular_files_have_three_type_flags(stacked, flag):
    row = only_change(stacked(Layer().entry("f", flag, b"123")))
    assert (row["kind"], row["size"], row["digest"]) == ("file", 3, digest(b"123"))


@pytest.mark.parametrize(
    ("header", "records"), [(b"old/", {}), (b"old", {"path": b"old/"}), (b"cut off", {"path": b"old/"})]
)
def test_a_directory_of_old_tars_is_known_by_its_final_slash(stacked, header, records):
    layer = Layer().entry(header, b"\0", pax=records).file("old/f", b"1")
    assert kinds(stacked(layer)) == {"old": "directory", "old/f": "file"}


def test_an_old_file_whose_real_name_has_no_slash_is_a_file(stacked):
    layer = Layer().entry(b"f/", b"\0", b"123", pax={"path": b"f"}).file("after", b"!")
    assert [(row["path"], row["kind"]) for row in changes(stacked(layer))] == [("f", "file"), ("after", "file")]


@pytest.mark.parametrize("flag", [b"V", b"M", b"D", b"A", b"Z", b"9"])
def test_entries_of_unknown_kind_are_stepped_over_with_their_content(stacked, flag):
    layer = Layer().file("a", b"1").entry("odd", flag, b"x" * 1000).file("b", b"2")
    image = stacked(layer)
    assert [row["path"] for row in changes(image)] == ["a", "b"]
    assert image.ledger().layers[0].tar_bytes == len(layer.tar())


# Overhead


def test_a_million_tiny_files_are_mostly_overhead_and_the_sums_close(stacked):
    layer = Layer().files({f"{number}": b"x" for number in range(2000)})
    ledger = stacked(layer).ledger().layers[0]
    assert (ledger.visible, ledger.overhead, ledger.tar_bytes) == (2000, 2000 * 1023 + 1024, 2000 * 1024 + 1024)


def test_records_padding_end_blocks_and_trailing_bytes_are_overhead(stacked):
    layer = Layer().file("n" * 300, b"x" * 513).ending(END_BLOCKS + bytes(10240) + b"trailing")
    ledger = stacked(layer).ledger().layers[0]
    assert ledger.visible == 513
    assert ledger.overhead == len(layer.tar()) - 513
