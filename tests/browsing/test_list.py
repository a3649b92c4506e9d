"""Listings: what a container sees, what single layers hold, and all versions of a path."""

import pyarrow as pa
import pytest
from hypothesis import given

import imgscan
from analyzer.errors import PathNotFoundError
from analyzer.tables import LISTING
from tests.images import Layer, docker_archive
from tests.reference import Layers
from tests.strategies import layer_stacks, to_image


def paths(table: pa.Table) -> list[str]:
    return table["path"].to_pylist()


def column(table: pa.Table, name: str) -> dict[str, object]:
    return dict(zip(paths(table), table[name].to_pylist(), strict=True))


@pytest.fixture
def image(stacked) -> imgscan.Image:
    passwd = b"root:x:0:0:root:/root:/bin/sh\nweb:x:33:33::/:/bin/false\nother:x:33:1::/:/\n:x:7:::\nbad\n"
    return stacked(
        Layer()
        .directory("etc", mode=0o755)
        .file("etc/passwd", passwd, mode=0o644)
        .file("etc/group", b"root:x:0:\nwww:x:33:web\n")
        .file("etc/a.conf", b"12345", uid=33, gid=33, mode=0o4755)
        .hardlink("etc/b.conf", "etc/a.conf", uid=33, gid=33, mode=0o4755)
        .symlink("etc/link", "a.conf")
        .file("srv/deep/file", b"123", uid=7, gid=8, mtime=1_700_000_000)
        .character("dev/null", 1, 3, mode=0o666)
        .symlink("lib", "usr/lib")
        .file("usr/lib/x.so", b"elf"),
        Layer()
        .file("etc/a.conf", b"changed", mode=0o600)
        .whiteout("etc/link")
        .directory("srv/deep")
        .opaque("srv/deep"),
    )


def test_a_directory_of_what_a_container_sees(image) -> None:
    table = image.list("etc")
    assert table.schema.equals(LISTING, check_metadata=True)
    assert paths(table) == ["etc/a.conf", "etc/b.conf", "etc/group", "etc/passwd"]
    assert column(table, "permissions")["etc/a.conf"] == "-rw-------"
    assert column(table, "permissions")["etc/b.conf"] == "-rwsr-xr-x"
    assert column(table, "kind")["etc/b.conf"] == "file"
    assert column(table, "size") == {"etc/a.conf": 7, "etc/b.conf": 5, "etc/group": 23, "etc/passwd": 86}
    assert set(table["seen"].to_pylist()) == {True}
    assert paths(image.list()) == ["dev", "etc", "lib", "srv", "usr"]
    assert image.list("/").equals(image.list(""))


def test_names_of_owners_are_the_images_own(image) -> None:
    """The first of several names of one number; a number where there is none."""
    rows = {row["path"]: row for row in image.list(recursive=True).to_pylist()}
    assert (rows["etc/b.conf"]["user"], rows["etc/b.conf"]["group"]) == ("web", "www")
    assert (rows["usr/lib/x.so"]["user"], rows["usr/lib/x.so"]["group"]) == ("root", "root")
    row = image.list("srv/deep", layer=0).to_pylist()[0]
    assert (row["uid"], row["user"], row["gid"], row["group"]) == (7, None, 8, None)


def test_hard_links_are_counted_in_what_is_listed(image) -> None:
    """The link's other name has been replaced: the file is down to one."""
    assert column(image.list("etc"), "links")["etc/b.conf"] == 1
    assert column(image.list("etc", layer=0), "links") == {
        "etc/a.conf": 2, "etc/b.conf": 2, "etc/group": 1, "etc/link": 1, "etc/passwd": 1,
    }  # fmt: skip


def test_directories_without_an_entry_are_listed(image) -> None:
    row = image.list().to_pylist()[-1]
    assert (row["path"], row["permissions"], row["mode"], row["row"]) == ("usr", "d?????????", None, None)
    assert paths(image.list(layer=0)) == ["dev", "etc", "lib", "srv", "usr"]
    assert paths(image.list(layer=1)) == ["etc", "srv"]


def test_a_layer_has_whiteouts_and_hard_links(image) -> None:
    table = image.list(layer=1, recursive=True)
    assert list(zip(paths(table), table["permissions"].to_pylist(), strict=True)) == [
        ("etc", "d?????????"),
        ("etc/a.conf", "-rw-------"),
        ("etc/link", "w---------"),
        ("srv", "d?????????"),
        ("srv/deep", "drwxr-xr-x"),
        ("srv/deep", "w---------"),
    ]
    assert table["kind"].to_pylist()[-1] == "opaque"
    assert image.list("srv/deep", layer=1)["kind"].to_pylist() == ["opaque"]
    linked = image.list("etc/b.conf", layer=0).to_pylist()[0]
    assert (linked["permissions"], linked["kind"], linked["link_target"]) == ("hrwsr-xr-x", "hardlink", "etc/a.conf")
    assert linked["size"] == 0


def test_all_layers_have_every_version(image) -> None:
    table = image.list("etc", all_layers=True)
    versions = zip(paths(table), table["layer"].to_pylist(), table["seen"].to_pylist(), strict=True)
    assert list(versions) == [
        ("etc/a.conf", 0, False),
        ("etc/a.conf", 1, True),
        ("etc/b.conf", 0, True),
        ("etc/group", 0, True),
        ("etc/link", 0, False),
        ("etc/link", 1, False),
        ("etc/passwd", 0, True),
    ]
    assert image.list("etc/a.conf", all_layers=True)["layer"].to_pylist() == [0, 1]
    assert set(image.list(all_layers=True)["seen"].to_pylist()) == {True}, "layers merge directories"


def test_a_link_is_shown_and_followed_before_a_slash(image) -> None:
    """As `ls -l` does; on the way to the last name links are followed."""
    (row,) = image.list("lib").to_pylist()
    assert (row["path"], row["permissions"], row["link_target"]) == ("lib", "lrwxrwxrwx", "usr/lib")
    assert paths(image.list("lib/")) == paths(image.list("/lib/x.so")) == ["usr/lib/x.so"]
    assert paths(image.list("lib/../lib/")) == ["usr/lib/x.so"]


def test_globs_list_what_they_match(image) -> None:
    assert paths(image.list("etc/*.conf")) == ["etc/a.conf", "etc/b.conf"]
    assert paths(image.list("/etc/?.conf")) == ["etc/a.conf", "etc/b.conf"]
    assert paths(image.list("**/*.{so,conf}")) == ["etc/a.conf", "etc/b.conf", "usr/lib/x.so"]
    assert paths(image.list("s*")) == ["srv"], "not opened"
    assert paths(image.list("u*", recursive=True)) == ["usr", "usr/lib", "usr/lib/x.so"]
    assert paths(image.list("etc/l*", layer=1)) == ["etc/link"]
    with pytest.raises(PathNotFoundError, match=r"nothing matches etc/\*\.txt"):
        image.list("etc/*.txt")


def test_a_name_that_looks_like_a_glob_is_a_name(stacked) -> None:
    image = stacked(Layer().file("a*", b"1").file("ab", b"2").file("c{", b"3"))
    assert paths(image.list("a*")) == ["a*"]
    assert paths(image.list("c{")) == ["c{"]
    assert paths(image.list("?*")) == ["a*", "ab", "c{"]


@pytest.mark.parametrize(
    ("path", "options", "message", "hint"),
    [
        ("etc/link", {}, "etc/link is not in the root filesystem: layer 1 removed it", "layer 0 has it: --layer 0"),
        ("ect", {}, "ect is not in the root filesystem", "did you mean etc?"),
        ("usr", {"layer": 1}, "layer 1 has no usr", None),
        ("nowhere", {"all_layers": True}, "no layer has nowhere", None),
        ("etc", {"layer": 2}, "no layer 2: the image has 2 layers", "layers are counted from 0"),
    ],
)
def test_what_is_not_there(image, path, options, message, hint) -> None:
    with pytest.raises(PathNotFoundError) as raised:
        image.list(path, **options)
    assert (str(raised.value), raised.value.hint) == (message, hint)


def test_a_part_lists_what_is_in_it(image) -> None:
    part = image.part_from(1)
    assert paths(part.list(recursive=True)) == ["etc/a.conf", "srv/deep"]
    assert paths(part.list("etc", all_layers=True)) == ["etc/a.conf", "etc/link"]


def test_an_image_without_entries(stacked) -> None:
    for image in (stacked(), stacked(Layer())):
        for options in ({}, {"all_layers": True}, {"recursive": True}):
            assert image.list(**options).num_rows == 0


def test_owners_have_names_where_a_chunk_ends_in_their_file(stacked) -> None:
    image = stacked(Layer().file("a", bytes(1_048_576 - 1024)).file("etc/passwd", b"root:x:0:0\n"))
    assert column(image.list(), "user")["a"] == "root"


@given(layer_stacks())
def test_listings_agree_with_the_other_tables(layers: Layers) -> None:
    from tempfile import NamedTemporaryFile

    with NamedTemporaryFile(suffix=".tar") as file:
        file.write(docker_archive(to_image(layers)))
        file.flush()
        image = imgscan.open(file.name)
        rootfs = image.rootfs.filter(pa.compute.not_equal(image.rootfs["path"], ""))
        seen = image.list(recursive=True)
        for name in ("path", "kind", "size", "mode", "uid", "gid", "layer", "row", "inode"):
            assert seen[name].to_pylist() == rootfs[name].to_pylist(), name
        every = image.list(all_layers=True, recursive=True)
        held = [row for row in every["row"].to_pylist() if row is not None]
        root = [row for row, change in enumerate(image.changes.to_pylist()) if change["path"] == "" != change["kind"]]
        assert sorted({*held, *root}) == list(range(image.changes.num_rows))
        by_layer = [image.list(layer=at, recursive=True)["row"].to_pylist() for at in range(len(layers))]
        assert sorted(row for rows in by_layer for row in rows if row is not None) == sorted(held)
        for row in seen.to_pylist():
            if row["kind"] == "file":
                content = image.read(row["path"])
                assert len(content) == row["size"]
