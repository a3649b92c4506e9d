"""The tree of many images: who stands on whom, what is shared, and drawings that nobody can break out of."""

import json
import re
import subprocess

from hypothesis import given
from hypothesis import strategies as st

from analyzer.inheritance.forest import Node, forest
from reports import forest as drawn
from tests.images import Image, Layer, gzip
from tests.inheritance.families import child, child_layers, known, parent, parent_layers, read
from tests.real.tools import require

HOSTILE = 'a"]; x -> y [label="\\N`<script>alert(1)</script>\x1b[2J\n  end\u202e#quot;:1'


def _shape(node: Node) -> tuple:
    return node.names, list(node.layers), [_shape(each) for each in node.children]


def test_children_stand_on_their_parent() -> None:
    other = Image([*parent_layers(), Layer().file("other", b"o")], tags=["other:1"])
    found = forest(known(child(), parent(), other))
    (root,) = found.roots
    assert _shape(root) == (
        ("acme/base:1",),
        [0, 1],
        [(("acme/app:1",), [2, 3], []), (("other:1",), [2], [])],
    )
    assert (found.images, found.layers, found.distinct_layers) == (3, 9, 5)
    sizes = [image.profile.sizes.file_bytes for image in known(parent(), child(), other)]
    assert found.summed.file_bytes == sum(sizes)
    assert found.stored.file_bytes == sizes[1] + len(b"o")
    assert found.stored.blob_bytes is None


def test_a_common_beginning_has_no_name_or_that_of_a_catalog() -> None:
    other = Image([*parent_layers(), Layer().file("other", b"o")], tags=["other:1"])
    images = known(child(), other)
    (unnamed,) = forest(images).roots
    assert (unnamed.names, unnamed.images, len(unnamed.layers)) == ((), (), 2)
    (named,) = forest(images, known(parent())).roots
    assert (named.names, named.images) == (("acme/base:1",), ())


def test_a_known_parent_splits_even_one_image() -> None:
    (root,) = forest(known(child()), known(parent())).roots
    assert _shape(root) == (("acme/base:1",), [0, 1], [(("acme/app:1",), [2, 3], [])])


def test_strangers_and_images_without_layers() -> None:
    found = forest(known(child(), Image([Layer().file("x", b"x")], tags=["x:1"]), Image([], tags=["empty:1"])))
    assert [root.names for root in found.roots] == [("acme/app:1",), ("empty:1",), ("x:1",)]
    assert forest([]).roots == ()


def test_a_layer_in_two_places_is_stored_once() -> None:
    twice = Image([*child_layers(), Layer().file("a", b"a"), *child_layers()], tags=["twice:1"])
    found = forest(known(twice))
    assert (found.layers, found.distinct_layers) == (5, 3)


def test_compressed_layers_have_blob_bytes() -> None:
    image = read(child(compression=gzip), oci=True)
    found = forest([image.known()])
    assert found.stored.blob_bytes == sum(image.layers["blob_bytes"].to_pylist())


@given(st.lists(st.lists(st.integers(0, 2), max_size=4), max_size=5))
def test_every_layer_of_every_image_is_in_the_tree(stacks: list[list[int]]) -> None:
    """Along the way from the root to an image stand just its layers; each distinct stack once in the tree."""
    images = [
        Image([Layer().file("f", bytes([each])) for each in stack], tags=[f"i:{at}"]) for at, stack in enumerate(stacks)
    ]
    found = forest(known(*images))
    depths: dict[str, int] = {}
    stacks_seen: list[tuple[str, ...]] = []

    def walk(node: Node, depth: int) -> None:
        assert node.layers.start == depth
        depths.update(dict.fromkeys(node.images, node.layers.stop))
        stacks_seen.append(tuple(node.chain_id or ""))
        for each in node.children:
            walk(each, node.layers.stop)

    for root in found.roots:
        walk(root, 0)
    assert depths == {f"i:{at}": len(stack) for at, stack in enumerate(stacks)}
    assert len(stacks_seen) == len(set(stacks_seen))
    assert found.summed.file_bytes == sum(map(len, stacks))


def test_the_tree_in_a_terminal() -> None:
    other = Image([*parent_layers(), Layer().file("other", b"o")], tags=["other:1"])
    text = drawn.readable(forest(known(child(), parent(), other)), 100)
    assert text.splitlines()[:3] == [
        "acme/base:1  2 layers, 10.1 kB of files",
        "├─ acme/app:1  2 layers, 3.00 kB of files",
        "└─ other:1  1 layer, 1 B of files",
    ]
    assert max(map(len, drawn.readable(forest(known(child(tags=["x" * 400 + ":1"]))), 60).splitlines())) == 60


def _hostile():
    return forest(known(child(tags=[HOSTILE]), parent()))


def test_hostile_names_in_a_terminal_stay_on_their_line() -> None:
    text = drawn.readable(_hostile(), 300)
    assert all(line.isprintable() for line in text.splitlines())
    assert len(text.splitlines()) == 2 + 1 + 3


def test_json_holds_everything() -> None:
    document = json.loads(drawn.json(_hostile()))
    (root,) = document["roots"]
    assert root["children"][0]["images"] == [HOSTILE]
    assert root["own"]["tar_bytes"] + root["children"][0]["own"]["tar_bytes"] == document["stored"]["tar_bytes"]


def test_mermaid_cannot_be_broken_out_of() -> None:
    lines = drawn.mermaid(_hostile()).splitlines()
    assert lines[0] == "flowchart LR"
    node, edge = r'  n\d+\["[^"\[\]<>`\\]*<br/>[^"\[\]<>`\\]*"\]', r"  n\d+ --> n\d+"
    assert [line for line in lines[1:] if not re.fullmatch(f"{node}|{edge}", line)] == []
    assert len(lines) == 4


def test_dot_cannot_be_broken_out_of() -> None:
    lines = drawn.dot(_hostile()).splitlines()
    node, edge = r'  n\d+ \[label="([^"\\]|\\.)*"(, style=dashed)?\];', r"  n\d+ -> n\d+;"
    assert [line for line in lines[3:-1] if not re.fullmatch(f"{node}|{edge}", line)] == []
    assert len(lines) == 3 + 3 + 1


def test_graphviz_reads_it() -> None:
    require("dot")
    done = subprocess.run(["dot", "-Tplain"], input=drawn.dot(_hostile()).encode(), capture_output=True, check=True)
    plain = done.stdout.decode().splitlines()
    assert sum(line.startswith("node ") for line in plain) == 2
    assert sum(line.startswith("edge ") for line in plain) == 1
