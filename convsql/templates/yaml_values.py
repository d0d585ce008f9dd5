"""Templates in configuration files, which see `var` and `env_var` only; `convsql.rendering.render` adds what a model sees.

Every environment variable that a template reads is noted, because its value is part of the identity of
what was compiled. Jinja is imported when there is something to render: most files hold no template.

The value of a secret never enters a template, not even that of `profiles.yml`: what stands for it is a mark, which
no filter can turn into the value, and whoever reads a value with a mark in it refuses it (`convsql.project.profiles`).
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from typing import Any

from convsql.base.errors import ConvsqlError, Where, did_you_mean
from convsql.base.redaction import MASK, PREFIX, remember
from convsql.base.yaml_file import YamlList, YamlMap
from convsql.templates.budget import budget

_MARK = "$$$DBT_SECRET_START$$${}$$$DBT_SECRET_END$$$"
# A mark, or what a filter or a slice left of one.
_MARKED = re.compile(
    r"\$\$\$DBT_SECRET_START\$\$\$(.*?)\$\$\$DBT_SECRET_END\$\$\$|DBT.?SECRET.?(?:START|END)", re.I | re.S
)
_MISSING = object()
_TYPED = re.compile(r"\|\s*as_(text|bool|number|native)\s*-?\}\}\s*$")


def _typed(kind: str, text: str, where: Where) -> Any:
    """What dbt's filters make of a rendered value: `as_text` a text, whatever it looks like, the others what it is written as."""
    if kind == "text":
        return text
    import ast

    try:
        value = ast.literal_eval({"true": "True", "false": "False"}.get(text, text))
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        value = text
    wanted: tuple[type, ...] = {"bool": (bool,), "number": (int, float), "native": (object,)}[kind]
    if not isinstance(value, wanted) or (kind == "number" and isinstance(value, bool)):
        raise ConvsqlError(f"as_{kind}: {text!r:.60} is none", where)
    return value


class EnvironmentVariables:
    """`env_var()`: reads the process's environment and notes what was read.

    What stands in `instead` (of a unit test's overrides) is given in place of the environment's, and not noted.
    """

    def __init__(self, secrets: bool = False) -> None:
        self.read: dict[str, str | None] = {}
        self.instead: Mapping[str, str] = {}
        self.secrets = secrets

    def get(self, name: Any = None, default: Any = _MISSING) -> Any:
        if not isinstance(name, str) or not name or "=" in name or "\0" in name:
            raise ConvsqlError(f"env_var() takes the name of an environment variable as text, not {name!r:.60}")
        if name.startswith(PREFIX) and not self.secrets:
            raise ConvsqlError(f"secret '{name}' may only be read in profiles.yml")
        if name in self.instead:
            return self.instead[name]
        value = os.environ.get(name)
        if value is None and default is _MISSING:
            raise ConvsqlError(f"environment variable '{name}' is not set", hint="set it, or give env_var a default")
        if name.startswith(PREFIX):
            remember(value or "")
            return default if value is None else _MARK.format(name)
        self.read[name] = value
        return default if value is None else value


def holds_secret(value: Any) -> bool:
    """Whether a secret stands in a rendered value, or anywhere below it."""
    if isinstance(value, Mapping):
        return any(holds_secret(v) for pair in value.items() for v in pair)
    if isinstance(value, list | tuple):
        return any(map(holds_secret, value))
    return isinstance(value, str) and _MARKED.search(value) is not None


def secret_of(value: Any) -> str | None:
    """The variable whose secret is the whole of a rendered value; None for anything else."""
    mark = re.fullmatch(re.escape(_MARK).replace(r"\{\}", r"(\w+)"), value) if isinstance(value, str) else None
    return mark[1] if mark else None


def without_marks(text: str) -> str:
    """A text for people: a mark of a secret shown as its mask."""
    return _MARKED.sub(lambda _: MASK, text)


class VarLookup:
    """`var(name, default)` over one package's variables."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self.values = values

    def __call__(self, name: Any = None, default: Any = _MISSING) -> Any:
        if not isinstance(name, str):
            raise ConvsqlError(f"var() takes the name of a variable as text, not {name!r:.60}")
        if name in self.values:
            return self.values[name]
        if default is _MISSING:
            raise ConvsqlError(
                f"variable '{name}' is not set",
                hint=did_you_mean(name, self.values) or "set it in vars.yml or by --vars, or give var a default",
            )
        return default

    def has_var(self, name: str) -> bool:
        return name in self.values


class StaticTemplates:
    """Renders strings of YAML files that hold Jinja; the rest is returned as it is."""

    def __init__(
        self, values: Mapping[str, Any], secrets: bool = False, context: Mapping[str, Any] | None = None
    ) -> None:
        self.variables = EnvironmentVariables(secrets)
        self.values = values
        self.context = {"var": VarLookup(values), "env_var": self.variables.get, **(context or {})}

    def with_secrets(self) -> StaticTemplates:
        """The same, for `profiles.yml`, the one file in which a secret may be read."""
        return StaticTemplates(self.values, secrets=True)

    def with_context(self, values: Mapping[str, Any], context: Mapping[str, Any]) -> StaticTemplates:
        """The same with a package's variables and further names, noting variables in the same place."""
        other = StaticTemplates(values, context=context)
        other.variables = self.variables
        other.context["env_var"] = self.variables.get
        return other

    def render(self, text: str, where: Where) -> Any:
        """The text rendered; a lone `{{ expression }}` that gives true, false or a number stays typed."""
        if "{{" not in text and "{%" not in text:
            return text
        import jinja2

        from convsql.templates.environment import make_environment

        try:
            rendered = make_environment().from_string(text).render(self.context)
        except ConvsqlError as error:
            raise ConvsqlError(without_marks(error.reason), error.where or where, without_marks(error.hint)) from None
        except jinja2.TemplateError as error:
            raise ConvsqlError(without_marks(f"template error: {error}"), where) from None
        except Exception as error:  # a template can raise anything; the user needs the place
            raise ConvsqlError(without_marks(f"template error: {type(error).__name__}: {error}"), where) from None
        plain = rendered.strip()
        if typed := _TYPED.search(text):
            return _typed(typed[1], plain, where)
        if plain in ("True", "true", "False", "false"):
            return plain.lower() == "true"
        if plain.isdigit() and text.strip().startswith("{{"):
            return int(plain)
        return rendered

    def render_tree(self, value: Any, skip: Iterable[str] = ("description",), where: Where | None = None) -> Any:
        """A YAML value with every string rendered, except below the keys in `skip`; one budget serves all of it."""
        if where is None:
            budget.fresh()
        if isinstance(value, YamlMap):
            result = YamlMap(value.path, value.line)
            result.lines = value.lines
            for key, item in value.items():
                result[key] = item if key in skip else self.render_tree(item, skip, value.where(key))
            return result
        if isinstance(value, YamlList):
            items = YamlList(value.path, value.line)
            items.lines = value.lines
            for item, line in zip(value, value.lines, strict=True):
                items.append(self.render_tree(item, skip, Where(value.path, line)))
            return items
        if isinstance(value, str):
            return self.render(value, where or Where(""))
        return value
