"""The published JSON Schema: it is what the types say, and every report keeps to it."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import pytest

import imgscan
from reports import schema
from reports.document import SCHEMA_VERSION
from reports.json import render
from tests.images import Image, Index, Layer, docker_archive, foreign, gzip, oci_archive
from tests.reports.documents import document, empty_document

SAMPLES = Path(__file__).resolve().parents[2] / "sample_images"
PUBLISHED: dict[str, Any] = json.loads(schema.PUBLISHED.read_text())
VALIDATOR = jsonschema.Draft202012Validator(PUBLISHED, format_checker=jsonschema.FormatChecker())


def _problems(text: str | dict[str, Any]) -> list[str]:
    found = json.loads(text) if isinstance(text, str) else text
    return [f"{error.json_path}: {error.message}" for error in VALIDATOR.iter_errors(found)]


def test_the_published_schema_is_made_from_the_types() -> None:
    assert schema.PUBLISHED.read_text() == schema.schema_text()
    assert schema.PUBLISHED.name == f"report-{SCHEMA_VERSION}.schema.json"


def test_it_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(PUBLISHED)
    assert PUBLISHED["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def test_every_definition_is_used_and_every_field_promised() -> None:
    """All fields are required; fields that a later version adds are allowed."""
    text = json.dumps(PUBLISHED)
    for name, definition in PUBLISHED["$defs"].items():
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
    assert _problems(made | {"packages": {}}) == []
    made["size"]["new_bytes"] = 1
    assert _problems(made) == []
    del made["size"]["tar_bytes"]
    assert _problems(made) == ["$.size: 'tar_bytes' is a required property"]
