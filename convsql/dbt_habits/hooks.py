"""Hooks, rendered and held to what they may do, which is nothing that a reader of the last good build could notice before the next one.

Of what a model's hook does, an index, a key and statistics belong to the model's own relation, and are made with it. All else waits for
the transaction that publishes: rights on published names, and what is written to tables of the project's own beside them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from convsql.base.errors import ConvsqlError, Problems, Where
from convsql.base.quoting import quote
from convsql.dbt_habits.hook_statements import HookStatement, hook_statements
from convsql.dbt_habits.template_objects import Unsupported
from convsql.project.hooks import OF_VERSION, RUN_HOOKS, Hook, place_of
from convsql.project.nodes import Node, published_alias
from convsql.project.profiles import published_schema
from convsql.rendering.questions import NotAnsweredError
from convsql.rendering.render import Renderer
from convsql.sqltext.references import PLACEHOLDER, forged, placeholder, read_statement

ALLOW = "allow_hooks"
_OWN = ("index", "constraint", "analyze")
_ROWS = (
    "the rows of a model are those of its query, by which its columns, tests and definitions go: write it in the query"
)


class Hooks:
    """Reads the hooks of one project for one target, once it is known where everything is published."""

    def __init__(self, renderer: Renderer) -> None:
        self.project = renderer.project
        self.target = target = renderer.target
        self.renderer = renderer
        nodes = renderer.declared.nodes
        built = [n for n in nodes.values() if n.kind in ("model", "seed")]
        self._published = {(published_schema(target, n).lower(), published_alias(n).lower()) for n in built}
        self._published.add((target.schema.lower(), "restatements"))
        self._sources = {
            (n.source.schema.lower(), n.source.identifier.lower()): n for n in nodes.values() if n.source is not None
        }
        self._schemas = sorted({target.schema, *(published_schema(target, n) for n in built)})
        self._nodes = nodes

    def of_node(self, node: Node, config: Mapping[str, Any]) -> dict[str, list[list[Any]]]:
        """What a model's or seed's hooks do to its own relation (`after`), and with the publish (`with_publish`): SQL and its place.

        Raises ConvsqlError at the place of a hook that may not be.
        """
        found: dict[str, list[list[Any]]] = {"after": [], "with_publish": []}
        if config.get("materialized") == "ephemeral":  # which dbt leaves out too
            return found
        for key in ("pre_hook", "post_hook"):
            for hook in config.get(key) or []:
                self._check_allowed(node.package, f"config '{key}'", place_of(hook))
                about = replace(node, config=dict(config))
                for statement in self._statements(about, hook, {}):
                    is_own = statement.does in _OWN and self._is_of(node, statement)
                    if is_own and key == "pre_hook":
                        raise ConvsqlError(
                            "nothing of a model is there before it is made", place_of(hook), "make it a post_hook"
                        )
                    found["after" if is_own else "with_publish"].append([_named(statement), str(place_of(hook))])
        return found

    def of_seeds(self, seeds: Iterable[Node], problems: Problems) -> None:
        """Note what the hooks of seeds do."""
        for seed in seeds:
            try:
                seed.after, seed.with_publish = self.of_node(seed, seed.config).values()
            except ConvsqlError as error:
                problems.take(error)

    def of_run(self, problems: Problems) -> dict[str, list[list[Any]]]:
        """`on-run-start` and `on-run-end` of the packages and then of the project: SQL, its place and its unique id, in order."""
        found: dict[str, list[list[Any]]] = {}
        names = {"schemas": self._schemas, "database_schemas": [(self.target.database, s) for s in self._schemas]}
        refused = {"results": Unsupported("results", "read target/run_results.json after the run")}
        for key in RUN_HOOKS:
            for package in [*self.project.packages[1:], self.project.packages[0]]:
                for number, hook in enumerate(package.hooks.get(key, [])):
                    name = f"{package.name}-{key}-{number}"
                    operation = f"operation.{package.name}.{name}"
                    about = Node(
                        f"test.{package.name}.{name}",
                        "test",
                        name,
                        package.name,
                        hook["path"],
                        hook["line"],
                        raw=hook["sql"],
                    )
                    try:
                        self._check_allowed(package.name, f"'{key}'", place_of(hook))
                        for statement in self._statements(about, hook, {**names, **refused}):
                            found.setdefault(key, []).append([statement.text, str(place_of(hook)), operation])
                    except ConvsqlError as error:
                        problems.take(error)
                    except NotAnsweredError:
                        problems.add(
                            "a hook of a run can't ask for rows in its template", place_of(hook), "ask in its SQL"
                        )
        return found

    def _check_allowed(self, package: str, what: str, place: Where) -> None:
        if self.project.vars_for(package).get(ALLOW) is not True:
            hint = f"if you know what they do, set the variable {ALLOW}: true in vars.yml (docs/runner.md, Hooks)"
            raise ConvsqlError(f"convsql does not run hooks ({what}) unless the project says so", place, hint)
        if self.target.type == "spark":
            raise ConvsqlError("convsql does not run hooks on Spark", place, "it has no transactions to do them in")

    def _statements(self, about: Node, hook: Hook, names: Mapping[str, Any]) -> list[HookStatement]:
        try:
            rendered = self.renderer.render(about, hook["sql"], names=names)
            if mark := forged(rendered.sql, {*rendered.parents, about.unique_id}):
                raise ConvsqlError(f"{mark} is how convsql writes references for itself", hint="use ref() or source()")
            if about.kind == "test" and placeholder(about.unique_id) in rendered.sql:
                raise ConvsqlError("there is no {{ this }} in a hook of a run", hint="name what is meant by ref()")
            sql = read_statement(rendered.sql).with_texts_named(self.renderer.referables.in_texts).text
            if (
                "\\" in sql and self.target.type != "duckdb"
            ):  # which may begin or end a text in a way of the server's own
                raise ConvsqlError("convsql does not run a hook with a backslash in it", hint="use chr(92)")
            found = hook_statements(sql)
            for statement in found:
                self._check(about, statement)
            return found
        except ConvsqlError as error:
            first = error.problems[0]
            raise ConvsqlError(first.reason, place_of(hook), first.hint) from None

    def _check(self, about: Node, statement: HookStatement) -> None:
        """Raises ConvsqlError for a statement that touches what it may not."""
        if statement.does == "grant" and self.target.type == "duckdb":
            raise ConvsqlError("DuckDB has no roles, and so no grants", hint="leave it out, or out of this target")
        reads = [i for i in PLACEHOLDER.findall(statement.text) if i[0] in self._nodes]
        for unique_id, _ in reads:
            node = self._nodes[unique_id]
            if not node.is_built and not (node.source and not node.source.external):
                raise ConvsqlError(f"a hook can't read '{node.dotted_name}', which is no relation of the database")
        for target in statement.targets:
            self._check_target(about, statement, target)

    def _check_target(self, about: Node, statement: HookStatement, target: tuple[str, ...]) -> None:
        if target[0].startswith("⟦"):
            node = self._nodes[target[0].strip("⟦⟧")]
            is_own = statement.does in _OWN and node.unique_id == about.unique_id
            if is_own or (statement.does == "grant" and node.source is None):
                return
            raise ConvsqlError(f"a hook can't change the rows of '{node.dotted_name}'", hint=_ROWS)
        schema, name = self._schema_and_name(target, statement.does)
        if schema.lower() not in {s.lower() for s in self._schemas}:
            raise ConvsqlError(
                f"a hook may not touch the schema '{schema}'",
                hint=f"the project publishes to {', '.join(self._schemas)}",
            )
        if statement.does == "grant" or not name:
            return
        if (schema.lower(), name.lower()) in self._published:
            raise ConvsqlError(f"a hook can't change '{schema}.{name}', which is published", hint=_ROWS)
        if source := self._sources.get((schema.lower(), name.lower())):
            raise ConvsqlError(
                f"a hook can't write to '{schema}.{name}', which is the source '{source.dotted_name}'",
                hint="what a build reads must not change with it; make it a model",
            )

    def _schema_and_name(self, target: tuple[str, ...], does: str) -> tuple[str, str]:
        parts = list(target)
        if len(parts) == 3 and parts[-1] and parts[0].lower() == self.target.database.lower():
            parts = parts[1:]
        if does == "schema":
            parts = [parts[-1], ""] if len(parts) == 1 or parts[0].lower() == self.target.database.lower() else parts
        if len(parts) != 2:
            said = ".".join(p for p in target if p)
            raise ConvsqlError(f"a hook must say the schema of '{said}'", hint="{{ target.schema }}." + said)
        return parts[0], parts[1]

    def _is_of(self, node: Node, statement: HookStatement) -> bool:
        return any(target == (f"⟦{node.unique_id}⟧",) for target in statement.targets)


def _named(statement: HookStatement) -> str:
    """The statement; an index gets a name that belongs to this version of its relation."""
    if statement.does != "index":
        return statement.text
    start, end = statement.named
    text = statement.text
    quoted = text[start - 1 : start] == '"'
    name = text[start:end][:40] + OF_VERSION
    return text[:start] + (name if quoted else quote(name)) + text[end:]
