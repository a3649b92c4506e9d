"""The sample app built as it is, then with every edit that the findings ask for: it shrinks by what they predict."""

from __future__ import annotations

import tarfile
from typing import TYPE_CHECKING

import pytest

import imgscan
from tests.real.samples import SAMPLES

if TYPE_CHECKING:
    from pathlib import Path

    from tests.real.engine import Engine

pytestmark = pytest.mark.engine

DOCKERFILE = SAMPLES / "dockerfiles" / "app-2.0" / "Dockerfile"

# Each step of the original, with the edit of the findings about it: mounts in place of copies that are removed, owners
# where files come from, one copy of each content, symbolic links, and nothing written that is written again.
EDITED = r"""
FROM acme/base:1.0
ARG BUILD_NUMBER=1187
WORKDIR /srv/app
RUN --mount=type=bind,source=packages,target=/run/packages \
    for name in left-pad colours; do mkdir -p vendor/$name && cat /run/packages/$name-*.pkg > vendor/$name/index.js; done && \
    chown -R 10001:10001 vendor
COPY --chown=10001:10001 application/ ./
RUN --mount=type=bind,source=deploy,target=/run/deploy \
    test -s /run/deploy/id_ed25519 && echo "licence checked, build $BUILD_NUMBER" > licence.txt && chown 10001:10001 licence.txt
COPY --chown=10001:10001 production.json config/settings.json
RUN echo "theme is served by the CDN" > static/theme && chown 10001:10001 static/theme
RUN mkdir locale && echo "000001,en,only" > locale/en.csv && chown -R 10001:10001 locale
RUN ln -s server bin/worker && ln -s /srv/app/bin/server /usr/local/bin/shop && ln -s admin/logo.png static/logo.png
RUN cat catalogue.csv > /tmp/part && cat /tmp/part migrations/*.sql > export.sql && rm -rf /tmp/part
USER 10001:10001
"""
LEFT_OUT = ("static/theme", "locale", "config/settings.json", "static/logo.png")


@pytest.fixture(scope="module")
def contexts(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The original build context, as the sample's own layers hold it, and one without what the findings leave out."""
    folders = (tmp_path_factory.mktemp("original"), tmp_path_factory.mktemp("edited"))
    for folder in folders:
        _write_context(folder)
    original, edited = folders
    (original / "Dockerfile").write_text(DOCKERFILE.read_text())
    (edited / "Dockerfile").write_text(EDITED)
    (edited / ".dockerignore").write_text("".join(f"application/{path}\n" for path in LEFT_OUT))
    for path in ("bin/server", "catalogue.csv"):
        (edited / "application" / path).chmod(0o750)
    return folders


def _write_context(folder: Path) -> None:
    """Undo the COPY instructions of the sample: each of their layers into the folder or file that it came from."""
    copied = {
        4: ("var/cache/packages/", "packages/"),
        6: ("srv/app/", "application/"),
        7: ("root/.ssh/", "deploy/"),
        8: ("root/.aws/", "deploy/"),
        11: ("srv/app/config/settings.json", "production.json"),
    }
    image = imgscan.open(SAMPLES / "app-2.0.tar")
    layers = image.layers["diff_id"].to_pylist()
    with tarfile.open(SAMPLES / "formats" / "docker-archive.skopeo.tar") as archive:
        for number, (prefix, place) in copied.items():
            blob = archive.extractfile(layers[number].removeprefix("sha256:") + ".tar")
            with tarfile.open(fileobj=blob) as layer:
                for member in layer:
                    if member.name.startswith(prefix) and (member.isfile() or member.isdir()):
                        _put(layer, member, folder / (place + member.name.removeprefix(prefix)))


def _put(layer: tarfile.TarFile, member: tarfile.TarInfo, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if member.isdir():
        path.mkdir(exist_ok=True)
        return
    content = layer.extractfile(member)
    assert content is not None
    path.write_bytes(content.read())
    path.chmod(member.mode)


def built(engine: Engine, context: Path, name: str) -> imgscan.Image:
    engine.docker("build", "--quiet", "--network=none", f"--tag={name}", context, buildkit=True)
    return imgscan.open(engine.save(name, context.parent / f"{name}.tar"))


def test_the_edits_save_what_the_findings_say(engine: Engine, contexts: tuple[Path, Path]) -> None:
    before = built(engine, contexts[0], "findings-before")
    after = built(engine, contexts[1], "findings-after")
    found = before.findings()
    assert {"recopied-files", "removed-files", "overwritten-files", "duplicate-files", "secret-files"} <= {
        finding.rule for finding in found.found
    }
    assert before.size.file_bytes - after.size.file_bytes == found.together.file_bytes > 250_000
    overhead = before.size.tar_bytes - after.size.tar_bytes - found.together.file_bytes
    assert 0 <= overhead <= before.ledger().total.overhead
    assert [(finding.rule, finding.file_bytes) for finding in after.findings().found] == [("setuid-files", 0)]


def test_the_edited_image_is_the_same_to_its_users(engine: Engine, contexts: tuple[Path, Path]) -> None:
    """The same paths with the same contents, owners and modes, links in place of copies."""
    before, after = (built(engine, context, f"same-{number}") for number, context in enumerate(contexts))
    columns = ["path", "digest", "mode", "uid", "gid"]
    old, new = (
        {row["path"]: row for row in image.rootfs.select([*columns, "kind"]).to_pylist() if row["kind"] != "directory"}
        for image in (before, after)
    )
    assert old.keys() == new.keys()
    linked = {path for path in old if old[path]["kind"] != new[path]["kind"]}
    assert linked == {"srv/app/bin/worker", "srv/app/static/logo.png"}
    assert [path for path in old if path not in linked and old[path] != new[path]] == []
