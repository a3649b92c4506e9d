"""Secrets in variables and instructions, which configuration and history keep for everybody to read."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct

from ...instructions.created_by import parse_instruction
from ..advice import said
from ..made import NOTHING
from ..model import PATHS_SHOWN, Finding, Rule
from ..redaction import is_secret, redacted, secrets_in
from ..savings import saving

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ..advice import Advice
    from ..context import Context


class _Place(Struct, frozen=True):
    """A secret by its name, the layer whose instruction tells it (None: no layer), and that instruction."""

    name: str
    layer: int | None
    line: str
    inherited: bool


def find(rule: Rule, context: Context) -> list[Finding]:
    """One finding for each layer with such an instruction, and one for all that made no layer; never a value."""
    first: dict[str, _Place] = {}
    for place in _places(context):
        first.setdefault(place.name, place)
    groups: dict[tuple[int | None, bool], list[_Place]] = {}
    for place in first.values():
        groups.setdefault((place.layer, place.inherited), []).append(place)
    return [_finding(rule, context, places) for places in groups.values()]


def _places(context: Context) -> Iterator[_Place]:
    """The history in its order, then what only the configuration tells."""
    metadata = context.metadata
    aligned = bool(metadata.layers) and metadata.layers[0].history is not None
    made = -1
    for step in metadata.config.history or ():
        made += not step.empty_layer
        layer = made if aligned and not step.empty_layer else None
        inherited = made < context.own_from if layer is not None else made < context.own_from - 1
        for name in secrets_in(step.created_by or ""):
            yield _Place(name, layer, redacted(parse_instruction(step.created_by).text), inherited)
    for variable in metadata.config.variables:
        name, _, value = variable.partition("=")
        found = [name] if is_secret(name, value) else [f"{name}: {each}" for each in secrets_in(f" {value}")]
        for each in found:
            yield _Place(each, None, f"ENV {name}=…", inherited=False)


def _finding(rule: Rule, context: Context, places: list[_Place]) -> Finding:
    names = tuple(place.name for place in places)
    saved = saving(context, NOTHING, NOTHING, NOTHING)
    return Finding(
        rule=rule.id,
        title=rule.title,
        severity=rule.severity,
        layer=places[0].layer,
        instruction=places[0].line,
        count=len(names),
        file_bytes=saved.file_bytes,
        pull_bytes=saved.pull_bytes,
        inherited=places[0].inherited,
        rows=np.empty(0, np.int64),
        shrunk=NOTHING,
        shrunk_by=NOTHING,
        first_paths=lambda top: names[:top],
        advise=partial(_advice, names[:PATHS_SHOWN]),
    )


def _advice(names: Sequence[str]) -> Advice:
    return said(
        f"hand over {', '.join(names)} by RUN --mount=type=secret, or to the container when it runs; "
        "replace it, since whoever has the image has it"
    )


RULE = Rule(
    id="secret-values",
    title="Secrets in variables or instructions",
    severity="security",
    meaning=(
        "The values of ENV and ARG are in the image's configuration and history, and so is every RUN as written. "
        "Looked for are names that end in TOKEN, PASSWORD, SECRET and so on, and values shaped like known "
        "tokens. The values themselves are never shown."
    ),
    bad="ARG NPM_TOKEN\nRUN npm config set //registry.npmjs.org/:_authToken=$NPM_TOKEN && npm ci",
    good="RUN --mount=type=secret,id=npmrc,target=/root/.npmrc npm ci",
    find=find,
)
