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
    Annotations,
    CheckContents,
    CodeQuality,
    Defer,
    Exclude,
    FavorState,
    Indirect,
    Json,
    Junit,
    NoCache,
    ProfilesDir,
    ProjectDir,
    Prometheus,
    Quiet,
    ResourceType,
    Sarif,
    Select,
    Selector,
    State,
    TargetName,
    Vars,
    WithoutType,
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
# Handed to the command together, as `reports`, where that word is said.
_REPORTS: dict[str, tuple[Any, Any]] = {
    "junit": (Junit, None),
    "sarif": (Sarif, None),
    "code_quality": (CodeQuality, None),
    "annotations": (Annotations, None),
    "prometheus": (Prometheus, None),
}
REPORTS = "reports"
# Handed to the command together, as `choice`, where that word is said; a named selection is one more word of `select`.
_CHOICE: dict[str, tuple[Any, Any]] = {
    "resource_type": (ResourceType, None),
    "exclude_resource_type": (WithoutType, None),
    "selector": (Selector, None),
    "indirect_selection": (Indirect, "eager"),
    "state": (State, None),
    "defer": (Defer, False),
    "favor_state": (FavorState, False),
}
CHOICE = "choice"
_GROUPS = {REPORTS: _REPORTS, CHOICE: _CHOICE}
_SHARED = _OF_CONTEXT | _LISTS | _REPORTS | _CHOICE


def project_command(*words: str) -> Callable[[Callable[..., int]], Callable[..., None]]:
    """Decorate the body of a command: `(context, …own arguments and options…) -> exit code`.

    `words` are the shared options that the command has, in the order of `--help`: names above, and OWN for the command's own,
    which stand last where it is left out. `select`, `exclude`, `choice` and `reports` are parameters of the body too. typer sees a function that
    has all of them, builds the Context and ends with the exit code. Raises KeyError for a word that is no shared option.
    """
    order = words if OWN in words else (*words, OWN)

    def decorate(body: Callable[..., int]) -> Callable[..., None]:
        @functools.wraps(body)
        def command(**given: Any) -> None:
            from convsql.cli.context import Context

            of_context: dict[str, Any] = dict.fromkeys(("profiles_dir", "target", "vars"))
            of_context |= {name: given.pop(name) for name in words if name in _OF_CONTEXT}
            given |= {name: given[name] or [] for name in words if name in _LISTS}
            if REPORTS in words:
                from convsql.ci_reports.reports import Reports

                wanted = {
                    name: given.pop(name) for name in _REPORTS
                }  # paths are those of the folder that it is called in
                absolute: dict[str, Any] = {k: v.absolute() for k, v in wanted.items() if isinstance(v, Path)}
                given[REPORTS] = Reports(**(wanted | absolute))
            if CHOICE in words:
                given[CHOICE] = _choice({name: given.pop(name) for name in _CHOICE}, given["select"])
            raise typer.Exit(body(Context(**of_context), **given))

        shown = _shown(body, order)
        command.__signature__ = inspect.Signature(shown, return_annotation=None)  # type: ignore[attr-defined]
        command.__annotations__ = {p.name: p.annotation for p in shown}
        return command

    return decorate


def _choice(said: dict[str, Any], select: list[str]) -> Any:
    """What the options of CHOICE say; `select` gets the selection that is named."""
    from convsql.dbt_habits.choice import Choice

    if said["selector"]:
        select.append(f"selector:{said['selector']}")
    if said["defer"] or said["favor_state"]:
        from convsql.cli.terminal import say

        say(
            "note: --defer changes nothing here: parents that are built in their present version are read, and others are built"
        )
    kinds, without = (
        tuple(word for item in said[name] or [] for word in item.split())
        for name in ("resource_type", "exclude_resource_type")
    )
    state = said["state"].absolute() if said["state"] else None
    return Choice(kinds, without, said["indirect_selection"], state)


def _shown(body: Callable[..., int], order: tuple[str, ...]) -> list[Parameter]:
    """The parameters that typer is to see."""
    # Context, Choice and Reports are imported by a command that runs, never for --help: they are no more than names here.
    known = inspect.signature(body, locals={"Context": Any, "Reports": Any, "Choice": Any}, eval_str=True).parameters
    own = [p.replace(kind=Parameter.KEYWORD_ONLY) for p in list(known.values())[1:] if p.name not in order]
    shown: list[Parameter] = []
    for word in order:
        if word == OWN:
            shown += own
            continue
        for name in _GROUPS.get(word, (word,)):
            annotation, default = _SHARED[name]
            shown.append(Parameter(name, Parameter.KEYWORD_ONLY, default=default, annotation=annotation))
    return shown
