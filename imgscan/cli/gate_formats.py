"""How verdicts are written: formats by name and by the ending of a file, several at once in one run."""

from __future__ import annotations

import os
from collections import Counter
from enum import Enum
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from analyzer.errors import OutputError

from .endings import form_of
from .output import STANDARD_OUTPUT, refuse_to_replace, tell, try_all, write

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from reports.gate.document import GateDocument


class GateFormat(str, Enum):
    """How verdicts are printed; each is a module of reports."""

    text = "text"
    markdown = "markdown"
    json = "json"
    junit = "junit"
    sarif = "sarif"
    github = "github"
    codequality = "codequality"


_MODULES = {GateFormat.text: "terminal"}
_ENDINGS = {
    "txt": GateFormat.text,
    "md": GateFormat.markdown,
    "json": GateFormat.json,
    "xml": GateFormat.junit,
    "sarif": GateFormat.sarif,
}

GateFormatOption = Annotated[
    GateFormat,
    typer.Option("--format", "-f", help="Of standard output. github: annotations; codequality: GitLab's report."),
]
OutputsOption = Annotated[
    list[str] | None,
    typer.Option(
        "--output", "-o", metavar="[FORMAT:]FILE", help="Write this too, as its name ends or in FORMAT. Repeatable."
    ),
]


def outputs_of(words: Sequence[str]) -> dict[Path, GateFormat]:
    """The files to write with their formats. Raises OutputError for a format that there is not, and a file twice."""
    named = [_output(word) for word in words]
    if STANDARD_OUTPUT in dict(named):
        raise OutputError("--output: standard output has what --format names", hint="name a file, or choose --format")
    places = Counter(path.resolve() for path, _ in named)
    for path, _ in named:
        if (times := places[path.resolve()]) > 1:
            raise OutputError(f"--output: {path} would be written {times} times", hint="name a file for each format")
    return dict(named)


def refuse_to_lose(outputs: Iterable[Path], inputs: Mapping[str, Iterable[Path | str | None]]) -> None:
    """Raises OutputError where an output would take the place of what is read, which ``inputs`` has by what it is."""
    for path in outputs:
        for what, files in inputs.items():
            for file in files:
                if file is not None:
                    refuse_to_replace(str(file), path, what)


def _output(word: str) -> tuple[Path, GateFormat]:
    """``junit:report.xml``, or a file whose name tells the format; one with a colon in it may begin with ``./``."""
    form, colon, name = word.partition(":")
    if colon and form in set(GateFormat):
        if not name:
            raise OutputError(f"--output: {word} names no file", hint=f"write {form}:FILE")
        return Path(name), GateFormat(form)
    if colon and form.isalpha():
        from analyzer.settings import nearest

        raise OutputError(
            f"--output: there is no format {form}", hint=nearest(form, [each.value for each in GateFormat])
        )
    return Path(word), form_of(Path(word), _ENDINGS, GateFormat.text)


def write_verdicts(
    verdicts: Sequence[GateDocument], form: GateFormat, outputs: Mapping[Path, GateFormat], *, quiet: bool
) -> None:
    """Write the files and say so, add to the summary of a job of GitHub, and print.

    Raises OutputError for the first that could not be written, once all others are.
    """
    files = [partial(_write_file, verdicts, its_form, path, quiet=quiet) for path, its_form in outputs.items()]
    try_all([*files, partial(_summarize, verdicts), partial(_write, verdicts, form, STANDARD_OUTPUT)])


def _write(verdicts: Sequence[GateDocument], form: GateFormat, path: Path) -> None:
    write(_rendered(verdicts, form), path)


def _write_file(verdicts: Sequence[GateDocument], form: GateFormat, path: Path, *, quiet: bool) -> None:
    _write(verdicts, form, path)
    tell(f"wrote {path}", quiet=quiet)


def _rendered(verdicts: Sequence[GateDocument], form: GateFormat) -> bytes:
    module = import_module(f"reports.gate.{_MODULES.get(form, form.value)}")
    text: str = module.render(verdicts)
    return text.encode()


def _summarize(verdicts: Sequence[GateDocument]) -> None:
    """Add the verdicts to the summary of a job of GitHub, where there is one to add to. Raises OutputError."""
    summary = os.environ.get("GITHUB_STEP_SUMMARY")
    if not summary:
        return
    try:
        with Path(summary).open("ab") as file:
            file.write(_rendered(verdicts, GateFormat.markdown))
    except OSError as error:
        raise OutputError(f"cannot write to $GITHUB_STEP_SUMMARY, {summary}: {error.strerror}") from error
