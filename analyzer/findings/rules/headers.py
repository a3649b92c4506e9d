"""Header files of C and C++."""

from __future__ import annotations

from ...globs import Globs
from ..edits import left_out
from ..left_behind import left_behind
from ..model import Rule

RULE = Rule(
    id="headers",
    title="Headers for C and C++",
    severity="size",
    meaning=(
        "Headers serve to compile. A container that only runs what was compiled does not need them: compile "
        "in a stage of its own. What compiles while it runs does need them, as some libraries for machine learning do."
    ),
    bad="RUN apt-get install --yes gcc libpq-dev && pip install psycopg2",
    good=(
        "FROM python AS build\n"
        "RUN apt-get install --yes gcc libpq-dev && pip install --target /deps psycopg2\n"
        "FROM python:slim\n"
        "COPY --from=build /deps /deps"
    ),
    find=left_behind(
        left_out("compile in a stage of its own, and COPY --from it what the container runs; PATHS then stays there")
    ),
    globs=Globs(
        directories=(
            "usr/include",
            "usr/local/include",
            "opt/*/include",
        ),
    ),
)
