"""What is wrong with the words of a command, as one line and a hint, from what typer found."""

from __future__ import annotations

import difflib
import re
from typing import Any

from analyzer.errors import UsageError
from analyzer.reference import is_there
from analyzer.settings import nearest
from reports.formatting import visible

_CHOICE = re.compile(r"(['\"])(.*)\1 is not one of (.+)", re.DOTALL)
_TAKE_SEVERAL = "imgscan tree, gate and catalog add"
_LEAST = re.compile(r" is not in the range x>=(\S+)\.")
_NO_NUMBER = re.compile(r" is not a valid int(?: range)?\.")


def usage_error(problem: Any) -> UsageError:
    """The error for an exception of typer's, which has the attributes that click documents for its own."""
    context = problem.ctx
    if hasattr(problem, "possibilities"):
        return _no_such_option(context, problem.option_name)
    if hasattr(problem, "option_name"):
        needs = "needs a value" if "requires" in problem.message else "takes no value"
        return UsageError(f"{problem.option_name} {needs}", hint=_usage(context))
    if hasattr(problem, "param_type"):
        return UsageError(f"{context.command_path} needs {_name(problem.param)}", hint=_usage(context))
    if getattr(problem, "param", None) is not None:
        return _bad_value(_name(problem.param), problem.message)
    return UsageError(_sentence(problem.format_message(), context), hint=_usage(context))


def too_many(context: Any, words: list[str]) -> UsageError:
    """The error for ``words`` behind the last argument that the command takes."""
    taken = [_name(each) for each in context.command.params if each.param_type_name == "argument"]
    more = f" (and {len(words) - 1} more)" if len(words) > 1 else ""
    hint = f"{_usage(context)}, with quotes around what has blanks"
    if "IMAGE" in taken and is_there(words[0]):
        hint = f"run it for one image at a time; {_TAKE_SEVERAL} take several"
    message = (
        f"{context.command_path} takes {' '.join(taken) or 'no arguments'}: {visible(words[0])} is one too many{more}"
    )
    return UsageError(message, hint=hint)


def no_such_command(context: Any, word: str) -> UsageError:
    """The error for a command that there is not."""
    hint = nearest(word, context.command.commands)
    return UsageError(f"{context.command_path} has no command {visible(word)}", hint=hint)


def _no_such_option(context: Any, option: str) -> UsageError:
    return UsageError(f"{context.command_path} has no option {visible(option)}", hint=_like(context, option))


def _like(context: Any, option: str) -> str:
    """The option that is meant; one of the program's own stands before the command."""
    root = context.find_root()
    if any(option in each.opts for each in root.command.params):
        return f"it goes before the command: {root.command_path} {option} {context.info_name}"
    known = [name.lstrip("-") for each in context.command.params for name in each.opts if name.startswith("--")]
    close = difflib.get_close_matches(option.lstrip("-"), [*known, "help"], 1)
    return f"did you mean --{close[0]}?" if close else f"{context.command_path} --help lists them"


def _bad_value(name: str, message: str) -> UsageError:
    choice, least = _CHOICE.fullmatch(message), _LEAST.search(message)
    if choice:
        known = ", ".join(re.findall("'([^']+)'", choice[3]))
        return UsageError(f"{name} cannot be '{visible(choice[2])}'", hint=f"choose one of {known}")
    if least:
        return UsageError(f"{name} has to be {least[1]} or more")
    if _NO_NUMBER.search(message):
        return UsageError(f"{name} has to be a whole number")
    return UsageError(f"{name}: {_lowered(message)}")


def _sentence(message: str, context: Any) -> str:
    """What click says in words alone."""
    if message == "Missing command.":
        return f"{context.command_path} needs a command"
    return _lowered(message)


def _lowered(text: str) -> str:
    return visible(text[:1].lower() + text[1:].rstrip("."))


def _name(parameter: Any) -> str:
    if parameter.param_type_name == "option":
        return str(max(parameter.opts, key=len))
    return str(parameter.metavar or parameter.name.upper())


def _usage(context: Any) -> str | None:
    """How the command is called; for one with commands of its own, what these are."""
    if context is None:
        return None
    if hasattr(context.command, "commands"):
        return "known are: " + ", ".join(context.command.commands)
    return " ".join(["usage:", context.command_path, *context.command.collect_usage_pieces(context)])
