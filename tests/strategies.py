"""Hypothesis strategies: stacks of layers over so few paths that everything collides with everything."""

from hashlib import sha256

from hypothesis import strategies as st

from tests.images import Compression, Image, Layer, plain
from tests.reference import Entry, Kind, Layers

# "a-" sorts between "a" and "a/…", which catches subtrees taken for ranges of sorted paths.
DIRECTORY_NAMES = ("a", "a-", "b")
# Symbolic links have names of their own, which never have anything below them: what a runtime does with
# entries under a symbolic link is another question, and not the reference's.
LEAF_NAMES = ("link", "leaf")
CONTENTS = (b"", b"one", b"two", b"three" * 200)
CONTENT_OF = {sha256(content).digest(): content for content in CONTENTS}

_KINDS: tuple[Kind, ...] = (
    *("file", "file", "file", "file", "file", "directory", "directory", "hardlink", "hardlink"),
    *("whiteout", "whiteout", "opaque", "fifo", "character", "block"),
)
_LEAF_KINDS: tuple[Kind, ...] = ("symlink", "file", "hardlink", "whiteout")


def tree_paths() -> st.SearchStrategy[str]:
    """Return paths up to four names deep that can be of any kind but symbolic links."""
    return st.lists(st.sampled_from(DIRECTORY_NAMES), min_size=1, max_size=4).map("/".join)


def leaf_paths() -> st.SearchStrategy[str]:
    """Return paths that never have anything below them."""
    parents = st.lists(st.sampled_from(DIRECTORY_NAMES), max_size=2)
    return st.builds(lambda parent, name: "/".join((*parent, name)), parents, st.sampled_from(LEAF_NAMES))


def _entries(tree: list[str], leaves: list[str]) -> st.SearchStrategy[Entry]:
    """Return entries at these paths, hard links still without a target."""
    anywhere = st.builds(Entry, st.sampled_from(tree), st.sampled_from(_KINDS))
    at_leaf = st.builds(Entry, st.sampled_from(leaves), st.sampled_from(_LEAF_KINDS))
    emptied_root = st.just(Entry("", "opaque"))  # rare, since it ends all below
    shapes = st.one_of(*[anywhere] * 12, *[at_leaf] * 4, emptied_root)
    return st.builds(_with_content, shapes, st.sampled_from(CONTENTS))


def _with_content(entry: Entry, content: bytes) -> Entry:
    match entry.kind:
        case "file":
            return Entry(entry.path, "file", len(content), sha256(content).digest())
        case "symlink":
            return Entry(entry.path, "symlink", link_target=content[:5].decode() or "nowhere")
        case _:
            return entry


@st.composite
def layer_stacks(draw: st.DrawFn, max_layers: int = 6, max_entries: int = 8) -> tuple[tuple[Entry, ...], ...]:
    """Return stacks of layers with repeats, type changes and hard links to anywhere."""
    tree = draw(st.lists(tree_paths(), min_size=2, max_size=8, unique=True))
    leaves = draw(st.lists(leaf_paths(), min_size=1, max_size=3, unique=True))
    layers = draw(st.lists(st.lists(_entries(tree, leaves), max_size=max_entries), max_size=max_layers))
    files = sorted({entry.path for layer in layers for entry in layer if entry.kind == "file"})

    def linked(entry: Entry) -> Entry:
        """Point a hard link anywhere: earlier, later, lower, at itself, at what is not there (yet).

        Only leaf names may link to leaf names: else a path with entries below it could become a symlink.
        """
        allowed = {*tree, *leaves} if entry.path in leaves else {*tree}
        nearer = sorted(allowed & {*files}) or tree
        target = draw(st.one_of(st.sampled_from(nearer), st.sampled_from(sorted(allowed))))
        return Entry(entry.path, "hardlink", link_target=target)

    return tuple(tuple(linked(entry) if entry.kind == "hardlink" else entry for entry in layer) for layer in layers)


def spellings(path: str) -> st.SearchStrategy[str]:
    """Return other ways to write a path that is not the root: `./a`, `/a`, `a//b`, `a/./b`, `x/../a`."""
    prefixes = st.sampled_from(["", "./", "/", ".//", "x/../", "./x/y/../../"])
    slashes = st.sampled_from(["/", "//", "/./", "/x/../"])
    return st.builds(lambda prefix, slash: prefix + path.replace("/", slash), prefixes, slashes)


def odd_names() -> st.SearchStrategy[bytes]:
    """Return single file names that are legal in a tar and a trouble in a report."""
    troubles = [b"\xff\xfe", b"new\nline", b"\x1b[31m", b"<script>", b"a|b`c`", b"=1+1", b"::error::x"]
    texts = st.text(st.characters(exclude_characters="/\0", codec="utf-8"), min_size=1, max_size=20)
    legal = st.one_of(st.sampled_from(troubles), texts.map(str.encode), st.binary(min_size=1, max_size=20))
    return legal.filter(_is_ordinary_name)


def _is_ordinary_name(name: bytes) -> bool:
    return not set(name) & set(b"/\0") and name not in {b".", b".."} and not name.startswith(b".wh.")


def to_layer(entries: tuple[Entry, ...], first_row: int = 0) -> Layer:
    """Return the builder's layer of one list of entries; mode, owner and time differ from row to row."""
    layer = Layer()
    for row, entry in enumerate(entries, start=first_row):
        _add(layer, entry, row)
    return layer


def _add(layer: Layer, entry: Entry, row: int) -> None:
    mode, owner, time = (0o644, 0o755, 0o600)[row % 3], row % 5, 1_000_000_000 + row
    match entry.kind:
        case "file":
            assert entry.digest is not None
            layer.file(entry.path, CONTENT_OF[entry.digest], mode=mode, uid=owner, mtime=time)
        case "directory":
            layer.directory(entry.path, mode=mode | 0o111, uid=owner, mtime=time)
        case "symlink":
            layer.symlink(entry.path, entry.link_target or "", uid=owner, mtime=time)
        case "hardlink":
            layer.hardlink(entry.path, entry.link_target or "", mode=mode, uid=owner, mtime=time)
        case "character":
            layer.character(entry.path, 1, 3, mode=mode, mtime=time)
        case "block":
            layer.block(entry.path, 8, 0, mode=mode, mtime=time)
        case "fifo":
            layer.fifo(entry.path, mode=mode, mtime=time)
        case "whiteout":
            layer.whiteout(entry.path)
        case "opaque":
            layer.opaque(entry.path)


def to_image(layers: Layers, compression: Compression = plain) -> Image:
    """Return the builder's image of a stack."""
    firsts = [sum(len(layer) for layer in layers[:number]) for number in range(len(layers))]
    made = [to_layer(tuple(layer), first) for layer, first in zip(layers, firsts, strict=True)]
    return Image(made, tags=["stack:test"], compression=compression)
