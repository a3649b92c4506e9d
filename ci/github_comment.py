"""Write the verdict of a gate into a pull request: one comment, replaced by each run.

    python3 github_comment.py gate.md

$GITHUB_TOKEN, $GITHUB_REPOSITORY and $PULL_REQUEST say where; $GITHUB_API_URL names another server. Python's standard
library is all it needs. Exit status 0 also where the token may only read, as that of a run from a fork: the summary of
the job has the verdict too.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

_PAGE = 100
_PAGES = 50
_MAY_ONLY_READ = (401, 403, 404)


def main() -> int:
    """Post or replace. Returns the exit status."""
    body = Path(sys.argv[1]).read_text(encoding="utf-8")
    marker, number = body.partition("\n")[0], os.environ["PULL_REQUEST"]
    if not number.isdecimal():
        sys.stdout.write("::notice::no comment: there is no pull request\n")
        return 0
    issues = f"/repos/{os.environ['GITHUB_REPOSITORY']}/issues"
    comments = f"{issues}/{number}/comments"
    try:
        there = _find(comments, marker)
        if there is not None and _replaced(f"{issues}/comments/{there}", body):
            return 0
        _ask("POST", comments, {"body": body})
    except HTTPError as error:
        if error.code not in _MAY_ONLY_READ:
            raise
        sys.stdout.write(f"::notice::no comment: the token may not write one ({error.code})\n")
    return 0


def _find(comments: str, marker: str) -> int | None:
    """The last comment that begins with the marker."""
    found = None
    for page in range(1, _PAGES + 1):
        listed = _ask("GET", f"{comments}?per_page={_PAGE}&page={page}")
        for each in listed:
            if (each["body"] or "").startswith(marker):
                found = each["id"]
        if len(listed) < _PAGE:
            break
    return found


def _replaced(comment: str, body: str) -> bool:
    """Whether it could be: a comment of somebody else, with the marker in it, stays as it is."""
    try:
        _ask("PATCH", comment, {"body": body})
    except HTTPError as error:
        if error.code not in _MAY_ONLY_READ:
            raise
        return False
    return True


def _ask(method: str, path: str, document: dict[str, str] | None = None) -> Any:
    server = os.environ.get("GITHUB_API_URL", "https://api.github.com")
    headers = {"Authorization": f"Bearer {os.environ['GITHUB_TOKEN']}", "Accept": "application/vnd.github+json"}
    content = None if document is None else json.dumps(document).encode()
    request = Request(server + path, content, headers, method=method)  # noqa: S310 - the host's own server
    with urlopen(request, timeout=60) as answer:  # noqa: S310
        return json.load(answer)


if __name__ == "__main__":
    sys.exit(main())
