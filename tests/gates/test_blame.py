"""Which layer is blamed for what: each rule on an image whose layers each do one thing."""

from datetime import date

import pytest

from analyzer.gates.blame import Clues, blamed_layer
from analyzer.gates.explained import EXPLAINED, in_short, rule_keys
from analyzer.gates.rules import rules_of
from analyzer.gates.subjects import SEEN, UNSEEN
from analyzer.settings_gate import Forbidden, GateSettings
from tests.conftest import Opened
from tests.images import Image, Layer, docker_archive

DPKG = b"Package: tool\nStatus: install ok installed\nVersion: 1\nArchitecture: amd64\n\n"
LAYERS = [
    Layer().file("usr/parent", b"1" * 300).file("srv/a", b"2" * 90),
    Layer().file("srv/b", b"3" * 200).file("etc/small", b"4"),
    Layer().file("usr/bin/tool", b"5" * 50, mode=0o4755).file("var/lib/dpkg/status", DPKG)
    .file("var/lib/dpkg/info/tool.list", b"/usr/bin/tool\n").file("root/.ssh/id_rsa", b"x"),
    Layer().whiteout("srv/a").file("usr/parent", b"6" * 310),
    Layer().file("srv/a", b"7"),
]  # fmt: skip


@pytest.fixture
def image(opened: Opened):
    return opened(docker_archive(Image(LAYERS)))


@pytest.mark.parametrize(
    ("rule", "paths", "layer"),
    [
        ("limits.file_bytes", [], 0),
        ("limits.waste_bytes", [], 3),
        ("limits.efficiency", [], 3),
        ("limits.largest_file", [], 3),
        ("limits.files", [], 0),
        ("dive.lowestEfficiency", [], 3),
        ("paths.srv", [], 1),
        ("paths.srv/**", [], 1),
        ("paths./etc/*", [], 1),
        ("paths.nothing/**", [], None),
        ("packages.tool", [], 2),
        ("packages.dpkg:T*", [], 2),
        ("packages.other", [], None),
        ("layers.layer 1", [], 1),
        ("layers.layer *", [], 0),
        ("layers.layer [12]", [], 1),
        ("layers.RUN *", [], None),
        ("growth-of-paths.etc/*", [], 1),
        ("growth-of-packages.tool", [], 2),
        ("creep.rootfs_bytes", [], 0),
        ("forbidden.packages", ["dpkg:tool"], 2),
        ("forbidden.paths", ["srv/a"], 0),
        ("forbidden.paths-in-any-layer", ["root/.ssh/id_rsa"], 2),
        ("forbidden.paths", [], None),
        ("forbidden.paths", ["not/there"], None),
        ("required.user", ["the image runs as root"], None),
        ("unheard.of", ["srv/a"], None),
        ("growth.rootfs_bytes", [], 0),
    ],
)
def test_the_layer_that_did_it(image, rule: str, paths: list[str], layer: int | None) -> None:
    assert blamed_layer(rule, paths, image._analysis, Clues()) == layer


def test_growth_is_the_layer_that_grew_most_where_that_is_known(image) -> None:
    grown, fewer = Clues(grown={SEEN: {1: 5, 4: 7, 0: 6}}), Clues(grown={SEEN: {1: 9, 2: 1}})
    both = Clues(grown={SEEN: {1: 5, 4: 4}, UNSEEN: {4: 2, 2: 3}})
    for table in ("growth", "creep"):
        assert blamed_layer(f"{table}.rootfs_bytes", [], image._analysis, grown) == 4
        assert blamed_layer(f"{table}.waste_bytes", [], image._analysis, grown) == 3
        assert blamed_layer(f"{table}.waste_bytes", [], image._analysis, both) == 2
        assert blamed_layer(f"{table}.rootfs_bytes", [], image._analysis, both) == 1
        assert blamed_layer(f"{table}.file_bytes", [], image._analysis, both) == 4
        assert blamed_layer(f"{table}.own.rootfs_bytes", [], image.part_from(2)._analysis, fewer) == 2
        assert blamed_layer(f"{table}.own.rootfs_bytes", [], image.part_from(4)._analysis, fewer) is None


def test_growth_of_paths_and_packages_is_in_a_layer_that_grew_where_one_has_them(image) -> None:
    assert blamed_layer("growth-of-paths.srv", [], image._analysis, Clues(grown={SEEN: {4: 1}})) == 4
    assert blamed_layer("growth-of-paths.srv", [], image._analysis, Clues(grown={SEEN: {2: 1}})) == 1
    assert blamed_layer("paths.srv", [], image._analysis, Clues(grown={SEEN: {4: 1}})) == 1
    assert blamed_layer("growth-of-packages.tool", [], image._analysis, Clues(grown={SEEN: {0: 1}})) == 2


def test_what_is_to_be_pulled_is_the_largest_blob_that_the_baseline_lacks(image) -> None:
    """The fourth layer is the largest, then the first."""
    digests = image.layers["digest"].to_pylist()
    rule = "growth.pull_delta_bytes"
    sizes = image.layers["tar_bytes"].to_pylist()  # of plain layers the same as their blobs
    assert blamed_layer(rule, [], image._analysis, Clues()) == sizes.index(max(sizes))
    for known in range(1, 1 << len(digests)):
        lacking = {at: sizes[at] for at in range(len(digests)) if not known >> at & 1}
        blobs = [digest for at, digest in enumerate(digests) if known >> at & 1]
        found = blamed_layer(rule, [], image._analysis, Clues(known=blobs))
        assert (lacking[found] if found is not None else None) == max(lacking.values(), default=None)


def test_every_table_of_rules_has_a_text_and_a_place(image) -> None:
    """Each rule that can be explained, with a name where the user gives it; what is missing is nowhere."""
    names = {"paths": "srv", "packages": "tool", "layers": "layer [12]", "growth-of-paths": "srv"}
    names |= {"growth-of-packages": "tool"}
    at = {"packages": "dpkg:tool", "findings": "secret-files", "setuid": "setuid-files", "secrets": "secret-files"}
    findings = image.findings().found
    for key in rule_keys():
        table, _, name = key.partition(".")
        rule = f"{key}.{names[key]}" if key in names else key
        layer = blamed_layer(rule, [at.get(name, "srv/a")], image._analysis, Clues(findings))
        assert (layer is None) == (table == "required"), rule
        assert in_short(rule) != in_short("unheard.of")
    assert {key.partition(".")[0] for key in rule_keys()} == {each.key.partition(".")[0] for each in EXPLAINED} | {
        "dive"
    }


def test_own_layers_only(image) -> None:
    part = image.part_from(1)._analysis
    assert blamed_layer("limits.own.file_bytes", [], part, Clues()) == 3
    assert blamed_layer("paths.srv", [], part, Clues()) == 1


def test_a_finding_is_blamed_on_its_own_layer(image) -> None:
    """As the verdict names it."""
    rules = rules_of(GateSettings(forbidden=Forbidden(findings=("secret-files",))))
    (outcome,) = image.judge(rules, image.weigh(), None, date(2026, 1, 1))
    found = image.findings().found
    layer = blamed_layer(outcome.key, outcome.paths, image._analysis, Clues(found))
    assert outcome.paths[0].startswith(f"secret-files in layer {layer}")


def test_an_image_without_layers_or_files(opened: Opened) -> None:
    for layers in ([], [Layer()], [Layer().directory("a")]):
        empty = opened(docker_archive(Image(layers)))._analysis
        for rule in ("limits.files", "limits.waste_bytes", "limits.largest_file", "paths.**", "packages.*"):
            assert blamed_layer(rule, [], empty, Clues()) is None


@pytest.mark.parametrize(
    ("grown", "unsure", "layer"),
    [({1: 9, 2: 4}, 5, 1), ({1: 9, 2: 4}, 6, None), ({1: 9}, 9, 1), ({1: 9}, 10, None), ({}, 1, None)],
)
def test_no_layer_is_blamed_where_another_may_have_grown_more(image, grown, unsure: int, layer: int | None) -> None:
    for figure in (SEEN, UNSEEN):
        clues = Clues(grown={figure: grown}, unsure={figure: unsure})
        assert {blamed_layer(f"{table}.{figure}", [], image._analysis, clues) for table in ("growth", "creep")} == {
            layer
        }


def test_growth_that_no_cause_tells_of_is_blamed_on_a_layer_that_the_baseline_lacks(image) -> None:
    """Such as that of waste, where the root filesystem is as large as before."""
    analysis = image._analysis
    sizes = {each["layer"]: each["file_bytes"] for each in image.history.to_pylist() if each["layer"] is not None}
    digests = [str(each.digest) for each in analysis.scan.layers]
    heaviest = max(sizes, key=sizes.__getitem__)
    assert blamed_layer("growth.waste_bytes", [], analysis, Clues()) is not None
    assert blamed_layer("growth.file_bytes", [], analysis, Clues()) == heaviest
    others = {layer: size for layer, size in sizes.items() if layer != heaviest}
    known = Clues(known=[digests[heaviest]])
    assert blamed_layer("growth.file_bytes", [], analysis, known) == max(others, key=others.__getitem__)
    assert blamed_layer("growth.file_bytes", [], analysis, Clues(known=digests)) is None
