"""Pages and manual pages of the commands, from the same source as their help; `docs/generate.py` writes them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import typer.main

from imgscan.cli import app
from imgscan.cli.described import Command, described

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_MADE = "Made by docs/generate.py from the help of the command: change it there"
_PARTS = re.compile(r"docs/([\w-]+\.md)")
_STATUS = {
    "0": "done; every gate passed",
    "1": "diff --exit-code: the images differ; gate: an image failed; baseline check: an entry does not fit",
    "2": "usage or trouble: standard error says what, and what can be done",
    "130": "interrupted, or the reader of a pipe went away",
}
_VARIABLES = {
    "IMGSCAN_CATALOG": "folder of the catalog of known images; by default imgscan/catalog among the user's data",
    "NO_COLOR": "no colours, where there are any",
    "SOURCE_DATE_EPOCH": "the time that counts as now, in seconds since 1970: of gates, baselines, bills of materials",
}


def files(docs: Path) -> dict[Path, str]:
    """All pages, by where they stand in the folder ``docs``."""
    commands = described(typer.main.get_command(app))
    pages = [(each, [part for part in commands if part.name.startswith(f"{each.name} ")]) for each in commands]
    own = [(each, parts) for each, parts in pages if each.name and " " not in each.name]
    found = {docs / "commands" / f"{each.name}.md": page(each, parts) for each, parts in own}
    found |= {docs / "man" / f"imgscan-{each.name}.1": manual(each, parts) for each, parts in own}
    names = [each for each, _ in own]
    return found | {
        docs / "man" / "imgscan.1": manual(commands[0], [], names),
        docs / "commands" / "index.md": index(names),
    }


def index(commands: Sequence[Command]) -> str:
    """The list of all commands."""
    rows = "".join(f"| [{each.name}]({each.name}.md) | {_escaped(each.summary)} |\n" for each in commands)
    names = "\n".join(each.name for each in commands)
    tree = f"```{{toctree}}\n:hidden:\n\n{names}\n```\n"
    return f"<!-- {_MADE}. -->\n\n# Commands\n\n| command | |\n| --- | --- |\n{rows}\n{tree}"


def page(command: Command, parts: Sequence[Command]) -> str:
    """A command's page in Markdown, with the commands that it has below it."""
    titles = {each: f"{'#' * (1 + each.name.count(' '))} imgscan {each.name}" for each in (command, *parts)}
    return f"<!-- {_MADE}. -->\n\n" + "\n".join(f"{titles[each]}\n\n{_page_body(each)}" for each in titles)


def _page_body(command: Command) -> str:
    blocks = [f"```text\nimgscan {command.usage}\n```"]
    blocks += [_PARTS.sub(r"[docs/\1](../\1)", _escaped(each)) for each in command.text]
    if command.examples:
        lines = "\n".join(f"# {each.purpose}\n{each.line}" for each in command.examples)
        blocks.append(f"```bash\n{lines}\n```")
    if command.arguments:
        rows = [f"| `{each.name}` | {_escaped(each.help)} |" for each in command.arguments]
        blocks.append("\n".join(["| argument | |", "| --- | --- |", *rows]))
    rows = [f"| {_names(each.names, each.value)} | {_escaped(each.help)} |" for each in command.options]
    blocks.append("\n".join(["| option | |", "| --- | --- |", *rows]))
    return "\n\n".join(blocks) + "\n"


def _names(names: Sequence[str], value: str) -> str:
    written = value.replace("|", "\\|")
    return ", ".join(f"`{name}`" for name in names) + (f" `{written}`" if value else "")


def _escaped(text: str) -> str:
    return re.sub(r"([*_<>|\[\]$])", r"\\\1", text)


def manual(command: Command, parts: Sequence[Command], commands: Sequence[Command] = ()) -> str:
    """A command's manual page, in the macros of man(7)."""
    name = f"imgscan-{command.name}" if command.name else "imgscan"
    lines = [f'.\\" {_MADE}.', f'.TH {name.upper()} 1 "" imgscan "imgscan manual"', ".nh", ".ad l", ".SH NAME"]
    lines += [f"{_roff(name)} \\- {_roff(command.summary)}", ".SH SYNOPSIS", f".B imgscan {_roff(command.usage)}"]
    lines += [".SH DESCRIPTION", *_paragraphs(command.text)]
    for each in commands:
        lines += [".TP", f".BR imgscan\\-{_roff(each.name)} (1)", _roff(each.summary)]
    lines += _options(command, ".SH")
    for part in parts:
        lines += [f'.SH "imgscan {part.name}"', f".B imgscan {_roff(part.usage)}", ".PP", *_paragraphs(part.text)]
        lines += _options(part, ".SS")
    lines += [".SH EXIT STATUS", *_terms(_STATUS), ".SH ENVIRONMENT", *_terms(_VARIABLES)]
    return "\n".join(lines) + "\n"


def _options(command: Command, heading: str) -> list[str]:
    lines = [f"{heading} ARGUMENTS"] if command.arguments else []
    lines += _terms({each.name: each.help for each in command.arguments})
    lines += [f"{heading} OPTIONS"]
    lines += _terms({f"{', '.join(each.names)} {each.value}".strip(): each.help for each in command.options})
    lines += [f"{heading} EXAMPLES"] if command.examples else []
    return lines + _terms({each.line: each.purpose for each in command.examples})


def _paragraphs(texts: Sequence[str]) -> list[str]:
    return [line for text in texts for line in (".PP", _roff(text))][1:]


def _terms(terms: dict[str, str]) -> list[str]:
    return [line for term, text in terms.items() for line in (".TP", f"\\fB{_roff(term)}\\fR", _roff(text))]


def _roff(text: str) -> str:
    """Text that means itself: groff has meanings of its own for some characters (groff_char(7))."""
    text = text.replace("\\", "\\e").replace("-", "\\-").replace("~", "\\(ti").replace("^", "\\(ha")
    text = text.replace("'", "\\(aq").replace("…", "...")
    return f"\\&{text}" if text.startswith(".") else text
