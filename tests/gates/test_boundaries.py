"""Every rule one byte below its limit, at it, and one above; and none passes for what could not be computed."""

import gzip as gzip_format
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

import imgscan
from analyzer.errors import UnknownFigureError
from analyzer.gates.figures import FIGURES
from analyzer.gates.rules import rules_of
from analyzer.gates.weights import Asked, Weights
from analyzer.settings_gate import LIMIT_TABLES, Bound, Forbidden, GateSettings, Required
from tests.diff.pairs import image_of
from tests.images import Image, Layer, docker_archive, gzip, step
from tests.packages.databases import database

TODAY = date(2026, 5, 1)


def _image(*more: Layer, **options) -> imgscan.Image:
    first = database(Layer().file("f", b"12345").file("srv/a", b"a" * 100), ("a", "1"), a="f")
    layers = [first, Layer().file("srv/b", b"b" * 50).file("srv/b2", b"c" * 30), *more]
    texts = ["COPY . /", "RUN make  b", *("RUN more" for _ in more)]
    return image_of(*layers, history=[step(text) for text in texts], **options)


IMAGE = _image()
PACKED, MORE_PACKED = _image(compression=gzip), _image(Layer().file("srv/c", b"d" * 999), compression=gzip)


def judged(settings: GateSettings, image: imgscan.Image = IMAGE, baseline: imgscan.Image | Weights | None = None):
    rules = rules_of(settings)

    def weights(each: imgscan.Image) -> Weights:
        return each.weigh(each.part_from(1) if rules.needs_own else None, rules.asked)

    before = weights(baseline) if isinstance(baseline, imgscan.Image) else baseline
    if isinstance(baseline, imgscan.Image):
        before = replace(before, approved=before)
    (outcome,) = image.judge(rules, weights(image), before, TODAY)
    return outcome


def _settings(key: str, limit: int | float | Bound) -> GateSettings:
    table, _, name = key.partition(".")
    return GateSettings(**{table.replace("-", "_"): {name: limit}})


FOUND = {
    "limits": [key for key, figure in FIGURES.items() if figure.unit != "share"],
    "own": ["rootfs_bytes", "file_bytes", "pull_bytes", "waste_bytes", "layers", "files"],
}
ABSOLUTE = {
    **{f"limits.{key}": None for key in FOUND["limits"]},
    **{f"limits.own.{key}": None for key in FOUND["own"]},
    "paths.srv/**": 180,
    "packages.dpkg:a": 5,
    "packages.a": 5,
    "layers.RUN make b": 80,
    "layers.COPY*": None,
}


@pytest.mark.parametrize("key", ABSOLUTE)
def test_limits_and_budgets(key: str) -> None:
    found = int(judged(_settings(key, 2**62), PACKED).found)
    assert ABSOLUTE[key] in (None, found)
    assert judged(_settings(key, found + 1), PACKED).status == "passed"
    assert judged(_settings(key, found), PACKED).status == "passed"
    if found:
        assert judged(_settings(key, found - 1), PACKED).status == "failed"
        assert judged(_settings(key, Bound(found - 1, "warn")), PACKED).status == "warned"
    assert judged(_settings(key, Bound(found, "warn")), PACKED).status == "passed"


GROWTH = {
    **{f"growth.{key}": None for key, figure in FIGURES.items() if figure.unit == "bytes"},
    **{f"growth.own.{key}": None for key in ("rootfs_bytes", "pull_bytes")},
    "growth.pull_delta_bytes": None,
    "creep.rootfs_bytes": 999,
    "creep.own.rootfs_bytes": 999,
    "growth-of-paths.srv": 999,
    "growth-of-packages.dpkg:a": 0,
}


@pytest.mark.parametrize("key", GROWTH)
def test_growth(key: str) -> None:
    outcome = judged(_settings(key, 0), MORE_PACKED, PACKED)
    grown = int(outcome.growth)
    assert GROWTH[key] in (None, grown)
    for allowed, status in ((grown + 1, "passed"), (grown, "passed"), (grown - 1, "failed")):
        if allowed >= 0:
            assert judged(_settings(key, allowed), MORE_PACKED, PACKED).status == status
    if grown:
        assert judged(_settings(key, Bound(grown - 1, "warn")), MORE_PACKED, PACKED).status == "warned"
        assert judged(_settings(key, f"min({grown} B, {10**6}%)"), MORE_PACKED, PACKED).status == "passed"
        assert judged(_settings(key, f"min({grown - 1} B, {10**6}%)"), MORE_PACKED, PACKED).status == "failed"
        assert judged(_settings(key, f"max({grown} B, 0%)"), MORE_PACKED, PACKED).status == "passed"
        assert judged(_settings(key, f"max({grown - 1} B, 0%)"), MORE_PACKED, PACKED).status == "failed"


@pytest.mark.parametrize("key", GROWTH)
def test_equal_images_never_fail(key: str) -> None:
    for allowed in (0, "0%", "max(0 B, 0%)", "min(5 MB, 0%)"):
        outcome = judged(_settings(key, allowed), PACKED, PACKED)
        assert (outcome.status, outcome.growth, outcome.allowed) == ("passed", 0, 0)


def test_a_package_that_the_baseline_has_not_is_all_growth() -> None:
    before = image_of(Layer().file("f", b"12345"))
    for allowed, status in ((5, "passed"), (4, "failed"), ("50%", "failed")):
        assert judged(_settings("growth-of-packages.a", allowed), IMAGE, before).status == status


def test_the_pull_delta_is_what_the_baseline_lacks() -> None:
    """Worked out from the manifests: the third layer, and the config."""
    blobs = {each["digest"]: each["blob_bytes"] for each in MORE_PACKED.layers.to_pylist()}
    known = {each["digest"] for each in PACKED.layers.to_pylist()}
    (layer,) = [size for digest, size in blobs.items() if digest not in known]
    config = MORE_PACKED.size.pull_bytes - sum(blobs.values())
    assert judged(_settings("growth.pull_delta_bytes", 0), MORE_PACKED, PACKED).found == layer + config
    whole = PACKED.size.pull_bytes
    assert judged(_settings("growth.pull_delta_bytes", "50%"), MORE_PACKED, PACKED).limit == whole // 2


def test_forbidden_and_required() -> None:
    image = _image(Layer().file("bin/su", b"1", mode=0o4755).file("root/.ssh/id_rsa", b"x"), Layer().whiteout("root"))
    for name in ("setuid", "secrets"):
        assert judged(GateSettings(forbidden=Forbidden(**{name: True})), image).status == "failed"
        assert judged(GateSettings(forbidden=Forbidden(**{name: True})), IMAGE).status == "passed"
    outcome = judged(GateSettings(required=Required(labels=("a",))))
    assert (outcome.status, outcome.kind, outcome.found) == ("failed", "required", 1)


@pytest.mark.parametrize("labels", [["a"], "a", 1, None])
def test_labels_that_are_none_are_missing(labels: object) -> None:
    image = image_of(Layer(), runtime={"Labels": labels})
    assert judged(GateSettings(required=Required(labels=("a",))), image).status == "failed"


NOTHING = Weights("saved", "linux/amd64", {}, {})
UNKNOWN = [f"growth.{key}" for key, figure in FIGURES.items() if figure.unit == "bytes"] + [
    "growth.own.rootfs_bytes", "growth.pull_delta_bytes", "creep.rootfs_bytes", "growth-of-paths.srv", "growth-of-packages.a",
]  # fmt: skip


@pytest.mark.parametrize("key", UNKNOWN)
def test_what_a_baseline_does_not_know_is_trouble(key: str) -> None:
    with pytest.raises(UnknownFigureError, match="cannot be judged"):
        judged(_settings(key, 2**62), PACKED, NOTHING)


def test_what_is_not_known_of_plain_layers_is_trouble() -> None:
    for key in ("limits.pull_bytes", "growth.pull_delta_bytes"):
        with pytest.raises(UnknownFigureError, match="not known"):
            judged(_settings(key, 2**62), _image(Layer().file("x", b"y")), IMAGE)
    for image, before in ((MORE_PACKED, IMAGE), (IMAGE, PACKED)):
        with pytest.raises(UnknownFigureError):
            judged(_settings("growth.pull_delta_bytes", 2**62), image, before)
    assert judged(_settings("growth.pull_delta_bytes", 0), IMAGE, IMAGE).found == 0


def test_a_layer_that_nobody_knows_the_instruction_of_is_trouble() -> None:
    with pytest.raises(UnknownFigureError, match="what made layer 0 is not known"):
        judged(_settings("layers.RUN *", 2**62), image_of(Layer().file("a", b"1"), history=[]))
    assert judged(_settings("layers.RUN *", 0), image_of(Layer(), history=[])).status == "passed"


SIZES = ("rootfs_bytes", "file_bytes", "tar_bytes", "waste_bytes", "files", "layers", "largest_file", "largest_layer")
TABLES = st.sampled_from([*(f"limits.{key}" for key in SIZES), "paths.srv/**", "packages.a", "layers.*"])


@given(TABLES, st.integers(0, 600), st.sampled_from(["srv/a", "srv/new", "f", "other/x"]), st.integers(0, 300))
def test_a_file_more_never_turns_failed_into_passed(key: str, limit: int, path: str, size: int) -> None:
    """A file that none had: one in the place of another may well be smaller than that."""
    path = path if path in ("srv/new", "other/x") else f"{path}.more"
    before = judged(_settings(key, limit))
    after = judged(_settings(key, limit), _image(Layer().file(path, b"+" * size)))
    assert not (before.status == "failed" and after.status == "passed")


def test_every_table_has_a_boundary_here() -> None:
    tables = {key.partition(".")[0].replace("-", "_") for key in (*ABSOLUTE, *GROWTH)}
    assert tables == set(LIMIT_TABLES)


def test_an_estimate_is_what_gzip_makes_of_the_layers(tmp_path) -> None:
    """Held against gzip itself at that level, which writes ten bytes in front and eight behind."""
    path = tmp_path / "image.tar"
    noise = bytes(range(256)) * 999
    path.write_bytes(docker_archive(Image([Layer().file("a", noise), Layer().file("b", b"b" * 10**6)])))
    image = imgscan.open(path)
    assert image.weigh().whole["pull_bytes"] is None
    weights = image.weigh(None, Asked(estimate_pull=True))
    analysis = image._analysis
    streams = [analysis._source.files.stream(layer.blob.name) for layer in analysis.metadata.layers]
    sizes = []
    for stream in streams:
        content = bytearray(10**7)
        view, filled = memoryview(content), 0
        while count := stream.readinto(view[filled:]):
            filled += count
        sizes.append(len(gzip_format.compress(bytes(content[:filled]), 6)))
    config = len(analysis.metadata.config_bytes)
    assert weights.estimated
    assert weights.whole["pull_bytes"] == sum(sizes) + config
    assert sorted(size for size in (weights.blobs or {}).values() if size is not None) == sorted([*sizes, config])
    outcome = image.judge(rules_of(_settings("limits.pull_bytes", 1)), weights, None, TODAY)[0]
    assert (outcome.status, outcome.estimated) == ("failed", True)


def test_compressed_layers_are_not_estimated() -> None:
    weights = PACKED.weigh(None, Asked(estimate_pull=True))
    assert (weights.estimated, weights.whole["pull_bytes"]) == (False, PACKED.size.pull_bytes)
