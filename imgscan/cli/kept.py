"""The baseline file that a command works with: where it is, what is in it, and what it is to keep of an image."""

from __future__ import annotations

import fcntl
import os
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Timer
from typing import TYPE_CHECKING, NamedTuple

from msgspec.structs import replace

from analyzer.errors import BaselineError
from analyzer.gates.usual import BASELINE_FILE

from .lineage import own_part
from .output import tell, write
from .settings import checked_settings

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from datetime import date

    from analyzer.gates.baseline import Baseline, Entry, Parent, Snapshot
    from analyzer.gates.rules import Rules
    from analyzer.gates.weights import Weights
    from analyzer.inheritance.inheritance import Inheritance
    from analyzer.settings import Settings
    from reports.gate.document import GateDocument
    from reports.gate.why import Since

    from ..image import Image
    from .weighing import Opening

USUAL_FILE = Path(BASELINE_FILE)
_ENDING = ".toml"
_LOOKED_AT = 4096
_PATIENCE_SECONDS = 1.0


@dataclass
class FileBaseline:
    """A baseline file. ``baseline`` is None where there is none yet; with ``adding``, images may be missing in it.

    ``added`` has those that are to be added, by their names. ``own`` compares own layers in every rule.
    """

    file: Path
    baseline: Baseline | None
    own: bool = False
    adding: bool = False
    added: list[tuple[str, Addition]] = field(default_factory=list)
    image: None = None
    diff_ids: Collection[str] = ()

    def weights(self, image: Image, _: Rules) -> Weights | None:
        """What is kept of an image; None in a first run. Raises BaselineError where the file has others only."""
        from analyzer.gates.snapshots import weights_of

        entry = self.entry(image)
        return None if entry is None else _own_if(weights_of(entry, image.platform), own=self.own)

    def entry(self, image: Image) -> Entry | None:
        """The entry for an image; None in a first run. Raises BaselineError where the file has others only."""
        from analyzer.gates.baseline import entry_for, key_for

        if self.baseline is None:
            return None
        found = entry_for(self.baseline, image.name, image.platform)
        if found is None and not self.adding:
            others = ", ".join(self.baseline.images.get(key_for(self.baseline, image.name), ()))
            raise BaselineError(
                f"{self.file} has no entry for {image.name} on {image.platform or 'an unknown platform'}"
                + (f", only on {others}" if others else ""),
                hint="imgscan baseline update adds it, and so does --write-baseline",
            )
        return found

    def add(self, image: Image, kept: Snapshot) -> None:
        """Have the image added. Raises BaselineError where another one of the run is for the same entry."""
        from analyzer.gates.baseline import EMPTY, key_for

        key = key_for(self.baseline or EMPTY, image.name)
        other = {(each.key, each.platform): name for name, each in self.added}.get((key, image.platform))
        if other is not None:
            hint = "tell them apart with imgscan baseline update --name"
            raise BaselineError(f"{other} and {image.name} are both for the entry {key}", hint=hint)
        self.added.append((image.name, Addition(key, image.platform, kept, None)))

    def save(self, *, quiet: bool) -> None:
        """Write the file with the images that are to be added, if any. Raises BaselineError, OutputError."""
        if not self.added:
            return
        add((each for _, each in self.added), self.file, quiet=quiet)
        for name, _ in self.added:
            tell(f"added {name} to {self.file}", quiet=quiet)


def _own_if(weights: Weights, *, own: bool) -> Weights:
    """The weights; with ``own`` as rules see them that are all about own layers."""
    if not own:
        return weights
    own_only = replace(weights, whole=weights.own, packages=None, directories=None, paths=None, blobs=None)
    return replace(own_only, approved=weights.approved and _own_if(weights.approved, own=own))


def baseline_file(reference: str, *, own: bool, adding: bool) -> FileBaseline | None:
    """The baseline file that a word of the command line names; None where that is something else.

    A file that is not there is one by its ending. Raises BaselineError for one that cannot be read.
    """
    from analyzer.gates.baseline_file import is_baseline, read_baseline

    path = Path(reference)
    try:
        if not os.path.lexists(path) and path.suffix == _ENDING:  # a link to nowhere is no first run
            return FileBaseline(path, None, own, adding)
        if not path.is_file():
            return None
        with path.open("rb") as file:
            start = file.read(_LOOKED_AT)
    except OSError:  # what is wrong with it is told when it is opened as an image
        return None
    if path.suffix != _ENDING and not is_baseline(start):
        return None
    return FileBaseline(path, read_baseline(path), own, adding)


def file_of(chosen: Path | None, config: Path | None) -> Path:
    """The file to work with: the one that was chosen, or that settings name, beside them; else the usual one."""
    beside = file_beside(*checked_settings(config))
    return chosen or beside


def file_beside(file: Path | None, settings: Settings) -> Path:
    """The file that settings name, beside theirs; the usual one where they name none."""
    named = settings.gate.baseline
    return USUAL_FILE if file is None or named is None else file.parent / named


def snapshot(image: Image, opening: Opening, paths: tuple[str, ...], on: date) -> Snapshot:
    """What a baseline keeps of an image: all figures, and the bytes at the ``paths`` that rules name."""
    from analyzer.gates.snapshots import snapshot_of
    from analyzer.gates.weights import Asked

    found = opening.lineage.of(image, quiet=opening.quiet)
    own = own_part(image, found, quiet=opening.quiet)
    asked = Asked(packages=True, directories=True, paths=paths, estimate_pull=opening.estimate_pull)
    weights = image.weigh(own, asked)
    return snapshot_of(weights, parent_of(found), on)


def parent_of(found: Inheritance) -> Parent | None:
    """The image that own layers stand on; None where no layer is known to be a parent's."""
    from analyzer.gates.baseline import Parent

    links = [link for link in found.links if link.layers]
    return Parent(", ".join(links[-1].names[:1]), links[-1].evidence, found.own_from) if links else None


def growth_since(entry: Entry, image: Image, document: GateDocument) -> Since:
    """Why the image grew: since it was approved, where it crept away from that, else since the last build."""
    from analyzer.gates.outcome import PASSED
    from reports.gate.why import Since

    crept = any(each.rule.startswith("creep.") and each.status != PASSED for each in document.outcomes)
    causes = image.grown_since(entry.approved if crept else entry.last, approved=crept)
    last, now = entry.last.whole, image.size
    of_waste = now.waste_bytes - int(last.get("waste_bytes", now.waste_bytes))
    return Since(causes, now.rootfs_bytes, now.rootfs_bytes - int(last["rootfs_bytes"]), of_waste)


class Addition(NamedTuple):
    """What is to be kept of an image, and the reason why it was approved; None where nobody gave one."""

    key: str
    platform: str
    kept: Snapshot
    reason: str | None

    def to(self, baseline: Baseline) -> Baseline:
        """The baseline with it."""
        from analyzer.gates.baseline import renewed

        return renewed(baseline, self.key, self.platform, self.kept, self.reason)


def add(additions: Iterable[Addition], file: Path, *, quiet: bool) -> None:
    """Write the file with what is added to what it has by now, as a whole or not at all.

    Others may have added to it since it was read, as jobs do that run side by side. Raises BaselineError, OutputError.
    """
    from analyzer.gates.baseline_file import encoded

    with _in_turn(file, quiet=quiet):
        baseline = read(file)
        for each in additions:
            baseline = each.to(baseline)
        write(encoded(baseline), file)


def read(file: Path) -> Baseline:
    """What is in the file; nothing where there is none. Raises BaselineError."""
    from analyzer.gates.baseline import EMPTY
    from analyzer.gates.baseline_file import read_baseline

    return read_baseline(file) if os.path.lexists(file) else EMPTY


@contextmanager
def _in_turn(file: Path, *, quiet: bool) -> Iterator[None]:
    """While this goes on, no other command is at it in the same folder; where that cannot be locked, nobody waits."""
    with ExitStack() as stack:
        with suppress(OSError):
            descriptor = os.open(file.parent, os.O_RDONLY)
            stack.callback(os.close, descriptor)
            with _told(f"waiting to write {file}: another process has its folder locked", quiet=quiet):
                fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield


@contextmanager
def _told(what: str, *, quiet: bool) -> Iterator[None]:
    """Tell, once, what goes on where it takes long."""
    note = Timer(_PATIENCE_SECONDS, tell, (what,), {"quiet": quiet})
    note.start()
    try:
        yield
    finally:
        note.cancel()
