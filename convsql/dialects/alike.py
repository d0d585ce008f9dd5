"""Rules that are the same for every engine that is not DuckDB, and what none of them has a translation for."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping
from typing import Any

from sqlglot import exp

from convsql.dialects.duckdb_types import FLOATS
from convsql.dialects.letters import SPACES
from convsql.dialects.problem import DialectError
from convsql.dialects.rewriting import Rule, cast, text
from convsql.dialects.typed_tree import kind_of

_SAME_NAME = frozenset(("now",))
_COMPARED = (exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.Between, exp.In, exp.Is)


def untranslated(node: Any) -> Any:
    """Raises DialectError, with the beginning of what has no translation."""
    raise DialectError(
        f"no translation for {node.sql(dialect='duckdb')[:60]!r}", hint="write it with what both engines have"
    )


UNTRANSLATED: dict[type, Rule] = dict.fromkeys(
    (exp.Typeof, exp.IgnoreNulls, exp.Struct, exp.Array, exp.Lambda, exp.Unnest, exp.Pivot, exp.TryCast), untranslated
)
"""What no engine is known to answer as DuckDB does."""


def check_functions(tree: Any, rules: Mapping[type, Rule], as_they_are: Container[str]) -> None:
    """Raises DialectError for a function that has no rule, and is not among those that mean the same on both engines."""
    for node in tree.find_all(exp.Func):
        if type(node) not in rules and type(node).__name__ not in as_they_are:
            untranslated(node)


def modulo(node: Any) -> Any:
    """`%` of whole numbers and decimals."""
    if kind_of(node.this) in FLOATS or kind_of(node.expression) in FLOATS:
        raise DialectError("no translation for `%` of doubles", hint="write a - floor(a / b) * b")
    return node


def small_whole(node: Any) -> Any:
    """A whole number of 64 bits that engines make one of 32."""
    return node if isinstance(node.parent, _COMPARED) else cast(node, "BIGINT")


def check_digits(digits: Any) -> None:
    """Raises DialectError for digits of `round` that are not written out."""
    if not digits.sql().isdigit():
        raise DialectError(
            "no translation for `round(x, n)` where n is not a number from 0 on", hint="write the digits out"
        )


def check_no_time(kind: str) -> None:
    """Raises DialectError where `percentile_cont` is asked of times."""
    if kind in ("DATE", "TIMESTAMP", "TIMESTAMP WITH TIME ZONE"):
        raise DialectError("no translation for `percentile_cont` of times", hint="take it of epoch_us(…)")


def check_days(node: Any) -> None:
    """Raises DialectError for a `date_diff` of anything but days."""
    if node.text("unit").upper() != "DAY":
        raise DialectError("no translation for date_diff of anything but days", hint="subtract epoch_us(…)")


def trimmed(node: Any) -> Any:
    """`trim` takes away Unicode's spaces where it is not told what."""
    if node.args.get("expression") is None:
        node.set("expression", text(SPACES))
    return node


def part(node: Any) -> Any:
    """`substring` and `split_part`, whose places are of 32 bits; no place before the first."""
    for key in ("start", "length", "part_index"):
        place = node.args.get(key)
        if place is None:
            continue
        if isinstance(place, exp.Neg) or (isinstance(place, exp.Literal) and int(place.name) < (key != "length")):
            raise DialectError(
                "no translation for a part of a text from a place before the first", hint="use right(text, n)"
            )
        if not isinstance(place, exp.Literal):
            node.set(key, cast(place, "INTEGER"))
    return node


def written_pattern(node: Any) -> str:
    """A regular expression that is written out. Raises DialectError for another one."""
    if not isinstance(node, exp.Literal) or not node.is_string:
        raise DialectError(
            "no translation for a regular expression that is not written out", hint="use like, or a join on text"
        )
    return str(node.name)


def written_replacement(node: Any) -> str:
    """What `regexp_replace` puts in place of a match. Raises DialectError where that is not written out."""
    by = node.args["replacement"]
    if not isinstance(by, exp.Literal):
        raise DialectError("no translation for a replacement that is not written out in regexp_replace")
    return str(by.name)


def written_group(node: Any) -> str:
    """The group that `regexp_extract` is asked for, 0 for the whole. Raises DialectError where it is not written out."""
    group = node.args.get("group")
    if group is not None and not isinstance(group, exp.Literal):
        raise DialectError("no translation for a group that is not written out in regexp_extract")
    return str(group.name) if group is not None else "0"


def flags(node: Any, key: str) -> str:
    """The flags of a regular expression; empty where there are none."""
    given = node.args.get(key)
    return str(given.name) if given is not None else ""


def named_function(micros: Rule) -> Rule:
    """The rule for a function that sqlglot does not know; `micros` is the one for `epoch_us`."""

    def rule(node: Any) -> Any:
        name = node.name.lower()
        if name == "epoch_us":
            return micros(node)
        if name in _SAME_NAME:
            return node
        raise DialectError(
            f"no translation for the function {name}()", hint="write it with functions that both engines have"
        )

    return rule


def shown_alike(strange: str) -> Rule:
    """The rule for `strftime`: the parts that both engines write alike, and between them nothing that the pattern `strange` finds."""

    def rule(node: Any) -> Any:
        form = node.args["format"]
        if (
            not isinstance(form, exp.Literal)
            or re.search("%(?![YmdHMSj%])", form.name)
            or re.search(strange, re.sub("%.", "", form.name))
        ):
            raise DialectError(
                "no translation for strftime of more than %Y, %m, %d, %H, %M, %S and anything but letters",
                hint="put the parts together",
            )
        return node

    return rule
