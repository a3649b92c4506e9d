"""Every field of random entries, in every dialect of tar, as the standard library reads them."""

import random
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.images import Layer, gzip, zstd
from tests.layers.reading import engine_rows, scan, standard_rows

NAME_BYTES = st.sampled_from(list(b"abcdefgh.- /\xc3\xa9\xff"))
MARK = b"n"  # a name's last letter, so that none ends in a slash or in dots


@st.composite
def names(draw):
    """Relative paths up to 300 bytes that need no normalising."""
    length = draw(st.sampled_from([1, 5, 20, 97, 98, 99, 100, 101, 154, 156, 255, 300]))
    drawn = bytes(draw(st.lists(NAME_BYTES, min_size=0, max_size=min(length, 40))))
    parts = [part.strip(b".") for part in (drawn * (length // max(len(drawn), 1) + 1))[:length].split(b"/")]
    return b"/".join([part for part in parts if part] + [MARK])


numbers = st.one_of(st.integers(0, 2**21), st.integers(0, 2**40))
times = st.one_of(st.integers(0, 2**31), st.integers(-(2**33), 2**33))
fractions = st.builds(lambda whole, nano: Decimal(whole) + Decimal(nano).scaleb(-9), times, st.integers(0, 999_999_999))
contents = st.one_of(
    st.binary(max_size=20), st.builds(lambda size: bytes(range(256)) * size, st.sampled_from([1, 2, 4, 5, 300, 3000]))
)
attributes = st.dictionaries(
    st.sampled_from(["user.a", "security.capability"]), st.binary(min_size=1, max_size=30), max_size=2
)
segments = st.lists(st.tuples(st.integers(1, 3000), st.binary(min_size=1, max_size=1500)), max_size=30)


@st.composite
def entries(draw, dialect):
    """One entry, as a function that adds it to a layer."""
    name = draw(names())
    metadata = {
        "mode": draw(st.integers(0, 0o7777)),
        "uid": draw(numbers),
        "gid": draw(numbers),
        "mtime": draw(times),
        "dialect": dialect,
    }
    if dialect == "pax":
        metadata |= {"mtime": draw(st.one_of(times, fractions)), "xattrs": draw(attributes)}
    kind = draw(
        st.sampled_from(["file"] * 4 + ["directory", "symlink", "hardlink", "character", "block", "fifo", "sparse"])
    )
    match kind:
        case "file":
            content = draw(contents)
            return lambda layer: layer.file(name, content, **metadata)
        case "directory" | "fifo":
            return lambda layer: getattr(layer, kind)(name, **metadata)
        case "symlink" | "hardlink":
            target = draw(names())
            return lambda layer: getattr(layer, kind)(name, target, **metadata)
        case "character" | "block":
            major, minor = draw(st.integers(1, 2**21 - 1)), draw(st.integers(0, 2**21 - 1))
            return lambda layer: getattr(layer, kind)(name, major, minor, **metadata)
    placed, end = [], 0
    for gap, data in draw(segments):
        placed.append((end + gap, data))
        end += gap + len(data)
    length = end + draw(st.sampled_from([0, 1, 511, 512, 5000]))
    form = draw(st.sampled_from(["gnu"] if dialect == "gnu" else ["0.0", "0.1", "1.0"]))
    sparse = {key: value for key, value in metadata.items() if key != "dialect"}
    return lambda layer: layer.sparse(name, placed, length, form, **sparse)


@pytest.mark.parametrize("dialect", ["gnu", "pax"])
@given(data=st.data())
def test_every_field_equals_the_standard_librarys(dialect, data):
    layer = Layer(dialect)
    for add in data.draw(st.lists(entries(dialect), max_size=8)):
        add(layer)
    assert engine_rows(layer.tar()) == standard_rows(layer.tar())


def test_dialects_can_change_from_entry_to_entry_in_one_tar():
    layer = Layer()
    for number in range(60):
        dialect = ("ustar", "gnu", "pax")[number % 3]
        name = f"{number}/" + "d/" * (number if dialect == "ustar" else 3 * number) + "f"
        layer.file(name, b"x" * number, uid=2**21 * (number % 3), dialect=dialect)
    assert engine_rows(layer.tar()) == standard_rows(layer.tar())


@pytest.mark.parametrize("rare_every", [1, 2, 7, 100])
def test_more_entries_than_a_batch_holds_keep_their_order_and_their_overrides(rare_every):
    layer = Layer()
    for number in range(20_000 if rare_every > 1 else 9000):
        if number % rare_every:
            layer.file(f"{number}", b"%d" % number)
        elif number % 3:
            layer.file(f"{number}", b"%d" % number, uid=number + 2**22, mtime=Decimal(number) / 8)
        else:
            layer.sparse(f"{number}", [(number, b"%d" % number)], number + 5, "0.1")
    assert engine_rows(layer.tar()) == standard_rows(layer.tar())


def test_offsets_lead_to_the_content_in_the_tar():
    rng = random.Random(3)
    layer, stored = Layer(), []
    for number in range(400):
        content = rng.randbytes(rng.choice([0, 1, 511, 512, 513, 9000]))
        name = "n" * rng.choice([5, 120]) + str(number)
        if number % 5 == 0:
            form = rng.choice(["gnu", "0.0", "0.1", "1.0"])
            layer.sparse(name, [(100, content)] if content else [], 20_000, form)
        else:
            layer.file(name, content)
        stored.append(content)
    tar = layer.tar()
    changes = scan(tar).changes
    assert changes["stored"].to_pylist() == [len(content) for content in stored]
    read = [
        tar[offset : offset + len(content)]
        for offset, content in zip(changes["offset"].to_pylist(), stored, strict=True)
    ]
    assert read == stored


@pytest.mark.parametrize("compression", [gzip, zstd], ids=lambda each: each.name)
@settings(max_examples=20)
@given(data=st.data())
def test_compressed_layers_have_the_same_rows(compression, data):
    layer = Layer()
    for add in data.draw(st.lists(entries("pax"), max_size=8)):
        add(layer)
    assert engine_rows(compression(layer.tar())) == standard_rows(layer.tar())
