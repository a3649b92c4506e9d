"""Makes the records beside it: a channel of two packages, of which rattler makes an environment.

pip install py-rattler==0.28.0
python make.py /srv/channel /opt/conda && cp /opt/conda/conda-meta/*.json .
"""

import asyncio
import hashlib
import io
import json
import sys
import tarfile
from pathlib import Path

LIBRARY = {"lib/libtiny.so.1": b"\x7fELF", "include/tiny.h": b"#pragma once\n", "share/a, b/c.txt": b"x"}
PROGRAM = {"share/tiny/data.txt": b"x", "bin/tiny": b"#!/bin/sh\n"}


def package(channel: Path, subdir: str, name: str, version: str, build: str, files: dict[str, bytes]) -> None:
    index = {"name": name, "version": version, "build": build, "build_number": 0, "subdir": subdir, "depends": []}
    index["license"] = "BSD-3-Clause"
    paths = [
        {
            "_path": path,
            "path_type": "hardlink",
            "sha256": hashlib.sha256(content).hexdigest(),
            "size_in_bytes": len(content),
        }
        for path, content in files.items()
    ]
    about = {"info/index.json": index, "info/paths.json": {"paths": paths, "paths_version": 1}}
    stored = io.BytesIO()
    with tarfile.open(fileobj=stored, mode="w:bz2") as archive:
        for path, content in {**{key: json.dumps(value).encode() for key, value in about.items()}, **files}.items():
            member = tarfile.TarInfo(path)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    folder = channel / subdir
    folder.mkdir(parents=True)
    file_name, content = f"{name}-{version}-{build}.tar.bz2", stored.getvalue()
    folder.joinpath(file_name).write_bytes(content)
    entry = {**index, "sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}
    listing = {"info": {"subdir": subdir}, "packages": {file_name: entry}, "packages.conda": {}}
    folder.joinpath("repodata.json").write_text(json.dumps(listing))


async def make(channel: Path, environment: Path) -> None:
    import rattler  # installed for this alone, while pytest looks for doctests in every module

    package(channel, "linux-64", "libtiny", "1.2.3", "h1234567_0", LIBRARY)
    package(channel, "noarch", "tiny", "2.0", "pyhd8ed1ab_0", PROGRAM)
    sources = [rattler.Channel(channel.as_uri())]
    records = await rattler.solve(sources=sources, specs=["libtiny", "tiny"], platforms=["linux-64", "noarch"])
    await rattler.install(records, target_prefix=str(environment), cache_dir=str(environment / "pkgs"))


if __name__ == "__main__":
    asyncio.run(make(*map(Path, sys.argv[1:])))
