"""Builds of small Dockerfiles without an engine: a parent image that is made up, and one layer a COPY."""

import json
import random
import shlex
from pathlib import Path

from tests.images import Image, Layer, docker_oci_archive, plain, step

COMMENT = "buildkit.dockerfile.v0"
PARENT = (
    ("# debian.sh --arch 'amd64' out/ 'trixie'", {"usr/bin/bash": 40_000, "usr/lib/libc.so.6": 60_000}),
    ("RUN /bin/sh -c make install # buildkit", {"usr/local/bin/python3": 30_000}),
)


def noise(name: str, size: int) -> bytes:
    """Return bytes that no compression makes smaller, the same for each name."""
    return random.Random(name).randbytes(size)


def build(folder: Path, tag: str) -> bytes:
    """Return the archive of what the folder's Dockerfile says: FROM, COPY of a file or folder, and settings.

    Layers are plain: compressed they would have other digests with another zlib, and a baseline keeps these.
    """
    layers = [Layer().files({path: noise(path, size) for path, size in there.items()}) for _, there in PARENT]
    history = [step(text, comment=COMMENT) for text, _ in PARENT]
    runtime: dict[str, object] = {}
    for line in (folder / "Dockerfile").read_text().splitlines():
        kind, _, rest = line.partition(" ")
        if kind == "COPY":
            source, target = rest.split()
            layers.append(_copied(folder / source, target))
            history.append(step(f"{line} # buildkit", comment=COMMENT))
        elif kind != "FROM":
            text = "CMD [" + " ".join(map(json.dumps, json.loads(rest))) + "]" if kind == "CMD" else line
            history.append(step(text.replace('"', "") if kind == "LABEL" else text, comment=COMMENT, empty_layer=True))
            runtime |= _setting(kind, rest)
    return docker_oci_archive(Image(layers, [tag], plain, history, runtime=runtime))


def _copied(source: Path, target: str) -> Layer:
    """A file to a file, or what is in a folder into one, in the order of names."""
    target = target.strip("/")
    files = sorted(path for path in source.rglob("*") if path.is_file()) if source.is_dir() else [source]
    names = {path: f"{target}/{path.relative_to(source)}" if source.is_dir() else target for path in files}
    layer = Layer()
    above = {str(each) for name in names.values() for each in Path(name).parents} - {"."}
    for folder in sorted(above):
        layer.directory(folder)
    return layer.files({name: path.read_bytes() for path, name in names.items()})


def _setting(kind: str, rest: str) -> dict[str, object]:
    if kind == "LABEL":
        return {"Labels": dict(word.split("=", 1) for word in shlex.split(rest))}
    return {"User": rest} if kind == "USER" else {}
