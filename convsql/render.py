"""Jinja → SQL with placeholders, one node at a time, noting references and configuration.

Macro files are loaded once. What differs between nodes (`this`, `config`, `var` of the package) is
looked up in `Renderer.current`, so that one environment serves all nodes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import jinja2
from jinja2 import nodes as ast

from convsql import facades
from convsql.config import Project
from convsql.dbt_macros import dbt_namespace
from convsql.errors import ConvsqlError, Problems, Where, did_you_mean
from convsql.generic_tests import BUILT_IN_TESTS
from convsql.manifest import Node
from convsql.parse import Declared, merge_config
from convsql.profiles import Target, published_schema
from convsql.static_render import static_calls
from convsql.templates import EnvironmentVariables, VarLookup, make_environment


@dataclass(slots=True)
class Rendered:
    """What rendering one node gave."""

    sql: str
    parents: list[str]
    config: dict[str, Any]
    warnings: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Current:
    node: Node
    config: dict[str, Any]
    parents: dict[str, None] = field(default_factory=dict)
    problems: Problems = field(default_factory=Problems)
    warnings: list[str] = field(default_factory=list)
    variables: Mapping[str, Any] | None = None


class Renderer:
    """Renders models, tests and unit tests of one project for one target."""

    def __init__(self, project: Project, target: Target, declared: Declared, problems: Problems) -> None:
        self.project = project
        self.target = target
        self.declared = declared
        self.environment = make_environment()
        self.environment_variables = EnvironmentVariables()
        self.macros: dict[str, facades.MacroProxy] = {}
        self.macro_overrides: dict[str, Any] = {}
        self._modules: dict[str, Any] = {}
        self._templates: dict[str, jinja2.Template] = {}
        self._vars = {p.name: project.vars_for(p.name) for p in project.packages}
        self._referable = {(n.package, n.name): n for n in declared.nodes.values() if n.kind in ("model", "seed")}
        self._by_name: dict[str, Node] = {}
        for node in self._referable.values():
            if node.name not in self._by_name or node.package == project.name:
                self._by_name[node.name] = node
        self._sources = {(n.source_name, n.name): n for n in declared.nodes.values() if n.kind == "source"}
        self._current: _Current | None = None
        self.environment.globals.update(self._globals())
        self._load_macros(problems)

    @property
    def current(self) -> _Current:
        if self._current is None:
            raise ConvsqlError("a macro was called while no model was being rendered")
        return self._current

    def _globals(self) -> dict[str, Any]:
        target = facades.TargetFacade(
            self.target.name,
            self.target.schema,
            self.target.database,
            self.target.profile,
            self.target.threads,
            target_name=self.target.name,
        )
        config = self._config = facades.ConfigFacade(lambda: self.current.config, self._record_config)
        built_in = {"ref": self._ref, "source": self._source, "config": config, "var": self._var}
        unsupported = {name: facades.Unsupported(name, why) for name, why in facades.UNSUPPORTED.items()}
        return {
            **unsupported,
            **built_in,
            "builtins": facades.Namespace("builtins", built_in),
            "dbt": facades.Namespace("dbt", dbt_namespace()),
            "env_var": self.environment_variables.get,
            "target": target,
            "this": facades.ThisFacade(lambda: self._facade(self.current.node)),
            "model": facades.ModelFacade(lambda: self.current.node),
            "execute": True,
            "is_incremental": lambda: False,
            "should_full_refresh": lambda: False,
            "project_name": self.project.name,
            "log": lambda *a, **k: "",
            "print": lambda *a, **k: "",
            "return": facades.raise_return,
            "exceptions": facades.ExceptionsFacade(self._warn),
            "adapter": facades.AdapterFacade(lambda name: self.macros.get(name)),
            "tojson": facades.to_json,
            "fromjson": facades.from_json,
            "set": lambda items, default=None: set(items),
            "zip": lambda *a, **k: zip(*a, strict=False),
            "doc": lambda *a: "",
            "get_where_subquery": self._where_subquery,
        }

    # -- macros

    def _load_macros(self, problems: Problems) -> None:
        by_package: dict[str, dict[str, facades.MacroProxy]] = {}
        texts = [("convsql", "convsql/generic_tests.py", BUILT_IN_TESTS, True)]
        texts += [(f.package, f.shown, text, False) for f, text in self.declared.macro_files]
        where_of: dict[tuple[str, str], Where] = {}
        for package, shown, text, built_in in texts:
            try:
                tree = self.environment.parse(text)
            except jinja2.TemplateSyntaxError as error:
                problems.add(f"template error: {error.message}", Where(shown, error.lineno))
                continue
            for macro in tree.find_all(ast.Macro):
                key = (package, macro.name)
                if key in where_of and not built_in:
                    problems.add(f"duplicate macro '{macro.name}' (also {where_of[key]})", Where(shown, macro.lineno))
                where_of[key] = Where(shown, macro.lineno)
                proxy = facades.MacroProxy(macro.name, self._loader(package, shown, text, macro.name))
                by_package.setdefault(package, {})[macro.name] = proxy
                if built_in or macro.name not in self.macros or package == self.project.name:
                    self.macros[macro.name] = proxy
        self.environment.globals.update(self.macros)
        for package, members in by_package.items():
            if package not in self.environment.globals:
                self.environment.globals[package] = facades.Namespace(package, members)

    def _loader(self, package: str, shown: str, text: str, name: str) -> Callable[[], Any]:
        def load() -> Any:
            if name in self.macro_overrides:
                value = self.macro_overrides[name]
                return lambda *a, **k: value
            if shown not in self._modules:
                template = self.environment.from_string(text)
                template.filename = shown
                self._modules[shown] = template.make_module()
            return getattr(self._modules[shown], name)

        return load

    # -- what templates call

    def _ref(self, *names: str, **_: Any) -> facades.RelationFacade:
        package, name = (None, names[0]) if len(names) == 1 else (names[0], names[1])
        here = self.current.node
        node = (
            self._referable.get((package, name))
            if package
            else self._referable.get((here.package, name)) or self._by_name.get(name)
        )
        if node is None:
            hint = (
                f"it is disabled in {self.declared.disabled[name]}"
                if name in self.declared.disabled
                else did_you_mean(name, [n for _, n in self._referable])
            )
            self.current.problems.add(f"no model or seed '{name}'", here.where, hint)
            return facades.RelationFacade("missing", "", "", name)
        self.current.parents[node.unique_id] = None
        return self._facade(node)

    def _source(self, source: str, table: str) -> facades.RelationFacade:
        node = self._sources.get((source, table))
        if node is None:
            known = [f"{s}.{t}" for s, t in self._sources]
            self.current.problems.add(
                f"no source '{source}.{table}'", self.current.node.where, did_you_mean(f"{source}.{table}", known)
            )
            return facades.RelationFacade("missing", "", "", table)
        self.current.parents[node.unique_id] = None
        return self._facade(node)

    def _facade(self, node: Node) -> facades.RelationFacade:
        name = node.identifier if node.kind == "source" else str(node.config.get("alias") or node.name)
        schema = node.schema if node.kind == "source" else published_schema(self.target, node)
        return facades.RelationFacade(node.unique_id, self.target.database, schema, name)

    def _var(self, name: str, *default: Any, **named: Any) -> Any:
        values = self.current.variables or self._vars[self.current.node.package]
        return VarLookup(values)(name, *default, **named)

    def _record_config(self, settings: dict[str, Any]) -> None:
        kind = "test" if self.current.node.kind == "test" else "model"
        merge_config(self.current.config, settings, self.current.node.where, kind, self.current.problems)

    def _warn(self, message: str) -> None:
        self.current.warnings.append(message)

    def _where_subquery(self, relation: Any) -> Any:
        where = self.current.config.get("where")
        return f"(select * from {relation} where {where}) dbt_subquery" if where else relation

    def _test_arguments(self, node: Node) -> dict[str, Any]:
        attached = self.declared.nodes[node.attached]
        self.current.parents[attached.unique_id] = None
        arguments = {key: self._test_argument(value) for key, value in node.arguments.items()}
        if node.column_name:
            arguments["column_name"] = node.column_name
        return {"model": self._where_subquery(self._facade(attached)), **arguments}

    def _test_argument(self, value: Any) -> Any:
        """Strings that look like a call of ref, source, var, env_var or doc are rendered, as in dbt."""
        if isinstance(value, list):
            return [self._test_argument(v) for v in value]
        if isinstance(value, dict):
            return {k: self._test_argument(v) for k, v in value.items()}
        if not isinstance(value, str):
            return value
        call = re.match(r"^\s*(env_var|ref|var|source|doc)\s*\(.+\)\s*$", value)
        if call or "{{" in value:
            return self.environment.from_string(f"{{{{ {value} }}}}" if call else value).render()
        return value

    # -- rendering

    def render(self, node: Node, text: str, variables: Mapping[str, Any] | None = None) -> Rendered:
        """Render one node's text; a generic test's arguments are rendered first.

        Raises ConvsqlError (or several) with the file and the line of the template.
        """
        self._current = current = _Current(node, dict(node.config), variables=variables)
        try:
            sql = self._sql(node, text)
        except facades.ReturnValue:
            current.problems.add("return() outside a macro", node.where)
            sql = ""
        except ConvsqlError as error:
            line = _template_line(error)
            for problem in error.problems:
                place = problem.where or Where(node.path, line or node.line)
                current.problems.add(problem.reason, place, problem.hint)
            sql = ""
        except jinja2.TemplateSyntaxError as error:
            current.problems.add(f"template error: {error.message}", Where(node.path, node.line - 1 + error.lineno))
            sql = ""
        except Exception as error:  # a template can raise anything; the user needs the place
            message = str(error)
            hint = ""
            if undefined := re.match(r"'(\w+)' is undefined", message):
                hint = did_you_mean(undefined[1], [k for k in self.environment.globals if isinstance(k, str)])
            current.problems.add(
                f"template error: {message}", Where(node.path, _template_line(error) or node.line), hint
            )
            sql = ""
        finally:
            self._current = None
        if current.problems.found:
            self._place_references(current, node, text)
            current.problems.raise_if_any()
        return Rendered(sql, list(current.parents), current.config, current.warnings)

    def _sql(self, node: Node, text: str) -> str:
        if node.test_name:
            template = self._templates.get(text) or self._templates.setdefault(text, self.environment.from_string(text))
            return template.render(_test_arguments=self._test_arguments(node))
        pieces = None if {"ref", "source", "config"} & self.macros.keys() else static_calls(text)
        if pieces is None:
            return self.environment.from_string(text).render()
        functions: dict[str, Callable[..., Any]] = {
            "ref": self._ref,
            "source": self._source,
            "config": self._config,
        }
        return "".join(p if isinstance(p, str) else str(functions[p[0]](*p[1], **p[2])) for p in pieces)

    def _place_references(self, current: _Current, node: Node, text: str) -> None:
        """Give a missing reference the line on which its name stands in the file."""
        for problem in current.problems.found:
            if problem.where == node.where and (
                named := re.search(r"no (?:model or seed|source) '([^']+)'", problem.reason)
            ):
                last = named[1].split(".")[-1]
                for number, line in enumerate(text.splitlines(), 1):
                    if (re.search(rf"""['"]{re.escape(last)}['"]""", line) and node.kind != "test") or (
                        node.kind == "test" and not node.attached and last in line
                    ):
                        problem.where = Where(node.path, number)
                        break


def _template_line(error: BaseException) -> int:
    """The line of the model's template that led to an error (the outermost template frame)."""
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == "<template>":
            template = trace.tb_frame.f_globals.get("__jinja_template__")
            if template is not None:
                return int(template.get_corresponding_lineno(trace.tb_lineno))
        elif "__jinja_template__" in trace.tb_frame.f_globals:
            return 0
        trace = trace.tb_next
    return 0
