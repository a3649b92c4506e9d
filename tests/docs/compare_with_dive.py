"""Make the tables of docs/comparison.md and docs/dive.md anew: `python -m tests.docs.compare_with_dive DIVE`."""

import json
import math
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import imgscan
from tests.docs.examples import DIVE_EXAMPLES, EXAMPLES
from tests.images import docker_archive

ROOT = Path(__file__).resolve().parents[2]
COMPARISON, MOVING = ROOT / "docs" / "comparison.md", ROOT / "docs" / "dive.md"
BLOCK = re.compile(r"(<!-- from: tests/docs/compare_with_dive.py -->\n).*?(<!-- end -->)", re.DOTALL)
SAMPLES = ("sample_images/app-2.0.tar", "sample_images/formats/oci-archive.gzip.tar", "sample_images/squashed.tar")


def by_dive(dive: str, archive: Path, folder: Path) -> tuple[int, float, float]:
    """Return dive's bytes wasted, its score, and the bytes wasted as a share of all layers but the lowest."""
    result = folder / "dive.json"
    result.unlink(missing_ok=True)  # it writes over the start of a file and leaves the rest
    command = [dive, f"docker-archive://{archive}", "--json", str(result)]
    subprocess.run(command, check=True, capture_output=True)
    found = json.loads(result.read_text())
    wasted, score = found["image"]["inefficientBytes"], found["image"]["efficiencyScore"]
    of_user = sum(layer["sizeBytes"] for layer in found["layer"][1:])
    return wasted, score, wasted / of_user if of_user else math.inf if wasted else math.nan


def row(name: str, dive: str, archive: Path, folder: Path) -> str:
    """Return one line of the table."""
    size = imgscan.open(archive).size
    wasted, score, _ = by_dive(dive, archive, folder)
    numbers = f"{size.waste_bytes:,} | {wasted:,} | {size.efficiency:.2f} | {score:.2f}"
    return f"| {name} | {numbers} |\n"


def table(dive: str) -> str:
    """Return the whole table."""
    lines = ["| image | waste, imgscan | waste, dive | efficiency, imgscan | efficiency, dive |\n"]
    lines.append("| --- | ---: | ---: | ---: | ---: |\n")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for example, image in EXAMPLES.items():
            archive = folder / "image.tar"
            archive.write_bytes(docker_archive(image))
            lines.append(row(example, dive, archive, folder))
        lines += [row(f"`{sample}`", dive, ROOT / sample, folder) for sample in SAMPLES]
    return "".join(lines)


def figures_row(name: str, archive: Path, wasted: int, score: float, share: float) -> str:
    """Return one line of the table of all three figures."""
    size = imgscan.open(archive).size
    shown = "no number" if math.isnan(share) else "infinite" if math.isinf(share) else f"{share:.2f}"
    return f"| {name} | {size.waste_bytes:,} | {wasted:,} | {size.efficiency:.2f} | {score:.2f} | {shown} |\n"


def figures_table(dive: str) -> str:
    """Return the table of the three figures that dive judges."""
    lines = ["| image | waste, imgscan | waste, dive | efficiency, imgscan | efficiency, dive | user wasted, dive |\n"]
    lines.append("| --- | ---: | ---: | ---: | ---: | ---: |\n")
    with tempfile.TemporaryDirectory() as name:
        for example, image in DIVE_EXAMPLES.items():
            archive = Path(name) / "image.tar"
            archive.write_bytes(docker_archive(image))
            lines.append(figures_row(example, archive, *by_dive(dive, archive, Path(name))))
    return "".join(lines)


def main() -> None:
    """Write the tables into the pages."""
    for page, made in ((COMPARISON, table(sys.argv[1])), (MOVING, figures_table(sys.argv[1]))):
        text = page.read_text()
        page.write_text(BLOCK.sub(lambda block, made=made: block[1] + made + block[2], text))


if __name__ == "__main__":
    main()
