"""What most rules do: find files that a container sees, by their paths, that need not be there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .edits import cleared
from .made import storing
from .sweeping import free_folders

if TYPE_CHECKING:
    from collections.abc import Callable

    from .context import Context
    from .made import Edit
    from .model import Finding, Rule


def left_behind(edit: Edit) -> Callable[[Rule, Context], list[Finding]]:
    """The function of a rule that finds what its globs match, with ``edit`` to be rid of it."""

    def find(rule: Rule, context: Context) -> list[Finding]:
        return storing(rule, context, context.visible_by(rule.globs), edit)

    return find


def folders_left_behind(rule: Rule, context: Context) -> list[Finding]:
    """What the globs of a rule match, with the folders to remove by their names: whoever's home they are in."""
    return storing(rule, context, context.visible_by(rule.globs), cleared(free_folders(context, rule)))
