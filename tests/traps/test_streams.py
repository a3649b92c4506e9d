"""Ways in: files, folders, pipes, standard input, whole archives compressed, and transports before the path."""

import io
import os
import random
import shutil
import subprocess
import sys
import tarfile
import threading
from pathlib import Path

import pytest

import imgscan
from analyzer.errors import (
    ArchiveReadError,
    BlobNotFoundError,
    ImageReadError,
    ImageSelectionError,
    InvalidReferenceError,
    UnrecognizedImageError,
    UnsupportedImageError,
)
from tests.images import (
    Image,
    Layer,
    archive,
    blob_path,
    bzip2,
    crane_archive,
    dir_files,
    dir_layout,
    docker_archive,
    docker_files,
    docker_oci_archive,
    gzip,
    gzip_members,
    json_bytes,
    oci_archive,
    oci_files,
    oci_layout,
    xz,
    zstd,
    zstd_frames,
)
from tests.traps.views import contents

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "sample_images"
BLOCK = 512
LOWER = Layer().directory("d").file("d/a", b"1").file("d/b", b"22").hardlink("d/c", "d/b")
UPPER = Layer().whiteout("d/a").file("d/e", b"333")
BUILT = Image([LOWER, UPPER], tags=["app:1"])
SEEN = {"d/b", "d/c", "d/e"}

SCRIPT = """
import sys, imgscan
try:
    image = imgscan.open("-", **eval(sys.argv[1]))
    print(image.format, image.size.layers, *sorted(image.rootfs["path"].to_pylist()))
    image.report()
except imgscan.ImgscanError as error:
    print(type(error).__name__, error)
"""


def through_stdin(content: bytes, **options) -> str:
    """What a process says that reads the archive from a pipe."""
    command = [sys.executable, "-c", SCRIPT, repr(options)]
    found = subprocess.run(command, input=content, capture_output=True, cwd=ROOT, check=True)
    assert found.stderr == b""
    return found.stdout.decode().strip()


def forms() -> dict[str, bytes]:
    zipped = Image(BUILT.layers, tags=BUILT.tags, compression=gzip)
    return {
        "docker-archive": docker_archive(BUILT),
        "docker 25": docker_oci_archive(BUILT),
        "crane": crane_archive(zipped),
        "oci": oci_archive(BUILT),
        "oci gzip": oci_archive(zipped),
        "oci zstd": oci_archive(Image(BUILT.layers, tags=BUILT.tags, compression=zstd)),
    }


@pytest.mark.parametrize("form", forms())
def test_standard_input_gives_what_the_file_gives(opened, form):
    content = forms()[form]
    image = opened(content)
    assert set(contents(image)) == SEEN
    assert through_stdin(content) == f"{image.format} 2 d d/b d/c d/e"


@pytest.mark.parametrize(
    "compression", [gzip, gzip_members(3), zstd, zstd_frames(4, b"skip")], ids=["gz", "members", "zst", "frames"]
)
@pytest.mark.parametrize("form", forms())
def test_a_whole_archive_may_be_compressed(opened, form, compression):
    image = opened(compression(forms()[form]))
    plain = opened(forms()[form])
    assert image.format == plain.format
    assert image.changes == plain.changes
    assert image.layers == plain.layers
    assert set(contents(image)) == SEEN


def test_a_compressed_archive_on_standard_input():
    assert through_stdin(zstd(docker_archive(BUILT))) == "docker-archive 2 d d/b d/c d/e"


@pytest.mark.parametrize("compression", [xz, bzip2], ids=["xz", "bzip2"])
def test_other_compressions_of_the_whole_are_refused_by_name(opened, compression):
    with pytest.raises(UnsupportedImageError, match=compression.name) as caught:
        opened(compression(docker_archive(BUILT)))
    assert caught.value.hint
    assert compression.name in through_stdin(compression(docker_archive(BUILT)))


def test_a_named_pipe_is_read_like_a_stream(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_bytes, args=(docker_archive(BUILT),))
    writer.start()
    image = imgscan.open(pipe)
    writer.join()
    assert set(contents(image)) == SEEN


def test_the_manifest_may_be_the_first_or_the_last_member_of_a_stream(opened):
    files = docker_files(BUILT)
    first = {"manifest.json": files["manifest.json"], **files}
    for ordered in (first, dict(reversed(first.items()))):
        assert set(contents(opened(gzip(archive(ordered))))) == SEEN


@pytest.mark.parametrize("duplicates", ["symlink", "hardlink"])
@pytest.mark.parametrize("order", [list, reversed])
def test_linked_layers_of_a_stream_may_come_before_their_target(opened, duplicates, order):
    files = docker_files(Image([LOWER, UPPER, LOWER]), duplicates=duplicates)
    image = opened(gzip(archive(dict(order(list(files.items()))))))
    assert image.layers["diff_id"].to_pylist() == [LOWER.diff_id, UPPER.diff_id, LOWER.diff_id]


@pytest.mark.parametrize("unknown", ["README.md", "._manifest", "a/b/c"])
def test_an_unknown_file_in_front_does_not_hide_the_image_in_a_stream(opened, unknown):
    source = archive({unknown: b"hello", **oci_files(BUILT)})
    assert opened(source).format == "oci-archive"
    streamed = opened(gzip(source))
    assert streamed.format == "oci-archive"
    assert set(contents(streamed)) == SEEN


@pytest.mark.parametrize("size", [1, 2_000_000])
def test_layers_may_have_any_name_that_the_manifest_gives_them(opened, size):
    large = Layer().file("d/large", random.Random(1).randbytes(size))
    entry = {"Config": "c", "RepoTags": None, "Layers": ["layers/first", "layers/second"]}
    files = {
        "layers/first": large.tar(),
        "layers/second": UPPER.tar(),
        "c": Image([large, UPPER]).config_bytes,
        "manifest.json": json_bytes([entry]),
    }
    for source in (archive(files), gzip(archive(files))):
        assert set(contents(opened(source))) == {"d/large", "d/e"}


def test_a_damaged_layer_of_an_image_that_was_not_asked_for_is_no_error_in_a_stream(opened):
    files = docker_files(BUILT, Image([Layer().file("x", b"1" * 2000)], tags=["other:1"]))
    (path,) = [name for name, content in files.items() if content == Layer().file("x", b"1" * 2000).tar()]
    broken = gzip(archive(files | {path: files[path][:1500]}))
    assert set(contents(opened(broken, image="app:1"))) == SEEN
    with pytest.raises(ImageReadError, match="layer 0"):
        opened(broken, image="other:1").report()


def test_a_choice_among_several_works_in_a_stream(opened):
    source = docker_archive(BUILT, Image([Layer().file("x", b"1")], tags=["other:1"]))
    with pytest.raises(ImageSelectionError, match="app:1"):
        opened(gzip(source))
    assert through_stdin(source, image="other:1") == "docker-archive 1 x"


# Bare root filesystems


def test_a_bare_root_filesystem_is_an_image_of_one_layer_with_a_note(opened):
    for source in (LOWER.tar(), gzip(LOWER.tar()), zstd(LOWER.tar())):
        image = opened(source)
        assert (image.format, image.size.layers, image.image_id) == ("rootfs", 1, None)
        assert set(contents(image)) == {"d/a", "d/b", "d/c"}
        assert image.notes


@pytest.mark.parametrize("name", ["index.json", "manifest.json", "repositories", "blobs/x", "version"])
@pytest.mark.parametrize("content", [b"{}", b"[]", b"hello", b'{"name": "web app"}', b""])
def test_a_root_filesystem_with_a_file_called_like_metadata_stays_one(opened, name, content):
    layer = Layer().directory("etc").file("etc/passwd", b"1").file(name, content)
    for source in (layer.tar(), gzip(layer.tar())):
        assert opened(source).format == "rootfs"


@pytest.mark.parametrize("form", ["app-2.0", "multi-platform", "built-by-buildah", "formats/docker-archive.podman"])
def test_an_archive_whose_tail_is_zeros_is_no_root_filesystem(opened, form):
    """What a download that stopped halfway leaves where the room was taken before."""
    content = (SAMPLES / f"{form}.tar").read_bytes()
    for tenths in range(1, 10):
        cut = len(content) * tenths // 10
        with pytest.raises(ImageReadError):
            opened(content[:cut] + bytes(len(content) - cut)).changes  # noqa: B018


@pytest.mark.parametrize("manifest", [b"{}", b"null", b"", b"\xef\xbb\xbf[]"])
def test_an_archive_without_a_list_of_images_is_no_root_filesystem(opened, manifest):
    files = docker_files(BUILT)
    files.pop("repositories", None)
    with pytest.raises(ImageReadError, match="is damaged: it holds parts of an image, and no manifest"):
        opened(archive(files | {"manifest.json": manifest}))


def test_a_web_page_with_a_manifest_is_no_tar_of_a_dir(opened):
    layer = Layer().file("index.html", b"<!doctype html>").file("manifest.json", b'{"name": "app", "icons": []}')
    assert opened(layer.tar()).format == "rootfs"


# Folders and transports


def test_a_folder_is_an_image_layout_or_a_dir(tmp_path):
    layout = oci_layout(tmp_path / "layout", BUILT)
    assert set(contents(imgscan.open(layout))) == SEEN
    assert imgscan.open(layout).format == "oci"
    copied = dir_layout(tmp_path / "copied", BUILT)
    assert set(contents(imgscan.open(copied))) == SEEN
    assert imgscan.open(copied).format == "dir"


def test_links_of_a_folder_are_followed_inside_and_never_outside_it(tmp_path):
    layout = oci_layout(tmp_path / "layout", BUILT)
    place = layout / blob_path(BUILT.blobs_of_layers[0].digest)
    shutil.move(place, tmp_path / "outside")
    place.symlink_to(tmp_path / "outside")
    with pytest.raises(BlobNotFoundError):
        imgscan.open(layout).report()
    place.unlink()
    shutil.move(tmp_path / "outside", layout / "inside")
    place.symlink_to("../../inside")
    assert set(contents(imgscan.open(layout))) == SEEN


def test_a_pipe_in_the_place_of_a_blob_does_not_make_it_wait(tmp_path):
    layout = oci_layout(tmp_path / "layout", BUILT)
    place = layout / blob_path(BUILT.blobs_of_layers[0].digest)
    place.unlink()
    os.mkfifo(place)
    with pytest.raises(ImageReadError):
        imgscan.open(layout).report()


def test_transports_before_the_path_say_what_the_form_is(tmp_path, write):
    saved, exported = write(docker_archive(BUILT), "saved.tar"), write(oci_archive(BUILT), "exported.tar")
    layout, copied = oci_layout(tmp_path / "layout", BUILT), dir_layout(tmp_path / "copied", BUILT)
    packed = write(archive(dir_files(BUILT)), "packed.tar")
    for reference in (
        f"docker-archive:{saved}",
        f"docker-archive:{saved}:app:1",
        f"oci-archive:{exported}",
        f"oci-archive:{exported}:app:1",
        f"oci:{layout}",
        f"oci:{layout}:app:1",
        f"dir:{copied}",
        f"dir:{packed}",
    ):
        assert set(contents(imgscan.open(reference))) == SEEN


def test_a_tag_after_the_path_chooses_the_image(tmp_path):
    layout = oci_layout(tmp_path / "layout", BUILT, Image([Layer().file("x", b"1")], tags=["other:2"]))
    assert set(contents(imgscan.open(f"oci:{layout}:other:2"))) == {"x"}
    with pytest.raises(ImageSelectionError):
        imgscan.open(f"oci:{layout}:missing:1")


def test_a_transport_for_another_form_is_refused(tmp_path, write):
    saved, layout = write(docker_archive(BUILT)), oci_layout(tmp_path / "layout", BUILT)
    for reference in (f"oci-archive:{saved}", f"dir:{saved}", f"docker-archive:{layout}", f"dir:{layout}"):
        with pytest.raises(UnrecognizedImageError):
            imgscan.open(reference)


def test_a_path_may_hold_colons_and_spaces(tmp_path):
    path = tmp_path / "oci: a:b c.tar"
    path.write_bytes(oci_archive(BUILT))
    assert set(contents(imgscan.open(path))) == SEEN
    assert set(contents(imgscan.open(f"oci-archive:{path}"))) == SEEN


@pytest.mark.parametrize("reference", ["", "/no/such/file.tar", "docker-archive:/no/such/file", "oci:", "alpine:3.20"])
def test_what_names_nothing_is_a_named_error(reference):
    with pytest.raises(InvalidReferenceError):
        imgscan.open(reference)


# Nothing or something else


@pytest.mark.parametrize(
    "content", [b"", b"hello world\n", b"#!/bin/sh\n" * 200, bytes(range(256)) * 20, b"PK\3\4" + bytes(600)]
)
def test_what_is_no_image_is_refused_in_one_line(opened, content):
    with pytest.raises(UnrecognizedImageError) as caught:
        opened(content)
    assert "\n" not in str(caught.value)
    assert "image.tar" in str(caught.value)
    assert caught.value.hint
    assert through_stdin(content).startswith("UnrecognizedImageError standard input")


@pytest.mark.parametrize(
    "content", [bytes(512), bytes(1024), bytes(10240), gzip(bytes(10240)), gzip(b""), gzip(b"text")]
)
def test_an_archive_of_nothing_is_refused(opened, content):
    with pytest.raises(UnrecognizedImageError):
        opened(content)


def test_an_empty_folder_is_refused(tmp_path):
    with pytest.raises(UnrecognizedImageError):
        imgscan.open(tmp_path)


def test_the_folder_of_an_image_inside_an_archive_is_refused_with_the_remedy(opened):
    files = {f"layout/{name}": content for name, content in oci_files(BUILT).items()}
    with pytest.raises(imgscan.ImgscanError, match="folder of an image") as error:
        opened(archive(files))
    assert "tar -C" in (error.value.hint or "")


@pytest.mark.parametrize("name", ["app-2.0.tar", "multi-platform.tar"])
def test_an_archive_cut_between_two_members_is_no_root_filesystem(write, name) -> None:
    """All its names are an image's: what is missing is the manifest, and no empty block says that all is there."""
    content = (SAMPLES / name).read_bytes()
    cuts = []
    with tarfile.open(fileobj=io.BytesIO(content)) as members:
        for member in members:
            cuts.append(member.offset)
            if member.name in {"manifest.json", "index.json", "oci-layout"}:
                break
    assert len(cuts) > 5
    for cut in cuts[1:]:
        with pytest.raises(ArchiveReadError, match=r"cut off: it ends before the manifest"):
            imgscan.open(write(content[:cut]))


@pytest.mark.parametrize("name", ["app-2.0.tar", "multi-platform.tar", "formats/docker-archive.skopeo.tar"])
@pytest.mark.parametrize("form", ["file", "gzip"])
def test_an_archive_cut_behind_its_last_member_is_read_and_said_to_be(write, name, form) -> None:
    """Every real tool ends an archive with two blocks of zeros (pax, 4.1.2): what has none is no whole copy."""
    content = (SAMPLES / name).read_bytes()
    with tarfile.open(fileobj=io.BytesIO(content)) as members:
        last = members.getmembers()[-1]
        end, padded = last.offset_data + last.size, members.offset
    assert end < padded == len(content) - 2 * BLOCK
    for cut, is_noted in ((end, True), (end + 1, True), (padded, True), (padded + 1, True), (padded + BLOCK, False)):
        part = content[:cut] if form == "file" else gzip(content[:cut])
        assert any("no end mark" in note for note in imgscan.open(write(part)).report().notes) is is_noted, cut


def test_an_export_cut_between_two_members_is_one(write) -> None:
    """Nothing vouches for what is missing: it is said, and what is there can be looked at."""
    content = (SAMPLES / "app-2.0-rootfs.tar").read_bytes()
    with tarfile.open(fileobj=io.BytesIO(content)) as members:
        cuts = [member.offset for member in members][1:40]
    for cut in cuts:
        assert any("no end mark" in note for note in imgscan.open(write(content[:cut])).report().notes)


def test_a_root_filesystem_of_many_files_is_not_taken_for_a_cut_image(write) -> None:
    """One name could be that of a layer. Its list of names is not read to the end, where the end mark is."""
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w") as archive:
        for name in ("a.tar", *(f"data/{number}" for number in range(1100))):
            archive.addfile(tarfile.TarInfo(name))
    image = imgscan.open(write(content.getvalue()))
    assert image.rootfs.num_rows == 1102
