"""The image as Python users hold it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
    from contextlib import AbstractContextManager
    from datetime import date
    from io import BufferedReader
    from os import PathLike

    import pyarrow as pa

    from analyzer.analysis import Analysis
    from analyzer.gates.baseline import Snapshot
    from analyzer.gates.causes import Causes
    from analyzer.gates.outcome import Outcome
    from analyzer.gates.rules import Rules
    from analyzer.gates.weights import Asked, Weights
    from analyzer.inheritance.inheritance import Inheritance
    from analyzer.inheritance.parent_entries import ParentEntries
    from analyzer.inheritance.profile import KnownImage
    from analyzer.instructions.matching import DockerfileMatch
    from analyzer.model import Config
    from analyzer.settings import FindingSettings
    from reports.document import Document
    from reports.gate.document import GateDocument
    from reports.gate.reasons import Places
    from reports.gate.why import Against, Since

    from .layer import Layer
    from .notebook.image_plots import ImagePlots
    from .results import Findings, Ledgers, Parents, Size

_TABLES = ("changes", "rootfs", "layers", "waste", "history", "packages")


class Image:
    """An image: its metadata at once, tables and results on first use, each computed once."""

    def __init__(self, analysis: Analysis) -> None:
        self._analysis = analysis

    def start(self) -> None:
        """Begin to read the layers in the background; what needs them waits. Nothing has to call it."""
        self._analysis.start()

    def stop(self) -> None:
        """Call off reading that goes on in the background."""
        self._analysis.stop()

    def verified_at_end(self) -> AbstractContextManager[None]:
        """Let layers be worked on, inside ``with``, while their digests are still checked: that takes less time.

        What is made of them is to be held back until it ends, when all have been checked. Raises `ImgscanError`
        then, where a layer is not what the image declares. Without it, layers are checked before anything is told.
        """
        return self._analysis.verified_at_end()

    def part_from(self, first_layer: int) -> Image:
        """The same image with the layers below ``first_layer`` left out of every table, sum and list.

        They still hide and are hidden. Layers keep their indexes; ``row`` and ``inode`` count the rows of the
        whole image's ``changes``. Raises ValueError for a layer that there is not. `own_part` knows better
        where a parent ends.
        """
        layers = len(self._analysis.metadata.layers)
        if not 0 <= first_layer <= layers:
            raise ValueError(f"no part from layer {first_layer}: the image has {layers}")
        return Image(self._analysis.part_from(first_layer))

    def own_part(self, parents: Inheritance | None = None) -> Image:
        """What the image adds to its ``parents``, which are those that ``parents()`` gave; else it asks itself.

        As `part_from`, with all that is known of where parents end: the history begins behind a parent's last
        entry, and of a parent that no layer ends with the files are left out one by one. Its sums are
        ``parents.sizes.own``. The same image where no parent is known.
        """
        return Image(self._analysis.own_part(parents or self.parents()))

    def __repr__(self) -> str:
        metadata = self._analysis.metadata
        from reports.formatting import shortened, visible

        name = shortened(visible(self.name), 60)
        return f"<imgscan.Image {name!r} {metadata.format} {len(metadata.layers)} layers>"

    def _repr_html_(self) -> str:
        from .notebook.image import shown

        return shown(self)

    def _repr_mimebundle_(
        self, include: Collection[str] | None = None, exclude: Collection[str] | None = None
    ) -> dict[str, str]:
        from .notebook.bundle import bundle, image_markdown

        return bundle(self, lambda: image_markdown(self), include, exclude)

    def __len__(self) -> int:
        """How many layers there are; of a part, how many it has."""
        return len(self._analysis.metadata.layers) - self._analysis.first_layer

    def __bool__(self) -> bool:
        return True

    def __iter__(self) -> Iterator[Layer]:
        from .layer import Layer

        return (Layer(self, place) for place in range(len(self)))

    def __getitem__(self, index: int) -> Layer:
        """The layer of this index, -1 being the uppermost. Raises IndexError for one that there is not.

        There are no slices: ``part_from()`` gives an image without its lower layers. Raises TypeError for them.

        >>> import imgscan
        >>> image = imgscan.open("sample_images/app-2.0.tar")
        >>> image[14].instruction, [layer.index for layer in image if layer.file_bytes > 100_000]
        ('RUN chown -R 10001:10001 /srv/app', [0, 6, 14])
        """
        from .layer import Layer

        if not hasattr(index, "__index__"):
            raise TypeError(f"layers go by number, not by {type(index).__name__}; part_from() leaves lower ones out")
        first, layers = self._analysis.first_layer, len(self._analysis.metadata.layers)
        wanted = index + layers if index < 0 else index
        if not first <= wanted < layers:
            raise IndexError(f"no layer {index}: there are {first} to {layers - 1}")
        return Layer(self, wanted - first)

    def _ipython_key_completions_(self) -> list[int]:
        return [*range(self._analysis.first_layer, len(self._analysis.metadata.layers))]

    @property
    def plot(self) -> ImagePlots:
        """Plots of it, as Plotly figures: ``image.plot.treemap()``, ``.layers()``, ``.waste()``."""
        from .notebook.image_plots import ImagePlots

        return ImagePlots(self)

    @property
    def name(self) -> str:
        """First tag, or the name of the file, or both where the tag is no full name."""
        return self._analysis.name

    @property
    def tags(self) -> tuple[str, ...]:
        """All tags that the archive gives it."""
        return self._analysis.metadata.tags

    @property
    def format(self) -> str:
        """docker-archive, oci-archive, oci, dir or rootfs."""
        return self._analysis.metadata.format

    @property
    def platform(self) -> str:
        """``os/arch[/variant]``; empty where unknown."""
        return str(self._analysis.metadata.config.platform)

    @property
    def other_platforms(self) -> tuple[str, ...]:
        """The platforms that the source has the image for as well: ``imgscan.open`` chooses among them."""
        return self._analysis.other_platforms

    @property
    def image_id(self) -> str | None:
        """Digest of the config; None for a bare root filesystem."""
        return self._analysis.metadata.image_id

    @property
    def config(self) -> Config:
        """The image's configuration, history included."""
        return self._analysis.metadata.config

    @property
    def notes(self) -> tuple[str, ...]:
        """What a user should know of the source, one sentence each."""
        return self._analysis.metadata.notes

    @property
    def all_notes(self) -> tuple[str, ...]:
        """``notes`` and what reading the layers shows beside them; a report has more, about names."""
        return self._analysis.notes

    @property
    def changes(self) -> pa.Table:
        """One row a tar entry of every layer, in layer and tar order (docs/tables.md, "changes")."""
        return self._analysis.entries

    @property
    def rootfs(self) -> pa.Table:
        """One row a path that a container sees (docs/tables.md, "rootfs")."""
        return self._analysis.rootfs

    @property
    def layers(self) -> pa.Table:
        """One row a layer, lowest first (docs/tables.md, "layers")."""
        return self._analysis.layers

    @property
    def waste(self) -> pa.Table:
        """One row a wasted file, the most bytes first (docs/tables.md, "waste")."""
        return self._analysis.waste

    @property
    def waste_below(self) -> pa.Table:
        """Of a part: the waste that its layers cause in what is left out. Same columns; ``waste`` has none of it."""
        return self._analysis.waste_below

    @property
    def packages(self) -> pa.Table:
        """One row a package that a container sees, the most bytes first (docs/tables.md, "packages").

        Each file counts for one package. `packages_of` has also those that are gone.
        """
        return self._analysis.present

    def packages_of(self, ecosystems: Sequence[str] = (), *, all_layers: bool = False) -> pa.Table:
        """``packages`` of some ecosystems, all for none; with ``all_layers`` also upgraded and removed ones.

        Raises `ImgscanError` for an ecosystem that there is not.
        """
        from analyzer.packages.ecosystems import chosen
        from analyzer.packages.table import of_ecosystems

        from .several import several

        everything = self._analysis.packages if all_layers else self._analysis.present
        return of_ecosystems(everything, chosen(several(ecosystems)))

    @property
    def package_notes(self) -> tuple[str, ...]:
        """Why packages may be missing, one sentence each; the report's notes have them too."""
        return self._analysis.package_notes

    def unowned(self, top: int | None = None) -> pa.Table:
        """The ``top`` directories with files that no package owns, or all; most bytes first (docs/tables.md)."""
        from analyzer.packages.table import unowned_table

        analysis = self._analysis
        return unowned_table(analysis.changes, analysis.stack, analysis.owner, top)

    def bill_of_materials(self, form: str, packages: pa.Table | None = None) -> str:
        """``packages``, or all that a container sees, as JSON in the form ``cyclonedx`` or ``spdx``.

        The time that it states is that of $SOURCE_DATE_EPOCH, else the image's. Raises `ImgscanError` for another form.
        """
        from reports.build import image_section
        from reports.sbom import render

        return render(form, self.packages if packages is None else packages, image_section(self._analysis))

    @property
    def history(self) -> pa.Table:
        """One row an instruction, in the order of the build (docs/tables.md, "history")."""
        return self._analysis.history

    @property
    def history_notes(self) -> tuple[str, ...]:
        """Where the history does not tell what each layer holds, one sentence each: ``notes`` has them too."""
        return self._analysis.history_notes

    @property
    def size(self) -> Size:
        """The headline numbers, in bytes."""
        from .results import Size, as_result

        return as_result(Size, self._analysis.size)

    def match_dockerfile(self, path: str | PathLike[str], *, target: str | None = None) -> DockerfileMatch:
        """Where each entry of the history stands in the Dockerfile at ``path``, and what does not fit.

        ``target`` names a stage, by default the last. No layer is read. Raises `ImgscanError` for a file that
        is no Dockerfile; one of another image is no error: its notes tell.
        """
        from pathlib import Path

        return self._analysis.match_dockerfile(Path(path), target)

    def history_in(self, match: DockerfileMatch) -> pa.Table:
        """The table ``history`` with the lines that ``match_dockerfile`` found as ``dockerfile_line``."""
        from analyzer.analyses.history import located

        return located(self.history, match)

    def dockerfile(self, parent: str | None = None, *, parent_entries: int = 0) -> str:
        """The Dockerfile behind the image, as far as its history tells; what is unknown is marked in comments.

        Where ``parent`` names the parent image, ``parent_entries`` says how many entries at the start of the
        history are that image's: they are left out.
        """
        return self._analysis.dockerfile(parent, parent_entries)

    def parent_entries(self, parents: Inheritance) -> ParentEntries | None:
        """What ``dockerfile()`` wants to know of ``parents``, which ``parents()`` gave: the lowest own layer's parent.

        None where none that has a name is known, or not where in the history it ends.
        """
        from analyzer.inheritance.parent_entries import parent_entries

        return parent_entries(self._analysis.metadata, parents)

    def weigh(self, own: Image | None = None, asked: Asked | None = None) -> Weights:
        """What gates judge: figures of the whole, and of ``own``, which is the part that ``own_part()`` gives.

        With ``asked`` only what it asks for; else all figures, and what packages and directories take.
        """
        from analyzer.gates.weigh import weigh
        from analyzer.gates.weights import EVERYTHING

        part = None if own is None else own._analysis  # noqa: SLF001 - of this class
        return weigh(self._analysis, part, asked or EVERYTHING)

    def judge(self, rules: Rules, weights: Weights, baseline: Weights | None, today: date) -> list[Outcome]:
        """One outcome a rule (docs/gates.md); ``weights`` are what ``weigh()`` gives for ``rules.asked``.

        Raises `ImgscanError` for a figure that cannot be known.
        """
        from analyzer.gates.judge import judge

        return judge(rules, self._analysis, weights, baseline, today)

    def explain(
        self,
        verdict: GateDocument,
        places: Places,
        *,
        own: Image | None = None,
        growth: Against | Since | None = None,
        blobs: Collection[str] = (),
        own_from: int = 0,
        dockerfile: DockerfileMatch | None = None,
        settings: FindingSettings | None = None,
    ) -> GateDocument:
        """The ``verdict`` with why: ``growth`` as an image or a baseline file tells it, findings, where rules lead.

        ``own`` is the part that rules about own layers are about; ``places`` name the files that annotations stand
        in, ``blobs`` are those of the baseline. The rest is as for ``findings()``.
        """
        from reports.gate.reasons import explain

        found = self.findings(own_from=own_from, dockerfile=dockerfile, settings=settings)
        part = None if own is None else own._analysis  # noqa: SLF001 - of this class
        return explain(verdict, places, self._analysis, part, found, growth, blobs, dockerfile)

    def grown_since(self, before: Snapshot, *, approved: bool = False) -> Causes:
        """Why a container sees more or less than ``before``, which a baseline file keeps (docs/baselines.md)."""
        from analyzer.gates.causes import causes_since
        from analyzer.gates.holders import Holders
        from analyzer.gates.weights import Asked

        now = self.weigh(None, Asked(("rootfs_bytes",), packages=True, directories=True))
        return causes_since(before, now, Holders(self._analysis, before.blobs), approved=approved)

    def snapshot(self, on: date) -> Snapshot:
        """What a baseline file keeps of the image on a day, for ``grown_since()``; without its parents."""
        from analyzer.gates.snapshots import snapshot_of

        return snapshot_of(self.weigh(), None, on)

    def starter(self, *, estimate_pull: bool = False) -> str:
        """A first settings file for gates, with limits a little above what this image has; it keeps all of them.

        With ``estimate_pull`` there is a limit of ``pull_bytes`` of plain layers too, which are compressed for it.
        """
        from analyzer.gates.starter import starter

        return starter(self._analysis, estimate_pull=estimate_pull)

    def ledger(self) -> Ledgers:
        """Every byte of every layer in exactly one class (docs/metrics.md)."""
        from analyzer.analyses.ledger import total

        from .results import Ledgers

        return Ledgers(self._analysis.ledgers, total(self._analysis.ledgers))

    def report(
        self,
        top: int = 50,
        *,
        parents: Inheritance | None = None,
        dockerfile: DockerfileMatch | None = None,
        settings: FindingSettings | None = None,
    ) -> Document:
        """The report document, ready for ``imgscan.render``; lists have at most ``top`` items.

        ``parents`` are what ``parents()`` gave; without them only the image itself is asked. ``dockerfile`` is
        what ``match_dockerfile()`` gave. ``settings`` say which findings are in it, as for ``findings()``.
        Raises ValueError for ``top`` less than 1.
        """
        if top < 1:
            raise ValueError(f"lists of {top} items: at least 1 is needed")
        from reports.build import build_document, findings_section

        parents = parents or self.parents()
        found = findings_section(self.findings(parents=parents, dockerfile=dockerfile, settings=settings), top)
        return build_document(self._analysis, found, parents, dockerfile, top)

    def waste_by(self, by: str, top: int | None = None) -> pa.Table:
        """Waste by "path", "cause", "layer" or "directory": the ``top`` rows with the most bytes, or all.

        The most come first, but layers stay in their order; of theirs those are taken that ``held`` and ``caused`` the
        most together. Raises ValueError for any other word, and for a number of rows below zero.
        """
        from analyzer.analyses.waste import waste_by

        return waste_by(by, self.waste, self._analysis.changes, self._analysis.stack, top)

    def findings(
        self,
        *,
        select: Iterable[str] | None = None,
        ignore: Iterable[str] | None = None,
        own_from: int = 0,
        dockerfile: DockerfileMatch | None = None,
        settings: FindingSettings | None = None,
        parents: Inheritance | None = None,
    ) -> Findings:
        """What to change in the Dockerfile, and what that saves: one's own first, then the most bytes first.

        ``select`` and ``ignore`` are names of rules (docs/findings.md) and come before what ``settings`` say;
        by default there are no settings and all rules are applied. Layers below ``own_from`` are a parent
        image's, or what ``parents`` of ``parents()`` brought. ``dockerfile`` is what ``match_dockerfile()`` gave.
        Raises `ImgscanError` for a rule that there is not.
        """
        from analyzer.settings import FindingSettings

        from .results import Findings, as_result
        from .several import several

        settings = (settings or FindingSettings()).narrowed(
            None if select is None else several(select), several(ignore or ())
        )
        return as_result(Findings, self._analysis.findings(settings, own_from, dockerfile, parents))

    def parents(self, catalog: str | PathLike[str] | None = None, parents: Sequence[Image] = ()) -> Parents:
        """The parent images, root first, with their evidence and with what is inherited from them in bytes.

        They are looked for among the images of the folder ``catalog``, where one is named, and ``parents``.
        Raises CatalogError for a folder that is not there, or holds something else.
        """
        from pathlib import Path

        from analyzer.inheritance.catalog import catalog_in

        from .results import Parents, as_result

        known = catalog_in(Path(catalog)).images() if catalog is not None else []
        return as_result(Parents, self._analysis.parents([*known, *(each.known() for each in parents)]))

    def known(self, name: str | None = None) -> KnownImage:
        """This image as others are compared with it: under ``name``, else its tags. Catalogs keep this."""
        return self._analysis.known(name)

    def read(self, path: str | bytes, layer: int | None = None) -> bytes:
        """The bytes of a file that a container sees, links followed; or of what ``layer`` has at that path.

        A layer also has what later ones removed or replaced. Raises `ImgscanError` where there is no file, and
        for more than 1 GiB.
        """
        return self._analysis.browser.read(path, layer)

    def open_file(self, path: str | bytes, layer: int | None = None) -> BufferedReader:
        """The same as a file to read piece by piece, of any size; its end is where its digest is checked."""
        return self._analysis.browser.open(path, layer)

    def list(
        self, path: str = "", layer: int | None = None, *, all_layers: bool = False, recursive: bool = False
    ) -> pa.Table:
        """What `ls -l` tells of a file, a directory's content or what a glob matches (docs/tables.md, "listing").

        That is what a container sees, or the entries of ``layer``, whiteouts included, or with ``all_layers``
        every version of each path. Raises `ImgscanError` where nothing is there.
        """
        from analyzer.analyses.browse import Versions

        return self._analysis.listing(path, Versions(layer, all_layers), recursive=recursive)

    def sql(self, statement: str) -> pa.Table:
        """The result of SQL (DuckDB's dialect) over the tables that ``tables()`` gives, by their names.

        Layers are read once the statement is known to be one.
        """
        from analyzer.analyses.sql import query

        return query(self._tables(), statement)

    def tables(self) -> dict[str, pa.Table]:
        """All tables by name; ``findings`` are those of all rules, without settings."""
        return {name: table() for name, table in self._tables().items()}

    def _tables(self) -> dict[str, Callable[[], pa.Table]]:
        made = {name: partial(getattr, self, name) for name in _TABLES}
        return {**made, "findings": lambda: self.findings().table}
