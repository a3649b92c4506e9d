"""Files that went elsewhere."""

from hypothesis import given
from hypothesis import strategies as st

from tests.diff.pairs import changes, difference
from tests.images import Layer


def moves(old: Layer, new: Layer) -> dict[str, str]:
    """New paths by old ones."""
    rows = difference([old], [new]).files.to_pylist()
    return {row["old_path"]: row["path"] for row in rows if row["change"] == "moved"}


def test_a_content_that_is_elsewhere_has_moved() -> None:
    old, new = Layer().file("a/x", b"content"), Layer().file("b/y", b"content")
    assert moves(old, new) == {"a/x": "b/y"}


def test_a_copy_is_no_move() -> None:
    old, new = Layer().file("a", b"content"), Layer().file("a", b"content").file("b", b"content")
    assert changes(difference([old], [new])) == {"b": ("added", [], 7)}


def test_a_moved_file_that_was_touched_says_so() -> None:
    old, new = Layer().file("a", b"content", mode=0o644), Layer().file("b", b"content", mode=0o600, uid=7)
    assert changes(difference([old], [new])) == {"b": ("moved", ["mode", "owner"], 0)}


def test_empty_files_move_with_their_folder_only() -> None:
    old = Layer().file("p/a", b"1").file("p/__init__.py").symlink("p/l", "a").directory("p/d").file("x/empty")
    new = Layer().file("q/a", b"1").file("q/__init__.py").symlink("q/l", "a").directory("q/d").file("y/empty")
    assert moves(old, new) == {"p/a": "q/a", "p/__init__.py": "q/__init__.py", "p/l": "q/l", "p/d": "q/d", "p": "q"}


def test_of_copies_the_one_in_the_folder_that_moved_is_taken() -> None:
    old = Layer().file("p/licence", b"same").file("p/a", b"1").file("r/licence", b"same").file("r/b", b"2")
    new = Layer().file("s/licence", b"same").file("s/b", b"2").file("q/licence", b"same").file("q/a", b"1")
    found = moves(old, new)
    assert found["p/licence"] == "q/licence"
    assert found["r/licence"] == "s/licence"


def test_of_copies_those_with_the_same_name_go_together() -> None:
    old = Layer().file("a/one", b"same").file("a/two", b"same")
    new = Layer().file("b/two", b"same").file("c/one", b"same").file("d/three", b"same")
    assert moves(old, new) == {"a": "b", "a/one": "c/one", "a/two": "b/two"}


def test_a_folder_that_only_copies_tell_of_has_moved_too() -> None:
    old = Layer().directory("a").file("a/one", b"same").file("a/two", b"same").file("a/__init__.py")
    new = Layer().directory("z").file("z/one", b"same").file("z/two", b"same").file("z/__init__.py")
    assert moves(old, new) == {"a": "z", "a/one": "z/one", "a/two": "z/two", "a/__init__.py": "z/__init__.py"}


def test_a_folder_with_tens_of_thousands_of_files_is_renamed() -> None:
    old, new = Layer(), Layer()
    for number in range(30_000):
        name = f"lib/{number % 100}/{number}.so"
        content = b"%d" % (number % 27_000)  # some contents stand at two paths
        old.file(f"opt/old/{name}", content, dialect="gnu")
        new.file(f"opt/new/{name}", content, dialect="gnu")
    document = difference([old], [new]).report(top=5)
    assert [(each.change, each.paths, each.bytes) for each in document.files.counts] == [("moved", 30_102, 0)]
    assert [(each.old_path, each.path, each.paths) for each in document.files.moved_folders] == [
        ("opt/old", "opt/new", 30_101)
    ]
    assert document.files.omitted == 30_102 - 5


NAMES = st.lists(st.sampled_from("abc"), min_size=1, max_size=3).map("/f/".join).map(lambda name: name + ".x")
FILES = st.dictionaries(NAMES, st.sampled_from([b"", b"1", b"22", b"333"]), max_size=6)


@given(FILES, FILES)
def test_each_path_is_in_one_move_and_contents_agree(before, after) -> None:
    found = moves(Layer().files(before), Layer().files(after))
    assert len(set(found.values())) == len(found)
    for old_path, path in found.items():
        assert before.get(old_path) == after.get(path)
        assert old_path not in after
        assert path not in before
    lost = {content for path, content in before.items() if content and path not in after and path not in found}
    come = {content for path, content in after.items() if content and path not in before and path not in found.values()}
    assert not lost & come
