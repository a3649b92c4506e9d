"""Commands as typer runs them, but for errors and interrupts: `imgscan.__main__` words all of these alike."""

from __future__ import annotations

import errno
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer
from typer.core import TyperCommand, TyperGroup

from analyzer.errors import UsageError

from .._streams import say
from .endings import is_misnamed
from .examples import epilog
from .output import give_up, tell
from .summaries import SUMMARIES

if TYPE_CHECKING:
    from collections.abc import Sequence

PROGRAM = "imgscan"
_NO_COMMAND = 2
_NO_READER = (errno.EPIPE, errno.ENOSPC)  # typer prints help by itself
_WrongUsage: type[Exception] = typer.BadParameter.__mro__[1]  # the base of all errors in words has no name in typer


class Command(TyperCommand):
    """A command whose help has arguments as they are written, without the types of Python."""

    allow_extra_args = True  # here they are still apart: in the words of click they are one text

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Raises UsageError for arguments that are too many, and for a file without a name: it would be this folder."""
        left = super().parse_args(ctx, args)
        for each in self.params:
            if each.param_type_name == "option" and each.type.name == "path" and ctx.params.get(each.name) == "":
                raise empty(max(each.opts, key=len))
        if left:
            from .usage import too_many

            raise too_many(ctx, left)
        return left

    def invoke(self, ctx: Any) -> None:
        """Run it, and say so where a file has got another format than its name tells: that may be a slip."""
        try:
            super().invoke(ctx)
        except typer.Exit:  # it is done, and its status tells more
            _tell_misnamed(ctx.params)
            raise
        _tell_misnamed(ctx.params)

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        """What stands behind the command's name."""
        arguments = [each for each in self.get_params(ctx) if each.param_type_name == "argument"]
        return ["[OPTIONS]", *(str(each.metavar) if each.required else f"[{each.metavar}]" for each in arguments)]

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Arguments, then options, each with its help."""
        shown: list[Any] = self.get_params(ctx)
        arguments = [(str(each.metavar), each.help) for each in shown if each.param_type_name == "argument"]
        options = [each.get_help_record(ctx) for each in shown if each.param_type_name == "option"]
        for title, lines in (("Arguments", arguments), ("Options", options)):
            if lines:
                with formatter.section(title):
                    formatter.write_dl(lines)


def _tell_misnamed(params: dict[str, Any]) -> None:
    form, output = params.get("form"), params.get("output") or params.get("path")
    if form and isinstance(output, str | Path) and is_misnamed(str(output), form):
        tell(f"{output} holds {form}, as --format says, though its name tells another format", quiet=params["quiet"])


class Exactly(Command):
    """A command that takes no option twice of which only the last would count, and none with an empty value.

    In pipelines either is a slip: a line that was added, a variable that is not set.
    """

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Raises UsageError, before anything is done."""
        values, _, found = self.make_parser(ctx).parse_args(args=[*args])
        order: list[Any] = [*found]
        for option in dict.fromkeys(each for each in order if each.param_type_name == "option"):
            name, value = max(option.opts, key=len), values.get(option.name)
            if value == "" or (isinstance(value, list) and "" in value):
                raise empty(name)
            if not option.multiple and not option.is_flag and order.count(option) > 1:
                raise UsageError(f"{name} is there {order.count(option)} times", hint="one is taken")
        return super().parse_args(ctx, args)


def empty(name: str) -> UsageError:
    """What is said of an option with nothing in it."""
    return UsageError(f"{name}: it is empty", hint="a variable may be empty; leave the option out for none")


def given_options(context: typer.Context) -> list[str]:
    """The options that the command line has, by their long names."""
    options = [each for each in context.command.params if each.param_type_name == "option"]
    sources = {each: context.get_parameter_source(each.name or "") for each in options}
    return [max(each.opts, key=len) for each, source in sources.items() if source and source.name == "COMMANDLINE"]


def words(name: str, kind: type[TyperCommand] = Command) -> dict[str, Any]:
    """What typer is told of a command beside its function."""
    return {"cls": kind, "short_help": SUMMARIES[name], "epilog": epilog(name)}


class Commands(TyperGroup):
    """A program, or a command with commands of its own, whose errors are ImgscanErrors."""

    def main(self, args: Sequence[str] | None = None, *_: Any, standalone_mode: bool = True, **__: Any) -> Any:
        """Run a command, and end the process unless told otherwise. Raises ImgscanError."""
        try:
            with self.make_context(PROGRAM, [*(sys.argv[1:] if args is None else args)]) as context:
                self.invoke(context)
            status = 0
        except typer.Exit as end:
            status = end.exit_code
        except _WrongUsage as problem:
            from .usage import usage_error

            raise usage_error(problem) from problem
        except OSError as error:
            if error.errno not in _NO_READER:
                raise
            give_up(error)
        if standalone_mode:
            sys.exit(status)
        return status

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Without a word, the help, as something that went wrong."""
        if not args:
            say(ctx.get_help() + "\n")
            raise typer.Exit(_NO_COMMAND)
        return super().parse_args(ctx, args)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command that the first word names. Raises UsageError with the name that is most like it."""
        word = args[0]
        if word not in self.commands and not word.startswith("-"):
            from .usage import no_such_command

            raise no_such_command(ctx, word)
        return super().resolve_command(ctx, args)
