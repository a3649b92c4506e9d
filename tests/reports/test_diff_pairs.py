"""Which pairs of layers the paths and packages of a comparison have to do with, and how a page calls them."""

import imgscan
from reports.diff.pairs import choices, pairs
from tests.reports.diffs import layer_pair


def test_a_pair_is_called_as_its_new_layer_and_one_that_is_gone_as_its_old_one() -> None:
    layers = [
        layer_pair("same", 0, 0, "ADD a /"),
        layer_pair("removed", 1, None, "RUN true"),
        layer_pair("moved", 2, 1, "RUN false"),
    ]
    found = pairs(layers)
    assert found.keys == ("0", "old1", "1")
    assert found.of_layers(2, 1) == "1"
    assert found.of_layers(1, 0) == "old1 0"
    assert found.of_layers(None, 7) == ""
    assert found.of_places([2, 0, 0, 9, -1]) == "1 0"
    assert choices(layers)[1] == ("old1", "layer 1, removed: RUN true")


def test_places_of_paths_and_packages_are_those_of_the_table_of_files() -> None:
    """Against one loop over its rows, on two builds with packages."""
    old, new = (imgscan.open(f"sample_images/{name}.tar") for name in ("packages", "app-2.0"))
    diff = imgscan.diff(old, new)
    document = diff.report(top=10_000)
    layers = document.layers
    by_path, by_package = {}, {}
    for row in diff.files.to_pylist():
        sides = [("old", row["layer_old"]), ("old", row["first_layer_old"])]
        sides += [("new", row["layer_new"]), ("new", row["first_layer_new"])]
        found = {
            at
            for side, index in sides
            for at, each in enumerate(layers)
            if index is not None and getattr(each, side) == index
        }
        by_path[row["path"]] = sorted(found)
        by_package.setdefault(row["package"], set()).update(found)
    assert {each.path: each.pairs for each in document.files.changes} == by_path
    assert document.packages
    assert {f"{each.ecosystem}:{each.name}": each.pairs for each in document.packages} == {
        f"{each.ecosystem}:{each.name}": sorted(by_package.get(f"{each.ecosystem}:{each.name}", ()))
        for each in document.packages
    }
