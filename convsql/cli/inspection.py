"""The bodies of the commands that only look: ls, show, history, debug. Each returns an exit code."""

from __future__ import annotations

import json
from typing import Any

from convsql.base.errors import EXIT_OK, ConvsqlError, LockHeld, Where, did_you_mean
from convsql.building.context import Context
from convsql.cli import terminal
from convsql.cli.options import compile_aloud
from convsql.engines.access import access_to


def list_command(context: Context, select: list[str], exclude: list[str], resource_type: str | None) -> int:
    """`convsql ls`."""
    from convsql.project.selection import select as choose
    from convsql.project.selection import select_to_run

    compiled = compile_aloud(context)
    if resource_type == "unit_test":
        chosen = choose(compiled.graph, select, exclude)
    else:
        chosen = select_to_run(compiled.graph, select, exclude, compiled.project.name)
    kinds = ("model", "seed", "source", "test", "unit_test")
    if resource_type and resource_type not in kinds:
        raise ConvsqlError(
            f"no resource type '{resource_type}'", Where("--resource-type"), did_you_mean(resource_type, kinds)
        )
    nodes = [n for n in compiled.graph.nodes.values() if n.unique_id in chosen and resource_type in (None, n.kind)]
    if context.json:
        terminal.put(
            json.dumps(
                [
                    {
                        "unique_id": n.unique_id,
                        "name": n.name,
                        "resource_type": n.kind,
                        "path": n.path,
                        "package_name": n.package,
                        "tags": n.tags,
                        "materialized": n.materialized,
                        "depends_on": n.parents,
                        "description": n.description,
                    }
                    for n in nodes
                ],
                default=str,
            )
        )
        return EXIT_OK
    for node in nodes:
        terminal.put(f"{node.kind}:{node.source_name + '.' if node.kind == 'source' else ''}{node.name}")
    return EXIT_OK


def show_command(context: Context, name: str | None, inline: str | None, limit: int) -> int:
    """`convsql show`."""
    from convsql.api import Project, warned
    from convsql.base.json_values import plain

    if (name is None) == (inline is None):
        raise ConvsqlError("name one model, or give --inline 'select …'", Where("show"))
    project = Project.of(context)
    table = project.show_name(name, limit) if name is not None else project.show_query(str(inline), limit)
    warned(project, terminal.say)
    rows = table.tuples()
    if context.json:
        columns = list(table.columns)
        terminal.put(json.dumps({"columns": columns, "rows": [[plain(v) for v in r] for r in rows]}, default=str))
    else:
        terminal.put_table(table.columns, rows)
    return EXIT_OK


def history_command(context: Context, limit: int) -> int:
    """`convsql history`."""
    from convsql.base.quoting import DATA_SCHEMA
    from convsql.building.state import builds, head

    _, target = context.load()
    session = access_to(target).read()
    if session is None:
        terminal.put("[]") if context.json else terminal.say("nothing was published yet")
        return EXIT_OK
    try:
        listed = builds(session, target.schema)[:limit]
        current = head(session, target.schema)
        relations = session.relations(DATA_SCHEMA)
    finally:
        session.close()
    rows = []
    for item in listed:
        rows.append(
            {
                "build": item.sequence,
                "published_at": item.published_at,
                "kind": item.kind,
                "models": len(item.views) if item.is_kept else None,
                "commit": item.git_commit,
                "version": item.version,
                "is_head": bool(current and current.sequence == item.sequence),
                "can_be_shown": item.is_kept and all(v.relation in relations for v in item.views),
                "metrics": [f"{d['name']} v{d['version']}" for d in item.definitions],
            }
        )
    if context.json:
        terminal.put(json.dumps(rows))
    elif not rows:
        terminal.say("nothing was published yet")
    else:
        terminal.put_table(
            ["build", "published at (UTC)", "kind", "models", "commit", "readers see it", "can be shown"],
            [
                [
                    r["build"],
                    r["published_at"],
                    r["kind"],
                    r["models"],
                    r["commit"],
                    "yes" if r["is_head"] else "",
                    "yes" if r["can_be_shown"] else "no",
                ]
                for r in rows
            ],
        )
    return EXIT_OK


def debug_command(context: Context) -> int:
    """`convsql debug`."""
    import platform
    from importlib.metadata import version

    from convsql import __version__
    from convsql.building.state import head

    facts: dict[str, Any] = {
        "convsql": __version__,
        "python": platform.python_version(),
        "duckdb": version("duckdb"),
        "sqlglot": version("sqlglot"),
    }
    project, target = context.load()
    facts |= {
        "project": f"{project.name} in {project.root}",
        "target": f"{target.profile}.{target.name}",
        "database": target.path,
        "schema": target.schema,
    }
    code = EXIT_OK
    try:
        session = access_to(target).read()
        if session is None:
            facts["connection"] = "no database file yet; `convsql build` makes it"
        else:
            current = head(session, target.schema)
            session.close()
            facts["connection"] = "ok"
            facts["head"] = (
                f"build {current.sequence} of {current.published_at} UTC" if current else "nothing published yet"
            )
    except LockHeld as error:
        facts["connection"] = error.reason
        code = error.exit_code
    if context.json:
        terminal.put(json.dumps(facts))
    else:
        for key, value in facts.items():
            terminal.put(f"{key:<12}{value}")
    return code
