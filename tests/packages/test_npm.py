"""npm's packages are those that npm itself lists, and own the folders that npm made for them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.packages.npm import ECOSYSTEM, parse
from tests.packages.folders import DEEP, damaged, owned, versions, wanted
from tests.real.tools import require, run

if TYPE_CHECKING:
    from pathlib import Path

CONTENTS = {
    "app/node_modules/@acme/base/package.json": b'{"name": "@acme/base", "version": "1.0.0", "license": "MIT"}',
    "app/node_modules/left/package.json": b'{"name": "left", "version": "2.0.0-rc.1", "license": {"type": "ISC"}}',
    "app/node_modules/left/node_modules/@acme/base/package.json": b'{"name": "@acme/base", "version": "0.9.0"}',
}


def packed(folder: Path, name: str, version: str, **more: Any) -> Path:
    """A package's archive, as `npm pack` makes it of a folder."""
    manifest(folder, name, version, **more)
    (made,) = json.loads(run("npm", "pack", folder, "--json", "--pack-destination", folder.parent))
    return folder.parent / str(made["filename"])


def manifest(folder: Path, name: str, version: str, **more: Any) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    folder.joinpath("package.json").write_text(json.dumps({"name": name, "version": version, **more}))
    folder.joinpath("index.js").write_text("module.exports = 1\n")


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tree of plain, scoped, nested, bundled and renamed packages, as npm lays it out."""
    require("npm", "node")
    root = tmp_path_factory.mktemp("npm")
    old = packed(root / "old", "@acme/base", "1.0.0", license="MIT")
    left = packed(root / "left", "left", "1.4.0", dependencies={"@acme/base": f"file:{old}"})
    inside = root / "whole" / "node_modules" / "inside"
    manifest(inside, "inside", "0.0.1")
    inside.joinpath("esm").mkdir()
    inside.joinpath("esm", "package.json").write_text('{"type": "module"}')
    whole = packed(root / "whole", "whole", "3.0.0", bundleDependencies=["inside"], dependencies={"inside": "*"})
    new, real = packed(root / "new", "@acme/base", "2.0.0"), packed(root / "real", "real", "5.0.0")
    wants = {"@acme/base": new, "left": left, "whole": whole, "renamed": real}
    app = root / "app"
    manifest(app, "app", "0.0.0", dependencies={name: f"file:{path}" for name, path in wants.items()})
    run("npm", "install", "--offline", "--no-audit", "--no-fund", "--prefix", app)
    return app


def listed(tree: dict[str, Any]) -> dict[str, tuple[str, str]]:
    """Name and version by folder, of all that `npm ls --long` says is below a package."""
    found = {}
    for entry in tree.get("dependencies", {}).values():
        found |= {entry["path"]: (entry["name"], entry["version"])} | listed(entry)
    return found


def test_packages_are_those_that_npm_lists(installed: Path) -> None:
    tree = json.loads(run("npm", "ls", "--all", "--json", "--long", "--prefix", installed))
    packages = parse(wanted(installed, ECOSYSTEM))
    found = versions(packages)

    assert {f"{installed}/{each.folders[0].decode()}": (each.name, each.version) for each in packages} == listed(tree)
    assert {("@acme/base", "1.0.0"), ("@acme/base", "2.0.0"), ("inside", "0.0.1"), ("real", "5.0.0")} <= set(found)


def test_packages_own_all_that_npm_installed(installed: Path) -> None:
    packages = parse(wanted(installed, ECOSYSTEM))
    everything = {
        str(path.relative_to(installed)) for path in installed.joinpath("node_modules").rglob("*") if path.is_file()
    }

    assert set().union(*(owned(package, installed) for package in packages)) == everything - {
        "node_modules/.package-lock.json"
    }


def test_pnpm_keeps_packages_in_a_store() -> None:
    # Laid out as `pnpm add @babel/core` of pnpm 9 did it; what stands elsewhere are links.
    store = "app/node_modules/.pnpm/"
    contents = {
        f"{store}@babel+code-frame@8.0.6/node_modules/@babel/code-frame/package.json": (
            b'{"name": "@babel/code-frame", "version": "8.0.6"}'
        ),
        f"{store}js-tokens@10.0.0/node_modules/js-tokens/package.json": b'{"name": "js-tokens", "version": "10.0.0"}',
    }
    frame, tokens = parse(contents)

    assert frame.folders == (b"app/node_modules/.pnpm/@babel+code-frame@8.0.6/node_modules/@babel/code-frame",)
    assert tokens.purl == "pkg:npm/js-tokens@10.0.0"


@pytest.mark.parametrize(
    "content",
    [
        b'{"type": "module"}',
        b'{"name": "a"}',
        b'{"version": "1"}',
        b'{"name": "", "version": ""}',
        b'{"name": 1, "version": "1"}',
        b"null",
        b"",
        b'{"name": "a", "version": "1"',
        *DEEP,
    ],
)
def test_what_is_no_package_is_skipped(content: bytes) -> None:
    whole = {"node_modules/b/package.json": b'\xef\xbb\xbf{"name": "b", "version": "1"}'}

    assert versions(parse({"node_modules/a/package.json": content} | whole)) == [("b", "1")]


@pytest.mark.parametrize("folder", ["@scope", ".cache", ".bin"])
def test_folders_that_are_no_package_are_skipped(folder: str) -> None:
    assert parse({f"node_modules/{folder}/package.json": b'{"name": "a", "version": "1"}'}) == []


@pytest.mark.parametrize(
    ("fields", "licence"),
    [
        (b'"license": "MIT"', "MIT"),
        (b'"license": {"type": "MIT", "url": "https://mit"}', "MIT"),
        (b'"licenses": [{"type": "MIT"}, {"type": "Apache-2.0"}]', "MIT OR Apache-2.0"),
        (b'"license": ["MIT", "ISC"]', "MIT OR ISC"),
        (b'"license": "", "licenses": "ISC"', "ISC"),
        (b'"license": 5', None),
        (b'"license": null', None),
        (b'"private": true', None),
    ],
)
def test_licence_in_all_its_shapes(fields: bytes, licence: str | None) -> None:
    (package,) = parse({"node_modules/a/package.json": b'{"name": "a", "version": "1", ' + fields + b"}"})

    assert package.licence == licence


@given(damaged(CONTENTS))
def test_damage_costs_no_more_than_the_package_it_hits(contents: dict[str, bytes]) -> None:
    whole = [each for each in parse(CONTENTS) if contents.get(each.told_by) == CONTENTS[each.told_by]]

    assert [each for each in parse(contents) if each in whole] == whole


@given(st.dictionaries(st.sampled_from(sorted(CONTENTS)), st.binary()))
def test_any_bytes_are_survived(contents: dict[str, bytes]) -> None:
    parse(contents)
