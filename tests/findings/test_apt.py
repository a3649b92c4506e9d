"""What apt-get leaves goes where it is made, and nothing that a later instruction needs goes unsaid."""

from tests.findings.finding import findings
from tests.images import Image, Layer, step

LISTS, CACHE = "var/lib/apt/lists/a", "var/cache/apt/a"
REMOVED = "apt-get clean && rm -rf /var/lib/apt/lists/*"


def edits(*runs: tuple[str, str]) -> list[str]:
    """What is advised for each of these RUN, given with a file that it leaves."""
    layers = [Layer().file(path, line.encode()) for line, path in runs]
    history = [step(f"/bin/sh -c {line}") for line, _ in runs]
    found = findings(Image(layers, history=history), "apt-lists").found
    return [each.edit for each in sorted(found, key=lambda each: each.layer)]


def test_lists_are_not_removed_where_there_are_none():
    assert edits(("apt-get install a", CACHE)) == ["RUN apt-get install a && apt-get clean"]


def test_installs_that_would_lack_the_lists_are_told():
    first, *_ = edits(
        ("apt-get update && apt-get install a", LISTS),
        ("apt-get install --yes b", CACHE),
        ("make && apt install c", "var/cache/apt/c"),
    )
    assert first == (
        f"RUN apt-get update && apt-get install a && {REMOVED}\n"
        "then layer 1 (RUN apt-get install --yes b) and layer 2 (RUN make && apt install c) would lack the lists: "
        "join them with this one, or update there as well"
    )


def test_installs_with_lists_of_their_own_are_not_told():
    first, second = edits(("apt-get update", LISTS), ("apt-get -q update && apt-get install b", "var/lib/apt/lists/b"))
    assert (first, second) == (
        f"RUN apt-get update && {REMOVED}",
        f"RUN apt-get -q update && apt-get install b && {REMOVED}",
    )


def test_what_a_later_layer_writes_anew_would_have_gone_too():
    """Told here, where it saves what cleaning saves, and not among what is overwritten."""
    layers = [Layer().file("var/cache/apt/pkgcache.bin", bytes(size)) for size in (5000, 6000)]
    image = Image(layers, history=[step(f"RUN apt-get install {name}") for name in "ab"])
    found = findings(image, "apt-lists").found
    assert {(each.layer, each.file_bytes, each.edit.rpartition(" && ")[2]) for each in found} == {
        (0, 5000, "apt-get clean"),
        (1, 6000, "apt-get clean"),
    }
    assert not findings(image, "overwritten-files").found
