"""Each command in a few words: what lists of commands say, in help, completion and manual pages."""

from __future__ import annotations

SUMMARIES = {
    "report": "a summary, and the whole report as a file",
    "layers": "sizes of layers, each byte in one class",
    "history": "what each instruction of the build cost",
    "dockerfile": "the Dockerfile behind an image",
    "waste": "bytes that are stored and never seen",
    "findings": "what to change, and what that saves",
    "gate": "fail a build that breaks rules",
    "baseline": "what images weigh, kept in a file to commit",
    "baseline update": "add images, or renew what is kept of them",
    "baseline check": "whether entries and images fit together",
    "trend": "how a figure went from run to run",
    "packages": "what is installed, and what it really takes",
    "changes": "all entries of all layers",
    "rootfs": "all paths that a container sees",
    "ls": "files, as ls -l lists them",
    "explore": "layers and files on the whole screen",
    "sql": "a statement of SQL over the tables",
    "cat": "a file of any layer, removed ones too",
    "diff": "what became of one image in another",
    "parents": "the images that it was built on",
    "tree": "which images stand on the same layers",
    "completion": "a script that lets a shell complete words",
    "catalog": "the images that parents are looked for among",
    "catalog add": "keep what is needed to recognise images",
    "catalog list": "the images that are kept",
    "catalog remove": "forget images",
    "catalog export": "the whole catalog as one file",
    "catalog import": "add what another catalog has",
}
"""By the command's name."""
