"""What makes a function a command on a project: options that several commands share are said once, and come as one Context.

@project_command(*PROJECT, "json")
def debug(context: Context) -> int:
    \"\"\"What `--help` says.\"\"\"
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from inspect import Parameter
from pathlib import Path
from typing import Any

import typer

from convsql.cli.options import (
    CheckContents,
    Exclude,
    Json,
    NoCache,
    ProfilesDir,
    ProjectDir,
    Quiet,
    Select,
    TargetName,
    Vars,
)

PROJECT = ("project_dir", "profiles_dir", "target", "vars")
OWN = "own"  # where in `--help` the options of the command itself stand

# The fields of the Context: annotation and default.
_OF_CONTEXT: dict[str, tuple[Any, Any]] = {
    "project_dir": (ProjectDir, Path()),
    "profiles_dir": (ProfilesDir, None),
    "target": (TargetName, None),
    "vars": (Vars, None),
    "json": (Json, False),
    "quiet": (Quiet, False),
    "no_cache": (NoCache, False),
    "check_contents": (CheckContents, False),
}
# Handed to the command by name, as lists that may be empty.
_LISTS: dict[str, tuple[Any, Any]] = {"select": (Select, None), "exclude": (Exclude, None)}
_SHARED = _OF_CONTEXT | _LISTS


def project_command(*words: str) -> Callable[[Callable[..., int]], Callable[..., None]]:
    """Decorate the body of a command: `(context, …own arguments and options…) -> exit code`.

    `words` are the shared options that the command has, in the order of `--help`: names above, and OWN for the command's own,
    which stand last where it is left out. `select` and `exclude` are parameters of the body too. typer sees a function that
    has all of them, builds the Context and ends with the exit code. Raises KeyError for a word that is no shared option.
    """
    order = words if OWN in words else (*words, OWN)

    def decorate(body: Callable[..., int]) -> Callable[..., None]:
        @functools.wraps(body)
        def command(**given: Any) -> None:
            from convsql.building.context import Context

            of_context: dict[str, Any] = dict.fromkeys(("profiles_dir", "target", "vars"))
            of_context |= {name: given.pop(name) for name in words if name in _OF_CONTEXT}
            given |= {name: given[name] or [] for name in words if name in _LISTS}
            raise typer.Exit(body(Context(**of_context), **given))

        shown = _shown(body, order)
        command.__signature__ = inspect.Signature(shown, return_annotation=None)  # type: ignore[attr-defined]
        command.__annotations__ = {p.name: p.annotation for p in shown}
        return command

    return decorate


def _shown(body: Callable[..., int], order: tuple[str, ...]) -> list[Parameter]:
    """The parameters that typer is to see."""
    # The Context is imported by a command that runs, never for --help: its name is no more than a name here.
    known = inspect.signature(body, locals={"Context": Any}, eval_str=True).parameters
    own = [p.replace(kind=Parameter.KEYWORD_ONLY) for p in list(known.values())[1:] if p.name not in order]
    shown: list[Parameter] = []
    for word in order:
        if word == OWN:
            shown += own
        else:
            annotation, default = _SHARED[word]
            shown.append(Parameter(word, Parameter.KEYWORD_ONLY, default=default, annotation=annotation))
    return shown
