"""What rules count, and that none passes for what could not be computed."""

import gzip as gzip_format

import pytest

import imgscan
from analyzer.errors import UnknownFigureError
from analyzer.gates.figures import FIGURES
from analyzer.gates.rules import rules_of
from analyzer.gates.weights import Asked, Weights
from analyzer.settings_gate import Forbidden, GateSettings, Required
from tests.diff.pairs import image_of
from tests.gates.judging import TODAY, grown_with, image_with, judged, settings_of
from tests.images import Image, Layer, docker_archive, gzip

IMAGE = image_with()
PACKED, MORE_PACKED = image_with(compression=gzip), image_with(Layer().file("srv/c", b"d" * 999), compression=gzip)


def test_a_package_that_the_baseline_has_not_is_all_growth() -> None:
    before = image_of(Layer().file("f", b"12345"))
    for allowed, status in ((5, "passed"), (4, "failed"), ("50%", "failed")):
        assert judged(settings_of("growth-of-packages.a", allowed), IMAGE, before).status == status


def test_the_pull_delta_is_what_the_baseline_lacks() -> None:
    """Worked out from the manifests: the third layer, and the config."""
    blobs = {each["digest"]: each["blob_bytes"] for each in MORE_PACKED.layers.to_pylist()}
    known = {each["digest"] for each in PACKED.layers.to_pylist()}
    (layer,) = [size for digest, size in blobs.items() if digest not in known]
    config = MORE_PACKED.size.pull_bytes - sum(blobs.values())
    assert judged(settings_of("growth.pull_delta_bytes", 0), MORE_PACKED, PACKED).found == layer + config
    whole = PACKED.size.pull_bytes
    assert judged(settings_of("growth.pull_delta_bytes", "50%"), MORE_PACKED, PACKED).limit == whole // 2


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
        judged(settings_of(key, 2**62), PACKED, NOTHING)


@pytest.mark.parametrize("key", ["dpkg:a", "dpkg:A"])
def test_a_package_that_a_baseline_has_is_judged_though_others_are_left_out(key: str) -> None:
    """The parent of `image_with` brings 5 bytes of it, and the layers 1,000."""
    before = Weights("before", "linux/amd64", {}, {}, packages={"dpkg:a": 5}, packages_left_out=1)
    for allowed, status in ((994, "failed"), (995, "passed")):
        settings = settings_of(f"growth-of-packages.{key}", allowed)
        assert judged(settings, image_with(*grown_with(1000)), before).status == status


@pytest.mark.parametrize("key", ["dpkg:b", "dpkg:*", "a", "*"])
def test_packages_of_which_a_baseline_may_have_left_some_out_are_trouble_with_a_way_out(key: str) -> None:
    before = Weights("before", "linux/amd64", {}, {}, packages={"dpkg:a": 5}, packages_left_out=18)
    with pytest.raises(UnknownFigureError, match="only its 1 largest packages are known, 18 are not") as error:
        judged(settings_of(f"growth-of-packages.{key}", 1), image_with(), before)
    assert "take the image itself as the baseline" in str(error.value.hint)


def test_what_is_not_known_of_plain_layers_is_trouble() -> None:
    for key in ("limits.pull_bytes", "growth.pull_delta_bytes"):
        with pytest.raises(UnknownFigureError, match="not known"):
            judged(settings_of(key, 2**62), image_with(Layer().file("x", b"y")), IMAGE)
    for image, before in ((MORE_PACKED, IMAGE), (IMAGE, PACKED)):
        with pytest.raises(UnknownFigureError):
            judged(settings_of("growth.pull_delta_bytes", 2**62), image, before)
    assert judged(settings_of("growth.pull_delta_bytes", 0), IMAGE, IMAGE).found == 0


def test_a_layer_that_nobody_knows_the_instruction_of_is_trouble() -> None:
    with pytest.raises(UnknownFigureError, match="what made layer 0 is not known") as error:
        judged(settings_of("layers.RUN *", 2**62), image_of(Layer().file("a", b"1"), history=[]))
    assert "--own --parent IMAGE" in str(error.value.hint)
    assert judged(settings_of("layers.RUN *", 0), image_of(Layer(), history=[])).status == "passed"


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
    outcome = image.judge(rules_of(settings_of("limits.pull_bytes", 1)), weights, None, TODAY)[0]
    assert (outcome.status, outcome.estimated) == ("failed", True)


def test_compressed_layers_are_not_estimated() -> None:
    weights = PACKED.weigh(None, Asked(estimate_pull=True))
    assert (weights.estimated, weights.whole["pull_bytes"]) == (False, PACKED.size.pull_bytes)


ABOUT_PACKAGES = ("packages.rpm:*", "growth-of-packages.x", "forbidden.packages")


def _about(key: str) -> GateSettings:
    return GateSettings(forbidden=Forbidden(packages=("x",))) if key.startswith("forbidden") else settings_of(key, 1)


@pytest.mark.parametrize("key", ABOUT_PACKAGES)
@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("var/lib/dpkg/status", b"\xff\xfe"),
        ("lib/apk/db/installed", b"\0"),
        ("var/lib/rpm/rpmdb.sqlite", b"SQLite format 3\0" + b"x" * 99),
        ("usr/lib/sysimage/rpm/Packages.db", b"RpmP"),
    ],
)
def test_packages_that_cannot_be_read_are_trouble(key: str, path: str, content: bytes) -> None:
    damaged = image_of(Layer().file(path, content))
    with pytest.raises(UnknownFigureError, match=f"no package can be read of {path}"):
        judged(_about(key), damaged, damaged)
    for image in (image_of(Layer().file(path, b"")), image_of(Layer().file(path, content), Layer().whiteout(path))):
        assert judged(_about(key), image, image).status == "passed"


@pytest.mark.parametrize("key", ABOUT_PACKAGES)
def test_packages_that_there_was_no_room_for_are_trouble(key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    image = image_with()
    monkeypatch.setattr(type(image._analysis), "package_notes", ("more than 9 packages in the layers",))
    with pytest.raises(UnknownFigureError, match="cannot be judged: more than 9 packages in the layers"):
        judged(_about(key), image, IMAGE)
    assert judged(settings_of("limits.files", 99), image).status == "passed"
