"""Jinja → SQL with placeholders, one node at a time, noting references and configuration.

Macro files are loaded once. What differs between nodes (`this`, `config`, `var` of the package) is
looked up in `Renderer.current`, so that one environment serves all nodes.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import jinja2

from convsql.base.errors import ConvsqlError, Problems, Where, did_you_mean
from convsql.project.config import Project
from convsql.project.declare import Declared
from convsql.project.node_config import merge_config
from convsql.project.nodes import Node
from convsql.project.profiles import Target
from convsql.rendering import facades
from convsql.rendering.call_arguments import is_plain, ref_names, short, source_names, thawed
from convsql.rendering.macros import BUILT_IN, Macros
from convsql.rendering.questions import Answers, NotAnsweredError
from convsql.rendering.referables import Referables
from convsql.rendering.static_calls import static_calls
from convsql.rendering.test_arguments import evaluated
from convsql.templates.budget import budget
from convsql.templates.environment import error_frames, make_environment, outer_line, said_by
from convsql.templates.macro_facts import may_change_values
from convsql.templates.yaml_values import EnvironmentVariables, VarLookup


@dataclass(slots=True)
class Rendered:
    """What rendering one node gave."""

    sql: str
    parents: list[str]
    config: dict[str, Any]
    warnings: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Current:
    node: Node
    config: dict[str, Any]
    parents: dict[str, None] = field(default_factory=dict)
    problems: Problems = field(default_factory=Problems)
    said: list[str] = field(default_factory=list)
    variables: Mapping[str, Any] | None = None
    line: int = 0
    results: dict[str, Any] = field(default_factory=dict)  # of its statements
    names: Mapping[str, Any] = field(default_factory=dict)  # what its template sees besides


class Renderer:
    """Renders models, tests and unit tests of one project for one target."""

    def __init__(self, project: Project, target: Target, declared: Declared, problems: Problems) -> None:
        self.project = project
        self.target = target
        self.declared = declared
        self.environment = make_environment()
        budget.for_a_project()
        self.environment_variables = EnvironmentVariables()
        self._templates: dict[tuple[str, str], jinja2.Template] = {}
        self._vars = {p.name: project.vars_for(p.name) for p in project.packages}
        self.referables = Referables(project.name, target, declared)
        self.answers: Answers | None = None
        self.executes = True  # whether questions of templates are answered
        self._current: _Current | None = None
        texts = [text for _, text in declared.macro_files] + [
            n.raw for n in declared.nodes.values() if n.kind != "seed"
        ]
        self._changes_values = any(map(may_change_values, texts))
        files = [(f.package, f.shown, text) for f, text in declared.macro_files]
        files.insert(0, (BUILT_IN, *project.habits.macros()))
        self.macros = Macros(
            self.environment, project.name, files, self._variables, problems, project.packages[0].dispatch
        )
        self._config = facades.ConfigFacade(lambda: self.current.config, self._record_config)
        own = {
            "ref": self._ref,
            "source": self._source,
            "config": self._config,
            "var": self._var,
            "env_var": self.environment_variables.get,
            "this": facades.ThisFacade(lambda: self.referables.facade(self.current.node)),
            "return": facades.raise_return,
            "get_where_subquery": self._where_subquery,
        }
        self.environment.globals.update({**self.macros.namespaces(), **project.habits.names(self, own), **own})

    @property
    def current(self) -> _Current:
        if self._current is None:
            raise ConvsqlError("a macro was called while no model was being rendered")
        return self._current

    # -- what templates call

    def _ref(self, *names: str, **version: Any) -> facades.RelationFacade:
        names = ref_names(names, version)
        return self._found(lambda: self.referables.ref(names, self.current.node.package), names[-1])

    def _source(self, *names: str, **keywords: Any) -> facades.RelationFacade:
        source, table = source_names(names, keywords)
        return self._found(lambda: self.referables.source(source, table), table)

    def _found(self, find: Callable[[], Node], name: str) -> facades.RelationFacade:
        """What is referred to, noted as read; where it is not there a problem is noted, and rendering goes on."""
        try:
            node = find()
        except ConvsqlError as error:
            self.current.problems.add(error.reason, self._place(), error.hint)
            return facades.RelationFacade("missing", "", "", name)
        self.current.parents[node.unique_id] = None
        return self.referables.facade(node)

    def _var(self, *name_and_default: Any, **named: Any) -> Any:
        values = self.current.variables or self._vars[self.current.node.package]
        self.macros.values.asked((*name_and_default, named.get("name"))[0])
        value = VarLookup(values)(*name_and_default, **named)
        return thawed(value) if self._changes_values and isinstance(value, dict | list) else value

    def _variables(self) -> Mapping[str, Any] | None:
        return None if self._current is None else self._current.variables or self._vars[self._current.node.package]

    def _record_config(self, settings: dict[str, Any]) -> None:
        for key, value in settings.items():
            if not is_plain(value):
                raise ConvsqlError(
                    f"config '{key}' can't be {short(value)}", hint="give texts, numbers, lists, mappings"
                )
        kind = "test" if self.current.node.kind == "test" else "model"
        merge_config(self.current.config, settings, self._place(), kind, self.current.problems)

    def _place(self) -> Where:
        """Where the call that is being carried out stands in the node's file."""
        node = self.current.node
        if node.generic:
            return node.where
        return Where(node.path, self.current.line or outer_line(sys._getframe()) or node.line)

    def reads_clock(self) -> bool:
        """Whether what is rendered may read the clock: a test, or where the variable `allow_clock` says so."""
        here = self.current.node
        return here.kind == "test" or bool(self._vars[here.package].get("allow_clock"))

    def say(self, message: Any = "", **_: Any) -> str:
        """Note what a template says to people."""
        self.current.said.append(self.referables.named(message))
        return ""

    def warn(self, message: str) -> None:
        self.current.problems.warn(message, self.current.node.where)

    def _where_subquery(self, relation: Any) -> Any:
        where = self.current.config.get("where")
        return f"(select * from {relation} where {where}) dbt_subquery" if where else relation

    def _test_arguments(self, node: Node) -> dict[str, Any]:
        test = node.generic_test
        attached = self.referables.standing_for(self.declared.nodes[test.attached])
        self.current.parents[attached.unique_id] = None
        scope = self.macros.scope(node.package)
        arguments = {key: evaluated(value, self.environment, scope) for key, value in test.arguments.items()}
        if test.column_name:
            arguments["column_name"] = test.column_name
        subquery = scope.get("get_where_subquery", self._where_subquery)
        return {"model": subquery(self.referables.facade(attached)), **arguments}

    # -- rendering

    def render(
        self, node: Node, text: str, variables: Mapping[str, Any] | None = None, names: Mapping[str, Any] | None = None
    ) -> Rendered:
        """Render one node's text, which sees `names` besides; a generic test's arguments are rendered first.

        Raises ConvsqlError (or several) with the file and the line of the template.
        """
        self._current = current = _Current(node, dict(node.config), variables=variables, names=names or {})
        budget.fresh()
        sql = ""
        try:
            sql = self._sql(node, text)
        except NotAnsweredError:
            raise
        except facades.ReturnValue:
            current.problems.add("return() outside a macro", node.where)
        except ConvsqlError as error:
            place, inside = _places(node, error)
            for problem in error.problems:
                current.problems.add(problem.reason + inside, problem.where or place, problem.hint)
        except jinja2.TemplateSyntaxError as error:
            current.problems.add(f"template error: {error.message}", Where(node.path, node.line - 1 + error.lineno))
        except Exception as error:  # a template can raise anything; the user needs the place
            place, inside = _places(node, error)
            current.problems.add(f"template error: {said_by(error)}{inside}", place, self._undefined_hint(str(error)))
        finally:
            self._current = None
        if current.config.get("enabled") is not False:
            current.problems.raise_if_any()
        return Rendered(sql, list(current.parents), current.config, current.problems.warnings, current.said)

    def call_macro(self, node: Node, macro: Callable[..., Any], *arguments: Any) -> Any:
        """What a macro gives that is asked about a node outside its text. Raises ConvsqlError with the node's place."""
        self._current = _Current(node, dict(node.config))
        budget.fresh()
        try:
            return macro(*arguments)
        except Exception as error:  # a template can raise anything; the user needs the place
            inside = _places(node, error)[1]
            said = error.reason if isinstance(error, ConvsqlError) else f"template error: {said_by(error)}"
            raise ConvsqlError(said + inside, node.where, getattr(error, "hint", "")) from None
        finally:
            self._current = None

    def _sql(self, node: Node, text: str) -> str:
        if node.generic:
            return self._template(node.package, text).render(_test_arguments=self._test_arguments(node))
        scope = self.macros.scope(node.package)
        pieces = None if {"ref", "source", "config"} & scope.keys() else static_calls(text)
        if pieces is None:
            return self._template(node.package, text).render(**self.current.names)
        functions: dict[str, Callable[..., Any]] = {
            "ref": self._ref,
            "source": self._source,
            "config": self._config,
        }
        parts: list[str] = []
        self.current.line = 1
        for piece in pieces:
            if isinstance(piece, str):
                parts.append(piece)
            else:
                parts.append(str(functions[piece.name](*piece.arguments, **piece.keywords)))
            self.current.line += piece.count("\n") if isinstance(piece, str) else piece.newlines
        return "".join(parts)

    def _template(self, package: str, text: str) -> jinja2.Template:
        """The compiled template of a text, kept: tests share one, and a model is rendered anew for each metric."""
        template = self._templates.get((package, text))
        if template is None:
            template = self.environment.from_string(text, globals=self.macros.scope(package))
            self._templates[package, text] = template
        return template

    def _undefined_hint(self, message: str) -> str:
        undefined = re.match(r"'(\w+)' is undefined", message)
        if not undefined:
            return ""
        if prefixed := self.macros.prefixed(undefined[1]):
            return f"did you mean '{prefixed}'?"
        known = [*self.environment.globals, *self.macros.scope(self.project.name)]
        return did_you_mean(undefined[1], [k for k in known if isinstance(k, str)])


def _places(node: Node, error: BaseException) -> tuple[Where, str]:
    """Where in the node's file an error came up, and ` (in macros/x.sql:3)` when a macro raised it."""
    frames = error_frames(error)
    if node.generic:
        place = node.where
    else:
        place = Where(node.path, next((line for file, line in frames if not file), 0) or node.line)
    inner = [Where(file, line) for file, line in frames if file]
    return place, f" (in {inner[-1]})" if inner else ""
