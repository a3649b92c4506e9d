"""One history entry's `created_by`, taken apart: which instruction, by which builder, with which shell and arguments.

The image specification says no word about its form. Each builder has its own:

    docker     /bin/sh -c #(nop)  ENV A=1               |1 A=b /bin/sh -c make
    buildkit   ENV A=1                                  RUN |1 A=b /bin/sh -c make # buildkit
    buildah    /bin/sh -c #(nop) ENV A="1"              |1 A=b /bin/sh -c make
    kaniko     RUN make

Docker's own two builders print what they understood, with values substituted and quotes gone; buildah and kaniko
repeat the Dockerfile's words.
"""

from __future__ import annotations

import re

from msgspec import Struct

DOCKER, BUILDKIT, BUILDAH, KANIKO, OTHER = "docker", "buildkit", "buildah", "kaniko", "other"
FILE_KINDS = frozenset({"ADD", "COPY", "RUN", "WORKDIR"})
SETTING_KINDS = frozenset({
    "ARG", "CMD", "ENTRYPOINT", "ENV", "EXPOSE", "HEALTHCHECK", "LABEL", "MAINTAINER", "ONBUILD", "SHELL", "STOPSIGNAL",
    "USER", "VOLUME",
})  # fmt: skip
KINDS = FILE_KINDS | SETTING_KINDS | {"FROM"}

# What some call a shell by: of conda, whose environment it then is, and of images that have no other shell.
_CALLED_BY = (
    r"(?:(?:conda|(?:micro)?mamba) run(?: -[\w-]{1,30}(?:[ =][\w.-][\w./-]{0,60})?){0,4} "
    r"|/usr/bin/env (?:-S )?|(?:/bin/)?busybox )?"
)
# With options such as `-o pipefail` or `--login`, in front of what they run; the last option ends in c.
_UNIX_SHELL = (
    rf"{_CALLED_BY}(?:(?:/usr(?:/local)?)?/bin/|/busybox/)?(?:ba|a|da|fi|k|z)?sh"
    r"(?: (?:--(?:login|noprofile|norc|posix)|[-+][A-Za-z]{1,20}(?: [a-z_]{1,20})?)){0,6}? -[A-Za-z]{0,20}c "
)
_WINDOWS_SHELL = (
    r"cmd(?:\.exe)? /S /C "
    r"|(?:powershell|pwsh)(?:\.exe)?(?: -(?:No[A-Za-z]{1,20}|ExecutionPolicy [A-Za-z]{1,20})){0,4} -Command "
)
_SHELL = re.compile(rf"(?:{_UNIX_SHELL}|(?i:{_WINDOWS_SHELL}))")
# `sh -c` without a path is what people type into `docker run` before they commit the container.
_SURE_SHELLS = ("/", "cmd", "powershell", "pwsh", "conda run", "mamba run", "micromamba run")
_BOUNDARY = re.compile(r"(?:^| )(?=[A-Za-z_][A-Za-z0-9_]*=)")
_COUNT = re.compile(r"\|(\d{1,4}) ")
_NO_OPERATION = re.compile(r"#\(nop\)(\s+)")
_KIND = re.compile(r"([A-Z]+)(?:\s+|$)")
_BUILDKIT_SUFFIX = "# buildkit"
# Docker 20.10 leaves no space behind the flag.
_GLUED_FLAG = re.compile(r"^(--chown=\S*?)(?=(?:file|dir|multi):[0-9a-f]{4})")
_SPACES = re.compile(r"\s+")


class Instruction(Struct, frozen=True):
    """What one history entry says of the instruction behind it.

    ``kind`` is RUN, COPY and so on, and empty where nothing tells. ``arguments`` are as the builder wrote
    them, with a space behind each flag, of a RUN without ``shell`` and ``build_arguments``, which stand apart;
    ``shell`` is empty for the exec form and where no shell is named. ``builder`` is docker, buildkit, buildah, kaniko
    or other.
    """

    kind: str
    arguments: str
    shell: str = ""
    build_arguments: tuple[str, ...] = ()
    builder: str = OTHER

    @property
    def text(self) -> str:
        """One line of a Dockerfile; what the entry says where the kind is unknown; empty where it says nothing."""
        return _SPACES.sub(" ", f"{self.kind} {self.arguments}").strip()

    @property
    def repeats_the_dockerfile(self) -> bool:
        """Whether the arguments are the Dockerfile's own words, variables and quotes included."""
        return self.builder in (BUILDAH, KANIKO, OTHER)


def parse_instruction(created_by: str | None, comment: str | None = None, author: str | None = None) -> Instruction:
    """The instruction behind a history entry; ``comment`` and ``author`` are where some builders sign.

    >>> parse_instruction("/bin/sh -c #(nop) COPY file:0a1b in /etc/motd ").text
    'COPY file:0a1b in /etc/motd'
    >>> parse_instruction("RUN |1 VERSION=3 /bin/sh -c apt-get update # buildkit")
    Instruction(kind='RUN', arguments='apt-get update', shell='/bin/sh -c', build_arguments=('VERSION=3',), \
builder='buildkit')
    >>> parse_instruction("umoci repack").kind
    ''
    """
    text = (created_by or "").strip()
    signed = _signature(comment, author)
    if signed == BUILDKIT or text.endswith(_BUILDKIT_SUFFIX):
        return _keyword_first(text.removesuffix(_BUILDKIT_SUFFIX).rstrip(), BUILDKIT)
    shell = _SHELL.match(text)
    no_operation = _NO_OPERATION.match(text, shell.end()) if shell else None
    if no_operation:
        return _no_operation(text[no_operation.end() :], signed or _by_style(no_operation[1], text))
    if _COUNT.match(text) or (shell and text.startswith(_SURE_SHELLS)):
        return _run(text, signed or DOCKER)
    return _keyword_first(text, signed or OTHER)


def _signature(comment: str | None, author: str | None) -> str:
    if comment and comment.startswith("buildkit."):
        return BUILDKIT
    if comment and comment.startswith("FROM "):
        return BUILDAH
    return KANIKO if author == "kaniko" else ""


def _by_style(spaces: str, text: str) -> str:
    """Docker puts two spaces before settings since 17.04, and none of the quotes and commas that buildah keeps."""
    return BUILDAH if len(spaces) == 1 and ('="' in text or '", "' in text) else DOCKER


def _no_operation(text: str, builder: str) -> Instruction:
    found = _keyword_first(text, builder)
    return found if found.kind else Instruction("", text.strip(), builder=builder)


def _keyword_first(text: str, builder: str) -> Instruction:
    """Of text that starts as a line of a Dockerfile does, or of text that nobody knows."""
    found = _KIND.match(text)
    if not found or found[1] not in KINDS:
        return Instruction("", text, builder=builder if builder in (BUILDKIT, KANIKO) else OTHER)
    if found[1] == "RUN" and builder != KANIKO:
        return _run(text[found.end() :], builder)
    arguments = text[found.end() :].strip()
    return Instruction(found[1], _GLUED_FLAG.sub(r"\1 ", arguments), builder=builder)


def _run(text: str, builder: str) -> Instruction:
    build_arguments, command = _without_build_arguments(text)
    shell = _SHELL.match(command)
    if not shell:
        return Instruction("RUN", command.strip(), "", build_arguments, builder)
    return Instruction("RUN", command[shell.end() :].strip(), shell[0].strip(), build_arguments, builder)


def _without_build_arguments(text: str) -> tuple[tuple[str, ...], str]:
    """The build arguments in front of a command, and the command.

    They are joined by spaces and may hold some, so a shell has to show where they end; without one the count
    in front decides, if each value is a single word. Where more of them seem to stand there than the count
    says, nobody can tell a value from the next name: then they are kept in one piece.
    """
    count = _COUNT.match(text)
    if not count:
        return (), text
    rest = text[count.end() :]
    shell = _SHELL.search(rest)
    while shell and shell.start() and rest[shell.start() - 1] != " ":
        shell = _SHELL.search(rest, shell.end())
    if shell:
        return _separated(rest[: shell.start()].rstrip(" "), int(count[1])), rest[shell.start() :]
    words = rest.split(" ", int(count[1]))
    given, command = words[: int(count[1])], " ".join(words[int(count[1]) :])
    if command and all("=" in word for word in given):
        return tuple(given), command
    return (), text


def _separated(text: str, count: int) -> tuple[str, ...]:
    starts = [found.end() for found in _BOUNDARY.finditer(text)]
    if len(starts) != count:
        return (text,) if text else ()
    return tuple(text[start:end].rstrip(" ") for start, end in zip(starts, [*starts[1:], len(text)], strict=True))
