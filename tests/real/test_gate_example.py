"""examples/ci built by a real engine: the gate names the same cause and the same line as for images made in code."""

from __future__ import annotations

import json
import shutil
import sys
from typing import TYPE_CHECKING

import pytest

from tests.ci.building import noise
from tests.ci.test_example import EXAMPLE
from tests.real.tools import run

if TYPE_CHECKING:
    from pathlib import Path

    from tests.real.engine import Engine

pytestmark = pytest.mark.engine


@pytest.mark.parametrize("buildkit", [False, True], ids=["docker", "buildkit"])
def test_five_megabytes_fail_on_their_line(engine: Engine, tmp_path: Path, buildkit: bool) -> None:
    pytest.importorskip("dockerfile", reason="no wheel for this platform")
    folder = tmp_path / "repository"
    shutil.copytree(EXAMPLE, folder)
    engine.docker("tag", "acme/base:1.0", "python:3.13-slim")

    def built(tag: str) -> Path:
        engine.docker("build", "--quiet", "--network=none", f"--tag={tag}", folder, buildkit=buildkit)
        return engine.save(tag, tmp_path / f"{tag.replace(':', '-')}.tar")

    settings, baseline = folder / "imgscan.toml", folder / "imgscan-baseline.toml"
    baseline.unlink()
    run(sys.executable, "-m", "imgscan", "baseline", "update", built("shop:old"), "--config", settings)
    (folder / "shop" / "orders.csv").write_bytes(noise("orders", 5_000_000))
    new = built("shop:new")
    words = ("--config", settings, "--dockerfile", folder / "Dockerfile")
    done = run(sys.executable, "-m", "imgscan", "gate", new, *words, "--report-only", "--format", "json")
    (verdict,) = json.loads(done)
    assert verdict["status"] == "failed"
    first = verdict["why"]["causes"][0]
    assert (first["bytes"], first["line"]) == (5_000_000, 4)
    assert [each["name"] for each in first["causes"]] == ["srv/shop/shop/"]
    (broken,) = [each for each in verdict["outcomes"] if each["status"] == "failed"]
    assert (broken["rule"], broken["place"]["line"]) == ("growth.rootfs_bytes", 4)
