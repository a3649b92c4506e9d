"""What builders really write into `created_by`, taken apart."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

import imgscan
from analyzer.instructions.created_by import Instruction, parse_instruction
from tests.real.samples import SAMPLES

# created_by -> kind, arguments, shell, build arguments, builder
DOCKER = {
    "/bin/sh -c #(nop) ADD file:090327ce in / ": ("ADD", "file:090327ce in /"),
    "/bin/sh -c #(nop)  ENV APP_HOME=/srv/app LOG_LEVEL=info": ("ENV", "APP_HOME=/srv/app LOG_LEVEL=info"),
    '/bin/sh -c #(nop)  CMD ["--port" "8080"]': ("CMD", '["--port" "8080"]'),
    '/bin/sh -c #(nop) CMD ["bash"]': ("CMD", '["bash"]'),
    "/bin/sh -c #(nop) COPY --chown=1000:1000 dir:2062ce in /srv ": ("COPY", "--chown=1000:1000 dir:2062ce in /srv"),
    "/bin/sh -c #(nop) COPY --chown=1000:1000dir:f0bf1c in . ": ("COPY", "--chown=1000:1000 dir:f0bf1c in ."),
    "/bin/sh -c #(nop) ADD --chown=appfile:0a1b in / ": ("ADD", "--chown=app file:0a1b in /"),
    "/bin/sh -c #(nop)  MAINTAINER NGINX <docker-maint@nginx.com>": ("MAINTAINER", "NGINX <docker-maint@nginx.com>"),
    'cmd /S /C #(nop)  CMD ["c:\\\\windows\\\\system32\\\\cmd.exe"]': (
        "CMD",
        '["c:\\\\windows\\\\system32\\\\cmd.exe"]',
    ),
    "powershell -Command #(nop) WORKDIR C:\\app": ("WORKDIR", "C:\\app"),
    "/bin/bash -o pipefail -c #(nop)  USER app": ("USER", "app"),
    "/bin/sh -c #(nop)  ONBUILD RUN make": ("ONBUILD", "RUN make"),
}
DOCKER_RUN = {
    "/bin/sh -c apt-get update": ("apt-get update", "/bin/sh -c", ()),
    "/bin/sh -c set -eux; \tgroupadd -r x; \tmake": ("set -eux; \tgroupadd -r x; \tmake", "/bin/sh -c", ()),
    "|1 V=3 /bin/sh -c echo $V": ("echo $V", "/bin/sh -c", ("V=3",)),
    "|2 A=1 B=two words /bin/sh -c true": ("true", "/bin/sh -c", ("A=1", "B=two words")),
    "|2 A= B=x=y /bin/sh -c true": ("true", "/bin/sh -c", ("A=", "B=x=y")),
    "|1 A=1 B=looks like two /bin/sh -c true": ("true", "/bin/sh -c", ("A=1 B=looks like two",)),
    "|1 A=b /bin/tool -y": ("/bin/tool -y", "", ("A=b",)),
    "/bin/bash -o pipefail -c a | b": ("a | b", "/bin/bash -o pipefail -c", ()),
    "/bin/bash -exo pipefail -c a | b": ("a | b", "/bin/bash -exo pipefail -c", ()),
    "/bin/ash -eo pipefail -c a": ("a", "/bin/ash -eo pipefail -c", ()),
    "/usr/bin/bash -ec a": ("a", "/usr/bin/bash -ec", ()),
    "powershell -Command $ErrorActionPreference = 'Stop'; dir": (
        "$ErrorActionPreference = 'Stop'; dir", "powershell -Command", ()),
    "cmd /S /C mkdir C:\\x": ("mkdir C:\\x", "cmd /S /C", ()),
    "/bin/bash --login -c conda install x": ("conda install x", "/bin/bash --login -c", ()),
    "|1 A=1 /bin/bash --login -eo pipefail -c a": ("a", "/bin/bash --login -eo pipefail -c", ("A=1",)),
    "conda run -n env /bin/bash -c pip install x": ("pip install x", "conda run -n env /bin/bash -c", ()),
    "pwsh -NoLogo -ExecutionPolicy Bypass -Command dir": (
        "dir", "pwsh -NoLogo -ExecutionPolicy Bypass -Command", ()),
    "/bin/sh -c echo 'FROM x' # not buildkit's": ("echo 'FROM x' # not buildkit's", "/bin/sh -c", ()),
}  # fmt: skip
BUILDKIT = {
    "RUN /bin/sh -c apk add curl # buildkit": ("RUN", "apk add curl", "/bin/sh -c", ()),
    "RUN |1 A=b c /bin/sh -c make # buildkit": ("RUN", "make", "/bin/sh -c", ("A=b c",)),
    "RUN bash -eux -c make # buildkit": ("RUN", "make", "bash -eux -c", ()),
    "RUN |1 A=b /bin/bash -O extglob -c rm !(x) # buildkit": ("RUN", "rm !(x)", "/bin/bash -O extglob -c", ("A=b",)),
    "RUN /bin/bash -Eeuo pipefail -c make # buildkit": ("RUN", "make", "/bin/bash -Eeuo pipefail -c", ()),
    "RUN /usr/bin/env bash -c make # buildkit": ("RUN", "make", "/usr/bin/env bash -c", ()),
    "RUN /usr/local/bin/bash -c make # buildkit": ("RUN", "make", "/usr/local/bin/bash -c", ()),
    "RUN /busybox/sh -c make # buildkit": ("RUN", "make", "/busybox/sh -c", ()),
    "RUN /bin/busybox sh -c make # buildkit": ("RUN", "make", "/bin/busybox sh -c", ()),
    "RUN |1 A=b conda run --no-capture-output -n env /bin/bash -c make # buildkit": (
        "RUN", "make", "conda run --no-capture-output -n env /bin/bash -c", ("A=b",)),
    "RUN /usr/bin/tool --flag # buildkit": ("RUN", "/usr/bin/tool --flag", "", ()),
    "RUN /bin/sh -c <<EOF (apt-get update...) # buildkit": ("RUN", "<<EOF (apt-get update...)", "/bin/sh -c", ()),
    "RUN /bin/sh -c apt-get update\nmake\n # buildkit": ("RUN", "apt-get update\nmake", "/bin/sh -c", ()),
    "RUN cmd /S /C dir # buildkit": ("RUN", "dir", "cmd /S /C", ()),
    "COPY --chown=app:app a b /x/ # buildkit": ("COPY", "--chown=app:app a b /x/", "", ()),
    "COPY <<EOF /etc/motd # buildkit": ("COPY", "<<EOF /etc/motd", "", ()),
    "WORKDIR /app # buildkit": ("WORKDIR", "/app", "", ()),
}  # fmt: skip
UNKNOWN = [
    "", "umoci repack", "bazel build ...", "ko build ko://example.com/cmd/app", "apko", "jib-maven-plugin:3.4.0",
    "Layer: 'jre', Created by buildpack: paketo-buildpacks/bellsoft-liberica@10.2.6", "Buildpacks Launcher Config",
    "-c echo patched by hand > /etc/motd", "/bin/bash", "sh -c echo by hand", "nix", "Runtime stuff", "RUNNING",
]  # fmt: skip


@pytest.mark.parametrize(("created_by", "expected"), DOCKER.items())
def test_docker_marks_what_runs_nothing(created_by, expected):
    assert parse_instruction(created_by) == Instruction(*expected, builder="docker")


@pytest.mark.parametrize(("created_by", "expected"), DOCKER_RUN.items())
def test_docker_writes_run_as_what_was_run(created_by, expected):
    assert parse_instruction(created_by) == Instruction("RUN", *expected, builder="docker")


@pytest.mark.parametrize(("created_by", "expected"), BUILDKIT.items())
def test_buildkit_signs_what_makes_layers(created_by, expected):
    assert parse_instruction(created_by) == Instruction(*expected, builder="buildkit")
    assert parse_instruction(created_by, "buildkit.dockerfile.v0") == Instruction(*expected, builder="buildkit")


@pytest.mark.parametrize("created_by", ["ENV A=two words", "EXPOSE map[80/tcp:{}]", 'CMD ["a" "b"]', "ARG V=1"])
def test_buildkit_signs_settings_in_the_comment(created_by):
    kind, _, arguments = created_by.partition(" ")
    found = parse_instruction(created_by, "buildkit.dockerfile.v0")
    assert (found.kind, found.arguments, found.builder) == (kind, arguments, "buildkit")
    assert parse_instruction(created_by).builder == "other"


@pytest.mark.parametrize(
    ("created_by", "comment", "kind", "arguments"),
    [
        ('/bin/sh -c #(nop) LABEL a="b c"', None, "LABEL", 'a="b c"'),
        ('/bin/sh -c #(nop) CMD ["--port", "8080"]', None, "CMD", '["--port", "8080"]'),
        ("/bin/sh -c #(nop) VOLUME /data", "FROM 5946714b4bb9", "VOLUME", "/data"),
        ("|1 V=1 /bin/sh -c make", "FROM docker.io/library/debian:12", "RUN", "make"),
    ],
)
def test_buildah_repeats_the_dockerfile(created_by, comment, kind, arguments):
    found = parse_instruction(created_by, comment)
    assert (found.kind, found.arguments, found.builder) == (kind, arguments, "buildah")
    assert found.repeats_the_dockerfile


@pytest.mark.parametrize(
    ("created_by", "arguments"), [("RUN make && sh -c 'x'", "make && sh -c 'x'"), ("COPY . /x", ". /x")]
)
def test_kaniko_repeats_the_dockerfile_and_signs_as_author(created_by, arguments):
    found = parse_instruction(created_by, author="kaniko")
    assert (found.arguments, found.shell, found.builder) == (arguments, "", "kaniko")
    assert parse_instruction(created_by).arguments == arguments


@pytest.mark.parametrize("created_by", UNKNOWN)
def test_trap_38_and_39_what_nobody_knows_stays_unknown(created_by):
    """`docker commit` leaves the container's command or nothing; ko, jib, apko, nix, bazel, buildpacks their own words."""
    assert parse_instruction(created_by) == Instruction("", created_by)
    assert parse_instruction(created_by).text == created_by


def test_an_import_has_neither_created_by_nor_kind():
    assert parse_instruction(None, "Imported from -") == Instruction("", "")


def test_text_is_one_line():
    assert parse_instruction("/bin/sh -c a &&   \t b\n\nc").text == "RUN a && b c"


def test_every_row_of_the_samples_is_known_but_those_that_no_dockerfile_made():
    unknown = set()
    for name in ("app-2.0.tar", "squashed.tar", "built-by-buildkit.tar.gz", "built-by-buildah.tar", "committed.tar"):
        for entry in imgscan.open(SAMPLES / name).config.history or []:
            found = parse_instruction(entry.created_by, entry.comment, entry.author)
            unknown |= set() if found.kind else {entry.created_by}
    assert unknown == {None, "-c echo patched by hand > /etc/motd; rm -rf /usr/share/doc"}


@given(st.text())
def test_any_text_is_taken_apart_and_nothing_is_invented(text):
    found = parse_instruction(text)
    for part in (found.kind, found.arguments, found.shell, *found.build_arguments):
        assert part in text


@pytest.mark.parametrize(
    "part",
    [
        "/bin/sh -a ",
        "conda run -n a ",
        "busybox sh -O a",
        "A=b ",
        "c",
        " -a b",
        " ",
        "powershell -No",
        "#(nop)",
        "|1 ",
        "\\",
        '"',
        "# buildkit",
        "\n",
    ],
)
@pytest.mark.parametrize("start", ["", "|3 ", "/bin/sh -", "RUN ", "/bin/sh -c #(nop) "])
@pytest.mark.parametrize("end", ["", "x # buildkit"])
def test_hostile_lengths_are_read_in_one_go(start, part, end):
    """Ends at all: 40,000 repetitions take minutes where an expression looks again from every place."""
    assert json.dumps(parse_instruction(start + part * 40_000 + end).text)
