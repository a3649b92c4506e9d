"""Names of images as people write them, made comparable."""

from __future__ import annotations

from fnmatch import fnmatchcase

_OF_DOCKER = ("docker.io/", "index.docker.io/")
_OFFICIAL = "library/"
_USUAL_REGISTRIES = (*(f"{each}{_OFFICIAL}" for each in _OF_DOCKER), *_OF_DOCKER, "localhost/", _OFFICIAL)


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
    """Whether the glob matches the name, as it is, without what is usual, or with the registry that Docker means.

    Which of these an archive has is up to the engine that wrote it.

    >>> [is_called(each, "acme/*") for each in ("docker.io/acme/app:1.0", "localhost/acme/app", "quay.io/acme/app")]
    [True, True, False]
    >>> [is_called(each, "docker.io/*") for each in ("docker.io/acme/app:1.0", "debian", "localhost/a", "quay.io/a")]
    [True, True, False, False]
    """
    return any(fnmatchcase(each, glob) for each in (name, full_name(name), *_of_docker(name)))


def _of_docker(name: str) -> list[str]:
    """How else an image of Docker's registry is called; nothing for one of another, whose name begins with its host."""
    short, host = full_name(name), name.partition("/")[0]
    if host not in ("docker.io", "index.docker.io") and "/" in name and (set(".:") & set(host) or host == "localhost"):
        return []
    official = [f"{registry}{_OFFICIAL}{short}" for registry in ("", *_OF_DOCKER)] if "/" not in short else []
    return [*(f"{registry}{short}" for registry in _OF_DOCKER), *official]
