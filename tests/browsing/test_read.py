"""Contents of files: of what a container sees, of single layers, through links, from anything that holds an image."""

import io
from hashlib import sha256

import pytest

import imgscan
from analyzer.errors import LinkLoopError, NotAFileError, PathNotFoundError
from tests.images import Image, Layer, docker_archive, gzip, oci_archive, zstd

LARGE = bytes(range(256)) * 12_000  # more than a chunk


@pytest.fixture
def fails(stacked):
    """The error, as kind, message and hint, of reading a path."""

    def read(image: imgscan.Image, path: str | bytes, layer: int | None = None):
        with pytest.raises(imgscan.ImgscanError) as raised:
            image.read(path, layer)
        return type(raised.value), str(raised.value), raised.value.hint

    return read


@pytest.fixture
def image(stacked) -> imgscan.Image:
    """Three layers: a file that is replaced, one that is removed, a folder that goes, and links of all kinds."""
    return stacked(
        Layer()
        .directory("etc")
        .file("etc/motd", b"old")
        .file("etc/secret", b"s3cret")
        .hardlink("etc/secret2", "etc/secret")
        .file("usr/lib/os-release", b"ID=x")
        .file("gone/deep/file", b"deep")
        .symlink("etc/os-release", "../usr/lib/os-release"),
        Layer()
        .file("etc/motd", b"new")
        .whiteout("etc/secret")
        .whiteout("gone")
        .hardlink("etc/motd2", "etc/motd")
        .hardlink("etc/linked-below", "usr/lib/os-release"),
        Layer().symlink("lib", "/usr/lib").symlink("dangling", "etc/secret").symlink("a", "b").symlink("b", "a"),
    )


@pytest.mark.parametrize(
    "path", ["etc/motd", "/etc/motd", "./etc/motd", "//etc/./motd", "etc/../etc/motd", "../etc/motd"]
)
def test_a_path_may_be_written_in_any_way(image, path) -> None:
    assert image.read(path) == b"new"
    assert image.read(path.encode()) == b"new"


def test_a_layer_has_its_own_version(image) -> None:
    assert image.read("etc/motd", layer=0) == b"old"
    assert image.read("etc/motd", layer=1) == b"new"
    assert image.read("/etc/secret", layer=0) == b"s3cret"
    assert image.read("./gone/deep/file", layer=0) == b"deep"


def test_hard_links_have_the_content_of_their_file(image) -> None:
    """Also where the name that it was stored under is gone, and where a link names a file of a layer below."""
    assert image.read("etc/secret2") == b"s3cret"
    assert image.read("etc/secret2", layer=0) == b"s3cret"
    assert image.read("etc/motd2") == image.read("etc/motd2", layer=1) == b"new"
    assert image.read("etc/linked-below", layer=1) == b"ID=x"


@pytest.mark.parametrize(
    "path", ["etc/os-release", "lib/os-release", "/lib/../lib/os-release", "lib/../../etc/os-release"]
)
def test_symbolic_links_are_followed_inside_the_image(image, path) -> None:
    assert image.read(path) == b"ID=x"


def test_what_is_gone_says_which_layers_have_it(image, fails) -> None:
    assert fails(image, "etc/secret") == (
        PathNotFoundError,
        "etc/secret is not in the root filesystem",
        "layer 0 has it: --layer 0",
    )
    assert fails(image, "gone/deep/file") == (
        PathNotFoundError,
        "gone/deep/file is not in the root filesystem: layer 1 removed it",
        "layer 0 has it: --layer 0",
    )
    assert fails(image, "etc/secret", 1)[2] == "layer 0 has it: --layer 0"
    assert fails(image, "etc/motd", 2) == (
        PathNotFoundError,
        "layer 2 has no etc/motd",
        "layers 0 and 1 have it: --layer 1",
    )


def test_links_that_lead_nowhere(image, fails) -> None:
    assert fails(image, "dangling") == (
        PathNotFoundError,
        "dangling leads to etc/secret, which is not in the root filesystem",
        "layer 0 has etc/secret: --layer 0",
    )
    assert fails(image, "a")[0] is LinkLoopError
    assert fails(image, "a/b/c")[0] is LinkLoopError
    assert fails(image, "dangling", 2)[:2] == (NotAFileError, "dangling in layer 2 is a symbolic link to etc/secret")


def test_what_has_no_content(stacked, fails) -> None:
    image = stacked(
        Layer().character("null", 1, 3).block("sda", 8, 0).fifo("pipe").file("implied/file").hardlink("lost", "absent"),
        Layer().whiteout("null").opaque("implied").directory("own"),
    )
    assert fails(image, "sda") == (NotAFileError, "sda is a block device, which has no content", None)
    assert fails(image, "null", 0)[1] == "null is a character device, which has no content"
    assert fails(image, "pipe")[1] == "pipe is a named pipe, which has no content"
    for path, layer in (("implied", None), ("implied", 0), ("implied", 1), ("own", 1), ("", None), ("/", 0)):
        kind, message, hint = fails(image, path, layer)
        assert (kind, message) == (NotAFileError, f"{path or '/'} is a directory")
        assert hint == "imgscan ls lists what is in it"
    assert fails(image, "null", 1) == (
        NotAFileError,
        "layer 1 removes null: it has a whiteout there, and no file",
        "layer 0 has it: --layer 0",
    )
    assert fails(image, "lost") == (
        PathNotFoundError,
        "lost is a hard link to absent, which is not in the image",
        None,
    )
    for layer in (-1, 2):
        assert fails(image, "sda", layer)[1] == f"no layer {layer}: the image has 2 layers"


def test_close_misses_are_suggested(image, fails) -> None:
    assert fails(image, "etc/mtod")[2] == "did you mean etc/motd or etc/motd2?"
    assert fails(image, "os-release")[2] == "did you mean etc/os-release or usr/lib/os-release?"
    assert fails(image, "ETC/none/of/this")[2] is None
    assert fails(image, "etc/motd3", 0)[2] == "did you mean etc/motd?"


def test_an_entry_below_a_link_of_its_own_layer_is_found_under_both_names(stacked) -> None:
    image = stacked(Layer().directory("usr/lib").symlink("lib", "usr/lib").file("lib/a", b"1"))
    assert image.read("lib/a", 0) == image.read("usr/lib/a", 0) == image.read("lib/a") == b"1"


def test_an_entry_twice_in_a_layer_is_the_last_one(stacked) -> None:
    image = stacked(Layer().file("a", b"1").file("a", b"2"))
    assert image.read("a", 0) == image.read("a") == b"2"


@pytest.mark.parametrize(
    "name", [b"\xff", b"a\x1b[2J", "caf\u00e9".encode(), b"new\nline", b"x\\xff", "\u202e".encode()]
)
def test_names_can_be_given_as_they_are_and_as_tables_show_them(stacked, name) -> None:
    from reports.formatting import visible

    image = stacked(Layer().file(b"d/" + name, b"content"))
    assert image.read(b"d/" + name) == b"content"
    assert image.read(f"d/{name.decode(errors='surrogateescape')}") == b"content"
    (path,) = (path for path in image.changes["path"].to_pylist() if path)
    assert image.read(path) == image.read(visible(path)) == b"content"


@pytest.mark.parametrize("compression", [None, gzip, zstd], ids=["plain", "gzip", "zstd"])
def test_large_files_come_in_pieces(opened, compression) -> None:
    layer = Layer().file("a", b"1").file("large", LARGE).file("z", LARGE[::-1])
    changes = {} if compression is None else {"compression": compression}
    image = opened(oci_archive(Image([layer], **changes)))
    assert image.read("large") == LARGE
    with image.open_file("z") as file:
        assert file.read(10) == LARGE[::-1][:10]
        assert file.read() == LARGE[::-1][10:]
    with image.open_file("a") as file:
        assert isinstance(file, io.BufferedReader)
        assert not file.seekable()


def test_more_than_a_gigabyte_is_not_read_at_once(stacked) -> None:
    image = stacked(Layer().sparse("huge", [(0, b"start")], 1 << 42, "1.0"))
    with pytest.raises(imgscan.ImgscanError, match=r"a file of 4,398,046,511,104 bytes is not read at once"):
        image.read("huge")
    with image.open_file("huge") as file:
        assert file.read(100) == b"start" + bytes(95)


@pytest.mark.parametrize("compression", [None, gzip], ids=["plain", "gzip"])
def test_an_image_that_changes_meanwhile_is_an_error(write, compression) -> None:
    """Never content that is not what the digest in the table is of."""
    layer = Layer().file("before", b"0" * 5000).file("a", b"content" * 100)
    path = write(docker_archive(Image([layer])))
    image = imgscan.open(path)
    assert image.size.files == 2
    path.write_bytes(path.read_bytes().replace(b"content", b"CONTENT"))
    with pytest.raises(
        imgscan.ImgscanError, match=f"had {sha256(b'content' * 100).hexdigest()} when the image was read"
    ):
        image.read("a")
    path.write_bytes(path.read_bytes()[:6000])
    with pytest.raises(imgscan.ImgscanError, match="was changed while it was read"):
        image.read("a")


def test_a_part_reads_all_layers(image) -> None:
    assert image.part_from(2).read("etc/motd", layer=0) == b"old"
