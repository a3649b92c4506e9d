"""Values that look like secrets, in texts of the image's own history and configuration: found, and never shown."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ..instructions.created_by import parse_instruction

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ..model import Layer

_ASSIGNMENT = re.compile(r"""(?<![\w$])([A-Za-z_]\w{0,99})=("[^"]*"|'[^']*'|[^\s"';&|]+)""")
_NAME = re.compile(
    r"(?:^|_)(?:TOKEN|PASSWORD|PASSWD|PASSPHRASE|SECRET|CREDENTIALS?|(?:API|ACCESS|PRIVATE|SECRET|AUTH|SIGNING)_?KEY)$",
    re.IGNORECASE,
)
# A reference to another variable or a file, or a word that only says that something is switched on, tells nothing.
_HARMLESS = re.compile(
    r"[\"']?(?:|\$.*|/.*|true|false|yes|no|none|null|changeme|dummy|placeholder|example|unused|unset|x+|\*+|<.*>)[\"']?",
    re.IGNORECASE,
)
_SHAPES = {
    "GitHub token": r"gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{22,}",
    "GitLab token": r"glpat-[\w-]{20,}",
    "AWS access key": r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b",
    "Google API key": r"\bAIza[\w-]{35}",
    "Slack token": r"\bxox[abprs]-[A-Za-z0-9-]{10,}",
    "Stripe key": r"\b[sr]k_live_[A-Za-z0-9]{16,}",
    "npm token": r"\bnpm_[A-Za-z0-9]{36}",
    "PyPI token": r"\bpypi-AgE[\w-]{50,}",
    "JSON web token": r"(?<![\w-])eyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}",
    "private key": r"-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----",
    "password in a URL": r"(?<=://)[^\s/:@$]{1,99}:[^\s/@$]{1,200}(?=@)",
}
_SHAPE = re.compile("|".join(f"(?P<shape{number}>{each})" for number, each in enumerate(_SHAPES.values())))
_SHAPE_NAMES = tuple(_SHAPES)


def secrets_in(text: str) -> list[str]:
    """What secrets a text holds: names of variables, or what the value looks like; each once, in order.

    >>> secrets_in("RUN |1 NPM_TOKEN=abc DEBUG=1 /bin/sh -c curl https://joe:pass@example.com")
    ['NPM_TOKEN', 'password in a URL']
    """
    return list(dict.fromkeys(what for what, _, _ in _spans(text)))


def redacted(text: str) -> str:
    """The text with an ellipsis for each value of a secret.

    >>> redacted("ENV API_TOKEN=abc LOG=info")
    'ENV API_TOKEN=… LOG=info'
    """
    parts, end = [], 0
    for _, start, stop in sorted(_spans(text), key=lambda each: each[1:]):
        if start >= end:
            parts += [text[end:start], "…"]
        end = max(end, stop)
    return "".join([*parts, text[end:]])


def layer_instructions(layers: Iterable[Layer]) -> tuple[str, ...]:
    """What the history says of each layer, without the values of secrets; empty where it says nothing."""
    histories = (layer.history for layer in layers)
    return tuple(redacted(parse_instruction(each.created_by if each else None).text) for each in histories)


def is_secret(name: str, value: str) -> bool:
    """Whether a variable of this name with this value gives a secret away."""
    return _NAME.search(name) is not None and _HARMLESS.fullmatch(value) is None


def _spans(text: str) -> Iterator[tuple[str, int, int]]:
    """What each secret is, and where its value starts and ends."""
    for match in _ASSIGNMENT.finditer(text):
        if is_secret(match[1], match[2]):
            yield match[1], *match.span(2)
    for match in _SHAPE.finditer(text):
        yield _SHAPE_NAMES[int((match.lastgroup or "shape0").removeprefix("shape"))], *match.span()
