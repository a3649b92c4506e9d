"""Conda's packages are what rattler, an installer of them, wrote of an environment; `samples/conda/make.py` made it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.packages.conda import parse
from tests.packages.folders import DEEP, damaged, files_of, versions

SAMPLES = Path(__file__).with_name("samples") / "conda"
CONTENTS = {f"opt/conda/conda-meta/{path.name}": path.read_bytes() for path in sorted(SAMPLES.glob("*.json"))}


def record(**fields: object) -> dict[str, bytes]:
    return {"env/conda-meta/a.json": json.dumps({"name": "a", "version": "1", **fields}).encode()}


def test_packages_of_a_real_environment() -> None:
    libtiny, tiny = parse(CONTENTS)

    assert versions([libtiny, tiny]) == [("libtiny", "1.2.3"), ("tiny", "2.0")]
    assert (libtiny.architecture, libtiny.licence, libtiny.claimed_bytes) == ("linux-64", "BSD-3-Clause", None)
    assert libtiny.purl == "pkg:conda/libtiny@1.2.3?build=h1234567_0&channel=channel&subdir=linux-64&type=tar.bz2"
    assert (tiny.architecture, tiny.folders) == ("noarch", ())


def test_packages_own_what_was_linked_and_their_own_record() -> None:
    for package in parse(CONTENTS):
        linked = json.loads(CONTENTS[package.told_by])["paths_data"]["paths"]
        assert len(linked) >= 2
        assert files_of(package) == {f"opt/conda/{each['_path']}" for each in linked} | {package.told_by}


@pytest.mark.parametrize(
    ("channel", "named"),
    [
        ("https://conda.anaconda.org/conda-forge/linux-64", "conda-forge"),
        ("https://conda.anaconda.org/conda-forge", "conda-forge"),
        ("https://repo.anaconda.com/pkgs/main/linux-64/", "main"),
        ("defaults", "defaults"),
        ("conda-forge/label/broken", "broken"),
    ],
)
def test_channel_of_the_package_url(channel: str, named: str) -> None:
    (package,) = parse(record(channel=channel, subdir="linux-64", fn="a-1-0.conda"))

    assert package.purl == f"pkg:conda/a@1?channel={named}&subdir=linux-64&type=conda"


def test_files_stay_inside_the_image() -> None:
    (package,) = parse(record(files=["a.so", "../shared", "../../etc/passwd", "\0"]))

    assert files_of(package) == {"env/a.so", "shared", "env/conda-meta/a.json"}


@pytest.mark.parametrize("content", [b"", b"[]", b'{"name": "a"}', b'{"name": "a", "version": 1}', b"{}x", *DEEP])
def test_what_is_no_record_is_skipped(content: bytes) -> None:
    assert versions(parse({"conda-meta/a.json": content} | CONTENTS)) == [("libtiny", "1.2.3"), ("tiny", "2.0")]


@given(damaged(CONTENTS))
def test_damage_costs_no_more_than_the_package_it_hits(contents: dict[str, bytes]) -> None:
    whole = [each for each in parse(CONTENTS) if contents.get(each.told_by) == CONTENTS[each.told_by]]

    assert [each for each in parse(contents) if each in whole] == whole


@given(st.dictionaries(st.sampled_from(sorted(CONTENTS)), st.binary()))
def test_any_bytes_are_survived(contents: dict[str, bytes]) -> None:
    assert len(parse(contents)) <= len(contents)
