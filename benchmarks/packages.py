"""The records that package managers leave in an image, so that tools that look for packages find some."""

from __future__ import annotations

import json
from hashlib import md5
from typing import TYPE_CHECKING

from names import name, word

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

_FILES_LISTED = 20  # by each package's own list

OS_RELEASE = (
    "etc/os-release",
    'ID=debian\nVERSION_ID="12"\nNAME="Debian GNU/Linux"\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n',
)


class PackageRecords:
    """Installs packages three at a time, one each of Debian, Python and npm, and gives the files to store."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._status: list[str] = []

    def install(self, count: int) -> Iterator[tuple[str, str]]:
        """Give path and text of each file that `count` more packages of each kind bring."""
        for _ in range(count):
            number = len(self._status)
            own_name = f"{word(self._random)}{number}"
            version = f"{number % 9}.{self._random.randrange(30)}.{self._random.randrange(12)}"
            files = [f"usr/share/{own_name}/{name(self._random)}-{file}" for file in range(_FILES_LISTED)]
            yield from self._debian(own_name, version, files)
            yield from _python(own_name, version, files)
            yield _npm(own_name, version)
        if count:
            yield "var/lib/dpkg/status", "\n".join(self._status)

    def _debian(self, own_name: str, version: str, files: list[str]) -> Iterator[tuple[str, str]]:
        self._status.append(
            f"Package: lib{own_name}\nStatus: install ok installed\nPriority: optional\nSection: libs\n"
            f"Installed-Size: 120\nMaintainer: Someone <someone@example.org>\nArchitecture: amd64\n"
            f"Version: {version}-1\nDepends: libc6 (>= 2.34)\nDescription: generated package {own_name}\n"
        )
        info = f"var/lib/dpkg/info/lib{own_name}"
        yield f"{info}.list", "".join(f"/{file}\n" for file in files)
        yield f"{info}.md5sums", "".join(f"{md5(file.encode()).hexdigest()}  {file}\n" for file in files)


def _python(own_name: str, version: str, files: list[str]) -> Iterator[tuple[str, str]]:
    info = f"usr/lib/python3/dist-packages/{own_name}-{version}.dist-info"
    yield (
        f"{info}/METADATA",
        f"Metadata-Version: 2.1\nName: {own_name}\nVersion: {version}\nSummary: generated\n\n",
    )
    yield f"{info}/RECORD", "".join(f"{own_name}/{file.rpartition('/')[2]}.py,,\n" for file in files)


def _npm(own_name: str, version: str) -> tuple[str, str]:
    record = {"name": own_name, "version": version, "license": "MIT", "main": "index.js"}
    return f"opt/app/node_modules/{own_name}/package.json", json.dumps(record, indent=2)
