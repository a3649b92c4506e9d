"""The tree of many images: who stands on whom, what is shared, and drawings that nobody can break out of."""

import json
import re
import subprocess
from dataclasses import replace

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from analyzer.digest import Digest, chain_ids
from analyzer.inheritance.forest import Node, forest
from analyzer.inheritance.profile import KnownImage
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


def test_an_image_that_is_given_twice_is_one_with_several_names() -> None:
    """By its image ID: under another tag, from another file, with its layers compressed or not."""
    once = forest(known(child(), parent()))
    again = [*known(child(), parent(), child(), child(tags=["docker.io/acme/app:1", "mine:1"]))]
    again.append(read(child(compression=gzip), oci=True).known())
    found = forest(again)
    assert (found.given, found.images, found.layers, found.distinct_layers) == (5, 2, 6, 4)
    assert (found.summed.tar_bytes, found.stored.tar_bytes) == (once.summed.tar_bytes, once.stored.tar_bytes)
    (node,) = found.roots[0].children
    assert node.names == node.images == ("acme/app:1", "mine:1")
    assert node.own.blob_bytes is not None  # one of its files tells
    text = drawn.readable(found, 200)
    assert "2 images (5 given: what is the same image counts once), 6 layers, 4 of them distinct" in text
    assert "given" not in drawn.readable(once, 200)


def test_images_with_the_same_layers_and_other_configs_are_two() -> None:
    labelled = parent(tags=["labelled:1"], config_changes={"author": "somebody"})
    found = forest(known(parent(), labelled))
    assert (found.images, [root.images for root in found.roots]) == (2, [("acme/base:1", "labelled:1")])


def _nested(depth: int) -> list[KnownImage]:
    """Images of which each stands on the one before, by one layer."""
    (base,) = known(Image([Layer().file("a", b"a")], tags=["base:1"]))
    layer = base.profile.layers[0]
    diff_ids = [Digest.of(str(at).encode()) for at in range(depth)]
    stacks = chain_ids(diff_ids)
    return [
        replace(
            base,
            names=(f"i:{at}",),
            profile=msgspec.structs.replace(
                base.profile,
                image_id=Digest.of(f"image {at}".encode()),
                diff_ids=tuple(diff_ids[:at]),
                chain_ids=tuple(stacks[:at]),
                layers=(layer,) * at,
            ),
        )
        for at in range(1, depth + 1)
    ]


def test_images_may_stand_on_one_another_as_deep_as_they_like() -> None:
    """Deeper than Python, and an encoder of JSON, let functions call themselves."""
    depth = 1500
    found = forest(_nested(depth))
    node, names = found.roots[0], []
    while node.children:
        names.append(node.names[0])
        (node,) = node.children
    assert [*names, node.names[0]] == [f"i:{at}" for at in range(1, depth + 1)]
    assert "i:1" in repr(found.roots[0])
    for draw in (lambda forest: drawn.readable(forest, 9000), drawn.json, drawn.dot, drawn.mermaid):
        assert all(f"i:{at}" in draw(found) for at in (1, depth // 2)), draw
    assert drawn.json(found).count('"children":[') == depth


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
    assert found.given == len(stacks)
    assert found.images == len({tuple(stack) for stack in stacks})  # equal stacks are one image, image ID and all
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
    assert found.summed.file_bytes == sum(map(len, {tuple(stack) for stack in stacks}))


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
    assert (root["layers_from"], root["layers"], root["children"][0]["layers"]) == (0, 2, 4)
    assert (document["given"], document["images"], document["layers"]) == (2, 2, 6)
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
