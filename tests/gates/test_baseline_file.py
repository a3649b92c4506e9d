"""Baseline files: what is written is read again, to the byte, and whatever else is in one is a clear line."""

import tomllib
from contextlib import suppress
from datetime import date
from pathlib import Path

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from analyzer.errors import BaselineError
from analyzer.gates.baseline import (
    EMPTY,
    FIRST,
    Approved,
    Baseline,
    Entry,
    Parent,
    Snapshot,
    entry_for,
    key_for,
    renewed,
)
from analyzer.gates.baseline_file import BASELINE_BYTES_LIMIT, decoded, encoded, is_baseline, read_baseline
from analyzer.gates.figures import FIGURES
from analyzer.settings_gate import ImageSettings

NAMES = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
BYTES = st.integers(0, 2**63 - 1)
DAYS = st.dates()
SUMS = st.dictionaries(NAMES, st.integers(0, 2**40), max_size=4)
WHOLE = st.fixed_dictionaries(
    {
        key: (st.floats(0, 1) if each.unit == "share" else BYTES)
        for key, each in FIGURES.items()
        if key != "rootfs_bytes"
    }
)
PARENTS = st.builds(Parent, name=NAMES, evidence=NAMES, layers=BYTES)


@st.composite
def snapshots(draw: st.DrawFn) -> Snapshot:
    packages, unowned = draw(SUMS), draw(st.integers(0, 2**40))
    return Snapshot(
        image=draw(NAMES),
        on=draw(DAYS),
        whole=draw(WHOLE) | {"rootfs_bytes": unowned + sum(packages.values())},
        own=draw(st.none() | WHOLE),
        parent=draw(st.none() | PARENTS),
        unowned=unowned,
        packages=packages,
        directories=draw(SUMS),
        directories_left_out=draw(st.integers(0, 9)),
        paths=draw(SUMS),
        blobs=draw(st.dictionaries(NAMES, BYTES | st.just("plain"), max_size=3)),
    )


@st.composite
def baselines(draw: st.DrawFn) -> Baseline:
    made = EMPTY
    for key, platform in draw(st.lists(st.tuples(NAMES, NAMES), max_size=3)):
        for reason in draw(st.lists(st.none() | NAMES, min_size=1, max_size=3)):
            made = renewed(made, key, platform, draw(snapshots()), reason)
    return made


def snapshot(rootfs_bytes: int = 100, image: str = "acme/app:1.0", on: date = date(2026, 5, 1), **more) -> Snapshot:
    return Snapshot(image=image, on=on, whole={"rootfs_bytes": rootfs_bytes}, unowned=rootfs_bytes, **more)


def one(*steps: tuple[Snapshot, str | None]) -> Baseline:
    made = EMPTY
    for each, reason in steps:
        made = renewed(made, "acme/app", "linux/amd64", each, reason)
    return made


@given(baselines())
def test_what_is_written_is_read_again(baseline: Baseline) -> None:
    content = encoded(baseline)
    assert decoded(content, "b.toml") == decoded(b"\xef\xbb\xbf" + content, "b.toml") == baseline
    assert encoded(decoded(content, "b.toml")) == content
    assert is_baseline(content)


@given(baselines())
def test_the_order_in_which_entries_came_is_not_seen(baseline: Baseline) -> None:
    backwards = {name: dict(reversed(each.items())) for name, each in reversed(baseline.images.items())}
    assert encoded(Baseline(1, backwards)) == encoded(baseline)


def test_the_file_has_a_line_a_figure_under_the_name_of_its_image() -> None:
    made = one((snapshot(packages={}, blobs={"sha256:00": "plain"}, parent=Parent("acme/base:1", "chain-id", 3)), None))
    text = encoded(made).decode()
    assert text.splitlines() == [
        "# What images weighed when somebody approved of it; imgscan baseline update writes this.",
        "imgscan-baseline = 1",
        "",
        '[images."acme/app"."linux/amd64".approved]',
        'image = "acme/app:1.0"',
        "on = 2026-05-01",
        f'reason = "{FIRST}"',
        "unowned = 100",
        "",
        '[images."acme/app"."linux/amd64".approved.blobs]',
        '"sha256:00" = "plain"',
        "",
        '[images."acme/app"."linux/amd64".approved.parent]',
        'evidence = "chain-id"',
        "layers = 3",
        'name = "acme/base:1"',
        "",
        '[images."acme/app"."linux/amd64".approved.whole]',
        "rootfs_bytes = 100",
    ]
    assert tomllib.loads(text)["images"]["acme/app"]["linux/amd64"]["approved"]["on"] == date(2026, 5, 1)


def test_only_a_reason_approves() -> None:
    first, later, last = snapshot(100), snapshot(104, "acme/app:1.1"), snapshot(105, "acme/app:1.2")

    def state(*steps: tuple[Snapshot, str | None]) -> tuple[float, float, str, int | None]:
        entry = entry_for(one(*steps), "acme/app:9", "linux/amd64")
        assert entry is not None
        approved = entry.approved
        return approved.whole["rootfs_bytes"], entry.last.whole["rootfs_bytes"], approved.reason, approved.growth

    assert state((first, None)) == (100, 100, FIRST, None)
    assert state((first, "begin")) == (100, 100, "begin", None)
    assert state((first, None), (later, None)) == (100, 104, FIRST, None)
    assert state((first, None), (later, None), (last, None)) == (100, 105, FIRST, None)
    assert state((first, None), (later, None), (last, "new parser")) == (105, 105, "new parser", 5)
    assert state((first, None), (later, None), (first, None)) == (100, 100, FIRST, None)
    assert state((first, None), (later, "up"), (first, "down")) == (100, 100, "down", -4)


def test_a_build_that_weighs_the_same_changes_nothing() -> None:
    again = snapshot(100, "acme/app:1.1", date(2026, 6, 1))
    assert encoded(one((snapshot(100), None), (again, None))) == encoded(one((snapshot(100), None)))
    grown, grown_again = snapshot(104), snapshot(104, "acme/app:1.2", date(2026, 7, 1))
    both = (snapshot(100), None), (grown, None)
    assert encoded(one(*both, (grown_again, None))) == encoded(one(*both))


def test_an_image_is_found_by_its_name_a_glob_or_without_its_tag() -> None:
    baseline = EMPTY
    for key in ("acme/app", "acme/app:*-slim", "acme/app:exact-slim", "localhost:5000/app"):
        baseline = renewed(baseline, key, "linux/amd64", snapshot(image=key), None)

    def found(image: str, platform: str = "linux/amd64") -> str | None:
        entry = entry_for(baseline, image, platform)
        return entry and entry.approved.image

    assert found("acme/app:2.0") == found("acme/app") == found("acme/app@sha256:00") == "acme/app"
    assert found("acme/app:2.0-slim") == "acme/app:*-slim"
    assert found("acme/app:exact-slim") == "acme/app:exact-slim"
    assert found("localhost:5000/app:7") == "localhost:5000/app"
    assert found("other/app:2.0") is found("acme/app:2.0", "linux/arm64") is None
    twice = renewed(baseline, "acme/app:2*", "linux/amd64", snapshot(), None)
    with pytest.raises(
        BaselineError, match=r"acme/app:2-slim matches several entries of the baseline: acme/app:\*-slim"
    ):
        key_for(twice, "acme/app:2-slim")


def test_an_unknown_platform_has_a_name() -> None:
    baseline = renewed(EMPTY, "rootfs.tar", "", snapshot(), None)
    assert list(baseline.images["rootfs.tar"]) == ["unknown"]
    assert entry_for(baseline, "rootfs.tar", "") is not None


GOOD = encoded(one((snapshot(), None))).decode()
CONFLICT = GOOD.replace(
    "rootfs_bytes = 100", "<<<<<<< HEAD\nrootfs_bytes = 100\n=======\nrootfs_bytes = 200\n>>>>>>> other"
)
BAD = {
    CONFLICT: "b.toml, line 11: a merge left its marks",
    CONFLICT.replace("\n", "\r\n"): "b.toml, line 11: a merge left its marks",
    GOOD + '[images."acme/app"."linux/amd64".approved]\n': "b.toml, line 12: damaged: a name that is there already",
    GOOD + "rootfs_bytes = 2\n": "b.toml, line 12: damaged: a name that is there already",
    GOOD.replace("unowned", "unowend"): "b.toml: there is no key images.\"acme/app\".\"linux/amd64\".approved.unowend",
    GOOD.replace("rootfs_bytes = 100", "rootfs_byte = 100"): "b.toml: acme/app for linux/amd64, approved: there is no figure rootfs_byte",
    GOOD.replace("rootfs_bytes = 100", "files = 1"): "b.toml: acme/app for linux/amd64, approved: rootfs_bytes is missing",
    GOOD.replace("rootfs_bytes = 100", "rootfs_bytes = -1"): 'b.toml: images."acme/app"."linux/amd64".approved.whole.rootfs_bytes cannot be -1',
    GOOD.replace("rootfs_bytes = 100", "rootfs_bytes = 100\nfiles = nan"): 'b.toml: images."acme/app"."linux/amd64".approved.whole.files cannot be nan',
    GOOD.replace("rootfs_bytes = 100", "rootfs_bytes = 100\nfiles = 1.5"): "b.toml: acme/app for linux/amd64, approved: files cannot be 1.5",
    GOOD.replace("rootfs_bytes = 100", "rootfs_bytes = 300"): "b.toml: acme/app for linux/amd64, approved: packages and the rest sum up to 100 bytes, rootfs_bytes is 300",
    GOOD.replace("imgscan-baseline = 1", "imgscan-baseline = 2"): "b.toml: imgscan-baseline cannot be 2",
    GOOD.replace("on = 2026-05-01", 'on = "soon"'): 'b.toml: images."acme/app"."linux/amd64".approved.on has to be a date',
    GOOD.replace("= 100", "= " + "1" * 5000): "b.toml, line 8: damaged: a number of too many digits",
    "[" * 9000: "b.toml",
    "a." * 50_000 + "a = 1": "b.toml, line 1: damaged: a key of too many parts",
    GOOD[:-30]: "b.toml",
    "": "b.toml: it has no imgscan-baseline",
    GOOD + '[images."acme/app"."linux/amd64".approved.blobs]\na = "odd"\n': "b.toml: acme/app for linux/amd64, approved: a blob cannot be 'odd'",
}  # fmt: skip


@pytest.mark.parametrize("text", BAD, ids=list(BAD.values()))
def test_what_is_wrong_with_a_file_is_one_line(text: str) -> None:
    with pytest.raises(BaselineError) as told:
        decoded(text.encode(), "b.toml")
    assert str(told.value).startswith(BAD[text])
    assert "\n" not in str(told.value)


@given(st.binary(max_size=300))
@example(b"\xff\xfe")
def test_any_bytes_are_a_baseline_or_an_error(content: bytes) -> None:
    with pytest.raises(BaselineError):
        decoded(content, "b.toml")


@given(st.data())
def test_a_damaged_file_is_an_error_or_another_baseline(data: st.DataObject) -> None:
    content = bytearray(GOOD.encode())
    at = data.draw(st.integers(0, len(content) - 1))
    content[at] ^= data.draw(st.integers(1, 255))
    with suppress(BaselineError):
        read = decoded(bytes(content), "b.toml")
        assert decoded(encoded(read), "b.toml") == read


def test_a_file_that_is_not_there_or_too_large(tmp_path: Path) -> None:
    with pytest.raises(BaselineError, match="No such file"):
        read_baseline(tmp_path / "b.toml")
    with (tmp_path / "b.toml").open("wb") as file:
        file.truncate(BASELINE_BYTES_LIMIT + 1)
    with pytest.raises(BaselineError, match="more than 16,777,216 bytes"):
        read_baseline(tmp_path / "b.toml")


def test_images_and_reports_are_no_baselines() -> None:
    root = Path(__file__).resolve().parents[2]
    for path in ("sample_images/app-1.0.tar", "pyproject.toml"):
        assert not is_baseline((root / path).read_bytes())
    assert is_baseline(CONFLICT.encode())


def test_nobody_has_to_know_the_classes() -> None:
    """The file is plain TOML: other tools read it."""
    entry = Entry(Approved(**msgspec.structs.asdict(snapshot()), reason="x"))
    read = tomllib.loads(encoded(Baseline(1, {"a": {"p": entry}})).decode())
    assert read["images"]["a"]["p"]["approved"]["whole"] == {"rootfs_bytes": 100}


def test_an_image_is_found_by_either_of_its_names() -> None:
    """Engines that keep images in containerd write the registry in front that others leave out."""
    short, long = "acme/app:2.0", "docker.io/acme/app:2.0"
    for name in (short, long):
        assert key_for(EMPTY, name) == "acme/app"
        for key in (short, "acme/*", "*app:2*"):
            assert key_for(Baseline(1, {key: {}}), name) == key
        section = ImageSettings(name="acme/app:*")
        assert section.fits(name, "linux/amd64")
    assert not ImageSettings(name="acme/app:*").fits("registry.example/acme/app:2.0", "linux/amd64")
    assert key_for(EMPTY, "registry.example/acme/app:2.0") == "registry.example/acme/app"
