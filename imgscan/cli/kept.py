"""The baseline file that a command works with: where it is, what is in it, and what it is to keep of an image."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from analyzer.errors import BaselineError

from .lineage import own_part
from .output import write

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from analyzer.gates.baseline import Baseline, Entry, Parent, Snapshot
    from analyzer.gates.outcome import Outcome
    from analyzer.inheritance.inheritance import Inheritance
    from reports.gate_growth import GrowthSection

    from ..image import Image

USUAL_FILE = Path("imgscan-baseline.toml")
_ENDING = ".toml"
_LOOKED_AT = 4096


@dataclass(frozen=True)
class Kept:
    """A baseline file. ``baseline`` is None where there is none yet; with ``adding``, images may be missing in it."""

    file: Path
    baseline: Baseline | None
    adding: bool = False

    def entry(self, image: Image) -> Entry | None:
        """What is kept of an image; None in a first run. Raises BaselineError where the file has others only."""
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


def kept(reference: str, *, adding: bool = False) -> Kept | None:
    """The baseline file that a word of the command line names; None where that is something else.

    A file that is not there is one by its ending. Raises BaselineError for one that cannot be read.
    """
    from analyzer.gates.baseline_file import is_baseline, read_baseline

    path = Path(reference)
    try:
        if not path.exists() and path.suffix == _ENDING:
            return Kept(path, None, adding)
        if not path.is_file():
            return None
        with path.open("rb") as file:
            start = file.read(_LOOKED_AT)
    except OSError:  # what is wrong with it is told when it is opened as an image
        return None
    if path.suffix != _ENDING and not is_baseline(start):
        return None
    return Kept(path, read_baseline(path), adding)


def file_of(chosen: Path | None, config: Path | None) -> Path:
    """The file to work with: the one that was chosen, or that settings name, beside them; else the usual one."""
    from analyzer.settings import load_settings, settings_file

    settings = config or settings_file()
    named = load_settings(settings).gate.baseline
    return chosen or (USUAL_FILE if settings is None or named is None else settings.parent / named)


def opened(reference: str, platform: str | None, *, quiet: bool) -> Image:
    """The image, with its layers read. Raises ImgscanError."""
    from ..image import open as open_image
    from .progress import shown_progress

    with shown_progress(reference, quiet=quiet) as progress:
        image = open_image(reference, platform=platform, progress=progress)
        _ = image.size
    return image


def snapshot(image: Image, found: Inheritance, paths: tuple[str, ...], on: date, *, quiet: bool) -> Snapshot:
    """What a baseline keeps of an image: all figures, and the bytes at the ``paths`` that rules name."""
    from analyzer.gates.snapshots import snapshot_of
    from analyzer.gates.weights import Asked

    own = own_part(image, found, quiet=quiet)
    weights = image.weigh(own, Asked(packages=True, directories=True, paths=paths))
    return snapshot_of(weights, parent_of(found), on)


def parent_of(found: Inheritance) -> Parent | None:
    """The image that own layers stand on; None where no layer is known to be a parent's."""
    from analyzer.gates.baseline import Parent

    links = [link for link in found.links if link.layers]
    return Parent(", ".join(links[-1].names[:1]), links[-1].evidence, found.own_from) if links else None


def growth_since(entry: Entry, image: Image, outcomes: Sequence[Outcome]) -> GrowthSection:
    """Why the image grew: since it was approved, where it crept away from that, else since the last build."""
    from analyzer.gates.outcome import PASSED
    from reports.gate_growth import build_growth

    crept = any(each.key.startswith("creep.") and each.status != PASSED for each in outcomes)
    causes = image.grown_since(entry.approved if crept else entry.last, approved=crept)
    in_this_build = image.size.rootfs_bytes - int(entry.last.whole["rootfs_bytes"])
    return build_growth(causes, in_this_build, image.layers)


def save(baseline: Baseline, file: Path) -> None:
    """Write the file, as a whole or not at all. Raises OutputError."""
    from analyzer.gates.baseline_file import encoded

    write(encoded(baseline), file)
