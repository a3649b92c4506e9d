"""What Maven and Gradle leave: their repositories of artifacts."""

from __future__ import annotations

from ...globs import Globs
from ..left_behind import folders_left_behind
from ..model import Rule

RULE = Rule(
    id="maven-repository",
    title="Local repository of Maven or Gradle",
    severity="waste",
    meaning=(
        "Maven and Gradle keep every artifact that a build needs, plugins included. The application has its own copies."
    ),
    bad="FROM maven\nCOPY . .\nRUN mvn package",
    good=(
        "FROM maven AS build\n"
        "COPY . .\n"
        "RUN mvn package\n"
        "FROM eclipse-temurin:21-jre\n"
        "COPY --from=build /target/app.jar /app.jar"
    ),
    find=folders_left_behind,
    globs=Globs(
        directories=(
            "**/.m2/repository",
            "**/.gradle/caches",
        ),
    ),
)
