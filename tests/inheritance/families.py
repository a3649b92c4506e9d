"""Families of images made in code: parents, children, what squashing and flattening makes of them."""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import imgscan
from analyzer.inheritance.profile import KnownImage
from tests.images import Image, Layer, docker_archive, oci_archive, step

PARENT_FILES = {f"usr/lib/part-{number}": f"part {number} ".encode() * 40 for number in range(30)}
PARENT_STEPS = (
    step("/bin/sh -c #(nop) ADD file:" + "a" * 64 + " in / ", created="2024-01-01T00:00:00Z"),
    step("/bin/sh -c apt-get install -y libc", created="2024-01-01T00:01:00Z"),
    step('/bin/sh -c #(nop)  CMD ["sh"]', created="2024-01-01T00:01:00Z", empty_layer=True),
)
CHILD_STEPS = (
    step("/bin/sh -c #(nop) COPY dir:" + "b" * 64 + " in /srv ", created="2024-02-01T00:00:00Z"),
    step("/bin/sh -c chmod 700 /srv/app", created="2024-02-01T00:00:01Z"),
    step('/bin/sh -c #(nop)  CMD ["app"]', created="2024-02-01T00:00:01Z", empty_layer=True),
)


def parent_layers(version: bytes = b"1") -> list[Layer]:
    return [
        Layer().files(PARENT_FILES).file("etc/version", version),
        Layer().file("usr/lib/libc", b"c" * 900 + version),
    ]


def child_layers() -> list[Layer]:
    return [
        Layer().file("srv/app", b"app" * 500).file("etc/version", b"mine"),
        Layer().file("srv/app", b"app" * 500, mode=0o700).whiteout("usr/lib/part-0"),
    ]


def parent(version: bytes = b"1", **changes: Any) -> Image:
    options = {"tags": ["acme/base:1"], "history": PARENT_STEPS, "created": "2024-01-01T00:01:00Z"}
    return Image(parent_layers(version), **{**options, **changes})


def child(version: bytes = b"1", **changes: Any) -> Image:
    options = {"tags": ["acme/app:1"], "history": PARENT_STEPS + CHILD_STEPS, "created": "2024-02-01T00:00:01Z"}
    return Image([*parent_layers(version), *child_layers()], **{**options, **changes})


def flattened(*extra: Layer, **changes: Any) -> Image:
    """The child's root filesystem in one layer that says nothing of where it is from."""
    kept = {path: content for path, content in PARENT_FILES.items() if path != "usr/lib/part-0"}
    own = {"usr/lib/libc": b"c" * 900 + b"1", "etc/version": b"mine", "srv/app": b"app" * 500}
    options = {"tags": ["flat:1"], "history": [step("")], "created": "2024-03-01T00:00:00Z"}
    return Image([Layer().files(kept | own), *extra], **{**options, **changes})


def read(image: Image, *, oci: bool = False) -> imgscan.Image:
    """The image, read while its file is there."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "image.tar"
        path.write_bytes(oci_archive(image) if oci else docker_archive(image))
        found = imgscan.open(path)
        _ = found.rootfs, found.waste, found.packages
    return found


def exported(layer: Layer, name: str) -> imgscan.Image:
    """A bare root filesystem, as `docker export` writes it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(layer.tar())
        found = imgscan.open(path)
        _ = found.rootfs, found.waste, found.packages
    return found


def known(*images: Image) -> list[KnownImage]:
    return [read(image).known() for image in images]


def chain(
    image: imgscan.Image, others: Sequence[imgscan.Image] = ()
) -> list[tuple[tuple[str, ...], str, range | None]]:
    """Names, evidence and layers of each link."""
    return [(link.names, link.evidence, link.layers) for link in image.parents(parents=others).links]
