"""Options that belong together, as one dataclass that several commands take."""

from __future__ import annotations

import functools
from dataclasses import MISSING, Field, fields, is_dataclass
from inspect import Parameter, signature
from typing import TYPE_CHECKING, Any, get_type_hints

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def grouped(function: Callable[..., None]) -> Callable[..., None]:
    """The command for typer: each parameter that is a dataclass becomes its fields, which are arguments or options.

    Fields without a default, which are arguments, keep the order in which the groups are named.
    """
    hints = get_type_hints(function, include_extras=True)
    groups: dict[str, Any] = {name: hint for name, hint in hints.items() if is_dataclass(hint)}

    @functools.wraps(function)
    def command(**values: Any) -> None:
        for name, group in groups.items():
            values[name] = group(**{field.name: values.pop(field.name) for field in fields(group)})
        function(**values)

    parameters = sorted(_expanded(function, hints), key=lambda each: each.default is not Parameter.empty)
    command.__signature__ = signature(function).replace(parameters=parameters)  # type: ignore[attr-defined]
    command.__annotations__ = {each.name: each.annotation for each in parameters}
    return command


def _expanded(function: Callable[..., None], hints: dict[str, Any]) -> Iterator[Parameter]:
    for name, parameter in signature(function).parameters.items():
        if not is_dataclass(hints[name]):
            yield parameter.replace(annotation=hints[name], kind=Parameter.KEYWORD_ONLY)
            continue
        of_group = get_type_hints(hints[name], include_extras=True)
        for each in fields(hints[name]):
            yield Parameter(each.name, Parameter.KEYWORD_ONLY, default=_default(each), annotation=of_group[each.name])


def _default(field: Field[Any]) -> Any:
    return Parameter.empty if field.default is MISSING else field.default
