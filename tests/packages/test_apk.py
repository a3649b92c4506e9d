"""Alpine's packages. The sample is the database of three packages that apk-tools made and installed: samples/apk/make.sh."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.packages.apk import parse
from tests.packages.roots import by_name, damaged, sample

DATABASE = "lib/apk/db/installed"
INSTALLED = sample("apk/installed")
OS_RELEASE = {"etc/os-release": b"ID=alpine\nVERSION_ID=3.23.6\n"}


@pytest.mark.parametrize("path", [DATABASE, "usr/" + DATABASE])
def test_packages_of_the_sample(path: str) -> None:
    packages = by_name(parse({path: INSTALLED, **OS_RELEASE}))
    demo, other, virtual = packages["demo"], packages["other"], packages[".built-here"]

    assert (demo.version, demo.architecture, demo.licence, demo.claimed_bytes) == ("1.2.3-r4", "x86_64", "MIT", 6)
    assert demo.purl == "pkg:apk/alpine/demo@1.2.3-r4?arch=x86_64&distro=alpine-3.23.6&upstream=demo-source"
    assert demo.files == b"etc\0etc/demo\0etc/demo/demo.conf\0usr\0usr/bin\0usr/bin/demo\0usr/bin/demo2"
    assert demo.told_by == path
    assert (other.version, other.licence) == ("0.1_alpha2-r0", "BSD-2-Clause AND ISC")
    assert other.files == b"atroot\0opt\0opt/empty\0srv\0srv/with space"
    assert (virtual.licence, virtual.claimed_bytes, virtual.files) == (None, 0, b"")


def test_the_database_that_has_packages_counts() -> None:
    packages = parse({DATABASE: INSTALLED, "usr/" + DATABASE: b""})

    assert {package.told_by for package in packages} == {DATABASE}


def test_folders_cannot_grow_without_bound() -> None:
    database = b"P:a\nV:1\nF:" + b"f" * 100_000 + b"\n" + b"R:n\n" * 100_000

    (package,) = parse({DATABASE: database})

    assert package.files == b""


@given(st.binary())
def test_any_bytes(content: bytes) -> None:
    assert list(parse({DATABASE: content, "etc/os-release": content})) is not None


@given(damaged(INSTALLED))
def test_damage(content: bytes) -> None:
    packages = list(parse({DATABASE: content}))

    assert packages == sorted(packages, key=lambda package: (package.name, package.version))
    assert sum(len(package.files) for package in packages) <= 8 * len(content)
