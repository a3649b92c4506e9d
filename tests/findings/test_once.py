"""A secret that a later layer removes is one finding, not three."""

from dataclasses import replace

import numpy as np
import pytest

from analyzer.findings import once
from tests.findings.finding import findings
from tests.images import Image, Layer, step

KEY = b"-----BEGIN OPENSSH PRIVATE KEY-----\nhush"
SECRET_RULES = ("private-keys", "secret-files", "removed-files")
HISTORY = [step("COPY id_rsa /root/.ssh/id_rsa"), step("/bin/sh -c rm /root/.ssh/*")]
IS_KEY = ((0, "private key", 0),)


def tells(first: Layer, *whiteouts: str, facts: tuple = IS_KEY, select: tuple[str, ...] = SECRET_RULES) -> list:
    """The rules of each finding about a layer with a secret, and a layer that removes some of its files."""
    second = Layer()
    for path in whiteouts:
        second.whiteout(path)
    return sorted(each.rules for each in findings(Image([first, second], history=HISTORY), *select, facts=facts).found)


def test_a_removed_key_is_told_by_its_content_only():
    assert tells(Layer().file("root/.ssh/id_rsa", KEY), "root/.ssh/id_rsa") == [
        ("private-keys", "secret-files", "removed-files")
    ]


def test_a_removed_secret_is_told_by_its_name_only():
    assert tells(Layer().file("root/.ssh/id_rsa", b"x"), "root/.ssh/id_rsa", facts=()) == [
        ("secret-files", "removed-files")
    ]


@pytest.mark.parametrize("left_out", SECRET_RULES)
def test_what_no_other_rule_tells_is_told(left_out):
    others = [each for each in SECRET_RULES if each != left_out]
    assert tells(Layer().file("root/.ssh/id_rsa", KEY), "root/.ssh/id_rsa", select=tuple(others)) == [tuple(others)]


def test_further_files_are_told_with_it():
    first = Layer().file("root/.ssh/id_rsa", KEY).file("root/.netrc", b"x").file("a", b"y")
    assert tells(first, "root/.ssh/id_rsa", "root/.netrc", "a") == [
        ("private-keys",),
        ("removed-files",),
        ("secret-files",),
    ]


def test_a_finding_of_thousands_is_compared_with_those_of_its_files(monkeypatch):
    (found,) = findings(Image([Layer().file("root/.netrc", b"x")]), "secret-files").found
    compared = []
    monkeypatch.setattr(once, "_tells", lambda *pair: bool(compared.append(pair)))
    rows = [np.array([each]) for each in range(1000)]
    many = [*(replace(found, rows=each) for each in rows), *(replace(found, rows=each, rule="x") for each in rows)]
    assert len(once.told_once(many)) == 2000
    assert len(compared) == 1000


ENV = "srv/app/.env"
CHOWN = "RUN chown -R 7 /srv"


def copies(*uids: int, removed: bool = False) -> list[Layer]:
    """The secret as each layer stores it, and a layer that removes it."""
    layers = [Layer().file(ENV, b"hush", uid=uid) for uid in uids]
    return [*layers, Layer().whiteout(ENV)] if removed else layers


@pytest.mark.parametrize(
    ("layers", "instructions", "told"),
    [
        (copies(0, 7), ("COPY . /srv", CHOWN), "; layer 1 (RUN chown -R 7 /srv) stored it again"),
        (
            copies(0, 7, removed=True),
            ("COPY . /srv", CHOWN, "RUN rm x"),
            "; layer 1 (RUN chown -R 7 /srv) stored it again; layer 2 (RUN rm x) hides it, and layers 0, 1 still have it",
        ),
        (
            copies(0, 7, 8),
            ("COPY . /srv", CHOWN, "RUN chown 8 x"),
            "; layer 1 (RUN chown -R 7 /srv) and layer 2 (RUN chown 8 x) stored it again",
        ),
    ],
)
def test_a_secret_that_chown_stored_again_is_told_once_where_it_was_stored_first(layers, instructions, told):
    image = Image(layers, history=[step(f"{each} # buildkit") for each in instructions])
    (found,) = findings(image, *SECRET_RULES, "recopied-files").found
    assert (found.layer, found.count, found.rules[0]) == (0, 1, "secret-files")
    assert found.file_bytes == 4 * sum(each.startswith(("COPY", "RUN chown")) for each in instructions)
    assert found.edit == (
        "never store /srv/app/.env: give it to the RUN that needs it by --mount=type=secret, or to the container when it "
        f"runs; replace it, since whoever has the image has it{told}"
    )


def test_a_secret_that_is_copied_again_is_to_be_left_out_of_both():
    image = Image(copies(0, 0), history=[step("COPY . /srv # buildkit"), step("COPY more /srv # buildkit")])
    found = findings(image, "secret-files").found
    assert sorted((each.layer, each.file_bytes) for each in found) == [(0, 4), (1, 4)]


def test_a_parents_secret_that_is_stored_again_is_told_with_where_it_comes_from():
    image = Image(copies(0, 7), history=[step("COPY . /srv # buildkit"), step(f"{CHOWN} # buildkit")])
    own, inherited = findings(image, "secret-files", own_from=1).found
    assert (own.layer, own.inherited, inherited.layer, inherited.inherited) == (1, False, 0, True)
    assert own.edit.endswith("; layer 0 (COPY . /srv) stored it first")
