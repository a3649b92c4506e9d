"""Gems are those that RubyGems itself lists, and own what it installed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.packages.gem import ECOSYSTEM, parse
from analyzer.packages.model import Package
from tests.packages.folders import damaged, files_of, owned, versions, wanted
from tests.real.tools import require, run

LIST = """
require "json"
puts Gem::Specification.map { |s| [s.name, s.version.to_s, s.platform.to_s, s.licenses, s.files, s.loaded_from] }.to_json
"""

TINY = b"""# -*- encoding: utf-8 -*-
# stub: tiny 1.2.0 x86_64-linux lib

Gem::Specification.new do |s|
  s.name = "tiny".freeze
  s.version = "1.2.0"
  s.platform = "x86_64-linux".freeze

  s.executables = ["tiny".freeze, "../../../out".freeze]
  s.files = ["bin/tiny".freeze, "lib/tiny.rb".freeze]
  s.licenses = ["MIT".freeze, "Ruby".freeze]
end
"""
CONTENTS = {
    "usr/local/bundle/specifications/tiny-1.2.0-x86_64-linux.gemspec": TINY,
    "usr/lib/ruby/gems/3.4.0/specifications/default/tiny-1.2.0.gemspec": TINY,
    "usr/local/bundle/extensions/x86_64-linux/3.4.0/tiny-1.2.0-x86_64-linux/gem.build_complete": b"",
}


def test_gems_are_those_that_rubygems_lists(gem_root: Path) -> None:
    home = str(gem_root / "usr/gems")
    said = run("gem", "list", "--local", "--no-details", environment={"GEM_HOME": home, "GEM_PATH": home})
    listed = [line for line in said.decode().splitlines() if line and "default:" not in line]
    packages = parse(wanted(gem_root, ECOSYSTEM))

    assert versions(packages) == [("plat-form", "2.0"), ("tiny", "1.2.0.pre1")]
    assert [f"{each.name} ({' '.join(filter(None, (each.version, each.architecture)))})" for each in packages] == listed


def test_gems_own_all_that_rubygems_installed(gem_root: Path) -> None:
    packages = parse(wanted(gem_root, ECOSYSTEM))
    everything = {str(path.relative_to(gem_root)) for path in gem_root.rglob("*") if path.is_file()}

    assert set().union(*(owned(package, gem_root) for package in packages)) == everything
    assert sum("/extensions/" in f"/{path}" for path in everything) == 2


def test_rubys_own_gems_are_what_ruby_says_of_them() -> None:
    require("ruby")
    said = json.loads(run("ruby", "-e", LIST))
    paths = {loaded_from.lstrip("/"): Path(loaded_from) for *_, loaded_from in said}
    found = {each.told_by: each for each in parse({path: file.read_bytes() for path, file in paths.items()})}

    assert len(found) == len(said) > 20
    for name, version, platform, licences, _, loaded_from in said:
        package = found[loaded_from.lstrip("/")]
        assert (package.name, package.version, package.architecture or "ruby") == (name, version, platform)
        assert package.licence == (", ".join(licences) or None)


def test_rubys_own_gems_own_their_files_in_its_library() -> None:
    require("ruby")
    library = run("ruby", "-e", 'print RbConfig::CONFIG["rubylibdir"]').decode()
    said = {spec: files for *_, files, spec in json.loads(run("ruby", "-e", LIST)) if "/default/" in spec}
    packages = parse({path.lstrip("/"): Path(path).read_bytes() for path in said})

    for package in packages:
        files = {f"{library}/{each.removeprefix('lib/')}" for each in said[f"/{package.told_by}"]}
        assert {path for path in files if Path(path).is_file()} <= {f"/{path}" for path in files_of(package)}
    assert f"{library}/json.rb".lstrip("/") in files_of(next(each for each in packages if each.name == "json"))


def test_a_gem_owns_what_belongs_to_it_in_its_home() -> None:
    ruby, bundle = parse(CONTENTS)

    assert files_of(bundle) == {
        "usr/local/bundle/specifications/tiny-1.2.0-x86_64-linux.gemspec",
        "usr/local/bundle/cache/tiny-1.2.0-x86_64-linux.gem",
        "usr/local/bundle/bin/tiny",
        "usr/out",
    }
    assert bundle.folders == (
        b"usr/local/bundle/gems/tiny-1.2.0-x86_64-linux",
        b"usr/local/bundle/doc/tiny-1.2.0-x86_64-linux",
        b"usr/local/bundle/extensions/x86_64-linux/3.4.0/tiny-1.2.0-x86_64-linux",
    )
    assert bundle.purl == "pkg:gem/tiny@1.2.0?platform=x86_64-linux"
    assert {"usr/lib/ruby/3.4.0/tiny.rb", "usr/lib/ruby/3.4.0/bin/tiny"} <= files_of(ruby)


def test_a_specification_without_a_stub() -> None:
    content = b"""Gem::Specification.new do |s|
  s.name = %q{old}
  s.version = "0.9"

  s.platform = Gem::Platform::RUBY
end
"""
    assert versions(parse({"specifications/old-0.9.gemspec": content})) == [("old", "0.9")]


@pytest.mark.parametrize("path", ["gems/tiny-1/tiny.gemspec", "specifications/more/tiny.gemspec", "specifications/x"])
def test_sources_of_gems_are_no_gems(path: str) -> None:
    assert parse({path: TINY}) == []


@given(damaged(CONTENTS))
def test_damage_costs_no_more_than_the_gem_it_hits(contents: dict[str, bytes]) -> None:
    found = {package.told_by: package for package in parse(contents)}

    for package in parse(CONTENTS):
        if contents.get(package.told_by) == CONTENTS[package.told_by]:
            assert files_of(found[package.told_by]) == files_of(package)


@given(
    st.dictionaries(st.sampled_from(sorted(CONTENTS)), st.binary() | st.binary().map((b"# stub: " + b"a 1 ").__add__))
)
def test_any_bytes_are_survived(contents: dict[str, bytes]) -> None:
    assert all(isinstance(each, Package) for each in parse(contents))
