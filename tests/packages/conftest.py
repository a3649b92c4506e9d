"""What installers of this machine make: each folder once, when a test first wants it, and to be read only."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.packages.installers import install_gems, install_with_composer, install_with_rattler

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session")
def gem_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A root filesystem with gems in ``usr/gems``."""
    return install_gems(tmp_path_factory.mktemp("gem"))


@pytest.fixture(scope="session")
def composer_app(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with packages in its ``vendor``."""
    return install_with_composer(tmp_path_factory.mktemp("composer"))


@pytest.fixture(scope="session")
def conda_environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment as it stands in ``/opt/conda``."""
    return install_with_rattler(tmp_path_factory.mktemp("conda"))
