"""Images built on the spot: what imgscan says a container sees is what the engine exports."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import imgscan
from tests.real.listing import analysed, differences, exported
from tests.real.tools import require, run

if TYPE_CHECKING:
    from pathlib import Path

    from tests.real.engine import Engine

pytestmark = pytest.mark.engine


def test_the_tricky_image_by_docker(tricky: Path) -> None:
    assert differences(exported(tricky / "exported.tar"), analysed(imgscan.open(tricky / "saved.tar"))) == []


def test_the_tricky_image_by_buildah(tricky_by_buildah: Path) -> None:
    engine = exported(tricky_by_buildah / "exported.tar")
    for archive in ("pushed.tar", "saved.tar"):
        assert differences(engine, analysed(imgscan.open(tricky_by_buildah / archive))) == []


def test_the_tricky_image_is_as_tricky_as_meant(tricky: Path, tricky_by_buildah: Path) -> None:
    """The layers really have what the Dockerfile is there to provoke."""
    changes = imgscan.open(tricky / "saved.tar").changes.to_pylist()
    assert {"whiteout", "opaque", "hardlink", "character", "block", "fifo"} <= {row["kind"] for row in changes}
    assert any(row["raw_path"] is not None for row in changes)
    assert any(len(row["path"].encode()) > 255 for row in changes)
    assert max(row["gid"] for row in changes) == 4_000_000
    assert {row["mode"] & 0o7000 for row in changes} >= {0o1000, 0o2000, 0o4000}
    changes += imgscan.open(tricky_by_buildah / "saved.tar").changes.to_pylist()
    xattrs = {name for row in changes for name, _ in row["xattrs"] or ()}
    assert xattrs == {"security.capability", "user.note"}


def test_docker_history_sizes(engine: Engine, tricky: Path) -> None:
    """A layer's SIZE is the content of its files and the length of its symbolic links' targets."""
    image = imgscan.open(tricky / "saved.tar")
    sizes = engine.docker("history", "--human=false", "--format={{.Size}}", "tricky").split()[::-1]
    made = [int(size) for size, entry in zip(sizes, image.config.history or (), strict=True) if not entry.empty_layer]
    counted = image.layers["file_bytes"].to_pylist()
    for change in image.changes.to_pylist():
        if change["kind"] == "symlink":
            counted[change["layer"]] += _target_bytes(change["link_target"])
    assert counted == made


def _target_bytes(shown: str) -> int:
    r"""The only target that is not UTF-8 is shown as ``target-\xe9``."""
    return len(b"target-\xe9") if shown == r"target-\xe9" else len(shown.encode())


@pytest.mark.parametrize("built", ["tricky", "tricky_by_buildah"])
@pytest.mark.parametrize(
    ("options", "destination"),
    [
        ((), "oci-archive:{}/image.tar"),
        (("--dest-compress-format=zstd",), "oci:{}/image"),
        (("--dest-decompress",), "dir:{}/image"),
        (("--dest-compress",), "dir:{}/image"),
    ],
    ids=["gzip", "zstd", "dir", "dir-gzip"],
)
def test_a_copy_by_skopeo_has_the_same_analysis(
    built: str, options: tuple[str, ...], destination: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    require("skopeo")
    saved = request.getfixturevalue(built) / "saved.tar"
    target = destination.format(tmp_path)
    run("skopeo", "--insecure-policy", f"--tmpdir={tmp_path}", "copy", *options, f"docker-archive:{saved}", target)
    image, copy = imgscan.open(saved), imgscan.open(target)
    assert copy.ledger() == image.ledger()
    for table, copied in ((image.changes, copy.changes), (image.rootfs, copy.rootfs), (image.waste, copy.waste)):
        assert copied.drop_columns(["pull_bytes"]).equals(table.drop_columns(["pull_bytes"]))


def test_a_container_committed_by_docker(engine: Engine, tmp_path: Path) -> None:
    container = engine.docker(
        *("create", "--network=none", "--entrypoint=/bin/sh", "acme/base:1.0", "-c"),
        "rm -rf /usr/share; mkdir /usr/share; echo 1 > /usr/share/new; chmod 711 /var; ln /bin/cat /bin/dog",
    )
    engine.docker("start", "--attach", container)
    engine.docker("commit", container, "committed")
    saved, export = engine.save("committed", tmp_path / "saved.tar"), engine.export("committed", tmp_path / "x.tar")
    engine.docker("rm", container)
    assert differences(exported(export), analysed(imgscan.open(saved))) == []


def test_buildkit(engine: Engine, context: Path, tmp_path: Path) -> None:
    """The same Dockerfile; BuildKit writes the differences of its layers in its own way."""
    engine.docker("build", "--quiet", "--network=none", "--tag=by-buildkit", context, buildkit=True)
    saved, export = engine.save("by-buildkit", tmp_path / "saved.tar"), engine.export("by-buildkit", tmp_path / "x.tar")
    assert differences(exported(export), analysed(imgscan.open(saved))) == []


@pytest.mark.parametrize("buildkit", [False, True], ids=["docker", "buildkit"])
def test_lines_of_a_dockerfile_that_an_engine_has_just_built(engine: Engine, tmp_path: Path, buildkit: bool) -> None:
    """What each builder makes of stages, variables, forms of a command, and settings finds its line again."""
    pytest.importorskip("dockerfile", reason="no wheel for this platform")
    context = tmp_path / "context"
    context.mkdir()
    (context / "a b").write_text("1")
    (context / "c.conf").write_text("2")
    path = context / "Dockerfile"
    path.write_text(EVERY_INSTRUCTION)
    engine.docker("build", "--quiet", "--network=none", "--tag=lined", "--build-arg=V=9", context, buildkit=buildkit)
    image = imgscan.open(engine.save("lined", tmp_path / "saved.tar"))
    found = image.match_dockerfile(path)
    assert found.notes == ()
    assert found.parent_entries == 6
    without_entries = ("FROM", "ARG PARENT", *(["ONBUILD"] if buildkit else []))
    assert list(found.lines[6:]) == [
        number
        for number, line in enumerate(EVERY_INSTRUCTION.splitlines(), 1)
        if line.split(" ")[0].isupper() and not line.startswith(without_entries)
    ]
    made = imgscan.open(tmp_path / "saved.tar").dockerfile("acme/base:1.0", parent_entries=found.parent_entries)
    (context / "Dockerfile.made").write_text(made)
    again = image.match_dockerfile(context / "Dockerfile.made")
    assert again.notes == ()
    assert again.parent_entries == 6


EVERY_INSTRUCTION = r"""ARG PARENT=acme/base:1.0
FROM ${PARENT} AS common
MAINTAINER me <me@example.com>
ENV A=1 B="two words" C='$A'
ENV OLD some words
LABEL z="last \"quoted\"" a=first
ARG V=1
# between
FROM common
WORKDIR /srv
WORKDIR app
RUN echo $V \
  # inside
  && echo   "b  c"
RUN ["/bin/sh", "-c", "echo d"]
COPY ["a b", "with space/"]
COPY c.conf ${B}/$V.conf
ADD --chown=1:1 c.conf /etc/
SHELL ["/bin/sh", "-e", "-c"]
RUN echo f > /f
EXPOSE 8000-8002 53/udp $V
VOLUME ["/v one", "/v2"]
VOLUME /v3 /v4
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=90s --retries=3 CMD ["true", "it is"]
ONBUILD RUN  echo   later
USER 1:1
ENTRYPOINT exec /bin/sh
CMD ["-c", "echo \"hi\"; true"]
"""
