"""Images that are empty, odd or made to hurt: findings come, in bounded time, and say nothing that is not so."""

from pathlib import Path

import pytest

import imgscan
from analyzer.findings.redaction import redacted, secrets_in
from tests.findings.finding import findings
from tests.images import Image, Layer, step
from tests.real.samples import SAMPLES


@pytest.mark.parametrize("image", [Image(), Image([Layer()]), Image([Layer().whiteout("a"), Layer().opaque("")])])
def test_images_without_files(image: Image) -> None:
    assert findings(image).found == ()


@pytest.mark.parametrize("env", [5, "A_TOKEN=hush", {"A_TOKEN": "hush"}, [None, 7, ["x"]]])
def test_configurations_that_break_their_own_rules(env) -> None:
    assert findings(Image([Layer()], runtime={"Env": env})).found == ()


def test_names_that_are_no_text() -> None:
    layer = Layer().file(b"var/lib/apt/lists/\xff", b"123").file(b"opt/\xff.tar.gz", b"12").file(b"opt/\xff/x", b"1")
    found = {finding.rule: finding for finding in findings(Image([layer])).found}
    assert found["apt-lists"].paths == ("var/lib/apt/lists/\\xff",)
    assert found["apt-lists"].file_bytes == 3


def test_a_hard_link_that_leads_nowhere_is_no_file() -> None:
    layer = Layer().hardlink("var/lib/apt/lists/a", "nowhere").hardlink("root/.ssh/id_rsa", "root/.ssh/id_rsa")
    assert findings(Image([layer])).found == ()


def test_texts_made_to_hurt_are_read_once() -> None:
    for part in ("eyJ-", "A_TOKEN=", '="', "://a", "gh", "A" * 50 + "=", "'", "$"):
        text = part * (200_000 // len(part))
        assert len(redacted(text)) <= len(text) + 1
        assert len(secrets_in(text)) <= 1


def test_many_layers_of_many_findings() -> None:
    layers = [Layer().file(f"usr/share/man/{number}", b"1").file(f"root/.npm/{number}", b"22") for number in range(300)]
    found = findings(Image(layers, history=[step("RUN /bin/sh -c npm ci") for _ in layers]))
    assert len(found.found) == 600
    assert found.together.file_bytes == 900


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.tar*")), ids=lambda path: path.name)
def test_every_sample_has_findings_that_save_no_more_than_there_is(path: Path) -> None:
    try:
        image = imgscan.open(path, **({"image": 1} if path.name == "multi-image.tar" else {}))
        size = image.size
    except imgscan.ImgscanError:
        return  # encrypted, of several platforms or otherwise for other tests
    found = image.findings()
    assert 0 <= found.together.file_bytes <= size.file_bytes
    assert all(finding.file_bytes <= found.together.file_bytes for finding in found.found)
    if size.pull_bytes is not None:
        assert 0 <= (found.together.pull_bytes or 0) <= size.pull_bytes
