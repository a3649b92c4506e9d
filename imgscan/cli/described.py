"""The commands as data: what completion in shells, pages of the documentation and manual pages are made from."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any, get_args, get_type_hints

from .columns import columns_of
from .examples import EXAMPLES, Example
from .summaries import SUMMARIES


@dataclass(frozen=True)
class Option:
    """``names`` have the long ones first; ``value`` is what stands for its value, empty where it takes none."""

    names: tuple[str, ...]
    value: str
    choices: tuple[str, ...]
    help: str


@dataclass(frozen=True)
class Argument:
    """``name`` as in the usage line."""

    name: str
    help: str
    required: bool


@dataclass(frozen=True)
class Command:
    """``name`` is all words after the program's; empty for the program itself. ``text`` are paragraphs."""

    name: str
    text: tuple[str, ...]
    arguments: tuple[Argument, ...]
    options: tuple[Option, ...]
    examples: tuple[Example, ...]
    parts: tuple[str, ...]

    @property
    def summary(self) -> str:
        """It in a few words; of the program itself the first sentence, without its full stop."""
        return SUMMARIES.get(self.name, self.text[0].removesuffix("."))

    @property
    def usage(self) -> str:
        """How it is called, without the program's name."""
        arguments = [each.name if each.required else f"[{each.name}]" for each in self.arguments]
        return " ".join([*self.name.split(), "[OPTIONS]", *(["COMMAND"] if self.parts else arguments)])


def described(program: Any, name: str = "") -> list[Command]:
    """A command of typer's and all that it has below it, in the order of the help."""
    parts = getattr(program, "commands", {})
    hints = get_type_hints(program.callback) if program.callback else {}
    shown = [each for each in program.params if not each.hidden]
    found = Command(
        name=name,
        text=_paragraphs(program.help),
        arguments=tuple(_argument(each) for each in shown if each.param_type_name == "argument"),
        options=(*(_option(each, hints, name) for each in shown if each.param_type_name == "option"), _HELP),
        examples=EXAMPLES.get(name, ()),
        parts=tuple(parts),
    )
    below = [each for word, part in parts.items() for each in described(part, f"{name} {word}".strip())]
    return [found, *below]


_HELP = Option(("--help", "-h"), "", (), "Show this message and exit.")


def _paragraphs(text: str) -> tuple[str, ...]:
    return tuple(" ".join(each.split()) for each in text.split("\n\n"))


def _argument(parameter: Any) -> Argument:
    return Argument(parameter.metavar or parameter.name.upper(), parameter.help or "", parameter.required)


def _option(parameter: Any, hints: dict[str, Any], command: str) -> Option:
    choices = columns_of(command) if "--sort" in parameter.opts else _choices(hints.get(parameter.name))
    value = "" if parameter.is_flag else parameter.metavar or "|".join(choices)
    return Option(tuple(sorted(parameter.opts, key=len, reverse=True)), value, choices, parameter.help or "")


def _choices(hint: Any) -> tuple[str, ...]:
    """The words that an option can have, of a hint such as ``TableFormat | None``."""
    kinds = get_args(hint) or (hint,)
    return tuple(each.value for kind in kinds if isinstance(kind, type) and issubclass(kind, Enum) for each in kind)
