"""Options that several commands share, as typer reads them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer

ProjectDir = Annotated[
    Path, typer.Option("--project-dir", help="Folder with dbt_project.yml.", show_default="this folder")
]
ProfilesDir = Annotated[
    Optional[Path],
    typer.Option(
        "--profiles-dir",
        envvar="DBT_PROFILES_DIR",
        show_envvar=False,
        help="Folder with profiles.yml.",
        show_default="project, else ~/.dbt",
    ),
]
TargetName = Annotated[Optional[str], typer.Option("--target", "-t", help="Target in profiles.yml (dev, ci, …).")]
Vars = Annotated[
    Optional[str],
    typer.Option("--vars", help="Variables as YAML or JSON, such as '{raw_path: data}'; they override vars.yml."),
]
Select = Annotated[
    Optional[list[str]],
    typer.Option(
        "--select",
        "-s",
        "--models",
        "-m",
        help="Nodes to select: name, +name+, path/, tag:x, source:s.t, config.materialized:view; a comma intersects.",
    ),
]
Exclude = Annotated[Optional[list[str]], typer.Option("--exclude", help="Nodes to exclude, in the same syntax.")]
ResourceType = Annotated[
    Optional[list[str]],
    typer.Option(
        "--resource-type", help="model, seed, source, test or unit_test: only nodes of this kind; may be repeated."
    ),
]
WithoutType = Annotated[
    Optional[list[str]],
    typer.Option(
        "--exclude-resource-type",
        envvar="DBT_EXCLUDE_RESOURCE_TYPES",
        show_envvar=False,
        help="Exclude nodes of this kind; may be repeated.",
    ),
]
Selector = Annotated[Optional[str], typer.Option("--selector", help="A selection that selectors.yml names.")]
Indirect = Annotated[
    str, typer.Option("--indirect-selection", help="Which tests come along: eager, cautious, buildable or empty.")
]
State = Annotated[
    Optional[Path],
    typer.Option("--state", help="Folder of an earlier run's artifacts, for state:, result: and source_status:."),
]
Defer = Annotated[
    bool,
    typer.Option("--defer", help="As in dbt; parents that are already built in their present version are used anyway."),
]
FavorState = Annotated[bool, typer.Option("--favor-state", help="As in dbt, with --defer.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout, for machines.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print only failures and the summary.")]
NoCache = Annotated[bool, typer.Option("--no-cache", help="Compile everything afresh.")]
CheckContents = Annotated[
    bool, typer.Option("--check-contents", help="Read all data files completely, and identify them by their bytes.")
]
FailFast = Annotated[bool, typer.Option("--fail-fast", "-x", help="Stop at the first failure.")]
Retries = Annotated[
    int,
    typer.Option(
        "--retries",
        min=0,
        help="How often to try again, after increasing waits, if the database is in use, another build was published meanwhile or the server is away.",
    ),
]
Timeout = Annotated[
    float,
    typer.Option(
        "--timeout", min=0, help="Seconds after which the run is ended, even in the middle of a statement; 0: no limit."
    ),
]
Notify = Annotated[
    bool,
    typer.Option(
        "--notify",
        envvar="CONVSQL_NOTIFY",
        help="Tell the receivers in notify.yml which problems are new, and which are over.",
    ),
]
Pii = Annotated[
    bool,
    typer.Option(
        "--pii", help="Show personal values (columns marked `meta: {pii: true}`), which are masked otherwise."
    ),
]
Junit = Annotated[Optional[Path], typer.Option("--junit", help="Write the result of each node as JUnit XML.")]
Sarif = Annotated[Optional[Path], typer.Option("--sarif", help="Write the errors as SARIF 2.1.0, for code scanning.")]
CodeQuality = Annotated[
    Optional[Path], typer.Option("--code-quality", help="Write the errors as a GitLab code quality report.")
]
Annotations = Annotated[
    Optional[str],
    typer.Option(
        "--annotations",
        help="Print errors as annotations of changed lines: github, or none.",
        show_default="github, where GITHUB_ACTIONS is true",
    ),
]
Prometheus = Annotated[
    Optional[Path],
    typer.Option("--prometheus", help="Write metrics of the run to a text file for Prometheus's node_exporter."),
]
MetricKeys = Annotated[
    Optional[list[str]],
    typer.Argument(help="Versions as metric@version, or metric for its active version.", show_default="all"),
]


def _say_version(asked: bool) -> None:
    if asked:
        from convsql import __version__

        typer.echo(f"convsql {__version__}")
        raise typer.Exit


Version = Annotated[
    bool, typer.Option("--version", "-V", is_eager=True, callback=_say_version, help="Show the version and exit.")
]
Debug = Annotated[
    bool, typer.Option("--debug", help="Show the traceback of an error (or set CONVSQL_DEBUG); with any command.")
]


_LISTS = (
    "--select",
    "-s",
    "--models",
    "--model",
    "-m",
    "--exclude",
    "--resource-type",
    "--resource-types",
    "--exclude-resource-type",
    "--output-keys",
)


def join_selectors(arguments: list[str]) -> list[str]:
    """`--select a b` as dbt takes it: values up to the next option belong to it."""
    joined: list[str] = []
    index = 0
    while index < len(arguments):
        word = arguments[index]
        joined.append(word)
        index += 1
        if word in _LISTS:
            values = []
            while index < len(arguments) and not arguments[index].startswith("-"):
                values.append(arguments[index])
                index += 1
            if values:
                joined.append(" ".join(values))
    return joined
