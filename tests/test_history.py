"""The history table: every layer in exactly one row, so that sums over instructions are sums over layers."""

from dataclasses import replace

import pyarrow.compute as pc
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import imgscan
from tests.images import ABSENT, Image, Layer, docker_archive, gzip, oci_archive, step
from tests.real.samples import APP, SAMPLES
from tests.strategies import layer_stacks, to_image

COSTS = ("file_bytes", "pull_bytes", "waste_held", "waste_caused")
LAYERS = [Layer().file("a", b"1" * 10), Layer().file("a", b"2" * 7), Layer().whiteout("a")]


def rows(image: imgscan.Image, *names: str) -> list[tuple[object, ...]]:
    return [tuple(row[name] for name in names) for row in image.history.to_pylist()]


def test_a_row_an_instruction_with_what_its_layer_costs(opened):
    history = [
        step("COPY a b # buildkit"),
        step("ENV A=1", empty_layer=True),
        step("RUN b"),
        step("", comment="by hand"),
    ]
    image = opened(docker_archive(Image(LAYERS, history=history)))
    assert rows(image, "history", "layer", "instruction", "text", *COSTS) == [
        (0, 0, "COPY", "COPY a b", 10, None, 10, 0),
        (1, None, "ENV", "ENV A=1", None, None, None, None),
        (2, 1, "RUN", "RUN b", 7, None, 7, 10),
        (3, 2, "", None, 0, None, 0, 7),
    ]
    assert rows(image, "empty_layer", "comment", "dockerfile_line")[3] == (False, "by hand", None)


def test_pull_bytes_are_the_blobs(opened):
    image = opened(oci_archive(Image(LAYERS, compression=gzip)))
    assert image.history["pull_bytes"].to_pylist() == image.layers["blob_bytes"].to_pylist()
    assert sum(image.history["pull_bytes"].to_pylist()) < image.size.pull_bytes


@pytest.mark.parametrize("history", [ABSENT, None, []])
def test_trap_37_without_a_history_the_layers_are_the_rows(opened, history):
    image = opened(docker_archive(Image(LAYERS, config_changes={"history": history})))
    assert rows(image, "history", "layer", "instruction", "file_bytes") == [
        (None, 0, None, 10), (None, 1, None, 7), (None, 2, None, 0)]  # fmt: skip


def test_trap_37_a_history_that_does_not_fit_is_listed_beside_the_layers(opened):
    image = opened(docker_archive(Image(LAYERS, history=[step("RUN a"), step("RUN b")])))
    assert rows(image, "history", "layer", "text") == [
        (0, None, "RUN a"), (1, None, "RUN b"), (None, 0, None), (None, 1, None), (None, 2, None)]  # fmt: skip


def test_trap_39_other_builders_keep_their_own_words(opened):
    own = ["bazel build ...", "ko build ko://example.com/app", "apko"]
    image = opened(docker_archive(Image(LAYERS, history=[step(text, created="1970-01-01T00:00:00Z") for text in own])))
    assert rows(image, "layer", "instruction", "text") == [(at, "", text) for at, text in enumerate(own)]


HISTORY = st.lists(
    st.builds(
        step,
        st.sampled_from(["", "RUN x", "COPY a b # buildkit", "/bin/sh -c #(nop)  ENV A=1", "umoci repack"]),
        empty_layer=st.booleans(),
    ),
    max_size=6,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(layer_stacks(), HISTORY)
def test_every_layer_has_one_row_whatever_the_history_says(opened, layers, history):
    image = opened(docker_archive(replace(to_image(layers), history=history)))
    table = image.history
    assert [row["history"] for row in table.to_pylist()[: len(history)]] == list(range(len(history)))
    found = [layer for layer in table["layer"].to_pylist() if layer is not None]
    assert found == list(range(len(layers)))
    assert (pc.sum(table["file_bytes"]).as_py() or 0) == image.size.file_bytes
    assert (pc.sum(table["waste_held"]).as_py() or 0) == image.size.waste_bytes
    assert (pc.sum(table["waste_caused"]).as_py() or 0) == image.size.waste_bytes


@pytest.mark.parametrize("name", ["app-2.0.tar", "squashed.tar", "built-by-buildah.tar", "imported.tar.gz"])
def test_the_samples_sum_up(name):
    image = imgscan.open(SAMPLES / name)
    assert pc.sum(image.history["file_bytes"]).as_py() == image.size.file_bytes
    assert pc.sum(image.history["waste_caused"]).as_py() == image.size.waste_bytes


def test_sql_has_it():
    found = imgscan.open(APP).sql(
        "select text, waste_caused from history order by waste_caused desc nulls last limit 1"
    )
    assert found.to_pylist() == [{"text": "RUN chown -R 10001:10001 /srv/app", "waste_caused": 129_591}]
