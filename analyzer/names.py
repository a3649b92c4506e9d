"""Names of images as people write them, made comparable."""

from __future__ import annotations

from fnmatch import fnmatchcase

_USUAL_REGISTRIES = ("docker.io/library/", "index.docker.io/library/", "docker.io/", "index.docker.io/", "localhost/")


def full_name(name: str) -> str:
    """The name without what is usual: Docker's registry, buildah's ``localhost``, a digest; with its tag.

    >>> full_name("docker.io/library/debian"), full_name("localhost/acme/base:1.0")
    ('debian:latest', 'acme/base:1.0')
    """
    plain = name.partition("@")[0]
    for prefix in _USUAL_REGISTRIES:
        if plain.startswith(prefix):
            plain = plain.removeprefix(prefix)
            break
    return plain if ":" in plain.rpartition("/")[2] else plain + ":latest"


def repository(name: str) -> str:
    """The name without its tag.

    >>> repository("registry.example:5000/acme/base:1.0")
    'registry.example:5000/acme/base'
    """
    return full_name(name).rpartition(":")[0]


def is_called(name: str, glob: str) -> bool:
    """Whether the glob matches the name, as it is or without what is usual.

    Which of both an archive has is up to the engine that wrote it.

    >>> is_called("docker.io/acme/app:1.0", "acme/*"), is_called("docker.io/acme/app:1.0", "docker.io/*")
    (True, True)
    """
    return fnmatchcase(name, glob) or fnmatchcase(full_name(name), glob)
