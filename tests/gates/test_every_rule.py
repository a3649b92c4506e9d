"""Every rule that is documented, at its exact boundary and at every level; a new one fails here until it has a case."""

import msgspec
import pytest
from msgspec.structs import replace

from analyzer.gates.dive.rules import DiveRules
from analyzer.gates.explained import rule_keys
from analyzer.gates.figures import FIGURES
from analyzer.settings_gate import LIMIT_TABLES, Bound, Forbidden, GateSettings, Levelled, Named, Required
from tests.diff.pairs import image_of
from tests.gates.judging import grown_with, image_with, judged, settings_of
from tests.images import Layer, gzip
from tests.packages.databases import database

OLD, NEW = (image_with(*grown_with(size), compression=gzip) for size in (900, 20_000))

NAMED = {
    "paths": "srv/**",
    "packages": "dpkg:a",
    "layers": "RUN more",
    "growth-of-paths": "srv",
    "growth-of-packages": "a",
}
"""A name for each table whose rules are named by the user."""

KEPT = image_of(database(Layer(), ("good", "1")).file("etc/there", b"1"), runtime={"User": "7", "Labels": {"a": "b"}})
BROKEN = image_of(
    database(Layer(), ("gcc-12", "1")).file("srv/.git/x", b"1").file("bin/su", b"1", mode=0o4755),
    Layer().file("root/.ssh/id_rsa", b"x").file("tmp/x", b"x" * 5000),
    Layer().whiteout("root").whiteout("tmp/x"),
)
DEMANDS = {
    "forbidden.paths": ("**/.git/**",),
    "forbidden.paths-in-any-layer": ("**/id_rsa",),
    "forbidden.packages": ("gcc-*",),
    "forbidden.findings": ("removed-files",),
    "forbidden.setuid": None,
    "forbidden.secrets": None,
    "required.paths": ("etc/there",),
    "required.labels": ("a",),
    "required.user": None,
    "required.baseline": None,
}
"""Words that `BROKEN` has, or has not, as it must not, and None for what only has to be asked for."""

DIVE = {
    "lowestEfficiency": ("lowest_efficiency", -1e-9),
    "highestWastedBytes": ("highest_wasted_bytes", 1),
    "highestUserWastedPercent": ("highest_user_wasted_percent", 1e-9),
}
"""Of dive's rules, which have no levels: the limit, and what is worse by little."""


def _own(keys: list[str]) -> list[str]:
    tables = (each.partition(".") for each in keys)
    return [f"{table}.own.{name}" for table, _, name in tables if name in FIGURES]


KEYS = [f"{key}.{NAMED[key]}" if "." not in key else key for key in rule_keys()]
SIZES = [each for each in (*KEYS, *_own(KEYS)) if each.partition(".")[0].replace("-", "_") in LIMIT_TABLES]
SHARES = [each for each in SIZES if each.endswith("efficiency")]
GROWING = [each for each in SIZES if each.startswith(("growth", "creep"))]
ABSOLUTE = [each for each in SIZES if each not in (*GROWING, *SHARES)]


def test_every_documented_rule_has_a_boundary_here() -> None:
    demands = [each for each in KEYS if each.startswith(("forbidden.", "required."))]
    assert demands == list(DEMANDS)
    assert [each.removeprefix("dive.") for each in KEYS if each.startswith("dive.")] == list(DIVE)
    assert {*ABSOLUTE, *GROWING, *SHARES, *demands, *(f"dive.{each}" for each in DIVE)} == {*KEYS, *_own(KEYS)}
    for table in (Forbidden, Required):
        names = [f"{table.__name__.lower()}.{each.encode_name}" for each in msgspec.structs.fields(table)]
        assert [each for each in demands if each.startswith(table.__name__.lower())] == names
    assert {each.partition(".")[0].replace("-", "_") for each in SIZES} == {*LIMIT_TABLES}


@pytest.mark.parametrize("key", ABSOLUTE)
def test_a_limit_one_below_at_and_one_above(key: str) -> None:
    found = int(judged(settings_of(key, 2**62), NEW).found)
    assert found > 0
    for limit, failing, warning in (
        (found - 1, "failed", "warned"),
        (found, *["passed"] * 2),
        (found + 1, *["passed"] * 2),
    ):
        assert judged(settings_of(key, limit), NEW).status == failing
        assert judged(settings_of(key, Bound(limit, "fail")), NEW).status == failing
        assert judged(settings_of(key, Bound(limit, "warn")), NEW).status == warning


@pytest.mark.parametrize("key", SHARES)
def test_a_share_a_little_below_at_and_a_little_above(key: str) -> None:
    """It is held from below."""
    found = judged(settings_of(key, 0), NEW).found
    assert 0 < found < 1
    for limit, failing, warning in (
        (found + 1e-9, "failed", "warned"),
        (found, *["passed"] * 2),
        (found - 1e-9, *["passed"] * 2),
    ):
        assert judged(settings_of(key, limit), NEW).status == failing
        assert judged(settings_of(key, Bound(limit, "warn")), NEW).status == warning


@pytest.mark.parametrize("key", GROWING)
def test_growth_one_below_at_and_one_above(key: str) -> None:
    grown = int(judged(settings_of(key, 0), NEW, OLD).growth)
    assert grown > 0
    for allowed, failing, warning in (
        (grown - 1, "failed", "warned"),
        (grown, *["passed"] * 2),
        (grown + 1, *["passed"] * 2),
    ):
        for amount in (allowed, f"max({allowed} B, 0%)", f"min({allowed} B, {10**6}%)"):
            assert judged(settings_of(key, amount), NEW, OLD).status == failing
            assert judged(settings_of(key, Bound(amount, "warn")), NEW, OLD).status == warning


@pytest.mark.parametrize("key", GROWING)
def test_equal_images_never_fail(key: str) -> None:
    for allowed in (0, "0%", "max(0 B, 0%)", "min(5 MB, 0%)"):
        outcome = judged(settings_of(key, allowed), NEW, NEW)
        assert (outcome.status, outcome.growth, outcome.allowed) == ("passed", 0, 0)


@pytest.mark.parametrize("key", DEMANDS)
def test_what_is_forbidden_or_required_at_every_level(key: str) -> None:
    table, _, name = key.partition(".")
    words = DEMANDS[key]
    kind = Forbidden if table == "forbidden" else Required

    def status(image, value: object) -> str:
        demands = kind(**{name.replace("-", "_"): value})
        before = image if image is KEPT else None
        return judged(GateSettings(**{table: demands}), image, before).status

    plain = True if words is None else words
    failing, warning = (Levelled(level) if words is None else Named(words, level) for level in ("fail", "warn"))
    for value, broken in ((plain, "failed"), (failing, "failed"), (warning, "warned")):
        assert status(BROKEN, value) == broken
        assert status(KEPT, value) == "passed"


@pytest.mark.parametrize("name", DIVE)
def test_dives_rules_at_the_limit_and_a_little_off(name: str) -> None:
    field, worse = DIVE[name]
    nothing = DiveRules(None, None, None)

    def outcome(limit: float):
        return judged(GateSettings(), BROKEN, dive=replace(nothing, **{field: limit}))

    found = outcome(0.5).found
    assert found > 0
    assert outcome(found - worse).status == "failed"
    assert [outcome(found).status, outcome(found + worse).status] == ["passed", "passed"]
