"""Images in which dpkg knows of packages."""

from pathlib import Path

import imgscan
from tests.images import Image, Layer, docker_archive

STATUS = "var/lib/dpkg/status"


def opened(tmp_path: Path, *layers: Layer) -> imgscan.Image:
    path = tmp_path / "image.tar"
    path.write_bytes(docker_archive(Image(list(layers))))
    return imgscan.open(path)


def status(*packages: tuple[str, str]) -> bytes:
    """dpkg's records of packages by name and version."""
    record = "Package: {}\nStatus: install ok installed\nInstalled-Size: 3\nArchitecture: all\nVersion: {}\n"
    return "\n".join(record.format(*each) for each in packages).encode()


def database(layer: Layer, *packages: tuple[str, str], **lists: str) -> Layer:
    """A layer with dpkg's status and, by package, the files it installed."""
    layer.file(STATUS, status(*packages))
    for name, paths in lists.items():
        lines = ["/.", *(f"/{path}" for path in paths.split())]
        layer.file(f"var/lib/dpkg/info/{name}.list", "\n".join(lines).encode() + b"\n")
    return layer
