"""Grows the tree of an image layer by layer: new files, and files removed, copied or overwritten later."""

from __future__ import annotations

import tarfile
from collections import defaultdict
from random import Random

from names import PLACES, ROOTS, WEIGHTS, Place, name
from packages import OS_RELEASE, PackageRecords
from shape import SMALLEST_LAYER, Entry, Plan, Shape, entries_per_layer, scaled_sizes

_SPREAD = 2.5  # sigma of the log-normal sizes: the mean file is twenty times the median one
_EMPTY_FILES, _SAME_CONTENT = 0.02, 0.03
_SYMLINKS, _HARD_LINKS = 0.05, 0.005
_FILES_PER_DIRECTORY = 9  # on average, each time that a layer adds to it
_KNOWN_DIRECTORIES = 0.5  # of the times that a layer adds files: to where there are some already
_WHOLE_DIRECTORIES = 0.02  # of removals: half by an opaque whiteout, half by a whiteout of the directory
_APPLICATION_OWNER = 1000


def plan_image(shape: Shape, binary_share: float) -> Plan:
    """Lay out an image of this shape, with `binary_share` of its bytes incompressible."""
    return _Planner(shape, binary_share).plan()


class _Planner:
    """Knows which files a container would see so far, and what later layers are due to do with them."""

    def __init__(self, shape: Shape, binary_share: float) -> None:
        self.shape = shape
        self.random = Random(shape.seed)
        self.contents = _Contents(self.random, binary_share)
        self.quotas = entries_per_layer(shape, self.random)
        self.records = PackageRecords(self.random)
        self.due: list[dict[str, str]] = [{} for _ in self.quotas]
        self.visible: dict[str, Entry] = {}
        self.files_of: defaultdict[str, list[str]] = defaultdict(list)  # the visible ones, by directory
        self.directories: set[str] = set()
        self.branches: set[str] = set()  # directories that have directories
        self.used: list[str] = []  # directories that files were added to
        self.removed: set[str] = set()  # directories that were, and that stay so
        self.names: set[str] = set()  # every path ever given to something that is not a directory
        self.swept = 0  # files removed with their directory: as many removals of one file are left out
        self.index = 0
        self.directory = ""  # that files were added to last
        self.layer: dict[str, Entry] = {}

    def plan(self) -> Plan:
        layers: list[list[Entry]] = []
        left = self.shape.entries
        for index, quota in enumerate(self.quotas):
            self.index, self.layer = index, {}
            # The last layer takes what the others left: the image has exactly the entries asked for.
            self._fill(quota if index < len(self.quotas) - 1 else left)
            left -= len(self.layer)
            # As a walk of the tree meets them: a directory before what is in it.
            layers.append(sorted(self.layer.values(), key=lambda entry: entry.path.split("/")))
        contents = self.contents
        sizes = scaled_sizes(contents.weights, contents.texts, layers, self.shape.content_bytes)
        return Plan(layers, sizes, contents.binary, contents.texts, self.shape.version, len(layers) // 2)

    def _fill(self, quota: int) -> None:
        if quota == 1:
            self._add_file(self._some_directory())
        if quota <= 1:
            return
        self._add_packages()
        due = self.due[self.index]
        for path in sorted(due, key=lambda path: due[path] != "remove"):
            if path in self.visible and len(self.layer) + SMALLEST_LAYER < quota:
                getattr(self, f"_{due[path]}")(path)
        while len(self.layer) < quota:
            self._add_files(quota - len(self.layer))

    # What a layer does to the files below it

    def _remove(self, path: str) -> None:
        if self.swept:
            self.swept -= 1
            return
        directory, _, own_name = path.rpartition("/")
        removable = not (directory in self.branches or directory in self.layer or directory in ROOTS)
        if removable and self.random.random() < _WHOLE_DIRECTORIES:
            self._remove_directory(directory)
            return
        self._place(Entry(f"{directory}/.wh.{own_name}"))
        self.files_of[directory].remove(path)
        del self.visible[path]

    def _remove_directory(self, directory: str) -> None:
        parent, _, own_name = directory.rpartition("/")
        if self.random.random() < 0.5:
            self._place(Entry(f"{directory}/.wh..wh..opq"))
        else:
            self._place(Entry(f"{parent}/.wh.{own_name}"))
            self.removed.add(directory)
        gone = self.files_of.pop(directory)
        self.swept += len(gone) - 1
        for path in gone:
            del self.visible[path]

    def _copy(self, path: str) -> None:
        self._store(self.visible[path]._replace(owner=_APPLICATION_OWNER))

    def _overwrite(self, path: str) -> None:
        self._store(self.visible[path]._replace(content=self.contents.new()))

    # What a layer adds

    def _add_packages(self) -> None:
        """Install this layer's part of the packages: every full layer rewrites the list of installed ones."""
        count = self.shape.packages * (self.quotas[self.index] - SMALLEST_LAYER) // sum(self.quotas)
        for path, text in (*([OS_RELEASE] if self.index == 0 else []), *self.records.install(count)):
            self.names.add(path)
            self._place(Entry(path, content=self.contents.text(text)))

    def _add_files(self, room: int) -> None:
        # With little room left, which new parents could overrun, stay where this layer has been.
        if room >= SMALLEST_LAYER or self.directory not in self.layer:
            self.directory = self._some_directory()
        wanted = 1 + int(self.random.expovariate(1 / _FILES_PER_DIRECTORY))
        for _ in range(min(wanted, max(1, room - SMALLEST_LAYER))):
            self._add_file(self.directory)

    def _add_file(self, directory: str) -> None:
        files, draw = self.files_of[directory], self.random.random()
        if files and draw < _SYMLINKS:
            target = files[-1].rpartition("/")[2]
            self._place(Entry(self._free_path(directory, ".1"), tarfile.SYMTYPE, 0o777, link=target))
        elif files and files[-1] in self.layer and draw < _SYMLINKS + _HARD_LINKS:
            # The target's name is the beginning of the link's, so the target comes first in the tar.
            path = self._free_name(files[-1] + "-", "")
            mode = self.layer[files[-1]].mode
            self._place(Entry(path, tarfile.LNKTYPE, mode, link=files[-1]))
        else:
            self._add_regular_file(directory)

    def _add_regular_file(self, directory: str) -> None:
        place = next(place for place in PLACES if f"{directory}/".startswith(f"{place.root}/"))
        content = self.contents.new_or_known()
        extension = self.random.choice(place.binary if self.contents.binary[content] else place.text)
        path = self._free_path(directory, extension)
        executable = place.executable or extension in {".so", ".sh", ".postinst"}
        self.files_of[directory].append(path)
        self._store(Entry(path, mode=0o755 if executable else 0o644, content=content))

    def _store(self, entry: Entry) -> None:
        """Put a regular file into this layer and draw what later layers are due to do with it."""
        self._place(entry)
        self.visible[entry.path] = entry
        shape, later = self.shape, range(self.index + 1, len(self.quotas))
        keep = 1 - shape.whiteouts - shape.copies - shape.overwrites
        shares = (shape.whiteouts, shape.copies, shape.overwrites, keep)
        action = self.random.choices(("remove", "copy", "overwrite", ""), shares)[0]
        if action and later:
            when = self.random.choices(later, self.quotas[self.index + 1 :])[0]
            self.due[when][entry.path] = action

    def _place(self, entry: Entry) -> None:
        """Put an entry into this layer, under its parent directories, as engines write them."""
        parent = entry.path.rpartition("/")[0]
        if parent and parent not in self.layer:
            self._place(Entry(parent, tarfile.DIRTYPE, 0o755))
        if entry.type == tarfile.DIRTYPE:
            self.directories.add(entry.path)
            self.branches.add(parent)
        self.layer[entry.path] = entry

    # Names

    def _some_directory(self) -> str:
        if self.used and self.random.random() < _KNOWN_DIRECTORIES:
            directory = self.random.choice(self.used)
            if directory not in self.removed:
                return directory
        self.used.append(self._new_directory())
        return self.used[-1]

    def _new_directory(self) -> str:
        place: Place = self.random.choices(PLACES, WEIGHTS)[0]
        path = place.root
        for _ in range(self.random.randint(*place.depth)):
            deeper = f"{path}/{name(self.random)}"
            if deeper in self.names or deeper in self.removed:
                break
            path = deeper
        return path

    def _free_path(self, directory: str, extension: str) -> str:
        return self._free_name(f"{directory}/", extension)

    def _free_name(self, start: str, extension: str) -> str:
        path = stem = start + name(self.random)
        path, number = stem + extension, 1
        while path in self.names or path in self.directories:
            number += 1
            path = f"{stem}{number}{extension}"
        self.names.add(path)
        return path


class _Contents:
    """Numbers the contents of files, draws how heavy each is and keeps the incompressible share."""

    def __init__(self, random: Random, binary_share: float) -> None:
        self._random = random
        self._binary_share = binary_share
        self._total = self._binary_total = 0.0
        self.weights: list[float] = []
        self.binary: list[bool] = []
        self.texts: dict[int, bytes] = {}

    def text(self, text: str) -> int:
        """Number a content that is given, not drawn."""
        self.weights.append(0.0)
        self.binary.append(False)
        self.texts[len(self.weights) - 1] = text.encode()
        return len(self.weights) - 1

    def new(self) -> int:
        """Number a content that no file has had."""
        empty = self._random.random() < _EMPTY_FILES
        weight = 0.0 if empty else self._random.lognormvariate(0, _SPREAD)
        binary = self._binary_total < self._binary_share * self._total
        self._total += weight
        self._binary_total += weight * binary
        self.weights.append(weight)
        self.binary.append(binary)
        return len(self.weights) - 1

    def new_or_known(self) -> int:
        """Number a new content, or now and then one that another path holds too."""
        known = self.weights and self._random.random() < _SAME_CONTENT
        return self._random.randrange(len(self.weights)) if known else self.new()
