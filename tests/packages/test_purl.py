"""Package URLs are those of the purl project's own library, and distributions those of os-release(5)."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from packageurl import PackageURL

from analyzer.packages.distribution import Distribution, distribution
from analyzer.packages.purl import purl

# Neither names nor versions have slashes, and of blanks at the ends the library makes nothing.
WORDS = st.text(st.characters(codec="utf-8", exclude_characters="/"), min_size=1).filter(
    lambda text: text == text.strip()
)
VALUES = st.text(st.characters(codec="utf-8", exclude_characters="/"))


@example("a", "1", {"arch": " "})
@given(WORDS, WORDS, st.dictionaries(st.sampled_from(["arch", "distro", "epoch", "upstream"]), VALUES))
def test_purl_is_the_one_of_the_purl_library(name: str, version: str, qualifiers: dict[str, str]) -> None:
    expected = PackageURL("rpm", "fedora", name, version, qualifiers).to_string()

    assert purl("rpm", "fedora", name, version, qualifiers) == expected


def test_purl_without_namespace_and_qualifiers() -> None:
    assert purl("deb", None, "a", "1:2") == PackageURL("deb", None, "a", "1:2").to_string() == "pkg:deb/a@1:2"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"ID=alpine\nVERSION_ID=3.23.6\n", ("alpine", "alpine-3.23.6")),
        (b'# ID=no\nID="rhel"\nVERSION_ID="9.4"\n', ("rhel", "rhel-9.4")),
        (b"ID='opensuse-leap'\nVERSION_ID='15.6'", ("opensuse-leap", "opensuse-leap-15.6")),
        (b"VERSION_CODENAME=sid\nID=debian\n", ("debian", "debian")),
        (b"VERSION_ID=1\n", (None, None)),
        (b"ID=$(reboot)\n\xff", (None, None)),
        (b"", (None, None)),
    ],
)
def test_distribution(content: bytes, expected: tuple[str | None, str | None]) -> None:
    assert distribution({"usr/lib/os-release": content}) == Distribution(*expected)
