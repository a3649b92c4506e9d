"""HTML: one file that needs nothing else, neither the network nor JavaScript.

Templates hold no arithmetic: `views` computes what they show.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import package_views, views
from .formatting import headline, shortened, visible
from .templating import TITLE_CHARACTERS, compile_templates, environment

if TYPE_CHECKING:
    from .document import Document


def render(document: Document) -> str:
    """The report as an HTML page; equal documents give equal text."""
    config, totals = document.image.config, views.totals(document)
    return (
        environment()
        .get_template("report.html.j2")
        .render(
            document=document,
            title=shortened(visible(document.image.name), TITLE_CHARACTERS),
            headline=headline(document),
            tiles=views.tiles(document),
            total=views.stacked_bar(totals, sum(totals.values())),
            classes=views.classes(document),
            causes=views.causes(document),
            layers=views.layer_rows(document),
            instructions=views.instructions(document),
            findings=views.findings(document),
            packages=package_views.packages(document),
            wasted=views.items(document.waste.paths),
            wasted_directories=views.items(document.waste.directories),
            files=views.items(document.largest.files),
            directories=views.items(document.largest.directories),
            with_pull_bytes=views.knows_pull_bytes(document),
            identity=views.identity(document),
            settings=views.settings(config),
            variables=views.variables(config),
            labels=views.labels(config),
        )
    )


def prepare() -> None:
    """Compile the templates; `render` does it where nobody had the time before."""
    compile_templates(lambda name: not any(other in name for other in ("diff", "trend")))
