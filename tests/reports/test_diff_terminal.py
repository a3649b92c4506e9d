"""The comparison in a terminal: right numbers, one screen, within its width, whatever the images say of themselves."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports import json
from reports.diff.document import ConfigChangeSection, GrowthSection, StrictSection
from reports.diff.terminal import WIDTH, details, summary
from reports.diff.words import Measure, places
from tests.reports.diffs import (
    cause,
    diff_document,
    file_change,
    hostile_diff,
    identical_diff,
    layer_pair,
    package_change,
    tampered_diff,
)

LINES = 35
LONGEST_DETAIL = 400

HOSTILE = st.text() | st.sampled_from(
    ["<script>", "\x1b[2J", "a\r\nb", "\x9b31m", "\u202e", "\u2028::error::x", "@octocat", "a|b", "x" * 10_000, ""]
)


def test_what_it_says_of_an_ordinary_pair() -> None:
    assert summary(diff_document()) == (
        "acme/shop:1 → acme/shop:2  (linux/amd64)\n"
        "\n"
        "  root filesystem   150 MB  →   198 MB  +48.0 MB  +32.0%\n"
        "  waste                0 B  →  2.00 MB  +2.00 MB\n"
        "  pull size        40.0 MB  →  60.0 MB  +20.0 MB  +50.0%\n"
        "  layers                 3  →        4        +1\n"
        "  files                200  →      205        +5\n"
        "\n"
        "The root filesystem grew by 48.0 MB (+32.0%), to 198 MB:\n"
        "  python:numpy 2.1 → 2.3: +31.0 MB, python:llvm 15 (new): +15.0 MB, opt/model: +3.00 MB\n"
        "\n"
        "Layers: 1 same, 1 changed, 1 moved, 1 inserted, 1 removed\n"
        "  +49.0 MB  changed   1 → 2  RUN pip install numpy\n"
        "      python:numpy 2.1 → 2.3: +31.0 MB, python:llvm 15 (new): +15.0 MB, files of no package: +3.00…\n"
        "  -1.00 MB  removed       2  COPY . /srv\n"
        "      core.1234: -1.00 MB\n"
        "       0 B  inserted      1  LABEL a=b\n"
        "       0 B  moved     1 → 3  RUN true\n"
        "\n"
        "packages  4 changed: numpy 2.1 → 2.3, llvm 15 (new), idna 3.1 (removed) and 1 more\n"
        "config    2 fields: Env.PATH, User\n"
        "files     4 added, 1 removed, 1 modified, 1 with other metadata, 12 moved\n"
        "moved     srv/static → srv/public: 12 paths, 5.00 kB\n"
        "update    31.0 MB to pull in 2 layers, 82.0 MB unpacked\n"
        "          at least 49.0 MB (18.0 MB compressed), its new content; 50.0 MB is shipped again\n"
        "order     below layer 1, 1 unchanged layer could stay cached, 30.0 MB: COPY app /srv\n"
        "strict    the first difference is at level manifest: digest\n"
        "          the innermost at level entry header: layer 1, entry 0, srv: mtime\n"
        "note      A note for the reader.\n"
    )


def test_growth_goes_down_to_files_and_closes() -> None:
    tree = details(diff_document()).partition("\n\n")[0]
    assert tree == (
        "Growth by layer\n"
        "  +49.0 MB  layer 1 → 2  RUN pip install numpy\n"
        "    +31.0 MB  python:numpy 2.1 → 2.3\n"
        "      +21.0 MB  usr/lib/python3/dist-packages/numpy/core.so\n"
        "      +10.0 MB  usr/lib/python3/dist-packages/numpy.libs/\n"
        "        +6.00 MB  usr/lib/python3/dist-packages/numpy.libs/blas.so\n"
        "        +3.50 MB  usr/lib/python3/dist-packages/numpy.libs/fortran.so\n"
        "         +500 kB  others\n"
        "    +15.0 MB  python:llvm 15 (new)\n"
        "      +15.0 MB  usr/lib/libLLVM.so\n"
        "    +3.00 MB  files of no package\n"
        "      +3.00 MB  opt/model\n"
        "  -1.00 MB  layer 2  COPY . /srv\n"
        "    -1.00 MB  core.1234"
    )


def test_the_details_have_every_table() -> None:
    text = details(diff_document())
    for line in (
        "  changed     1    2    50.0 MB    99.0 MB  +49.0 MB  instruction  RUN pip install numpy",
        "  removed     2         50.0 MB             -1.00 MB               COPY . /srv",
        "  -4.00 kB  4.00 kB      0 B  removed  python     idna     3.1 (removed)",
        "    - not set",
        "    + 10001",
        "     12  5.00 kB  srv/static → srv/public",
        "       0 B      7 B      7 B  moved                                srv/static/a → srv/public/a",
        "       0 B      5 B      5 B  metadata                             etc/motd  (mode 0644 -> 0755)",
        "  -1.00 MB  1.00 MB      0 B  removed                old           core.1234",
        "  and 14 more paths",
        "      1  unknown   82.0 MB  81.0 MB                 0 B  COPY app /srv",
        "  after them it would have kept 30.0 MB in the cache",
        "  entry header, layer 1, entry 0, srv: mtime",
        "  +Hallo",
        "  and 3 more lines",
        "note: A note for the reader.",
    ):
        assert f"\n{line}\n" in text


def test_identical_images_are_told_in_a_line() -> None:
    told = "No difference in what was compared: the files that a container sees, and the configuration.\n"
    lines = summary(identical_diff()).splitlines(keepends=True)
    assert lines[2] == told
    assert lines[3:] == ["\n", "update    nothing to pull: a host with the old image has all layers\n"]
    assert "No difference: both images are the same, down to single bytes.\n" in summary(identical_diff(strict=[]))
    assert "Growth" not in details(identical_diff())


def test_the_same_files_in_other_layers_still_cost_a_pull() -> None:
    text = summary(identical_diff(cost=diff_document().cost))
    assert "No difference" in text
    assert "update    31.0 MB to pull in 2 layers" in text


def test_an_image_that_shrank_and_one_that_only_differs() -> None:
    made = diff_document()
    shrunk = msgspec.structs.replace(
        made, old=made.new, new=made.old, growth=GrowthSection(-48_000_000, [], [], -48_000_000, [])
    )
    assert "\nThe root filesystem shrank by 48.0 MB (-24.2%), to 150 MB.\n" in summary(shrunk)
    level = msgspec.structs.replace(made, new=made.old, growth=GrowthSection(0, [], [], 0, []))
    assert "\nThe root filesystem is as large as it was, 150 MB; 19 paths differ in it.\n" in summary(level)


def test_what_is_only_a_part_of_the_growth_is_told_as_such() -> None:
    part = diff_document(growth=GrowthSection(5, [], [], 5, []))
    assert "\nWhat was looked at grew by 5 B; the root filesystem as a whole grew by 48.0 MB.\n" in summary(part)
    nothing = diff_document(growth=GrowthSection(0, [], [], 0, []))
    told = "What was looked at is as large as it was; the root filesystem as a whole grew by 48.0 MB."
    assert f"\n{told}\n" in summary(nothing)


@pytest.mark.parametrize(("paths", "told"), [(0, "no path differs"), (1, "1 path differs"), (2, "2 paths differ")])
def test_paths_that_differ_are_counted_in_plain_english(paths: int, told: str) -> None:
    made = diff_document()
    counts = [msgspec.structs.replace(made.files.counts[0], paths=paths)]
    files = msgspec.structs.replace(made.files, counts=counts)
    level = msgspec.structs.replace(made, new=made.old, growth=GrowthSection(0, [], [], 0, []), files=files)
    assert f"\nThe root filesystem is as large as it was, 150 MB; {told} in it.\n" in summary(level)


@pytest.mark.parametrize(
    ("strict", "told"),
    [
        (None, None),
        ([], "strict    the same, down to single bytes\n"),
        ([StrictSection("config", "User", "1", "2")], "strict    the first difference is at level config: User\n"),
    ],
)
def test_strict_says_the_level(strict: list[StrictSection] | None, told: str | None) -> None:
    lines = [line for line in summary(diff_document(strict=strict)).splitlines(keepends=True) if "strict" in line]
    assert lines == ([told] if told else [])


def test_layers_in_a_row_are_told_as_one() -> None:
    pairs = [layer_pair("inserted", None, at, "RUN true") for at in (3, 4, 5, 7, 9, 10)]
    assert places([*pairs, layer_pair("moved", 2, 11, "RUN true")]) == "3-5, 7, 9-10, 2 → 11"
    many = diff_document(layers=[layer_pair("changed", at, at, "RUN true", 1) for at in range(120)])
    assert "  and 116 more layers, +116 B together: 4-119\n" in summary(many)


def _large(items: int) -> object:
    made = diff_document()
    parts = [cause("directory", f"opt/{at}", 1, cause("file", f"opt/{at}/a", 1)) for at in range(10)]
    return diff_document(
        layers=[layer_pair("changed", at, at, "RUN make", 100 - at) for at in range(100)],
        growth=GrowthSection(
            5050, [cause("layer", "RUN make", 100 - at, *parts, pair=at) for at in range(10)], [], 5050, []
        ),
        packages=[package_change(f"p{at}", "added", [], ["1"], 0, 1) for at in range(items)],
        config=[ConfigChangeSection(f"Env.V{at}", "1", "2") for at in range(items)],
        files=msgspec.structs.replace(
            made.files,
            moved_folders=made.files.moved_folders * 20,
            changes=[file_change(f"f{at}", "added", 0, 1) for at in range(items)],
        ),
        cost=msgspec.structs.replace(made.cost, reorderings=made.cost.reorderings * 5),
        notes=["A note. " * 100] * items,
        strict=[StrictSection("content", "x" * 500, "a", "b")] * 7,
    )


@pytest.mark.parametrize("items", [0, 1, 10, 3000])
def test_any_pair_fits_on_a_screen(items: int) -> None:
    lines = summary(_large(items)).splitlines()  # type: ignore[arg-type]
    assert len(lines) <= LINES
    assert max(map(len, lines)) <= WIDTH


SENTENCE = 400


@given(HOSTILE)
def test_hostile_text_stays_in_its_line(text: str) -> None:
    for made, shape in ((hostile_diff, hostile_diff("word")), (tampered_diff, tampered_diff("word"))):
        for render, width in ((summary, WIDTH), (details, LONGEST_DETAIL)):
            shown = render(made(text))
            assert [each for each in shown if not (each.isprintable() or each == "\n")] == []
            assert not text or shown.count("\n") == render(shape).count("\n")
            *lengths, longest = sorted(map(len, shown.splitlines()))
            assert max(lengths) <= width
            assert longest <= SENTENCE  # one line says what grew, and is not cut


def test_equal_documents_give_equal_text() -> None:
    made = hostile_diff("a | b")
    again = json.parse_diff(json.render(made).encode(), "saved.json")
    assert (summary(again), details(again)) == (summary(made), details(made))


def _reasons(*files: int) -> str:
    """The line below the verdict, for one directory with files that grew by so much."""
    parts = [cause("file", f"opt/{at}", count) for at, count in enumerate(files)]
    whole = sum(files)
    layer = cause("layer", "RUN make", whole, cause("package", "", whole, cause("directory", "opt", whole, *parts)))
    made = diff_document(growth=GrowthSection(whole, [layer], [], whole, []))
    return summary(made).splitlines()[9]


def test_a_directory_is_named_by_its_file_only_where_that_is_most_of_it() -> None:
    assert _reasons(600, 300, 100) == "  opt/0: +600 B"
    assert _reasons(400, 300, 300) == "  opt/: +1.00 kB"
    assert _reasons(25_000_000, -22_500_000) == "  opt/: +2.50 MB"
    assert _reasons(-500, 100) == "  opt/: -400 B"


def test_layers_that_only_changed_give_way_to_those_that_tell_more() -> None:
    changed = [layer_pair("changed", at, at, "RUN make") for at in range(5)]
    text = summary(diff_document(layers=[*changed, layer_pair("inserted", None, 5, "RUN new")]))
    assert "\n  0 B  inserted  5  RUN new\n  and 5 more layers, 0 B together: 0-4\n" in text
    assert "  and 1 more layer, 0 B together: 4\n" in summary(diff_document(layers=changed))


def test_sizes_that_differ_never_look_the_same() -> None:
    assert Measure("Waste", 12_345_678, 12_345_679).texts == ("12,345,678 B", "12,345,679 B", "+1 B")
    assert Measure("Waste", 12_345_678, 12_345_678).texts == ("12.3 MB", "12.3 MB", "0 B")
