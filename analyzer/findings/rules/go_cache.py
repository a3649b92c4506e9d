"""What go leaves: compiled packages and the sources of modules."""

from __future__ import annotations

from ...globs import Globs
from ..edits import at_the_end
from ..left_behind import left_behind
from ..model import Rule

RULE = Rule(
    id="go-cache",
    title="Build and module cache of Go",
    severity="waste",
    meaning=(
        "go build keeps all that it compiled, and the sources of all modules. The program needs neither: "
        "build in one stage and copy the program into the next."
    ),
    bad="FROM golang\nCOPY . .\nRUN go build -o /app",
    good="FROM golang AS build\nCOPY . .\nRUN go build -o /app\nFROM debian:stable-slim\nCOPY --from=build /app /app",
    find=left_behind(at_the_end("go clean -cache -modcache")),
    globs=Globs(
        directories=(
            "**/.cache/go-build",
            "**/go/pkg/mod",
        ),
    ),
)
