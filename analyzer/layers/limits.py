"""How much the layers of an image may unfold to: far above real ones, so that a bomb ends in an error."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from ..errors import LimitExceededError

TAR_BYTES_LIMIT = 256 * 1024**3
ENTRIES_LIMIT = 10_000_000

ATTRIBUTES_BYTES_LIMIT = 128 * 1024**2
KEPT_FILE_BYTES_LIMIT = 64 * 1024**2
KEPT_BYTES_LIMIT = 256 * 1024**2

# A sparse file can claim a terabyte of zeros; hashing them all would be a bomb of its own.
HASHED_HOLES_LIMIT = 16 * 1024**3

_LOOSE_BYTES = 12 * 1024**2


class EntryBudget:
    """How many entries the layers of an image may still have together."""

    def __init__(self, limit: int) -> None:
        self._limit = self._left = limit

    def take(self, count: int) -> None:
        """Count so many entries; raises LimitExceededError when there were too many."""
        self._left -= count
        if self._left < 0:
            raise LimitExceededError(
                f"the image has more than {self._limit:,} entries", hint="--max-entries N allows more"
            )


class AttributeBudget:
    """How many bytes of extended attributes the layers of an image may still hold together."""

    def __init__(self) -> None:
        self._left = ATTRIBUTES_BYTES_LIMIT

    def take(self, xattrs: tuple[tuple[str, bytes], ...]) -> None:
        """Count the attributes of one entry; raises LimitExceededError when there were too many."""
        if xattrs:
            self._left -= sum(len(name) + len(value) for name, value in xattrs)
            if self._left < 0:
                raise LimitExceededError(f"extended attributes of more than {ATTRIBUTES_BYTES_LIMIT:,} bytes in all")


class KeptBudget:
    """How many bytes of files the layers of an image may still keep together."""

    def __init__(self) -> None:
        self._left = KEPT_BYTES_LIMIT

    @property
    def is_tight(self) -> bool:
        """Whether so much is kept that what comes should take less room."""
        return self._left < KEPT_BYTES_LIMIT - _LOOSE_BYTES

    def take(self, size: int) -> bool:
        """Whether a file of ``size`` bytes may be kept; takes them off what is left."""
        if size > min(self._left, KEPT_FILE_BYTES_LIMIT):
            return False
        self._left -= size
        return True


class HoleBudget:
    """How many bytes of holes in sparse files the layers of an image may still have hashed together."""

    def __init__(self) -> None:
        self._left = HASHED_HOLES_LIMIT

    def take(self, size: int) -> bool:
        """Whether holes of ``size`` bytes are to be hashed; takes them off what is left."""
        if size > self._left:
            return False
        self._left -= size
        return True


@dataclass(frozen=True)
class Limits:
    """Bounds for one layer's bytes and one image's entries, far above real ones: a bomb ends in LimitExceededError.

    ``entries_left``, ``attributes``, ``kept`` and ``holes`` are counted down by all layers that are read under these
    limits.
    """

    tar_bytes: int = TAR_BYTES_LIMIT
    entries: int = ENTRIES_LIMIT
    entries_left: EntryBudget = field(init=False, repr=False, compare=False)
    attributes: AttributeBudget = field(default_factory=AttributeBudget, repr=False, compare=False)
    kept: KeptBudget = field(default_factory=KeptBudget, repr=False, compare=False)
    holes: HoleBudget = field(default_factory=HoleBudget, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "entries_left", EntryBudget(self.entries))

    def anew(self) -> Limits:
        """The same for one more image: its entries are counted from the start."""
        return replace(self)
