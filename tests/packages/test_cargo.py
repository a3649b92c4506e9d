"""Crates from the JSON of cargo-auditable."""

import json

from hypothesis import given
from hypothesis import strategies as st
from packageurl import PackageURL

from analyzer.packages.cargo import ECOSYSTEM, parse

# From the program in PyPI's wheel of uv, shortened:
# readelf -x.dep-v0, or objcopy --dump-section .dep-v0=/dev/stdout uv | zlib-flate -uncompress
CRATES = [
    {"name": "adler2", "version": "2.0.1", "source": "crates.io"},
    {"name": "cc", "version": "1.2.0", "source": "crates.io", "kind": "build"},
    {"name": "aes", "version": "0.8.4+meta", "source": "crates.io", "dependencies": [0]},
    {"name": "uv", "version": "0.13.9", "source": "local", "dependencies": [0, 2], "root": True},
]


def payload(*crates: object) -> bytes:
    return json.dumps({"packages": crates}).encode()


def test_the_root_owns_the_program_and_linked_crates_are_listed() -> None:
    found = parse({"usr/bin/uv": payload(*CRATES)})
    assert [(each.name, each.version, each.files) for each in found] == [
        ("adler2", "2.0.1", b""),
        ("aes", "0.8.4+meta", b""),
        ("uv", "0.13.9", b"usr/bin/uv"),
    ]
    assert [each.purl for each in found] == [
        PackageURL("cargo", None, each.name, each.version).to_string() for each in found
    ]
    assert {each.told_by for each in found} == {"usr/bin/uv"}
    assert ECOSYSTEM.payload == "cargo"


def test_crates_that_are_odd_are_skipped() -> None:
    odd = [None, [], {}, {"name": 1, "version": "1"}, {"name": "\ud800", "version": "1"}, {"name": "a", "version": ""}]
    assert parse({"a": payload(*odd, CRATES[0]), "b": b"{}", "c": b"[" * 100_000, "d": b"\xff"})[0].name == "adler2"


JSON = st.recursive(
    st.none() | st.integers() | st.text() | st.sampled_from(["runtime", "build"]),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["packages", "name", "version", "kind"]), inner),
)


@given(JSON, st.binary(max_size=200))
def test_any_payload_is_survived(value, raw) -> None:
    parse({"a": json.dumps(value).encode(), "b": json.dumps({"packages": [value]}).encode(), "c": raw})
