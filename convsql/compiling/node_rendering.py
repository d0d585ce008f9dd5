"""All nodes of a project through the renderer and its cache, one by one; a failed node leaves the graph."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from convsql.base.errors import ConvsqlError, Problems, Where, did_you_mean
from convsql.compiling.cache import CompileCache, digest
from convsql.compiling.extending import increment_of
from convsql.compiling.rendered_facts import can_be_set, check_references, referred_late, take, unrepeatable_warning
from convsql.project.data_test_entries import TEST_CONFIG
from convsql.project.node_config import merge_config, tree_config
from convsql.project.nodes import Node, published_alias
from convsql.project.profiles import published_schema
from convsql.project.severity import check_conditions
from convsql.rendering import generic_tests
from convsql.rendering.questions import Answers, NotAnsweredError
from convsql.rendering.render import Renderer
from convsql.sqltext import references


class NodeRendering:
    """Renders nodes through the cache; a failed node is dropped from the graph with its problem noted."""

    def __init__(self, renderer: Renderer, cache: CompileCache, problems: Problems) -> None:
        self.project = project = renderer.project
        self.declared = declared = renderer.declared
        self.target = target = renderer.target
        self.renderer = renderer
        self.problems = problems
        self.warnings: list[str] = []
        self.cached = cache.parts["rendered"]
        self.kept: dict[str, Any] = {}
        self.failed: set[str] = set()
        self.asking: set[str] = set()  # whose templates ask what is known once their parents are bound
        self.said: list[str] = []
        self.context = digest(
            [(f.shown, text) for f, text in declared.macro_files],
            target,
            {p.name: project.vars_for(p.name) for p in project.packages},
            project.packages[0].dispatch,
        )

    def declare_tests(self) -> None:
        for attached, test in self.declared.tests:
            node = generic_tests.declare_test(test, attached, self.renderer.macros, self.declared.nodes, self.problems)
            if node is None:
                continue
            tree: dict[str, Any] = {}
            for key in ("tests", "data_tests"):
                tree.update(tree_config(self.project.packages[0].trees.get(key), (node.package, node.name)))
            config: dict[str, Any] = {}
            merge_config(config, tree, node.where, "test", self.problems)
            merge_config(
                config, {k: v for k, v in node.config.items() if k in TEST_CONFIG}, node.where, "test", self.problems
            )
            node.config = {**node.config, **config}
            if config.get("enabled") is not False:
                self.declared.nodes[node.unique_id] = node

    def render_all(self) -> None:
        """Render models, then tests, then unit tests; what is switched off or failed takes its tests along."""
        self.project.habits.name_relations(self.renderer, self.problems)
        self.hooks = self.project.habits.hooks(self.renderer)
        named = sorted(
            (n.unique_id, published_alias(n), published_schema(self.target, n)) for n in self.declared.nodes.values()
        )
        self.context = digest(self.context, named)
        for node in self._of("model"):
            self.render(node)
        self.hooks.of_seeds(self._of("seed"), self.problems)
        self._switch_off()
        for node in self._of("test"):
            if node.attached and node.attached not in self.declared.nodes:
                self.declared.nodes.pop(node.unique_id)
                continue
            self.render(node)
            try:
                check_conditions(node)
            except ConvsqlError as error:
                self.problems.take(error)
        for node in self._of("unit_test"):
            try:
                stands = self._unit_test(node)
            except ConvsqlError as error:
                self.problems.take(error)
                stands = False
            if not stands:
                self.declared.nodes.pop(node.unique_id)

    def _of(self, kind: str) -> list[Node]:
        return [n for n in self.declared.nodes.values() if n.kind == kind]

    def _switch_off(self) -> None:
        """Take out models whose own config() says `enabled=false`; to read one is an error."""
        off = {n.unique_id: n for n in self._of("model") if n.config.get("enabled") is False}
        for unique_id, node in off.items():
            del self.declared.nodes[unique_id]
            self.declared.disabled[node.name] = node.path
        for node in self._of("model"):
            for name in (off[p].name for p in node.parents if p in off):
                lines = [n for n, line in enumerate(node.raw.splitlines(), 1) if name in line]
                self.problems.add(
                    f"no model or seed '{name}'",
                    Where(node.path, lines[0] if lines else node.line),
                    f"it is disabled in {self.declared.disabled[name]}",
                )
        self.renderer.referables.forget(off)

    def render(self, node: Node) -> None:
        test = node.generic
        text = generic_tests.call_of(node) if test else node.raw
        attached = (test.attached, test.column_name, test.arguments) if test else None
        key = digest(self.context, node.unique_id, text, node.config, attached)
        kept = self.cached.get(key) if node.unique_id not in self.asking else None
        if kept and any(os.environ.get(n) != v for n, v in kept["environment"].items()):
            kept = None
        if kept is None:
            try:
                kept = self._fresh(node, text)
            except NotAnsweredError:
                kept = self._parsed(node, text)
        if kept is None:
            self.declared.nodes.pop(node.unique_id)
            self.failed.add(node.name)
            return
        if node.unique_id not in self.asking:
            self.kept[key] = kept
        node.config = kept["config"]
        take(node, kept)
        self.renderer.environment_variables.read.update(kept["environment"])
        self.warnings += kept["warnings"]
        self.said += kept["said"]

    def _fresh(self, node: Node, text: str) -> dict[str, Any] | None:
        read = self.renderer.environment_variables.read
        self.renderer.environment_variables.read = {}
        try:
            rendered = self.renderer.render(node, text)
            check_references(node, rendered)
            said = references.read_statement(rendered.sql).with_texts_named(self.renderer.referables.in_texts)
            if said.is_empty and rendered.config.get("enabled") is not False:
                raise ConvsqlError("the file holds no SQL", node.where)
            if said.is_several:
                raise ConvsqlError("more than one statement", node.where, "a model is one query; drop the ';'")
            aliased = said.with_aliases(self.renderer.referables.alias)
            besides = {
                **self.hooks.of_node(node, rendered.config),
                "increment": increment_of(node, rendered, self.renderer, self.renderer.referables.alias),
            }
        except ConvsqlError as error:
            for problem in error.problems:
                problem.where = problem.where or node.where
            self.problems.take(error)
            return None
        finally:
            mine, self.renderer.environment_variables.read = self.renderer.environment_variables.read, read
        return {
            "sql": aliased.rstrip().rstrip(";"),
            "parents": rendered.parents,
            "config": rendered.config,
            "canonical": said.canonical,
            "besides": besides,
            "environment": mine,
            "said": rendered.said,
            "warnings": [
                *rendered.warnings,
                *(unrepeatable_warning(node, said.unrepeatable) if node.kind == "model" else []),
            ],
        }

    def _parsed(self, node: Node, text: str) -> dict[str, Any] | None:
        """What can be said of a node whose template asks what is not known yet: what it reads, and its configuration."""
        self.asking.add(node.unique_id)
        self.renderer.executes = False
        try:
            rendered = self.renderer.render(node, text)
        except ConvsqlError as error:
            self.problems.take(error)
            return None
        finally:
            self.renderer.executes = True
        said = {"sql": "", "canonical": "", "environment": {}, "warnings": [], "said": [], "besides": {}}
        return {**said, "parents": rendered.parents, "config": rendered.config}

    def answered(self, node: Node, answers: Answers) -> bool:
        """Render a node that asked, now that what it reads is bound; False, with a problem noted, where it fails."""
        text = generic_tests.call_of(node) if node.generic else node.raw
        before = set(node.parents)
        self.renderer.answers = answers
        try:
            kept = self._fresh(node, text)
        except NotAnsweredError:
            kept = None  # what it asks about does not bind, which is said where that stands
        finally:
            self.renderer.answers = None
        if kept is None:
            return False
        if more := [p for p in kept["parents"] if p not in before]:
            self.problems.take(referred_late(more[0].rpartition(".")[2], node))
            return False
        take(node, kept)
        for unit in self._of("unit_test"):
            if unit.attached == node.unique_id and not unit.unit_test.entry.get("overrides"):
                unit.sql, unit.canonical, unit.unit_test.inputs = node.sql, node.canonical, node.parents
        self.warnings += kept["warnings"]
        self.said += kept["said"]
        return True

    def _unit_test(self, node: Node) -> bool:
        """Note the query that a unit test is about; False where its model left the graph. Raises ConvsqlError."""
        test = node.unit_test
        about = test.entry.get("model")
        models = [n for n in self._of("model") if n.name == about]
        if node.package != self.project.name:  # what a project puts in place of a model is not what these speak of
            models = [n for n in models if n.package == node.package]
        model = models[0] if models else None
        if model is None and about not in {*self.failed, *self.declared.disabled}:
            reason = f"unit test '{node.name}' is about model '{about}', which does not exist"
            raise ConvsqlError(reason, node.where, did_you_mean(str(about), [n.name for n in self._of("model")]))
        if model is None or any(p not in self.declared.nodes for p in model.parents):
            return False
        test.attached = model.unique_id
        if overrides := test.entry.get("overrides"):
            self._overridden(node, model, overrides)
        else:
            node.sql, node.canonical = model.sql, model.canonical
            test.inputs = model.parents
        return True

    def _overridden(self, node: Node, model: Node, overrides: Mapping[str, Any]) -> None:
        variables = {**self.project.vars_for(model.package), **(overrides.get("vars") or {})}
        environment = {name: str(value) for name, value in (overrides.get("env_vars") or {}).items()}
        about = f"unit test '{node.name}'"
        if wrong := [name for name, value in environment.items() if not can_be_set(name, value)]:
            raise ConvsqlError(
                f"{about}: {wrong[0]!r} can't be set as an environment variable",
                node.where,
                "a name holds no '=', and neither name nor value holds NUL",
            )
        self.renderer.macros.overrides = dict(overrides.get("macros") or {})
        self.renderer.environment_variables.instead = environment
        try:
            rendered = self.renderer.render(model, model.raw, variables=variables)
            check_references(model, rendered)
            said = references.read_statement(rendered.sql).with_texts_named(self.renderer.referables.in_texts)
            node.sql = said.with_aliases(self.renderer.referables.alias).rstrip().rstrip(";")
            node.canonical = said.canonical
            node.unit_test.inputs = rendered.parents
        except NotAnsweredError:
            raise ConvsqlError(f"{about}: the model asks about its parents, and has no overrides", node.where) from None
        except ConvsqlError as error:
            raise ConvsqlError(f"{about}: {error.problems[0].reason}", node.where) from None
        finally:
            self.renderer.macros.overrides = {}
            self.renderer.environment_variables.instead = {}
