"""What Jinja may do within a budget: loops, calls, filters, operators and texts are counted as they are carried out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from types import BuiltinMethodType, FunctionType
from typing import Any

from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.runtime import LoopContext
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import Namespace

from convsql.base.errors import ConvsqlError
from convsql.templates.budget import MAX_NUMBER_BITS, budget

MAX_RANGE = 100_000
MAX_WIDTH = 100_000
_PERCENT_WIDTH = re.compile(r"%(?:\([^)]*\))?[-+ #.\d*]*\d{6,}")
_PERCENT_STAR = re.compile(r"%(?:\([^)]*\))?[-+ #.\d]*\*")
_BRACE_WIDTH = re.compile(r"\{[^{}]*:[^{}]*\d{6,}")
_BRACE_INNER = re.compile(r":[^{}]*\{")
_DIGITS = re.compile(r"\d+")


class BoundedCode(CodeGenerator):
    """Sends what a loop goes over, and texts put together with `~`, through the budget."""

    def visit_For(self, node: nodes.For, frame: Frame) -> None:  # noqa: N802
        node.iter = _counted("counted", node.iter)
        super().visit_For(node, frame)

    def visit_Call(self, node: nodes.Call, frame: Frame, forward_caller: bool = False) -> None:  # noqa: N802
        if isinstance(node.node, nodes.EnvironmentAttribute):
            self.write(f"environment.{node.node.name}(")
            self.visit(node.args[0], frame)
            self.write(")")
        else:
            super().visit_Call(node, frame, forward_caller=forward_caller)

    def visit_Concat(self, node: nodes.Concat, frame: Frame) -> None:  # noqa: N802
        self._through("joined", lambda: self._parts(node, frame))

    def visit_List(self, node: nodes.List, frame: Frame) -> None:  # noqa: N802
        self._built(node, frame, super().visit_List)

    def visit_Dict(self, node: nodes.Dict, frame: Frame) -> None:  # noqa: N802
        self._built(node, frame, super().visit_Dict)

    def visit_Tuple(self, node: nodes.Tuple, frame: Frame) -> None:  # noqa: N802
        if node.ctx == "load":
            self._built(node, frame, super().visit_Tuple)
        else:
            super().visit_Tuple(node, frame)

    def _parts(self, node: nodes.Concat, frame: Frame) -> None:
        self.write("(")
        for part in node.nodes:
            self.visit(part, frame)
            self.write(", ")
        self.write(")")

    def _built(self, node: Any, frame: Frame, visit: Callable[[Any, Frame], None]) -> None:
        """A list written out in a template; one of constants can't grow."""
        if all(isinstance(inner, nodes.Const | nodes.Pair) for inner in node.iter_child_nodes()) and not any(
            not isinstance(pair.value, nodes.Const) for pair in node.find_all(nodes.Pair)
        ):
            visit(node, frame)
        else:
            self._through("made", lambda: visit(node, frame))

    def _through(self, name: str, write: Callable[[], None]) -> None:
        self.write(f"environment.{name}(")
        write()
        self.write(")")


def _counted(name: str, inner: Any) -> nodes.Call:
    if isinstance(inner, nodes.Call) and isinstance(inner.node, nodes.EnvironmentAttribute):
        return inner
    call = nodes.Call(nodes.EnvironmentAttribute(name), [inner], [], None, None)
    call.set_lineno(inner.lineno).set_environment(inner.environment)
    return call


class BoundedEnvironment(ImmutableSandboxedEnvironment):
    """A sandbox with a budget."""

    code_generator_class = BoundedCode
    intercepted_binops = frozenset({"+", "*", "**", "%"})
    counted = staticmethod(budget.counted)
    made = staticmethod(budget.made)

    @staticmethod
    def concat(pieces: Iterable[str]) -> str:
        """All that a template or a macro wrote, as one text."""
        held = pieces if isinstance(pieces, list) else list(pieces)
        budget.characters(sum(map(len, held)))
        return "".join(held)

    @staticmethod
    def joined(parts: tuple[Any, ...]) -> str:
        """The parts of `a ~ b`, as one text."""
        texts = [str(part) for part in parts]
        budget.step(len(texts))
        budget.characters(sum(map(len, texts)))
        return "".join(texts)

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """`+`, `*`, `**` and `%`, refused when what they make is too large."""
        budget.step()
        if operator == "*":
            _check_repeated(left, right)
            _check_repeated(right, left)
        elif operator == "**":
            _check_power(left, right)
        elif operator == "%" and isinstance(left, str):
            _check_format(left, right)
        return budget.made(super().call_binop(context, operator, left, right))

    def call(__self, __context: Any, __obj: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: N805
        budget.call()
        kind = type(__obj)
        if kind is BuiltinMethodType or kind is FunctionType:  # the sandbox wraps `str.format` in a function
            method: Any = __obj if kind is BuiltinMethodType else getattr(__obj, "__wrapped__", None)
            if type(owner := getattr(method, "__self__", None)) in _GUARDED:
                _check_method(owner, method.__name__, args, kwargs)
            elif type(owner) in _CHANGED:
                args = _check_change(owner, args, kwargs)
        elif kind is LoopContext and args:
            args = (budget.counted(args[0]), *args[1:])
        return budget.made(super().call(__context, __obj, *args, **kwargs))


def bounded_range(*args: int) -> range:
    """Jinja's `range`, of at most MAX_RANGE items."""
    numbers = range(*args)
    try:
        count = len(numbers)
    except OverflowError:  # more than a machine word holds
        count = int(1e30)
    if count > MAX_RANGE:
        shown = f"{count}" if count < 1e30 else "very many"
        raise ConvsqlError(
            f"range of {shown} items in a template (at most {MAX_RANGE})", hint="make the rows in SQL: from range(…)"
        )
    return numbers


_GUARDED = (str, int, float, bytes)
_CHANGED = (list, dict, set)


def _check_change(owner: Any, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> tuple[Any, ...]:
    """The arguments of a method of a list, mapping or set, all that they bring in counted: what is put into a list is in it each time."""
    budget.step(len(owner) // 100)
    held = tuple(
        a if a is None or hasattr(a, "__len__") or not hasattr(a, "__next__") else list(budget.counted(a)) for a in args
    )
    for value in (*held, *kwargs.values()):
        if value is owner:
            raise ConvsqlError("a list or mapping that is put into itself", hint="copy it first, as in `x | list`")
        budget.made(value)
    return held


def _check_repeated(thing: Any, times: Any) -> None:
    if not isinstance(times, int):
        return
    if isinstance(thing, str | bytes):
        budget.characters(len(thing) * max(times, 0))
    elif isinstance(thing, list | tuple):
        budget.step(len(thing) * max(times, 0))


def _check_power(base: Any, exponent: Any) -> None:
    if not isinstance(base, int) or not isinstance(exponent, int):
        return
    if abs(base) > 1 and base.bit_length() * abs(exponent) > 2 * MAX_NUMBER_BITS:
        raise ConvsqlError(f"a power of more than {MAX_NUMBER_BITS:,} bits in a template", hint="compute it in SQL")


def _too_wide() -> ConvsqlError:
    return ConvsqlError("a width of more than five digits in a format of a template", hint="pad in SQL")


def _check_format(pattern: str, values: Any) -> None:
    """`'%100d' % 1`: widths of six digits and more are nobody's."""
    given = values.values() if isinstance(values, Mapping) else values if isinstance(values, tuple) else (values,)
    if _PERCENT_WIDTH.search(pattern):
        raise _too_wide()
    if _PERCENT_STAR.search(pattern) and any(isinstance(v, int) and abs(v) > MAX_WIDTH for v in given):
        raise _too_wide()
    _check_filled(pattern, "%", given)


def _check_filled(pattern: str, mark: str, given: Iterable[Any]) -> None:
    """What a pattern with its places filled can come to at most."""
    places = pattern.count(mark)
    longest = max((len(v) for v in given if isinstance(v, str)), default=0)
    widths = sum(int(d) for d in _DIGITS.findall(pattern) if len(d) < 6) if len(pattern) > 1000 else 0
    budget.characters(places * longest + widths)


def _check_method(owner: Any, name: str, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> None:
    """Methods of texts and numbers whose result may be far longer than they are."""
    given = (*args, *kwargs.values())
    if name in ("format", "format_map"):
        values = [v for g in given for v in (g.values() if isinstance(g, Mapping) else (g,))]
        wide = any(isinstance(v, int | str) and re.search(r"\d{6,}", str(v)[:1000]) for v in values)
        if _BRACE_WIDTH.search(owner) or (wide and _BRACE_INNER.search(owner)):
            raise _too_wide()
        _check_filled(owner, "{", values)
    elif name in ("ljust", "rjust", "center", "zfill", "expandtabs", "to_bytes"):
        for value in given:
            budget.number(value, MAX_WIDTH)
        if name == "expandtabs":
            budget.characters(owner.count("\t") * max([8, *(v for v in given if isinstance(v, int))]))
    elif name == "replace" and isinstance(owner, str):
        check_replaced(owner, *args, **kwargs)
    elif name == "join" and args:
        check_joined(args[0], owner)
    elif name == "translate" and args and isinstance(args[0], Mapping):
        budget.characters(len(owner) * max([1, *(len(v) for v in args[0].values() if isinstance(v, str))]))
    if isinstance(owner, str):
        budget.step(len(owner) // 1000)


def check_replaced(text: Any, old: Any = "", new: Any = "", *_: Any, **__: Any) -> None:
    text, old, new = str(text), str(old), str(new)
    if len(new) > len(old):
        budget.characters(len(text) + text.count(old) * (len(new) - len(old)))


def check_joined(items: Any, d: Any = "", *_: Any, **__: Any) -> None:
    if isinstance(items, list | tuple | set | dict | range | str):
        budget.characters(len(items) * len(str(d)) + sum(len(v) for v in items if isinstance(v, str)))


def check_indented(text: Any, width: Any = 4, *_: Any, **__: Any) -> None:
    each = len(width) if isinstance(width, str) else width if isinstance(width, int) else 4
    budget.characters(len(str(text)) + (str(text).count("\n") + 1) * max(each, 0))


def check_filtered_format(pattern: Any, *values: Any, **_: Any) -> None:
    _check_format(str(pattern), values)


def check_summed(items: Any, attribute: Any = None, start: Any = 0, *_: Any, **__: Any) -> None:
    if isinstance(start, list | tuple) and isinstance(items, list | tuple):
        budget.step(sum(len(i) for i in items if isinstance(i, list | tuple)) * len(items) // 2)


class PlainNamespace(Namespace):
    """Jinja's `namespace`, which as text does not write out all that it holds."""

    def __repr__(self) -> str:
        return "<namespace>"
