"""Packages layer after layer: as if all were parsed anew after each, yet each file once."""

import json

from analyzer.opening import open_image
from analyzer.packages import npm
from analyzer.packages.reading import Reader
from tests.images import Image, Layer, docker_archive

LAYERS = 12


def package(name: str, version: str) -> bytes:
    return json.dumps({"name": name, "version": version}).encode()


def path(name: str) -> str:
    return f"node_modules/{name}/package.json"


def read_layer_by_layer(layers: list[Layer], tmp_path, monkeypatch) -> tuple[list[list[str]], list[str]]:
    """Names and versions after each layer, and the paths of all files that were parsed."""
    file = tmp_path / "image.tar"
    file.write_bytes(docker_archive(Image(layers)))
    parsed: list[str] = []
    parse_one = npm._packages
    monkeypatch.setattr(npm, "_packages", lambda at, content: parsed.append(at) or parse_one(at, content))
    image = open_image(str(file))
    reader = Reader(image.stack, image.scan.learned)
    after = [[f"{each.name} {each.version}" for each in reader.after(layer)] for layer in range(len(layers))]
    return after, parsed


def test_a_file_that_layers_leave_alone_is_parsed_once(tmp_path, monkeypatch) -> None:
    layers = [Layer().file(path(f"p{at}"), package(f"p{at}", "1")) for at in range(LAYERS)]
    after, parsed = read_layer_by_layer(layers, tmp_path, monkeypatch)
    assert [len(packages) for packages in after] == list(range(1, LAYERS + 1))
    assert sorted(parsed) == sorted(path(f"p{at}") for at in range(LAYERS))


def test_packages_are_in_one_order_whenever_they_came_and_follow_their_files(tmp_path, monkeypatch) -> None:
    layers = [
        Layer().file(path("b"), package("b", "1")).file(path("c"), package("c", "1")),
        Layer().file(path("a"), package("a", "1")).file(path("b"), package("b", "2")),
        Layer().whiteout("node_modules/c"),
        Layer().file(path("c"), package("c", "1")),
    ]
    after, _ = read_layer_by_layer(layers, tmp_path, monkeypatch)
    assert after == [["b 1", "c 1"], ["a 1", "b 2", "c 1"], ["a 1", "b 2"], ["a 1", "b 2", "c 1"]]
