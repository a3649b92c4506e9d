"""Which files a Python package installed: RECORD, and what older tools wrote in its place."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING

from .paths import folder_of, name_of, placed, raw, text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from .model import Contents

_FIRST_COLUMN = re.compile(rb"([^,\r\n]*)[^\n]*(?:\n|\Z)")
_VERSION = re.compile(r"(?:^|/)python(\d)\.(\d{1,3})/(?:site|dist)-packages$")
_LISTS = ("RECORD", "installed-files.txt", "SOURCES.txt")
_CACHE = b"__pycache__"
_MODULE = b".py"


def listed(info: str, contents: Contents) -> bytes:
    r"""The paths of installed files, with NUL between them, as the files of the info folder tell of them.

    ``info`` itself where it is a file.
    """
    if info in contents:
        return raw(info)
    record, installed, sources = (contents.get(f"{info}/{name}") for name in _LISTS)
    if record is not None:
        return placed(folder_of(info), recorded(record), len(record) + len(info))
    if installed is not None:
        return placed(info, installed.splitlines(), len(installed) + len(info))
    if sources is not None:
        paths = sources_installed(sources, contents.get(f"{info}/top_level.txt", b""), raw(name_of(info)))
        return placed(folder_of(info), paths, len(sources) + len(info))
    return b""


def recorded(content: bytes) -> list[bytes]:
    r"""The paths of a RECORD, which is CSV: path, digest, size.

    >>> recorded(b'a.py,sha256=eA,1\r\n"b,c.py",,\r\n')
    [b'a.py', b'b,c.py']
    """
    if b'"' not in content:
        return list(filter(None, _FIRST_COLUMN.findall(content)))
    rows = csv.reader(io.StringIO(text(content), newline=""))
    try:
        return [raw(row[0]) for row in rows if row and row[0]]
    except csv.Error:  # a quote that nothing ends
        return []


def sources_installed(content: bytes, top_level: bytes, info: bytes) -> list[bytes]:
    r"""Of the paths of a SOURCES.txt those that an installation has, from where the info folder is.

    It lists the source tree, itself included, which tells where in the tree that place is. What is installed of it
    are the modules and packages of ``top_level.txt``.

    >>> sources_installed(b"setup.py\nsrc/a/b.py\nsrc/a.egg-info/PKG-INFO\n", b"a\n", b"a.egg-info")
    [b'a/b.py']
    """
    paths = content.splitlines()
    itself = b"/" + info + b"/PKG-INFO"
    start = next((path[: 1 - len(itself)] for path in paths if (b"/" + path).endswith(itself)), b"")
    names = {name.strip() for name in top_level.splitlines()}
    inside = (path[len(start) :] for path in paths if path.startswith(start))
    return [path for path in inside if path.split(b"/", 1)[0].removesuffix(_MODULE) in names]


def compiled(paths: Iterable[bytes], folder: str) -> tuple[Sequence[bytes], Sequence[bytes]]:
    r"""Where bytecode of the modules among ``paths`` may be that no list has: files of its own, and whole folders.

    Python compiles when it first imports, whatever was recorded before. The caches are owned by folder, since other
    versions and levels of optimisation may compile too; but the one in ``folder``, where packages are, is shared.

    >>> compiled([b"lib/python3.11/site-packages/six.py"], "lib/python3.11/site-packages")
    ([b'lib/python3.11/site-packages/__pycache__/six.cpython-311.pyc'], [])
    >>> compiled([b"app/a/b.py", b"app/a/c.py", b"bin/d.py"], "app")
    ([], [b'app/a/__pycache__'])
    """
    start = raw(folder) + b"/" if folder else b""
    modules = [path for path in paths if path.endswith(_MODULE)]
    folders = {path[: path.rfind(b"/") + 1] for path in modules}
    caches = [each + _CACHE for each in sorted(folders - {start}) if each.startswith(start)]
    version = _VERSION.search(folder)
    if version is None or start not in folders:
        return [], caches
    tag = f".cpython-{version[1]}{version[2]}.pyc".encode()
    names = (path[len(start) :] for path in modules if path.startswith(start))
    own = (name.removesuffix(_MODULE) + tag for name in names if b"/" not in name)
    return [start + _CACHE + b"/" + name for name in own], caches
