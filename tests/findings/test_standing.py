"""What stands after each layer is what the lowest layers alone come to, stacked slowly."""

from hypothesis import given

from analyzer.arrays import Ints
from analyzer.findings.standing import Standing
from tests.findings.finding import opened
from tests.reference import Layers, stack
from tests.strategies import layer_stacks, to_image


def standing_in(layers: Layers, count: int) -> dict[bytes, int]:
    """By path: the row of what a container of the lowest layers sees."""
    found = stack(layers[:count]).rootfs
    return {path.encode(): each.row for path, each in found.items() if each.row is not None}


@given(layer_stacks())
def test_what_stands_after_a_layer_is_what_the_layers_up_to_it_come_to(layers) -> None:
    stacked = opened(to_image(layers))._analysis.stack
    standing, rows = Standing.of(stacked), stacked.rows

    def named(nodes: Ints) -> list[bytes]:
        return [rows.tree.paths[node] for node in nodes.tolist()]

    before: dict[bytes, int] = {}
    for layer in range(len(layers)):
        after = standing.after(layer)
        now = dict(zip(named(standing.node[after]), standing.row[after].tolist(), strict=True))
        assert now == standing_in(layers, layer + 1)
        assert named(standing.brought_by(layer)) == sorted(now.keys() - before.keys(), key=by_directory)
        below = [path for path, row in now.items() if rows.layer[row] < layer and rows.is_leaf[row]]
        assert named(standing.stored_below(layer)) == below
        for root in range(len(rows.tree)):
            within = standing.node[standing.within(root, rows.tree.end[root])]
            inside = (standing.node >= root) & (standing.node < rows.tree.end[root])
            assert within.tolist() == standing.node[inside].tolist()
        before = now


def by_directory(path: bytes) -> bytes:
    """What sorts paths so that a directory stands before what is in it, and nothing between."""
    return path.replace(b"/", b"\0")
