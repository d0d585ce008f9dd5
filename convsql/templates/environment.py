"""The one Jinja environment: sandboxed, strict about undefined names, no access to the database."""

from __future__ import annotations

from functools import lru_cache
from types import CodeType, FrameType
from typing import Any

import jinja2
from jinja2 import nodes
from jinja2.ext import Extension
from jinja2.parser import Parser

from convsql.base.installed import require
from convsql.templates.bounded_environment import BoundedEnvironment, PlainNamespace, bounded_range
from convsql.templates.bounded_filters import BOUNDED_FILTERS, no_chance
from convsql.templates.macro_facts import MacroFacts, macros_of

# 3.1.6 closed the last known way out of its sandbox (CVE-2025-27516).
require("jinja2", getattr(jinja2, "__version__", None), "3.1.6")

# Whose attributes are all open, but for those that begin with `_`: the sandbox's own way asks abstract classes at every attribute.
# Lists, mappings and sets of a template's own are changed in place, as under dbt. What YAML gave is of other types, and stays as it is.
_PLAIN = frozenset({str, int, float, bool, type(None), tuple, PlainNamespace, list, dict, set})


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


class _Environment(BoundedEnvironment):
    """Refuses, beyond the sandbox's own rules, what would take too long: a template must not hang a build."""

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        if attr.startswith("_"):
            return not attr.startswith("__") and getattr(type(value), "is_macro", False) is True
        return type(obj) in _PLAIN or super().is_safe_attribute(obj, attr, value)

    def from_string(
        self,
        source: Any,
        globals: Any = None,
        template_class: type[jinja2.Template] | None = None,
    ) -> jinja2.Template:
        """As Jinja's, with the code kept: a project is rendered more than once in a process, its texts are the same."""
        if not isinstance(source, str):
            return super().from_string(source, globals, template_class)
        made = template_class or self.template_class
        return made.from_code(self, _code_of(source), self.make_globals(globals), None)


_parsed: dict[str, nodes.Template] = {}  # texts of macros that no template has called yet
_MOST_PARSED = 1024


@lru_cache(maxsize=4096)
def _code_of(source: str) -> CodeType:
    """The code of a template; all environments are made alike, so that it serves any of them."""
    return make_environment().compile(_parsed.pop(source, source))


@lru_cache(maxsize=4096)
def declared_macros(source: str) -> tuple[MacroFacts, ...]:
    """The macros in a text.

    Raises jinja2.TemplateSyntaxError.
    """
    tree = make_environment().parse(source)
    found = macros_of(tree)
    if len(_parsed) < _MOST_PARSED:
        _parsed[source] = tree  # parsing is half of compiling
    return found


def make_environment() -> _Environment:
    """A fresh sandboxed environment with dbt's block tags and the `do` statement."""
    environment = _Environment(
        extensions=[_DbtBlocks, "jinja2.ext.do", "jinja2.ext.loopcontrols"],
        undefined=jinja2.StrictUndefined,
        autoescape=False,
        keep_trailing_newline=True,
    )
    environment.globals.update(range=bounded_range, lipsum=no_chance, namespace=PlainNamespace)
    environment.filters = dict(BOUNDED_FILTERS)
    return environment


class _EmptyUndefined(jinja2.Undefined):
    """As under dbt: what is not defined is an empty text, and has whatever is asked of it; only a call of it is an error."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    def __getitem__(self, name: Any) -> Any:
        return self


def as_dbt_has_it(environment: jinja2.Environment) -> jinja2.Environment:
    """The same environment for the macros of installed packages, which may rest on names that no branch has set."""
    return environment.overlay(undefined=_EmptyUndefined)


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


def said_by(error: Exception) -> str:
    """What an error says, also where it says nothing itself."""
    if isinstance(error, RecursionError):
        return "macros or expressions go too deep (does a macro call itself without end?)"
    return str(error) or type(error).__name__


def outer_line(frame: FrameType | None) -> int:
    """The line of the outermost template given as text that is being rendered, 0 when there is none."""
    line = 0
    while frame is not None:
        template = frame.f_globals.get("__jinja_template__")
        if template is not None and template.filename == _TEXT and frame.f_code.co_filename == _TEXT:
            line = int(template.get_corresponding_lineno(frame.f_lineno))
        frame = frame.f_back
    return line
