"""Every key, where it works and what it does. Bindings, the help screen and docs/explore.md are made of this list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

EVERYWHERE, LISTS, LAYERS, FILES, CONTENT = "everywhere", "in every list", "layers", "files", "content of a file"
PLACES = (EVERYWHERE, LISTS, LAYERS, FILES, CONTENT)


@dataclass(frozen=True)
class Key:
    """``keys`` as Textual names them; where ``action`` has KEY, it gets the one that was pressed.

    ``label`` is for the line at the bottom, empty where it is not there. ``dive`` are those of ``keys`` that do the
    same in dive.
    """

    place: str
    keys: tuple[str, ...]
    action: str
    what: str
    label: str = ""
    dive: tuple[str, ...] = ()


KEYS = (
    Key(EVERYWHERE, ("tab",), "next_pane", "go to the next pane", dive=("tab",)),
    Key(EVERYWHERE, ("shift+tab",), "previous_pane", "go to the pane before"),
    Key(
        EVERYWHERE, ("1", "2", "3", "4", "5", "6", "7"), "tab('KEY')", "show files, findings, waste, packages and so on"
    ),
    Key(
        EVERYWHERE,
        ("ctrl+f", "ctrl+underscore"),
        "filter",
        "show only what matches",
        "filter",
        ("ctrl+f", "ctrl+underscore"),
    ),
    Key(EVERYWHERE, ("slash",), "search", "search the tree, closed directories included", "search"),
    Key(EVERYWHERE, ("n",), "search_on", "go to the next match"),
    Key(EVERYWHERE, ("N",), "search_back", "go to the match before"),
    Key(EVERYWHERE, ("escape",), "clear", "give up the filter, and take messages away", dive=("escape",)),
    Key(EVERYWHERE, ("a",), "toggle_together", "change between one layer and all up to it", "one/all"),
    Key(EVERYWHERE, ("i",), "show_details", "show the details on a screen of their own"),
    Key(EVERYWHERE, ("o",), "report", "write the HTML report, and open it at this place"),
    Key(EVERYWHERE, ("t",), "next_theme", "change the colours"),
    Key(EVERYWHERE, ("question_mark",), "help", "show these keys", "help"),
    Key(EVERYWHERE, ("q", "ctrl+c"), "leave", "leave", "quit", ("q", "ctrl+c")),
    Key(LISTS, ("down", "j"), "down", "down", dive=("down", "j")),
    Key(LISTS, ("up", "k"), "up", "up", dive=("up", "k")),
    Key(LISTS, ("pagedown", "d"), "page_down", "a page down", dive=("pagedown", "d")),
    Key(LISTS, ("pageup", "u"), "page_up", "a page up", dive=("pageup", "u")),
    Key(LISTS, ("home", "g"), "first", "to the first line"),
    Key(LISTS, ("end", "G"), "last", "to the last line"),
    Key(LISTS, ("enter",), "choose", "open: a directory, a file, or where a line of a table leads", "open"),
    Key(LAYERS, ("ctrl+l",), "one_layer", "show what the layer did", dive=("ctrl+l",)),
    Key(LAYERS, ("ctrl+a",), "all_layers", "show what all layers up to it did", dive=("ctrl+a",)),
    Key(FILES, ("space",), "toggle_closed", "open or close a directory", dive=("space",)),
    Key(FILES, ("ctrl+@", "z"), "toggle_all", "open or close all directories", dive=("ctrl+@",)),
    Key(FILES, ("right", "l"), "open", "open a directory, or go into it", dive=("right", "l")),
    Key(FILES, ("left", "h"), "close", "close a directory, or go to the one above", dive=("left", "h")),
    Key(FILES, ("ctrl+a",), "toggle_state(1)", "show or hide what was added", dive=("ctrl+a",)),
    Key(FILES, ("ctrl+r",), "toggle_state(4)", "show or hide what was removed", dive=("ctrl+r",)),
    Key(FILES, ("m",), "toggle_state(2)", "show or hide what was modified"),
    Key(FILES, ("c",), "toggle_state(3)", "show or hide what was recopied: stored again unchanged"),
    Key(FILES, ("ctrl+u",), "toggle_state(0)", "show or hide what is as it was", "unmodified", ("ctrl+u",)),
    Key(FILES, ("p",), "toggle_own", "show or hide what parent images brought"),
    Key(FILES, ("ctrl+b",), "toggle_attributes", "show or hide mode and owner", dive=("ctrl+b",)),
    Key(FILES, ("w", "ctrl+p"), "toggle_wide", "give the files the whole width, or show the layers again"),
    Key(FILES, ("s", "ctrl+o"), "sort", "sort by name, size or waste", "sort", ("ctrl+o",)),
    Key(FILES, ("v",), "view", "show the content of a file, of removed ones too"),
    Key(FILES, ("e", "ctrl+e"), "extract", "write a file to this machine's disk", dive=("ctrl+e",)),
    Key(FILES, ("y",), "copy_path", "copy the path (OSC 52)"),
    Key(CONTENT, ("x",), "hexadecimal", "change between text and hexadecimal", "text/hex"),
    Key(CONTENT, ("right", "l"), "right", "to the right"),
    Key(CONTENT, ("left", "h"), "left", "to the left"),
    Key(CONTENT, ("slash",), "search", "search", "search"),
    Key(CONTENT, ("n",), "search_on", "go to the next match"),
    Key(CONTENT, ("N",), "search_back", "go to the match before"),
    Key(CONTENT, ("escape", "q"), "back", "back", "back"),
)

_NAMES = {
    "slash": "/", "question_mark": "?", "ctrl+@": "Ctrl+Space", "ctrl+underscore": "Ctrl+/", "pagedown": "PgDn",
    "pageup": "PgUp", "escape": "Esc", "down": "↓", "up": "↑", "right": "→", "left": "←",
}  # fmt: skip


def of(*places: str) -> list[Key]:
    """The keys of these places."""
    return [each for each in KEYS if each.place in places]


def name(key: str) -> str:
    """What is written on a key.

    >>> name("ctrl+f"), name("question_mark"), name("G"), name("tab")
    ('Ctrl+F', '?', 'G', 'Tab')
    """
    if key in _NAMES:
        return _NAMES[key]
    if len(key) == 1:
        return key
    return "+".join(part.capitalize() for part in key.split("+"))


def names(keys: Sequence[str]) -> str:
    """All of them, in a row; of digits the first and the last.

    >>> names(("up", "k")), names(("1", "2", "3"))
    ('↑ k', '1 … 3')
    """
    if len(keys) > 1 and all(key.isdecimal() for key in keys):
        return f"{keys[0]} … {keys[-1]}"
    return " ".join(map(name, keys))
