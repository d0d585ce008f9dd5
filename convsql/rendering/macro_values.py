"""What a macro gave, kept where it can't come out otherwise: where it reads its arguments, variables and such macros, and no more.

Which macros are like that is told from their texts; one that calls `ref`, `config`, `env_var` or `caller`, say, is run every time.
A value is kept with the variables that were read for it, is found again where these have the same values, and then reads them
again: who notes what a template asks for hears of them. It counts in a template's budget as it did when it was made, and each caller
gets a copy of its own, which it may change.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Mapping
from datetime import date
from typing import Any

from convsql.base.yaml_file import YamlList, YamlMap
from convsql.rendering.call_arguments import own_copy
from convsql.rendering.facades import RelationFacade
from convsql.templates.budget import budget

_Names = tuple[str, ...]
_Value = tuple[Any, tuple[int, int, int]]

_MAX_PROJECTS = 8
_MAX_VALUES = 20_000  # of one project
_MAX_TEXT = 50_000  # characters of one argument or value


class _Kept:
    """The values of one project's macros, by call, names of variables and their values; and the names that calls asked for."""

    def __init__(self) -> None:
        self.names: dict[Hashable, list[_Names]] = {}
        self.values: dict[Hashable, _Value] = {}

    def keep(self, call: Hashable, names: _Names, read: Hashable, value: _Value) -> None:
        if len(self.values) >= _MAX_VALUES:
            self.names.clear()
            self.values.clear()
        listed = self.names.setdefault(call, [])
        if names not in listed:
            listed.append(names)
        self.values[call, names, read] = value


_kept: OrderedDict[str, _Kept] = OrderedDict()
_NOT_SET = object()


class NotPlainError(Exception):
    """A value that may change, or is known by its identity only."""


def plain_key(value: Any) -> Hashable:
    """What tells a value from any other that a template could tell it from. Raises NotPlainError."""
    kind = type(value)
    if kind is str:
        if len(value) > _MAX_TEXT:
            raise NotPlainError
        return str(value)
    if value is None or kind is RelationFacade:
        return value  # type: ignore[no-any-return]
    if kind is int or kind is bool:  # equal ones are not always the same text
        return kind, value
    if kind is float:
        return kind, repr(value)
    if kind is tuple or kind is list:
        return kind, tuple(map(plain_key, value))
    if kind is dict:
        return kind, tuple((plain_key(k), plain_key(v)) for k, v in value.items())
    if kind is YamlMap:
        items = tuple((plain_key(k), plain_key(v)) for k, v in value.items())
        return kind, value.path, value.line, tuple(value.lines.items()), items
    if kind is YamlList:
        return kind, value.path, value.line, tuple(value.lines), tuple(map(plain_key, value))
    if isinstance(value, date):
        return kind, repr(value)
    raise NotPlainError


class MacroValues:
    """The values of one project's macros, `files` being all their texts; projects of the same texts share them."""

    def __init__(self, project: str, files: Iterable[tuple[str, str, str]]) -> None:
        self._kept = _of_project(hashlib.sha256(repr((project, list(files))).encode("utf-8", "replace")).hexdigest())
        self._digests: dict[int, tuple[Any, Hashable]] = {}
        self._asking: list[set[str]] = []

    def asked(self, variable: Any) -> None:
        """Note that a variable is read, or asked for by what is no name."""
        if self._asking and isinstance(variable, str):
            self._asking[-1].add(variable)

    def value(
        self,
        name: tuple[str, str],
        arguments: tuple[Any, ...],
        named: Mapping[str, Any],
        variables: Mapping[str, Any],
        run: Callable[..., Any],
    ) -> Any:
        """What `run` gives for the arguments and the variables, run only where that is not known."""
        try:
            call = (name, plain_key(arguments), plain_key(dict(named)))
            for names in self._kept.names.get(call, ()):
                known = self._kept.values.get((call, names, self._read(names, variables)))
                if known is not None and budget.use_again(known[1]):
                    for asked in names:
                        self.asked(asked)
                        asked in variables  # noqa: B015 - who notes what is asked for hears it
                    return own_copy(known[0])
        except NotPlainError:
            return run(*arguments, **named)
        before = budget.used()
        self._asking.append(set())
        try:
            value = run(*arguments, **named)
        finally:
            asked_for = self._asking.pop()
            for each in asked_for:
                self.asked(each)
        try:
            plain_key(value)
            names = tuple(sorted(asked_for))
            read = self._read(names, variables)
        except NotPlainError:
            return value
        steps, text, calls = (now - then for now, then in zip(budget.used(), before, strict=True))
        self._kept.keep(call, names, read, (own_copy(value), (steps, text, calls)))
        return value

    def _read(self, names: _Names, variables: Mapping[str, Any]) -> Hashable:
        return tuple(self._key_of(variables.get(name, _NOT_SET)) for name in names)

    def _key_of(self, value: Any) -> Hashable:
        """As `plain_key`, short, and worked out once for a list or mapping, which is held so that no other has its place."""
        if value is _NOT_SET or not isinstance(value, list | dict):
            return _NOT_SET if value is _NOT_SET else plain_key(value)
        known = self._digests.get(id(value))
        if known is None:
            text = repr(plain_key(value))
            known = self._digests[id(value)] = (value, hashlib.sha256(text.encode("utf-8", "replace")).digest())
        return known[1]


def _of_project(key: str) -> _Kept:
    kept = _kept.setdefault(key, _Kept())
    _kept.move_to_end(key)
    while len(_kept) > _MAX_PROJECTS:
        _kept.popitem(last=False)
    return kept
