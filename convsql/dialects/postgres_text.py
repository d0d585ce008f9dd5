"""Text on PostgreSQL as on DuckDB: its order is that of its bytes, whatever the database's collation; letters are Unicode's."""

from __future__ import annotations

from typing import Any

from sqlglot import exp

from convsql.dialects.duckdb_types import NULL
from convsql.dialects.letters import GROWING, GROWN, SPACES, STAND_INS
from convsql.dialects.problem import DialectError
from convsql.dialects.regular_expressions import postgres_pattern, postgres_replacement
from convsql.dialects.rewriting import call, cast, held, number, text
from convsql.dialects.typed_tree import keep_kind, kind_of


def by_bytes(node: Any, collation: str = "C") -> Any:
    """A text that is ordered by its bytes."""
    if isinstance(node, exp.Collate) and node.expression.name == collation:
        return node
    collated = exp.Collate(this=held(node), expression=exp.to_identifier(collation, quoted=True))
    return keep_kind(exp.Paren(this=keep_kind(collated, "VARCHAR")), "VARCHAR")


def compared(node: Any) -> Any:
    """`<`, `between` and the like of two texts."""
    if kind_of(node.this) == "VARCHAR":
        node.set("this", by_bytes(node.this))
    return node


def ordered(node: Any) -> Any:
    """A key of an order."""
    if kind_of(node.this) == "VARCHAR":
        node.set("this", by_bytes(node.this).this)
    return node


def extreme(node: Any) -> Any:
    """`min`, `max`, `least`, `greatest`; PostgreSQL has no least and greatest of booleans over rows."""
    kind = kind_of(node.this)
    if kind == "VARCHAR":
        node.set("this", by_bytes(node.this).this)
    elif kind == "BOOLEAN" and isinstance(node, exp.Min | exp.Max):
        return call("bool_or" if isinstance(node, exp.Max) else "bool_and", node.this)
    return node


def lowered(node: Any) -> Any:
    """`lower`: letter by letter, also where the database's collation knows ASCII alone."""
    letters = call(
        "translate", node.this, text("İΣ"), text("iσ")
    )  # two letters that Unicode lowers by what is around them
    return by_bytes(exp.Lower(this=by_bytes(letters, "und-x-icu").this))


def raised(node: Any) -> Any:
    """`upper`: letter by letter; those that Unicode makes several of (ß) go round it. ASCII, which most text is, costs little."""
    text_ = node.this
    is_ascii = exp.EQ(this=call("octet_length", text_.copy()), expression=exp.Length(this=text_.copy()))
    around = call("translate", text_, text(GROWING), text(STAND_INS))
    upper = call("translate", exp.Upper(this=by_bytes(around, "und-x-icu").this), text(STAND_INS), text(GROWN))
    plain = exp.Upper(this=by_bytes(text_.copy()).this)
    return exp.Case(ifs=[exp.If(this=is_ascii, true=plain)], default=by_bytes(upper))


def trimmed(node: Any) -> Any:
    """`trim` takes away Unicode's spaces where it is not told what."""
    if node.args.get("expression") is None:
        node.set("expression", text(SPACES))
    return node


def joined(node: Any) -> Any:
    """`||` of what is no text."""
    for side in ("this", "expression"):
        part = node.args[side]
        if kind_of(part) not in ("VARCHAR", NULL):
            node.set(side, as_text(part))
    node.set("safe", False)
    return node


def as_text(node: Any) -> Any:
    """A value as the text that DuckDB writes."""
    from convsql.dialects.postgres_numbers import double_text

    if kind_of(node) in ("DOUBLE", "FLOAT"):
        return keep_kind(double_text(node), "VARCHAR")
    return cast(node, "VARCHAR")


def _pattern(node: Any, flags: str = "") -> str:
    if not isinstance(node, exp.Literal) or not node.is_string:
        raise DialectError(
            "no translation for a regular expression that is not written out", hint="use like, or a join on text"
        )
    return postgres_pattern(node.name, flags)


def _flags(node: Any, key: str) -> str:
    given = node.args.get(key)
    return str(given.name) if given is not None else ""


def _subject(node: Any, pattern: str) -> Any:
    """The text that a pattern is held against: where case does not count, with letters that are Unicode's."""
    return by_bytes(node, "und-x-icu") if pattern.startswith("(?i)") else held(node)


def matches(node: Any) -> Any:
    """`regexp_matches`."""
    pattern = _pattern(node.expression, _flags(node, "flag"))
    return exp.Paren(this=exp.RegexpLike(this=_subject(node.this, pattern), expression=text(pattern)))


def replaced(node: Any) -> Any:
    """`regexp_replace`."""
    flags = _flags(node, "modifiers")
    if not isinstance(node.args["replacement"], exp.Literal):
        raise DialectError("no translation for a replacement that is not written out in regexp_replace")
    pattern = _pattern(node.expression, flags.replace("g", ""))
    replacement = text(postgres_replacement(node.args["replacement"].name))
    subject = by_bytes(node.this, "und-x-icu") if pattern.startswith("(?i)") else node.this
    found = call("regexp_replace", subject, text(pattern), replacement, *([text("g")] if "g" in flags else []))
    return by_bytes(found) if pattern.startswith("(?i)") else found


def extracted(node: Any) -> Any:
    """`regexp_extract`: an empty text where nothing matches."""
    group = node.args.get("group")
    count = int(group.name) if isinstance(group, exp.Literal) else 0
    if group is not None and not isinstance(group, exp.Literal):
        raise DialectError("no translation for a group that is not written out in regexp_extract")
    pattern = _pattern(node.expression, _flags(node, "parameters"))
    lead = "(?i)" if pattern.startswith("(?i)") else ""
    match = exp.Paren(
        this=call(
            "regexp_match",
            by_bytes(node.this, "und-x-icu") if lead else node.this,
            text(f"{lead}({pattern[len(lead) :]})"),
        )
    )
    taken = exp.Bracket(this=match, expressions=[number(str(count + 1))], offset=1)
    found = exp.Coalesce(this=taken, expressions=[call("left", node.this.copy(), number("0"))])
    return by_bytes(found) if lead else found


def containing(node: Any) -> Any:
    """`contains`."""
    return exp.Paren(this=exp.GT(this=call("strpos", node.this, node.expression), expression=number("0")))


def like(node: Any) -> Any:
    """`like` knows no escape unless it is told one."""
    if isinstance(node.parent, exp.Escape):
        return node
    pattern = node.expression
    if isinstance(pattern, exp.Literal) and "\\" not in pattern.name:
        return node
    return exp.Escape(this=node, expression=text(""))


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
