"""The explorer on two images: what differs between them."""

import pytest

import imgscan
from analyzer.settings import FindingSettings
from imgscan.explore.dialogs import Lines
from imgscan.explore.diff_tabs import findings, layers
from imgscan.explore.rows import Target
from reports.formatting import signed_bytes
from tests.explore.driving import driven, run, sample

APP = "app-2.0"
FINDINGS = "2"


def test_two_images() -> None:
    """What differs, by layer and by path; inside a file, too."""

    async def test() -> None:
        async with driven(sample("app-1.0"), sample(APP)) as explorer:
            assert "acme/app:1.0 → acme/app:2.0" in explorer.lines[0]
            await explorer.press("tab", "ctrl+@", "ctrl+u")
            changed = set(imgscan.diff(sample("app-1.0"), sample(APP)).files["path"].to_pylist())
            assert changed <= set(explorer.names)
            growth = sample(APP).size.rootfs_bytes - sample("app-1.0").size.rootfs_bytes
            assert explorer.tree.filetree.sizes[0] == growth
            await explorer.press("slash", *"licence", "enter", "enter")
            await explorer.until(lambda: isinstance(explorer.screen, Lines))
            assert any(line.startswith("-") for line in explorer.lines)
            assert any(line.startswith("+") for line in explorer.lines)

    run(test)


def test_tables_of_two_images_lead_to_their_places() -> None:
    """They say what `diff` says, and Enter goes to the file or to the pair of layers that a line is about."""
    found = imgscan.diff(sample("app-1.0"), sample(APP))
    growth = dict(zip(found.files["path"].to_pylist(), found.files["bytes"].to_pylist(), strict=True))
    largest = max(growth, key=lambda path: abs(growth[path]))

    async def test() -> None:
        async with driven(sample("app-1.0"), sample(APP)) as explorer:
            await explorer.press("3", "enter")
            await explorer.until(lambda: explorer.main._pane is None)
            assert dict(explorer.main.files.known())["path"] == largest
            await explorer.press("5")
            await explorer.shows("inserted")
            at = next(at for at, pair in enumerate(found.layers) if pair.status == "inserted")
            await explorer.press(*"j" * at, "enter")
            await explorer.until(lambda: explorer.main._pane is None)
            assert explorer.main.files.layer_list.cursor == at + 1
            assert any("what differs by layer new 17 ·" in line for line in explorer.lines)
            picture = explorer.tree.filetree.picture
            changed = [picture.tree.paths[node] for node in (picture.row >= 0).nonzero()[0].tolist()]
            assert changed == [b"srv/app/export.sql"]
            await explorer.press("6")
            await explorer.shows("image.version")
            await explorer.press("2")
            await explorer.shows("Stored again unchanged")

    run(test)


@pytest.mark.parametrize(
    ("path", "change", "first_line"),
    [
        ("srv/app/static/summer-banner.png", "removed", "00000000"),
        ("srv/app/catalogue.csv", "modified: content", "@@ "),
    ],
)
def test_what_another_pair_of_layers_changed(path: str, change: str, first_line: str) -> None:
    """Nobody is told that it is the same in both images, and it can be looked into all the same."""

    async def test() -> None:
        async with driven(sample("app-1.0"), sample(APP)) as explorer:
            await explorer.press("j")
            assert any("▕ what differs · by" in line for line in explorer.lines)
            await explorer.press("ctrl+l")
            assert any("▕ what differs by layer old 0, new 0 · by" in line for line in explorer.lines)
            await explorer.press("tab", "slash", *path.rpartition("/")[2], "enter")
            told = dict(explorer.main.files.known())
            assert (told["path"], told["state"]) == (path, "unmodified")
            assert told["from"] == "other layers than the pair chosen"
            assert told["change"] == change
            await explorer.press("v")
            await explorer.until(lambda: isinstance(explorer.screen, Lines))
            assert explorer.lines[1].startswith(first_line)

    run(test)


def test_a_directory_with_a_change_in_it() -> None:
    """Of two images it is the same itself; of what has none in it, all is the same."""

    async def test() -> None:
        async with driven(sample("app-1.0"), sample(APP)) as explorer:
            told = {}
            for name in ("bin", "srv"):
                node = explorer.main.subject.find(Target(name.encode(), None))
                assert node is not None
                explorer.tree.reveal(node)
                explorer.main.files.active = explorer.tree
                told[name] = dict(explorer.main.files.known())
            assert told["bin"]["both"] == "the same in both images"
            assert told["srv"]["both"] == "the same in both images, but for what is in it"
            assert (told["srv"]["in it"], told["bin"]["in it"]) == ("+80,900 bytes", "0 bytes")

    run(test)


@pytest.mark.parametrize(("old", "new"), [("app-1.0", APP), (APP, "app-1.0"), ("parent", APP)])
def test_growth_by_layers_is_that_of_the_report(old: str, new: str) -> None:
    """All of it is there, and each pair of layers has its part as `imgscan diff` tells it."""
    found = imgscan.diff(sample(old), sample(new))
    table = layers(found)
    told = [dict(table.details(row))["growth"].split(" of ")[0] for row in range(len(table))]
    assert told == [signed_bytes(each.growth) for each in found.report().layers]


def test_findings_that_came_went_and_changed() -> None:
    """As the findings of both images are, laid beside each other by hand."""
    old, new = sample("app-1.0"), sample(APP)
    found = imgscan.diff(old, new)
    table = findings((old, new), found.layers, (0, 0), FindingSettings(), lambda _: False)
    saved = {
        image: {(each.rule, each.layer): each.file_bytes for each in image.findings().found} for image in (old, new)
    }
    larger = {key: saved[new][key] - value for key, value in saved[old].items() if saved[new].get(key, value) != value}
    told = [dict(table.details(row)) for row in range(len(table))]
    assert [each["change"] for each in told] == [
        f"larger: {signed_bytes(each)} to save" for each in sorted(larger.values(), reverse=True)
    ]
    backwards = findings((new, old), imgscan.diff(new, old).layers, (0, 0), FindingSettings(), lambda _: False)
    assert {dict(backwards.details(row))["change"].split(":")[0] for row in range(len(backwards))} == {"smaller"}
    alone = findings(
        (sample("parent"), new), imgscan.diff(sample("parent"), new).layers, (0, 0), FindingSettings(), bool
    )
    kinds = [dict(alone.details(row))["change"].split(":")[0] for row in range(len(alone))]
    assert kinds.count("new") >= len(new.findings().found) - len(sample("parent").findings().found)


def test_own_files_of_two_images() -> None:
    """What a parent image changed is no part of it, as in `diff --own`."""

    async def test() -> None:
        old, new = sample("app-1.0"), sample(APP)
        async with driven(old, new, own=True) as explorer:
            await explorer.press("tab", "ctrl+@", "ctrl+u")
            found = imgscan.diff(
                sample("app-1.0"), sample(APP), own_from=(old.parents().own_from, new.parents().own_from)
            )
            assert set(found.files["path"].to_pylist()) <= set(explorer.names)

    run(test)
