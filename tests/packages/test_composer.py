"""Composer's packages are those that Composer itself shows, and own the folders it put them into."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.packages.composer import ECOSYSTEM, parse
from tests.packages.folders import DEEP, damaged, owned, versions, wanted
from tests.packages.installers import composer

if TYPE_CHECKING:
    from pathlib import Path

TOLD_BY = "app/vendor/composer/installed.json"
# The forms of Composer 2 and of Composer 1, made by hand; Composer itself makes one of the first kind below.
SECOND = b"""{"packages": [
    {"name": "monolog/monolog", "version": "2.9.1", "license": ["MIT"], "install-path": "../monolog/monolog"},
    {"name": "psr/log", "version": "1.1.4", "license": ["MIT"], "install-path": "../psr/log"}
], "dev": true, "dev-package-names": []}"""
FIRST = b"""[
    {"name": "monolog/monolog", "version": "2.9.1", "license": ["MIT"]},
    {"name": "psr/log", "version": "1.1.4", "license": ["MIT"]}
]"""


def test_packages_are_those_that_composer_shows(composer_app: Path) -> None:
    shown = json.loads(composer(composer_app, "show", "--format=json"))["installed"]
    licences = json.loads(composer(composer_app, "licenses", "--format=json"))["dependencies"]
    packages = parse(wanted(composer_app, ECOSYSTEM))

    assert versions(packages) == sorted((each["name"], each["version"]) for each in shown)
    assert {each.name: each.licence for each in packages} == {
        name: " OR ".join(each["license"]) or None for name, each in licences.items()
    }


def test_packages_own_what_composer_installed_but_not_its_own_files(composer_app: Path) -> None:
    packages = {each.name: each for each in parse(wanted(composer_app, ECOSYSTEM))}
    everything = {
        str(path.relative_to(composer_app)) for path in composer_app.joinpath("vendor").rglob("*") if path.is_file()
    }
    composers_own = {path for path in everything if path.startswith(("vendor/composer/", "vendor/autoload.php"))}

    assert set().union(*(owned(package, composer_app) for package in packages.values())) == everything - composers_own
    assert packages["acme/meta"].folders == ()


@pytest.mark.parametrize("content", [FIRST, SECOND])
def test_both_forms_tell_the_same(content: bytes) -> None:
    monolog, log = parse({TOLD_BY: content})

    assert monolog.folders == (b"app/vendor/monolog/monolog",)
    assert (log.version, log.licence, log.purl) == ("1.1.4", "MIT", "pkg:composer/psr/log@1.1.4")


@pytest.mark.parametrize("path", ["../..", "../../..", "../../../..", "../composer", ".", "", "/", "../../../../../x"])
def test_no_package_owns_the_folder_it_is_told_of_in(path: str) -> None:
    content = json.dumps({"packages": [{"name": "a/b", "version": "1", "install-path": path}]}).encode()

    assert parse({TOLD_BY: content})[0].folders == ()


@pytest.mark.parametrize("content", [b"", b"{}", b"[5, null]", b'{"packages": 5}', b'[{"name": 5}]', b"[{}]", *DEEP])
def test_what_tells_of_no_package_is_skipped(content: bytes) -> None:
    whole = {"srv/vendor/composer/installed.json": b'[{"name": 5, "version": "1"}, {"name": "a/b", "version": "1"}]'}

    assert versions(parse({TOLD_BY: content} | whole)) == [("a/b", "1")]


def test_a_deep_folder_repeated_too_often_is_not_believed() -> None:
    path = "deep/" * 800 + "composer/installed.json"
    packages = parse({path: b"[" + b",".join([b'{"name": "a/b", "version": "1"}'] * 1000) + b"]"})

    assert [package.folders for package in packages] == [()] * 1000


@given(damaged({TOLD_BY: SECOND, "srv/vendor/composer/installed.json": FIRST}))
def test_damage_costs_no_more_than_the_file_it_hits(contents: dict[str, bytes]) -> None:
    names = [each.name for each in parse(contents)]

    assert {"monolog/monolog", "psr/log"} <= set(names)


@given(st.binary())
def test_any_bytes_are_survived(content: bytes) -> None:
    parse({TOLD_BY: content})
