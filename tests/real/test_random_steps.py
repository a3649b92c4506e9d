"""Steps drawn by lot: nobody thought of these layers, the engine stacked them all the same."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

import imgscan
from tests.real.listing import analysed, differences, exported

if TYPE_CHECKING:
    from pathlib import Path

    from tests.real.engine import Engine

pytestmark = pytest.mark.engine

STEPS, COMMANDS = 12, 8
NAMES = ("a", "b", "c")
DEPTHS = (1, 2, 2, 3, 3, 3)


def command(lot: random.Random) -> str:
    """One shell command on a handful of paths, so that they meet often; many of them fail, and may."""
    path, other = (f"/r/{'/'.join(lot.choices(NAMES, k=lot.choice(DEPTHS)))}" for _ in range(2))
    return lot.choice(
        [
            f"mkdir -p {path}",
            f"mkdir -p {path} && echo {lot.random()} > {path}/{lot.choice(NAMES)}",
            f"echo {lot.randint(0, 3)} > {path}",
            f"rm -rf {path}",
            f"rm -rf {path} && mkdir {path} && echo 5 > {path}/{lot.choice(NAMES)}",
            f"rm -rf {path} && ln -s {lot.choice([other, lot.choice(NAMES), '..'])} {path}",
            f"mv {path} {other}",
            f"ln {path} {other}",
            f"chmod {lot.choice(['700', '755', '1777', '4711'])} {path}",
            f"chown {lot.randint(0, 2)}:{lot.randint(0, 2)} {path}",
            f"touch {path}",
            f"cp -a {path} {other}",
        ]
    )


def dockerfile(seed: int) -> str:
    lot = random.Random(seed)
    steps = ["; ".join(command(lot) for _ in range(COMMANDS)) for _ in range(STEPS)]
    return "FROM toolbox\n" + "".join(f"RUN ({step}) 2> /dev/null || true\n" for step in steps)


@pytest.fixture(scope="module")
def toolbox(engine: Engine, context: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("toolbox")
    (folder / "toolbox.tar").write_bytes((context / "toolbox.tar").read_bytes())
    (folder / "Dockerfile").write_text(
        'FROM acme/base:1.0\nADD toolbox.tar /\nENV PATH=/toolbox\nSHELL ["/toolbox/busybox", "sh", "-c"]\nWORKDIR /r\n'
    )
    engine.docker("build", "--quiet", "--network=none", "--tag=toolbox", folder)
    return "toolbox"


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.usefixtures("toolbox")
def test_random_steps(engine: Engine, tmp_path: Path, seed: int) -> None:
    context = tmp_path / "context"
    context.mkdir()
    (context / "Dockerfile").write_text(dockerfile(seed))
    image = f"random:{seed}"
    engine.docker("build", "--quiet", "--network=none", f"--tag={image}", context, buildkit=seed > 0)
    scanned = imgscan.open(engine.save(image, tmp_path / "saved.tar"))
    export = exported(engine.export(image, tmp_path / "exported.tar"))
    assert differences(export, analysed(scanned)) == []
    assert any(path.startswith(b"r/") for path in export)
    assert scanned.size.waste_bytes > 0
