"""The options that name a Dockerfile, whose lines are then told beside layers and instructions."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from analyzer.errors import UsageError

from .output import tell

if TYPE_CHECKING:
    from analyzer.instructions.matching import DockerfileMatch

    from ..image import Image


@dataclass(frozen=True)
class Lines:
    """The Dockerfile that is said to have built the image."""

    dockerfile: Annotated[
        Path | None, typer.Option("--dockerfile", metavar="FILE", help="Say which line of this Dockerfile each is.")
    ] = None
    target: Annotated[
        str | None, typer.Option("--target", metavar="STAGE", help="Stage of the Dockerfile; by default the last.")
    ] = None

    def __post_init__(self) -> None:
        """Raises UsageError for a stage of no Dockerfile, before anything is read."""
        if self.target and self.dockerfile is None:
            raise UsageError("--target: a stage of which Dockerfile?", hint="name it with --dockerfile FILE")

    def check(self) -> None:
        """Raises DockerfileError for a file that is none, where nothing else may have read it before it is too late."""
        if self.dockerfile is not None:
            from analyzer.instructions.dockerfile import read_dockerfile

            read_dockerfile(self.dockerfile).parent_line(self.target)

    def of(self, image: Image, *, quiet: bool) -> DockerfileMatch | None:
        """Where the history's entries stand; what does not fit is told on stderr. Raises DockerfileError."""
        if self.dockerfile is None:
            return None
        found = image.match_dockerfile(self.dockerfile, target=self.target)
        for note in found.notes:
            tell(note, quiet=quiet)
        return found
