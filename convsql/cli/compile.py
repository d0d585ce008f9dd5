"""`convsql compile`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from convsql.base.errors import EXIT_OK, ConvsqlError, Where
from convsql.cli.project_command import OWN, PROJECT, project_command

if TYPE_CHECKING:
    from convsql.ci_reports.reports import Reports
    from convsql.compiling.project import Compiled
    from convsql.context import Context
    from convsql.dbt_habits.choice import Choice
    from convsql.project.nodes import Node


@project_command(*PROJECT, "select", "exclude", "json", "no_cache", OWN, "choice", "reports")
def compile(
    context: Context,
    select: list[str],
    exclude: list[str],
    choice: Choice,
    reports: Reports,
    inline: Annotated[
        Optional[str], typer.Option("--inline", help="Compile this query instead of the project's files.")
    ] = None,
    dialect: Annotated[
        Optional[str],
        typer.Option(
            "--dialect",
            help="With --into: duckdb or postgres, whose rows were compared; spark, databricks, snowflake, bigquery, trino or "
            "redshift, as drafts.",
        ),
    ] = None,
    into: Annotated[
        Optional[Path], typer.Option("--into", help="Write a whole plain dbt project in --dialect to this folder.")
    ] = None,
) -> int:
    """Check the whole project before anything runs, and report every error at once, with file and line.

    Writes the SQL to target/compiled/; with --select it prints the SQL of the selected models. With --dialect and --into it
    writes the project as a plain dbt project for another engine, rendered and translated.
    """
    from convsql.cli.recorded import reported

    return reported(
        context, "compile", reports, lambda: _compile(context, select, exclude, choice, inline, dialect, into)
    )


def _compile(
    context: Context,
    select: list[str],
    exclude: list[str],
    choice: Choice,
    inline: str | None,
    dialect: str | None,
    into: Path | None,
) -> int:
    from convsql.artifacts.manifest_file import write_manifest
    from convsql.base.printable import number_of
    from convsql.cli import terminal
    from convsql.cli.aloud import compile_aloud, say_unmatched
    from convsql.compiling.compiled_sql import compiled_sql, write_compiled
    from convsql.project.selection import select as choose

    if dialect is not None or into is not None:
        if select or exclude or inline is not None:
            raise ConvsqlError(
                "--into writes the whole project", Where("compile"), "leave out --select, --exclude and --inline"
            )
        return _write(context, dialect, into)
    compiled = compile_aloud(context, may_lack_data=True)
    if inline is not None:
        from convsql.compiling.inline import inline_sql

        terminal.put(inline_sql(compiled, inline))
        return EXIT_OK
    write_compiled(compiled)
    write_manifest(compiled)
    around = choice.around(compiled.project)
    chosen = choose(compiled.graph, select, exclude, around)
    if not context.json:
        say_unmatched(around)
    models = [n for n in compiled.graph.of("model") if n.unique_id in chosen]
    if context.json:
        terminal.put(_document(compiled, models))
    elif select:
        for node in models:
            terminal.put(f"-- {node.path}\n{compiled_sql(compiled, node)}")
    else:
        tests = sum(1 for _ in compiled.graph.of("test", "unit_test"))
        terminal.say(f"compiled {number_of(len(models), 'model')} and {number_of(tests, 'test')}: no errors")
    return EXIT_OK


def _write(context: Context, dialect: str | None, into: Path | None) -> int:
    """Write the project as a plain dbt project."""
    from convsql.cli import terminal
    from convsql.cli.aloud import compile_aloud
    from convsql.plain_dbt.write import check_dialect, write_project

    if dialect is None or into is None:
        raise ConvsqlError("--dialect and --into go together", Where("compile"), "give both")
    check_dialect(dialect)
    compiled = compile_aloud(context, may_lack_data=True)
    written = write_project(compiled, dialect, into, use_cache=not context.no_cache)
    if context.json:
        facts = {"dialect": dialect, "into": str(into), "proven": written.is_proven, "to_look_at": written.to_look_at}
        terminal.put(json.dumps({"status": "written", "exit_code": 0, **facts}))
    else:
        standing = (
            "its rows were compared"
            if written.is_proven
            else f"not proven: README.md lists {len(written.to_look_at)} constructs to look at"
        )
        terminal.say(f"wrote a dbt project in {dialect} ({standing}) to {into}")
    return EXIT_OK


def _document(compiled: Compiled, models: list[Node]) -> str:
    from convsql.compiling.compiled_sql import compiled_sql

    nodes = [
        {
            "unique_id": n.unique_id,
            "path": n.path,
            "compiled_code": compiled_sql(compiled, n),
            "columns": compiled.columns.get(n.unique_id, []),
        }
        for n in models
    ]
    return json.dumps({"status": "compiled", "exit_code": 0, "nodes": nodes})
