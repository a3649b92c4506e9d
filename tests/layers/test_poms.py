"""Coordinates out of pom.xml: as Maven inherits them, and whatever strangers write."""

import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.layers.pom import coordinates

# The head of Maven Central's org/slf4j/slf4j-api/1.7.36/slf4j-api-1.7.36.pom, and what such files go on with.
SLF4J = """<?xml version="1.0" encoding="UTF-8"?>
<project xsi:schemaLocation="http://maven.apache.org/POM/4.0.0 http://maven.apache.org/xsd/maven-4.0.0.xsd"
  xmlns="http://maven.apache.org/POM/4.0.0" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
  <modelVersion>4.0.0</modelVersion>
  <parent>
    <groupId>org.slf4j</groupId>
    <artifactId>slf4j-parent</artifactId>
    <version>1.7.36</version>
  </parent>
  <artifactId>slf4j-api</artifactId>
  <packaging>jar</packaging>
  <name>SLF4J API Module</name>
  <dependencies>
    <dependency><groupId>junit</groupId><artifactId>junit</artifactId><version>4</version></dependency>
  </dependencies>
</project>
"""


def pom(inside: str, head: str = "") -> bytes:
    return f"{head}<project>{inside}</project>".encode()


def test_a_group_and_a_version_are_inherited() -> None:
    assert coordinates(SLF4J.encode()) == {"groupId": "org.slf4j", "artifactId": "slf4j-api", "version": "1.7.36"}


def test_its_own_go_first_wherever_they_stand() -> None:
    parent = "<parent><groupId>p</groupId><artifactId>p</artifactId><version>9</version></parent>"
    own = "<version>1</version><artifactId>a</artifactId><groupId>g</groupId>"
    assert coordinates(pom(parent + own)) == coordinates(pom(own + parent))
    assert coordinates(pom(own + parent)) == {"groupId": "g", "artifactId": "a", "version": "1"}


def test_a_parent_s_name_is_not_inherited() -> None:
    assert "artifactId" not in coordinates(pom("<parent><artifactId>p</artifactId></parent>"))


def test_it_may_be_cut_off_behind_them() -> None:
    assert coordinates(SLF4J[: SLF4J.index("<dependencies>")].encode())["artifactId"] == "slf4j-api"


PARENT = "<parent><groupId>org.p</groupId><artifactId>p</artifactId><version>9</version></parent>"
PROPERTIES = (
    "<properties><revision>1.2</revision><changelist>${dash}SNAPSHOT</changelist><dash>-</dash><turn>${back}</turn>"
    "<back>${turn}</back><name.of.it> app </name.of.it></properties>"
)


@pytest.mark.parametrize(
    ("version", "wanted"),
    [
        ("${revision}${changelist}", "1.2-SNAPSHOT"),
        ("${project.parent.version}.1", "9.1"),
        ("${name.of.it}-${project.groupId}-${project.artifactId}", "app-org.p-a"),
        ("${pom.groupId}", "org.p"),
        ("${artifactId}", "a"),
        ("${revision}${sha1}", None),
        ("${turn}", None),
        ("${version}", None),
        ("${}", None),
        ("${revision", None),
    ],
)
def test_properties_of_the_file_are_put_in(version, wanted) -> None:
    """As the model builder of Maven 3.8 does, which keeps what it has no value for."""
    inside = f"{PARENT}<artifactId>a</artifactId><version>{version}</version>"
    assert coordinates(pom(inside + PROPERTIES)).get("version") == wanted
    assert coordinates(pom(PROPERTIES + inside)).get("version") == wanted


def test_properties_do_not_unfold_without_end() -> None:
    many = "".join(f"<p{each}>{f'${{p{each + 1}}}' * 80}</p{each}>" for each in range(20))
    assert coordinates(pom(f"<version>${{p0}}</version><properties>{many}</properties>")) == {}


@pytest.mark.parametrize(
    "content",
    [
        pom("<artifactId>${name}</artifactId>"),
        pom("<a><artifactId>deep</artifactId></a>"),
        pom(f"<artifactId>{'x' * 1000}</artifactId>"),
        b"<html><artifactId>a</artifactId></html>",
        pom("<artifactId>&e;</artifactId>", '<!DOCTYPE project [<!ENTITY e "a">]>'),
        pom("<artifactId>&e;</artifactId>", '<!DOCTYPE project SYSTEM "file:///etc/passwd">'),
        pom("<artifactId>&e;</artifactId>"),
    ],
    ids=["property", "elsewhere", "long", "no project", "entity", "external", "undeclared"],
)
def test_what_is_no_coordinate_is_left_out(content) -> None:
    assert coordinates(content) == {}


def test_entities_are_not_unfolded() -> None:
    laughs = "".join(f'<!ENTITY l{each} "{f"&l{each - 1};" * 10}">' for each in range(1, 20))
    head = f'<!DOCTYPE project [<!ENTITY l0 "ha">{laughs}]>'
    assert coordinates(pom("<groupId>&l19;</groupId>", head)) == {}


@pytest.mark.parametrize("encoding", ["rot13", "idna", "utf-7", "nothing", "zlib"])
def test_the_encoding_that_is_named_is_not_looked_up(encoding) -> None:
    named = f'<?xml version="1.0" encoding="{encoding}"?>'
    assert coordinates(pom("<artifactId>a</artifactId>", named)) == {"artifactId": "a"}


@given(st.binary(max_size=300))
def test_any_bytes_are_survived(content) -> None:
    coordinates(content)
    coordinates(b"<project><groupId>" + content)


VALUES = st.dictionaries(
    st.sampled_from(["groupId", "artifactId", "version", "name"]), st.sampled_from(["a", "b.c", "1"])
)


@given(VALUES, VALUES, st.booleans())
def test_it_is_what_a_tree_of_the_whole_tells(own, parent, parent_first) -> None:
    inside = ["".join(f"<{key}>{value}</{key}>" for key, value in each.items()) for each in (own, parent)]
    parts = [inside[0], f"<parent>{inside[1]}</parent>"]
    content = pom("".join(reversed(parts) if parent_first else parts))
    tree = ET.fromstring(content)
    wanted = {
        "groupId": tree.findtext("groupId") or tree.findtext("parent/groupId"),
        "artifactId": tree.findtext("artifactId"),
        "version": tree.findtext("version") or tree.findtext("parent/version"),
    }
    assert coordinates(content) == {key: value for key, value in wanted.items() if value}
