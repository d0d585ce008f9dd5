"""The one Jinja environment: sandboxed, strict about undefined names, no access to the database.

`StaticTemplates` renders configuration files (only `var`, `env_var`); `convsql.render` adds what a
model sees. Every environment variable that a template reads is noted, because its value is part of
the identity of what was compiled.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from types import FrameType
from typing import Any

import jinja2
from jinja2 import nodes
from jinja2.ext import Extension
from jinja2.parser import Parser
from jinja2.sandbox import ImmutableSandboxedEnvironment

from convsql.errors import ConvsqlError, Where, did_you_mean
from convsql.yaml_file import YamlList, YamlMap

SECRET_PREFIX = "DBT_ENV_SECRET"
_MISSING = object()
MAX_RANGE = 100_000


class _DbtBlocks(Extension):
    """`{% test name(args) %}` is a macro named `test_name`; `{% docs %}` is kept as text and unused."""

    tags = {"test", "data_test", "docs", "materialization", "snapshot"}  # noqa: RUF012 - as the base class declares it

    def parse(self, parser: Parser) -> nodes.Node | list[nodes.Node]:
        token = next(parser.stream)
        if token.value in ("test", "data_test"):
            node = nodes.Macro(lineno=token.lineno)
            node.name = "test_" + parser.parse_assign_target(name_only=True).name
            parser.parse_signature(node)
            node.body = parser.parse_statements((f"name:end{token.value}", "name:endtest"), drop_needle=True)
            return node
        if token.value == "docs":
            parser.stream.expect("name")
            parser.parse_statements(("name:enddocs",), drop_needle=True)
            return []
        raise jinja2.TemplateSyntaxError(f"convsql does not support '{{% {token.value} %}}' blocks", token.lineno)


class _Environment(ImmutableSandboxedEnvironment):
    """Refuses, beyond the sandbox's own rules, very long ranges: a template must not hang a build."""

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        return not attr.startswith("_") and super().is_safe_attribute(obj, attr, value)


def _bounded_range(*args: int) -> range:
    numbers = range(*args)
    if len(numbers) > MAX_RANGE:
        raise ConvsqlError(f"range of {len(numbers)} items in a template (at most {MAX_RANGE})")
    return numbers


def make_environment() -> _Environment:
    """A fresh sandboxed environment with dbt's block tags and the `do` statement."""
    environment = _Environment(
        extensions=[_DbtBlocks, "jinja2.ext.do", "jinja2.ext.loopcontrols"],
        undefined=jinja2.StrictUndefined,
        autoescape=False,
        keep_trailing_newline=True,
    )
    environment.globals["range"] = _bounded_range
    return environment


_TEXT = "<template>"  # Jinja's name for a template that was given as text


def error_frames(error: BaseException) -> list[tuple[str, int]]:
    """Template file ("" for one given as text) and line of each template that an error passed, outermost first."""
    found = []
    trace = error.__traceback__
    while trace is not None:
        frame, template = trace.tb_frame, trace.tb_frame.f_globals.get("__jinja_template__")
        file = frame.f_code.co_filename
        if "__jinja_exception__" in frame.f_globals:  # Jinja has put the template's own file and line here
            found.append(("" if file == _TEXT else file, trace.tb_lineno))
        elif template is not None and file == _TEXT:
            line = int(template.get_corresponding_lineno(trace.tb_lineno))
            found.append(("" if template.filename == _TEXT else template.filename, line))
        trace = trace.tb_next
    return found


def outer_line(frame: FrameType | None) -> int:
    """The line of the outermost template given as text that is being rendered, 0 when there is none."""
    line = 0
    while frame is not None:
        template = frame.f_globals.get("__jinja_template__")
        if template is not None and template.filename == _TEXT and frame.f_code.co_filename == _TEXT:
            line = int(template.get_corresponding_lineno(frame.f_lineno))
        frame = frame.f_back
    return line


class EnvironmentVariables:
    """`env_var()`: reads the process's environment and notes what was read."""

    def __init__(self, secrets: bool = False) -> None:
        self.read: dict[str, str | None] = {}
        self.secrets = secrets

    def get(self, name: str, default: Any = _MISSING) -> Any:
        if name.startswith(SECRET_PREFIX) and not self.secrets:
            raise ConvsqlError(f"secret '{name}' may only be read in profiles.yml")
        value = os.environ.get(name)
        self.read[name] = value
        if value is None and default is _MISSING:
            raise ConvsqlError(f"environment variable '{name}' is not set", hint="set it, or give env_var a default")
        return default if value is None else value


class VarLookup:
    """`var(name, default)` over one package's variables."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self.values = values

    def __call__(self, name: str, default: Any = _MISSING) -> Any:
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
        self.environment = make_environment()
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
        try:
            rendered = self.environment.from_string(text).render(self.context)
        except ConvsqlError as error:
            raise ConvsqlError(error.reason, error.where or where, error.hint) from None
        except jinja2.TemplateError as error:
            raise ConvsqlError(f"template error: {error}", where) from None
        except Exception as error:  # a template can raise anything; the user needs the place
            raise ConvsqlError(f"template error: {type(error).__name__}: {error}", where) from None
        plain = rendered.strip()
        if plain in ("True", "true", "False", "false"):
            return plain.lower() == "true"
        if plain.isdigit() and text.strip().startswith("{{"):
            return int(plain)
        return rendered

    def render_tree(self, value: Any, skip: Iterable[str] = ("description",), where: Where | None = None) -> Any:
        """A YAML value with every string rendered, except below the keys in `skip`."""
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
