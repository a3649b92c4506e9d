"""The Dockerfile made from a history: read back by BuildKit's parser it says what the history said."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import imgscan
from analyzer.instructions.created_by import parse_instruction
from analyzer.instructions.dockerfile import WrittenInstruction, parse_dockerfile, read_dockerfile
from analyzer.instructions.steps import Step, told_step
from analyzer.instructions.writing import dockerfile_lines
from tests.images import Image, Layer, docker_archive, oci_archive, step
from tests.real.samples import SAMPLES

pytest.importorskip("dockerfile", reason="no wheel for this platform")

DOCKERFILES = SAMPLES / "dockerfiles"
PARENT_ENTRIES = 6
SHELL = "/bin/sh -c"


def instructions(path_or_text: Path | str) -> tuple[WrittenInstruction, ...]:
    if isinstance(path_or_text, Path):
        return read_dockerfile(path_or_text).built()[1]
    return parse_dockerfile(path_or_text).built()[1]


def written(created_by: str, shell: str = SHELL, **known: str) -> str:
    lines, _ = dockerfile_lines(parse_instruction(created_by), shell, known)
    return "\n".join(lines)


def unknown(created_by: str, comment: str | None = None) -> list[str]:
    return dockerfile_lines(parse_instruction(created_by, comment), SHELL, {})[1]


# What each builder's history cannot know of sample_images/dockerfiles/app-2.0, by line: there in the file -> here.
SOURCES = {9: "packages/", 13: "application/", 16: "deploy/id_ed25519", 17: "deploy/credentials", 22: "production.json"}
NO_VALUE = {4: Step("ARG", ("BUILD_NUMBER",))}


@pytest.mark.parametrize(
    ("archive", "folder", "sources_are_known", "others"),
    [
        ("app-2.0.tar", "app-2.0", False, {}),
        ("app-1.0.tar", "app-1.0", False, {}),
        ("built-by-buildkit.tar.gz", "app-2.0", True, {}),
        ("built-by-buildah.tar", "app-2.0", False, NO_VALUE),
        ("squashed.tar", "app-2.0", False, {}),
    ],
)
def test_the_samples_come_back_as_they_were_written(archive, folder, sources_are_known, others):
    """The same kinds in the same order with the same values, but for what is listed here."""
    text = imgscan.open(SAMPLES / archive).dockerfile("acme/base:1.0", parent_entries=PARENT_ENTRIES)
    assert parse_dockerfile(text).built()[0] == "acme/base:1.0"
    original = instructions(DOCKERFILES / folder / "Dockerfile")
    made = instructions(text)
    assert [each.step.kind for each in made] == [each.step.kind for each in original]
    for ours, theirs in zip(made, original, strict=True):
        expected = others.get(theirs.line, theirs.step)
        if theirs.step.kind == "COPY" and not sources_are_known:
            assert theirs.step.values[0] == SOURCES[theirs.line]
            assert ours.step.values[0].startswith(("dir:", "file:"))
            assert ours.step.values[1:] == expected.values[1:]
        else:
            assert ours.step == expected, theirs.text


def test_the_parent_comes_back_too():
    made = instructions(imgscan.open(SAMPLES / "parent.tar").dockerfile())
    original = instructions(DOCKERFILES / "base" / "Dockerfile")
    assert [each.step for each in made if each.step.kind not in ("ADD", "COPY")] == [
        each.step for each in original if each.step.kind not in ("ADD", "COPY")
    ]
    assert [each.step.kind for each in made] == [each.step.kind for each in original]


def test_buildah_names_the_parent_and_where_it_ends():
    text = imgscan.open(SAMPLES / "built-by-buildah.tar").dockerfile()
    parent, made = parse_dockerfile(text).built()
    assert parent == "localhost/acme/base:1.0"
    assert len(made) == len(instructions(DOCKERFILES / "app-2.0" / "Dockerfile"))


def test_an_annotation_names_the_parent_and_what_is_its_is_marked(opened):
    name = {"org.opencontainers.image.base.name": "docker.io/library/debian:12"}
    text = opened(oci_archive(Image([Layer()], history=[step("RUN a")], annotations=name))).dockerfile()
    assert "FROM docker.io/library/debian:12\n" in text
    assert "# unknown: which of the instructions below are the parent's own" in text
    hostile = {"org.opencontainers.image.base.name": "x\nRUN rm -rf /"}
    text = opened(oci_archive(Image([Layer()], history=[step("RUN a")], annotations=hostile))).dockerfile()
    assert "FROM scratch\n" in text
    assert "rm -rf" not in text


def test_one_entry_of_buildah_marks_no_place(opened):
    """Without --layers only the last entry names the parent, whose other entries may be anybody's."""
    history = [step('/bin/sh -c #(nop) ENV A="1"', empty_layer=True), step("/bin/sh -c make", comment="FROM debian:12")]
    text = opened(docker_archive(Image([Layer()], history=history))).dockerfile()
    assert "FROM debian:12\n" in text
    assert "ENV A=" in text


def test_sizes_stand_above_what_made_them():
    text = imgscan.open(SAMPLES / "app-2.0.tar").dockerfile()
    assert "# layer 14: 129,591 bytes, 74,200 of them never seen\nRUN chown -R 10001:10001 /srv/app\n" in text


def test_layers_that_nothing_tells_of_are_marked(opened):
    text = opened(docker_archive(Image([Layer().file("a", b"1")], config_changes={"history": []}))).dockerfile()
    assert text.endswith("# layer 0: 1 bytes\n# unknown: what made it\n")
    assert parse_dockerfile(text).built() == ("scratch", ())


@pytest.mark.parametrize(
    ("created_by", "line"),
    [
        ("ENV A=two words B=x # buildkit", 'ENV A="two words" B=x'),
        ('/bin/sh -c #(nop)  ENV A=say "hi" $now \\o/', 'ENV A="say \\"hi\\" \\$now \\\\o/"'),
        ('/bin/sh -c #(nop)  CMD ["sh" "-c" "echo \\"hi\\"\\n"]', 'CMD ["sh", "-c", "echo \\"hi\\"\\n"]'),
        ('/bin/sh -c #(nop)  SHELL [/bin/bash -o pipefail -c]', 'SHELL ["/bin/bash", "-o", "pipefail", "-c"]'),
        ("/bin/bash -o pipefail -c a | b", 'RUN ["/bin/bash", "-o", "pipefail", "-c", "a | b"]'),
        ("RUN /bin/sh -c a\nb\n# buildkit", "RUN <<EOF\na\nb\nEOF"),
        ("RUN /bin/sh -c cat <<EOF\nb\nEOF # buildkit", "RUN <<EOFF\ncat <<EOF\nb\nEOF\nEOFF"),
        ("RUN /bin/sh -c dir C:\\ # buildkit", 'RUN ["/bin/sh", "-c", "dir C:\\\\"]'),
        ("RUN /bin/sh -c [ -f x ] # buildkit", 'RUN ["/bin/sh", "-c", "[ -f x ]"]'),
        ("RUN /bin/tool -y # buildkit", 'RUN ["/bin/tool", "-y"]'),
        ("/bin/sh -c #(nop) COPY file:0a1b in /with space/x ", 'COPY ["file:0a1b", "/with space/x"]'),
        ("EXPOSE map[80/tcp:{} 443/tcp:{}] # buildkit", "EXPOSE 80/tcp 443/tcp"),
        ("EXPOSE [80/tcp 443/tcp] # buildkit", "EXPOSE 80/tcp 443/tcp"),
        ('HEALTHCHECK &{["CMD" "a" "b c"] "1m30s" "0s" "5s" "2s" \'\\x03\'} # buildkit',
         'HEALTHCHECK --interval=90s --retries=3 --start-interval=2s --start-period=5s CMD ["a", "b c"]'),
        ('HEALTHCHECK &{["NONE"] "0s" "0s" "0s" \'\\x00\'} # buildkit', "HEALTHCHECK NONE"),
        ("COPY <<EOF /etc/motd # buildkit", "COPY <<EOF /etc/motd\nEOF"),
        ("umoci repack", ""),
    ],
)  # fmt: skip
def test_what_is_written(created_by, line):
    assert written(created_by) == line
    assert not line or parse_dockerfile(f"FROM scratch\n{line}\nUSER end\n").built()[1][-1].step == Step(
        "USER", ("end",)
    )


def test_known_values_tell_where_a_printed_one_ends():
    assert written("ENV A=x B=y C=z # buildkit", A="x B=y") == 'ENV A="x B=y" C=z'


def test_a_run_goes_to_the_shell_that_was_chosen(opened):
    history = [
        step("SHELL [/bin/bash -c]", empty_layer=True, comment="buildkit.dockerfile.v0"),
        step("RUN /bin/bash -c a # buildkit"),
    ]
    assert "\nRUN a\n" in opened(docker_archive(Image([Layer()], history=history))).dockerfile()


@pytest.mark.parametrize(
    ("created_by", "told"),
    [
        ("/bin/sh -c #(nop) COPY file:0a1b in /x ", "the source is known by digest only"),
        ("RUN /bin/tool -y # buildkit", "exec form, and where its words end: taken to be the spaces"),
        ("RUN /bin/sh -c <<EOF (apt-get update...) # buildkit", "the heredoc, but for its start"),
        ("COPY <<EOF /etc/motd # buildkit", "what the heredoc holds"),
        ("bazel build ...", "not an instruction: bazel build ..."),
    ],
)
def test_what_is_not_known_is_said(created_by, told):
    assert unknown(created_by) == [told]


KINDS = "ADD ARG CMD COPY ENTRYPOINT ENV EXPOSE HEALTHCHECK LABEL MAINTAINER ONBUILD RUN SHELL STOPSIGNAL USER VOLUME WORKDIR".split()  # noqa: SIM905
VALUES = st.text(st.sampled_from([*"ab =\"'\\$[]{}<E\n\t#|`-,&:x", "é", "\x1b", "\u202e"]), max_size=20)


@given(
    st.sampled_from(["/bin/sh -c #(nop)  ", "", "/bin/sh -c #(nop) "]),
    st.sampled_from(KINDS),
    VALUES,
    st.sampled_from(["", " # buildkit"]),
)
def test_no_history_breaks_out_of_its_instruction(start, kind, value, end):
    """Whatever it says: the text can be parsed, the next line is its own, and nothing moves a cursor."""
    text = written(f"{start}{kind} {value}{end}")
    assert all(each.isprintable() or each in "\n\t" for each in text)
    made = parse_dockerfile(f"FROM scratch\n{text}\nUSER end\n").built()[1]
    assert [each.step.kind for each in made] in ([kind, "USER"], ["USER"])
    assert made[-1].step == Step("USER", ("end",))


@given(
    st.dictionaries(
        st.from_regex(r"[A-Z_]{1,5}", fullmatch=True),
        st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs"))),
        min_size=1,
        max_size=4,
    )
)
def test_values_come_back_whatever_they_hold(values):
    """Where the image's environment tells them apart."""
    printed = "ENV " + " ".join(f"{name}={value}" for name, value in values.items())
    told = parse_instruction("/bin/sh -c #(nop)  " + printed)
    expected = told_step(told, values)
    if dict(each.split("=", 1) for each in expected.values) != values:
        return  # a value ends in spaces, which the history does not keep
    lines, _ = dockerfile_lines(told, SHELL, values)
    if not lines or not "".join(values.values()).isprintable():
        return  # spelled out
    (made,) = parse_dockerfile("FROM scratch\n" + lines[0] + "\n").built()[1]
    assert dict(each.split("=", 1) for each in made.step.values) == values


@given(st.lists(st.text(st.characters(codec="utf-8")), min_size=1))
def test_exec_forms_come_back_whatever_they_hold(words):
    text = written("CMD " + json.dumps(words) + " # buildkit")
    if text:
        (made,) = parse_dockerfile(f"FROM scratch\n{text}\n").built()[1]
        assert made.step == Step("CMD", tuple(words), exec_form=True)


def test_a_name_is_no_directive(opened):
    """A tag of `syntax=…` must not choose who parses the file."""
    text = opened(docker_archive(Image([Layer()], tags=["syntax=evil/frontend:1"]))).dockerfile()
    assert text.startswith("# Made by imgscan from the history of ")
