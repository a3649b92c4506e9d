"""Every rule at its exact boundary: it passes, warns and fails where it should."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

import imgscan
from analyzer.errors import SettingsError, UnknownFigureError
from analyzer.gates.rules import rules_of, with_given
from analyzer.settings_gate import Allow, Bound, Forbidden, GateSettings, Required
from tests.diff.pairs import image_of
from tests.images import Layer, gzip
from tests.packages.databases import database

TODAY = date(2026, 5, 1)
LAYERS = (
    Layer().file("srv/a", b"a" * 100).file("srv/b", b"b" * 50).file("etc/x", b"x" * 30),
    Layer().file("srv/b", b"b" * 50, uid=7).file("opt/c", b"c" * 20),
)
FIGURES = {
    "rootfs_bytes": 200,
    "file_bytes": 250,
    "waste_bytes": 50,
    "layers": 2,
    "files": 4,
    "largest_file": 100,
    "largest_layer": 180,
    "own.rootfs_bytes": 70,
    "own.file_bytes": 70,
}


def outcomes(settings: GateSettings, image: imgscan.Image | None = None, baseline=None, own_from: int = 1):
    rules = rules_of(settings)
    image = image or image_of(*LAYERS)
    own = image.part_from(own_from) if rules.needs_own else None
    return {each.key: each for each in image.judge(rules, image.weigh(own, rules.asked), baseline, TODAY)}


def status(settings: GateSettings, **options) -> str:
    (found,) = outcomes(settings, **options).values()
    return found.status


@pytest.mark.parametrize(("key", "value"), FIGURES.items())
def test_limits_hold_at_the_limit_and_not_beyond(key: str, value: int) -> None:
    for limit, expected in ((value + 1, "passed"), (value, "passed"), (value - 1, "failed")):
        assert status(GateSettings(limits={key: limit})) == expected
    assert status(GateSettings(limits={key: Bound(value - 1, "warn")})) == "warned"
    assert status(GateSettings(limits={key: Bound(value, "warn")})) == "passed"


def test_efficiency_holds_from_below() -> None:
    for limit, expected in ((0.79, "passed"), (0.8, "passed"), (0.81, "failed"), ("81%", "failed")):
        assert status(GateSettings(limits={"efficiency": limit})) == expected


def test_growth_is_counted_from_the_baseline() -> None:
    smaller = image_of(LAYERS[0])  # 180 bytes
    baseline = smaller.weigh()
    for allowed, expected in (
        (21, "passed"),
        (20, "passed"),
        (19, "failed"),
        ("20%", "passed"),
        ("min(19 B, 20%)", "failed"),
    ):
        assert status(GateSettings(growth={"rootfs_bytes": allowed}), baseline=baseline) == expected
    assert status(GateSettings(growth={"rootfs_bytes": Bound("10%", "warn")}), baseline=baseline) == "warned"
    assert outcomes(GateSettings(growth={"rootfs_bytes": 1})) == {}


@given(st.integers(0, 3), st.sampled_from(["0 B", "0%", "max(0 B, 0%)", "min(5 MB, 0%)"]))
def test_equal_images_never_fail(size: int, allowed: str) -> None:
    image = image_of(Layer().file("a", b"a" * size))
    assert status(GateSettings(growth={"rootfs_bytes": allowed}), image=image, baseline=image.weigh()) == "passed"


@given(st.integers(0, 300), st.integers(0, 100))
def test_a_file_more_never_turns_failed_into_passed(limit: int, added: int) -> None:
    before = outcomes(
        GateSettings(limits=dict.fromkeys(("rootfs_bytes", "file_bytes", "files", "largest_file"), limit))
    )
    larger = image_of(*LAYERS, Layer().file("added", b"+" * added))
    after = outcomes(GateSettings(limits={each.removeprefix("limits."): limit for each in before}), image=larger)
    assert not [key for key, each in before.items() if each.status == "failed" and after[key].status == "passed"]


def test_budgets_of_paths() -> None:
    for limit, expected in ((151, "passed"), (150, "passed"), (149, "failed")):
        assert status(GateSettings(paths={"srv/*": limit})) == expected
        assert status(GateSettings(paths={"srv": limit})) == expected
    assert status(GateSettings(paths={"nowhere/**": 0})) == "passed"
    linked = image_of(Layer().file("d/a", b"12345").hardlink("d/b", "d/a"))
    assert outcomes(GateSettings(paths={"d": 9}), image=linked)["paths.d"].found == 5


def test_budgets_of_packages() -> None:
    image = image_of(database(Layer().file("f", b"12345"), ("a", "1"), a="f"))
    for limit, expected in ((5, "passed"), (4, "failed")):
        assert status(GateSettings(packages={"dpkg:a": limit}), image=image) == expected
        assert status(GateSettings(packages={"dpkg:*": limit}), image=image) == expected


def test_what_is_forbidden() -> None:
    image = image_of(database(Layer().file("root/.ssh/id", b"x"), ("gcc-12", "1")), Layer().whiteout("root"))
    assert status(GateSettings(forbidden=Forbidden(paths=("root/.ssh/**",))), image=image) == "passed"
    found = outcomes(GateSettings(forbidden=Forbidden(paths_in_any_layer=("root/.ssh/**",))), image=image)
    assert found["forbidden.paths-in-any-layer"].status == "failed"
    assert found["forbidden.paths-in-any-layer"].paths == ("root/.ssh/id",)
    assert status(GateSettings(forbidden=Forbidden(packages=("gcc-*",))), image=image) == "failed"
    assert status(GateSettings(forbidden=Forbidden(packages=("dpkg:clang*",))), image=image) == "passed"
    assert status(GateSettings(forbidden=Forbidden(findings=("removed-files",))), image=image) == "failed"


def test_a_rule_whose_finding_another_one_tells_is_broken_too() -> None:
    """Of a secret that is removed there is one finding, that of secret-files."""
    image = image_of(Layer().file("root/.ssh/id_rsa", b"x").file("a", b"x"), Layer().whiteout("root"))
    for secrets in (False, True):
        found = outcomes(GateSettings(forbidden=Forbidden(findings=("removed-files",), secrets=secrets)), image=image)
        assert {key: each.status for key, each in found.items()} == dict.fromkeys(found, "failed")
        assert found["forbidden.findings"].paths == ("removed-files in layer 0: root/.ssh/id_rsa",)


def test_what_is_required() -> None:
    image = image_of(LAYERS[0], runtime={"Labels": {"a": "1"}, "User": "app"})
    assert status(GateSettings(required=Required(paths=("etc/x",))), image=image) == "passed"
    assert status(GateSettings(required=Required(paths=("etc/y",))), image=image) == "failed"
    assert status(GateSettings(required=Required(labels=("a", "b"))), image=image) == "failed"
    assert status(GateSettings(required=Required(user=True)), image=image) == "passed"
    for user in ("", "0", "root", "0:0"):
        assert (
            status(GateSettings(required=Required(user=True)), image=image_of(LAYERS[0], runtime={"User": user}))
            == "failed"
        )


def test_an_exception_holds_until_its_day_is_over() -> None:
    def allowed(until: date, **other: str) -> imgscan.Image:
        exception = Allow(**{"rule": "limits.layers", "reason": "why", "until": until} | other)
        (found,) = outcomes(GateSettings(limits={"layers": 1}, allow=(exception,))).values()
        return found

    assert (allowed(TODAY).status, allowed(TODAY).reason) == ("allowed", "why")
    late = allowed(date(2026, 4, 30))
    assert (late.status, late.reason) == ("failed", "the exception ran out on 2026-04-30: why")
    assert allowed(TODAY, rule="limits.files").status == "failed"
    assert allowed(TODAY, image="other*").status == "failed"


def test_a_figure_that_nobody_knows_is_trouble_and_no_pass() -> None:
    with pytest.raises(UnknownFigureError, match="pull_bytes is not known"):
        outcomes(GateSettings(limits={"pull_bytes": 10**9}))
    packed = image_of(*LAYERS, compression=gzip)
    assert status(GateSettings(limits={"pull_bytes": 10**9}), image=packed) == "passed"


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (GateSettings(limits={"rootfs": 1}), "limits.rootfs: there is no such figure"),
        (GateSettings(limits={"own.sizes": 1}), "limits.own.sizes: there is no such figure"),
        (GateSettings(growth={"layers": 1}), "growth.layers: growth is counted in bytes only"),
        (GateSettings(limits={"layers": "2 MB"}), "limits.layers: '2 MB' is no count"),
        (GateSettings(paths={"a": "9"}), "paths.a: '9' has no unit of bytes"),
    ],
)
def test_rules_that_make_no_sense_are_told(settings: GateSettings, message: str) -> None:
    with pytest.raises(SettingsError) as told:
        rules_of(settings)
    assert str(told.value) == message


def test_rules_from_the_command_line_come_before_those_of_the_file() -> None:
    settings = with_given(GateSettings(limits={"layers": 9, "files": 9}), ["layers=1", "growth.rootfs_bytes=5%"])
    assert settings.limits == {"layers": 1, "files": 9}
    assert settings.growth == {"rootfs_bytes": "5%"}
    with pytest.raises(SettingsError, match="'layers' is no rule"):
        with_given(settings, ["layers"])
