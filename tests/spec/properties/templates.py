"""Renders the package's models with a minimal Jinja, for the harness.

Only what models use: ref, source, var, config, macros, return and compiler errors.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import jinja2

from tests.support.root import ROOT

_TEST_BLOCK = re.compile(r"\{%-?\s*(test|data_test)\b.*?\{%-?\s*end(test|data_test)\s*-?%\}", re.DOTALL)
_MACRO = re.compile(r"\{%-?\s*macro\s+(\w+)")
_MISSING = object()


class _Return(Exception):
    def __init__(self, value: Any) -> None:
        super().__init__()
        self.value = value


class _Exceptions:
    def raise_compiler_error(self, message: str) -> str:
        raise ValueError(message)

    def warn(self, message: str) -> str:
        return ""


class Templates:
    """The models of the package; `compile` gives them in an order in which they can be built."""

    def __init__(self, root: Path = ROOT) -> None:
        self._environment = jinja2.Environment(
            extensions=["jinja2.ext.do", "jinja2.ext.loopcontrols"], undefined=jinja2.StrictUndefined
        )
        self._vars: Mapping[str, Any] = {}
        self._refs: list[str] = []
        self._package = SimpleNamespace()  # as dbt has the macros of a package under its name
        self._environment.globals |= {
            "convsql": self._package,
            "var": self._var,
            "ref": self._ref,
            "source": lambda source, table: f"{source}.{table}",
            "config": lambda *args, **settings: "",
            "return": _raise_return,
            "tojson": json.dumps,
            "exceptions": _Exceptions(),
            "execute": True,
            "target": {"type": "duckdb", "name": "test"},
            "env_var": lambda name, default="": default,
        }
        for path in sorted((root / "macros").rglob("*.sql")):
            self._load_macros(_TEST_BLOCK.sub("", path.read_text(encoding="utf-8")))
        self._models = {
            path.stem: self._environment.from_string(path.read_text(encoding="utf-8"))
            for path in sorted((root / "models").rglob("*.sql"))
        }

    def _load_macros(self, text: str) -> None:
        """Make the macros of a file known; it is read at the first call, when all others are known too."""

        @cache
        def module() -> Any:
            return self._environment.from_string(text).make_module()

        for name in _MACRO.findall(text):
            self._environment.globals[name] = _catching(module, name)
            setattr(self._package, name, self._environment.globals[name])

    def _var(self, name: str, default: Any = _MISSING) -> Any:
        if name not in self._vars and default is _MISSING:
            raise ValueError(f"variable {name} has no default")
        return self._vars.get(name, default)

    def _ref(self, *names: str) -> str:
        self._refs.append(names[-1])
        return f'main."{names[-1]}"'

    def call(self, macro: str, *args: Any) -> Any:
        """What a macro returns, with the variables of the last `compile`."""
        return self._environment.globals[macro](*args)

    def compile(self, variables: Mapping[str, Any], wanted: tuple[str, ...]) -> list[tuple[str, str]]:
        """The wanted models and all they need, parents first, with their SQL."""
        self._vars = variables
        done: dict[str, str] = {}
        for name in wanted:
            self._compile(name, done)
        return list(done.items())

    def macro(self, name: str, *args: Any, **variables: Any) -> str:
        """What a macro writes."""
        self._vars = variables
        return str(self._environment.globals[name](*args))  # type: ignore[operator]

    def parents(self, name: str) -> list[str]:
        """What a model reads, with the variables last compiled with."""
        self._refs = []
        self._models[name].render()
        return list(dict.fromkeys(self._refs))

    def _compile(self, name: str, done: dict[str, str]) -> None:
        if name in done or name not in self._models:
            return
        self._refs = []
        sql = self._models[name].render()
        for parent in dict.fromkeys(self._refs):
            self._compile(parent, done)
        done[name] = sql


def _raise_return(value: Any = None) -> None:
    raise _Return(value)


def _catching(module: Callable[[], Any], name: str) -> Callable[..., Any]:
    def call(*args: Any, **named: Any) -> Any:
        try:
            return getattr(module(), name)(*args, **named)
        except _Return as returned:
            return returned.value

    return call
