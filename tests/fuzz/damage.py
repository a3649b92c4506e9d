"""Ways to damage an image: bytes of the archive at random, or single values behind digests that are right again."""

import json
import random
from collections.abc import Callable
from typing import Any

from tests.fuzz.samples import layers, sample_image
from tests.images import (
    Compression,
    Image,
    Layer,
    archive,
    docker_archive,
    docker_files,
    docker_oci_files,
    gzip,
    json_bytes,
    oci_archive,
    oci_files,
    plain,
    zstd,
)
from tests.images.headers import FIELDS, base_256, checksum_filled

BLOCK = 512
NUMBERS = (0, 1, -1, 511, 512, 2**31, 2**33, 2**62, 2**63 - 1, 2**63, 2**64, 2**80, -(2**63), -(2**80))
TEXTS = (
    b"",
    b".",
    b"..",
    b"/",
    b"a/",
    b".wh.",
    b".wh..wh..opq",
    b".wh..wh.plnk/1",
    b"lib",
    b"lib/x",
    b"\xff" * 9,
    b"etc/passwd",
)
FLAGS = b"\x0001234567LKSxgXVDMNA"
VALUES = (
    None,
    0,
    -1,
    2**63,
    2**70,
    1.5,
    "",
    "x",
    "sha256:",
    [],
    {},
    [None],
    {"a": None},
    True,
    "\U0001f600",
    "../../x",
    [[[]]],
)


def flipped(content: bytes, rng: random.Random) -> bytes:
    """Some bits turned over."""
    damaged = bytearray(content)
    for _ in range(rng.choice([1, 1, 2, 8])):
        damaged[rng.randrange(len(damaged))] ^= 1 << rng.randrange(8)
    return bytes(damaged)


def rearranged(content: bytes, rng: random.Random) -> bytes:
    """A part cut out, doubled, zeroed, or filled with noise; often whole blocks."""
    unit = rng.choice([1, BLOCK])
    start = rng.randrange(len(content)) // unit * unit
    end = min(len(content), start + unit * rng.randint(1, 20))
    part = content[start:end]
    new = rng.choice([b"", part + part, bytes(len(part)), rng.randbytes(len(part)), content[end : end + len(part)]])
    return content[:start] + new + content[end:]


def odd_header(rng: random.Random) -> bytes:
    """A layer with some header fields replaced, checksums right; PAX bodies damaged as well."""
    tar = bytearray(rng.choice(layers()).tar())
    headers = [at for at in range(0, len(tar), BLOCK) if tar[at + 257 : at + 262] == b"ustar"]
    for at in rng.sample(headers, rng.randint(1, 3)):
        _change_field(tar, at, rng)
        if rng.random() < 0.3 and at + 2 * BLOCK <= len(tar):
            tar[at + BLOCK + rng.randrange(60)] = rng.choice(b"0123456789 =\n\0-.e\xff")
    return bytes(tar)


def _change_field(tar: bytearray, at: int, rng: random.Random) -> None:
    field = rng.choice([name for name in FIELDS if name != "checksum"])
    offset, width = FIELDS[field]
    match field:
        case "typeflag":
            value = bytes([rng.choice(FLAGS)])
        case "mode" | "uid" | "gid" | "size" | "mtime" | "major" | "minor":
            number = rng.choice(NUMBERS)
            fits = -(256 ** (width - 1)) <= number < 256 ** (width - 1)
            octal = b"%o" % abs(number)
            value = base_256(number, width) if fits and rng.random() < 0.6 else octal[:width]
        case "magic":
            value = rng.choice([b"ustar\x0000", b"ustar  \0", b""])
        case _:
            value = rng.choice([*TEXTS, rng.randbytes(width)])
    tar[at + offset : at + offset + width] = value[:width].ljust(width, b"\0")
    if rng.random() < 0.3:  # the sparse map of old GNU headers
        place = rng.choice([386, 398, 410, 482, 483])
        tar[at + place : at + place + 12] = base_256(rng.choice([n for n in NUMBERS if abs(n) < 2**80]), 12)
    tar[at : at + BLOCK] = checksum_filled(tar[at : at + BLOCK])


def odd_layer(_: bytes, rng: random.Random) -> bytes:
    """An image whose digests are right and whose layers are odd, stored in any way."""
    compression: Compression = rng.choice([plain, gzip, zstd])
    odd = [Layer().raw(odd_header(rng)).ending(b"") for _ in range(rng.randint(1, 3))]
    form = rng.choice([docker_archive, oci_archive])
    return form(Image(odd, tags=["app:1"], compression=compression))


def odd_metadata(_: bytes, rng: random.Random) -> bytes:
    """An image whose config or manifest holds an unexpected value, digests right."""
    image = sample_image(gzip)
    if rng.random() < 0.5:
        changes = _with_odd_value(image.config(), rng)
        return rng.choice([docker_archive, oci_archive])(Image(image.layers, ["app:1"], gzip, config_changes=changes))
    return oci_archive(Image(image.layers, ["app:1"], gzip, manifest_changes=_with_odd_value(image.manifest(), rng)))


def odd_list(_: bytes, rng: random.Random) -> bytes:
    """An archive whose list of images, which no digest protects, holds an unexpected value."""
    image = sample_image(gzip)
    files = rng.choice([docker_files, oci_files, docker_oci_files])(image)
    names = [name for name in ("index.json", "manifest.json", "oci-layout", "repositories") if name in files]
    name = rng.choice(names)
    document = {"whole": json.loads(bytes(files[name]))}
    return archive({**files, name: json_bytes(_with_odd_value(document, rng)["whole"])})


def _with_odd_value(document: dict[str, Any], rng: random.Random) -> dict[str, Any]:
    """The document with one value, anywhere in it, replaced or left out."""
    copy: dict[str, Any] = json.loads(json_bytes(document))
    places = list(_places(copy))
    container, key = rng.choice(places)
    container[key] = rng.choice(VALUES)
    return copy


def _places(value: Any) -> list[tuple[Any, Any]]:
    keys = list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    return [place for key in keys for place in ((value, key), *_places(value[key]))]


DAMAGES: dict[str, Callable[[bytes, random.Random], bytes]] = {
    "flipped": flipped,
    "rearranged": rearranged,
    "odd layer": odd_layer,
    "odd metadata": odd_metadata,
    "odd list": odd_list,
    "truncated": lambda content, rng: content[: rng.randrange(len(content))],
}
