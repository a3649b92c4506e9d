"""The images that imgscan is measured on, and how they are made."""

from __future__ import annotations

import json
import subprocess
import sys
import tarfile
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from shape import Shape


@dataclass(frozen=True)
class Image:
    """An image to generate, and the name of the file that keeps it."""

    name: str
    shape: Shape
    format: str = "docker-archive"

    def file(self, work: Path) -> Path:
        """Give the image's file, generated if it is not there yet, and read into the disk cache."""
        path = work / f"{self.name}.tar"
        if not path.exists():
            print(f"generating {path}", file=sys.stderr)
            self._generate(path)
        return _cached(path)

    @property
    def entries(self) -> int:
        """How many entries the tars of its layers have."""
        return self.shape.entries

    def _generate(self, path: Path) -> None:
        # In a process of its own: a child starts out with the peak memory of the process that ran it,
        # so the one that measures has to stay small.
        unfinished = path.with_suffix(".unfinished")
        knobs = [f"--{knob.replace('_', '-')}={value}" for knob, value in asdict(self.shape).items()]
        script = str(Path(__file__).with_name("generate.py"))
        subprocess.run([sys.executable, script, f"--format={self.format}", *knobs, str(unfinished)], check=True)
        unfinished.rename(path)


@dataclass(frozen=True)
class Given:
    """A docker-archive with plain layers that somebody else has made, or an OCI archive with gzip layers."""

    path: Path

    @property
    def format(self) -> str:
        """What syft calls it."""
        with tarfile.open(self.path) as archive:
            return "docker-archive" if "manifest.json" in archive.getnames() else "oci-archive"

    def file(self, _work: Path) -> Path:
        """Give the file, read into the disk cache."""
        return _cached(self.path)

    @property
    def entries(self) -> int:
        """How many entries the tars of its layers have, as Python's own tarfile counts them."""
        with tarfile.open(self.path) as archive:
            layers = [archive.extractfile(name) for name in dict.fromkeys(_layers(archive))]
            return sum(sum(1 for _ in tarfile.open(fileobj=layer)) for layer in layers)


def _layers(archive: tarfile.TarFile) -> list[str]:
    """Give the names of the files with the layers of the only image."""

    def told(name: str) -> Any:
        return json.load(archive.extractfile(name))

    if "manifest.json" in archive.getnames():
        (image,) = told("manifest.json")
        return image["Layers"]
    (manifest,) = told("index.json")["manifests"]
    return [_blob(each["digest"]) for each in told(_blob(manifest["digest"]))["layers"]]


def _blob(digest: str) -> str:
    return f"blobs/{digest.replace(':', '/')}"


def _cached(path: Path) -> Path:
    with path.open("rb") as stream:
        while stream.read(1 << 22):
            pass
    return path


@dataclass(frozen=True)
class Case:
    """An image, and the ratios promised on it."""

    image: Image | Given
    at_most_times: dict[str, float] = field(default_factory=dict)  # of the yardstick's time
    times_faster: dict[str, float] = field(default_factory=dict)  # than the peer


_ONE_GIGABYTE = Shape(layers=15, entries=22_500, content_bytes=1_020_000_000, packages=400)
_FOUR_GIGABYTES = Shape(layers=40, entries=253_000, content_bytes=3_600_000_000, packages=2_000)

# What is promised of an image by its format: how its layers are stored goes with that.
PROMISED = {
    "docker-archive": ({"openssl": 2.0}, {"dive": 6, "syft": 5}),
    "oci-archive": ({}, {"dive": 3, "syft": 5}),
}

CASES = {
    "1gb": Case(Image("1gb", _ONE_GIGABYTE), *PROMISED["docker-archive"]),
    "1gb-oci-gzip": Case(Image("1gb-oci", _ONE_GIGABYTE, "oci-archive"), *PROMISED["oci-archive"]),
    "4gb": Case(Image("4gb", _FOUR_GIGABYTES), {"openssl": 2.0}),
}

TWO_VERSIONS = (CASES["1gb"].image, Image("1gb-next", replace(_ONE_GIGABYTE, version=1)))
WITHOUT_PACKAGES = Image("1gb-without-packages", replace(_ONE_GIGABYTE, packages=0))

# Many entries and few bytes, so that what is done for each entry shows.
_MANY_ENTRIES = Shape(layers=20, entries=60_000, content_bytes=60_000_000, packages=0)

ENTRIES_DOUBLED = tuple(
    Image(f"entries-{factor}n", replace(_MANY_ENTRIES, entries=factor * 60_000, content_bytes=factor * 60_000_000))
    for factor in (1, 2, 4)
)
FEW_AND_MANY_LAYERS = tuple(Image(f"layers-{layers}", replace(_MANY_ENTRIES, layers=layers)) for layers in (10, 100))
NO_AND_MANY_WHITEOUTS = tuple(
    Image(f"whiteouts-{share}", replace(_MANY_ENTRIES, whiteouts=share)) for share in (0.0, 0.5)
)
