"""Examples of each command: in its help, on its page, in its manual page. A test runs every one of them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Example:
    """A command line, and what it is for in a few words."""

    line: str
    purpose: str


def _examples(*pairs: tuple[str, str]) -> tuple[Example, ...]:
    return tuple(Example(f"imgscan {line}", purpose) for line, purpose in pairs)


EXAMPLES = {
    "": _examples(
        ("report app.tar", "a summary, and the whole report as app.html"),
        ("findings app.tar", "what to change in the Dockerfile"),
        ("diff old.tar app.tar", "why it grew"),
    ),
    "report": _examples(
        ("report app.tar", "a summary, and app.html beside it"),
        ("report app.tar --format all --output reports", "HTML, JSON and Markdown into a folder"),
        ("report app.tar --dockerfile Dockerfile", "with the lines of the Dockerfile"),
    ),
    "layers": _examples(
        ("layers app.tar", "what each layer takes"),
        ("layers app.tar --own --output layers.csv", "without those of parent images, for a spreadsheet"),
    ),
    "history": _examples(
        ("history app.tar", "what each instruction cost"),
        ("history app.tar --dockerfile Dockerfile", "with its line in the Dockerfile"),
    ),
    "dockerfile": _examples(("dockerfile app.tar", "the Dockerfile that the history tells of")),
    "waste": _examples(
        ("waste app.tar", "each wasted file, the largest first"),
        ("waste app.tar --by layer", "which layers hold waste, and which cause it"),
    ),
    "findings": _examples(
        ("findings app.tar --own", "what to change in one's own Dockerfile"),
        ("findings app.tar --select secret-files,private-keys", "these rules only"),
        ("findings --explain removed-files", "what a rule is about"),
    ),
    "gate": _examples(
        ("gate app.tar --rule 'rootfs_bytes=1 GB'", "fail where it is larger"),
        ("gate app.tar --baseline old.tar --rule growth.rootfs_bytes=50%", "fail where it grew by more"),
    ),
    "baseline": _examples(
        ("baseline update app.tar", "keep what it weighs in imgscan-baseline.toml"),
        ("baseline check app.tar", "whether what is kept is of these images, and of no others"),
    ),
    "baseline update": _examples(
        ("baseline update app.tar", "note what the newest build weighs"),
        ("baseline update app.tar --reason 'fonts of the new site'", "approve of what it weighs now"),
    ),
    "baseline check": _examples(("baseline check app.tar", "whether an entry is missing or no longer needed")),
    "trend": _examples(
        ("trend runs.jsonl", "how the root filesystem went, and which commits made it jump"),
        ("trend runs.jsonl --figure waste_bytes --output waste.html", "another figure, as a page"),
    ),
    "packages": _examples(
        ("packages app.tar --top 20", "the largest packages"),
        ("packages app.tar --output app.cdx.json", "a bill of materials"),
        ("packages app.tar --unowned", "directories that no package owns"),
    ),
    "changes": _examples(("changes app.tar --output changes.parquet", "every entry of every layer, for programs")),
    "rootfs": _examples(("rootfs app.tar --format csv", "every path that a container sees")),
    "ls": _examples(
        ("ls app.tar etc", "a folder as a container sees it"),
        ("ls app.tar '**/*.csv' --all-layers", "every version of all files of a kind"),
    ),
    "explore": _examples(
        ("explore app.tar", "go through layers and files"),
        ("explore old.tar app.tar", "go through what differs"),
    ),
    "sql": _examples(
        ("sql app.tar 'select path, size from rootfs where size > 1e6'", "the large files"),
        ("sql app.tar 'select cause, sum(bytes) from waste group by cause'", "waste by cause"),
    ),
    "cat": _examples(
        ("cat app.tar etc/passwd", "a file as a container sees it"),
        ("cat app.tar root/.aws/credentials --layer 8", "a file that a later layer removed"),
    ),
    "diff": _examples(
        ("diff old.tar app.tar", "why it grew, in a few lines"),
        ("diff old.tar app.tar --output diff.md", "a comment for a pull request"),
        ("diff old.tar app.tar --content etc", "what changed inside of files"),
    ),
    "parents": _examples(("parents app.tar --parent base.tar", "whether it stands on this image")),
    "tree": _examples(("tree old.tar app.tar base.tar", "which images stand on which")),
    "completion": _examples(
        ("completion bash > ~/.local/share/bash-completion/completions/imgscan", "for bash"),
        ("completion zsh > ~/.zfunc/_imgscan", "for zsh, with ~/.zfunc in $fpath"),
        ("completion fish > ~/.config/fish/completions/imgscan.fish", "for fish"),
    ),
    "catalog": _examples(
        ("catalog add base.tar", "keep what is needed to recognise an image"),
        ("catalog list", "what is kept"),
    ),
    "catalog add": _examples(("catalog add base.tar --name acme/base:1.0", "an image under a name of your choice")),
    "catalog list": _examples(("catalog list --format json", "all images, for programs")),
    "catalog remove": _examples(("catalog remove acme/base:1.0", "all builds of a name")),
    "catalog export": _examples(("catalog export catalog.zip", "the whole catalog as one file")),
    "catalog import": _examples(("catalog import catalog.zip", "what another exported")),
}
"""By the command's name, in the order of importance."""


def epilog(name: str) -> str | None:
    r"""The examples as the end of a help text, lines kept as they are (``\b`` tells the formatter so)."""
    lines = [f"  {each.line}\n      {each.purpose}" for each in EXAMPLES.get(name, ())]
    return "\b\nExamples:\n" + "\n".join(lines) if lines else None
