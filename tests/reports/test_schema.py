"""The published JSON Schemas: they are what the types say, and every report and diff keeps to its own."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import pytest

import imgscan
from analyzer.comparison import Comparison
from analyzer.opening import open_image
from reports.diff.build import build_diff
from reports.gate import json as gate_json
from reports.json import render
from reports.published import DIFF, GATE, REPORT
from reports.schema import schema_path, schema_text
from tests.gates.verdicts import verdict
from tests.images import Image, Index, Layer, docker_archive, foreign, gzip, oci_archive
from tests.reports.diffs import diff_document, hostile_diff, identical_diff
from tests.reports.documents import document, empty_document

SAMPLES = Path(__file__).resolve().parents[2] / "sample_images"
KINDS = pytest.mark.parametrize("kind", [REPORT, DIFF, GATE], ids=lambda kind: kind.name)


def _published(kind: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(schema_path(kind).read_text())
    return found


VALIDATORS = {
    kind.name: jsonschema.Draft202012Validator(_published(kind), format_checker=jsonschema.FormatChecker())
    for kind in (REPORT, DIFF, GATE)
}


def _problems(text: str | dict[str, Any] | list[Any], kind: str = "report") -> list[str]:
    found = json.loads(text) if isinstance(text, str) else text
    return [f"{error.json_path}: {error.message}" for error in VALIDATORS[kind].iter_errors(found)]


@KINDS
def test_the_published_schema_is_made_from_the_types(kind: Any) -> None:
    assert schema_path(kind).read_text() == schema_text(kind)
    assert schema_path(kind).name == f"{kind.name}-{kind.version}.schema.json"


@KINDS
def test_it_is_a_schema(kind: Any) -> None:
    jsonschema.Draft202012Validator.check_schema(_published(kind))
    assert _published(kind)["$schema"] == "https://json-schema.org/draft/2020-12/schema"


@KINDS
def test_every_definition_is_used_and_every_field_promised(kind: Any) -> None:
    """All fields are required; fields that a later version adds are allowed."""
    text = json.dumps(_published(kind))
    for name, definition in _published(kind)["$defs"].items():
        assert f'"#/$defs/{name}"' in text
        assert definition["required"] == list(definition["properties"])
        assert definition.get("additionalProperties", True) is True


@pytest.mark.parametrize(
    "path",
    ["app-2.0.tar", "app-2.0-rootfs.tar", "squashed.tar", "imported.tar.gz", "formats/oci-archive.gzip.tar", "formats/dir.plain"],
)  # fmt: skip
def test_reports_on_samples_are_valid(path: str) -> None:
    assert _problems(render(imgscan.open(SAMPLES / path).report())) == []


@pytest.mark.parametrize("platform", ["linux/amd64", "linux/arm64"])
def test_reports_on_one_of_several_platforms_are_valid(platform: str) -> None:
    document = json.loads(render(imgscan.open(SAMPLES / "multi-platform.tar", platform=platform).report()))
    assert document["image"]["platform"].startswith(platform)
    assert _problems(document) == []


@pytest.mark.parametrize(
    "content",
    [
        docker_archive(Image([])),
        docker_archive(Image([Layer()])),
        docker_archive(Image([Layer().file("a", b"a"), Layer().file("b", b"b")])),
        docker_archive(Image([Layer().file("a", b"a").file("a", b"b"), Layer().whiteout("a")], history=[])),
        docker_archive(Image([Layer().file(b"\xff\x1b", b"a")], runtime={"Env": ["\x00=\u2028"], "Labels": None})),
        docker_archive(Image([], config_changes={"config": None, "created": None, "history": None})),
        oci_archive(Image([Layer().file("a", b"a")], compression=gzip)),
        oci_archive(Index([Image([Layer().file("a", b"a")], compression=gzip)], tags=["one:1"])),
        Layer().file("etc/passwd", b"root").tar(),
    ],
    ids=["no layers", "no files", "no waste", "all waste", "hostile", "no config", "gzip", "index", "rootfs"],
)
@pytest.mark.parametrize("top", [1, 50])
def test_reports_on_odd_images_are_valid(opened, content: bytes, top: int) -> None:
    assert _problems(render(opened(content).report(top))) == []


def test_a_report_on_an_image_with_a_foreign_layer_is_valid(opened) -> None:
    layer = foreign(Layer().file("a", b"a"), "https://example.org/layer")
    image = opened(oci_archive(Image([Layer().file("b", b"b"), layer])))
    assert _problems(render(image.report())) == []


def test_made_documents_are_valid() -> None:
    assert _problems(render(document())) == []
    assert _problems(render(empty_document())) == []


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("schema_version", 1),
        ("size.tar_bytes", -1),
        ("size.tar_bytes", None),
        ("size.efficiency", 1.5),
        ("size.files", "3"),
        ("layers", {}),
        ("waste.by_cause.removed", -1),
        ("image.tags", "a:1"),
        ("notes", [1]),
    ],
)
def test_what_is_wrong_is_refused(path: str, value: object) -> None:
    """By the schema and by the reader of saved reports alike."""
    made = json.loads(render(document()))
    *above, last = path.split(".")
    place = made
    for name in above:
        place = place[name]
    place[last] = value
    assert _problems(made) != []
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(json.dumps(made), type=type(document()))


def test_a_missing_field_is_refused_and_a_new_one_is_not() -> None:
    made = json.loads(render(document()))
    assert _problems(made | {"gate": {}}) == []
    made["size"]["new_bytes"] = 1
    assert _problems(made) == []
    del made["size"]["tar_bytes"]
    assert _problems(made) == ["$.size: 'tar_bytes' is a required property"]


@pytest.mark.parametrize(
    ("old", "new"),
    [("parent.tar", "app-1.0.tar"), ("app-1.0.tar", "app-2.0.tar"), ("app-2.0.tar", "formats/oci-archive.gzip.tar")],
)
def test_diffs_of_samples_are_valid(old: str, new: str) -> None:
    images = open_image(str(SAMPLES / old)), open_image(str(SAMPLES / new))
    for base in (None, open_image(str(SAMPLES / "parent.tar"))):
        made = build_diff(Comparison(*images, base=base), 3, strict=base is None)
        assert _problems(render(made), "diff") == []


def test_made_diffs_are_valid() -> None:
    for made in (diff_document(), identical_diff(), hostile_diff("\x00\u2028<>")):
        assert _problems(render(made), "diff") == []


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("schema_version", 1),
        ("identical", "no"),
        ("growth.bytes", 1 << 64),
        ("growth.layers", [{"kind": "layer"}]),
        ("old.size.rootfs_bytes", -1),
        ("files.omitted", -1),
        ("cost.pull_bytes", "1"),
        ("strict", {}),
        ("notes", [1]),
    ],
)
def test_a_wrong_diff_is_refused(path: str, value: object) -> None:
    made = json.loads(render(diff_document()))
    *above, last = path.split(".")
    place = made
    for name in above:
        place = place[name]
    place[last] = value
    assert _problems(made, "diff") != []
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(json.dumps(made), type=type(diff_document()))


def test_a_report_is_no_diff_and_a_diff_no_report() -> None:
    assert _problems(render(document()), "diff") != []
    assert _problems(render(diff_document()), "report") != []


def test_verdicts_are_valid() -> None:
    """Those of one run: a list."""
    for made in ([], [verdict("passed")], [verdict("failed", "warned", "allowed"), verdict(name="\x00\u2028<>")]):
        assert _problems(gate_json.render(made), "gate") == []


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("status", None),
        ("outcomes", {}),
        ("why.bytes", 1 << 64),
        ("why.causes", [{"kind": "layer"}]),
        ("savings.file_bytes", -1),
        ("outcomes", [{"rule": "limits.files", "status": "failed"}]),
    ],
)
def test_a_wrong_verdict_is_refused(path: str, value: object) -> None:
    (made,) = json.loads(gate_json.render([verdict("failed")]))
    *above, last = path.split(".")
    place = made
    for name in above:
        place = place[name]
    place[last] = value
    assert _problems([made], "gate") != []
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(json.dumps([made]), type=GATE.type)
