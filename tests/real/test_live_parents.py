"""Parent, child and grandchild built on the spot: the chain that is found is the chain that was built."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import imgscan

if TYPE_CHECKING:
    from pathlib import Path

    from tests.real.engine import Engine

pytestmark = pytest.mark.engine

FAMILY = {
    "family/parent": 'FROM acme/base:1.0\nCOPY data /opt/parent\nRUN chmod 600 /opt/parent\nCMD ["sh"]\n',
    "family/child": "FROM family/parent\nCOPY data /opt/child\nRUN rm /opt/parent\n",
    "family/grandchild": 'FROM family/child\nCOPY data /opt/grandchild\nLABEL a=b\nCMD ["ls"]\n',
    "family/labelled": "FROM family/child\nLABEL only=labels\n",
}
LAYERS = {"acme/base": 3, "family/parent": 2, "family/child": 2, "family/grandchild": 1}


@pytest.fixture(scope="module", params=[False, True], ids=["builder", "buildkit"])
def family(request: pytest.FixtureRequest, engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with all images saved."""
    folder = tmp_path_factory.mktemp("family")
    (folder / "data").write_bytes(b"data" * 1000)
    for name in FAMILY:
        _build(engine, folder, name, buildkit=request.param)
    engine.save("acme/base:1.0", folder / "base.tar")
    (folder / "data").write_bytes(b"newer data" * 1000)
    _build(engine, folder, "family/parent", "rebuilt", buildkit=request.param)
    return folder


def _build(engine: Engine, folder: Path, name: str, saved: str | None = None, *, buildkit: bool) -> None:
    dockerfile = folder / "Dockerfile"
    dockerfile.write_text(FAMILY[name])
    engine.docker("build", "--quiet", "--no-cache", "--network=none", f"--tag={name}:1", folder, buildkit=buildkit)
    engine.docker("tag", f"{name}:1", f"{name}:latest")
    engine.save(f"{name}:1", folder / f"{saved or name.rpartition('/')[2]}.tar")


def _open(family: Path, *names: str) -> list[imgscan.Image]:
    return [imgscan.open(family / f"{name}.tar") for name in names]


def test_the_chain_is_what_was_built(family: Path) -> None:
    image, *others = _open(family, "grandchild", "child", "base", "parent", "labelled", "grandchild")
    found = image.parents(parents=others)
    chain = [(link.names[0].partition(":")[0], len(link.layers or ())) for link in found.links]
    assert chain == list(LAYERS.items())[:3]
    assert {link.evidence for link in found.links} == {"chain-id"}
    assert found.own_from == image.layers.num_rows - LAYERS["family/grandchild"]


def test_a_child_that_only_labels(family: Path) -> None:
    image, *others = _open(family, "labelled", "child", "parent", "base", "grandchild")
    found = image.parents(parents=others)
    assert [link.names[0] for link in found.links] == ["acme/base:1.0", "family/parent:1", "family/child:1"]
    assert found.own_from == image.layers.num_rows


def test_what_the_child_hides_of_its_parent(family: Path) -> None:
    image, parent = _open(family, "child", "parent")
    sizes = image.parents(parents=[parent]).sizes
    assert sizes is not None
    assert [(row["path"], row["bytes"], row["cause"]) for row in sizes.shadowed.to_pylist()] == [
        ("opt/parent", 4000, "removed")
    ]
    (held,) = sizes.links
    assert held is not None
    assert held.lost.recopied == 4000  # the parent stored it twice, for its mode


def test_a_rebuilt_parent(family: Path) -> None:
    """The parent that is at hand was built after the child: its layers are others, its steps the same."""
    image, rebuilt, parent = _open(family, "child", "rebuilt", "parent")
    (link,) = image.parents(parents=[rebuilt]).links
    assert (link.names, link.evidence, link.certain) == (("family/parent:1",), "history", False)
    assert link.layers == range(LAYERS["acme/base"] + LAYERS["family/parent"])
    (newer,) = image.parents(parents=[rebuilt, parent]).newer
    assert (newer.image_id, newer.same_name) == (rebuilt.image_id, True)
    assert (newer.rebase.modified.files, newer.rebase.modified.bytes) == (1, 10_000)
    assert (newer.rebase.added.files, newer.rebase.removed.files) == (0, 0)


def test_without_others_the_history_tells(family: Path) -> None:
    (image,) = _open(family, "grandchild")
    boundaries = [link for link in image.parents().links if link.evidence == "boundary"]
    ends = [link.layers.stop for link in boundaries if link.layers]
    assert ends == [LAYERS["acme/base"], LAYERS["acme/base"] + LAYERS["family/parent"]]
