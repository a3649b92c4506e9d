"""The distribution: what is in it, and that it works where there is nothing of the checkout."""

import os
import re
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

import imgscan

ROOT = Path(__file__).resolve().parents[1]
SAMPLE = ROOT / "sample_images" / "app-2.0.tar"


@pytest.fixture(scope="module")
def distributions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sdist, and the wheel that is built from it and not from the checkout."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300, cwd=folder)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


@pytest.fixture(scope="module")
def wheel(distributions: Path) -> Path:
    (path,) = distributions.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, installed alone into a folder; what it needs is in the environment already."""
    target = tmp_path_factory.mktemp("installed")
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--target", str(target)]
    subprocess.run([*command, "--disable-pip-version-check", str(wheel)], check=True, timeout=300)
    return target


def _names(wheel: Path) -> list[str]:
    with zipfile.ZipFile(wheel) as archive:
        return archive.namelist()


def test_the_top_level_is_the_three_packages(wheel: Path) -> None:
    info = f"imgscan-{imgscan.__version__}.dist-info"
    assert {name.partition("/")[0] for name in _names(wheel)} == {"imgscan", "reports", "analyzer", info}
    assert wheel.name == f"imgscan-{imgscan.__version__}-py3-none-any.whl"


def test_every_file_of_the_packages_is_in_it_and_nothing_else(wheel: Path) -> None:
    """Templates, styles, schemas and type markers as well as modules."""
    packed = {name for name in _names(wheel) if ".dist-info/" not in name}
    files = {
        str(path.relative_to(ROOT))
        for package in ("imgscan", "reports", "analyzer")
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert packed == files
    for name in ("imgscan/py.typed", "reports/py.typed", "analyzer/py.typed", "reports/assets/style.css"):
        assert name in packed
    assert "reports/templates/report.html.j2" in packed
    assert {"reports/assets/echarts.js", "reports/assets/echarts.LICENSES.txt", "reports/assets/js/map.js"} <= packed
    assert any(name.startswith("reports/schemas/report-") for name in packed)


def test_the_metadata(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        info = f"imgscan-{imgscan.__version__}.dist-info"
        metadata = archive.read(f"{info}/METADATA").decode()
        assert (
            archive.read(f"{info}/entry_points.txt").decode() == "[console_scripts]\nimgscan = imgscan.__main__:main\n"
        )
        assert f"{info}/licenses/LICENSE" in archive.namelist()
    head = metadata.partition("\n\n")[0].splitlines()
    assert f"Version: {imgscan.__version__}" in head
    assert "License-Expression: Apache-2.0" in head
    assert "Requires-Python: >=3.11" in head
    needed = [line.partition(": ")[2] for line in head if "Requires-Dist" in line and "extra ==" not in line]
    names = {re.split(r"[<>=;\s]", line)[0].replace(".", "-") for line in needed}
    known = {
        "backports-zstd",
        "cyclonedx-python-lib",
        "dockerfile",
        "duckdb",
        "isal",
        "jinja2",
        "pyyaml",
        "msgspec",
        "numpy",
        "packageurl-python",
        "pandas",
        "pyarrow",
        "spdx-tools",
        "textual",
        "tomli-w",
        "typer",
    }
    assert names == known


def test_the_sdist_has_what_a_packager_needs_and_no_clutter(distributions: Path) -> None:
    (path,) = distributions.glob("*.tar.gz")
    with tarfile.open(path) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {"LICENSE", "README.md", "CHANGELOG.md", "pyproject.toml", "imgscan/__init__.py", "docs/cli.md"} <= names
    tops = {name.partition("/")[0] for name in names}
    assert tops <= {"imgscan", "reports", "analyzer", "docs", "LICENSE", "README.md", "CHANGELOG.md", "pyproject.toml", "PKG-INFO", ".gitignore"}  # fmt: skip


def test_it_runs_outside_the_checkout(installed: Path, tmp_path: Path) -> None:
    """A report needs templates and styles; each package has to be the installed one."""
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(installed), "PYTHONSAFEPATH": "1"}

    def run(*command: str) -> str:
        done = subprocess.run(
            [sys.executable, *command],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    where = "import imgscan, reports, analyzer; print(*(each.__file__ for each in (imgscan, reports, analyzer)))"
    assert all(Path(each).is_relative_to(installed) for each in run("-c", where).split())
    assert run("-m", "imgscan", "--version") == f"imgscan {imgscan.__version__}\n"
    run("-m", "imgscan", "report", str(SAMPLE), "--format", "all")
    assert (tmp_path / "app-2.0.html").read_text() == imgscan.render(imgscan.open(SAMPLE).report(), "html")
    assert (tmp_path / "app-2.0.md").exists()


def test_the_command_is_installed(installed: Path, tmp_path: Path) -> None:
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(installed), "PYTHONSAFEPATH": "1"}
    command = [
        sys.executable,
        str(installed / "bin" / "imgscan"),
        "layers",
        str(SAMPLE),
        "-f",
        "csv",
        "-o",
        "layers.csv",
    ]
    subprocess.run(command, cwd=tmp_path, env=environment, check=True, timeout=60)
    assert len((tmp_path / "layers.csv").read_text().splitlines()) == 19
