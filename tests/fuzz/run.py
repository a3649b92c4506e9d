"""Damage images for as long as asked: `python -m tests.fuzz.run --seconds 600 [--seed N]`.

First every sample is cut off at every byte, unless --seed goes on from an earlier run.

Inputs that end in anything but an imgscan error are kept in a folder, to be looked at and turned into tests.
"""

import argparse
import random
import resource
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from types import FrameType

from tests.fuzz.damage import DAMAGES
from tests.fuzz.samples import samples
from tests.fuzz.trial import attempt

MEMORY_BYTES = 4 * 1024**3
HANG_SECONDS = 30


class Hang(BaseException):
    """A trial that does not end; no `except Exception` on the way may hold it up."""


def main() -> int:
    """Run trials until the time is over; 1 if there were defects."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=0, help="of the first trial; each trial has its own")
    parser.add_argument("--keep", type=Path, default=Path(tempfile.gettempdir()) / "imgscan-fuzz")
    options = parser.parse_args()
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    signal.signal(signal.SIGALRM, _hang)
    options.keep.mkdir(parents=True, exist_ok=True)
    trials = Trials(options.keep)
    end = time.monotonic() + options.seconds
    inputs = random_damage(options.seed) if options.seed else chain(every_truncation(), random_damage(1))
    for label, damaged in inputs:
        if time.monotonic() > end:
            break
        trials.run(label, damaged)
    for name, count in (*trials.outcomes.most_common(), *trials.defects.most_common()):
        print(f"{count:8,}  {name}")  # noqa: T201
    print(f"up to {label}: {sum(trials.defects.values())} defects, inputs in {options.keep}")  # noqa: T201
    return 1 if trials.defects else 0


def every_truncation() -> Iterator[tuple[str, bytes]]:
    """Each sample, cut off at each byte."""
    for form, content in SAMPLES.items():
        for length in range(len(content)):
            yield f"{form}-{length}", content[:length]


def random_damage(seed: int) -> Iterator[tuple[str, bytes]]:
    """Samples damaged in a way that the seed decides, seed by seed."""
    while True:
        rng = random.Random(seed)
        content = rng.choice(list(SAMPLES.values()))
        how = rng.choice(list(DAMAGES))
        yield f"seed-{seed}", DAMAGES[how](content, rng)
        seed += 1


class Trials:
    """Counts what trials end in, and keeps the first input of each defect."""

    def __init__(self, folder: Path) -> None:
        self.outcomes = Counter[str]()
        self.defects = Counter[str]()
        self._folder = folder

    def run(self, label: str, damaged: bytes) -> None:
        """Try one input."""
        signal.alarm(HANG_SECONDS)
        try:
            self.outcomes[attempt(damaged, self._folder / "current")] += 1
        except (Exception, Hang) as error:  # noqa: BLE001 - everything that gets here is a defect
            signal.alarm(0)
            self._keep(label, damaged, error)
        finally:
            signal.alarm(0)

    def _keep(self, label: str, damaged: bytes, error: BaseException) -> None:
        where = traceback.extract_tb(error.__traceback__)[-1]
        defect = f"{type(error).__name__} at {Path(where.filename).name}:{where.lineno}"
        self.defects[defect] += 1
        if self.defects[defect] == 1:
            (self._folder / f"{label}.tar").write_bytes(damaged)
            print(f"{label}: {defect}: {error}", file=sys.stderr)  # noqa: T201


def _hang(_: int, __: FrameType | None) -> None:
    raise Hang(f"no end after {HANG_SECONDS} s")


SAMPLES = samples()

if __name__ == "__main__":
    sys.exit(main())
