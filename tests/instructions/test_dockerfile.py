"""Dockerfiles as people write them: lines, stages, and errors that say where."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.errors import DockerfileError
from analyzer.instructions.dockerfile import DOCKERFILE_BYTES_LIMIT, parse_dockerfile, read_dockerfile, substituted
from analyzer.instructions.steps import Step

pytest.importorskip("dockerfile", reason="no wheel for this platform")


def lines(text: str, target: str | None = None) -> dict[int, str]:
    return {each.line: each.text for each in parse_dockerfile(text).built(target)[1]}


def only(line: str) -> Step:
    (found,) = parse_dockerfile(f"FROM scratch\n{line}\n").built()[1]
    return found.step


def test_an_instruction_has_the_line_where_it_starts():
    text = """# a comment
FROM debian

RUN apt-get update \\
    # why
    && apt-get install \\

       curl

COPY a \\
     b
CMD x
"""
    assert lines(text) == {4: "RUN apt-get update && apt-get install curl", 10: "COPY a b", 12: "CMD x"}


def test_heredocs_are_no_instructions():
    text = "FROM debian\nRUN <<EOF\napt-get update\nFROM evil\nEOF\nCOPY <<A <<'B' /x/\n1\nA\n2\nB\nCMD x\n"
    assert lines(text) == {2: "RUN <<EOF", 6: "COPY <<A <<'B' /x/", 11: "CMD x"}
    assert parse_dockerfile(text).built()[1][0].bodies[0] == "apt-get update\nFROM evil\n"


def test_directives_choose_the_escape():
    text = "# syntax=docker/dockerfile:1\n# escape=`\nFROM x\nRUN dir `\n  C:\\\nCOPY a C:\\x\n"
    assert lines(text) == {4: "RUN dir C:\\", 6: "COPY a C:\\x"}
    assert parse_dockerfile(text).built()[1][1].step.values == ("a", "C:\\x")


@pytest.mark.parametrize("text", ["FROM x\r\nRUN a \\\r\n b\r\nCMD c\r\n", "\ufeffFROM x\nRUN a \\\n b\nCMD c\n"])
def test_files_from_windows(text, tmp_path):
    path = tmp_path / "Dockerfile"
    path.write_bytes(text.encode())
    found = read_dockerfile(path).built()[1]
    assert [(each.line, each.text) for each in found] == [(2, "RUN a b"), (4, "CMD c")]


@pytest.mark.parametrize(
    ("line", "step"),
    [
        ("ENV A=1 B='two words' C=\"x $y\"", Step("ENV", ("A=1", "B=two words", "C=x $y"))),
        ("ENV A two  words", Step("ENV", ("A=two  words",))),
        ("env A=e\\ f", Step("ENV", ("A=e f",))),
        ('CMD ["a", "b c"]', Step("CMD", ("a", "b c"), exec_form=True)),
        ("CMD a b", Step("CMD", ("a b",))),
        ("ENTRYPOINT [ bad", Step("ENTRYPOINT", ("[ bad",))),
        ('COPY ["a b", "c"]', Step("COPY", ("a b", "c"))),
        ("COPY --from=build --chown=1:1 a b c/", Step("COPY", ("a", "b", "c/"), ("--from=build", "--chown=1:1"))),
        ("EXPOSE 81/udp 80 8000-8002", Step("EXPOSE", ("80/tcp", "81/udp", "8000/tcp", "8001/tcp", "8002/tcp"))),
        ("VOLUME /a /b", Step("VOLUME", ("/a", "/b"))),
        ("ARG A=\"x y\" B", Step("ARG", ("A=x y", "B"))),
        ("ONBUILD COPY  . /x", Step("ONBUILD", ("COPY . /x",))),
        ("MAINTAINER me and you", Step("MAINTAINER", ("me and you",))),
        ("HEALTHCHECK NONE", Step("HEALTHCHECK", ("NONE",))),
        ("HEALTHCHECK --timeout=90s CMD a  b", Step("HEALTHCHECK", ("CMD", "a  b"), ("--timeout=90s",))),
        ("RUN --mount=type=cache,target=/x make", Step("RUN", ("make",), ("--mount=type=cache,target=/x",), shell="/bin/sh -c")),
        ('WORKDIR "/a b"', Step("WORKDIR", ("/a b",))),
    ],
)  # fmt: skip
def test_what_lines_say(line, step):
    assert only(line) == step


STAGES = """ARG BASE=debian VERSION=12
FROM golang:1.22 AS build
RUN make
FROM ${BASE}:${VERSION}-slim AS common
ENV A=1
FROM build AS test
RUN make test
FROM common AS final
COPY --from=build /a /b
FROM Final
CMD b
"""


def test_the_last_stage_is_built_from_earlier_ones():
    parent, found = parse_dockerfile(STAGES).built()
    assert parent == "debian:12-slim"
    assert [each.line for each in found] == [5, 9, 11]


@pytest.mark.parametrize(
    ("target", "parent", "wanted"),
    [("test", "golang:1.22", [3, 7]), ("BUILD", "golang:1.22", [3]), ("1", "debian:12-slim", [5])],
)
def test_a_target_is_a_name_or_a_number(target, parent, wanted):
    found_parent, found = parse_dockerfile(STAGES).built(target)
    assert (found_parent, [each.line for each in found]) == (parent, wanted)


def test_another_target_is_an_error_that_lists_them():
    with pytest.raises(DockerfileError, match="Dockerfile has no stage 'nope'") as raised:
        parse_dockerfile(STAGES).built("nope")
    assert raised.value.hint == "stages: build, common, test, final"


def test_a_stage_that_is_named_like_its_parent_is_not_its_own_parent():
    assert parse_dockerfile("FROM debian AS debian\nRUN a\nFROM debian\nRUN b\n").built()[0] == "debian"
    assert lines("FROM debian AS debian\nRUN a\nFROM debian\nRUN b\n") == {2: "RUN a", 4: "RUN b"}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "Dockerfile has no instructions"),
        (b"# nothing\n\n", "Dockerfile has no instructions"),
        (b"ARG A=1\n", "Dockerfile has no FROM"),
        (b"RUN a\nFROM b\n", "Dockerfile:1: RUN stands before the first FROM"),
        (b"FROM a\nRUN b\nFETCH c\n", "Dockerfile:3: FETCH is no instruction"),
        (b"FROM a\n\nRUN \\\n\n", "Dockerfile:3: RUN says nothing"),
        (b"FROM\n", "Dockerfile:1: FROM says nothing"),
        (b"FROM a\nENV A\nRUN b\n", "Dockerfile:2: ENV must have two arguments"),
        (b"FROM a\nENV A=1\nRUN b\nENV X\n", "Dockerfile:4: ENV must have two arguments"),
        (b"FROM a\nRUN <<A\nRUN x\nA\nRUN <<EOF\nRUN abc\n", "Dockerfile:5: unterminated heredoc"),
        (b"FROM a\nRUN caf\xe9\n", "Dockerfile:2: not UTF-8"),
        (b"FROM a\nRUN a\0b\n", "Dockerfile:2: a NUL"),
        (b"FROM a\nRUN " + b"x" * 70_000, "Dockerfile:2: dockerfile line greater than max allowed size"),
        (b"#" * (DOCKERFILE_BYTES_LIMIT + 1), "Dockerfile is larger than 262,144 bytes"),
    ],
)
def test_what_is_no_dockerfile_is_an_error_with_its_line(content, message, tmp_path):
    path = tmp_path / "Dockerfile"
    path.write_bytes(content)
    with pytest.raises(DockerfileError) as raised:
        read_dockerfile(path)
    assert str(raised.value).startswith(message)
    assert "\n" not in str(raised.value)


def test_a_file_that_is_not_there_is_an_error(tmp_path):
    with pytest.raises(DockerfileError, match=r"cannot read .*: No such file or directory"):
        read_dockerfile(tmp_path / "none")
    with pytest.raises(DockerfileError, match=r"cannot read .*: Is a directory"):
        read_dockerfile(tmp_path)


@given(st.text(st.sampled_from("FROMRUNENVCPY ab\n\\\"'<[]#=-$")))
def test_any_text_is_a_dockerfile_or_an_error_of_ours(text):
    try:
        found = parse_dockerfile(f"FROM x\n{text}")
    except DockerfileError:
        return
    places = [each.line for stage in found.stages for each in stage.instructions]
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("$A", "1"),
        ("${A}", "1"),
        ("${N}", "${N}"),
        ("${N:-x}", "x"),
        ("${A:+y}", "y"),
        ("${N:+y}", ""),
        ("a$N-b", "a$N-b"),
    ],
)
def test_build_arguments_in_from(text, expected):
    assert substituted(text, {"A": "1"}) == expected
