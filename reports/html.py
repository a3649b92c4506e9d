"""HTML: one file that needs nothing else, neither the network nor JavaScript.

Templates hold no arithmetic: `views` computes what they show.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import bundle, package_views, page_data, views
from .formatting import headline, shortened, visible
from .templating import TITLE_CHARACTERS, compile_templates, environment

if TYPE_CHECKING:
    from .document import Document


_STYLES = ("style.css", "live.css")


def render(document: Document) -> str:
    """The report as an HTML page; equal documents give equal text."""
    config, totals = document.image.config, views.totals(document)
    data = page_data.of_report(document)
    return (
        environment()
        .get_template("report.html.j2")
        .render(
            document=document,
            page=bundle.page(data, *_STYLES),
            has_map=data["tree"] is not None,
            map_title="Map of the root filesystem",
            map_words=views.map_words(document),
            title=shortened(visible(document.image.name), TITLE_CHARACTERS),
            headline=headline(document),
            tiles=views.tiles(document),
            total=views.stacked_bar(totals, sum(totals.values())),
            classes=views.classes(document),
            flows=document.waste.flows[: views.FLOWS],
            causes=views.causes(document),
            layers=views.layer_rows(document),
            choices=views.layer_choices(document),
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
    """Read and compile what the page is made with; `render` does it where nobody had the time before."""
    bundle.page({}, *_STYLES)
    compile_templates(lambda name: not any(other in name for other in ("diff", "trend")))
