"""Facts about the packages of an image that a user should know, one sentence each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .model import PACKAGES_LIMIT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..layers.facts import Learned


def package_notes(learned: Learned, is_cut: bool) -> Iterator[str]:
    """Why packages may be missing: there is a bound on what is kept of contents, and one on packages."""
    left_out = learned.left_out
    if left_out:
        files = "one file tells" if left_out == 1 else f"{left_out:,} files tell"
        yield f"there was no room for what {files} of packages or of the system: some packages may be missing here"
    if is_cut:
        yield f"more than {PACKAGES_LIMIT:,} packages in the layers: those beyond are left out here"
