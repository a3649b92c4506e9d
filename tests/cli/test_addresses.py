"""What is no image at the place that was named: what the error says, and what it advises."""

import pytest

import imgscan
from imgscan import ImgscanError


@pytest.mark.parametrize(
    ("place", "hint"),
    [
        ("docker://debian:12", "skopeo copy docker://debian:12 docker-archive:image.tar"),
        ("docker:debian:12", "skopeo copy docker://debian:12 docker-archive:image.tar"),
        ("docker-daemon:debian:12", "docker save debian:12 -o image.tar"),
        ("docker:acme/app", "skopeo copy docker://acme/app docker-archive:image.tar"),
        ("docker:27", "docker save docker:27 -o image.tar"),
        ("podman://localhost/app:1", "podman save localhost/app:1 -o image.tar"),
        ("podman:app:1", "podman save app:1 -o image.tar"),
        ("containerd://debian:12", "ctr images export image.tar debian:12"),
        ("containers-storage:debian:12", "podman save debian:12 -o image.tar"),
        ("localhost:5000/app:1@sha256:12", "docker save localhost:5000/app:1@sha256:12 -o image.tar"),
        ("https://example.com/app.tar", "curl -L https://example.com/app.tar -o image.tar"),
        ("https://example.com/app?a=1&b=2", "curl -L 'https://example.com/app?a=1&b=2' -o image.tar"),
    ],
)
def test_an_image_that_no_file_holds(run, place, hint) -> None:
    done = run("layers", place)
    assert done.stderr.decode() == (
        f"imgscan: error: no such file or directory: {place}\nhint: imgscan reads files: {hint}\n"
    )


@pytest.mark.parametrize(
    ("place", "missing", "hint"),
    [
        ("docker-archive:no.tar:app:1", "no.tar", "imgscan reads files: docker save app:1 -o no.tar"),
        ("docker-archive:no.tar:@0", "no.tar", "imgscan reads files: docker save IMAGE -o no.tar"),
        ("docker-archive:no.tar:a;b", "no.tar", "imgscan reads files: docker save IMAGE -o no.tar"),
        ("docker-archive:n o.tar", "n o.tar", "imgscan reads files: docker save IMAGE -o 'n o.tar'"),
        ("docker-archive:ap.tar:app:1", "ap.tar", "did you mean docker-archive:app.tar:app:1?"),
        ("oci-archive:no.tar:1.0", "no.tar", "imgscan reads files: skopeo copy docker://IMAGE oci-archive:no.tar:1.0"),
        ("oci:none:1.0", "none", "imgscan reads files: skopeo copy docker://IMAGE oci:none:1.0"),
        ("dir:none", "none", "imgscan reads files: skopeo copy docker://IMAGE dir:none"),
        ("oci::", "''", "write oci:PATH"),
        ("s3://bucket/app.tar", "s3://bucket/app.tar", "imgscan reads files and folders: save the image as one first"),
        ("file:///no.tar", "file:///no.tar", "write /no.tar"),
    ],
)
def test_a_place_where_no_file_is(folder, monkeypatch, place, missing, hint) -> None:
    (folder / "app.tar").touch()
    monkeypatch.chdir(folder)
    with pytest.raises(ImgscanError) as raised:
        imgscan.open(place)
    assert (str(raised.value), raised.value.hint) == (f"no such file or directory: {missing}", hint)


@pytest.mark.parametrize(
    "place", ["a; rm -rf ~", "no/such/", "./no", "/no/such", "no.tar", "no.json", "no.toml", "$(reboot)"]
)
def test_what_is_no_name_of_an_image_is_put_in_no_command(folder, monkeypatch, place) -> None:
    monkeypatch.chdir(folder)
    with pytest.raises(ImgscanError) as raised:
        imgscan.open(place)
    assert raised.value.hint is None


def test_the_image_comes_before_the_statement(run, sample) -> None:
    for image in (sample, "-"):
        done = run("sql", "select 1", image)
        assert done.returncode == 2
        assert done.stderr.decode() == (
            f"imgscan: error: {image} is no statement\nhint: the image comes first: sql IMAGE STATEMENT\n"
        )


def test_no_order_is_told_where_the_image_does_come_first(run, sample) -> None:
    missing = run("sql", "missing.tar", sample)
    assert missing.stderr.startswith(b"imgscan: error: no such file or directory: missing.tar\n")
    statement = run("sql", f"docker-archive:{sample}", sample)
    assert (statement.returncode, b"comes first" in statement.stderr) == (2, False)


def test_an_image_name_is_not_a_file_and_the_hint_says_what_to_do(run) -> None:
    done = run("layers", "debian:12")
    assert done.stderr.decode() == (
        "imgscan: error: no such file or directory: debian:12\n"
        "hint: imgscan reads files: docker save debian:12 -o image.tar\n"
    )


def test_a_file_that_is_nearly_called_so_is_named(run, folder) -> None:
    (folder / "app-2.0.tar").write_bytes(b"")
    assert run("layers", "ap-2.0.tar").stderr.splitlines()[1] == b"hint: did you mean app-2.0.tar?"
    assert (
        run("layers", folder / "app-2.0.tr").stderr.splitlines()[1]
        == f"hint: did you mean {folder}/app-2.0.tar?".encode()
    )
    assert len(run("layers", "other.tar").stderr.splitlines()) == 1
