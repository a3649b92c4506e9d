"""Installers of other ecosystems, at work on packages of their own in a folder that a test gives them."""

from __future__ import annotations

import asyncio
import json
import shutil
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from tests.packages.samples.conda.make import make
from tests.real.tools import require, run, unavailable

GEMSPEC = """
Gem::Specification.new do |s|
  s.name, s.version, s.platform = "%s", "%s", "%s"
  s.summary, s.authors, s.licenses = "x", ["x"], ["MIT", "Apache-2.0"]
  s.files = ["lib/a.rb", "bin/run-it", "ext/extconf.rb"]
  s.executables, s.extensions = ["run-it"], ["ext/extconf.rb"] if s.platform == "ruby"
end
"""


def install_gems(source: Path) -> Path:
    """Return a root filesystem with the gem home ``usr/gems``, of a gem that has an extension and one for a platform."""
    require("ruby", "gem", "make")
    for folder in ("lib", "bin", "ext"):
        source.joinpath(folder).mkdir()
    source.joinpath("lib/a.rb").touch()
    source.joinpath("bin/run-it").write_text("puts 1\n")
    source.joinpath("ext/extconf.rb").write_text('File.write("Makefile", "all:\\ninstall:\\nclean:\\n")\n')
    root = source / "root"
    for name, version, platform in (("tiny", "1.2.0.pre1", "ruby"), ("plat-form", "2.0", "x86_64-linux")):
        source.joinpath("a.gemspec").write_text(GEMSPEC % (name, version, platform))
        run("gem", "build", "-C", source, "a.gemspec", "--output", source / f"{name}.gem")
        run("gem", "install", "--local", "--document", "ri", "--install-dir", root / "usr/gems", source / f"{name}.gem")
    return root


def install_with_composer(root: Path) -> Path:
    """Return a project with plain packages and one without files."""
    require("composer", "php")
    repositories = [
        {"packagist.org": False},
        _project(root / "lib", name="acme/lib", version="v1.2.0", license=["MIT", "GPL-2.0-or-later"]),
        _project(root / "meta", name="acme/meta", version="1.0.0", type="metapackage", require={"acme/lib": "*"}),
        _project(root / "log", name="acme/log", version="2.0.0-beta1", license="ISC"),
    ]
    wants = {"acme/meta": "*", "acme/log": "*"}
    _project(root / "app", name="acme/app", repositories=repositories, require=wants, **{"minimum-stability": "dev"})
    composer(root / "app", "install", "--quiet")
    return root / "app"


def install_with_rattler(root: Path) -> Path:
    """Return a conda environment that rattler made, of two packages of a channel on disk."""
    if find_spec("rattler") is None:
        unavailable("not installed: py-rattler")
    asyncio.run(make(root / "channel", root / "environment"))
    return root / "environment"


def npm() -> str:
    """npm as the development dependencies bring it, else the machine's; its global folder has at least npm itself."""
    beside = Path(sys.executable).parent
    return shutil.which("npm", path=beside) or shutil.which("npm") or unavailable("not installed: npm")


def _project(folder: Path, **fields: Any) -> dict[str, object]:
    """A package of that folder, and the repository in which Composer finds it."""
    folder.mkdir()
    folder.joinpath("composer.json").write_text(json.dumps(fields))
    folder.joinpath("code.php").write_text("<?php\n")
    return {"type": "path", "url": str(folder), "options": {"symlink": False}}


def composer(folder: Path, *command: str) -> bytes:
    """What Composer prints in the project's folder."""
    environment = {"COMPOSER_ALLOW_SUPERUSER": "1", "COMPOSER_HOME": str(folder.parent / "home")}
    return run("composer", "--no-interaction", "--no-ansi", "--working-dir", folder, *command, environment=environment)
