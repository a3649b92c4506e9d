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


@pytest.mark.parametrize(
    ("first", "second", "advice"),
    [
        ("COPY a /usr", "COPY b /usr", "leave that out of it, or of layer 0 (COPY a /usr)"),
        ("RUN apt install a", "RUN apt purge a", "join it with layer 0 (RUN apt install a), so that one layer stores"),
        ("RUN x", "RUN venv/bin/pip install -U a", "join it with layer 0 (RUN x), so that one layer stores that once"),
        ("RUN x", "RUN find /usr -exec touch {} +", "leave them alone"),
        ("RUN x", "RUN touch /usr/share/pip", "leave them alone"),
    ],
)
def test_what_comes_again_unchanged_is_avoided_by_what_one_can_do(first, second, advice):
    layers = [Layer().file(TESTS, BIG, mtime=mtime) for mtime in (1, 2)]
    image = Image(layers, history=[step(f"{each} # buildkit") for each in (first, second)])
    (found,) = findings(image, "recopied-files").found
    assert (found.layer, found.file_bytes) == (1, 5000)
    assert advice in found.edit


@pytest.mark.parametrize(
    ("command", "advice"),
    [("apt-get purge a", ", since its package manager writes "), ("touch a", ": leave out ")],
)
def test_a_package_manager_cannot_leave_out_what_it_writes_of_a_parents(command, advice):
    image = Image(
        [Layer().file("a", BIG, mtime=mtime) for mtime in (1, 2)], history=[step("x"), step(f"RUN {command}")]
    )
    (found,) = findings(image, "recopied-files", own_from=1).found
    assert f"with the same content{advice}/a" in found.edit


def test_what_was_only_stored_again_is_not_made_where_it_was_made():
    """The layer of the chown has the bytes, and removing them there would leave those of the first."""
    layers = [Layer().file("srv/a", BIG), Layer().file("srv/a", BIG, uid=7), Layer().whiteout("srv/a")]
    history = [step(f"RUN {each} # buildkit") for each in ("make", "chown 7 /srv/a", "rm /srv/a")]
    (removed,) = findings(Image(layers, history=history), "removed-files").found
    assert (removed.layer, removed.file_bytes) == (1, 5000)
    assert removed.edit == (
        "they come from layer 0, and are stored here again:\n"
        "make one RUN of RUN make and what needs its files, with && rm -rf /srv/a at its end; then drop the removal in "
        "layer 2 (RUN rm /srv/a)"
    )
