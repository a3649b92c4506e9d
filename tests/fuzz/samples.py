"""Images to damage: small, and with something of everything that a reader has to understand."""

from decimal import Decimal

from tests.images import (
    Compression,
    Image,
    Index,
    Layer,
    artifact,
    attestation,
    docker_archive,
    gzip,
    gzip_members,
    oci_archive,
    plain,
    step,
    zstd,
    zstd_frames,
)

SEGMENTS = [(at * 3000, b"%03d" % at * 40) for at in range(30)]


def layers() -> list[Layer]:
    """Every kind of entry, every dialect, every sparse form; whiteouts, links, repetitions, links on the way."""
    lower = (
        Layer()
        .directory("etc", mode=0o1777)
        .file("etc/passwd", b"root:x:0:0\n" * 9, uid=2**22, mtime=Decimal("1600000000.123456789"))
        .file("n" * 180, b"long name", xattrs={"security.capability": bytes(range(20)), "user.a": b"\n=1"})
        .symlink("lib", "usr/lib")
        .file("usr/lib/libc.so", bytes(range(256)) * 5)
        .hardlink("usr/lib/libc.so.6", "usr/lib/libc.so")
        .sparse("var/log/lastlog", SEGMENTS, 100_000, "gnu")
        .sparse("var/log/faillog", SEGMENTS[:3], 10_000, "0.0")
    )
    middle = (
        Layer("gnu")
        .file("g" * 150, b"gnu", uid=2**30, mtime=-5)
        .symlink("l" * 120, "t" * 130)
        .character("dev/null", 1, 3)
        .block("dev/sda", 8, 0)
        .fifo("run/pipe")
        .file("lib/new.so", b"through the link")
        .file("etc/passwd", b"root:x:0:0\n" * 9, mode=0o600)
        .sparse("s1", SEGMENTS[:5], 20_000, "1.0")
        .sparse("s2", SEGMENTS[:5], 20_000, "0.1")
    )
    upper = (
        Layer()
        .pax_global({"uid": b"7", "comment": b"0" * 40})
        .whiteout("usr/lib/libc.so")
        .opaque("var/log")
        .file(b"caf\xe9", b"1")
        .file("twice", b"1")
        .file("./twice", b"22")
        .entry("label", b"V", b"volume")
        .file("etc", b"a file over a directory")
    )
    return [lower, middle, upper]


def sample_image(compression: Compression = plain) -> Image:
    """An image of these layers."""
    history = [step("ENV A=1", empty_layer=True), *[step(f"RUN {number}") for number in range(3)]]
    runtime = {"Env": ["A=1"], "Labels": {"a": "b"}}
    return Image(layers(), tags=["app:1"], compression=compression, history=history, runtime=runtime)


def samples() -> dict[str, bytes]:
    """Archives by the name of their form."""
    zipped, framed = sample_image(gzip_members(2)), sample_image(zstd_frames(2, b"skipped"))
    index = Index([framed, attestation(framed), artifact("application/x-a", b"1")], tags=["app:1"])
    return {
        "docker-archive": docker_archive(sample_image()),
        "oci gzip": oci_archive(zipped),
        "oci zstd": oci_archive(index),
        "docker-archive in gzip": gzip(docker_archive(sample_image())),
        "rootfs in zstd": zstd(layers()[0].tar()),
    }
