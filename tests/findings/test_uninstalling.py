"""What a package manager removes it is told to remove where it installed: no list of files stands for that."""

import pytest

from analyzer.findings.uninstalling import uninstalled
from tests.findings.finding import findings
from tests.findings.test_advice import located
from tests.images import Image, Layer, step

pytest.importorskip("dockerfile", reason="no wheel for this platform")

STATUS = "var/lib/dpkg/status"
PATHS = [f"usr/lib/{name}/tool" for name in "abcde"]


def built(*runs: str, more: Layer | None = None) -> Image:
    """Packages of five files that the first RUN installs and the last one removes; each writes the database."""
    first, last = Layer().file(STATUS, b"five"), Layer().file(STATUS, b"none")
    for path in PATHS:
        first.file(path, path.encode())
        last.whiteout(path)
    between = [Layer().file("srv/built", b"1") for _ in runs[1:-1]]
    return Image([first, *between, more or last], history=[step(f"RUN /bin/sh -c {each} # buildkit") for each in runs])


def edit(*runs: str) -> str:
    text = "\n".join(f"RUN {each}" for each in runs)
    (finding,) = located(text, built(*runs), "removed-files").found
    assert (finding.layer, finding.count) == (0, 5)
    return finding.edit


@pytest.mark.parametrize(
    ("installs", "removes"),
    [
        ("apt-get update && apt-get install -y gcc git", "apt-get purge -y gcc git && apt-get autoremove -y"),
        ("apt-get install -y gcc", "apt-get purge -y --auto-remove gcc && rm -rf /var/lib/apt/lists/*"),
        ("apk add --virtual tools gcc", "apk del tools"),
        ("dnf install -y gcc", "dnf -y remove gcc && dnf clean all"),
        ("yum install -y gcc", "yum erase -y gcc"),
        ("/opt/venv/bin/pip install a", "/opt/venv/bin/pip uninstall -y a"),
        ("python3 -m pip install a", "pip3 uninstall -y a"),
    ],
)
def test_a_removal_in_the_next_run_is_made_by_the_one_that_installs(installs, removes):
    assert edit(installs, removes) == (
        f"Dockerfile:2\n-RUN {installs}\n+RUN {installs} && {removes}\nDockerfile:3\n-RUN {removes}"
    )


def test_packages_that_are_used_until_they_go_are_not_removed_too_early():
    assert edit("apk add gcc", "make", "apk del gcc") == (
        "make one RUN of RUN apk add gcc and what needs its files, with && apk del gcc at its end; then drop the removal "
        "in layer 2 (RUN apk del gcc)"
    )


def test_what_else_the_removing_run_does_stays_there():
    assert edit("apk add gcc", "apk del gcc && make x").endswith(
        "+RUN apk add gcc && apk del gcc\nthen drop the removal in layer 1 (RUN apk del gcc && make x)"
    )


@pytest.mark.parametrize("removes", ["apk del gcc || true", "for x in gcc git; do apk del $x; done; (apk del a)"])
def test_a_removal_that_does_not_stand_alone_is_left_to_a_human(removes):
    assert edit("apk add gcc", removes) == (
        f"make one RUN of RUN apk add gcc and what needs its files, with what removes them in layer 1 (RUN {removes}) at "
        f"its end; then drop the removal in layer 1 (RUN {removes})"
    )


def test_what_goes_by_the_folder_it_runs_in_is_told_in_words():
    """Another WORKDIR may be between them, of which no layer tells."""
    assert edit("npm ci", "npm prune --omit=dev") == (
        "RUN npm ci && npm prune --omit=dev\nthen drop the removal in layer 1 (RUN npm prune --omit=dev)"
    )


def test_a_removal_of_more_than_one_layers_packages_is_not_dropped():
    image = built("apk add gcc", "apk add git", "apk del gcc git")
    image.layers[2].whiteout("srv/built")
    found = findings(image, "removed-files").found
    assert sorted(each.layer for each in found) == [0, 1]
    (next_to_it,) = (each for each in found if each.layer == 1)
    assert next_to_it.advice[1].amend is None


@pytest.mark.parametrize(
    ("installs", "removes"),
    [
        ("apt-get install a", "apk del a"),
        ("make install", "apt-get purge a"),
        ("apt-get install a", "rm -rf /usr/lib/remove"),
        ("apt-get install a", "apt-get install b && apt-get purge b"),
        ("pip install a", "pip install --upgrade a"),
    ],
)
def test_another_program_or_an_upgrade_is_no_removal(installs, removes):
    assert uninstalled(f"RUN {installs}", [f"RUN {removes}"]) is None


def test_a_command_with_a_secret_left_out_is_not_repeated():
    shown = edit("apk add gcc", "API_TOKEN=hush apk del gcc")
    assert "hush" not in shown
    assert "with what removes them in layer 1" in shown


def test_what_others_remove_of_a_package_is_not_all_that_is_told():
    """The files of a package that its manager removes are never removed behind its back."""
    first, purged, tidied = Layer(), Layer(), Layer()
    for path in [*PATHS, *(f"usr/share/doc/{name}" for name in "abcd")]:
        first.file(path, path.encode())
        (tidied if "doc" in path else purged).whiteout(path)
    history = [step(each) for each in ("RUN apt-get install gcc", "RUN apt-get purge gcc", "RUN rm -rf /usr/share/doc")]
    (finding,) = findings(Image([first, purged, tidied], history=history), "removed-files").found
    assert finding.edit == (
        "make one RUN of RUN apt-get install gcc and what needs its files, with && apt-get purge gcc && rm -rf "
        "/usr/share/doc/* at its end; then drop the removal in layer 1 (RUN apt-get purge gcc) and layer 2 (RUN rm -rf "
        "/usr/share/doc)"
    )


@pytest.mark.parametrize("made", ["COPY a /etc/", "RUN make"])
def test_what_is_moved_is_not_dropped(made):
    layers = [Layer().file("etc/a", b"1"), Layer().whiteout("etc/a").file("etc/b", b"1")]
    image = Image(layers, history=[step(made), step("RUN mv /etc/a /etc/b")])
    (finding,) = findings(image, "removed-files").found
    assert (
        finding.edit
        == f"have {made} bring /etc/a to where layer 1 (RUN mv /etc/a /etc/b) moves it, and drop that there"
    )


def test_of_what_is_moved_and_removed_only_the_removal_is_dropped():
    layers = [Layer().file("a", b"1").file("b", b"2"), Layer().whiteout("a").file("c", b"1"), Layer().whiteout("b")]
    image = Image(layers, history=[step("RUN make"), step("RUN mv /a /c"), step("RUN rm /b")])
    (finding,) = findings(image, "removed-files").found
    assert finding.edit.endswith(
        "then drop the removal in layer 1 (RUN mv /a /c) and layer 2 (RUN rm /b), but for what layer 1 (RUN mv /a /c) "
        "moves: have that brought to where it ends"
    )
