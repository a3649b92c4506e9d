"""From the builder's images to findings."""

import tempfile
from pathlib import Path

import pyarrow as pa

import imgscan
from analyzer.findings.find import find_all
from analyzer.findings.model import Findings
from analyzer.settings import FindingSettings
from analyzer.tables import FACTS
from tests.images import Image, docker_archive


def opened(image: Image) -> imgscan.Image:
    """The image, read whole."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "image.tar"
        path.write_bytes(docker_archive(image))
        read = imgscan.open(path)
        _ = read.rootfs, read.waste, read.packages
    return read


def facts_table(facts: tuple[tuple[int, str, int], ...]) -> pa.Table:
    """Facts as the scanning pass tells them."""
    return pa.Table.from_pylist([dict(zip(FACTS.names, fact, strict=True)) for fact in facts], FACTS)


def findings(
    image: Image | imgscan.Image,
    *rules: str,
    facts: tuple[tuple[int, str, int], ...] = (),
    own_from: int = 0,
    settings: FindingSettings | None = None,
) -> Findings:
    """What these rules, or all, find in an image."""
    read = image if isinstance(image, imgscan.Image) else opened(image)
    analysis = read._analysis
    chosen = (settings or FindingSettings()).narrowed(rules or None, None)
    return find_all(
        *(analysis.metadata, analysis.changes, analysis.stack, facts_table(facts)), settings=chosen, own_from=own_from
    )
