"""What all tests share: Hypothesis without deadlines, and the way from the builder's bytes to an opened image."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

import imgscan
from tests.images import Image, Layer, LayerBlob, docker_archive

# How long an example takes says nothing about the code on a shared machine; in CI the examples are the same each time.
settings.register_profile("imgscan", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, max_examples=60)  # the same ones each time
settings.load_profile("ci" if os.environ.get("CI") else "imgscan")

# What somebody keeps in a catalog of their own must not change what tests see.
os.environ["IMGSCAN_CATALOG"] = str(Path(__file__).with_name("no-catalog"))

Write = Callable[..., Path]
Opened = Callable[..., imgscan.Image]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write bytes to a file of their own; `name` is what the image is then called."""
    made: list[Path] = []

    def write_file(content: bytes, name: str = "image.tar") -> Path:
        folder = tmp_path / str(len(made))
        folder.mkdir()
        path = folder / name
        path.write_bytes(content)
        made.append(path)
        return path

    return write_file


@pytest.fixture
def opened(write: Write) -> Opened:
    """Open an archive, given as bytes, or a path."""

    def open_it(source: bytes | Path, **options: Any) -> imgscan.Image:
        return imgscan.open(write(source) if isinstance(source, bytes) else source, **options)

    return open_it


@pytest.fixture
def stacked(opened: Opened) -> Opened:
    """Open an image of these layers; further arguments are the builder's."""

    def stack(*layers: Layer | LayerBlob, **changes: Any) -> imgscan.Image:
        return opened(docker_archive(Image(layers, **changes)))

    return stack


# Scripts that made stored samples: they need tools that tests do not.
collect_ignore_glob = ["packages/samples/*"]
