"""Documentation, translations and manual pages go from the layer that brings them; a real find(1) and dpkg try it.

What lower layers have of them stays as it is: to delete it would store whiteouts, and save nothing.
"""

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.findings.finding import findings
from tests.images import Image, Layer, step

INSTALL = "apt-get update && apt-get install -y --no-install-recommends x"
OWN = {
    "documentation": ["usr/share/doc/x/NEWS", "usr/share/doc/y/NEWS", "usr/share/doc/z/NEWS", "usr/share/doc/v/NEWS"],
    "locales": [f"usr/share/locale/{each}/LC_MESSAGES/x.mo" for each in ("de", "fr", "it", "nl")],
    "man-pages": [f"usr/share/man/man{each}/x.{each}.gz" for each in range(1, 5)],
}
STAYS = {
    "documentation": [f"usr/share/doc/x/{each}" for each in ("copyright", "COPYING.LESSER", "LICENSE-MIT", "Notice")],
    "locales": ["usr/share/locale/locale.alias"],
    "man-pages": ["usr/share/manual/x"],
}
LOWER = {
    "documentation": [f"usr/share/doc/lower/{each}" for each in range(5)],
    "locales": [f"usr/share/locale/{each}/LC_MESSAGES/lower.mo" for each in ("de", "fr", "it", "nl", "sv")],
    "man-pages": [f"usr/share/man/man{each}/lower.1.gz" for each in range(1, 6)],
}
every_rule = pytest.mark.parametrize("rule", OWN)


def files(*paths: str) -> Layer:
    """A layer with a file at each of these paths."""
    layer = Layer()
    for path in paths:
        layer.file(path, b"12345")
    return layer


def edit(rule: str, lower: list[str], command: str = INSTALL, own: list[str] | None = None) -> str:
    """What is advised for the layer above one with ``lower``."""
    own = OWN[rule] if own is None else own
    history = [step("ADD rootfs.tar / # buildkit"), step(f"RUN /bin/sh -c {command} # buildkit")]
    image = Image([files(*lower), files(*own, *STAYS[rule])], history=history)
    (finding,) = findings(image, rule, own_from=1).found[:1]
    assert (finding.layer, finding.inherited, finding.count) == (1, False, len(own))
    return finding.edit


def write(root: Path, paths: list[str]) -> None:
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(b"12345")


def left(root: Path) -> set[str]:
    return {str(path.relative_to(root)) for path in root.joinpath("usr").rglob("*") if path.is_file()}


@every_rule
@pytest.mark.parametrize("count", [0, 3], ids=["none below", "a few below"])
def test_find_spares_what_lower_layers_have(rule, count, tmp_path: Path):
    lower = LOWER[rule][:count]
    write(tmp_path, [*lower, *OWN[rule], *STAYS[rule]])
    advice = edit(rule, lower)
    command = advice.removeprefix(f"RUN {INSTALL} && ").replace("/usr/", f"{tmp_path}/usr/")
    subprocess.run(["sh", "-e", "-c", command], check=True)
    assert left(tmp_path) == {*lower, *STAYS[rule]}


@pytest.mark.skipif(not shutil.which("dpkg-deb"), reason="no dpkg")
@every_rule
def test_dpkg_leaves_out_the_same_where_lower_layers_have_many(rule, tmp_path: Path):
    package, root = tmp_path / "package", tmp_path / "root"
    write(package, [*OWN[rule], *STAYS[rule], "DEBIAN/control"])
    (package / "DEBIAN/control").write_text(
        "Package: x\nVersion: 1\nArchitecture: all\nMaintainer: x <x@example.com>\nDescription: x\n"
    )
    subprocess.run(["dpkg-deb", "--build", "-Znone", package, tmp_path / "x.deb"], check=True, capture_output=True)
    write(root, LOWER[rule])
    for path in ("updates", "info"):
        (root / "var/lib/dpkg" / path).mkdir(parents=True)
    for path in ("status", "available"):
        (root / "var/lib/dpkg" / path).touch()
    advice = edit(rule, LOWER[rule])
    assert re.sub(r" -o Dpkg::Options::='.*?'", "", advice) == f"RUN {INSTALL}"
    options = [each.removeprefix("Dpkg::Options::=") for each in shlex.split(advice) if each.startswith("Dpkg")]
    forced = ["--force-not-root", "--force-bad-path", "--force-script-chrootless"]
    subprocess.run(
        ["dpkg", *options, f"--root={root}", *forced, "--log=/dev/null", "--install", tmp_path / "x.deb"],
        check=True,
        capture_output=True,
    )
    assert left(root) == {*LOWER[rule], *STAYS[rule]}


def test_a_folder_that_lower_layers_have_nothing_in_is_named():
    assert f"{INSTALL} && find /usr/share/doc/x -type f !" in edit(
        "documentation", LOWER["documentation"], own=["usr/share/doc/x/NEWS", "usr/share/doc/x/more/a"]
    )


def test_notices_of_lower_layers_are_not_deleted_anyway():
    lower = [f"usr/share/doc/{each}/copyright" for each in "abcde"]
    assert f"{INSTALL} && find /usr/share/doc -type f !" in edit("documentation", lower)


@pytest.mark.parametrize("command", ["make", "apk add x", "./install-apt install"])
def test_without_apt_it_is_said_what_is_to_stay(command):
    assert edit("locales", LOWER["locales"], command) == (
        f"at the end of RUN {command}, remove what it brings below /usr/share/locale, and no more: files of lower "
        "layers, such as /usr/share/locale/de/LC_MESSAGES/lower.mo, stay stored whatever removes them"
    )


def test_what_no_pattern_of_dpkg_says_is_not_left_to_it():
    own = [*OWN["man-pages"], "usr/local/man/man1/a.1"]
    assert "remove what it brings below /usr/share/man /usr/local/man, and" in edit(
        "man-pages", LOWER["man-pages"], own=own
    )


@pytest.mark.parametrize(("lower", "found"), [(3, True), (4, False)])
def test_folders_of_lower_layers_are_not_swept_away(lower, found, tmp_path: Path):
    """They are spared by their paths, where that is no long line."""
    kept, own = ([f"usr/lib/{name}/__pycache__/a.pyc" for name in names] for names in ("abcd"[:lower], "efgh"))
    history = [step(f"RUN /bin/sh -c {each} # buildkit") for each in ("python3 one", "python3 two")]
    found_in = findings(Image([files(*kept), files(*own)], history=history), "python-bytecode").found
    (advice,) = (each.edit.removeprefix("RUN python3 two && ") for each in found_in if each.layer == 1)
    assert advice.startswith("find") == found
    if found:
        write(tmp_path, [*kept, *own])
        subprocess.run(["sh", "-e", "-c", advice.replace("/usr/", f"{tmp_path}/usr/")], check=True)
        assert left(tmp_path) == {*kept}
    else:
        assert advice == "rm -rf /usr/lib/e/__pycache__ /usr/lib/f/__pycache__ /usr/lib/g/__pycache__ …"
