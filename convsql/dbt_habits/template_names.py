"""All names of dbt's that a template sees besides those of the core, which are `ref`, `source`, `config`, `var`, `env_var` and `this`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from convsql.dbt_habits import surroundings, template_objects
from convsql.dbt_habits.dbt_macros import dbt_namespace
from convsql.dbt_habits.node_facts import node_facts
from convsql.dbt_habits.plain_functions import plain_functions
from convsql.dbt_habits.python_modules import modules
from convsql.dbt_habits.questions import Questions
from convsql.rendering.facades import Namespace
from convsql.rendering.macros import BUILT_IN
from convsql.rendering.render import Renderer


def template_names(renderer: Renderer, own: Mapping[str, Any]) -> dict[str, Any]:
    """Name → function, object or value; `own` are the core's names."""
    of_dbt = dbt_namespace(renderer.reads_clock)
    questions = Questions(renderer)
    named = renderer.referables.named
    return {
        **template_objects.unsupported(),
        **of_dbt,
        **plain_functions(),
        "builtins": Namespace("builtins", {name: own[name] for name in ("ref", "source", "config", "var")}),
        "dbt": Namespace("dbt", {**renderer.macros.of(BUILT_IN), **of_dbt}),
        "target": surroundings.target_facade(renderer.target),
        "api": surroundings.Lazy(surroundings.api),
        "modules": surroundings.Lazy(modules),
        "flags": surroundings.Flags(),
        "model": template_objects.ModelFacade(lambda: node_facts(renderer.current.node, renderer.target)),
        "execute": surroundings.Execute(lambda: renderer.executes),
        "run_query": questions.run_query,
        "statement": questions.statement,
        "load_result": questions.load_result,
        "load_relation": questions.load_relation,
        "is_incremental": lambda: bool(renderer.macros.overrides.get("is_incremental")),
        "should_full_refresh": lambda: False,
        "should_store_failures": lambda: bool(renderer.current.config.get("store_failures")),
        "project_name": renderer.project.name,
        "log": lambda message="", info=False: renderer.say(message) if info else "",
        "print": renderer.say,
        "exceptions": template_objects.ExceptionsFacade(renderer.warn, named),
        "adapter": template_objects.AdapterFacade(renderer.macros.dispatched, questions.columns, of_dbt),
    }
