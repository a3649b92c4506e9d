"""How images are opened that gates weigh."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer
from msgspec.structs import replace

from .lineage import own_part

if TYPE_CHECKING:
    from collections.abc import Iterator

    from analyzer.gates.rules import Rules
    from analyzer.gates.weights import Weights

    from ..image import Image
    from .lineage import Lineage

EstimatePullOption = Annotated[
    bool, typer.Option("--estimate-pull", help="Compress plain layers in memory, as gzip -6, to estimate pull_bytes.")
]


@dataclass(frozen=True)
class Opening:
    """For which platform, with which parents, whether pulls are estimated, and all figures weighed."""

    lineage: Lineage
    platform: str | None
    estimate_pull: bool
    quiet: bool
    every_figure: bool = False

    def image_at(self, reference: str, chosen: str | None) -> Image:
        """The image with its layers read and checked; ``chosen`` says which of several. Raises ImgscanError."""
        with self.reading(reference, chosen) as image:
            return image

    @contextmanager
    def reading(self, reference: str, chosen: str | None) -> Iterator[Image]:
        """The same image while its layers are still checked: all have been when this ends."""
        from ..opening import open as open_image
        from .progress import shown_progress

        keep = self.estimate_pull  # plain layers are read once more
        with ExitStack() as checked:
            with shown_progress(reference, quiet=self.quiet) as progress:
                image = open_image(reference, image=chosen, platform=self.platform, progress=progress, keep=keep)
                checked.enter_context(image.verified_at_end())
                _ = image.size
            yield image

    def weighed(self, image: Image, rules: Rules) -> tuple[Image, Weights]:
        """What rules are about that say nothing of own layers, the image or with ``--own`` a part, and its weights."""
        from analyzer.gates.figures import FIGURES

        own = None
        if rules.needs_own or self.lineage.own:
            own = own_part(image, self.lineage.of(image, quiet=self.quiet), quiet=self.quiet)
        part = own if self.lineage.own and own is not None else image
        asked = replace(rules.asked, figures=tuple(FIGURES)) if self.every_figure else rules.asked
        return part, part.weigh(own, replace(asked, estimate_pull=self.estimate_pull))
