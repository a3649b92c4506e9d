"""What makes a command-line run start fast and stay small; Python users are not affected.

Arrow imports pandas and dateutil, unasked, when it is given Python values: 0.3 s and 40 MB for nothing. Its own
allocator keeps memory that is free: another 50 MB for an image of 250,000 entries. Python looks for cycles a few
hundred times while modules are imported, where next to none are, and once more among all that there is before the
process ends: 0.05 s. NumPy's linear algebra, which nothing here uses, starts a thread a processor and spins in them.
Arrow takes apart the documentation of all its functions, to document them: half of the time that importing them takes.
A thread that hashes asks for its turn after each chunk, and waits 5 ms for it while another one computes: longer than
the chunk took.
"""

from __future__ import annotations

import atexit
import gc
import os
import sys
from collections import defaultdict
from contextlib import suppress
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


# glibc keeps freed arrays in its heap, the larger the longer: its threshold grows unless it is set (mallopt(3)).
_MMAP_THRESHOLD = -3
_TRIM_THRESHOLD = -1
_ARENAS = -8
_LARGE = 1024 * 1024
_TURN_SECONDS = 0.0005
_THRESHOLDS = 5_000, 10, 1_000_000
_LARGEST = 1 << 25  # the most that mallopt takes for the first of them


class _WithoutPandas:
    @staticmethod
    def find_spec(name: str, _path: Sequence[str] | None, _target: ModuleType | None = None) -> None:
        """Say that these are not installed, and nothing of any other module."""
        if name in ("pandas", "dateutil"):
            raise ModuleNotFoundError(f"{name} is left out of command-line runs", name=name)


class _Unread(ModuleType):
    """In place of what takes documentation apart: no section says anything."""

    @staticmethod
    def NumpyDocString(_text: str) -> defaultdict[str, list[object]]:  # noqa: N802 - as Arrow calls it
        return defaultdict(list)


def start_lean() -> None:
    """Leave out pandas, dateutil, the search for cycles, threads for matrices and documentation of Arrow's functions;
    give freed memory back, and turns.

    To be called before NumPy and Arrow are imported.
    """
    gc.disable()
    atexit.register(gc.freeze)
    sys.setswitchinterval(_TURN_SECONDS)
    sys.meta_path.insert(0, _WithoutPandas)
    sys.modules["pyarrow.vendored.docscrape"] = _Unread("docscrape")
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")
    _set_malloc(_MMAP_THRESHOLD, _LARGE)
    _set_malloc(_TRIM_THRESHOLD, 4 * _LARGE)  # below, pages of what layers decode to come and go with each piece
    _set_malloc(_ARENAS, 1)  # one a thread keeps 7 MB that nobody uses, and threads rarely wait for each other


def settle_down() -> None:
    """What a program that goes on for long needs in place of a lean start.

    Cycles are looked for again, but not among what is there by now, and less often: new styles for a screen are some
    30,000 objects, which would be looked through forty times while they are made. Freed memory is kept: arrays of the
    same sizes come and go with every key, and fresh pages for them take longer than the work on them.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_THRESHOLDS)
    gc.enable()
    _set_malloc(_MMAP_THRESHOLD, _LARGEST)
    _set_malloc(_TRIM_THRESHOLD, 4 * _LARGEST)


def _set_malloc(option: int, value: int) -> None:
    import ctypes  # here, where Ctrl-C is heard

    with suppress(AttributeError, OSError, TypeError):  # only glibc has it, and only there it is needed
        ctypes.CDLL(None).mallopt(option, value)
