"""Exceptions from rules: which one counts, and which are told to have been needless."""

from datetime import date, timedelta

import pytest

from analyzer.gates.exceptions import Judged, excepted, unneeded
from analyzer.gates.outcome import Outcome
from analyzer.settings_gate import Allow

TODAY = date(2026, 5, 1)
LATE, SOON, LATER = (TODAY + timedelta(days) for days in (-1, 0, 9))


def allow(until: date = LATER, rule: str = "limits.files", image: str = "*", reason: str = "why") -> Allow:
    return Allow(rule, reason, until, image)


def outcome(status: str, rule: str = "limits.files") -> Outcome:
    return Outcome(rule, status, "count", 1, 2)


def judged(*outcomes: Outcome, name: str = "acme/app:1", growth: bool = True) -> Judged:
    return Judged(name, outcomes, growth)


@pytest.mark.parametrize("level", ["failed", "warned"])
def test_of_several_exceptions_the_one_counts_that_holds_longest(level: str) -> None:
    """As whoever renews one may leave the old one where it is."""
    for each in ([allow(LATE), allow(SOON, reason="again")], [allow(SOON, reason="again"), allow(LATE)]):
        assert (excepted(outcome(level), each, "a", TODAY).status, each) == ("allowed", each)
        assert excepted(outcome(level), each, "a", TODAY).reason == "again"
    late = excepted(outcome(level), [allow(LATE), allow(LATE - timedelta(3))], "a", TODAY)
    assert (late.status, late.reason) == (level, f"the exception ran out on {LATE}: why")
    assert excepted(outcome("passed"), [allow()], "a", TODAY) == outcome("passed")


ACME = ("acme/shop:1.0", "docker.io/acme/shop:1.0", "index.docker.io/acme/shop:1.0")
DEBIAN = ("debian:12", "library/debian:12", "docker.io/debian:12", "docker.io/library/debian:12")
ANOTHER = ("quay.io/acme/shop:1.0", "localhost:5000/acme/shop:1.0", "acme/shop:2.0", "shop:1.0")


@pytest.mark.parametrize("names", [ACME, DEBIAN], ids=["acme", "official"])
def test_an_exception_is_for_an_image_by_whichever_of_its_names(names: tuple[str, ...]) -> None:
    """Those that docker pull takes for one another, in both directions."""
    for name in names:
        for written in names:
            exception = allow(image=written[:-1] + "*")
            assert excepted(outcome("failed"), [exception], name, TODAY).status == "allowed", (name, written)
            for other in (*ANOTHER, *(DEBIAN if names is ACME else ACME)):
                assert excepted(outcome("failed"), [allow(image=written)], other, TODAY).status == "failed", other


BROKEN, HOLDS = judged(outcome("allowed")), judged(outcome("passed"))
NEEDED = [
    ([allow()], [BROKEN]),
    ([allow(LATE)], [judged(outcome("failed"))]),
    ([allow(image="acme/*")], [judged(name="other"), BROKEN, HOLDS]),
    ([allow(rule="growth.rootfs_bytes")], [judged(growth=False)]),
]
NEEDLESS = [
    ([allow()], [HOLDS], ["the rule holds without it"]),
    ([allow(LATE)], [HOLDS, HOLDS], ["the rule holds without it"]),
    ([allow(rule="limits.layers")], [BROKEN], ["no image here has that rule"]),
    ([allow(rule="limits.layers")], [judged(growth=False)], ["no image here has that rule"]),
    ([allow(rule="growth.rootfs_bytes")], [judged()], ["no image here has that rule"]),
    ([allow(image="acme/ap:*")], [BROKEN], ["no image here is called acme/ap:*"]),
    ([allow(image="acme/ap:*", rule="growth.rootfs_bytes")], [BROKEN], ["no image here is called acme/ap:*"]),
    ([allow(SOON), allow(LATER)], [BROKEN], ["another one holds longer"]),
]


@pytest.mark.parametrize(("allowed", "images"), NEEDED)
def test_an_exception_that_made_a_difference_is_not_told(allowed: list[Allow], images: list[Judged]) -> None:
    assert list(unneeded(allowed, images)) == []


@pytest.mark.parametrize(("allowed", "images", "why"), NEEDLESS)
def test_one_that_made_none_is_told_with_why(allowed: list[Allow], images: list[Judged], why: list[str]) -> None:
    first = allowed[0]
    head = f"needless exception from {first.rule} until {first.until}"
    assert list(unneeded(allowed, images)) == [f"{head}: {each}" for each in why]
