"""The summary in the terminal: right numbers, aligned, within its width, whatever the image says of itself."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.document import LedgerSection, PackagesSection, SizeSection, WastePath, WasteSection
from reports.terminal import LAYERS_SHOWN, PATHS_SHOWN, WIDTH, summary
from tests.reports.documents import document, empty_document, image, layer, package, packages

BARS = re.compile("[█▒░]+")


def _lines(made) -> list[str]:
    return summary(made).splitlines()


def _bars(made) -> list[str]:
    """The bars, without the line that explains them."""
    return [found[0] for line in _lines(made) if "seen" not in line and (found := BARS.search(line))]


def test_what_it_says_of_an_ordinary_image() -> None:
    assert summary(document()) == (
        "acme/shop:1  (oci-archive, linux/amd64, 2 layers, 2 files)\n"
        "\n"
        "  a container sees     10 B\n"
        "  stored, never seen    6 B  37.5% of all files\n"
        "  its own layers        6 B  on debian:12, 10 B of files\n"
        "  to pull             400 B  2.06 kB unpacked\n"
        "\n"
        "  layer     size  wasted  █ seen ▒ wasted ░ tar  instruction\n"
        "      0  1.03 kB     6 B  █▒░░░░░░░░░░░░░░░░░░░  COPY app /srv/app\n"
        "      1  1.03 kB          █░░░░░░░░░░░░░░░░░░░░  RUN chown 1:1 /srv/app\n"
        "\n"
        "37.5% of the stored file bytes (6 B) are never seen by a container. All of that was recopied, and layer 1 "
        "alone accounts for 6 B: RUN chown 1:1 /srv/app\n"
        "  6 B  recopied  layer 0 → 1  srv/app\n"
        "\n"
        "2 packages own 6 B of 10 B; largest libshop 1.2-1 (6 B)\n"
        "\n"
        "What to change, 6 B in all (imgscan findings says how):\n"
        "  6 B  layer 1  Copies made by chown\n"
        "  6 B  config   Copies made by chown\n"
        "  and 1 more finding\n"
        "\n"
        "note: A note for the reader.\n"
    )


def test_what_it_says_of_an_empty_image() -> None:
    text = summary(empty_document())
    assert "\n  no layers\n" in text
    assert "This image stores no file content." in text
    assert "0 layers, 0 files" in text


def test_without_a_pull_size_the_unpacked_size_is_told() -> None:
    text = summary(document(size=SizeSection(None, 2064, 16, 10, 6, 0.625, 2, 2)))
    assert "to pull" not in text
    assert "  layers, unpacked    2.06 kB  the pull size is unknown\n" in text


def test_bars_are_on_one_scale() -> None:
    """The largest layer fills the bar; each part that is there has a mark, however small."""
    ledgers = [LedgerSection(1000, 0, 0, 0, 0, 0), LedgerSection(400, 100, 0, 0, 0, 0), LedgerSection(1, 1, 0, 0, 0, 1)]
    made = document(layers=[layer(index, ledger=ledger) for index, ledger in enumerate(ledgers)])
    assert _bars(made) == ["█" * 20, "█" * 8 + "▒" * 2, "█▒░"]


@given(st.lists(st.builds(LedgerSection, *[st.integers(0, 10**13)] * 6), min_size=1, max_size=30))
def test_layers_keep_to_the_width_and_the_largest_are_shown(ledgers: list[LedgerSection]) -> None:
    made = document(layers=[layer(index, "RUN " + "x" * 300, ledger) for index, ledger in enumerate(ledgers)])
    start = next(number for number, line in enumerate(_lines(made)) if line.startswith("  layer "))
    block = _lines(made)[start + 1 :]
    block = block[: block.index("")]
    rest = max(len(ledgers) - LAYERS_SHOWN, 0)
    shown = [int(line.split()[0]) for line in block[: len(block) - bool(rest)]]
    sizes = [each.tar_bytes for each in made.layers]
    assert shown == sorted(shown)
    assert len(shown) == min(len(ledgers), LAYERS_SHOWN)
    hidden = [size for index, size in enumerate(sizes) if index not in shown]
    assert not hidden or max(hidden) <= min(sizes[index] for index in shown)
    assert not rest or block[-1].startswith(f"  and {rest} smaller layer")
    assert all(len(line) <= WIDTH for line in block)
    assert all(len(bar) <= 21 for bar in _bars(made))


@pytest.mark.parametrize("count", [PATHS_SHOWN, PATHS_SHOWN + 1, PATHS_SHOWN + 2])
@pytest.mark.parametrize("omitted", [0, 1000])
def test_wasted_files_that_are_not_shown_are_counted(count: int, omitted: int) -> None:
    made = document()
    paths = [WastePath(f"srv/{number}", 6, 5, "removed", 0, 1) for number in range(count)]
    counts = type(made.omitted)(omitted, 0, 0, 0, 0)
    waste = WasteSection(6, made.waste.by_cause, made.waste.by_layer, [], paths)
    text = summary(document(waste=waste, omitted=counts))
    assert text.count("removed  layer 0 → 1  srv/") == PATHS_SHOWN
    more = count + omitted - PATHS_SHOWN
    told = f"\n  and {more:,} more wasted file{'' if more == 1 else 's'}\n"
    assert (told in text) == bool(more)


def test_packages_take_one_line_and_name_as_many_as_fit() -> None:
    def line(*named: str) -> str:
        largest = [package(name, file_bytes=6 - at) for at, name in enumerate(named)]
        text = summary(document(packages=packages(packages=1204, largest=largest)))
        return next(each for each in text.splitlines() if "packages own" in each)

    assert line() == "1,204 packages own 6 B of 10 B"
    assert line("a", "b") == "1,204 packages own 6 B of 10 B; largest a 1.2-1 (6 B), b 1.2-1 (5 B)"
    assert line("a", "b", "c", "d").endswith("c 1.2-1 (4 B)")
    assert line("a", "b" * 45).endswith("a 1.2-1 (6 B)")
    assert len(line("a" * 500, "b")) <= WIDTH


@pytest.mark.parametrize("made", [None, packages(packages=0, largest=[])])
def test_without_packages_there_is_no_line_about_them(made: PackagesSection | None) -> None:
    assert "package" not in summary(document(packages=made))


HOSTILE = st.text() | st.sampled_from(
    ["\x1b[2J", "a\r\nb", "\x9b31m", "\u202e", "\u2028::error::x", "\x07", "x" * 5000]
)


@given(HOSTILE)
def test_hostile_text_stays_in_its_line(text: str) -> None:
    made = document(
        image=image(name=text, platform=text, format=text),
        layers=[layer(0, text, LedgerSection(4, 0, 6, 0, 0, 9)), layer(1, text, LedgerSection(4, 0, 6, 0, 0, 9))],
        waste=WasteSection(
            6, document().waste.by_cause, document().waste.by_layer, [], [WastePath(text, 6, 5, text, 0, 1)]
        ),
        notes=[text],
        packages=packages(largest=[package(text, version=text)]),
    )
    shown = summary(made)
    assert [each for each in shown if not (each.isprintable() or each == "\n")] == []
    assert shown.count("\n") == summary(document()).count("\n")
    assert max(map(len, shown.splitlines())) <= 3 * WIDTH


def test_equal_documents_give_equal_text() -> None:
    assert summary(document()) == summary(document())
