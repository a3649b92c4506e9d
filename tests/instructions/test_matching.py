"""Which line of a Dockerfile each entry of a history comes from; what does not fit is told, and nothing forced."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import imgscan
from analyzer.instructions.created_by import parse_instruction
from analyzer.instructions.dockerfile import parse_dockerfile, read_dockerfile
from analyzer.instructions.matching import DockerfileMatch, match
from tests.real.samples import SAMPLES

pytest.importorskip("dockerfile", reason="no wheel for this platform")

APP_1 = [3, 4, 5, 6, 9, 10, 13, 16, 17, 18, 19, 22, 25, 26, 29, 30, 33, 36, 37, 38, 39, 40, 41, 42, 43]
APP_2 = [3, 4, 5, 6, 9, 10, 13, 16, 17, 18, 19, 22, 25, 26, 29, 30, 33, 36, 39, 40, 41, 42, 43, 44, 45, 46]
PARENT = [None] * 6


def dockerfile(name: str) -> Path:
    return SAMPLES / "dockerfiles" / name / "Dockerfile"


def matched(text: str, *history: str, author: str | None = None, target: str | None = None) -> DockerfileMatch:
    return match(parse_dockerfile(text), [parse_instruction(each, None, author) for each in history], target)


@pytest.mark.parametrize(
    ("archive", "folder", "lines"),
    [
        ("app-1.0.tar", "app-1.0", [*PARENT, *APP_1]),
        ("app-2.0.tar", "app-2.0", [*PARENT, *APP_2]),
        ("built-by-buildkit.tar.gz", "app-2.0", [*PARENT, *APP_2]),
        ("built-by-buildah.tar", "app-2.0", [*PARENT, *APP_2]),
        ("parent.tar", "base", [3, 4, 5, 6, 7, 8]),
        ("formats/oci-archive.zstd.tar", "app-2.0", [*PARENT, *APP_2]),
    ],
)
def test_the_samples_and_the_files_that_they_were_built_from(archive, folder, lines):
    found = imgscan.open(SAMPLES / archive).match_dockerfile(dockerfile(folder))
    assert found.notes == ()
    assert list(found.lines) == lines
    assert found.parent_entries == lines.count(None)
    assert found.parent == ("scratch" if folder == "base" else "acme/base:1.0")


@pytest.mark.parametrize("platform", ["linux/amd64", "linux/arm64"])
def test_a_variable_in_a_source_and_a_layer_for_all(platform):
    image = imgscan.open(SAMPLES / "multi-platform.tar", platform=platform)
    assert image.match_dockerfile(dockerfile("data")).lines == (3, 4, 5, 6)


def test_what_came_after_the_dockerfile_is_told_and_passed_over():
    squashed = imgscan.open(SAMPLES / "squashed.tar").match_dockerfile(dockerfile("app-2.0"))
    assert list(squashed.lines) == [*PARENT, *APP_2, None]
    assert squashed.notes == (
        "entry 32 of the image's history (without a text) was added after the build from Dockerfile, by a commit, a "
        "squash or an option of the build: it has no line",
    )
    committed = imgscan.open(SAMPLES / "committed.tar").match_dockerfile(dockerfile("base"))
    assert committed.lines == (3, 4, 5, 6, 7, 8, None)
    labelled = matched("FROM a\nCMD b\n", '/bin/sh -c #(nop)  CMD ["/bin/sh" "-c" "b"]', "/bin/sh -c #(nop)  LABEL x=y")
    assert labelled.lines == (2, None)


def test_a_mismatch_is_told_with_both_texts_and_nothing_above_is_matched():
    found = imgscan.open(SAMPLES / "app-2.0.tar").match_dockerfile(dockerfile("app-1.0"))
    assert list(found.lines) == [*[None] * 25, *APP_1[-7:]]
    assert found.parent_entries is None
    assert found.notes == (
        'Dockerfile:36 (LABEL org.opencontainers.image.version="1.0") differs from entry 24 of the image\'s history '
        "(LABEL org.opencontainers.image.version=2.0): compared from the end, they are the first that do. So the image "
        "was not built from Dockerfile as it is, and no line is told of this entry and those before it. Name the file "
        "that it was built from, or with --target another stage",
    )


def test_a_history_that_is_too_short_is_told():
    found = matched("FROM a\nRUN b\nRUN c\n", "/bin/sh -c c")
    assert (found.lines, found.parent_entries) == ((3,), None)
    assert found.notes == (
        "Dockerfile:2 (RUN b) has no entry in the image's history, which begins after it: the image was not built from "
        "Dockerfile as it is. Name the file that it was built from, or with --target another stage",
    )


def test_nothing_stands_before_scratch():
    found = matched("FROM scratch\nRUN c\n", "/bin/sh -c b", "/bin/sh -c c")
    assert (found.lines, found.parent_entries) == ((None, 2), None)
    assert found.notes[0].startswith(
        "Dockerfile starts FROM scratch, but the image's history has 1 entry before its first instruction, "
        "the last of them entry 0 of the image's history (RUN b): the image was not built from Dockerfile as it is."
    )


def test_a_stage_on_a_stage_has_the_lines_of_both():
    text = "FROM debian AS common\nENV A=1\nFROM golang\nRUN x\nFROM common\nCOPY --from=1 /a /b\n"
    found = matched(text, '/bin/sh -c #(nop)  CMD ["bash"]', "ENV A=1 # buildkit", "COPY /a /b # buildkit")
    assert (found.lines, found.parent, found.parent_entries) == ((None, 2, 6), "debian", 1)
    assert matched(text, "/bin/sh -c x", target="1").lines == (4,)


FITTING = [
    ("RUN a \\\n   && b", "/bin/sh -c a    && b"),
    ("RUN a \\\n   && b", "RUN /bin/sh -c a && b # buildkit"),
    ("RUN --mount=type=cache,target=/x make", "RUN /bin/sh -c make # buildkit"),
    ("RUN echo $A", "|1 A=3 /bin/sh -c echo $A"),
    ('RUN ["/bin/tool", "-y"]', "RUN /bin/tool -y # buildkit"),
    ('RUN ["/bin/tool", "-y"]', "/bin/tool -y"),
    ('RUN ["/bin/sh", "-c", "x"]', "/bin/sh -c x"),
    ("RUN <<EOF\na\nb\nEOF", "RUN /bin/sh -c a\nb\n # buildkit"),
    ("RUN <<EOF\na\nb\nEOF", "RUN /bin/sh -c <<EOF (a...) # buildkit"),
    ("RUN python3 <<EOF\nprint(1)\nEOF", "RUN /bin/sh -c python3 <<EOF\nprint(1)\nEOF # buildkit"),
    ("COPY <<-'EOF' /x\na\nEOF", "COPY <<EOF /x # buildkit"),
    ("COPY a b /x/", "/bin/sh -c #(nop) COPY multi:0a1b in /x/ "),
    ("COPY --chown=1:1 a /x", "/bin/sh -c #(nop) COPY --chown=1:1 file:0a1b in /x "),
    ("COPY --chown=1:1 a /x", "/bin/sh -c #(nop) COPY --chown=1:1file:0a1b in /x "),
    ("COPY ${DIR}/a '/with space/'$V", "COPY etc/a /with space/9 # buildkit"),
    ("COPY b a /x/", "COPY a b /x/ # buildkit"),
    ("COPY --link --chmod=755 a /x", "COPY a /x # buildkit"),
    ("COPY ${FILE} $HOME/", "COPY app.js /root/ # buildkit"),
    ("ADD https://example.com/x /x", "/bin/sh -c #(nop) ADD 0a1b0a1b0a1b0a1b in /x "),
    ('COPY ["a b", "c"]', "/bin/sh -c #(nop) COPY file:0a1b in c "),
    ("ENV A b c", "/bin/sh -c #(nop)  ENV A=b c"),
    ("ENV A=x B=$A/y", "ENV A=x B=x/y # buildkit"),
    ('ENV A="x B=y" C=z', "ENV A=x B=y C=z # buildkit"),
    ("LABEL b=1 a=2", "/bin/sh -c #(nop)  LABEL a=2 b=1"),
    ("WORKDIR app", "/bin/sh -c #(nop) WORKDIR /srv/app"),
    ("WORKDIR $HOME/", "WORKDIR /root # buildkit"),
    ("MAINTAINER me", "/bin/sh -c #(nop)  MAINTAINER me"),
    ("ONBUILD RUN  make", "/bin/sh -c #(nop)  ONBUILD RUN make"),
    ("ARG V=1", "ARG V=2 # buildkit"),
    ("ARG V", "/bin/sh -c #(nop)  ARG V=2"),
    ("CMD npm start", 'CMD ["/bin/sh" "-c" "npm start"] # buildkit'),
    ('CMD ["a"]', '/bin/sh -c #(nop) CMD ["a"]'),
    ("EXPOSE 80 443", "EXPOSE map[443/tcp:{} 80/tcp:{}] # buildkit"),
    ("EXPOSE 80 $PORT", "/bin/sh -c #(nop)  EXPOSE 80"),
    ("EXPOSE $PORT", "/bin/sh -c #(nop)  EXPOSE 8080"),
    ('VOLUME ["/a", "/b"]', "/bin/sh -c #(nop)  VOLUME [/a /b]"),
    ('VOLUME ["/v one", "/b"]', "VOLUME [/v one /b] # buildkit"),
    ('SHELL ["/bin/bash", "-c"]', "/bin/sh -c #(nop)  SHELL [/bin/bash -c]"),
    ('SHELL ["fish", "-c"]\nRUN x', "fish -c x"),
    ("HEALTHCHECK --interval=90s CMD x", "HEALTHCHECK &{[\"CMD-SHELL\" \"x\"] \"1m30s\" \"0s\" \"0s\" '\\x00'} # buildkit"),
    ("USER ${UID}:0", "USER 1001:0 # buildkit"),
]  # fmt: skip


@pytest.mark.parametrize(("lines", "told"), FITTING)
def test_what_builders_change_on_the_way_still_fits(lines, told):
    history = ["/bin/sh -c #(nop)  SHELL [fish -c]", told] if told.startswith("fish") else [told]
    found = matched(f"FROM x\n{lines}\n", *history)
    assert found.notes == ()
    assert found.parent_entries == 0


DIFFERING = [
    ("RUN a", "/bin/sh -c b"),
    ("RUN a", "/bin/sh -c #(nop)  ENV a=1"),
    ("RUN <<EOF\na\nEOF", "RUN /bin/sh -c <<EOF (b...) # buildkit"),
    ("COPY a /x", "/bin/sh -c #(nop) ADD file:0a1b in /x "),
    ("COPY a /x", "/bin/sh -c #(nop) COPY file:0a1b in /y "),
    ("COPY a /x", "COPY b /x # buildkit"),
    ("COPY a$X /x", "COPY b /x # buildkit"),
    ("COPY a /app", "COPY a /srv/app # buildkit"),
    ("COPY --chown=1:1 a /x", "COPY --chown=2:2 a /x # buildkit"),
    ("ENV A=1", "ENV A=2 # buildkit"),
    ("ENV A=1", "ENV A=1 B=2 # buildkit"),
    ("ARG V", "ARG W # buildkit"),
    ("CMD a", 'CMD ["/bin/sh" "-c" "b"] # buildkit'),
    ('CMD ["a", "b"]', 'CMD ["a" "c"] # buildkit'),
    ("EXPOSE 80 $P", "EXPOSE map[81/tcp:{}] # buildkit"),
    ("EXPOSE 80", "EXPOSE map[81/tcp:{}] # buildkit"),
    ("WORKDIR /app", "WORKDIR /srv/app # buildkit"),
    ("HEALTHCHECK CMD x", 'HEALTHCHECK &{["CMD-SHELL" "x"] "1m30s" "0s" "0s" \'\\x00\'} # buildkit'),
]


@pytest.mark.parametrize(("line", "told"), DIFFERING)
def test_what_differs_does_not_fit(line, told):
    found = matched(f"FROM x\n{line}\n", told)
    assert (found.lines, found.parent_entries) == ((None,), None)
    assert found.notes[0].startswith(f"Dockerfile:2 ({line.splitlines()[0]}")
    assert " differs from entry 0 of the image's history (" in found.notes[0]


def test_buildkit_has_no_entries_for_onbuild():
    found = matched("FROM x\nONBUILD RUN a\nENV A=1\nONBUILD RUN b\n", "ENV A=1 # buildkit")
    assert (found.lines, found.notes, found.parent_entries) == ((3,), (), 0)


def test_kaniko_has_no_entries_for_settings():
    text = "FROM debian\nENV A=1\nRUN make\nUSER x\nCOPY . /x\nCMD a\n"
    found = matched(text, "RUN make", "COPY . /x", author="kaniko")
    assert (found.lines, found.notes, found.parent_entries) == ((3, 5), (), 0)
    history = [parse_instruction('/bin/sh -c #(nop)  CMD ["bash"]')]
    history += [parse_instruction(each, author="kaniko") for each in ("RUN make", "COPY . /x")]
    assert match(parse_dockerfile(text), history).lines == (None, 3, 5)


LINES = {
    "RUN a": "/bin/sh -c a",
    "RUN b": "RUN /bin/sh -c b # buildkit",
    "ENV A=1": "/bin/sh -c #(nop)  ENV A=1",
    "COPY x /y": "/bin/sh -c #(nop) COPY file:0a1b in /y ",
    "USER u": "USER u # buildkit",
}


@given(st.lists(st.sampled_from(sorted(LINES))), st.lists(st.sampled_from(sorted(LINES))))
def test_a_file_fits_its_own_history_whatever_the_parent(parent, own):
    text = "FROM x\n" + "".join(f"{line}\n" for line in own)
    found = matched(text, *(LINES[line] for line in (*parent, *own)))
    assert found.lines == (*[None] * len(parent), *range(2, 2 + len(own)))
    assert (found.parent_entries, found.notes) == (len(parent), ())


@given(st.lists(st.sampled_from(sorted(LINES))), st.lists(st.sampled_from(sorted(LINES))))
def test_lines_are_matched_from_the_end_without_a_gap_and_each_fits(written, history):
    found = matched("FROM x\n" + "".join(f"{line}\n" for line in written), *(LINES[line] for line in history))
    common = 0
    while common < min(len(written), len(history)) and written[-1 - common] == history[-1 - common]:
        common += 1
    expected = [None] * (len(history) - common) + list(range(2 + len(written) - common, 2 + len(written)))
    assert list(found.lines) == expected
    assert (found.parent_entries is None) == (common < len(written)) == bool(found.notes)


def test_the_table_has_the_lines():
    image = imgscan.open(SAMPLES / "app-2.0.tar")
    assert image.history["dockerfile_line"].null_count == 32
    table = image.history_in(image.match_dockerfile(dockerfile("app-2.0")))
    assert table["dockerfile_line"].to_pylist() == [*PARENT, *APP_2]
    assert table.schema == image.history.schema


@pytest.mark.parametrize(
    ("created_by", "last"),
    [
        ('HEALTHCHECK &{[] "0s" "0s" "0s" \'\\x00\'} # buildkit', "HEALTHCHECK CMD true"),
        ("CMD []", "CMD foo"),
        ("ENTRYPOINT []", "ENTRYPOINT foo"),
        ("COPY # buildkit", "COPY a b"),
        ("ADD ", "ADD a b"),
        ("COPY --from=x", "COPY a b"),
    ],
)
def test_entries_without_arguments_are_told_and_no_trouble(tmp_path, created_by, last) -> None:
    path = tmp_path / "Dockerfile"
    path.write_text(f"FROM scratch\n{last}\n")
    found = match(read_dockerfile(path), [parse_instruction(created_by)])
    assert found.lines == (None,)
    assert found.notes
