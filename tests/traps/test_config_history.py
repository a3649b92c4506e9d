"""Configs and histories: absent, shorter, longer, mute, from builders that are not Docker."""

from hashlib import sha256

import pytest

from tests.images import ABSENT, DOCKER, Image, Index, Layer, crane_archive, docker_archive, gzip, oci_archive, step
from tests.traps.views import contents

LAYERS = [Layer().file(f"f{number}", b"x" * number) for number in range(3)]
UNKNOWN = [None, None, None]


def created_by(image):
    return image.layers["created_by"].to_pylist()


def with_history(opened, history, layers=LAYERS):
    return opened(docker_archive(Image(layers, history=history)))


def test_entries_without_a_layer_use_up_none(opened):
    history = [
        step("ENV A=1", empty_layer=True),
        step("COPY one"),
        step("LABEL", empty_layer=True),
        step("USER", empty_layer=True),
        step("RUN two"),
        step("RUN three"),
        step("CMD", empty_layer=True),
    ]
    assert created_by(with_history(opened, history)) == ["COPY one", "RUN two", "RUN three"]


def test_a_history_of_rows_without_layers_and_no_layer_is_legal(opened):
    image = with_history(opened, [step("ENV A=1", empty_layer=True)], layers=[])
    assert image.size.layers == 0
    assert image.report().size.efficiency == 1.0


@pytest.mark.parametrize("history", [ABSENT, None, []])
def test_an_absent_history_leaves_the_instructions_unknown_without_a_word(opened, history):
    image = opened(docker_archive(Image(LAYERS, config_changes={"history": history})))
    assert created_by(image) == UNKNOWN
    assert image.layers["created"].to_pylist() == UNKNOWN
    assert image.notes == ()
    assert [layer.instruction for layer in image.report().layers] == ["", "", ""]


@pytest.mark.parametrize("count", [1, 2, 4, 7])
def test_a_history_of_another_length_is_told_and_never_guessed_at(opened, count):
    image = with_history(opened, [step(f"RUN {number}") for number in range(count)])
    assert created_by(image) == UNKNOWN
    assert [note for note in image.notes if "history" in note and str(count) in note]


def test_an_oci_image_tells_of_a_history_of_another_length_too(opened):
    image = opened(oci_archive(Image(LAYERS, history=[step("RUN one")])))
    assert created_by(image) == UNKNOWN
    assert [note for note in image.notes if "history" in note]


def test_a_squashed_image_has_one_layer_and_many_rows(opened):
    history = [step(f"RUN {number}", empty_layer=True) for number in range(20)] + [step("", comment="merge")]
    image = with_history(opened, history, LAYERS[:1])
    assert created_by(image) == [""]
    assert image.report().layers[0].instruction == ""


@pytest.mark.parametrize("value", ["", None, ABSENT])
def test_a_commit_or_an_import_has_no_instruction(opened, value):
    entry = {
        key: item
        for key, item in {"created": "2024-01-01T00:00:00Z", "created_by": value}.items()
        if item is not ABSENT
    }
    image = with_history(opened, [entry], LAYERS[:1])
    assert created_by(image) in ([""], [None])
    assert image.report().layers[0].instruction == ""


@pytest.mark.parametrize(
    "created", ["0001-01-01T00:00:00Z", "1970-01-01T00:00:00Z", "1980-01-01T00:00:01Z", "", "yesterday"]
)
def test_times_of_reproducible_builders_are_kept_as_they_are_and_decide_nothing(opened, created):
    history = [step(f"ko build {number}", created=created) for number in range(3)]
    image = with_history(opened, history)
    assert image.layers["created"].to_pylist() == [created] * 3
    assert created_by(image) == [f"ko build {number}" for number in range(3)]


def test_layers_stand_in_order_whatever_their_times_say(opened):
    years = ("2030", "1970", "2001")
    history = [step(f"RUN {year}", created=f"{year}-01-01T00:00:00Z") for year in years]
    assert created_by(with_history(opened, history)) == [f"RUN {year}" for year in years]


def test_a_hundred_layers_of_nix_are_kept_apart(opened):
    layers = [Layer().file(f"nix/store/{number:03}-pkg/bin/a", b"%d" % number) for number in range(100)]
    image = opened(
        crane_archive(
            Image(layers, compression=gzip, created="0001-01-01T00:00:00Z", config_changes={"history": ABSENT})
        )
    )
    assert image.size.layers == 100
    assert len(contents(image)) == 100
    assert len(set(image.layers["chain_id"].to_pylist())) == 100


def test_labels_of_buildpacks_are_in_the_config(opened):
    labels = {"io.buildpacks.lifecycle.metadata": '{"buildpacks": []}'}
    image = opened(
        oci_archive(Image(LAYERS, runtime={"Labels": labels, "Env": ["A=1"]}, created="1980-01-01T00:00:01Z"))
    )
    assert image.config.config == {"Labels": labels, "Env": ["A=1"]}
    assert image.report().image.config["Labels"] == labels


@pytest.mark.parametrize(
    "changes", [{"config": None}, {"config": ABSENT}, {"created": None}, {"created": ABSENT}, {"author": None}]
)
def test_optional_parts_of_a_config_may_be_null_or_absent(opened, changes):
    image = opened(docker_archive(Image(LAYERS, config_changes=changes)))
    assert image.report().size.layers == 3


def test_unknown_parts_of_a_config_are_ignored(opened):
    more = {
        "container_config": {"Cmd": 1},
        "docker_version": "27",
        "moby.buildkit.buildinfo.v1": "x",
        "os.features": ["win32k"],
    }
    assert opened(docker_archive(Image(LAYERS, config_changes=more))).size.layers == 3


def test_an_image_without_layers_has_nothing_and_reports_it(opened):
    for source in (docker_archive(Image([])), oci_archive(Image([]))):
        image = opened(source)
        assert (image.size.layers, image.size.tar_bytes, image.size.files, image.size.efficiency) == (0, 0, 0, 1.0)
        assert [table.num_rows for table in image.tables().values()] == [0] * 7
        assert image.report().layers == []


def test_an_empty_layer_is_legal_and_all_overhead(opened):
    empty = Layer()
    assert empty.diff_id == "sha256:5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef"
    for layers in ([empty], [empty, LAYERS[1], empty], [empty, empty]):
        image = opened(docker_archive(Image(layers)))
        assert image.size.layers == len(layers)
        assert image.ledger().layers[0].overhead == 1024
        assert image.layers["entries"].to_pylist()[0] == 0
        image.report()


def test_the_image_id_is_the_digest_of_the_config_and_the_platform_its_own(opened):
    built = Image(LAYERS, platform="linux/arm64/v8", media_types=DOCKER, compression=gzip)
    for source in (docker_archive(built), oci_archive(built), oci_archive(Index([built], media_types=DOCKER))):
        image = opened(source)
        assert image.image_id == built.image_id
        assert image.platform == "linux/arm64/v8"


def test_chain_ids_are_those_of_the_specification(opened):
    image = opened(docker_archive(Image(LAYERS)))
    chain = LAYERS[0].diff_id
    expected = [chain]
    for layer in LAYERS[1:]:
        chain = "sha256:" + sha256(f"{chain} {layer.diff_id}".encode()).hexdigest()
        expected.append(chain)
    assert image.layers["chain_id"].to_pylist() == expected


def test_pull_bytes_are_distinct_blobs_and_the_config_or_unknown(opened):
    built = Image([LAYERS[1], LAYERS[2], LAYERS[1]], compression=gzip)
    blobs = {each.digest: len(each.stored) for each in built.blobs_of_layers}
    assert opened(oci_archive(built)).size.pull_bytes == sum(blobs.values()) + len(built.config_bytes)
    assert opened(docker_archive(Image(LAYERS))).size.pull_bytes is None


def test_annotations_of_the_manifest_with_the_base_image_do_no_harm(opened):
    base = {
        "org.opencontainers.image.base.name": "docker.io/library/debian:12",
        "org.opencontainers.image.base.digest": "x",
    }
    assert opened(oci_archive(Image(LAYERS, annotations=base))).size.layers == 3
