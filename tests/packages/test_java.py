"""Java archives by coordinates, names and manifests."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packageurl import PackageURL

from analyzer.packages.java import ECOSYSTEM, parse

LIB = {"groupId": "org.acme", "artifactId": "lib", "version": "2.0"}
PART = {"groupId": "org.merged", "artifactId": "part", "version": "0.1"}


def listed(path: str, told: object) -> list[tuple[str, str, bytes]]:
    return [(each.name, each.version, each.files) for each in parse({path: json.dumps(told).encode()})]


def test_coordinates_come_first_and_the_archive_is_owned() -> None:
    told = {"manifest": {"Implementation-Version": "9", "Bundle-License": "MIT;link=x"}, "maven": [LIB]}
    (package,) = parse({"opt/renamed.jar": json.dumps(told).encode()})
    assert (package.name, package.version, package.licence) == ("org.acme:lib", "2.0", "MIT")
    assert (package.files, package.told_by, package.ecosystem) == (b"opt/renamed.jar", "opt/renamed.jar", "java")


def test_what_was_merged_in_is_listed_beside() -> None:
    both = [("org.acme:lib", "2.0", b"a/lib-2.0.jar"), ("org.merged:part", "0.1", b"")]
    assert listed("a/lib-2.0.jar", {"maven": [PART, LIB]}) == both
    assert listed("a/lib-2.0.jar", {"maven": [PART]}) == [("lib", "2.0", b"a/lib-2.0.jar"), both[1]]


@pytest.mark.parametrize(
    ("name", "manifest", "wanted"),
    [
        ("kotlin-stdlib-2.0.21.jar", {"Implementation-Version": "2.0.21-release-482"}, ("kotlin-stdlib", "2.0.21")),
        ("a-b-1.0-rc1.jar", {"Implementation-Vendor-Id": "org.acme"}, ("org.acme:a-b", "1.0-rc1")),
        ("core.jar", {"Bundle-SymbolicName": "acme.core;singleton:=true", "Bundle-Version": "3"}, ("acme.core", "3")),
        ("core.jar", {"Implementation-Version": "4", "Bundle-Version": "4.0.0"}, ("core", "4")),
        ("core.jar", {"Implementation-Vendor-Id": "Acme, Inc.", "Implementation-Version": "4"}, ("core", "4")),
    ],
)  # fmt: skip
def test_without_coordinates_name_and_manifest_tell(name, manifest, wanted) -> None:
    assert listed(f"opt/{name}", {"manifest": manifest}) == [(*wanted, f"opt/{name}".encode())]


def test_archives_inside_are_listed_and_own_no_file() -> None:
    inner = {"WEB-INF/lib/lib-2.0.jar": {"maven": [LIB]}, "WEB-INF/lib/odd.jar": {}, "lib/named-1.jar": {}}
    assert listed("app-1.0.war", {"manifest": {}, "archives": inner}) == [
        ("app", "1.0", b"app-1.0.war"),
        ("named", "1", b""),
        ("org.acme:lib", "2.0", b""),
    ]


def test_nothing_is_made_up() -> None:
    assert listed("opt/tools.jar", {"manifest": {}}) == []
    assert listed("opt/lib-2.0.zip", {"manifest": {}, "maven": [LIB]}) == []
    assert ECOSYSTEM.payload == "java"


def test_purls_are_those_of_the_library() -> None:
    told = {"maven": [LIB | {"version": "2.0+b 1"}], "archives": {"b-1.0.jar": {}}}
    assert [each.purl for each in parse({"lib.jar": json.dumps(told).encode()})] == [
        PackageURL("generic", None, "b", "1.0").to_string(),
        PackageURL("maven", "org.acme", "lib", "2.0+b 1").to_string(),
    ]


KEYS = [
    "manifest",
    "maven",
    "archives",
    "groupId",
    "artifactId",
    "version",
    "Bundle-Version",
    "a-1.jar",
    "\ud800-2.jar",
]
JSON = st.recursive(
    st.none() | st.integers() | st.text() | st.sampled_from(["1.0", "org.acme", "\ud800"]),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(KEYS), inner),
)


@given(st.dictionaries(st.sampled_from(KEYS), JSON), st.binary(max_size=200))
def test_any_payload_is_survived(told, raw) -> None:
    for package in parse({"a-1.jar": json.dumps(told).encode(), "b.jar": raw, "c.jar": b"[" * 100_000}):
        assert (package.name + package.version + package.purl).encode()
