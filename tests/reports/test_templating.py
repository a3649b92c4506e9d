"""Compiled templates are kept beside the templates, as Python keeps compiled modules: where that is possible."""

import sys
from pathlib import Path

import pytest
from jinja2 import DictLoader, Environment

from reports.templating import CompiledTemplates


def rendered(folder: Path, source: str) -> str:
    environment = Environment(
        loader=DictLoader({"a": source}), bytecode_cache=CompiledTemplates(folder), autoescape=True
    )
    return environment.get_template("a").render(name="<b>")


def test_a_kept_template_is_used_and_a_changed_one_compiled_anew(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    folder = tmp_path / "__pycache__"
    assert rendered(folder, "{{ name }}") == "&lt;b&gt;"
    (kept,) = folder.iterdir()
    before = kept.stat().st_mtime_ns
    with monkeypatch.context() as without:
        without.setattr(Environment, "compile", lambda *_, **__: pytest.fail("compiled again"))
        assert rendered(folder, "{{ name }}") == "&lt;b&gt;"
    assert kept.stat().st_mtime_ns == before
    assert rendered(folder, "{{ name }}!") == "&lt;b&gt;!"


def test_a_damaged_one_is_compiled_anew(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    rendered(tmp_path, "{{ name }}")
    for kept in tmp_path.iterdir():
        kept.write_bytes(kept.read_bytes()[:20])
        assert rendered(tmp_path, "{{ name }}") == "&lt;b&gt;"
        kept.write_bytes(b"")
        assert rendered(tmp_path, "{{ name }}") == "&lt;b&gt;"


def test_nothing_is_kept_where_python_keeps_nothing(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    assert rendered(tmp_path / "a", "{{ name }}") == "&lt;b&gt;"
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    (tmp_path / "file").write_text("in the way")
    assert rendered(tmp_path / "file" / "a", "{{ name }}") == "&lt;b&gt;"
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
