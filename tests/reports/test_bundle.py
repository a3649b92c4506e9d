"""How the pages' scripts are put together: every module, in order, and the charts as their versions are pinned."""

import json
import re
from pathlib import Path

import pytest

import reports
from reports import bundle

ASSETS = Path(reports.__file__).parent / "assets"


def imports(module: str) -> list[tuple[list[str], str]]:
    """Names and module of each import."""
    source = (ASSETS / "js" / module).read_text(encoding="utf-8")
    found = re.findall(r'import (.*?) from "\./(.*?)";', source, re.DOTALL)
    return [(re.findall(r"\w+", names), name) for names, name in found]


def test_every_module_is_in_the_script_once() -> None:
    assert sorted(bundle.MODULES) == sorted(path.name for path in (ASSETS / "js").iterdir())


@pytest.mark.parametrize("module", bundle.MODULES)
def test_a_module_imports_what_those_before_it_export(module: str) -> None:
    before = bundle.MODULES[: bundle.MODULES.index(module)]
    for names, name in imports(module):
        assert name in before
        exported = re.findall(r"^export const (\w+)", (ASSETS / "js" / name).read_text(encoding="utf-8"), re.MULTILINE)
        assert set(names) <= set(exported)


def test_what_a_module_imports_it_uses() -> None:
    for module in bundle.MODULES:
        source = (ASSETS / "js" / module).read_text(encoding="utf-8")
        for names, _ in imports(module):
            assert [name for name in names if len(re.findall(rf"\b{name}\b", source)) < 2] == []


def test_no_import_or_export_is_left_in_the_script() -> None:
    assert re.findall(r"^(?:import|export) .*", bundle.page({}).script, re.MULTILINE) == []


def test_the_charts_come_with_the_licences_of_the_pinned_versions() -> None:
    lock = json.loads((ASSETS / "charts" / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    told = (ASSETS / "echarts.LICENSES.txt").read_text(encoding="utf-8")
    for name in ("echarts", "zrender", "tslib"):
        assert f"=== {name} {lock[f'node_modules/{name}']['version']}\n" in told
