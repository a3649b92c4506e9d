"""Libraries for linking, and what tells linkers about them."""

from __future__ import annotations

from ...globs import Globs
from ..edits import left_out
from ..left_behind import left_behind
from ..model import Rule

RULE = Rule(
    id="static-libraries",
    title="Static libraries and their descriptions",
    severity="size",
    meaning=(
        "Static libraries, libtool archives and pkg-config files serve to link, and running programs do not open them. "
        "They are needed where the container itself compiles. Libtool archives of plugins are left out: programs find "
        "plugins by them."
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
            "usr/{lib,lib64,local}/**/*.a",
            "lib/**/*.a",
            "opt/**/*.a",
            # Not deeper: programs with plugins, such as ImageMagick, find these by their libtool archives.
            "{usr/,usr/local/,}{lib,lib64}/{,*-linux-*/}*.la",
        ),
    ),
)
