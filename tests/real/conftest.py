"""The sample images, and images built on the spot by a live engine: each built once, when a test first wants it."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.real.engine import Engine, running_engine
from tests.real.podman import Podman, running_podman
from tests.real.samples import SAMPLES
from tests.real.tools import require
from tests.real.tricky import PROGRAMS, write_context

if TYPE_CHECKING:
    from collections.abc import Iterator

PARENT = SAMPLES / "parent.tar"


@pytest.fixture(scope="session")
def scratch() -> Iterator[Path]:
    """A folder with a short name, since the path of a socket has at most 108 bytes."""
    with tempfile.TemporaryDirectory(prefix="imgscan-") as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
def engine(scratch: Path) -> Iterator[Engine]:
    """A running Docker engine that has the parent image."""
    folder = scratch / "docker"
    folder.mkdir()
    with running_engine(folder) as running:
        running.docker("load", "--input", PARENT)
        yield running


@pytest.fixture(scope="session")
def podman(scratch: Path) -> Iterator[Podman]:
    """Podman and buildah with storage of their own that has the parent image."""
    folder = scratch / "podman"
    folder.mkdir()
    with running_podman(folder) as running:
        running.buildah("pull", "--quiet", f"docker-archive:{PARENT}")
        yield running


@pytest.fixture(scope="session")
def context(scratch: Path) -> Path:
    """The build context of the tricky image."""
    require(*PROGRAMS)
    folder = scratch / "context"
    folder.mkdir()
    return write_context(folder)


@pytest.fixture(scope="session")
def tricky(engine: Engine, context: Path, scratch: Path) -> Path:
    """The tricky image by Docker: a folder with ``saved.tar`` and ``exported.tar``."""
    folder = scratch / "tricky"
    folder.mkdir()
    engine.docker("build", "--quiet", "--network=none", "--tag=tricky", context)
    engine.save("tricky", folder / "saved.tar")
    engine.export("tricky", folder / "exported.tar")
    return folder


@pytest.fixture(scope="session")
def tricky_by_buildah(podman: Podman, context: Path, scratch: Path) -> Path:
    """The tricky image by buildah: ``pushed.tar`` (OCI), ``saved.tar`` (Docker's form), ``exported.tar``."""
    folder = scratch / "tricky-by-buildah"
    folder.mkdir()
    podman.buildah(
        *("build", "--quiet", "--layers", "--format=docker", "--isolation=chroot", "--cap-add=CAP_MKNOD"),
        *("--tag=tricky", context),
    )
    podman.buildah("push", "--quiet", "tricky", f"oci-archive:{folder / 'pushed.tar'}:tricky")
    podman.podman("save", "--quiet", "--format=docker-archive", "--output", folder / "saved.tar", "localhost/tricky")
    podman.export("localhost/tricky", folder / "exported.tar")
    return folder
