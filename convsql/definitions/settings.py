"""The variables of the package, checked before any template reads them: with file and line, all at once."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from convsql.base.errors import Problems, Where
from convsql.base.yaml_file import YamlMap
from convsql.project.config import Project

PACKAGE = "convsql"
VARS_FILE = "vars.yml"
# Read by `convsql.definitions.metric_checks`.
DEFINITIONS = "conversion_metrics"
# A name this close to a variable's is taken for a slip of the pen.
LIKENESS = 0.85


def validate(project: Project, problems: Problems) -> list[str]:
    """Add what is wrong with the values of known variables; return a warning for each name that is nearly one.

    A project that does not have the package has none of its variables.
    """
    if all(package.name != PACKAGE for package in project.packages):
        return []
    from pydantic import ValidationError

    from convsql.base.schema_errors import add_schema_problem
    from convsql.definitions.metric_schema import known_keys
    from convsql.definitions.settings_schema import PackageSettings
    from convsql.definitions.sizes import oversized

    everything = project.vars_for(PACKAGE)
    for name in (*PackageSettings.model_fields, DEFINITIONS):
        for words, place in oversized(name, everything.get(name), _where(project, name)):
            problems.add(words, place, "split the project, or leave out what nobody reads")
    given = {k: v for k, v in everything.items() if k != DEFINITIONS}
    try:
        PackageSettings.model_validate(given)
    except ValidationError as error:
        for detail in error.errors(include_url=False):
            name = str(detail["loc"][0])
            shown = {**detail, "loc": detail["loc"][1:]}
            where = _where(project, name)
            keys = known_keys(PackageSettings, detail["loc"])
            add_schema_problem(f"variable '{name}'", given.get(name), shown, where, keys, problems)  # type: ignore[arg-type]
    known = [*PackageSettings.model_fields, DEFINITIONS]
    return [
        f"{_where(project, name)}: variable '{name}' is none of the package's; did you mean '{close[0]}'?"
        for name in given
        if name not in known and (close := difflib.get_close_matches(name, known, n=1, cutoff=LIKENESS))
    ]


def check_input_models(project: Project, models: Collection[tuple[str, str]], problems: Problems) -> None:
    """Add a problem for each input that `input_models` lists and of which the project has no model; `models`: package and name of each."""
    listed = project.vars_for(PACKAGE).get("input_models") or []
    own = {name for package, name in models if package != PACKAGE or project.name == PACKAGE}
    for name in listed:
        if name not in own:
            problems.add(
                f"variable 'input_models' lists '{name}', and the project has no model '{name}'",
                _where(project, "input_models"),
                f"write models/inputs/{name}.sql, or take '{name}' off the list to read the raw table",
            )


def _where(project: Project, name: str) -> Where:
    """Where a variable got its value, by dbt's precedence."""
    held: Sequence[Mapping[str, Any]] = (project.cli_vars, project.file_vars, project.packages[0].vars)
    owner = next((each for each in held if name in each), None)
    return owner.where(name) if isinstance(owner, YamlMap) else Where(VARS_FILE)
