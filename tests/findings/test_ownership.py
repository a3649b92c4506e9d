"""A chown or chmod that is done where the files come from gives all of the image the owners and modes that it had."""

import re

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.findings.finding import findings
from tests.images import Image, Layer, step

ROOT, APP, OTHER = (0, 0), (7, 8), (9, 9)
DIRECTORY, LINK, EMPTY, FILE = "directory", "link", "empty", "file"

# What three instructions make below /srv, which is there before; directories are made on the way.
PATHS = st.lists(st.sampled_from(["a", "b", "c", "x/a", "x/b", "x/y/a", "x/y/c", "z/a"]), max_size=5, unique=True)
MADE = st.lists(st.tuples(st.sampled_from(["RUN", "COPY"]), PATHS, st.sampled_from([LINK, EMPTY, FILE])), max_size=4)
CHANGED = st.lists(st.sampled_from(["srv", "srv/x", "srv/x/y", "srv/a", "srv/x/a"]), min_size=1, max_size=2)


def parents(path: str) -> list[str]:
    """All directories above a path, the highest first."""
    parts = path.split("/")
    return ["/".join(parts[:count]) for count in range(1, len(parts))]


def written(paths: dict[str, str], owners: dict[str, tuple[int, int]]) -> Layer:
    """A layer with an entry for each path, and one for each directory above, as builders write them."""
    layer = Layer()
    for path in sorted(paths):
        uid, gid = owners[path]
        if paths[path] == DIRECTORY:
            layer.directory(path, uid=uid, gid=gid)
        elif paths[path] == LINK:
            layer.symlink(path, "target", uid=uid, gid=gid)
        else:
            layer.file(path, path.encode() * 9 if paths[path] == FILE else b"", uid=uid, gid=gid)
    return layer


def built(made: list[tuple[str, list[str], str]]) -> list[tuple[str, dict[str, str]]]:
    """What each instruction makes that was not there: its verb, and kinds by path."""
    there = {"srv"}
    steps = [("RUN", {"srv": DIRECTORY})]
    for verb, names, kind in made:
        new = {}
        for path in (f"srv/{name}" for name in names):
            above = parents(path)
            if path not in there | new.keys():
                new |= {each: DIRECTORY for each in above if each not in there}
                new[path] = kind
        there |= new.keys()
        steps.append((verb, new))
    return steps


def run(command: str, kinds: dict[str, str], owners: dict[str, tuple[int, int]]) -> set[str]:
    """Do a chown to ``owners``, and tell what it went over."""
    reached: set[str] = set()
    for each in command.removeprefix("RUN ").split(" && "):
        if not (found := re.search(r"chown (-\w) (\d+):(\d+)(.*)", each)):
            continue
        flag, uid, gid, rest = found.groups()
        if each.startswith("find "):
            base = each.split()[1][1:]
            paths = {path for path in below(base, kinds) if kinds[path] != FILE}
        elif flag == "-R":
            paths = {path for base in rest.split() for path in below(base[1:], kinds)}
        else:
            paths = {base[1:] for base in rest.split()}
        reached |= paths
        owners |= dict.fromkeys(paths, (int(uid), int(gid)))
    return reached


def below(base: str, kinds: dict[str, str]) -> set[str]:
    """What is at a path, and below it."""
    return {path for path in kinds if path == base or path.startswith(f"{base}/")}


@given(MADE, CHANGED)
@settings(max_examples=60, deadline=None)
def test_the_edits_give_the_owners_that_the_chown_gave(made, changed):
    steps = built(made)
    kinds = {path: kind for _, new in steps for path, kind in new.items()}
    owners = dict.fromkeys(kinds, ROOT)
    layers = [
        written({each: kinds[each] for path in new for each in (*parents(path), path)}, owners) for _, new in steps
    ]
    changed_paths = {path for base in changed for path in below(base, kinds)}
    wanted = owners | dict.fromkeys(changed_paths, APP)
    layers.append(written({path: kinds[path] for path in changed_paths}, wanted))
    lines = [f"{verb} {number} /srv # buildkit" for number, (verb, _) in enumerate(steps)]
    image = Image(layers, history=[step(each) for each in [*lines, "RUN chown -R 7:8 some # buildkit"]])
    for finding in findings(image, "recopied-files").found:
        assume("…" not in finding.edit and " only" not in finding.edit.split("\n", 1)[1])
        edits = {int(number): line for line, number in re.findall(r"^(.*)  # layer (\d+)", finding.edit, re.MULTILINE)}
        given, there = {}, {}
        for number, (verb, new) in enumerate(steps):
            flag = re.search(r"--chown=(\d+):(\d+)", edits.get(number, ""))
            there |= new
            given |= dict.fromkeys(new, (int(flag[1]), int(flag[2])) if flag else ROOT)
            stored = run(edits[number], there, given) if number in edits and verb == "RUN" else set()
            assert not any(there[path] == FILE and path not in new for path in stored)
        stored = run(edits.get(len(steps), ""), there, given)
        assert not any(there[path] == FILE for path in stored)
        assert given == wanted


def test_what_stores_no_bytes_gets_its_owner_where_it_had_it():
    """The folder above, which is older, and a link that a step between made anew."""
    app = {"uid": 7, "gid": 8}
    made = Layer().directory("srv/app").file("srv/app/tool", b"tool").symlink("srv/app/now", "tool")
    changed = Layer().directory("srv", **app).directory("srv/app", **app).symlink("srv/app/now", "tool", **app)
    layers = [
        *(Layer().directory("srv"), made, Layer().symlink("srv/app/now", "tool")),
        changed.file("srv/app/tool", b"tool", **app),
    ]
    history = [step(f"RUN {each} # buildkit") for each in ("mkdir", "make", "link", "chown -R 7:8 /srv")]
    (found,) = findings(Image(layers, history=history), "recopied-files").found
    assert found.edit == (
        "drop RUN chown -R 7:8 /srv but for what stores no bytes, and set the owner where the files come from:\n"
        "RUN make && chown -R 7:8 /srv/app  # layer 1\nRUN chown -h 7:8 /srv /srv/app/now  # layer 3"
    )


def test_directories_get_their_mode_where_they_had_it():
    paths = [f"srv/{name}" for name in "abcd"]
    made, changed = Layer(), Layer()
    for layer, mode in ((made, 0o755), (changed, 0o750)):
        for path in ["srv", *paths]:
            layer.directory(path, mode=mode)
        layer.file("srv/a/tool", b"tool", mode=mode).file("srv/a/empty", mode=mode)
    history = [step("COPY folder / # buildkit"), step("RUN chmod -R 750 /srv # buildkit")]
    (found,) = findings(Image([made, changed], history=history), "recopied-files").found
    assert found.edit.endswith(
        "COPY folder /  # layer 0, with mode 750 for /srv/a/tool before it copies\n"
        "RUN find /srv -type d -exec chmod 750 {} + && chmod 750 /srv/a/empty  # layer 1"
    )
