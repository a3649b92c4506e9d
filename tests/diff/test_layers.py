"""Which layer became which, and what an update costs because of it."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

import imgscan
from analyzer import analysis
from analyzer.diff.layers import _longest_in_order
from tests.diff.pairs import opened
from tests.images import Image, Layer, gzip, plain, step
from tests.images.compression import gzip_members

PARENT, TOOLS, APP = Layer().file("base", b"b" * 100), Layer().file("tool", b"t" * 50), Layer().file("app", b"a" * 70)


def built(*steps: tuple[str, Layer], compression=plain) -> imgscan.Image:
    """An image with one layer an instruction."""
    history = [step(created_by=f"RUN /bin/sh -c {text} # buildkit" if text.islower() else text) for text, _ in steps]
    return opened(Image([layer for _, layer in steps], history=history, compression=compression), compression)


def aligned(old: imgscan.Image, new: imgscan.Image) -> list[tuple]:
    return [(pair.status, pair.old, pair.new, pair.evidence) for pair in imgscan.diff(old, new).layers]


def test_a_layer_inserted_at_the_bottom_leaves_those_above_the_same() -> None:
    old = built(("make base", PARENT), ("make tool", TOOLS))
    new = built(("make first", Layer().file("first", b"1")), ("make base", PARENT), ("make tool", TOOLS))
    assert aligned(old, new) == [
        ("inserted", None, 0, None),
        ("same", 0, 1, "diff ID"),
        ("same", 1, 2, "diff ID"),
    ]


def test_a_layer_that_went_stands_above_the_one_below_it() -> None:
    old, new = built(("make base", PARENT), ("make tool", TOOLS), ("make app", APP)), built(("make base", PARENT))
    assert aligned(old, new) == [
        ("same", 0, 0, "diff ID"),
        ("removed", 1, None, None),
        ("removed", 2, None, None),
    ]
    assert aligned(new, old)[1:] == [("inserted", None, 1, None), ("inserted", None, 2, None)]


def test_layers_in_another_order_have_moved() -> None:
    old = built(("make base", PARENT), ("make tool", TOOLS), ("make app", APP))
    new = built(("make app", APP), ("make base", PARENT), ("make tool", TOOLS))
    assert aligned(old, new) == [
        ("moved", 2, 0, "diff ID"),
        ("same", 0, 1, "diff ID"),
        ("same", 1, 2, "diff ID"),
    ]


def test_the_same_instruction_with_another_result_is_one_layer() -> None:
    digest = "file:" + "0" * 64
    old = built(("make base", PARENT), (f"COPY {digest} in /app", APP))
    new = built(("make base", PARENT), (f"COPY {digest.replace('0', '1')} in /app", Layer().file("app", b"new")))
    assert aligned(old, new)[1] == ("changed", 1, 1, "instruction")


def test_an_edited_instruction_is_one_layer_still() -> None:
    old = built(("apt-get install curl git", TOOLS), ("pip install numpy==2.1", APP))
    new = built(("apt-get install curl git jq", Layer().file("x", b"1")), ("pip install numpy==2.3", Layer().file("y")))
    assert [pair[0] for pair in aligned(old, new)] == ["changed", "changed"]


def test_words_in_another_order_are_the_same_words() -> None:
    old = built(("apt-get install curl git jq make", TOOLS))
    new = built(("apt-get install make jq git curl", Layer().file("x", b"1")))
    assert aligned(old, new) == [("changed", 0, 0, "instruction")]


def test_instructions_that_repeat_their_words_take_no_longer() -> None:
    """Comparing 32 x 32 of these as sequences took 15 seconds."""
    letters = random.Random(1)

    def steps(name: str) -> list[tuple[str, Layer]]:
        return [
            (f"{' '.join(letters.choices('ab', k=400))} {name}{at}", Layer().file(f"{name}{at}", name.encode() * at))
            for at in range(32)
        ]

    assert {pair[0] for pair in aligned(built(*steps("x")), built(*steps("y")))} == {"changed", "moved"}


def test_each_instruction_is_parsed_as_often_as_there_are_images(monkeypatch) -> None:
    """And not once more for each layer."""
    parsed: list[tuple] = []
    parse = analysis.parse_instruction
    monkeypatch.setattr(analysis, "parse_instruction", lambda *told: parsed.append(told) or parse(*told))
    steps = [(f"make {at}", Layer().file(str(at), b"1")) for at in range(9)]
    assert len(imgscan.diff(built(*steps), built(*steps)).layers) == 9
    assert len(parsed) == 2 * 9


def test_without_a_word_in_the_history_contents_tell() -> None:
    old = opened(Image([PARENT, APP], history=[]))
    other = Layer().file("app", b"a" * 70).file("more", b"1")
    new = opened(Image([Layer().file("z", b"9"), other], history=[]))
    assert aligned(old, new) == [
        ("removed", 0, None, None),
        ("inserted", None, 0, None),
        ("changed", 1, 1, "content"),
    ]


def test_a_layer_that_stands_twice_is_matched_twice() -> None:
    empty = Layer().directory("work")
    old = built(("WORKDIR /work", empty), ("WORKDIR /work", empty))
    assert aligned(old, old) == [("same", 0, 0, "diff ID"), ("same", 1, 1, "diff ID")]


@given(st.permutations(range(7)))
def test_what_has_not_moved_is_the_longest_part_in_order(values) -> None:
    kept = sorted(_longest_in_order(dict(enumerate(values))))
    assert [values[at] for at in kept] == sorted(values[at] for at in kept)
    best = max(
        sum(1 for _ in group)
        for mask in range(1 << 7)
        for group in [[value for at, value in enumerate(values) if mask >> at & 1]]
        if group == sorted(group)
    )
    assert len(kept) == best


def test_the_price_of_an_update_is_the_blobs_that_are_lacking() -> None:
    old = built(("make base", PARENT), ("make app", APP), compression=gzip)
    new = built(("make base", PARENT), ("make app", Layer().file("app", b"a" * 70).file("x", b"xyz")), compression=gzip)
    cost = imgscan.diff(old, new).cost
    blob = new.layers.to_pylist()[1]["blob_bytes"]
    config = new.size.pull_bytes - sum(row["blob_bytes"] for row in new.layers.to_pylist())
    assert cost.pull_bytes == blob + config
    assert cost.new_bytes == 3
    assert 0 < cost.new_pull_bytes < blob
    (layer,) = cost.layers
    assert (layer.layer, layer.file_bytes, layer.known_bytes) == (1, 73, 70)


def test_the_price_is_unknown_where_layers_are_plain_and_nothing_for_the_same_image() -> None:
    old, new = built(("make base", PARENT)), built(("make base", PARENT), ("make app", APP))
    cost = imgscan.diff(old, new).cost
    assert (cost.pull_bytes, cost.new_pull_bytes) == (None, None)
    assert cost.tar_bytes == new.layers.to_pylist()[1]["tar_bytes"]
    packed = built(("make base", PARENT), compression=gzip)
    same = imgscan.diff(packed, packed).cost
    assert (same.pull_bytes, same.tar_bytes, same.new_bytes, same.layers) == (0, 0, 0, ())


@pytest.mark.parametrize(
    ("before", "after", "layers", "known"),
    [
        pytest.param(gzip, gzip_members(2), [0, 1], True, id="compressed otherwise"),
        pytest.param(plain, gzip, [1], False, id="plain, then compressed"),
        pytest.param(gzip, plain, [1], False, id="compressed, then plain"),
        pytest.param(plain, plain, [1], False, id="plain"),
    ],
)
def test_layers_to_pull_are_those_whose_blobs_make_up_the_bytes(before, after, layers, known) -> None:
    old = built(("make base", PARENT), compression=before)
    new = built(("make base", PARENT), ("make app", APP), compression=after)
    cost = imgscan.diff(old, new).cost
    rows = new.layers.to_pylist()
    assert [each.layer for each in cost.layers] == layers
    assert cost.tar_bytes == sum(rows[at]["tar_bytes"] for at in layers)
    blobs = sum(row["blob_bytes"] or 0 for row in rows)
    assert cost.pull_bytes == (new.size.pull_bytes if known else None)
    assert not known or sum(each.blob_bytes for each in cost.layers) == blobs


def copied(number: int, content: bytes) -> tuple[str, Layer]:
    return f"COPY file:{str(number) * 64} in /app", Layer().file("app", content)


def test_an_order_that_would_have_kept_the_cache_is_told() -> None:
    modules = {f"modules/{number}": b"%d" % number * 100 for number in range(50)}
    old = built(("make base", PARENT), copied(1, b"1"), ("npm ci", Layer().files(modules)))
    rebuilt = Layer().files(modules).file("modules/stamp", b"2")
    new = built(("make base", PARENT), copied(2, b"2"), ("npm ci", rebuilt))
    (advice,) = imgscan.diff(old, new).cost.reorderings
    assert (advice.cause, advice.layers) == (1, (2,))
    assert advice.bytes == new.layers.to_pylist()[2]["tar_bytes"]
    assert not advice.compressed


def test_no_order_helps_what_acts_on_the_copied_files_or_where_the_cache_was_not_used() -> None:
    old = built(copied(1, b"1" * 9), ("chown app", Layer().file("app", b"1" * 9, uid=1).file("x", b"x" * 90)))
    new = built(copied(2, b"2" * 9), ("chown app", Layer().file("app", b"2" * 9, uid=1).file("x", b"x" * 90)))
    assert imgscan.diff(old, new).cost.reorderings == ()
    touched = built(copied(1, b"1"), ("npm ci", TOOLS))
    again = built(
        ("COPY file:" + "1" * 64 + " in /app", Layer().file("app", b"1", mtime=9)),
        ("npm ci", Layer().file("tool", b"t" * 50, mtime=9)),
    )
    assert imgscan.diff(touched, again).cost.reorderings == ()
