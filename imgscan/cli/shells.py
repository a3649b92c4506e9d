"""Completion for shells, as scripts that hold all words themselves: no Python starts when somebody presses Tab."""

from __future__ import annotations

from shlex import quote
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .described import Command, Option

SORT = ("--sort",)

_BASH = """\
# bash completion for imgscan; made by: imgscan completion bash
_imgscan() {{
    local current=${{COMP_WORDS[COMP_CWORD]}} previous=${{COMP_WORDS[COMP_CWORD - 1]}} command="" words="" front="" at
    if [[ $current == "=" ]]; then  # bash takes --format=csv for three words, unless COMP_WORDBREAKS says otherwise
        current=""
    elif [[ $previous == "=" ]]; then
        previous=${{COMP_WORDS[COMP_CWORD - 2]}}
    elif [[ $current == --*=* ]]; then
        front=${{current%%=*}}= previous=${{current%%=*}} current=${{current#*=}}
    fi
    for ((at = 1; at < COMP_CWORD; at++)); do
        case "$command ${{COMP_WORDS[at]}}" in
{known}
        esac
    done
    case "$command $previous" in
{values}
    *)
        case "$command" in
{words}
        esac
        ;;
    esac
    COMPREPLY=($(compgen -P "$front" -W "$words" -- "$current"))
}}
complete -o default -F _imgscan imgscan
"""

_ZSH = """\
#compdef imgscan
# zsh completion for imgscan; made by: imgscan completion zsh
_imgscan() {{
    local -a commands
    local context state line
    case "$words[2] $words[3]" in
{cases}
    esac
}}
if [[ $funcstack[1] == _imgscan ]]; then _imgscan "$@"; else compdef _imgscan imgscan; fi
"""


def bash(commands: Sequence[Command]) -> str:
    """The script for bash. Where no word of imgscan's fits, files are offered."""
    known = [
        f"        {quote(each.name if ' ' in each.name else ' ' + each.name)}) command={quote(each.name)} ;;"
        for each in commands
        if each.name
    ]
    values = [_bash_value(each, option) for each in commands for option in each.options if option.value]
    words = [f"        {quote(each.name)})\n{_bash_words(each)}\n            ;;" for each in commands]
    return _BASH.format(known="\n".join(known), values="\n".join(values), words="\n".join(words))


def _bash_value(command: Command, option: Option) -> str:
    before = "|".join(quote(f"{command.name} {name}") for name in option.names)
    descending = " && [[ $current == -* ]] && front+=- current=${current#-}" if option.names == SORT else ""
    return f"    {before}) words={quote(' '.join(option.choices))}{descending} ;;"


def _bash_words(command: Command) -> str:
    options = " ".join(name for option in command.options for name in option.names)
    if command.parts:
        return f"            words={quote(' '.join(command.parts) + ' ' + options)}"
    return f"            [[ $current == -* ]] && words={quote(options)}"


def zsh(commands: Sequence[Command]) -> str:
    """The script for zsh; it works from a folder of ``$fpath`` and when it is sourced."""
    deepest_first = sorted(commands, key=lambda each: -len(each.name.split()))
    return _ZSH.format(cases="\n".join(_zsh_case(each, commands) for each in deepest_first))


def _zsh_case(command: Command, commands: Sequence[Command]) -> str:
    depth = len(command.name.split())
    pattern = {0: "*", 1: f"{quote(command.name)}\\ *", 2: quote(command.name)}[depth]
    options = " \\\n            ".join(_zsh_option(each) for each in command.options)
    lines = [f"    {pattern})", f"        shift {depth} words; (( CURRENT -= {depth} ))"]
    if command.parts:
        names = {each.name: each.summary for each in commands}
        told = [quote(f"{part}:{names[f'{command.name} {part}'.strip()]}") for part in command.parts]
        lines += [f"        commands=({' '.join(told)})", "        if (( CURRENT == 2 )); then"]
        lines += ["            _describe -t commands command commands", "        fi", f"        _arguments {options}"]
    else:
        lines += [f"        _arguments {options} '*:file:_files'"]
    return "\n".join([*lines, "        ;;"])


def _zsh_option(option: Option) -> str:
    told = option.help.replace("[", "\\[").replace("]", "\\]").replace(":", "\\:")
    value = ""
    if option.value:
        value = f":value:({' '.join(option.choices)})" if option.choices else ":value:_files"
    ends = {True: "=", False: "+"} if option.value else {True: "", False: ""}  # as one word with the value, or as two
    names = [name + ends[name.startswith("--")] for name in option.names]
    return f"{names[0] if len(names) == 1 else '{' + ','.join(names) + '}'}{quote(f'[{told}]{value}')}"


def fish(commands: Sequence[Command]) -> str:
    """The script for fish."""
    lines = ["# fish completion for imgscan; made by: imgscan completion fish"]
    for command in commands:
        lines += _fish_lines(command, {each.name: each.summary for each in commands})
    return "\n".join(lines) + "\n"


def _fish_lines(command: Command, summaries: dict[str, str]) -> Iterator[str]:
    seen = [f"__fish_seen_subcommand_from {word}" for word in command.name.split()]
    if command.parts:
        seen.append(f"not __fish_seen_subcommand_from {' '.join(command.parts)}")
    start = f"complete -c imgscan -n {quote('; and '.join(seen))}"
    for part in command.parts:
        yield f"{start} -f -a {part} -d {quote(summaries[f'{command.name} {part}'.strip()])}"
    for option in command.options:
        names = " ".join(f"-l {each[2:]}" if each.startswith("--") else f"-s {each[1:]}" for each in option.names)
        value = (f" -x -a {quote(' '.join(option.choices))}" if option.choices else " -r") if option.value else ""
        yield f"{start} {names}{value} -d {quote(option.help)}"
