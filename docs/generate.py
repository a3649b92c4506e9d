"""Refresh the parts of the documentation that are made from the code.

    python docs/generate.py            write them
    python docs/generate.py --check    only say what is out of date; exit status 1 if anything is

A generated part stands between `<!-- generated: KIND ARGUMENT -->` and `<!-- end -->`, where KIND is

    run     commands, run in a folder with `sample_images` in it, and what a terminal of 100 columns shows of them
    refusal the same, for a command that is to fail
    table   a schema of analyzer.tables, by name
    rules   the rules that find what to change in a Dockerfile
    keys    the keys of the explorer
    bounds  the limits that imgscan puts on what it reads
    action  the inputs or outputs of action.yml
    gates   rules of gates, figures of gates: what can be judged

Pages and manual pages of commands, docs/commands/ and docs/man/, are made as a whole (`docs/reference.py`).
"""

from __future__ import annotations

import difflib
import os
import pty
import re
import shlex
import subprocess
import sys
import tempfile
import textwrap
from importlib import import_module
from pathlib import Path
from runpy import run_path
from typing import TYPE_CHECKING

import yaml

from analyzer.findings.rules import RULES
from analyzer.gates.explained import EXPLAINED
from analyzer.gates.figures import FIGURES
from analyzer.tables import TABLES
from imgscan.explore.keys import KEYS
from imgscan.explore.keys import names as key_names

if TYPE_CHECKING:
    from collections.abc import Callable

    from analyzer.findings.model import Rule

DOCS = Path(__file__).resolve().parent
ROOT = DOCS.parent
COLUMNS = 100
DAY = "1798761600"  # the first of 2027: what a command writes of the day must not change with it
BLOCK = re.compile(r"(<!-- generated: (\w+)(?: (.*?))? -->\n).*?(<!-- end -->)", re.DOTALL)

BOUNDS = {
    "analyzer.model:METADATA_BYTES_LIMIT": "bytes of a manifest, index or config",
    "analyzer.instructions.dockerfile:DOCKERFILE_BYTES_LIMIT": "bytes of a Dockerfile (`--dockerfile`)",
    "analyzer.sources.streamed:METADATA_TOTAL_LIMIT": "bytes of all metadata in an archive from a pipe or compressed",
    "analyzer.sources.archive:MEMBERS_LIMIT": "members of the archive around the layers",
    "analyzer.sources.archive:LINKS_LIMIT": "links to follow for one name in that archive",
    "analyzer.sources.oci_layout:INDEX_DEPTH_LIMIT": "indexes below one another",
    "analyzer.sources.oci_layout:DESCRIPTORS_LIMIT": "manifests and indexes that indexes lead to, each time they do",
    "analyzer.model:LAYERS_LIMIT": "layers of an image",
    "analyzer.layers.limits:TAR_BYTES_LIMIT": "bytes of a layer, uncompressed (`--max-layer-bytes`)",
    "analyzer.layers.limits:ENTRIES_LIMIT": "entries of all layers of an image together (`--max-entries`)",
    "analyzer.tar.records:RECORD_BYTES_LIMIT": "bytes of a PAX record or long name",
    "analyzer.layers.limits:ATTRIBUTES_BYTES_LIMIT": "bytes of all extended attributes of an image",
    "analyzer.tar.records:PATH_BYTES_LIMIT": "bytes of a path or a link target",
    "analyzer.tar.records:XATTR_BYTES_LIMIT": "bytes of an extended attribute",
    "analyzer.rootfs.rows:PATHS_BYTES_LIMIT": "bytes of all paths of an image",
    "analyzer.rootfs.split:IMPLIED_BYTES_LIMIT": "bytes of directories that deep paths imply, beyond the paths",
    "analyzer.gates.dive.stacked:NODES_LIMIT": "names in trees as dive has them, beyond four times the entries",
    "analyzer.gates.baseline_file:BASELINE_BYTES_LIMIT": "bytes of a baseline file",
    "analyzer.settings:SETTINGS_BYTES_LIMIT": "bytes of a settings file",
    "analyzer.gates.records:RUNS_BYTES_LIMIT": "bytes of a record of runs",
    "analyzer.gates.records:RUNS_FILE_ROWS_LIMIT": "rows of a Parquet file in one",
    "analyzer.gates.runs:WORD_BYTES_LIMIT": "bytes of a name in one",
    "analyzer.rootfs.symlinks:CHASES_LIMIT": "symbolic links to follow for one path; beyond, an entry stays in place",
    "analyzer.analyses.browse:READ_BYTES_LIMIT": "bytes of a file that Python reads at once",
    "analyzer.streams.spool:SPOOL_BYTES_LIMIT": "bytes of an image from a pipe that is kept for `cat` and `explore`",
    "imgscan.explore.content:CONTENT_BYTES_LIMIT": "bytes of a file that `explore` shows, from its start",
    "analyzer.layers.limits:KEPT_FILE_BYTES_LIMIT": "bytes of a file that is kept whole, as os-release is",
    "analyzer.layers.limits:KEPT_BYTES_LIMIT": "bytes of such files in all layers together",
    "analyzer.packages.model:PACKAGES_LIMIT": "packages to list, those read again after a layer included",
    "analyzer.layers.facts:PAYLOAD_BYTES_LIMIT": "bytes of what a program or a Java archive tells of packages in it",
    "analyzer.layers.jar:KEPT_WHOLE_LIMIT": "bytes of a Java archive that is kept, to read it by its directory",
    "analyzer.layers.jar:NESTED_BYTES_LIMIT": "bytes of an archive that is compressed inside another, to look into",
    "analyzer.layers.jar:NESTED_DEPTH_LIMIT": "archives inside one another, below the file, to look into",
    "analyzer.layers.jar:MEMBERS_LIMIT": "manifests, what Maven left, and archives to look at in a Java archive",
    "analyzer.inheritance.catalog:IMAGES_LIMIT": "images of a catalog",
    "analyzer.inheritance.portable:IMPORT_BYTES_LIMIT": "bytes of an exported catalog",
    "analyzer.inheritance.entry:ENTRY_BYTES_LIMIT": "bytes of a file in a catalog",
    "analyzer.inheritance.entry:ENTRY_FILES_LIMIT": "files that it lists",
    "analyzer.inheritance.entry:ENTRY_PATHS_LIMIT": "bytes of their paths",
    "analyzer.inheritance.entry:NAME_LENGTH_LIMIT": "characters of an image's name in a catalog",
    "analyzer.diff.contents.model:CONTENT_BYTES_LIMIT": "bytes of a file, or packed in one, to look into in a diff",
    "analyzer.diff.inside:TOGETHER_BYTES_LIMIT": "bytes of such files that are held together, or two files",
    "analyzer.diff.contents.text:TEXT_BYTES_LIMIT": "bytes of a text to compare line by line",
    "analyzer.diff.contents.text:TEXT_LINES_LIMIT": "lines of it",
    "analyzer.diff.contents.edits:STEPS_LIMIT": "steps to find the shortest diff of two texts",
    "analyzer.diff.contents.json_text:JSON_DEPTH_LIMIT": "levels of JSON that is compared as such",
    "analyzer.diff.contents.json_text:JSON_LINES_LIMIT": "lines of it, written out",
    "analyzer.diff.contents.model:ENTRIES_LIMIT": "entries of an archive in an image, to compare",
    "analyzer.diff.contents.strings:STRINGS_BYTES_LIMIT": "bytes of a program whose printable texts are compared",
    "analyzer.diff.contents.strings:STRINGS_SHOWN_LIMIT": "printable texts to show; of more, their number",
    "analyzer.diff.contents.model:LINES_LIMIT": "lines told of a file; the rest is counted",
    "analyzer.diff.contents.model:LINE_LENGTH_LIMIT": "characters of such a line; the rest is counted",
    "analyzer.layers.limits:HASHED_HOLES_LIMIT": "bytes of holes in sparse files of an image that are hashed",
}
"""Every limit of the engine, by module and name, and what it bounds."""


def refreshed(text: str) -> str:
    """The text of a page with its generated parts made anew; commands of one page share a folder, in order."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "sample_images").symlink_to(ROOT / "sample_images")
        makers: dict[str, Callable[[str], str]] = {
            "run": lambda commands: run(commands, folder),
            "refusal": lambda commands: run(commands, folder, status=2),
            "table": table,
            "bounds": lambda _: bounds(),
            "rules": lambda _: rules(),
            "action": action,
            "gates": lambda which: {"rules": gate_rules, "figures": gate_figures}[which](),
            "keys": lambda _: keys(),
        }
        return BLOCK.sub(lambda block: block[1] + makers[block[2]](block[3]) + block[4], text)


def run(commands: str, folder: str, status: int = 0) -> str:
    """Commands, with `&&` between them, and what they print, as a block of code.

    Raises ValueError for any other exit status: what goes wrong must not slip into a page.
    """
    lines = []
    for command in commands.split(" && "):
        program, *arguments = shlex.split(command)
        if program != "imgscan":
            raise ValueError(f"only imgscan is run here, not {program!r}")
        output, found = shown([sys.executable, "-m", "imgscan", *arguments], folder)
        if found != status:
            raise ValueError(f"exit status {found} from {command!r}:\n{output}")
        lines.append(f"$ {command}\n{output}")
    return f"```console\n{''.join(lines)}```\n"


def shown(command: list[str], folder: str) -> tuple[str, int]:
    """What a terminal shows of a command, and its exit status: stdout on a terminal, then stderr on a pipe.

    Apart, since a progress bar would show on a terminal.
    """
    ours, theirs = pty.openpty()
    fixed = {"COLUMNS": str(COLUMNS), "IMGSCAN_CATALOG": "catalog", "SOURCE_DATE_EPOCH": DAY}
    environment = os.environ | fixed
    process = subprocess.Popen(  # noqa: S603 - commands come from our own pages
        command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=theirs, stderr=subprocess.PIPE
    )
    os.close(theirs)
    output = _until_closed(ours)
    _, errors = process.communicate()
    return (output.replace(b"\r\n", b"\n") + errors).decode(), process.returncode


def _until_closed(terminal: int) -> bytes:
    parts: list[bytes] = []
    with os.fdopen(terminal, "rb", buffering=0) as stream:
        while True:
            try:
                part = stream.read(65536)
            except OSError:  # how Linux tells that nobody has the other end open
                part = b""
            if not part:
                return b"".join(parts)
            parts.append(part)


def table(name: str) -> str:
    """The columns of a table."""
    lines = ["| column | type | meaning | null |", "| --- | --- | --- | --- |"]
    for field in TABLES[name]:
        about = {key.decode(): value.decode() for key, value in field.metadata.items()}
        lines.append(f"| `{field.name}` | `{field.type}` | {about['meaning']} | {about.get('null', 'never')} |")
    return "\n".join(lines) + "\n"


def bounds() -> str:
    """All limits."""
    lines = ["| at most | of | where |", "| ---: | --- | --- |"]
    for place, what in BOUNDS.items():
        module, _, constant = place.partition(":")
        value = getattr(import_module(module), constant)
        shown_value = _bytes(value) if what.startswith("bytes") else f"{value:,}"
        path = module.replace(".", "/") + ".py"
        lines.append(f"| {shown_value} | {what.removeprefix('bytes of ')} | [`{constant}`]({path}) |")
    return "\n".join(lines) + "\n"


def gate_rules() -> str:
    """What each table of rules asks, and how it is written."""
    rows = [
        f"| `{each.key}` | {each.asks}{f'. {each.more}' if each.more else ''} | `{each.example}` |"
        for each in EXPLAINED
    ]
    return "\n".join(["| rule | asks that | such as |", "| --- | --- | --- |", *rows]) + "\n"


def gate_figures() -> str:
    """The figures that limits and growth are about."""
    rows = [f"| `{each.key}` | {each.meaning} | {each.unit} |" for each in FIGURES.values()]
    return "\n".join(["| figure | is | unit |", "| --- | --- | --- |", *rows]) + "\n"


def rules() -> str:
    """Every rule: what it is about, where it looks, and a Dockerfile before and after."""
    return "".join(f"### {rule.id}\n\n{_rule(rule)}\n" for rule in RULES)


def action(part: str) -> str:
    """The inputs or outputs of the GitHub Action."""
    lines = [f"| {part.removesuffix('s')} | is |", "| --- | --- |"]
    declared = yaml.safe_load((ROOT / "action.yml").read_text())[part]
    for name, each in declared.items():
        told = each["description"] + ("; required" if each.get("required") else "")
        lines.append(f"| `{name}` | {told} |")
    return "\n".join(lines) + "\n"


def _rule(rule: Rule) -> str:
    globs = {"Below": rule.globs.directories, "At": rule.globs.files, "But not at": rule.globs.spared}
    places = [f"{what} {', '.join(f'`{glob}`' for glob in found)}." for what, found in globs.items() if found]
    dockerfiles = f"```dockerfile\n# bad\n{rule.bad}\n```\n\n```dockerfile\n# good\n{rule.good}\n```\n"
    text = f"**{rule.title}** ({rule.severity}). {rule.meaning}"
    return "\n\n".join([textwrap.fill(text, 120, break_on_hyphens=False), *places, dockerfiles])


def keys() -> str:
    """The keys of the explorer, by where they work."""
    lines = ["| where | key | what it does | the same in dive |", "| --- | --- | --- | --- |"]
    for each in KEYS:
        pressed, same = (f"`{key_names(chosen)}`" if chosen else "" for chosen in (each.keys, each.dive))
        lines.append(f"| {each.place} | {pressed} | {each.what} | {same} |")
    return "\n".join(lines) + "\n"


def _bytes(value: int) -> str:
    for unit, size in (("GiB", 1024**3), ("MiB", 1024**2), ("KiB", 1024)):
        if value >= size and value % size == 0:
            return f"{value // size} {unit}"
    return f"{value:,} bytes"


def pages() -> list[Path]:
    """All pages with generated parts."""
    candidates = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    return sorted(page for page in candidates if BLOCK.search(page.read_text()))


def of_commands() -> dict[Path, str]:
    """What each page and manual page of a command should be."""
    found: dict[Path, str] = run_path(str(DOCS / "reference.py"))["files"](ROOT / "docs")
    return found


def made() -> dict[Path, str]:
    """What each page should be: those with generated parts, then those of commands."""
    return {page: refreshed(page.read_text()) for page in pages()} | of_commands()


def main() -> int:
    """Write or check all pages; the exit status."""
    checking = sys.argv[1:] == ["--check"]
    stale = 0
    for page, new in made().items():
        old, name = page.read_text() if page.exists() else "", str(page.relative_to(ROOT))
        if new == old:
            continue
        stale += 1
        if checking:
            lines = difflib.unified_diff(old.splitlines(True), new.splitlines(True), name, f"{name} (generated)")
            sys.stdout.writelines(lines)
        else:
            page.parent.mkdir(parents=True, exist_ok=True)
            page.write_text(new)
            sys.stdout.write(f"wrote {name}\n")
    return int(checking and stale > 0)


if __name__ == "__main__":
    sys.exit(main())
