"""The definition that a question supposes: a version that is there, with some of its keys changed, held to every check of a real one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import yaml

from convsql.base.errors import ConvsqlError, Problems, Where, did_you_mean
from convsql.base.yaml_file import YamlMap
from convsql.change_control.leakage import Leakage
from convsql.change_control.meaning import Meanings
from convsql.compiling.project import Compiled
from convsql.compiling.sql_fragments import Fragments
from convsql.definitions.identity import definition_digest, meaning_of_fields
from convsql.definitions.leaks import LEAK_HINT
from convsql.definitions.metric_checks import VARIABLE, validate
from convsql.definitions.metric_schema import MetricDefinition
from convsql.definitions.versions import Defined
from convsql.engines.access import access_to

_WHERE = Where("--change")


def changes_of(texts: Iterable[str]) -> dict[str, Any]:
    """`window_days=21`, `eligible.channels=[sms]` and the like, values read as YAML, by key.

    Raises ConvsqlError for what is written otherwise or twice.
    """
    found: dict[str, Any] = {}
    for text in texts:
        key, equals, value = text.partition("=")
        key = key.strip()
        if not equals or not key:
            raise ConvsqlError(f"'{text}' is not key=value", _WHERE, "for example --change window_days=21")
        if key in found:
            raise ConvsqlError(f"{key} is given twice", _WHERE)
        try:
            found[key] = yaml.safe_load(value)
        except yaml.YAMLError:
            found[key] = value.strip()  # a predicate, which need not be YAML
    return found


def changed(compiled: Compiled, one: Defined, changes: Mapping[str, Any], version: int) -> MetricDefinition:
    """The definition `one` with these changes, by the number `version`.

    Raises ConvsqlError for a key that changes nothing of what is counted, a value that the schema refuses, an outcome that
    no stage is mapped to, a predicate that reads what was not known at the anchor, and where nothing is changed.
    """
    known = list(meaning_of_fields(one.definition))
    if changes.get("attribution") == "time_decay" and "half_life_days" not in known:
        known.append("half_life_days")
    dates = {"retired_on", "effective_from", "review_by"}
    item = _placed(one.definition.model_dump(mode="json", exclude_none=True, exclude=dates))
    item.update(version=version, status="draft")
    for key, value in changes.items():
        if key not in known:
            hint = did_you_mean(key, known) or f"what is counted depends on {', '.join(known)}"
            raise ConvsqlError(f"'{key}' is not a key that changes what is counted", _WHERE, hint)
        block, _, name = key.rpartition(".")
        into = item.setdefault(block, _placed({})) if block else item
        into[name] = value
    _check(compiled, item)
    definition = MetricDefinition.model_validate(item)
    if definition_digest(definition.model_copy(update={"version": one.version})) == definition_digest(one.definition):
        raise ConvsqlError(f"this is what {one.key} says already", _WHERE, f"`convsql metrics show {one.key}` shows it")
    if definition.eligible.where and definition.eligible.where != one.definition.eligible.where:
        _check_leaks(compiled, definition, item)
    return definition


def _placed(values: Mapping[str, Any]) -> YamlMap:
    """Values as if a file had them, all of them in the place of the option."""
    found = YamlMap(_WHERE.path)
    found.update({key: _placed(value) if isinstance(value, dict) else value for key, value in values.items()})
    return found


def _check(compiled: Compiled, item: YamlMap) -> None:
    problems = Problems()
    supposed = replace(compiled.project, cli_vars={**compiled.project.cli_vars, VARIABLE: [item]})
    expression = Fragments(access_to(compiled.target).memory, {}).expression
    validate(supposed, compiled.graph, compiled.columns, problems, expression)
    problems.raise_if_any()


def _check_leaks(compiled: Compiled, definition: MetricDefinition, item: YamlMap) -> None:
    for found in Leakage(Meanings(compiled)).of(Defined(definition, _WHERE, item)):
        raise ConvsqlError(
            f"eligible.where rests on {' → '.join(found.leak.path)}: {found.leak.reason}", _WHERE, LEAK_HINT
        )
