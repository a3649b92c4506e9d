"""A secret that a later layer removes is one finding, not three."""

from dataclasses import replace

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


def test_a_finding_of_thousands_of_layers_is_compared_with_those_of_its_own(monkeypatch):
    (found,) = findings(Image([Layer().file("root/.netrc", b"x")]), "secret-files").found
    compared = []
    monkeypatch.setattr(once, "_tells", lambda *pair: bool(compared.append(pair)))
    layers = range(1000)
    many = [
        *(replace(found, layer=each) for each in layers),
        *(replace(found, layer=each, rule="x") for each in layers),
    ]
    assert len(once.told_once(many)) == 2000
    assert len(compared) == 1000
