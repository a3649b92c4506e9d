"""The documentation as data: its pages, their tables, their code."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
DOCS = ROOT / "docs"


def page(name: str) -> str:
    """Return the text of a page of docs/."""
    return (DOCS / name).read_text()


def tables_by_heading(text: str) -> dict[str, list[list[str]]]:
    """Return heading -> rows of cells of the first table below it, without the table's head."""
    found: dict[str, list[list[str]]] = {}
    for section in re.split(r"^#+ ", text, flags=re.MULTILINE)[1:]:
        heading, _, body = section.partition("\n")
        rows = re.findall(r"^\|(.*)\|$", _first_table(body), re.MULTILINE)
        if rows:
            found[heading.strip("`")] = [_cells(row) for row in rows[2:]]
    return found


def _first_table(body: str) -> str:
    start = re.search(r"^\|", body, re.MULTILINE)
    return body[start.start() :].partition("\n\n")[0] if start else ""


def _cells(row: str) -> list[str]:
    return [cell.strip() for cell in re.split(r"(?<!\\)\|", row)]


def blocks(text: str, language: str) -> list[str]:
    """Return the fenced blocks of a language."""
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def code_spans(text: str) -> list[str]:
    """Return what stands in single backticks."""
    return re.findall(r"`([^`\n]+)`", text)
