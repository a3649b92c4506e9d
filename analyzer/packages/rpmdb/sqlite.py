"""``rpmdb.sqlite``, rpm's database since 4.16, read by SQLite itself, in memory.

SQLite is built to survive any file, though not to end soon: a view or a generated column can compute for ever, and
a tree can lead to the same page again and again. So the table has to be declared as rpm declares it, and what comes
out has to be in the order of its keys.
"""

from __future__ import annotations

import re
from contextlib import closing
from typing import TYPE_CHECKING

from .wal import whole

if TYPE_CHECKING:
    from collections.abc import Iterator
    from sqlite3 import Connection

# rpm's lib/backend/sqlite.c
_DECLARATION = re.compile(
    rb"""CREATE TABLE ['"]?Packages['"]? ?\( ?hnum INTEGER PRIMARY KEY AUTOINCREMENT, ?blob BLOB NOT NULL ?\)"""
)


def blobs(content: bytes, log: bytes = b"") -> Iterator[bytes]:
    """The header of each package, in the order of their numbers, as far as the database can be read."""
    database = whole(content, log)
    if not database:
        return
    import sqlite3

    with closing(sqlite3.connect(":memory:")) as connection:
        try:
            connection.deserialize(database)
            yield from _rows(connection, limit=len(database))
        except (sqlite3.Error, UnicodeDecodeError):  # the latter where SQLite's message quotes bytes of the file
            return


def _rows(connection: Connection, limit: int) -> Iterator[bytes]:
    import sqlite3

    connection.text_factory = bytes
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, limit)
    declared = connection.execute("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = 'Packages'").fetchone()
    if declared is None or not _DECLARATION.fullmatch(b" ".join(declared[0].split())):
        return
    last = 0
    for number, blob in connection.execute("SELECT hnum, blob FROM Packages"):
        if number <= last or not isinstance(blob, bytes):
            return
        last = number
        yield blob
