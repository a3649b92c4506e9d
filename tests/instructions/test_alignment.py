"""Which history entry made which layer: all of it where the counts agree, else nothing, and what is said then."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

import imgscan
from analyzer.instructions.alignment import align
from tests.real.samples import SAMPLES


@dataclass(frozen=True)
class Row:
    created_by: str | None = None
    empty_layer: bool = False
    comment: str | None = None


def rows(*texts: str) -> list[Row]:
    """A row for each text; those in parentheses made no layer."""
    return [Row(text.strip("()"), text.startswith("(")) for text in texts]


def test_trap_37_rows_without_a_layer_use_up_none():
    history = rows("(ENV A=1)", "COPY one", "(LABEL)", "(USER)", "RUN two", "(CMD)")
    assert align(history, 2) == ([1, 4], ())


@pytest.mark.parametrize(
    ("history", "layers", "told"),
    [
        (rows("RUN 1"), 3, "history describes 1 layers, the image has 3"),
        (rows("RUN 1", "(CMD)", "RUN 2"), 1, "history describes 2 layers, the image has 1"),
        (rows("RUN 1"), 0, "history describes 1 layers, the image has 0"),
        (rows("(RUN 1)", "(CMD)"), 2, "history has 2 rows and says that none of them made a layer, the image has 2"),
    ],
)
def test_trap_37_a_history_that_does_not_fit_is_told_and_proves_nothing(history, layers, told):
    assert align(history, layers) == ([None] * layers, (f"{told}: instructions are unknown",))


def test_trap_37_an_absent_history_is_no_fault():
    assert align([], 3) == ([None] * 3, ())


def test_trap_38_a_squashed_image_says_what_its_layer_was_joined_from():
    """`docker build --squash` keeps the rows and adds one for the sum."""
    image = imgscan.open(SAMPLES / "squashed.tar")
    (layer,) = [row["layer"] for row in image.layers.to_pylist() if row["created_by"] is None]
    assert layer == 3
    assert image.notes == (
        "layer 3 was joined from several instructions: it holds what rows 10 to 32 of the history made, and "
        "stands at row 32",
    )


def test_trap_38_a_builder_that_makes_one_layer_of_all_is_told():
    """buildah without --layers: the LABEL holds what COPY did."""
    image = imgscan.open(SAMPLES / "multi-platform.tar", platform="linux/amd64")
    (note,) = image.notes
    assert note.startswith("layer 0 was joined from several instructions")


@pytest.mark.parametrize("name", ["committed.tar", "imported.tar.gz", "repacked-by-umoci.tar", "app-2.0.tar"])
def test_trap_38_commits_and_imports_have_their_row_and_nothing_to_tell(name):
    image = imgscan.open(SAMPLES / name)
    made = [entry.created_by for entry in image.config.history or [] if not entry.empty_layer]
    assert image.layers["created_by"].to_pylist() == made
    assert image.notes == ()


HISTORIES = st.lists(
    st.builds(
        Row,
        st.sampled_from([None, "", "COPY a b", "RUN x", "ENV A=1"]),
        st.booleans(),
        st.sampled_from([None, "merge a to b"]),
    )
)


@given(HISTORIES, st.integers(0, 8))
def test_rows_are_in_order_made_a_layer_each_and_none_is_guessed(history, layers):
    found, notes = align(history, layers)
    made = [index for index, row in enumerate(history) if not row.empty_layer]
    assert found == (made if len(made) == layers else [None] * layers)
    assert bool(notes) or len(made) == layers or not history
