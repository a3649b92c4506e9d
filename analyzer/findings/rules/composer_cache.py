"""What Composer leaves: its cache of packages."""

from __future__ import annotations

from ...globs import Globs
from ..left_behind import folders_left_behind
from ..model import Rule

RULE = Rule(
    id="composer-cache",
    title="Cache of Composer",
    severity="waste",
    meaning="Composer keeps the packages that it downloads, and clones of their repositories.",
    bad="RUN composer install --no-dev",
    good="RUN composer install --no-dev && composer clear-cache",
    find=folders_left_behind,
    globs=Globs(
        directories=(
            "**/.composer/cache",
            "**/.cache/composer",
            "tmp/cache/{repo,vcs}/https---*",  # the composer image has COMPOSER_HOME=/tmp
        ),
        files=("tmp/cache/files/*/*/*.{zip,tar}",),
    ),
)
