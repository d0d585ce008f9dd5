"""Arguments of data tests in YAML, which may hold Jinja or look like a call."""

from __future__ import annotations

import re
from collections.abc import MutableMapping
from typing import Any

import jinja2


def evaluated(value: Any, environment: jinja2.Environment, scope: MutableMapping[str, Any]) -> Any:
    """A value in which strings that look like a call of ref, source, var, env_var or doc are evaluated, as in dbt."""
    if isinstance(value, list):
        return [evaluated(v, environment, scope) for v in value]
    if isinstance(value, dict):
        return {k: evaluated(v, environment, scope) for k, v in value.items()}
    if not isinstance(value, str):
        return value
    if re.fullmatch(r"\s*(env_var|ref|var|source|doc)\s*\(.+\)\s*", value):
        return environment.compile_expression(value, undefined_to_none=False)(**scope)
    if lone := re.fullmatch(r"\s*\{\{((?:(?!\}\}).)+)\}\}\s*", value, re.DOTALL):
        return environment.compile_expression(lone[1], undefined_to_none=False)(**scope)
    return environment.from_string(value, globals=scope).render() if "{{" in value else value
