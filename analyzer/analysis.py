"""One image under analysis: metadata at once, everything else on first use, each thing once.

So are the modules that need Arrow: a command reads layers while they are imported.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from .instructions.created_by import parse_instruction

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    import pyarrow as pa

    from .analyses.browse import Browser, Versions
    from .analyses.ledger import Ledger
    from .analyses.size import Size
    from .arrays import Flags, Ints
    from .digest import Digest
    from .findings.model import Findings
    from .inheritance.files import Occurrences
    from .inheritance.inheritance import Inheritance
    from .inheritance.profile import KnownImage, Profile
    from .instructions.created_by import Instruction
    from .instructions.matching import DockerfileMatch
    from .layers.whole import Scan
    from .model import ImageMetadata
    from .packages.costs import PackageCost
    from .packages.installations import Installations, Installed
    from .reading import Reading
    from .rootfs.stack import Stack
    from .settings import FindingSettings
    from .sources.open import Source


class Analysis:
    """The tables and results of one image, or of a part of it: see `part_from` and `own_part`.

    ``changes`` and ``scan`` are always those of all layers: other tables refer to their rows.
    """

    def __init__(self, metadata: ImageMetadata, source: Source, label: str, reading: Reading) -> None:
        self.metadata = metadata
        self.label = label
        self.first_layer = 0
        self.first_entry: int | None = None
        self._without: Ints | None = None
        self._whole = self
        self._source = source
        self._reading = reading

    @property
    def name(self) -> str:
        """First tag; behind the file's name where it is a mere tag, as OCI layouts have it; else that name."""
        tag = self.metadata.name
        return tag if "/" in tag or ":" in tag else ":".join(filter(None, (self.label, tag)))

    @property
    def other_platforms(self) -> tuple[str, ...]:
        """The platforms that the source has this image for as well, in its order."""
        own, candidates = self.metadata.manifest_digest, self._source.candidates
        index = next((each.index for each in candidates if each.manifest_digest == own), None)
        others = [each for each in candidates if each.index == index and each.manifest_digest != own]
        return tuple(dict.fromkeys(str(each.platform) for each in others if each.platform))

    def part_from(self, first_layer: int) -> Analysis:
        """The same image with the layers below ``first_layer`` left out of tables and sums. Reads the layers."""
        return self._part(first_layer, None, None)

    def own_part(self, found: Inheritance) -> Analysis:
        """What the image adds to the parents that `parents` found. Reads the layers.

        Layers below ``own_from`` are left out, with the history's entries that made them; of a parent that no
        layer ends with, its files one by one. The whole image where no parent is known.
        """
        rows = self._by_file(found)
        if not found.own_from and not len(rows):
            return self._whole
        return self._part(found.own_from, found.own_entries_from, rows if len(rows) else None)

    def _by_file(self, parents: Inheritance) -> Ints:
        """The rows that hold files of parents that no layer ends with."""
        from .inheritance.inherited import rows_by_file

        return rows_by_file(parents, lambda: self._whole.occurrences)

    def _part(self, first_layer: int, first_entry: int | None, without: Ints | None) -> Analysis:
        part = Analysis(self.metadata, self._source, self.label, self._reading)
        part.first_layer, part.first_entry, part._without = first_layer, first_entry, without
        part._whole = self._whole
        _ = self.scan
        return part

    @property
    def is_part(self) -> bool:
        """Whether anything of the image is left out."""
        return bool(self.first_layer) or self._without is not None

    @property
    def is_cut_by_file(self) -> bool:
        """Whether files of the layers of this part are left out."""
        return self._without is not None

    @cached_property
    def _left_out(self) -> Flags:
        """The rows of ``changes`` that are not in this part."""
        left_out: Flags = self._whole.stack.rows.layer < self.first_layer
        if self._without is not None:
            left_out[self._without] = True
        return left_out

    @property
    def notes(self) -> tuple[str, ...]:
        """Facts that a user should know, once the layers are read."""
        from .analyses.notes import notes

        left_out = 0 if self._without is None else len(self._without)
        return notes(self.metadata, self.scan, self.first_layer, left_out, self._package_notes(self.installed))

    @property
    def portability_notes(self) -> tuple[str, ...]:
        """Names that other systems may not hold: for those who look at this image, and of no weight for a gate."""
        from .analyses.portability import portability_notes

        return tuple(portability_notes(self.changes, self._whole.stack))

    @property
    def package_notes(self) -> tuple[str, ...]:
        """Why packages of any layer may be missing."""
        return self._package_notes(self.installations)

    def _package_notes(self, listed: Installed | Installations) -> tuple[str, ...]:
        from .packages.notes import package_notes

        return tuple(package_notes(self.scan.learned, listed.is_cut))

    def start(self) -> None:
        """Begin to read the layers, in the background; without it reading begins on first use."""
        self._reading.start()

    def borrow_from(self, other: Analysis) -> None:
        """Take the layers that ``other`` has too from there: they are read and verified once. Begins to read both."""
        self._reading.borrow_from(other._reading)

    def stop(self) -> None:
        """Call off reading that was begun and is not finished; what needs the layers later begins anew."""
        self._reading.stop()

    def verified_at_end(self) -> AbstractContextManager[None]:
        """Let layers be worked on while their digests are still checked: see `reading`."""
        return self._reading.verified_at_end()

    @property
    def scan(self) -> Scan:
        """What one pass over all layers found."""
        return self._reading.scan

    @property
    def changes(self) -> pa.Table:
        """One row a tar entry (`tables.CHANGES`), in layer and tar order.

        Digests that no comparison inside the image needs may be missing: `digested` has them all.
        """
        return self.scan.changes

    @cached_property
    def digested(self) -> pa.Table:
        """``changes`` with the digest of every file. Reads what the pass over plain layers left out."""
        from .layers.digests import with_all_digests

        if self is not self._whole:
            return self._whole.digested
        return with_all_digests(self.changes, self.metadata.layers, self._source.files)

    def with_digests(self, wanted: Flags) -> pa.Table:
        """``changes`` with the digests of files among the ``wanted`` rows."""
        from .layers.digests import with_digests_of

        return with_digests_of(self.changes, wanted, self.metadata.layers, self._source.files)

    @cached_property
    def entries(self) -> pa.Table:
        """The rows of ``digested`` that are in this part."""
        return self._in_part(self.digested)

    @cached_property
    def part_changes(self) -> pa.Table:
        """The rows of ``changes`` that are in this part."""
        return self._in_part(self.changes)

    def _in_part(self, changes: pa.Table) -> pa.Table:
        if not self.is_part:
            return changes
        import pyarrow as pa

        return changes.filter(pa.array(~self._left_out))

    @property
    def facts(self) -> pa.Table:
        """One row a thing learned of a file's content (`tables.FACTS`)."""
        return self.scan.learned.facts

    @cached_property
    def stack(self) -> Stack:
        """Which entries a container sees, and what became of the others."""
        from .rootfs.part import part_without
        from .rootfs.stack import stack

        if self is not self._whole:
            return part_without(self._whole.stack, self._left_out)
        return stack(self.changes)

    @cached_property
    def rootfs(self) -> pa.Table:
        """One row a visible path (`tables.ROOTFS`)."""
        from .rootfs.table import rootfs_part, rootfs_table

        if self is not self._whole:
            return rootfs_part(self._whole.rootfs, self.first_layer, self._without)
        return rootfs_table(self.digested, self.stack)

    @cached_property
    def ledgers(self) -> tuple[Ledger, ...]:
        """One ledger a layer of this part, lowest first."""
        from .analyses.ledger import layer_ledgers

        if self is self._whole:
            return layer_ledgers(self.changes, self.stack, self.scan.layers)
        return self._all_ledgers[self.first_layer :]

    @cached_property
    def _all_ledgers(self) -> tuple[Ledger, ...]:
        """One a layer of the image, less what is left out by file."""
        from .analyses.ledger import without_rows

        whole = self._whole
        if self._without is None:
            return whole.ledgers
        return without_rows(whole.ledgers, self.changes, whole.stack, self._without)

    @cached_property
    def size(self) -> Size:
        """The headline numbers."""
        from .analyses.size import measure

        size = measure(self.metadata, self.scan.layers[self.first_layer :], self.ledgers, self.changes, self.stack)
        if size.pull_bytes is None or self._without is None:
            return size
        from .analyses.size import pulled_for

        return replace(size, pull_bytes=size.pull_bytes - pulled_for(self.changes, self._without))

    @cached_property
    def compressed_bytes(self) -> Mapping[Digest, int]:
        """What each plain layer of the whole image takes when it is compressed, by digest. Reads them once more."""
        from .layers.compressed import compressed_bytes

        if self is not self._whole:
            return self._whole.compressed_bytes
        return compressed_bytes(self.metadata.layers, self.scan.layers, self._source.files)

    @cached_property
    def layers(self) -> pa.Table:
        """One row a layer (`tables.LAYERS`), lowest first."""
        return self._all_layers.slice(self.first_layer)

    @cached_property
    def _all_layers(self) -> pa.Table:
        from .analyses.layers import layers_table

        return layers_table(self.metadata, self.scan.layers, self._all_ledgers, self.changes)

    @cached_property
    def waste(self) -> pa.Table:
        """One row a wasted file (`tables.WASTE`), the most bytes first."""
        from .analyses.waste import waste_table
        from .findings.redaction import layer_instructions

        return waste_table(self.changes, self.stack, layer_instructions(self.metadata.layers))

    @cached_property
    def waste_below(self) -> pa.Table:
        """What this part makes waste of what is left out of it: those rows of the whole's ``waste``, in its order."""
        import pyarrow as pa

        waste = self._whole.waste
        held_below: Flags = self._left_out[waste["row"].to_numpy()]
        return waste.filter(pa.array(held_below & (waste["caused_by"].to_numpy() >= self.first_layer)))

    @cached_property
    def history(self) -> pa.Table:
        """One row an instruction (`tables.HISTORY`), in the history's order."""
        from .analyses.history import history_table, rows_from

        everything = history_table(self.metadata, self._all_layers, self._all_ledgers, self._whole.waste)
        return rows_from(everything, self.first_layer, self.first_entry) if self.is_part else everything

    @property
    def history_notes(self) -> tuple[str, ...]:
        """Where the history does not tell what each layer holds, one sentence each; of this part's layers."""
        from .instructions.alignment import align, joined_layers

        history, layers = self.metadata.config.history or [], len(self.metadata.layers)
        below = {each.note for each in joined_layers(history, layers) if each.layer < self.first_layer}
        return tuple(note for note in align(history, layers)[1] if note not in below)

    def findings(
        self,
        settings: FindingSettings | None = None,
        own_from: int = 0,
        match: DockerfileMatch | None = None,
        parents: Inheritance | None = None,
    ) -> Findings:
        """What to change in the Dockerfile, by the rules that ``settings`` choose.

        Layers below ``own_from``, what ``parents`` brought, and what is left out of this part, are a parent image's; a
        part has no findings there. ``match`` says which Dockerfile lines they are about. Raises SettingsError.
        """
        from .findings.find import find_all
        from .findings.in_dockerfile import in_dockerfile

        own_from = max(own_from, self.first_layer, parents.own_from if parents else 0)
        by_file = self._without if parents is None else self._by_file(parents)
        image = self.metadata, self.changes, self._whole.stack, self.facts
        found = find_all(
            *image, settings=settings, own_from=own_from, by_file=by_file, installations=lambda: self.installations
        )
        if match is not None:
            entries = (layer.history_index for layer in self.metadata.layers)
            found = in_dockerfile(found, match.file, [None if at is None else match.written[at] for at in entries])
        return found.without_inherited() if self.is_part else found

    @cached_property
    def installations(self) -> Installations:
        """The packages of all layers of the whole image, and who owns which file."""
        from .packages.installations import installations

        if self is not self._whole:
            return self._whole.installations
        return installations(self.changes, self.stack, self.scan.learned)

    @cached_property
    def packages(self) -> pa.Table:
        """One row a package (`tables.PACKAGES`): those seen first, the most bytes first; of this part's files only."""
        from .packages.table import of_part, packages_table

        owner = self._of_part(self.installations.owner)
        table = packages_table(self.changes, self.stack, self.installations, owner)
        return of_part(table, self.first_layer) if self.is_part else table

    @cached_property
    def present(self) -> pa.Table:
        """The rows of ``packages`` of what a container sees."""
        from .packages.table import present

        return present(self.packages)

    @cached_property
    def installed(self) -> Installed:
        """The packages that a container of the whole image sees, and who owns the files it sees."""
        from .packages.installations import installed

        if self is not self._whole:
            return self._whole.installed
        return installed(self.changes, self.stack, self.scan.learned)

    @cached_property
    def package_costs(self) -> tuple[PackageCost, ...]:
        """What each package that a container sees takes of this part, the most bytes first.

        Of a part those that its layers brought, or of which it has files.
        """
        from .packages.costs import package_costs
        from .packages.installations import installed_since

        costs = package_costs(self.changes, self.stack, self.installed.packages, self.owner)
        if not self.is_part:
            return tuple(costs)
        new = installed_since(self._whole.stack, self.scan.learned, self.installed, self.first_layer)
        brought = {id(self.installed.packages[place]) for place in new}
        return tuple(each for each in costs if each.files or id(each.package) in brought)

    @cached_property
    def owner(self) -> Ints:
        """For each row of ``changes`` the place in ``installed`` of who owns the file there, -1 for nobody."""
        return self._of_part(self.installed.owner)

    def _of_part(self, owner: Ints) -> Ints:
        """``owner`` of each row, with nobody's for rows that are not in this part."""
        from .packages.ownership import NOBODY

        if self.is_part:
            owner = owner.copy()
            owner[self._left_out] = NOBODY
        return owner

    @cached_property
    def browser(self) -> Browser:
        """The files of the whole image, to list and to read."""
        from .analyses.browse import Browser

        if self is not self._whole:
            return self._whole.browser
        return Browser(self.changes, self.stack, self.metadata.layers, self._source.files, self.scan.learned.contents)

    def listing(self, path: str, versions: Versions, *, recursive: bool) -> pa.Table:
        """Names at a path, with what `ls -l` tells of them (`tables.LISTING`); of a part those that are in it.

        Raises ImagePathError.
        """
        from .globs import regex, whole

        found = self.browser.list(path, versions, lambda glob: whole([regex(glob)]), recursive=recursive)
        if not self.is_part:
            return found
        import pyarrow as pa
        import pyarrow.compute as pc

        left_out = pc.is_in(found["row"], value_set=pa.array(self._left_out.nonzero()[0]))
        return found.filter(pc.and_(pc.is_valid(found["row"]), pc.invert(left_out)))

    @cached_property
    def profile(self) -> Profile:
        """What others are compared with, of the whole image: metadata, sizes, and what os-release says."""
        from .inheritance.known import os_release_content, profile_of

        whole = self._whole
        content = os_release_content(whole.stack, self.scan.learned.contents)
        return profile_of(self.metadata, self.scan.layers, whole.ledgers, whole.size, content)

    def known(self, name: str | None = None) -> KnownImage:
        """This image as a candidate for others' parents: under ``name``, else under its tags or its file's name."""
        import msgspec

        from .inheritance.files import visible_files
        from .inheritance.profile import KnownImage, PackageName

        full = tuple(tag for tag in self.metadata.tags if "/" in tag or ":" in tag)
        names = (name,) if name else full or (self.name,)
        present = self.installed.packages
        packages = tuple(sorted({PackageName(each.ecosystem, each.name, each.version) for each in present}))
        profile = msgspec.structs.replace(self.profile, packages=packages)
        return KnownImage(names, profile, lambda: visible_files(self._whole.rootfs, self.changes))

    def parents(self, candidates: Sequence[KnownImage] = ()) -> Inheritance:
        """The parent images of the whole, root first, found by the image itself and among ``candidates``."""
        from .inheritance.answer import inheritance

        return inheritance(self._whole, candidates)

    @cached_property
    def occurrences(self) -> Occurrences:
        """Every name of a file with content in every layer, by path and digest."""
        from .inheritance.files import occurrences

        return occurrences(self.digested, self.stack)

    @property
    def instructions(self) -> list[Instruction]:
        """What each entry of the history says, oldest first."""
        return [
            parse_instruction(each.created_by, each.comment, each.author) for each in self.metadata.config.history or []
        ]

    def match_dockerfile(self, path: Path, target: str | None = None) -> DockerfileMatch:
        """Where the history's entries stand in a Dockerfile; raises DockerfileError."""
        from .instructions.dockerfile import read_dockerfile
        from .instructions.matching import match

        return match(read_dockerfile(path), self.instructions, target)

    def dockerfile(self, parent: str | None = None, parent_entries: int = 0) -> str:
        """The Dockerfile as far as the history tells, on ``parent`` without its ``parent_entries`` first entries."""
        from .analyses.dockerfile import dockerfile_text

        return dockerfile_text(self.name, self.metadata, self.instructions, self.history, parent, parent_entries)
