"""dpkg's packages: as dpkg itself lists them after installing some, and what its files can say besides."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.packages.dpkg import ECOSYSTEM, parse
from tests.packages.roots import by_name, damaged, paths, wanted
from tests.real.tools import require, require_root, run

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

STATUS = b"""\
Package: libdemo1
Status: install ok installed
Installed-Size: 12
Architecture: amd64
Multi-Arch: same
Source: demo (1:1.2-3)
Version: 1:1.2-3+b1
Conffiles:
 /etc/demo.conf 5d41402abc4b2a76b9719d911017c592
 /etc/demo.old 5d41402abc4b2a76b9719d911017c592 obsolete
Description: a line
 Package: not-a-field

Package: libdemo1
Status: install ok installed
Architecture: i386
Multi-Arch: same
Version: 1:1.2-3

Package: gone
Status: deinstall ok config-files
Architecture: all
Version: 1

Package: half
Status: install reinstreq half-installed
Architecture: all
Version: 2

Package: never
Status: unknown ok not-installed
Architecture: all

Package: unversioned
Status: install ok installed
"""
CONTENTS = {
    "var/lib/dpkg/status": STATUS,
    "var/lib/dpkg/info/libdemo1:amd64.list": b"/.\n/usr\n/usr/lib\n/usr/lib/libdemo.so.1\n/bin/sh\n",
    "var/lib/dpkg/info/libdemo1:i386.list": b"/.\n/usr/lib/i386/libdemo.so.1\n",
    "var/lib/dpkg/info/half.list": b"/.\n/bin/sh\n",
    "var/lib/dpkg/diversions": b"/bin/sh\n/bin/sh.distrib\nhalf\n",
    "usr/lib/os-release": b'ID=debian\nVERSION_ID="12"\n',
}
CONTROL = b"Package: tzdata\nVersion: 2025b\nArchitecture: all\nInstalled-Size: 3"


def test_only_what_has_files_is_installed() -> None:
    assert [(package.name, package.architecture, package.version) for package in parse(CONTENTS)] == [
        ("half", "all", "2"),
        ("libdemo1", "amd64", "1:1.2-3+b1"),
        ("libdemo1", "i386", "1:1.2-3"),
    ]


def test_what_a_package_states() -> None:
    _, package, _ = parse(CONTENTS)

    assert package.purl == "pkg:deb/debian/libdemo1@1:1.2-3%2Bb1?arch=amd64&distro=debian-12&upstream=demo%401:1.2-3"
    assert package.claimed_bytes == 12 * 1024
    assert package.told_by == "var/lib/dpkg/status"
    assert package.licence is None


def test_a_diverted_file_is_where_it_was_diverted_to() -> None:
    half, amd64, i386 = parse(CONTENTS)

    assert half.files == b"bin/sh"  # the package that diverts has the path
    assert amd64.files == b"usr\0usr/lib\0usr/lib/libdemo.so.1\0bin/sh.distrib"
    assert i386.files == b"usr/lib/i386/libdemo.so.1"


@pytest.mark.parametrize("name", ["tzdata", base64.b64encode(b"tzdata").decode()])
@pytest.mark.parametrize("digests", ["var/lib/dpkg/status.d/NAME.md5sums", "var/lib/dpkg/info/tzdata.md5sums"])
def test_an_image_without_dpkg(name: str, digests: str) -> None:
    control = f"var/lib/dpkg/status.d/{name}"
    lines = b"5d41402abc4b2a76b9719d911017c592  usr/share/zoneinfo/UTC\n5d41402abc4b2a76b9719d911017c592  ./etc/.a b\n"

    (package,) = parse({control: CONTROL, digests.replace("NAME", name): lines})

    assert package.name == "tzdata"
    assert package.told_by == control
    assert package.files == b"usr/share/zoneinfo/UTC\0etc/.a b"
    assert package.purl == "pkg:deb/tzdata@2025b?arch=all"


def test_digests_and_conffiles_stand_in_for_a_list() -> None:
    digests = {"var/lib/dpkg/info/libdemo1:amd64.md5sums": b"5d41402abc4b2a76b9719d911017c592  usr/lib/libdemo.so.1\n"}

    amd64, i386 = (
        package for package in parse({"var/lib/dpkg/status": STATUS, **digests}) if package.name == "libdemo1"
    )

    assert amd64.files == b"usr/lib/libdemo.so.1\0etc/demo.conf\0etc/demo.old"
    assert i386.files == b""


def test_no_list_is_counted_twice() -> None:
    status = b"\n\n".join(
        b"Package: a\nStatus: install ok installed\nVersion: 1\nArchitecture: x%d" % i for i in range(9)
    )

    found = parse({"var/lib/dpkg/status": status, "var/lib/dpkg/info/a.list": b"/.\n/a\n"})

    assert [package.files for package in found] == [b"a", *[b""] * 8]


def test_diversions_cannot_grow_without_bound() -> None:
    contents = {
        "var/lib/dpkg/status": b"Package: a\nStatus: install ok installed\nVersion: 1\n",
        "var/lib/dpkg/info/a.list": b"/a\n" * 10_000,
        "var/lib/dpkg/diversions": b"/a\n/" + b"b" * 4000 + b"\n:\n",
    }

    (package,) = parse(contents)

    assert len(package.files) < 8 * 30_000


def _deb(folder: Path, name: str, files: Mapping[str, str], **fields: str) -> Path:
    """A package of these files; those in ``etc`` are conffiles."""
    tree = folder / f"{name}-{fields['Architecture']}"
    (tree / "DEBIAN").mkdir(parents=True)
    for path, content in files.items():
        tree.joinpath(path).parent.mkdir(parents=True, exist_ok=True)
        tree.joinpath(path).write_text(content)
    given_fields = {"Package": name, "Maintainer": "a <a@example.org>", "Description": name, **fields}
    lines = "".join(f"{key.replace('_', '-')}: {value}\n" for key, value in given_fields.items())
    tree.joinpath("DEBIAN/control").write_text(lines)
    tree.joinpath("DEBIAN/conffiles").write_text("".join(f"/{path}\n" for path in files if path.startswith("etc/")))
    run("dpkg-deb", "--root-owner-group", "--build", tree, tree.with_suffix(".deb"))
    return tree.with_suffix(".deb")


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A root filesystem into which dpkg installed packages, and from which it removed some."""
    require("dpkg", "dpkg-deb", "dpkg-divert")
    require_root()
    folder, found = tmp_path_factory.mktemp("debs"), tmp_path_factory.mktemp("root")
    for path in ("info", "updates"):
        found.joinpath("var/lib/dpkg", path).mkdir(parents=True)
    found.joinpath("var/lib/dpkg/status").touch()
    debs = [
        _deb(
            folder,
            "plain",
            {"bin/plain": "1", "etc/plain": "2"},
            Version="1:2.0~rc1-1+b2",
            Architecture="all",
            Source="x (3)",
        ),
        _deb(folder, "same", {"usr/lib/a b/c": "1"}, Version="1", Architecture="amd64", Multi_Arch="same"),
        _deb(folder, "same", {"usr/lib/i386/c": "1"}, Version="1", Architecture="i386", Multi_Arch="same"),
        _deb(folder, "kept", {"etc/kept": "1"}, Version="1", Architecture="all"),
        _deb(folder, "purged", {"bin/purged": "1"}, Version="1", Architecture="all"),
        _deb(folder, "unpacked", {"bin/unpacked": "1"}, Version="1", Architecture="all"),
    ]
    dpkg = ("dpkg", "--root", found, "--force-not-root", "--force-architecture", "--force-bad-path")
    run(*dpkg, "--add-architecture", "i386")
    run("dpkg-divert", "--root", found, "--local", "--no-rename", "--divert", "/bin/plain.old", "--add", "/bin/plain")
    run(*dpkg, "--install", *debs[:-1])
    run(*dpkg, "--unpack", debs[-1])
    run(*dpkg, "--remove", "kept")
    run(*dpkg, "--purge", "purged")
    return found


def test_packages_are_those_of_dpkg_query(root: Path) -> None:
    form = "${db:Status-Status}\t${Package}\t${Version}\t${Architecture}\n"
    rows = [line.split("\t") for line in run("dpkg-query", "--root", root, "-W", "-f", form).decode().splitlines()]

    found = {(package.name, package.version, package.architecture) for package in parse(wanted(root, ECOSYSTEM))}

    assert {state for state, *_ in rows} == {"installed", "config-files", "unpacked"}
    assert found == {tuple(row) for state, *row in rows if state != "config-files"}


def test_files_are_those_that_dpkg_put_there(root: Path) -> None:
    packages = parse(wanted(root, ECOSYSTEM))
    own = {path for package in packages for path in paths(package)}
    stored = {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()}

    assert {path for path in stored if not path.startswith("var/lib/dpkg/")} - own == {"etc/kept"}
    assert {path for path in own if not root.joinpath(path).exists()} == set()
    assert "bin/plain.old" in paths(by_name(packages)["plain"])
    assert "etc/plain" in paths(by_name(packages)["plain"])


@given(st.dictionaries(st.sampled_from([*CONTENTS, "var/lib/dpkg/status.d/a"]), st.binary()))
def test_any_bytes(contents: dict[str, bytes]) -> None:
    assert list(parse(contents)) is not None


@given(st.fixed_dictionaries({path: damaged(content) for path, content in CONTENTS.items()}))
def test_damage(contents: dict[str, bytes]) -> None:
    packages = list(parse(contents))

    assert packages == sorted(packages, key=lambda package: (package.name, package.architecture or ""))
    assert sum(len(package.files) for package in packages) <= 8 * sum(map(len, contents.values()))
