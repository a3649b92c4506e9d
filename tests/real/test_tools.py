"""A missing program skips on a laptop and fails where everything has to be there."""

from __future__ import annotations

import pytest

from tests.real.tools import REQUIRE_TOOLS, require, run


def test_a_missing_program_skips(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(REQUIRE_TOOLS, raising=False)
    with pytest.raises(pytest.skip.Exception, match="not installed: no-such-program"):
        require("cat", "no-such-program")


def test_a_missing_program_fails_where_tools_are_required(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(REQUIRE_TOOLS, "1")
    with pytest.raises(pytest.fail.Exception, match="not installed: no-such-program"):
        require("no-such-program")


def test_a_failing_command_shows_its_errors() -> None:
    with pytest.raises(pytest.fail.Exception, match="no-such-file"):
        run("cat", "no-such-file")
