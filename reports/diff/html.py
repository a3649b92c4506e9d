"""A comparison as HTML: one file that needs nothing else, neither the network nor JavaScript.

Templates hold no arithmetic: `views` computes what they show.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .. import bundle
from ..formatting import shortened, visible
from ..templating import TITLE_CHARACTERS, compile_templates, environment
from . import page_data, views, words
from .pairs import choices
from .parts import reasons

if TYPE_CHECKING:
    from .document import DiffDocument

_STYLES = ("style.css", "live.css", "diff.css")
_SHARED = ("base.html.j2", "_partials.html.j2", "_filter.html.j2", "_map.html.j2")


def render(document: DiffDocument) -> str:
    """The comparison as an HTML page; equal documents give equal text."""
    data = page_data.of_diff(document)
    return (
        environment()
        .get_template("diff.html.j2")
        .render(
            document=document,
            page=bundle.page(data, *_STYLES),
            has_map=data["tree"] is not None,
            map_title="Where it grew and shrank",
            map_words=views.map_words(document),
            names=[_title(each.image.name) for each in (document.old, document.new)],
            verdict=words.verdict(document),
            reasons=[] if document.identical else reasons(document),
            tiles=views.tiles(document),
            measures=words.measures(document),
            growth=views.growth(document),
            layers=views.layers(document),
            choices=choices(document.layers),
            statuses=words.statuses(document.layers),
            packages=views.packages(document),
            config=views.config(document),
            counts=words.counts(document),
            files=views.files(document),
            update=words.update(document.cost),
            least=words.least(document.cost),
            costs=views.costs(document),
            orders=views.orders(document),
            contents=views.contents(document),
            identity=views.identity(document),
        )
    )


def prepare() -> None:
    """Read and compile what the page is made with; `render` does it where nobody had the time before."""
    bundle.page({}, *_STYLES)
    compile_templates(lambda name: "diff" in name or name in _SHARED)


def _title(name: str) -> str:
    return shortened(visible(name), TITLE_CHARACTERS // 2)
