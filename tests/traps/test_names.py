"""Names: one path in many spellings, bytes that are no text, and text that is meant to do harm."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analyzer.errors import LimitExceededError
from tests.images import Image, Layer, docker_archive
from tests.strategies import odd_names, spellings, tree_paths
from tests.traps.views import changes, contents, digest, file_layers, kinds, only_change, wasted

reuse = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)


@pytest.mark.parametrize(
    "spelled", ["./a/b", "/a/b", "a//b", "a/./b", "x/../a/b", "../a/b", "a/b/", "a/c/../b", "//a/b"]
)
def test_all_spellings_of_a_path_are_one_path(stacked, spelled):
    image = stacked(Layer().file("a/b", b"lower"), Layer().file(spelled, b"upper!"))
    assert contents(image) == {"a/b": digest(b"upper!")}
    assert wasted(image) == [("a/b", 5, "overwritten", 0, 1)]


@reuse
@given(st.data())
def test_a_whiteout_hides_a_path_however_both_are_spelled(opened, data):
    path = data.draw(tree_paths())
    lower, upper = data.draw(spellings(path)), data.draw(spellings(path))
    image = opened(docker_archive(Image([Layer().file(lower, b"1"), Layer().whiteout(upper)])))
    assert file_layers(image) == {}
    assert [row["path"] for row in changes(image)] == [path, path]


@pytest.mark.parametrize("root", ["/", "./", ".", "", "a/.."])
def test_an_entry_for_the_root_is_the_empty_path(stacked, root):
    image = stacked(Layer().directory(root, mode=0o711).file("f", b"1"))
    (row,) = [row for row in image.rootfs.to_pylist() if row["kind"] == "directory"]
    assert (row["path"], row["mode"]) == ("", 0o711)


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "/../../etc/passwd", "a/../../../etc/passwd", "..//../etc/passwd"]
)
def test_names_that_climb_out_stay_inside_and_keep_what_the_tar_says(stacked, name):
    row = only_change(stacked(Layer().file(name, b"1")))
    assert row["path"] == "etc/passwd"
    assert row["raw_path"] == name.encode()


def test_nothing_of_the_image_is_ever_written_to_disk(stacked, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    before = {path for path in tmp_path.rglob("*") if path.is_file()}
    image = stacked(
        Layer().file("../escaped", b"1").file("/tmp/absolute", b"2").symlink("l", "/"), Layer().file("l/x", b"3")
    )
    image.report()
    written = {path for path in tmp_path.rglob("*") if path.is_file()} - before
    assert {path.name for path in written} == {"image.tar"}


def test_a_plain_name_has_no_raw_path(stacked):
    rows = changes(stacked(Layer().file("a", b"").directory("./d").file("./b", b"").file("/c", b"")))
    assert [(row["path"], row["raw_path"]) for row in rows] == [("a", None), ("d", None), ("b", None), ("c", b"/c")]


# Bytes


def test_names_that_are_not_utf_8_are_shown_escaped_and_kept_as_bytes(stacked):
    row = only_change(stacked(Layer().file(b"caf\xe9/\xff", b"1")))
    assert row["path"] == "caf\\xe9/\\xff"
    assert row["raw_path"] == b"caf\xe9/\xff"


def test_names_that_look_alike_once_escaped_are_two_files(stacked):
    image = stacked(Layer().file(b"\xff", b"1").file("\\xff", b"22"), Layer().whiteout(b"\xff"))
    assert [row["digest"] for row in image.rootfs.to_pylist()] == [digest(b"22")]


def test_link_targets_that_are_not_utf_8_are_shown_escaped(stacked):
    assert only_change(stacked(Layer().symlink("l", b"caf\xe9")))["link_target"] == "caf\\xe9"


@pytest.mark.parametrize("dialect", ["gnu", "pax"])
@reuse
@given(names=st.lists(odd_names(), min_size=1, max_size=5, unique=True))
def test_odd_names_are_all_there_and_kept_apart(opened, dialect, names):
    layer = Layer(dialect)
    for number, name in enumerate(names):
        layer.file(b"d/" + name, b"%d" % number)
    image = opened(docker_archive(Image([layer])))
    image.report()
    files = [row for row in image.rootfs.to_pylist() if row["kind"] == "file"]
    expected = {(b"d/" + name).decode("utf-8", "backslashreplace"): None for name in names}
    assert {row["path"] for row in files} == set(expected)
    assert {row["digest"] for row in files} == {digest(b"%d" % number) for number in range(len(names))}


@pytest.mark.parametrize(
    "name",
    [
        "<script>alert(1)</script>",
        "\x1b[31mred\x1b[0m",
        "new\nline",
        "tab\tand\rreturn",
        "\u202egnp.exe",
        "=HYPERLINK(1)",
        "::error::x",
        "a|b`c`@everyone",
        " leading and trailing ",
        "\x7f\x01",
    ],
)
def test_hostile_names_come_out_of_the_tables_as_they_are(stacked, name):
    image = stacked(Layer().file(name, b"1"), Layer().file("other", b"1"))
    assert name in kinds(image)
    assert image.report().duplicates[0].paths == sorted([name, "other"])


def test_names_that_differ_in_case_or_in_their_unicode_form_are_two_files(stacked):
    image = stacked(Layer().file("README", b"1").file("readme", b"2").file("caf\u00e9", b"3").file("cafe\u0301", b"4"))
    assert len(contents(image)) == 4


@pytest.mark.parametrize("length", [99, 100, 101, 155, 156, 255, 256, 257, 300, 4095])
@pytest.mark.parametrize("dialect", ["gnu", "pax"])
def test_long_names_are_whole(stacked, dialect, length):
    image = stacked(Layer(dialect).file("n" * length, b"1").directory("d/" + "m" * (length - 3)))
    assert [row["path"] for row in changes(image)] == ["n" * length, "d/" + "m" * (length - 3)]


def test_a_name_that_no_system_can_hold_is_refused_by_its_length(stacked):
    with pytest.raises(LimitExceededError, match="path"):
        stacked(Layer().file("n" * 5000, b"1")).report()


@pytest.mark.parametrize("at", range(98, 104))
def test_ustar_prefixes_are_joined_at_every_length(stacked, at):
    name = "p" * at + "/" + "n" * 90
    assert only_change(stacked(Layer("ustar").file(name, b"1")))["path"] == name


def test_a_gnu_header_has_no_prefix_though_something_stands_there(stacked):
    image = stacked(Layer("gnu").file("name", b"1", fields={"prefix": b"12345670123"}))
    assert only_change(image)["path"] == "name"


def test_backslashes_of_windows_layers_are_letters_of_the_name(stacked):
    names = ["Files\\Windows\\system.ini", "Files/Windows/win.ini", "Hives/System_Delta", "UtilityVM/Files/a"]
    image = stacked(Layer().files(dict.fromkeys(names, b"1")), platform="windows/amd64")
    assert set(contents(image)) == set(names)
    assert image.platform == "windows/amd64"
