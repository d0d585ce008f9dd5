"""The bodies of the commands: load, compile, hand over to one stage, report. Each returns an exit code."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from convsql import report
from convsql.build import Access, Options, plan_build, run_build, run_rollback, run_tests
from convsql.compile import Compiled, Engines, compile_project
from convsql.config import Project, Target, load_project, load_target
from convsql.engine import EngineError, Session
from convsql.errors import EXIT_FAILED, EXIT_OK, ConvsqlError, LockHeld, Where, did_you_mean
from convsql.results import Listener, Outcome, Silent


@dataclass(frozen=True, slots=True)
class Context:
    """The options that every command has."""

    project_dir: Path
    profiles_dir: Path | None
    target: str | None
    vars: str | None
    json: bool = False
    quiet: bool = False
    no_cache: bool = False

    def load(self) -> tuple[Project, Target]:
        """The project and its target; the process stands in the project's folder afterwards, as under dbt."""
        profiles = self.profiles_dir.resolve() if self.profiles_dir else None
        root = self.project_dir.resolve()
        if root.is_dir():
            os.chdir(root)
        project = load_project(root, self.vars)
        return project, load_target(project, profiles, self.target)

    def compile(self) -> Compiled:
        """The compiled project, warnings reported."""
        project, target = self.load()
        access = access_to(target)
        compiled = compile_project(project, target, Engines(access.memory, access.read), use_cache=not self.no_cache)
        for warning in compiled.warnings:
            report.say(f"warning: {warning}")
        return compiled


def access_to(target: Target) -> Access:
    """How to open the target's database."""
    def opener(read_only: bool) -> Callable[[], Any]:
        def open_it() -> Any:
            from convsql.engines.duckdb import open_file

            return open_file(target.path, target.settings, target.threads, read_only)

        return open_it

    def memory() -> Session:
        from convsql.engines.duckdb import open_memory

        return open_memory()

    if target.path == ":memory:":
        return Access(lambda: None, opener(False), memory)
    return Access(opener(True), opener(False), memory)


def _finish(context: Context, compiled: Compiled, outcome: Outcome, command: str) -> int:
    from convsql import artifacts

    code = EXIT_FAILED if outcome.failed else EXIT_OK
    if not outcome.nothing_to_do:
        artifacts.write_run_results(compiled, outcome, command, code)
    if context.json:
        report.put(json.dumps(artifacts.outcome_json(outcome, code), default=str))
        return code
    if outcome.nothing_to_do and not context.quiet:
        for result in outcome.results:
            if result.status == "warn":
                report.say_result(result)
    for note in outcome.notes:
        report.say(f"note: {note}")
    report.say(report.summary(outcome, command, compiled.target.schema))
    return code


def _listener(context: Context) -> Listener:
    return Silent() if context.json else report.Terminal(context.quiet)


def build_command(context: Context, select: list[str], exclude: list[str], full_refresh: bool, fail_fast: bool,
                  dry_run: bool) -> int:
    """`convsql build`."""
    compiled = context.compile()
    options = Options(tuple(select), tuple(exclude), full_refresh, fail_fast)
    access = access_to(compiled.target)
    if dry_run:
        return _show_plan(context, compiled, access, options)
    outcome = run_build(compiled, access, options, _listener(context))
    return _finish(context, compiled, outcome, "build")


def _show_plan(context: Context, compiled: Compiled, access: Access, options: Options) -> int:
    plan = plan_build(compiled, access, options)
    steps = [(s.action, s.node.kind, s.node.name, s.relation or None) for s in plan.steps]
    if context.json:
        report.put(json.dumps({"status": "planned", "exit_code": 0, "nothing_to_do": plan.is_noop, "steps": [
            dict(zip(("action", "resource_type", "name", "relation"), step, strict=True)) for step in steps]}))
    else:
        for action, kind, name, _ in steps:
            report.put(f"{action:<6} {kind:<9} {name}")
    return EXIT_OK


def compile_command(context: Context, select: list[str], exclude: list[str], inline: str | None) -> int:
    """`convsql compile`."""
    from convsql import artifacts
    from convsql.selection import select as choose

    compiled = context.compile()
    if inline is not None:
        report.put(_inline_sql(compiled, inline))
        return EXIT_OK
    artifacts.write_compiled(compiled)
    chosen = choose(compiled.graph, select, exclude)
    models = [n for n in compiled.graph.of("model") if n.unique_id in chosen]
    if context.json:
        report.put(json.dumps({"status": "compiled", "exit_code": 0, "nodes": [
            {"unique_id": n.unique_id, "path": n.path, "compiled_code": artifacts.compiled_sql(compiled, n),
             "columns": compiled.columns.get(n.unique_id, [])} for n in models]}))
    elif select:
        for node in models:
            report.put(f"-- {node.path}\n{artifacts.compiled_sql(compiled, node)}")
    else:
        tests = sum(1 for _ in compiled.graph.of("test", "unit_test"))
        report.say(f"compiled {len(models)} models and {tests} tests: no errors")
    return EXIT_OK


def check_command(context: Context, select: list[str], exclude: list[str], fail_fast: bool) -> int:
    """`convsql test`."""
    compiled = context.compile()
    options = Options(tuple(select), tuple(exclude), fail_fast=fail_fast)
    outcome = run_tests(compiled, access_to(compiled.target), options, _listener(context))
    return _finish(context, compiled, outcome, "test")


def list_command(context: Context, select: list[str], exclude: list[str], resource_type: str | None) -> int:
    """`convsql ls`."""
    from convsql.selection import select as choose

    compiled = context.compile()
    chosen = choose(compiled.graph, select, exclude)
    kinds = ("model", "seed", "source", "test", "unit_test")
    if resource_type and resource_type not in kinds:
        raise ConvsqlError(f"no resource type '{resource_type}'", Where("--resource-type"), did_you_mean(resource_type, kinds))
    nodes = [n for n in compiled.graph.nodes.values() if n.unique_id in chosen and resource_type in (None, n.kind)]
    if context.json:
        report.put(json.dumps([{"unique_id": n.unique_id, "name": n.name, "resource_type": n.kind, "path": n.path,
                                "package_name": n.package, "tags": n.tags, "materialized": n.materialized,
                                "depends_on": n.parents, "description": n.description} for n in nodes], default=str))
        return EXIT_OK
    for node in nodes:
        report.put(f"{node.kind}:{node.source_name + '.' if node.kind == 'source' else ''}{node.name}")
    return EXIT_OK


def _inline_sql(compiled: Compiled, text: str) -> str:
    from convsql.artifacts import published_name
    from convsql.errors import Problems
    from convsql.manifest import Node
    from convsql.parse import Declared, parse
    from convsql.read import read_project_files
    from convsql.render import Renderer
    from convsql.sql import substitute, tokens, with_aliases

    problems = Problems()
    declared: Declared = parse(compiled.project, compiled.target, read_project_files(compiled.project), problems)
    renderer = Renderer(compiled.project, compiled.target, declared, problems)
    node = Node("inline", "model", "inline", compiled.project.name, "--inline")
    rendered = renderer.render(node, text)
    found = tokens(rendered.sql)
    if any(t.token_type.name == "SEMICOLON" for t in found[:-1]):
        raise ConvsqlError("more than one statement", Where("--inline"), "show takes one query")
    names = compiled.graph.nodes
    aliased = with_aliases(rendered.sql, lambda i: names[i].identifier or names[i].name, found)
    return substitute(aliased, lambda unique_id: published_name(compiled, unique_id)).strip().rstrip(";")


def show_command(context: Context, name: str | None, inline: str | None, limit: int) -> int:
    """`convsql show`."""
    from convsql.artifacts import plain, published_name

    if (name is None) == (inline is None):
        raise ConvsqlError("name one model, or give --inline 'select …'", Where("show"))
    compiled = context.compile()
    if inline is not None:
        query = _inline_sql(compiled, inline)
    else:
        nodes = {n.name: n for n in compiled.graph.of("model", "seed")}
        if name not in nodes:
            raise ConvsqlError(f"no model or seed '{name}'", Where("show"), did_you_mean(str(name), nodes))
        query = f"select * from {published_name(compiled, nodes[name].unique_id)}"
    session = access_to(compiled.target).read()
    if session is None:
        raise ConvsqlError("nothing was built yet", hint="run `convsql build`")
    try:
        columns, rows = session.query(query, limit)
    except EngineError as error:
        raise ConvsqlError(error.message.splitlines()[0], Where("show"), "`convsql build` publishes what is missing") from None
    finally:
        session.close()
    names = [n for n, _ in columns]
    if context.json:
        report.put(json.dumps({"columns": names, "rows": [[plain(v) for v in r] for r in rows]}, default=str))
    else:
        report.put_table(names, rows)
    return EXIT_OK


def history_command(context: Context, limit: int) -> int:
    """`convsql history`."""
    from convsql.names import DATA_SCHEMA
    from convsql.state import builds, head

    project, target = context.load()
    session = access_to(target).read()
    if session is None:
        report.put("[]") if context.json else report.say("nothing was published yet")
        return EXIT_OK
    try:
        listed = builds(session, target.schema)[:limit]
        current = head(session, target.schema)
        relations = session.relations(DATA_SCHEMA)
    finally:
        session.close()
    rows = []
    for item in listed:
        rows.append({"build": item.sequence, "published_at": item.published_at, "kind": item.kind, "models": len(item.views),
                     "commit": item.git_commit, "version": item.version,
                     "is_head": bool(current and current.sequence == item.sequence),
                     "can_be_shown": all(v.relation in relations for v in item.views),
                     "metrics": [f"{d['name']} v{d['version']}" for d in item.definitions]})
    if context.json:
        report.put(json.dumps(rows))
    elif not rows:
        report.say("nothing was published yet")
    else:
        report.put_table(["build", "published at (UTC)", "kind", "models", "commit", "readers see it", "can be shown"],
                         [[r["build"], r["published_at"], r["kind"], r["models"], r["commit"], "yes" if r["is_head"] else "",
                           "yes" if r["can_be_shown"] else "no"] for r in rows])
    return EXIT_OK


def rollback_command(context: Context, to: int | None) -> int:
    """`convsql rollback`."""
    compiled = context.compile()
    shown = run_rollback(compiled, access_to(compiled.target), to)
    if context.json:
        report.put(json.dumps({"status": "published", "exit_code": 0, "build": shown.sequence, "kind": shown.kind}))
    else:
        report.say(f"published build {shown.sequence} to '{shown.environment}': {shown.kind}")
    return EXIT_OK


def clean_command(context: Context, keep: int) -> int:
    """`convsql clean`."""
    from convsql.state import collect_garbage, prepare

    project, target = context.load()
    removed = [str(folder.relative_to(project.root)) for folder in project.clean_dirs if folder.is_dir() and folder != project.root]
    dropped: list[str] = []
    database = Path(target.path)
    if database.exists() and not any(folder in database.parents for folder in project.clean_dirs):
        session = access_to(target).write()
        try:
            prepare(session)
            dropped = collect_garbage(session, target.schema, keep)
        finally:
            session.close()
    for folder in removed:
        shutil.rmtree(project.root / folder)
    if context.json:
        report.put(json.dumps({"removed": removed, "dropped": dropped}))
    else:
        report.say(f"removed {', '.join(removed) or 'no folder'}; dropped {len(dropped)} relations that no kept build shows")
    return EXIT_OK


def debug_command(context: Context) -> int:
    """`convsql debug`."""
    import platform

    import duckdb
    import sqlglot

    from convsql import __version__
    from convsql.state import head

    facts: dict[str, Any] = {"convsql": __version__, "python": platform.python_version(), "duckdb": duckdb.__version__,
                             "sqlglot": sqlglot.__version__}
    project, target = context.load()
    facts |= {"project": f"{project.name} in {project.root}", "target": f"{target.profile}.{target.name}",
              "database": target.path, "schema": target.schema}
    code = EXIT_OK
    try:
        session = access_to(target).read()
        if session is None:
            facts["connection"] = "no database file yet; `convsql build` makes it"
        else:
            current = head(session, target.schema)
            session.close()
            facts["connection"] = "ok"
            facts["head"] = f"build {current.sequence} of {current.published_at} UTC" if current else "nothing published yet"
    except LockHeld as error:
        facts["connection"] = error.reason
        code = error.exit_code
    if context.json:
        report.put(json.dumps(facts))
    else:
        for key, value in facts.items():
            report.put(f"{key:<12}{value}")
    return code


def demo_command(context: Context, seed: int) -> int:
    """`convsql demo`."""
    from convsql.demo.run import run_demo

    return run_demo(context, seed)
