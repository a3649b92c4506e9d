"""What one instruction brings again goes only where that instruction is edited, too: each layer counts its own bytes."""

import pytest

from tests.findings.finding import findings
from tests.images import Image, Layer, step

TESTS = "usr/lib/python3/site-packages/numpy/tests/test_a.py"
BIG = b"1" * 5000


def found(rule: str, path: str, *instructions: str, **changed: int) -> list[tuple[int, int]]:
    """The layers of the findings about a file that each instruction stores, and their bytes."""
    layers = [Layer().file(path, BIG, **(changed if number else {})) for number in range(len(instructions))]
    image = Image(layers, history=[step(f"{each} # buildkit") for each in instructions])
    return sorted((each.layer, each.file_bytes) for each in findings(image, rule).found)


@pytest.mark.parametrize(
    ("second", "changed", "by_layer"),
    [
        ("RUN pip install numpy pandas", {}, [(0, 5000), (1, 5000)]),
        ("COPY --from=build /usr /usr", {"uid": 7}, [(0, 5000), (1, 5000)]),
        ("RUN pip install pandas && chown -R 7 /usr/lib", {"uid": 7}, [(0, 10000)]),
        ("RUN chown -R 7 /usr/lib", {"uid": 7}, [(0, 10000)]),
        ("RUN find /usr -exec touch {} +", {"mtime": 7}, [(0, 10000)]),
    ],
)
def test_a_later_copy_goes_with_the_first_unless_it_comes_from_outside_again(second, changed, by_layer):
    assert found("test-files", TESTS, "RUN pip install numpy", second, **changed) == by_layer


def test_lists_that_are_loaded_twice_are_removed_twice():
    assert found("apt-lists", "var/lib/apt/lists/a", "RUN apt-get update", "RUN apt-get update") == [
        (0, 5000),
        (1, 5000),
    ]


def test_an_owner_is_set_where_the_file_was_brought_last():
    layers = [Layer().file("srv/a", BIG, uid=uid) for uid in (0, 0, 7)]
    history = [step(f"{each} # buildkit") for each in ("COPY a /srv", "COPY b /srv", "RUN chown 7:0 /srv/a")]
    (found,) = (each for each in findings(Image(layers, history=history), "recopied-files").found if each.layer == 2)
    assert found.edit.endswith("COPY --chown=7:0 b /srv  # layer 1")
