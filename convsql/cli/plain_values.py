"""Values of options that are what they are said to be: most commands need no validation, and are spared the loading of its library.

typer hands each value of each option to pydantic, which takes longer to load than a build with nothing to do takes to plan. A text
that is to be a text, a folder that can be read and an option that was not given need none of it; anything else goes its usual way.
Nothing here is needed for a right answer: with a typer that works in another way, each value goes that way.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, get_args, get_origin

_UNUSUAL = ("parser", "click_type", "exists", "writable", "resolve_path", "allow_dash", "path_type")


def spare_plain_values(command: Any) -> Any:
    """Let the options of a typer command, and of all below it, take plain values as they are; returns the command."""
    if "get_params" in vars(command):  # it was done
        return command
    its_parameters = command.get_params  # `--help`, too, which is made when it is first asked for

    def parameters(context: Any) -> list[Any]:
        found = list(its_parameters(context))
        for parameter in found:
            if getattr(parameter, "_runtime_param", parameter) is None and hasattr(parameter, "get_runtime_param"):
                parameter._runtime_param = _AsItIs(parameter)
        return found

    command.get_params = parameters
    for below in getattr(command, "commands", {}).values():
        spare_plain_values(below)
    return command


class _AsItIs:
    """Stands where typer keeps what makes a parameter's value of what was given, until something has to be made of one."""

    def __init__(self, parameter: Any) -> None:
        self._parameter = parameter

    def coerce(self, value: Any, param: Any, ctx: Any) -> Any:
        """The value of a parameter. Raises what typer raises for one that can't be."""
        described = getattr(self._parameter, "type_descriptor", None)
        plain, made = _plain(value, described, param.multiple or param.nargs == -1)
        if plain:
            return made
        self._parameter._runtime_param = None
        usual = self._parameter.get_runtime_param()
        self._parameter._runtime_param = self
        return usual.coerce(value, param=param, ctx=ctx)


def _plain(value: Any, described: Any, is_many: bool) -> tuple[bool, Any]:
    """Whether a value is plain, and what it makes."""
    if value is None:
        return True, () if is_many else None
    kind, info = getattr(described, "annotation", None), getattr(described, "parameter_info", None)
    if info is None or any(getattr(info, name, None) not in (None, False) for name in _UNUSUAL):
        return False, None
    if kind in (bool, int, float):  # what was given is a text: this is the default
        return type(value) is kind, value
    if kind is str:
        return not is_many and type(value) is str, value
    if kind is Path:
        usual = not is_many and isinstance(value, str | Path) and info.file_okay and info.dir_okay
        return (True, Path(value)) if usual and os.access(value, os.R_OK) else (False, None)
    if get_origin(kind) is list and get_args(kind) == (str,):
        return is_many and isinstance(value, list | tuple) and all(type(v) is str for v in value), list(value)
    return False, None
