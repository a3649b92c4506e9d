"""The difference of two images as Python users hold it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyzer.comparison import Comparison
from analyzer.diff.selection import Selection

from .rows import Rows
from .several import several

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    import pyarrow as pa

    from analyzer.analysis import Analysis
    from analyzer.diff.config import ConfigChange
    from analyzer.diff.contents.compare import Compare
    from analyzer.diff.contents.model import ContentDifference
    from analyzer.diff.cost import Cost
    from analyzer.diff.growth import Cause, Growth
    from analyzer.diff.layers import LayerPair
    from analyzer.diff.packages import PackageChange
    from analyzer.diff.strict import StrictDifference
    from reports.diff.document import DiffDocument

    from .image import Image
    from .notebook.diff_plots import DiffPlots


def diff(
    old: Image,
    new: Image,
    *,
    ignore: Iterable[str] = (),
    only: Iterable[str] = (),
    times: bool = False,
    bytecode: bool = False,
    own_from: tuple[int, int] | None = None,
    base: Image | None = None,
) -> ImageDiff:
    """What became of the image ``old`` in the image ``new``. Layers that both have are read once, but with ``times``.

    ``ignore`` and ``only`` are globs of paths, as findings have them: the files that they leave out are in no list and
    no growth. What every rebuild changes is left out unless ``times`` asks for it; so are, with ``bytecode``, compiled
    Python files of which only the header differs, where the time of the source stands. ``own_from`` are the first
    layers of either image that are not a parent's (``image.parents().own_from``): files of lower layers are left out.
    ``base`` is a third image, from which both are seen. Raises `ImgscanError` where an image cannot be read, and
    TypeError for what is none.
    """
    selection = Selection(several(ignore), several(only), own=own_from is not None, bytecode=bytecode)
    third = None if base is None else _analysis(base)
    return ImageDiff(
        Comparison(_analysis(old), _analysis(new), selection, times=times, own_from=own_from or (0, 0), base=third)
    )


def _analysis(image: Image) -> Analysis:
    if not hasattr(image, "_analysis"):
        raise TypeError(f"{type(image).__name__} is no image: imgscan.open(…) gives one")
    return image._analysis  # noqa: SLF001 - of the same package


def _image(analysis: Analysis) -> Image:
    from .image import Image

    return Image(analysis)


class ImageDiff(Rows):
    """Two images compared; each answer on first use, each computed once. As a table it is its ``files``."""

    def __init__(self, comparison: Comparison) -> None:
        self._comparison = comparison

    def __repr__(self) -> str:
        from reports.formatting import shortened, visible

        names = (shortened(visible(each.name), 40) for each in (self._comparison.old_image, self._comparison.new_image))
        return "<imgscan.ImageDiff {!r} to {!r}>".format(*names)

    def _repr_html_(self) -> str:
        from .notebook.diff import shown

        return shown(self)

    def _repr_mimebundle_(
        self, include: Collection[str] | None = None, exclude: Collection[str] | None = None
    ) -> dict[str, str]:
        from .notebook.bundle import bundle, diff_markdown

        return bundle(self, lambda: diff_markdown(self), include, exclude)

    @property
    def old(self) -> Image:
        """The image that was compared with."""
        return _image(self._comparison.old_image)

    @property
    def new(self) -> Image:
        """The image that was looked at."""
        return _image(self._comparison.new_image)

    @property
    def plot(self) -> DiffPlots:
        """Plots of it, as Plotly figures: ``diff.plot.growth()``, ``.treemap()``, ``.layers()``."""
        from .notebook.diff_plots import DiffPlots

        return DiffPlots(self)

    @property
    def table(self) -> pa.Table:
        """The same as ``files``."""
        return self.files

    @property
    def files(self) -> pa.Table:
        """One row a path that differs, in the order of paths (docs/tables.md, "files of a diff")."""
        return self._comparison.files

    @property
    def layers(self) -> tuple[LayerPair, ...]:
        """All layers of both images, those that became one another together; in the new image's order."""
        return self._comparison.layers

    @property
    def config(self) -> tuple[ConfigChange, ...]:
        """Fields of the configuration that differ, by name."""
        return self._comparison.config

    @property
    def packages(self) -> tuple[PackageChange, ...]:
        """Packages that came, went or changed, the largest growth or loss first."""
        return self._comparison.packages

    @property
    def cost(self) -> Cost:
        """What a host that has the old image must pull for the new one."""
        return self._comparison.cost

    @property
    def strict(self) -> tuple[StrictDifference, ...]:
        """The first difference at each level down to single bytes; none where both images are the same bytes."""
        return self._comparison.strict

    def differs(self, *, strict: bool = False) -> bool:
        """Whether any file or field of the configuration does; ``strict`` looks at every byte."""
        return self._comparison.differs(strict=strict)

    def growth(self, top: int = 10) -> Growth:
        """Why the root filesystem grew or shrank, in parts that sum up; at most ``top`` parts of each are named."""
        return self._comparison.growth(top)

    def waste_growth(self, top: int = 10) -> tuple[Cause, ...]:
        """Why there is more or less waste: the layers that make it, each with causes, directories and files."""
        return self._comparison.waste(top)

    def contents(self, *globs: str, limit: int = 100, diffoscope: bool = False) -> tuple[ContentDifference, ...]:
        """What differs inside the first ``limit`` changed files that the globs match, or that lie below; by path.

        Text and JSON come as unified diffs, archives as the entries that differ, programs and other files as notes
        (docs/diff.md). ``diffoscope`` leaves it to that program. Raises `ImgscanError` where it is not installed,
        and where an image came from a pipe and was not kept.
        """
        return self._comparison.contents(globs, limit, _compare(diffoscope=diffoscope))

    def report(
        self, top: int = 50, *, strict: bool = False, contents: Iterable[str] = (), diffoscope: bool = False
    ) -> DiffDocument:
        """The document, ready for ``imgscan.render``; lists have at most ``top`` items.

        ``contents`` are globs of files to look into, as ``contents()`` does. Raises ValueError for ``top`` less
        than 1, and what ``contents()`` raises.
        """
        if top < 1:
            raise ValueError(f"lists of {top} items: at least 1 is needed")
        from reports.diff.build import build_diff

        globs = several(contents)
        return build_diff(self._comparison, top, strict=strict, contents=globs, compare=_compare(diffoscope=diffoscope))


def _compare(*, diffoscope: bool) -> Compare | None:
    """What looks into files; None for our own."""
    if not diffoscope:
        return None
    from .diffoscope import Diffoscope

    return Diffoscope()
