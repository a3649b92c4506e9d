"""What RubyGems and Bundler leave: packed gems."""

from __future__ import annotations

from ...globs import Globs
from ..left_behind import folders_left_behind
from ..model import Rule

RULE = Rule(
    id="gem-cache",
    title="Cache of RubyGems or Bundler",
    severity="waste",
    meaning="gem install keeps each gem as it was downloaded beside what it unpacked.",
    bad="RUN gem install rails",
    good="RUN gem install rails && rm -rf $(gem env gemdir)/cache",
    find=folders_left_behind,
    globs=Globs(
        directories=(
            "**/ruby/gems/*/cache",
            "{usr/,usr/local/}share/gems/cache",
            "**/{.gem,.local/share/gem}/ruby/*/cache",
            "**/bundle/ruby/*/cache",
            "usr/local/bundle/cache",
            "**/.bundle/cache",
            "**/.gem/specs",
            "**/.cache/gem/specs",
            "var/lib/gems/*/cache",
        ),
    ),
)
