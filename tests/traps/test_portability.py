"""Names that other systems cannot hold, or not take as meant, are told of in the notes; what comes close is not."""

import re

import pytest

from tests.images import Layer

NFC, NFD = "caf\u00e9", "cafe\u0301"


def told(image):
    return [note.removeprefix("paths that ") for note in image.report().notes if note.startswith("paths that ")]


@pytest.mark.parametrize(
    ("layer", "note"),
    [
        (Layer().file("a/README").file("a/readme").file("a/ReadMe"), "only letter case .* 3, like a/README;"),
        (Layer().file("x/f").file("X/f"), "only letter case .* 2, like X;"),
        (Layer().file("\u00c9").file("e\u0301"), "only letter case .* 2, like"),
        (Layer().file(f"d/{NFD}").file(f"d/{NFC}"), f"only Unicode normalisation .* 2, like d/{NFD};"),
        (Layer().file("d/" + "n" * 256), "have a name of more than 255 bytes: 1, like d/n{58}…;"),
        (Layer().file("d/" + "\u00e9" * 128), "have a name of more than 255 bytes: 1, like d/\u00e9{58}…;"),
        (Layer().file("a/../b"), r"are written with \.\. in their layer: 1, like a/\.\./b;"),
        (Layer().directory("etc").file("etc/.wh."), r"are whiteouts of just \.wh\.: 1, like etc/\.wh\.;"),
    ],
)
def test_what_other_systems_cannot_hold_is_told_of(stacked, layer, note):
    (found,) = told(stacked(layer))
    assert re.match(note, found), found


@pytest.mark.parametrize(
    "layers",
    [
        (Layer().file("a/README").file("b/readme"),),
        (Layer().file("a/README"), Layer().whiteout("a/README").file("a/readme")),
        (Layer().file("README").file("LICENSE").file(NFC).file(b"\xe9").file(b"\xc9"),),
        (Layer().file("d/" + "n" * 255).file("e" * 200 + "/" + "f" * 200),),
        (Layer().file("a..b/..c/d..").file("/etc/x").file("./y"),),
        (Layer().directory("etc").whiteout("etc/.wh"), Layer().opaque("etc")),
    ],
)
def test_what_comes_close_is_not(stacked, layers):
    assert told(stacked(*layers)) == []
