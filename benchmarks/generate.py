"""Generate a container image of a given shape: `python benchmarks/generate.py --help`."""

from __future__ import annotations

import argparse
import sys
from dataclasses import fields
from pathlib import Path

from archive import FORMATS, write_image
from shape import Shape

_HELP = {
    "layers": "number of layers; 7%% of them are empty and 27%% hold one file",
    "entries": "tar entries of all layers together",
    "content_bytes": "content of all regular files of all layers together",
    "ratio": "uncompressed divided by gzip size of the content",
    "whiteouts": "share of the files that a later layer removes, some of them with their whole directory",
    "copies": "share of the files that a later layer stores again for another owner",
    "overwrites": "share of the files that a later layer stores with other content",
    "packages": "installed packages of each of three kinds: Debian, Python and npm",
    "version": "another version has other times, and other content in some files, in the upper half of the layers",
    "seed": "another seed gives another image of the same shape",
}


def main() -> None:
    """Write the image that the command line describes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("path", type=Path, help="the file to write")
    parser.add_argument("--format", choices=sorted(FORMATS), default="docker-archive", help="[%(default)s]")
    for knob in fields(Shape):
        flag, kind = f"--{knob.name.replace('_', '-')}", type(knob.default)
        parser.add_argument(flag, type=kind, default=knob.default, help=f"{_HELP[knob.name]} [%(default)s]")
    options = parser.parse_args()
    try:
        shape = Shape(**{knob.name: getattr(options, knob.name) for knob in fields(Shape)})
        write_image(shape, options.format, options.path)
    except (ValueError, OSError) as error:
        sys.exit(f"generate: {error}")


if __name__ == "__main__":
    main()
