"""The packages of an image as a bill of materials, in the formats that scanners and auditors read.

Either module has ``render(packages, image)``; the libraries are imported only when it is called.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from analyzer.errors import ReportError

if TYPE_CHECKING:
    import pyarrow as pa

    from ..document import ImageSection

FORMS = ("cyclonedx", "spdx")


def render(form: str, packages: pa.Table, image: ImageSection, epoch: int | None = None) -> str:
    """The packages (`tables.PACKAGES`) of ``image`` as JSON in ``form``; ``epoch`` is the time to state, in
    seconds since 1970, else the image's own.

    Raises ReportError for a form that there is not.
    """
    if form not in FORMS:
        raise ReportError(f"unknown format {form!r}", hint="formats: " + ", ".join(FORMS))
    text: str = import_module(f".{form}", __name__).render(packages, image, epoch=epoch)
    return text
