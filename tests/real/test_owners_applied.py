"""What is advised in place of a chown or chmod, applied line by line, builds the same image, and smaller by as much."""

from __future__ import annotations

import re
import shutil
import tarfile
from typing import TYPE_CHECKING

import pytest

import imgscan
from tests.real.tools import unavailable

if TYPE_CHECKING:
    from pathlib import Path

    from tests.real.engine import Engine

pytestmark = pytest.mark.engine

CASES = {
    "chown": """
RUN mkdir -p /srv/old && echo x > /srv/old/x
COPY app/ /srv/new/app/
RUN true > /srv/e && ln -s e /srv/l && echo y > /srv/y
RUN chown -R 7:8 /srv""",
    "over-one-another": """
COPY app/ /srv/
RUN chown -R 7:8 /srv
RUN chown -R 9:9 /srv""",
    "chmod-links": """
RUN mkdir /srv/o
COPY app/ /srv/o/app/
RUN chmod -R 755 /srv/o/app""",
    "chmod-empty": """
RUN mkdir /srv/o && echo x > /srv/o/f && for i in 1 2 3 4; do true > /srv/o/$i; done
RUN chmod -R 750 /srv/o""",
    "setuid": """
RUN mkdir /d && for i in f g su; do echo $i > /d/$i; done && chown 7:8 /d /d/su && chmod 4755 /d/su
RUN chown 7:8 /d/f /d/g""",
}
BUILDS = [*((case, True) for case in CASES), ("chown", False), ("setuid", False)]


def edited(source: str, edits: list[str]) -> str:
    """The Dockerfile with every group of `-` and `+` lines in place; of several for a line, the last has all."""
    lines = source.split("\n")
    groups: dict[int, tuple[list[str], list[str]]] = {}
    for edit in edits:
        for number, body in re.findall(r"^Dockerfile:(\d+)\n((?:(?:[-+ ]|or, ).*\n?)+)", edit, re.MULTILINE):
            last = re.split(r"^or, .*\n", body, flags=re.MULTILINE)[-1].splitlines()
            groups[int(number)] = tuple([each[1:] for each in last if each[0] in signs] for signs in ("- ", "+ "))
    for number, (old, new) in sorted(groups.items(), reverse=True):
        assert lines[number - 1 : number - 1 + len(old)] == old
        lines[number - 1 : number - 1 + len(old)] = new
    return "\n".join(lines)


@pytest.fixture(scope="module")
def parent(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> str:
    """An image with the programs that advice names: the sample's own have no find(1), and no `chown -h`."""
    program = shutil.which("busybox")
    if program is None:
        unavailable("no busybox-static here")
    archive = tmp_path_factory.mktemp("parent") / "parent.tar"
    with tarfile.open(archive, "w") as tar:
        tar.add(program, "bin/busybox")
        for name in ("sh", "chown", "chmod", "find", "mkdir", "ln"):
            link = tarfile.TarInfo(f"bin/{name}")
            link.type, link.linkname = tarfile.SYMTYPE, "busybox"
            tar.addfile(link)
        for name, mode in (("etc", 0o755), ("srv", 0o755), ("tmp", 0o1777)):
            folder = tarfile.TarInfo(name)
            folder.type, folder.mode = tarfile.DIRTYPE, mode
            tar.addfile(folder)
    engine.docker("import", archive, "owners-parent:1")
    return "owners-parent:1"


@pytest.mark.parametrize(("case", "buildkit"), BUILDS)
def test_it_is_the_same_image(engine: Engine, tmp_path: Path, parent: str, case: str, buildkit: bool) -> None:
    app = tmp_path / "app"
    app.mkdir()
    (app / "a").write_bytes(b"a" * 5000)
    (app / "l").symlink_to("a")
    file = tmp_path / "Dockerfile"
    file.write_text(f"FROM {parent}{CASES[case]}\n")

    def built(name: str) -> imgscan.Image:
        tag = f"{case}-{name}-{buildkit}".lower()
        engine.docker("build", "--quiet", "--network=none", f"--tag={tag}", tmp_path, buildkit=buildkit)
        return imgscan.open(engine.save(tag, tmp_path / f"{name}.tar"))

    before = built("before")
    found = before.findings(select="recopied-files", dockerfile=before.match_dockerfile(file))
    file.write_text(edited(file.read_text(), [each.edit for each in found]))
    after = built("after")
    columns = ["path", "kind", "mode", "uid", "gid", "digest", "link_target"]
    old, new = ({each["path"]: each for each in image.rootfs.select(columns).to_pylist()} for image in (before, after))
    assert {path: (old.get(path), new.get(path)) for path in old | new if old.get(path) != new.get(path)} == {}
    assert before.size.file_bytes - after.size.file_bytes == sum(each.file_bytes for each in found) > 0
