"""Rendering without Jinja, for the many models that only call ref, source and config with plain values.

Compiling a template costs a millisecond; a project has a thousand. Text with any statement, comment,
white-space control, filter or variable is not for here and goes to Jinja, with the same result.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from typing import Any

_EXPRESSION = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
_NAMES = ("ref", "source", "config")


@dataclass(frozen=True, slots=True)
class Call:
    """One call: the function's name, what it is given, and how many lines its text goes over."""

    name: str
    arguments: tuple[Any, ...]
    keywords: dict[str, Any]
    newlines: int


def static_calls(text: str) -> list[str | Call] | None:
    """The text as literal pieces and calls, or None when Jinja is needed."""
    if "{%" in text or "{#" in text:
        return None
    pieces: list[str | Call] = []
    last = 0
    for match in _EXPRESSION.finditer(text):
        call = _call(match[1])
        if call is None:
            return None
        pieces += [text[last : match.start()], call]
        last = match.end()
    rest = text[last:]
    return None if "{{" in rest else [*pieces, rest]


def _call(source: str) -> Call | None:
    if source[:1] in "-+" or source[-1:] in "-+" or "\\" in source:  # Jinja has escapes of its own
        return None
    try:
        tree = ast.parse(source.strip(), mode="eval").body
        if not isinstance(tree, ast.Call) or not isinstance(tree.func, ast.Name) or tree.func.id not in _NAMES:
            return None
        arguments = tuple(ast.literal_eval(a) for a in tree.args)
        keywords = {k.arg: ast.literal_eval(k.value) for k in tree.keywords if k.arg}
    except (SyntaxError, ValueError, TypeError, RecursionError, MemoryError):
        return None
    if len(keywords) != len(tree.keywords) or (tree.func.id != "config" and keywords):
        return None
    if tree.func.id != "config" and not (arguments and all(isinstance(a, str) for a in arguments)):
        return None
    return Call(tree.func.id, arguments, keywords, source.count("\n"))
