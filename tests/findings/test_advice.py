"""Edits in the words of a Dockerfile: its own lines before and after, where amending them takes no thought."""

from __future__ import annotations

import re
import subprocess
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import pytest

from analyzer.findings.advice import Part
from analyzer.findings.amending import appended, dropped, flagged
from analyzer.findings.in_dockerfile import in_dockerfile
from analyzer.findings.model import Finding, Findings, Saving
from analyzer.instructions.dockerfile import parse_dockerfile
from tests.findings.finding import findings
from tests.images import Image, Layer, step

if TYPE_CHECKING:
    from analyzer.findings.advice import Amend

pytest.importorskip("dockerfile", reason="no wheel for this platform")

BIG, OTHER = b"1" * 5000, b"2" * 5000
APT, PIP, APK = "var/lib/apt/lists/a", "root/.cache/pip/a", "var/cache/apk/a"


def located(text: str, image: Image, *rules: str, own_from: int = 0) -> Findings:
    """Findings in an image whose layers were made by the instructions of ``text``, one each."""
    _, written = parse_dockerfile(f"FROM x\n{text}").built()
    return in_dockerfile(findings(image, *rules, own_from=own_from), "Dockerfile", written)


def edit(text: str, path: str, rule: str) -> str:
    """The edit about one file that one instruction leaves behind."""
    history = [step(f"RUN /bin/sh -c {text.removeprefix('RUN ')} # buildkit")]
    (finding,) = located(text, Image([Layer().file(path, b"1")], history=history), rule).found
    assert finding.dockerfile_line == 2
    return finding.edit


@pytest.mark.parametrize(
    ("text", "path", "rule", "diff"),
    [
        (
            "RUN apt-get update",
            APT,
            "apt-lists",
            "-RUN apt-get update\n+RUN apt-get update && apt-get clean && rm -rf /var/lib/apt/lists/*",
        ),
        (
            "RUN apt-get update && \\\n    # the tool\n    apt-get install -y tool;",
            APT,
            "apt-lists",
            "     # the tool\n-    apt-get install -y tool;\n"
            "+    apt-get install -y tool && apt-get clean && rm -rf /var/lib/apt/lists/*",
        ),
        (
            "RUN a && \\\n  pip install b",
            PIP,
            "pip-cache",
            " RUN a && \\\n-  pip install b\n+  pip install --no-cache-dir b",
        ),
        (
            "RUN apk add --no-cache b",
            APK,
            "apk-cache",
            "-RUN apk add --no-cache b\n+RUN apk add --no-cache b && rm -rf /var/cache/apk/*",
        ),
    ],
)
def test_a_run_is_amended_in_the_files_own_words(text, path, rule, diff):
    assert edit(text, path, rule) == f"Dockerfile:2\n{diff}"


@pytest.mark.parametrize(
    "text",
    [
        'RUN ["apt-get", "update"]',
        "RUN <<EOF\napt-get update\nEOF",
        "RUN apt-get update &",
        "RUN apt-get update # lists",
        'SHELL ["fish"]\nRUN apt',
    ],
)
def test_what_cannot_be_amended_as_text_has_the_edit_of_the_history(text):
    history = [step("RUN /bin/sh -c apt-get update # buildkit")]
    image = Image([Layer().file(APT, b"1")], history=history)
    if text.startswith("SHELL"):
        _, (_, written) = parse_dockerfile(f"FROM x\n{text}").built()
        (finding,) = in_dockerfile(findings(image, "apt-lists"), "Dockerfile", [written]).found
    else:
        (finding,) = located(text, image, "apt-lists").found
    assert finding.edit == "RUN apt-get update && apt-get clean && rm -rf /var/lib/apt/lists/*"


def test_a_name_of_several_lines_is_no_instruction():
    """The rest of it would be a line of the Dockerfile."""
    path = "usr/lib/python3/dist-packages/a\nRUN b/tests/c"
    assert not edit("RUN make", path, "test-files").startswith("Dockerfile")


def chowned(first: Layer, second: Layer, copy: str, change: str) -> Finding:
    """The finding about files that a second instruction stores again. The folder srv is there before."""
    told = re.sub(r" --\S+", "", copy)  # as BuildKit tells it
    history = [step("WORKDIR /srv # buildkit"), step(f"{told} # buildkit"), step(f"RUN /bin/sh -c {change} # buildkit")]
    image = Image([Layer().directory("srv"), first, second], history=history)
    (finding,) = located(f"WORKDIR /srv\n{copy}\nRUN {change}", image, "recopied-files").found
    return finding


def test_a_copy_gets_the_owner_and_the_chown_goes():
    finding = chowned(
        Layer().file("srv/a", BIG), Layer().file("srv/a", BIG, uid=7, gid=8), "COPY a /srv", "chown 7:8 x"
    )
    assert finding.edit == (
        "drop RUN chown 7:8 x, and set the owner where the files come from:\n"
        "Dockerfile:3\n-COPY a /srv\n+COPY --chown=7:8 a /srv\nDockerfile:4\n-RUN chown 7:8 x"
    )


def test_the_owner_of_an_older_folder_is_set_where_it_was():
    second = Layer().directory("srv", uid=7).file("srv/a", BIG, uid=7)
    finding = chowned(Layer().file("srv/a", BIG), second, "COPY a /srv", "chown -R 7 /srv")
    assert finding.edit.endswith("+COPY --chown=7:0 a /srv\nDockerfile:4\n-RUN chown -R 7 /srv\n+RUN chown -h 7:0 /srv")


def test_an_owner_that_the_copy_gives_is_replaced():
    first, second = Layer().file("srv/a", BIG, uid=5), Layer().file("srv/a", BIG, uid=7)
    finding = chowned(first, second, "COPY --link --chown=5 a /srv", "chown 7:0 x")
    assert "+COPY --chown=7:0 --link a /srv" in finding.edit


def test_a_mode_of_some_of_the_files_is_for_a_human():
    first = Layer().file("srv/a", BIG).file("srv/b", OTHER)
    finding = chowned(first, Layer().file("srv/a", BIG, mode=0o700), "COPY a /srv", "chmod 700 a")
    assert finding.edit.endswith("COPY a /srv  # layer 1, with mode 700 for /srv/a before it copies")


@pytest.mark.parametrize(
    ("copy", "folder", "mode"),
    [
        ("COPY a /srv", "srv", 0o664),
        ("COPY conf/?.sh a .", "srv", 0o750),
        ("ADD other /srv/a", "srv", 0o640),
        ("COPY folder /srv/made", "srv/made", 0o755),
    ],
)
def test_a_mode_is_given_to_a_copy_that_gives_it_to_no_directory(copy, folder, mode):
    first = Layer().directory("srv").file(f"{folder}/a", BIG)
    if folder != "srv":
        first.directory(folder)
    finding = chowned(first, Layer().file(f"{folder}/a", BIG, mode=mode), copy, "chmod x")
    verb, _, rest = copy.partition(" ")
    assert f"+{verb} --chmod={mode:o} {rest}" in finding.edit


@pytest.mark.parametrize(
    ("copy", "folder", "more"),
    [
        ("COPY folder /srv", "srv", Layer()),
        ("COPY a /srv/made/", "srv/made", Layer().directory("srv/made")),
        ("COPY a* /srv/", "srv/a", Layer().file("srv/a1", OTHER)),
        ("COPY folder /srv", "srv", Layer().directory("srv/empty", mode=0o700)),
        ("COPY --link a /srv/", "srv", Layer()),
    ],
    ids=["of a folder", "to a new one", "of a folder by its name", "of an empty one", "that makes all anew"],
)
def test_a_mode_is_not_given_to_a_copy_that_gives_it_to_directories(copy, folder, more):
    """Newer builders do so: nobody could enter them."""
    second = Layer().file(f"{folder}/a", BIG, mode=0o664)
    finding = chowned(more.file(f"{folder}/a", BIG), second, copy, "chmod x")
    assert "+COPY" not in finding.edit
    assert "--chmod" not in finding.edit or "--link" in copy


@pytest.mark.parametrize(("source", "flag"), [("file", "--chmod=664 "), ("dir", ""), ("multi", "")])
def test_older_builders_tell_whether_a_file_was_copied(source, flag):
    first, second = (Layer().file("srv/a", BIG, mode=mode) for mode in (0o600, 0o664))
    history = [step("WORKDIR /srv"), step(f"/bin/sh -c #(nop) COPY {source}:0a1b in /srv/ "), step("RUN chmod 664 a")]
    (finding,) = findings(Image([Layer().directory("srv"), first, second], history=history), "recopied-files").found
    assert f"COPY {flag}… /srv/  # layer 1" in finding.edit
    assert ("# layer 1: Docker takes --chmod with BuildKit alone" in finding.edit) == bool(flag)


def test_a_run_that_does_more_than_chown_is_not_dropped():
    second = Layer().file("srv/a", BIG, uid=7)
    finding = chowned(Layer().file("srv/a", BIG), second, "COPY a /srv", "make && chown 7 a")
    assert finding.edit.startswith(
        "leave the owner of files from lower layers alone in RUN make && chown 7 a, and set the owner where they come"
    )
    assert "-RUN" not in finding.edit


FOUR = [Layer("gnu"), Layer("gnu")]
for _name, _owner in zip("abcd", range(5, 9), strict=True):
    FOUR = [
        FOUR[0].file(f"d/{_name}", BIG + _name.encode()),
        FOUR[1].file(f"d/{_name}", BIG + _name.encode(), uid=_owner),
    ]


@pytest.mark.parametrize(
    ("text", "first", "second"),
    [
        ("ADD a.tar.gz /d/", Layer().file("d/a", BIG).file("d/b", OTHER), Layer().file("d/a", BIG, uid=7)),
        ("RUN make; exit 0", Layer().file("d/a", BIG), Layer().file("d/a", BIG, uid=7)),
        ("RUN make; exec make", Layer().file("d/a", BIG), Layer().file("d/a", BIG, uid=7)),
        ("RUN make", Layer("gnu").file(b"d/\xff", BIG), Layer("gnu").file(b"d/\xff", BIG, uid=7)),
        ("USER app\nRUN make", Layer().file("d/a", BIG), Layer().file("d/a", BIG, uid=7)),
        ("RUN make", *FOUR),
        ("COPY d /d/", *FOUR),
    ],
    ids=["archive", "exit", "exec", "not UTF-8", "user", "owners of a RUN", "owners of a COPY"],
)
def test_what_no_line_gives_its_owner_keeps_the_line_that_does(text, first, second):
    """An archive has its own owners; what stands behind an exit is not run; only root may give files away."""
    text += "\nRUN chown -R x /d"
    lines = [re.sub("^RUN ", "RUN /bin/sh -c ", line) + " # buildkit" for line in text.split("\n")]
    history = [step(line, empty_layer=True) if line.startswith("USER") else step(line) for line in lines]
    (finding,) = located(text, Image([first, second], history=history), "recopied-files").found
    assert "chown" in finding.edit
    assert "Dockerfile:" not in finding.edit


def test_a_second_owner_is_told_with_the_first():
    """What is advised for it alone would leave the chown of the first in place, and nothing after it."""
    layers = [Layer().file("d/a", BIG, uid=owner) for owner in (0, 7, 9)]
    lines = ["COPY d /d/", "RUN chown 7 /d/a", "RUN chown 9 /d/a"]
    history = [step(f"{re.sub('^RUN ', 'RUN /bin/sh -c ', line)} # buildkit") for line in lines]
    first, second = located("\n".join(lines), Image(layers, history=history), "recopied-files").found
    told = "and do what is advised for layer 1, which sets them too"
    assert (told in first.edit, told in second.edit) == (first.layer == 2, second.layer == 2)


def removed(second: str, *between: Layer) -> str:
    """The edit about a file that one RUN makes and a later one removes."""
    layers = [Layer().file("x", BIG), *between, Layer().whiteout("x")]
    text = "\n".join(["RUN make", *["RUN use x" for _ in between], f"RUN {second}"])
    history = [step(f"RUN /bin/sh -c {line[4:]} # buildkit") for line in text.split("\n")]
    (finding,) = located(text, Image(layers, history=history), "removed-files").found
    return finding.edit


def test_a_removal_in_the_next_run_moves_into_the_one_that_makes_the_files():
    assert removed("rm /x") == "Dockerfile:2\n-RUN make\n+RUN make && rm -rf /x\nDockerfile:3\n-RUN rm /x"


@pytest.mark.parametrize(("second", "between"), [("rm /x", [Layer().file("y", b"1")]), ("tar xf x && rm x", [])])
def test_files_that_are_used_before_they_go_are_not_removed_too_early(second, between):
    """As an archive is unpacked by one RUN and removed by the next."""
    assert removed(second, *between).startswith(
        "make one RUN of RUN make and what needs its files, with && rm -rf /x at its end; then drop"
    )


def test_secrets_in_the_dockerfile_are_not_shown():
    shown = edit("RUN API_TOKEN=hush apt-get update", APT, "apt-lists")
    assert "hush" not in shown
    assert "-RUN API_TOKEN=… apt-get update" in shown


def test_the_amended_lines_are_one_instruction_that_a_shell_can_read():
    diff = edit("RUN a \\\n  && b", APT, "apt-lists")
    amended = "\n".join(line[1:] for line in diff.split("\n")[1:] if line[0] in " +")
    _, (found,) = parse_dockerfile(f"FROM x\n{amended}\n").built()
    assert found.step.values == ("a   && b && apt-get clean && rm -rf /var/lib/apt/lists/*",)
    subprocess.run(["sh", "-n", "-c", found.step.values[0]], check=True)


def together(text: str, *amends: Amend, rules: str = "ab", layers: tuple[int, int] = (0, 0)) -> list[str]:
    """The edits of two findings, of the rules a and b, that amend one instruction."""
    _, (written,) = parse_dockerfile(f"FROM x\n{text}").built()
    (any_finding,) = findings(Image([Layer().file(APT, b"1")]), "apt-lists").found
    found = tuple(
        replace(any_finding, rule=rule, layer=layer, advise=partial(tuple, [Part("", 0, amend)]))
        for rule, layer, amend in zip(rules, layers, amends, strict=True)
    )
    located = in_dockerfile(Findings(found, Saving(), Saving()), "D", [written, None, None])
    return [each.edit for each in located.found]


def test_edits_of_one_line_are_told_as_one_too():
    layer = Layer().file(APT, b"12345").file("usr/share/man/a", b"123")
    history = [step("RUN apt-get install a # buildkit")]
    found = located("RUN apt-get install a", Image([layer], history=history), "apt-lists", "man-pages").found
    first, second = (each.edit for each in found)
    lists, pages = "apt-get clean && rm -rf /var/lib/apt/lists/*", "find /usr/share/man ! -type d -delete"
    removed = "-RUN apt-get install a"
    assert first == (
        f"Dockerfile:2\n{removed}\n+RUN apt-get install a && {lists}\n"
        f"or, with what is advised for man-pages, too:\n{removed}\n+RUN apt-get install a && {lists} && {pages}"
    )
    assert second == (
        f"Dockerfile:2 (apt-lists has all edits of this line in one)\n{removed}\n+RUN apt-get install a && {pages}"
    )


def test_a_variable_that_an_edit_needs_is_among_all_edits_of_the_line():
    layers = [Layer().file("srv/__pycache__/a.pyc", b"12").file(APT, b"12345"), Layer().file("b")]
    text = "RUN python make\nRUN python use"
    history = [step(f"RUN /bin/sh -c {line[4:]} # buildkit") for line in text.split("\n")]
    found = located(text, Image(layers, history=history), "apt-lists", "python-bytecode").found
    lists, compiled = "apt-get clean && rm -rf /var/lib/apt/lists/*", "rm -rf /srv/__pycache__"
    variable = "ENV PYTHONDONTWRITEBYTECODE=1"
    assert found[0].edit.endswith(f"\n-RUN python make\n+{variable}\n+RUN python make && {lists} && {compiled}")
    assert found[1].edit == (
        f"Dockerfile:2 (apt-lists has all edits of this line in one)\n-RUN python make\n+{variable}\n"
        f"+RUN python make && {compiled}\n"
        f"with {variable} before it: in layer 1 Python compiles again what it imports and does not find"
    )


def test_edits_that_leave_nothing_to_edit_are_told_of():
    assert together("RUN rm /x", appended("rm a"), dropped) == [
        "D:2 (also edited for b)\n-RUN rm /x\n+RUN rm /x && rm a",
        "D:2 (also edited for a)\n-RUN rm /x",
    ]


def test_of_two_owners_of_one_copy_the_later_stays():
    first, _ = together(
        "COPY --chown=5 a /srv", flagged({"--chown": "8:0"}), flagged({"--chown": "7:0"}), rules="aa", layers=(2, 1)
    )
    assert first.endswith(
        "or, with what is advised for a in layer 1, too:\n-COPY --chown=5 a /srv\n+COPY --chown=8:0 a /srv"
    )
