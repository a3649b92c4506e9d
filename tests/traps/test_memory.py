"""What hostile images may take of the machine's memory, measured in a process of their own."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.images import Image, Layer, blob, docker_archive, gzip, oci_archive, zstd
from tests.images.headers import extended_header

ROOT = Path(__file__).parents[2]
MIB = 1024 * 1024
LIMIT_MIB = 512  # the interpreter with Arrow takes over 100 of them

pytestmark = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads Linux's own figures")

SCRIPT = """
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, (8 << 30, 8 << 30))
resource.setrlimit(resource.RLIMIT_CPU, (300, 300))
import imgscan
try:
    image = imgscan.open(sys.argv[1], limits=imgscan.Limits(tar_bytes=int(sys.argv[2])))
    image.report()
    print("read")
except imgscan.ImgscanError as error:
    print(type(error).__name__)
# Not ru_maxrss, which a child inherits from the process that started it.
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(int(peak.split()[1]) // 1024)
"""


def read_apart(path: Path, tar_bytes: int = 2 * 1024 * MIB) -> tuple[str, int]:
    """The outcome and the peak of memory in MiB."""
    command = [sys.executable, "-c", SCRIPT, str(path), str(tar_bytes)]
    found = subprocess.run(command, capture_output=True, cwd=ROOT, check=False, text=True)
    assert found.returncode == 0, found.stderr[-500:]
    outcome, peak = found.stdout.split()
    return outcome, int(peak)


def zeros(compression, size):
    """What a file of `size` zeros and the end of the tar compress to, without making them all at once."""
    start, part = Layer().file("f", size=size).ending(b"").tar(), compression(bytes(16 * MIB))
    return compression(start) + part * (size // (16 * MIB)) + compression(bytes(1024))


@pytest.mark.parametrize("compression", [gzip, zstd], ids=lambda each: each.name)
@pytest.mark.parametrize("whole", [False, True], ids=["layer", "layer in a compressed archive"])
def test_a_bomb_ends_at_the_limit_with_little_memory(write, compression, whole):
    source = oci_archive(Image([blob(Layer(), stored=zeros(compression, 64 * 1024 * MIB))]))
    assert len(source) < 100 * MIB
    outcome, peak = read_apart(write(compression(source) if whole else source), tar_bytes=512 * MIB)
    assert outcome == "LimitExceededError"
    assert peak < LIMIT_MIB


@pytest.mark.parametrize("compression", [gzip, zstd], ids=lambda each: each.name)
def test_a_bomb_in_one_member_ends_at_the_limit_with_little_memory(write, compression):
    layer = Layer().file("f", bytes(100 * MIB))
    outcome, peak = read_apart(write(oci_archive(Image([layer], compression=compression))), tar_bytes=80 * MIB)
    assert outcome == "LimitExceededError"
    assert peak < LIMIT_MIB


def test_a_file_larger_than_the_memory_it_may_take_is_read(write):
    layer = Layer().file("f", bytes(600 * MIB))
    outcome, peak = read_apart(write(oci_archive(Image([layer], compression=zstd))))
    assert outcome == "read"
    assert peak < LIMIT_MIB


def repeated(entry, count, compression=gzip):
    """An image of one entry over and over."""
    return oci_archive(Image([Layer().raw(entry.ending(b"").tar() * count)], compression=compression))


@pytest.mark.parametrize(
    ("entry", "count"),
    [
        (Layer().file("f", xattrs={"user.a": bytes(1000 * 1000)}), 250),
        (Layer().file("f", xattrs={f"user.{number}": bytes(60_000) for number in range(16)}), 250),
        (Layer().symlink("l", b"t" * (1000 * 1000)), 250),
        (Layer("gnu").hardlink("l", b"t" * (1000 * 1000)), 250),
        (Layer().file("f", pax={"comment": bytes(1000 * 1000)}), 250),
        (Layer().file("f", pax=[("GNU.sparse.x", b"1")] * 40_000), 100),
    ],
    ids=["attribute", "attributes", "link", "hard link", "comment", "sparse"],
)
def test_large_records_before_many_entries_are_not_all_kept(write, entry, count):
    _, peak = read_apart(write(repeated(entry, count)))
    assert peak < LIMIT_MIB


def test_large_records_of_many_layers_are_not_all_kept(write):
    entry = Layer().file("f", xattrs={f"user.{number}": bytes(60_000) for number in range(16)}).ending(b"").tar()
    layers = [Layer().file(f"{number}").raw(entry * 50) for number in range(8)]
    _, peak = read_apart(write(oci_archive(Image(layers, compression=gzip))))
    assert peak < LIMIT_MIB


def test_deep_paths_do_not_multiply(write):
    layer = Layer()
    for number in range(300):
        layer.file(f"{number}/" + "a/" * 2000 + "f")
    _, peak = read_apart(write(oci_archive(Image([layer], compression=gzip))))
    assert peak < LIMIT_MIB


def test_deep_paths_through_symbolic_links_do_not_multiply(write):
    layer = Layer()
    for number in range(200):
        layer.symlink(f"l{number}", f"l{number + 1}/" + "a/" * 1000)
    layer.file("l0/" + "b/" * 500 + "f", b"1")
    _, peak = read_apart(write(docker_archive(Image([layer]))))
    assert peak < LIMIT_MIB


def test_many_global_records_do_not_add_up(write):
    record = extended_header(b"g", {"SCHILY.xattr.user.a": bytes(900_000)})
    layer = Layer().raw(record).files({f"{number}": b"" for number in range(20_000)})
    _, peak = read_apart(write(oci_archive(Image([layer], compression=gzip))))
    assert peak < LIMIT_MIB


CAT = """
import sys
import imgscan
with imgscan.open(sys.argv[1]).open_file("f") as file:
    count = 0
    while piece := file.read(1 << 20):
        count += len(piece)
print(count)
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(int(peak.split()[1]) // 1024)
"""


LARGE = 600 * MIB


@pytest.mark.parametrize(
    "layer",
    [lambda: Layer().file("f", bytes(LARGE)), lambda: Layer().sparse("f", [(LARGE // 2, b"x")], LARGE, "1.0")],
    ids=["compressed", "sparse"],
)
def test_a_file_larger_than_the_memory_it_may_take_comes_in_pieces(write, layer):
    path = write(oci_archive(Image([layer()], compression=zstd)))
    found = subprocess.run([sys.executable, "-c", CAT, path], capture_output=True, cwd=ROOT, check=True, text=True)
    count, peak = map(int, found.stdout.split())
    assert count == LARGE
    assert peak < LIMIT_MIB
