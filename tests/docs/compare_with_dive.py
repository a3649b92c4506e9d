"""Make the table of docs/comparison.md anew, from runs of both tools: `python -m tests.docs.compare_with_dive DIVE`."""

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import imgscan
from tests.docs.examples import EXAMPLES
from tests.images import docker_archive

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "comparison.md"
BLOCK = re.compile(r"(<!-- from: tests/docs/compare_with_dive.py -->\n).*?(<!-- end -->)", re.DOTALL)
SAMPLES = ("sample_images/app-2.0.tar", "sample_images/formats/oci-archive.gzip.tar", "sample_images/squashed.tar")


def by_dive(dive: str, archive: Path, folder: Path) -> tuple[int, float]:
    """Return dive's bytes wasted and its score."""
    result = folder / "dive.json"
    result.unlink(missing_ok=True)  # it writes over the start of a file and leaves the rest
    command = [dive, f"docker-archive://{archive}", "--json", str(result)]
    subprocess.run(command, check=True, capture_output=True)
    image = json.loads(result.read_text())["image"]
    return image["inefficientBytes"], image["efficiencyScore"]


def row(name: str, dive: str, archive: Path, folder: Path) -> str:
    """Return one line of the table."""
    size = imgscan.open(archive).size
    wasted, score = by_dive(dive, archive, folder)
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


def main() -> None:
    """Write the table into the page."""
    made = table(sys.argv[1])
    PAGE.write_text(BLOCK.sub(lambda block: block[1] + made + block[2], PAGE.read_text()))


if __name__ == "__main__":
    main()
