"""Plots of an image: ``image.plot.…``."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Literal, get_args

from analyzer.errors import UnknownFigureError
from reports.formatting import decimal_bytes, one_line

from . import treemaps
from .colours import CLASSES, GREY, TEXT
from .figures import figure, graph_objects, label
from .trees import Leaf, tree

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

    from ..image import Image

By = Literal["file_bytes", "pull_bytes", "waste"]
Colour = Literal["layer", "package", "directory"]


_TITLES = {"file_bytes": "what a container sees", "pull_bytes": "what is pulled of it", "waste": "what no one sees"}


class ImagePlots:
    """Plots of an image as Plotly figures, which can be restyled (``.update_layout(…)``) and saved.

    Each raises MissingLibraryError where Plotly is not installed, and what reading the layers raises.

    >>> import imgscan
    >>> figure = imgscan.open("sample_images/app-2.0.tar").plot.layers()
    >>> [trace.name for trace in figure.data]
    ['visible', 'overwritten', 'recopied', 'removed', 'overhead']
    """

    def __init__(self, image: Image) -> None:
        self._image = image

    def __repr__(self) -> str:
        return f"<plots of {self._image!r}: treemap(), layers(), waste()>"

    def treemap(self, by: By = "file_bytes", colour: Colour = "layer", top: int = 400) -> Figure:
        """The root filesystem as nested rectangles, each as large as its bytes.

        ``by`` is ``file_bytes``, ``pull_bytes`` (known where layers are compressed), or ``waste`` for what no
        container sees. ``colour`` tells layers, packages or top directories apart. The ``top`` largest files are
        shown by name; the smaller ones of a directory are one rectangle together. Raises ValueError for another word
        or ``top`` below zero, and UnknownFigureError for what is pulled of an image whose layers are stored
        uncompressed.

        >>> import imgscan
        >>> figure = imgscan.open("sample_images/app-2.0.tar").plot.treemap()
        >>> figure.data[0].ids[0], figure.data[0]["values"][0]
        ('/', 463954)
        """
        _known("by", by, get_args(By))
        _known("colour", colour, get_args(Colour))
        if by == "pull_bytes" and self._image.size.pull_bytes is None:
            hint = "take the image as a registry has it, or by='file_bytes'"
            raise UnknownFigureError("pull_bytes are unknown: layers are stored uncompressed", hint=hint)
        leaves = self._wasted(colour) if by == "waste" else self._seen(by, colour)
        whole = tree(leaves, top)
        total = decimal_bytes(whole.areas[0] if whole.areas else 0)
        return treemaps.by_group(whole, f"{self._image.name}: {_TITLES[by]}, {total}")

    def layers(self) -> Figure:
        """Each layer's bytes by class of the ledger, lowest at the top; together they are ``tar_bytes``."""
        image = self._image
        indexes = [layer.index for layer in image]
        told = [label(one_line(layer.instruction), 90) for layer in image]
        ledgers = image.ledger()
        used = [name for name in CLASSES if getattr(ledgers.total, name)]
        bars = [
            graph_objects().Bar(
                name=name,
                x=[getattr(each, name) for each in ledgers.layers],
                y=indexes,
                orientation="h",
                marker={"color": CLASSES[name]},
                customdata=told,
                hovertemplate=f"layer %{{y}}: %{{x:,}} bytes {name}<br>%{{customdata}}<extra></extra>",
            )
            for name in used
        ]
        title = f"{image.name}: layers, {decimal_bytes(ledgers.total.tar_bytes)} unpacked"
        made = figure(bars, title, 160 + 24 * len(indexes), barmode="stack", legend={"orientation": "h", "y": -0.12})
        made.update_yaxes(title="layer", autorange="reversed", type="category")
        return made.update_xaxes(title="bytes", tickformat="~s", ticksuffix="B")

    def waste(self) -> Figure:
        """Which layer makes waste of which layer's bytes: from the layer that holds them to the one that hid them."""
        image = self._image
        flows: defaultdict[tuple[int, int, str], int] = defaultdict(int)
        for row in image.waste.select(["held_by", "caused_by", "cause", "bytes"]).to_pylist():
            flows[row["held_by"], row["caused_by"], row["cause"]] += row["bytes"]
        holders = sorted({held for held, _, _ in flows})
        blamed = sorted({caused for _, caused, _ in flows})
        told = dict(zip((layer.index for layer in image), (layer.instruction for layer in image), strict=True))
        nodes = [f"held by layer {each}" for each in holders] + [f"hidden by layer {each}" for each in blamed]
        places = [told.get(each, "a layer that is left out here") for each in (*holders, *blamed)]
        links = {
            "source": [holders.index(held) for held, _, _ in flows],
            "target": [len(holders) + blamed.index(caused) for _, caused, _ in flows],
            "value": [*flows.values()],
            "label": [cause for _, _, cause in flows],
            "color": [_faded(CLASSES[cause]) for _, _, cause in flows],
            "hovertemplate": "%{value:,} bytes %{label}<br>%{source.label}<br>%{target.label}<extra></extra>",
        }
        node = {
            "label": nodes,
            "customdata": [label(one_line(each), 90) for each in places],
            "color": GREY,
            "pad": 14,
            "thickness": 14,
            "hovertemplate": "%{label}: %{value:,} bytes<br>%{customdata}<extra></extra>",
        }
        title = f"{image.name}: {decimal_bytes(sum(flows.values()))} of waste, and which layer is to blame"
        trace = graph_objects().Sankey(node=node, link=links, textfont={"color": TEXT, "shadow": "none"})
        return figure([trace], title, 200 + 36 * max(len(holders), len(blamed)))

    def _seen(self, by: By, colour: Colour) -> list[Leaf]:
        files = seen_files(self._image, "stored" if by == "file_bytes" else "pull_bytes")
        owners = self._owners() if colour == "package" else {}
        return [
            Leaf(path, size, 0, _group(colour, path, layer, owners.get(inode))) for path, inode, layer, size in files
        ]

    def _wasted(self, colour: Colour) -> list[Leaf]:
        columns = (self._image.waste[each].to_pylist() for each in ("path", "bytes", "held_by"))
        return [
            Leaf(path, size, 0, _group(colour, path, layer, None)) for path, size, layer in zip(*columns, strict=True)
        ]

    def _owners(self) -> dict[int, str]:
        """The package of each file that has one, by the row that holds its content."""
        installed = self._image._analysis.installed  # noqa: SLF001 - of the same package
        return {row: installed.packages[at].name for row, at in enumerate(installed.owner.tolist()) if at >= 0}


def seen_files(image: Image, column: str) -> list[tuple[str, int, int, int]]:
    """Path, inode, layer and bytes of each file that a container sees, by a ``column`` of changes.

    Hard links of one file count at the first of their paths.
    """
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    named = image.rootfs.filter(pc.and_(pc.equal(image.rootfs["kind"], "file"), pc.is_valid(image.rootfs["inode"])))
    inodes, first = np.unique(named["inode"].to_numpy(), return_index=True)
    changes = image._analysis.changes  # noqa: SLF001 - of the same package
    held = changes.select(["layer", column]).take(pa.array(inodes))
    sizes = [round(each or 0) for each in held[column].to_pylist()]
    paths = named["path"].take(pa.array(first)).to_pylist()
    return [*zip(paths, inodes.tolist(), held["layer"].to_pylist(), sizes, strict=True)]


def _group(colour: Colour, path: str, layer: int, package: str | None) -> str:
    if colour == "layer":
        return f"layer {layer}"
    return (package or "") if colour == "package" else "/" + path.partition("/")[0]


def _known(name: str, value: str, words: tuple[str, ...]) -> None:
    if value not in words:
        raise ValueError(f"{name}={value!r}: it can be {', '.join(words)}")


def _faded(colour: str) -> str:
    """The colour of a link, through which others can be seen."""
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return f"rgba({red},{green},{blue},.35)"
