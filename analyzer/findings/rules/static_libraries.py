"""Libraries for linking, and what tells linkers about them."""

from __future__ import annotations

from ..edits import left_out
from ..globs import Globs
from ..left_behind import left_behind
from ..model import Rule

RULE = Rule(
    id="static-libraries",
    title="Static libraries and their descriptions",
    severity="size",
    meaning=(
        "Static libraries, libtool archives and pkg-config files serve to link. Running programs never open them."
    ),
    bad="RUN apt-get install --yes build-essential && make",
    good=(
        "FROM debian AS build\n"
        "RUN apt-get install --yes build-essential && make\n"
        "FROM debian:stable-slim\n"
        "COPY --from=build /app /app"
    ),
    find=left_behind(
        left_out("link in a stage of its own, and COPY --from it what the container runs; PATHS then stays there")
    ),
    globs=Globs(
        directories=("usr/{lib,lib/*,share,local/lib}/pkgconfig",),
        files=(
            "usr/lib/**/*.{a,la}",
            "usr/{lib,lib64}/*.{a,la}",
            "lib/**/*.{a,la}",
            "usr/local/**/*.{a,la}",
            "opt/**/*.{a,la}",
        ),
    ),
)
