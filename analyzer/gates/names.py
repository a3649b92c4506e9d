"""Names of images without what changes from build to build."""

from __future__ import annotations


def repository(name: str) -> str:
    """The name without tag and digest; a port of a registry stays.

    >>> [repository(each) for each in ("acme/app:2.0", "localhost:5000/app", "app:1@sha256:0123", "app.tar")]
    ['acme/app', 'localhost:5000/app', 'app', 'app.tar']
    """
    name = name.partition("@")[0]
    path, colon, tag = name.rpartition(":")
    return path if colon and "/" not in tag else name
