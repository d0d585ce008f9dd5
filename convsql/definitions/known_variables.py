"""Variables that somebody sets and nothing reads: a slip of the pen changes nothing, in silence.

A variable is known when the package's schema has it, or any template of the project or of its packages names it in `var(…)`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from convsql.base.errors import Problems, Where, did_you_mean
from convsql.base.yaml_file import YamlMap
from convsql.project.config import Project

_READ = re.compile(r"\bvar\s*(?:\.\s*has_var\s*)?\(\s*(?:name\s*=\s*|var_name\s*=\s*)?(['\"])((?:(?!\1).)+)\1\s*[,)]")
_READ_BY_NAME = re.compile(r"\bvar\s*(?:\.\s*has_var\s*)?\(\s*(?!['\"]|name\s*=\s*['\"]|var_name\s*=\s*['\"])[^\s)]")


def read_in(texts: Iterable[str]) -> tuple[set[str], bool]:
    """The variables that templates name, and whether some template reads one whose name it works out."""
    found: set[str] = set()
    is_open = False
    for text in texts:
        if "var" in text:
            found |= {match[2] for match in _READ.finditer(text)}
            is_open |= bool(_READ_BY_NAME.search(text))
    return found, is_open


SLIP = 0.85  # how much alike a name is that was meant to be another: timezon, time_zone


def unknown_variables(
    project: Project, known: set[str], is_open: bool, problems: Problems, settings: Collection[str] = ()
) -> list[str]:
    """A warning for each variable of the files that is not `known`; an error where it is one of `--vars`, or a slip for one of the `settings`.

    Nobody else misses a variable that nothing reads, and a project may have its own; but a setting with a slip in its name leaves the default in
    force. `is_open`: variables are also read by names that are worked out, so that only a name like a known one is a slip.
    """
    warnings = []
    for name, where, is_on_the_line in _set(project):
        hint = did_you_mean(name, known)
        if name in known or (is_open and not hint):
            continue
        said = f"nothing reads the variable '{name}'"
        if meant := did_you_mean(name, settings, SLIP):
            problems.add(said, where, meant)
        elif is_on_the_line:
            problems.add(said, where, hint or "take it out, or read it with var() in a template")
        else:
            warnings.append(f"{where}: {said}" + (f"; {hint}" if hint else ""))
    return warnings


def _set(project: Project) -> Iterator[tuple[str, Where, bool]]:
    """Each variable that is set, where, and whether on the command line."""
    names = {package.name for package in project.packages}
    for held, default, is_on_the_line in (
        (project.cli_vars, "--vars", True),
        (project.file_vars, "vars.yml", False),
        (project.packages[0].vars, "dbt_project.yml", False),
    ):
        for name, value in held.items():
            if isinstance(value, Mapping) and name in names and held is project.packages[0].vars:
                for inner in value:
                    yield str(inner), _where(value, inner, default), False
            else:
                yield str(name), _where(held, name, default), is_on_the_line


def _where(held: Any, name: str, default: str) -> Where:
    return held.where(name) if isinstance(held, YamlMap) else Where(default)
