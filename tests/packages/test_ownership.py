"""Who owns which file, against a look at each path by itself, and packages that layers bring, change and take away."""

import tempfile

from hypothesis import given
from hypothesis import strategies as st

import imgscan
from analyzer.opening import open_image
from analyzer.packages import ownership
from analyzer.packages.ecosystems import LEVELS
from analyzer.packages.installations import installations, installed, installed_since
from analyzer.packages.model import Package
from analyzer.rootfs.stack import VISIBLE, stack
from tests.images import Image, Layer, docker_archive
from tests.packages.databases import STATUS, database, opened, status
from tests.strategies import layer_stacks, leaf_paths, to_image, to_layer, tree_paths


def costs(image: imgscan.Image, **options: bool) -> dict[str, tuple[str, int, int, int]]:
    """State, files, file_bytes and dead_bytes by name and version."""
    rows = image.packages_of(**options).to_pylist()
    return {
        f"{row['name']} {row['version']}": (row["state"], row["files"], row["file_bytes"], row["dead_bytes"])
        for row in rows
    }


def test_files_belong_to_the_package_that_lists_them(tmp_path) -> None:
    layer = Layer().file("usr/bin/a", b"12345").file("usr/bin/other", b"1").directory("usr/share")
    layer.file("usr/share/below", b"123")
    image = opened(tmp_path, database(layer, ("a", "1"), a="usr usr/bin usr/bin/a usr/share usr/bin/absent"))
    assert costs(image) == {"a 1": ("installed", 1, 5, 0)}
    rest = {row["path"]: row["bytes"] for row in image.unowned().to_pylist()}
    assert rest["usr/share"] == 3
    assert rest["usr/bin"] == 1


def test_a_listed_path_that_leads_through_a_link_is_found(tmp_path) -> None:
    """Merged /usr: dpkg lists /lib/x, where /lib is a link to usr/lib."""
    layer = Layer().symlink("lib", "usr/lib").symlink("usr/lib64", "/lib").file("usr/lib/x/a.so", b"1234")
    layer.file("usr/lib/b.so", b"12").file("usr/lib/c.so", b"1").symlink("loop", "loop")
    image = opened(tmp_path, database(layer, ("a", "1"), a="lib/x/a.so usr/lib64/b.so loop/c.so ../usr/lib/c.so"))
    assert costs(image) == {"a 1": ("installed", 2, 6, 0)}


def test_a_listed_path_that_leads_through_a_link_to_the_root_is_found(tmp_path) -> None:
    layer = Layer().symlink("usr", "/").file("bin/a", b"1234").file("b", b"1")
    image = opened(tmp_path, database(layer, ("a", "1"), a="usr/bin/a usr/b"))
    assert costs(image) == {"a 1": ("installed", 2, 5, 0)}


def test_what_python_compiled_belongs_to_whom_its_source_does(tmp_path) -> None:
    layer = Layer().file("usr/lib/p/m.py", b"1").file("usr/lib/p/__pycache__/m.cpython-311.pyc", b"22")
    layer.file("usr/lib/p/__pycache__/other.cpython-311.pyc", b"333").file("usr/lib/p/__pycache__/m.opt.txt", b"4")
    image = opened(tmp_path, database(layer, ("p", "1"), p="usr/lib/p/m.py"))
    assert costs(image) == {"p 1": ("installed", 2, 3, 0)}


def test_hard_links_of_one_file_count_once_whichever_name_is_listed(tmp_path) -> None:
    layer = Layer().file("bin/a", b"1234").hardlink("bin/b", "bin/a").hardlink("bin/c", "bin/a")
    image = opened(tmp_path, database(layer, ("a", "1"), a="bin/b bin/c"))
    assert costs(image) == {"a 1": ("installed", 1, 4, 0)}


def test_of_two_packages_that_list_a_file_one_gets_it(tmp_path) -> None:
    layer = database(Layer().file("f", b"1234"), ("a", "1"), ("b", "1"), a="f", b="f")
    assert sorted(costs(opened(tmp_path, layer)).values()) == [("installed", 0, 0, 0), ("installed", 1, 4, 0)]


def test_an_upgrade_leaves_dead_bytes_to_the_version_before(tmp_path) -> None:
    first = database(
        Layer().file("lib/a", b"old").file("lib/gone", b"12345").file("lib/b", b"b"), ("a", "1"), ("b", "1")
    )
    database(first, ("a", "1"), ("b", "1"), a="lib/a lib/gone", b="lib/b")
    second = database(Layer().file("lib/a", b"newer").whiteout("lib/gone"), ("a", "2"), ("b", "1"), a="lib/a")
    third = Layer().file("lib/b", b"b")  # touched
    image = opened(tmp_path, first, second, third)
    assert costs(image) == {"a 2": ("installed", 1, 5, 0), "b 1": ("installed", 1, 1, 1)}
    everything = costs(image, all_layers=True)
    assert everything == {**costs(image), "a 1": ("upgraded", 0, 0, 8)}
    rows = image.packages_of(all_layers=True).to_pylist()
    assert {(row["name"], row["since"], row["until"]) for row in rows} == {("a", 1, None), ("b", 0, None), ("a", 0, 1)}


def test_a_package_that_a_later_layer_removes_is_told_with_all_layers(tmp_path) -> None:
    first = database(Layer().file("opt/a", b"123"), ("a", "1"), ("b", "1"), a="opt/a")
    second = Layer().file(STATUS, status(("b", "1"))).whiteout("opt/a").whiteout("var/lib/dpkg/info/a.list")
    image = opened(tmp_path, first, second)
    assert list(costs(image)) == ["b 1"]
    assert costs(image, all_layers=True)["a 1"] == ("removed", 0, 0, 3)


def test_a_package_that_goes_and_comes_back_is_there(tmp_path) -> None:
    there = database(Layer().file("f", b"1"), ("a", "1"), a="f")
    image = opened(tmp_path, there, Layer().whiteout("var").whiteout("f"), there)
    assert costs(image, all_layers=True) == {"a 1": ("installed", 1, 1, 1)}


def test_bytes_are_told_layer_by_layer(tmp_path) -> None:
    first = database(Layer().file("f", b"123").file("g", b"1"), ("a", "1"), a="f g")
    image = opened(tmp_path, first, Layer().file("g", b"12345"))
    (row,) = image.packages.to_pylist()
    assert [(each["layer"], each["file_bytes"]) for each in row["layers"]] == [(0, 3), (1, 5)]
    assert row["claimed_bytes"] == 3 * 1024


def test_the_own_part_has_what_its_layers_installed(tmp_path) -> None:
    first = database(Layer().file("f", b"123"), ("a", "1"), a="f")
    second = database(Layer().file("g", b"12345"), ("a", "1"), ("b", "1"), b="g")
    part = opened(tmp_path, first, second).part_from(1)
    assert costs(part) == {"b 1": ("installed", 1, 5, 0)}


def test_an_image_without_packages_has_none(tmp_path) -> None:
    image = opened(tmp_path, Layer().file("f", b"1"))
    assert image.packages.num_rows == 0
    assert image.unowned().to_pylist() == []


def changes_of(layers):
    with tempfile.NamedTemporaryFile(suffix=".tar") as file:
        file.write(docker_archive(to_image(layers)))
        file.flush()
        return imgscan.open(file.name).changes


PATHS = st.one_of(tree_paths(), leaf_paths())
CLAIMS = st.lists(st.lists(PATHS, max_size=5, unique=True), min_size=1, max_size=4)


@given(layer_stacks(), CLAIMS, CLAIMS, st.data())
def test_owners_are_those_of_a_look_at_each_path(layers, files, folders, data) -> None:
    names = data.draw(st.lists(st.sampled_from(sorted(LEVELS)), min_size=len(files), max_size=len(files)))
    packages = [
        Package(
            name, str(number), "1", "", "", files="\0".join(paths).encode(),
            folders=tuple(path.encode() for path in folders[number % len(folders)]),
        )
        for number, (name, paths) in enumerate(sorted(zip(names, files, strict=True), key=lambda each: LEVELS[each[0]]))
    ]  # fmt: skip
    stacked = stack(changes_of(layers))
    seen = ownership.file_names(stacked, stacked.alive)
    found = ownership.owners(packages, ownership.Claims(stacked), {}, seen)
    paths = {int(row): stacked.rows.tree.paths[stacked.rows.node[row]].decode() for row in seen}
    expected: dict[int, int] = {}
    for row, path in paths.items():
        owner = _owner(path, packages)
        inode = int(stacked.inode[row])
        if owner is not None:
            expected[inode] = min(owner, expected.get(inode, owner))
    assert {row: int(owner) for row, owner in enumerate(found) if owner >= 0} == expected


def _owner(path: str, packages: list[Package]) -> int | None:
    for level in sorted(set(LEVELS.values())):
        members = [(at, each) for at, each in enumerate(packages) if LEVELS[each.ecosystem] == level]
        for at, each in members:
            if path in each.files.decode().split("\0"):
                return at
        above = [
            (-folder.decode().count("/"), at)
            for at, each in members
            for folder in each.folders
            if path.startswith(folder.decode() + "/")
        ]
        if above:
            return min(above)[1]
    return None


DATABASES = st.dictionaries(st.sampled_from("xyz"), st.lists(PATHS, max_size=4, unique=True), max_size=3)


@given(layer_stacks(), st.data())
def test_what_a_container_sees_is_the_end_of_what_was_installed_when(layers, data) -> None:
    """The quick way tells the packages, the owners and the newcomers that the way through all layers tells."""
    made = []
    for entries in layers:
        layer = to_layer(entries)
        if data.draw(st.booleans()):
            lists = data.draw(DATABASES)
            versions = [(name, data.draw(st.sampled_from("12"))) for name in sorted(lists)]
            database(layer, *versions, **{name: " ".join(paths) for name, paths in lists.items()})
        made.append(layer)
    with tempfile.NamedTemporaryFile(suffix=".tar") as file:
        file.write(docker_archive(Image(made)))
        file.flush()
        image = open_image(file.name)
        told = image.changes, image.stack, image.scan.learned
    everything, quick = installations(*told), installed(*told)
    present = everything.found[: everything.present]
    assert [each.package for each in present] == list(quick.packages)
    seen = image.stack.fate == VISIBLE
    assert (quick.owner == ownership.NOBODY)[~seen].all()
    assert (quick.owner == everything.owner)[seen & (everything.owner < len(present))].all()
    layer = data.draw(st.integers(0, len(made)))
    new = installed_since(image.stack, image.scan.learned, quick, layer)
    assert {at for at, each in enumerate(present) if each.since >= layer} <= new
