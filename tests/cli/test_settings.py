"""Settings files: whichever command reads one, a name that nobody knows is answered alike."""

from pathlib import Path

import pytest

from tests.cli.conftest import Run

COMMANDS = {
    "report": (),
    "findings": (),
    "gate": ("-r", "files=1000"),
    "baseline update": (),
    "baseline check": (),
}
UNKNOWN = {
    '[findings]\nignore = ["man-page"]': "findings.ignore: there is no rule 'man-page'\nhint: did you mean man-pages?",
    "[findings]\nignores = []": "there is no key findings.ignores\nhint: did you mean ignore?",
    "[gate.limits]\nfile = 1": "limits.file: there is no such figure\nhint: did you mean files?",
    "[[gate.image]]\nlimits.file = 1": "limits.file: there is no such figure\nhint: did you mean files?",
}


@pytest.mark.parametrize("settings", UNKNOWN)
def test_every_command_refuses_a_name_that_nobody_knows(run: Run, folder: Path, sample: Path, settings: str) -> None:
    (folder / "imgscan.toml").write_text(settings)
    told = {}
    for command, rest in COMMANDS.items():
        done = run(*command.split(), sample, *rest)
        assert (done.returncode, done.stdout) == (2, b"")
        told[command] = done.stderr.decode()
    assert told == dict.fromkeys(COMMANDS, f"imgscan: error: imgscan.toml, line 2: {UNKNOWN[settings]}\n")
