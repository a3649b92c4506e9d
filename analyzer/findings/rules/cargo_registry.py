"""What cargo leaves: sources of crates."""

from __future__ import annotations

from ...globs import Globs
from ..left_behind import folders_left_behind
from ..model import Rule

RULE = Rule(
    id="cargo-registry",
    title="Registry and checkouts of Cargo",
    severity="waste",
    meaning=(
        "cargo keeps the index and the sources of all crates that it compiles. The program needs neither: "
        "build in one stage and copy the program into the next."
    ),
    bad="FROM rust\nCOPY . .\nRUN cargo build --release",
    good=(
        "FROM rust AS build\n"
        "COPY . .\n"
        "RUN cargo build --release\n"
        "FROM debian:stable-slim\n"
        "COPY --from=build /target/release/app /app"
    ),
    find=folders_left_behind,
    globs=Globs(
        directories=(
            "**/.cargo/{registry,git}",
            "{usr/local/,opt/,usr/share/,}cargo/{registry,git}",
        ),
    ),
)
