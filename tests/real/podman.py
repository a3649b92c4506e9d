"""Podman and buildah with storage of their own: another engine, with another opinion of what a layer holds."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tests.real.tools import require, require_root, run

if TYPE_CHECKING:
    from collections.abc import Iterator


class Podman:
    """The two programs on one storage."""

    def __init__(self, folder: Path) -> None:
        self._storage = (f"--root={folder / 'storage'}", f"--runroot={folder / 'run'}", "--storage-driver=overlay")
        self._environment = {"TMPDIR": str(folder)}

    def podman(self, *words: object) -> str:
        """What ``podman WORDS`` prints, without the last line end."""
        return run("podman", *self._storage, *words, environment=self._environment).decode().rstrip("\n")

    def buildah(self, *words: object) -> str:
        """What ``buildah WORDS`` prints, without the last line end."""
        return run("buildah", *self._storage, *words, environment=self._environment).decode().rstrip("\n")

    def export(self, image: str, archive: Path) -> Path:
        """What a container of the image sees, as ``podman export`` writes it."""
        container = self.podman("create", "--network=none", image, "never-run")
        self.podman("export", "--output", archive, container)
        self.podman("rm", container)
        return archive


@contextmanager
def running_podman(folder: Path) -> Iterator[Podman]:
    """Both programs with their state in ``folder``, from which everything is unmounted in the end."""
    require("podman", "buildah")
    require_root()
    try:
        yield Podman(folder)
    finally:
        for place in reversed(_mounts_below(folder)):
            run("umount", place)


def _mounts_below(folder: Path) -> list[str]:
    places = [line.split()[1] for line in Path("/proc/self/mounts").read_text().splitlines()]
    return [place for place in places if place.startswith(f"{folder}/")]
