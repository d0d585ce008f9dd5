"""dbt's `modules`, as far as it is safe: no clock, no pattern that searches without end, nothing endless."""

from __future__ import annotations

import datetime
import itertools
import math
import re
from collections.abc import Callable, Iterable
from typing import Any, NoReturn
from zoneinfo import ZoneInfo

from convsql.base.errors import ConvsqlError
from convsql.rendering.facades import Namespace
from convsql.templates.budget import budget

_NO_CLOCK = "the wall clock must not enter a result; pass a variable"
_NESTED = re.compile(r"\([^()]*[+*}][^()]*\)\s*[+*{]|\([^()]*\|[^()]*\)\s*[+*{]|\)\s*\)\s*[+*{]")
_ENDLESS = re.compile(r"(?<!\\)[+*]|\{\d*,\d*\}")
_MOST_TRIALS = 10**8


class _Module(Namespace):
    """A module, which is no text."""

    def __str__(self) -> str:
        raise ConvsqlError(
            "convsql does not support 'modules' in templates", hint="as a text: call one of their functions"
        )


def _clock(*_: Any, **__: Any) -> NoReturn:
    raise ConvsqlError("convsql does not support 'modules' in templates where they read the clock", hint=_NO_CLOCK)


class _DateTime(datetime.datetime):
    now = utcnow = today = staticmethod(_clock)


class _Date(datetime.date):
    today = staticmethod(_clock)


def _checked(name: str) -> Callable[..., Any]:
    function: Callable[..., Any] = getattr(re, name)

    def call(pattern: Any, *given: Any, **named: Any) -> Any:
        texts = [str(pattern), *(g for g in (*given, *named.values()) if isinstance(g, str))]
        longest = max(map(len, texts))
        tries = max(longest, 2) ** max(len(_ENDLESS.findall(texts[0])), 1)
        if _NESTED.search(texts[0]) or tries > _MOST_TRIALS:
            raise ConvsqlError(
                "convsql does not support 'modules' in templates with a pattern that may search without end",
                hint="repeat no group, and give a shorter text; or use Jinja's own filters",
            )
        budget.step(longest)
        try:
            return budget.made(function(pattern, *given, **named))
        except re.error as error:
            raise ConvsqlError(f"'{pattern}' is not a regular expression: {error}") from None

    return call


def _listed(name: str, size: Callable[..., float] | None = None) -> Callable[..., list[Any]]:
    function: Callable[..., Iterable[Any]] = getattr(itertools, name)

    def call(*given: Any, **named: Any) -> list[Any]:
        held = [list(budget.counted(g)) if hasattr(g, "__iter__") and not isinstance(g, str) else g for g in given]
        if size is not None:
            budget.step(int(min(size(*held, **named), 1e9)))
        return list(budget.counted(function(*held, **named)))

    return call


def _combinations(items: Any, r: int) -> float:
    return math.comb(len(items), r) if r >= 0 else 0


def _permutations(items: Any, r: int | None = None) -> float:
    return math.perm(min(len(items), 1000), min(len(items) if r is None else r, 1000))


def _product(*items: Any, repeat: int = 1) -> float:
    return float(math.prod(map(len, items)) ** min(repeat, 100))


def _unsupported(name: str) -> Callable[..., NoReturn]:
    def call(*_: Any, **__: Any) -> NoReturn:
        raise ConvsqlError(
            f"convsql does not support 'modules' in templates that have no end (itertools.{name})", hint="use a loop"
        )

    return call


def modules() -> Namespace:
    """`modules.datetime`, `modules.re`, `modules.itertools` and the time zones of `modules.pytz`."""
    times = {"datetime": _DateTime, "date": _Date, "time": datetime.time, "timedelta": datetime.timedelta}
    patterns: dict[str, Any] = {n: _checked(n) for n in ("match", "search", "fullmatch", "sub", "split", "findall")}
    patterns |= {
        "escape": re.escape,
        "IGNORECASE": re.IGNORECASE,
        "I": re.I,
        "MULTILINE": re.MULTILINE,
        "DOTALL": re.DOTALL,
    }
    tools: dict[str, Any] = {
        n: _listed(n) for n in ("chain", "zip_longest", "islice", "accumulate", "compress", "pairwise")
    }
    tools |= {"product": _listed("product", _product), "combinations": _listed("combinations", _combinations)}
    tools |= {"permutations": _listed("permutations", _permutations)}
    tools |= {n: _unsupported(n) for n in ("cycle", "count", "repeat")}
    zones = {"timezone": ZoneInfo, "utc": datetime.UTC, "UTC": datetime.UTC}
    return Namespace(
        "modules",
        {
            "datetime": _Module("modules.datetime", {**times, "timezone": datetime.timezone}),
            "re": _Module("modules.re", patterns),
            "itertools": _Module("modules.itertools", tools),
            "pytz": _Module("modules.pytz", zones),
        },
    )
