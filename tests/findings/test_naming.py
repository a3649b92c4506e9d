"""Advice names directories where those say it; what it removes is tried by a real shell on real files."""

import re
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.settings import FindingSettings
from tests.findings.finding import findings, opened
from tests.images import Image, Layer, step

BIG = b"1" * 5000
VENV = "srv/app/venv"


def edit(image: Image, rule: str, layer: int = 0) -> str:
    """What the finding of a rule about a layer advises."""
    (found,) = (each for each in findings(image, rule).found if each.layer == layer)
    return found.edit


def files(layer: Layer, *paths: str, content: bytes = b"", **metadata: int) -> Layer:
    """The layer with a file at each path, none like another."""
    for path in paths:
        layer.file(path, content or path.encode() * 500, **metadata)
    return layer


def commands(*runs: str) -> list:
    """A history of RUN."""
    return [step(f"/bin/sh -c {each}") for each in runs]


MANY = [f"{VENV}/lib/{name}" for name in "abcde"]


def owned(*others: Layer, history: list) -> Image:
    """Five files that a RUN installs, and that the last RUN gives to another user."""
    first = files(Layer(), *MANY, "srv/notes", f"{VENV}/old")
    last = files(Layer(), *MANY, "srv/app/x", uid=7, gid=8)
    for path in ("srv/app", VENV, f"{VENV}/lib"):
        last.directory(path, uid=7, gid=8)
    return Image([first, *others, last], history=commands("install", *history, "chown -R 7:8 /srv/app"))


def test_an_owner_is_set_by_the_directory_that_has_it_throughout():
    """Also where some of what was installed there is no more: nobody sees whose it was."""
    image = owned(Layer().whiteout(f"{VENV}/old"), history=["upgrade"])
    assert "RUN install && chown -R 7:8 /srv/app/venv/lib  # layer 0" in edit(image, "recopied-files", 2)


def test_an_owner_is_not_set_again_where_that_stores_files_of_lower_layers_again():
    whole = {"uid": 7, "gid": 8}
    last = files(Layer().directory("srv", **whole), *(f"srv/{name}" for name in "abcd"), **whole)
    layers = [files(Layer(), "srv/a", "srv/b"), files(Layer(), "srv/c", "srv/d"), last]
    advice = edit(Image(layers, history=commands("one", "two", "chown -R 7:8 /srv")), "recopied-files", 2)
    assert advice.endswith("RUN one && chown -R 7:8 /srv  # layer 0\nRUN two && chown -R 7:8 /srv/c /srv/d  # layer 1")


def test_a_directory_with_a_file_of_another_owner_is_not_named():
    image = owned(files(Layer(), f"{VENV}/lib/z"), history=["upgrade"])
    assert "chown -R 7:8 /srv/app/venv/lib/a /srv/app/venv/lib/b /srv/app/venv/lib/c …" in edit(
        image, "recopied-files", 2
    )


def removed(keep: Layer, *whiteouts: str) -> str:
    """The edit about six files of a layer that the next one removes."""
    lists = files(Layer(), *(f"var/lists/{name}" for name in "abcdef"), "var/lists/empty", content=BIG)
    removing = Layer()
    for path in whiteouts:
        removing.whiteout(path)
    image = Image([lists, keep, removing], history=commands("update", "more", "rm"))
    return edit(image, "removed-files")


def test_removed_files_are_told_by_their_directory():
    assert "&& rm -rf /var/lists at its end" in removed(Layer(), "var/lists")


def test_what_is_in_a_directory_goes_where_the_directory_stays():
    opaque = Layer().directory("var/lists").opaque("var/lists")
    lists = files(Layer().directory("var/lists"), *(f"var/lists/{name}" for name in "abcdef"))
    assert "rm -rf /var/lists/* at" in edit(Image([lists, opaque], history=commands("update", "rm")), "removed-files")


@pytest.mark.parametrize(
    ("hidden", "globs"),
    [((".env",), " /srv/.[!.]*"), (("..data", "..."), " /srv/..?*"), ((".e\nv", "..a/b"), " /srv/.[!.]* /srv/..?*")],
)
def test_hidden_files_in_a_directory_that_stays_are_not_forgotten(hidden, globs, tmp_path):
    opaque = Layer().directory("srv").opaque("srv")
    paths = [f"srv/{name}" for name in (*hidden, "a", "b")]
    advice = edit(Image([files(Layer(), *paths), opaque], history=commands("make", "rm")), "removed-files")
    assert f"rm -rf /srv/*{globs} at" in advice
    for path in paths:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).touch()
    command = advice.partition("&& ")[2].partition(" at its end")[0].replace("/srv", f"{tmp_path}/srv")
    subprocess.run(["sh", "-euc", command], check=True)
    assert list((tmp_path / "srv").iterdir()) == []


def test_a_directory_stands_for_what_is_in_it_however_deep():
    deep = "srv/" + "/".join("d" * 70)
    image = Image(
        [files(Layer(), f"{deep}/a", f"{deep}/b", content=BIG).file("srv/c", b"1"), Layer().whiteout("srv")],
        history=commands("make", "rm -rf /srv"),
    )
    assert edit(image, "removed-files").startswith("RUN make && rm -rf /srv\n")


def test_a_directory_in_which_something_is_seen_is_not_removed():
    paths = [f"var/lists/{name}" for name in ("a", "b", "c", "d", "e", "f", "empty")]
    assert "rm -rf /var/lists/a /var/lists/b /var/lists/c …" in removed(Layer().symlink("var/lists/kept", "a"), *paths)


def test_a_directory_in_which_an_empty_one_stays_is_not_emptied():
    made = Layer().directory("app").directory("app/cache").directory("app/logs", uid=7).directory("app/tmp")
    gone = Layer().whiteout("app/cache/a").whiteout("app/tmp/b")
    image = Image([files(made, "app/cache/a", "app/tmp/b"), gone], history=commands("make", "rm"))
    assert "&& rm -rf /app/cache/a /app/tmp/b at" in edit(image, "removed-files")


def test_a_directory_is_not_removed_while_a_later_layer_needs_what_is_in_it():
    made = [files(Layer(), "build/source"), files(Layer(), "build/1", "build/2")]
    gone = [Layer().whiteout("build/1").whiteout("build/2"), files(Layer(), "app"), Layer().whiteout("build")]
    history = commands("get", "make", "rm /build/?", "use /build/source", "rm -rf /build")
    assert edit(Image([*made, *gone], history=history), "removed-files", 1).startswith(
        "RUN make && rm -rf /build/1 /build/2\n"
    )


def test_a_directory_without_an_entry_stays_too():
    gone = Layer()
    for name in "abcd":
        gone.whiteout(f"srv/{name}")
    image = Image([files(Layer(), *(f"srv/{name}" for name in "abcd")), gone], history=commands("make", "rm"))
    assert "&& rm -rf /srv/* at" in edit(image, "removed-files")


@pytest.mark.parametrize("again", [Layer(), Layer().directory("srv/x")], ids=["implied", "entry"])
def test_a_file_that_gives_way_to_a_directory_goes_itself(again):
    layers = [files(Layer(), "srv/x"), Layer().whiteout("srv/x"), files(again, "srv/x/y")]
    assert "&& rm -rf /srv/x at" in edit(Image(layers, history=commands("make", "rm", "more")), "removed-files")


def test_a_directory_that_gives_way_to_a_file_is_not_removed():
    layers = [files(Layer(), "srv/x/a", "srv/x/b"), Layer().whiteout("srv/x").file("srv/x", b"1")]
    assert "&& rm -rf /srv/x/a /srv/x/b at" in edit(Image(layers, history=commands("make", "rm")), "removed-files")


def test_files_written_anew_are_told_by_the_directory_of_which_nothing_is_left():
    first = files(Layer(), *MANY, f"{VENV}/kept")
    image = Image([first, files(Layer(), *MANY, content=BIG)], history=commands("install", "upgrade"))
    assert "with what writes /srv/app/venv/lib again" in edit(image, "overwritten-files")


# Folders of tests, the tests that numpy imports itself, and what is called so elsewhere.
PACKAGES = st.sampled_from(["a", "b", "c/d", "e.f", "numpy/_core", "h5py"])
INSIDE = st.sampled_from(["tests/1", "tests/data/2", "x/tests/3", "x/tests/tests/4", "code", "x/code", "test/5"])
PATHS = st.tuples(st.sampled_from(["usr/lib/python3/dist-packages", "opt/site-packages"]), PACKAGES, INSIDE)
ELSEWHERE = st.sampled_from(["usr/tests/1", "usr/lib/tests/2", "opt/code", "tests/3"])


@given(st.sets(PATHS.map("/".join) | ELSEWHERE, min_size=1, max_size=30))
@settings(max_examples=60, deadline=None)
def test_the_command_against_tests_removes_just_these(tmp_path_factory, paths):
    image = opened(Image([files(Layer(), *sorted(paths))], history=commands("install")))
    for found in findings(image, "test-files").found:
        tests = set(image.changes["path"].take(found.rows).to_pylist())
        root = tmp_path_factory.mktemp("root")
        for path in paths:
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).touch()
        command = re.sub(r"(?<= )/", f"{root}/", found.edit.removeprefix("RUN install && "))
        subprocess.run(["sh", "-euc", command.removesuffix(" …")], check=True)
        left = {str(each.relative_to(root)) for each in Path(root).rglob("*") if each.is_file()}
        assert left == paths - tests or (command.endswith("…") and left > paths - tests)


PYTHON = "usr/lib/python3/dist-packages"
TESTS = [f"{PYTHON}/{name}/tests/1" for name in "abcd"]
SWEPT = f"RUN install && find /{PYTHON} -type d -name tests -prune -exec rm -rf {{}} +"


def swept(layer: Layer, *paths: str, **ignored: tuple[str, ...]) -> str:
    """The edit about tests of packages in a layer that has more."""
    image = Image([files(layer, *paths)], history=commands("install"))
    (found,) = findings(image, "test-files", settings=FindingSettings(ignore_paths=ignored)).found
    return found.edit


def test_many_folders_of_tests_go_by_their_name():
    assert swept(Layer(), *TESTS) == SWEPT


@pytest.mark.parametrize(
    "layer", [Layer().directory(f"{PYTHON}/tests"), Layer().symlink(f"{PYTHON}/tests/now", "1")], ids=["empty", "links"]
)
def test_what_is_called_so_elsewhere_stays_though_no_file_is_in_it(layer):
    assert swept(layer, *TESTS) == SWEPT.replace("-prune", f"! -path /{PYTHON}/tests -prune")


def test_folders_with_nothing_in_common_are_not_searched_for_in_all_that_there_is():
    tests = [f"{each}/node_modules/a/test/1" for each in "abcd"]
    assert swept(Layer(), *tests).endswith(" && rm -rf " + " ".join(f"/{each[:-2]}" for each in tests[:3]) + " …")


def test_what_the_user_does_not_want_to_hear_of_stays():
    ignored = {"test-files": (f"{PYTHON}/x/tests/**",)}
    assert swept(Layer(), *TESTS, f"{PYTHON}/x/tests/1", **ignored) == SWEPT.replace(
        "-prune", f"! -path /{PYTHON}/x/tests -prune"
    )
