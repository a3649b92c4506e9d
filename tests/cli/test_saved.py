"""What imgscan saved as JSON, given where something else is needed: each is told what it is."""

import pytest

from analyzer.errors import ReportError
from tests.cli.gating import NEW, OLD

SAVED = {
    "a saved diff": ("diff", OLD, NEW),
    "a verdict of gates": ("gate", NEW, "-r", "files=1", "--report-only"),
    "a list of findings": ("findings", NEW),
    "a saved report": ("report", NEW, "-o", "-"),
}


@pytest.mark.parametrize("kind", SAVED)
def test_only_saved_reports_are_rendered_again_and_none_is_compared(tmp_path, monkeypatch, printed, kind) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "saved.json").write_bytes(printed(*SAVED[kind], "-f", "json"))
    for pair in ((NEW, "saved.json"), ("saved.json", NEW), (NEW, NEW, "--base", "saved.json")):
        with pytest.raises(ReportError, match=rf"^saved\.json is {kind}, and no image$"):
            printed("diff", *pair)
    if kind == "a saved report":
        assert printed("report", "saved.json", "-f", "json", "-o", "-") == (tmp_path / "saved.json").read_bytes()
        return
    for command in (("report", "saved.json"), ("gate", NEW, "-r", "files=1", "--baseline", "saved.json")):
        with pytest.raises(ReportError, match=rf"^saved\.json is {kind}, and no saved report$") as caught:
            printed(*command)
        assert caught.value.hint.rpartition("imgscan ")[2].split()[0] == SAVED[kind][0]
