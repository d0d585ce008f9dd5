"""The variables of the package, checked before any template reads them: with file and line, all at once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from convsql.base.errors import Problems, Where
from convsql.base.yaml_file import YamlMap
from convsql.definitions.known_losses import VARIABLE as LOSSES
from convsql.definitions.known_losses import check_losses
from convsql.definitions.known_variables import read_in, unknown_variables
from convsql.project.config import Project

PACKAGE = "convsql"
VARS_FILE = "vars.yml"
# Read by `convsql.definitions.metric_checks`.
DEFINITIONS = "conversion_metrics"
# Read by commands themselves, whatever the project (`enrich`, `report`, `rates`, `clean`, `metrics`).
OF_COMMANDS = {"raw_path", "raw_format", "connector_path", "inputs", "confidence", "timezone", DEFINITIONS}
# What templates may do.
OF_RENDERING = {"allow_clock", "allow_hooks"}


def validate(project: Project, templates: Iterable[str], problems: Problems) -> list[str]:
    """Add what is wrong with the values of known variables; return a warning for each variable that nothing reads and whose name is no slip for one of them.

    `templates`: the texts of all files that may read one. A project that does not have the package has none of its variables.
    """
    read, is_open = read_in(templates)
    if all(package.name != PACKAGE for package in project.packages):
        return unknown_variables(project, read | OF_COMMANDS | OF_RENDERING, is_open, problems)
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
    check_losses(given.get(LOSSES), _where(project, LOSSES), problems)
    settings = {*PackageSettings.model_fields, DEFINITIONS}
    return unknown_variables(project, settings | OF_RENDERING | read, is_open, problems, settings)


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
