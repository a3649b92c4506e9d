"""Go modules from what `go version -m` prints."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packageurl import PackageURL

from analyzer.packages.go import ECOSYSTEM, parse

# From skopeo of Debian 12, which is built outside of a module, and from kubectl 1.33, shortened:
# go version -m /usr/bin/skopeo, go version -m kubectl
OUTSIDE = b"go1.19.8\npath\tgithub.com/containers/skopeo/cmd/skopeo\nbuild\t-compiler=gc\n"
KUBECTL = (
    b"go1.24.2\npath\tk8s.io/kubernetes/cmd/kubectl\nmod\tk8s.io/kubernetes\tv1.33.1\t\n"
    b"dep\tgithub.com/MakeNowJust/heredoc\tv1.0.0\th1:cXCdzVdstXyiTqTvfqk9SDHpKNjxuom+DOlyEeQ4pzQ=\n"
    b"dep\tk8s.io/api\tv0.0.0\n=>\t./staging/src/k8s.io/api\t(devel)\t\n"
    b"dep\tgopkg.in/evil.v1\tv1.0.0+incompatible\n=>\texample.com/fork\tv1.0.1\th1:x=\n"
    b"build\t-buildmode=exe\n"
)


def listed(payload: bytes) -> list[tuple[str, str, str, bytes]]:
    return [(each.name, each.version, each.purl, each.files) for each in parse({"usr/bin/a": payload})]


def test_the_main_module_owns_the_program_and_dependencies_are_listed() -> None:
    assert listed(KUBECTL) == [
        ("example.com/fork", "v1.0.1", "pkg:golang/example.com/fork@v1.0.1", b""),
        ("github.com/MakeNowJust/heredoc", "v1.0.0", "pkg:golang/github.com/MakeNowJust/heredoc@v1.0.0", b""),
        ("k8s.io/api", "(devel)", "pkg:golang/k8s.io/api", b""),
        ("k8s.io/kubernetes", "v1.33.1", "pkg:golang/k8s.io/kubernetes@v1.33.1", b"usr/bin/a"),
        ("stdlib", "go1.24.2", "pkg:golang/stdlib@1.24.2", b""),
    ]


def test_a_program_outside_of_modules_is_called_by_its_package() -> None:
    skopeo = "github.com/containers/skopeo/cmd/skopeo"
    assert listed(OUTSIDE) == [
        (skopeo, "", f"pkg:golang/{skopeo}", b"usr/bin/a"),
        ("stdlib", "go1.19.8", "pkg:golang/stdlib@1.19.8", b""),
    ]


def test_modules_of_several_programs_are_told_by_each() -> None:
    assert [each.told_by for each in parse({"b": OUTSIDE, "a": OUTSIDE})] == ["a", "b", "a", "b"]
    assert ECOSYSTEM.payload == "go"


@pytest.mark.parametrize("name", ["github.com/Masterminds/semver/v3", "k8s.io/api", "gopkg.in/yaml.v3", "a b/c#d?e@f"])
@pytest.mark.parametrize("version", ["v3.3.0", "v20.10.24+incompatible", "v0.0.0-20230101000000-abcdef012345"])
def test_purls_are_those_of_the_library(name, version) -> None:
    payload = f"go1.22\nmod\t{name}\t{version}\t\n".encode()
    namespace, _, last = name.rpartition("/")
    purl = next(each.purl for each in parse({"a": payload}) if each.name == name)
    assert purl == PackageURL("golang", namespace, last, version).to_string()


@given(st.binary(max_size=300))
def test_any_payload_is_survived(payload) -> None:
    for content in (payload, b"go1\n" + payload, b"go1\nmod\t" + payload, KUBECTL[: len(payload)]):
        assert all(each.purl.isascii() for each in parse({"a": content}))
