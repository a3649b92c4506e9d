"""The settings file of a command, with every name in it known: each command that reads one reads all of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyzer.errors import below

if TYPE_CHECKING:
    from pathlib import Path

    from analyzer.settings import Settings


def checked_settings(config: Path | None = None) -> tuple[Path | None, Settings]:
    """The settings with their file, or the usual ones where there is none. Raises SettingsError."""
    from analyzer.settings import Settings, lines_of, load_settings, settings_file

    file = config or settings_file()
    if file is None:
        return None, Settings()
    settings = load_settings(file)
    with lines_of(file):
        check_names(settings)
    return file, settings


def check_names(settings: Settings) -> None:
    """Raises SettingsError that leads to what is wrong, in the common rules, in a section or about findings."""
    from analyzer.gates.rules import rules_of
    from analyzer.settings import FindingSettings
    from analyzer.settings_gate import GateSettings, laid_over

    with below("gate"):
        rules_of(settings.gate, None, settings.findings)
    for at, section in enumerate(settings.gate.image):
        with below("gate", "image", at):
            rules_of(laid_over(GateSettings(), section), None, settings.findings)
    if settings.findings != FindingSettings():
        from analyzer.findings.find import check_rules  # loads Arrow, which reading the image need not wait for

        check_rules(settings.findings)
