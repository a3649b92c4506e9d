"""One rule on one image, and images that differ in every figure there is."""

import random
from datetime import date

from msgspec.structs import replace

import imgscan
from analyzer.gates.dive.rules import DiveRules
from analyzer.gates.outcome import Outcome
from analyzer.gates.rules import rules_of
from analyzer.gates.weights import Weights
from analyzer.settings_gate import GateSettings
from tests.diff.pairs import image_of
from tests.images import Layer, step
from tests.packages.databases import database

TODAY = date(2026, 5, 1)


def image_with(*more: Layer, **options) -> imgscan.Image:
    """A parent layer with the package a, one of its own, and ``more``."""
    first = database(Layer().file("f", b"12345").file("srv/a", b"a" * 100), ("a", "1"), a="f")
    layers = [first, Layer().file("srv/b", b"b" * 50).file("srv/b2", b"c" * 30), *more]
    texts = ["COPY . /", "RUN make  b", *("RUN more" for _ in more)]
    return image_of(*layers, history=[step(text) for text in texts], **options)


def grown_with(size: int) -> tuple[Layer, ...]:
    """Layers that make every figure larger, of the image, of its own layers, and of the package a."""
    noise = random.Random(size).randbytes(size)  # that no compression makes small
    return Layer().file("srv/b", noise).file("f", b"f" * size), Layer().file("srv/b", noise + b"+")


def judged(
    settings: GateSettings,
    image: imgscan.Image,
    baseline: imgscan.Image | Weights | None = None,
    dive: DiveRules | None = None,
) -> Outcome:
    """The only rule of the settings, with the first layer as that of a parent."""
    rules = rules_of(settings, dive)

    def weights(each: imgscan.Image) -> Weights:
        return each.weigh(each.part_from(1) if rules.needs_own else None, rules.asked)

    before = weights(baseline) if isinstance(baseline, imgscan.Image) else baseline
    if isinstance(baseline, imgscan.Image):
        before = replace(before, approved=before)
    (outcome,) = image.judge(rules, weights(image), before, TODAY)
    return outcome


def settings_of(key: str, value: object) -> GateSettings:
    """Settings with a rule of a table by name."""
    table, _, name = key.partition(".")
    return GateSettings(**{table.replace("-", "_"): {name: value}})
