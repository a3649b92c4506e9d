"""Which layer is blamed for what: each rule on an image whose layers each do one thing."""

from datetime import date

import pytest

from analyzer.gates.blame import blamed_layer
from analyzer.gates.rules import rules_of, with_given
from analyzer.settings import GateSettings
from tests.conftest import Opened
from tests.images import Image, Layer, docker_archive

DPKG = b"Package: tool\nStatus: install ok installed\nVersion: 1\nArchitecture: amd64\n\n"
LAYERS = [
    Layer().file("usr/parent", b"1" * 300).file("srv/a", b"2" * 90),
    Layer().file("srv/b", b"3" * 200).file("etc/small", b"4"),
    Layer().file("usr/bin/tool", b"5" * 50).file("var/lib/dpkg/status", DPKG)
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
    assert blamed_layer(rule, paths, image._analysis, (), {}) == layer


def test_growth_is_the_layer_that_grew_most_where_that_is_known(image) -> None:
    grown = {1: 5, 4: 7, 0: 6}
    assert blamed_layer("growth.rootfs_bytes", [], image._analysis, (), grown) == 4
    assert blamed_layer("growth.waste_bytes", [], image._analysis, (), grown) == 3
    assert blamed_layer("growth.own.rootfs_bytes", [], image.part_from(2)._analysis, (), {1: 9, 2: 1}) == 2
    assert blamed_layer("growth.own.rootfs_bytes", [], image.part_from(4)._analysis, (), {1: 9, 2: 1}) is None


def test_own_layers_only(image) -> None:
    part = image.part_from(1)._analysis
    assert blamed_layer("limits.own.file_bytes", [], part, (), {}) == 3
    assert blamed_layer("paths.srv", [], part, (), {}) == 1


def test_a_finding_is_blamed_on_its_own_layer(image) -> None:
    """As the verdict names it."""
    rules = rules_of(with_given(GateSettings(), []))
    forbidden = type(rules.settings.forbidden)(findings=("secret-files",))
    rules = rules_of(type(rules.settings)(forbidden=forbidden))
    (outcome,) = image.judge(rules, image.weigh(), None, date(2026, 1, 1))
    found = image.findings().found
    layer = blamed_layer(outcome.key, outcome.paths, image._analysis, found, {})
    assert outcome.paths[0].startswith(f"secret-files in layer {layer}")


def test_an_image_without_layers_or_files(opened: Opened) -> None:
    for layers in ([], [Layer()], [Layer().directory("a")]):
        empty = opened(docker_archive(Image(layers)))._analysis
        for rule in ("limits.files", "limits.waste_bytes", "limits.largest_file", "paths.**", "packages.*"):
            assert blamed_layer(rule, [], empty, (), {}) is None
