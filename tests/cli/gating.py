"""The images that gates are held to, and what became of a run."""

from pathlib import Path
from typing import NamedTuple

SAMPLES = Path(__file__).resolve().parents[2] / "sample_images"
PARENT = str(SAMPLES / "parent.tar")
OLD, NEW = str(SAMPLES / "app-1.0.tar"), str(SAMPLES / "app-2.0.tar")  # 383,064 and 463,954 bytes of rootfs


class Done(NamedTuple):
    status: int
    out: str
    err: str
