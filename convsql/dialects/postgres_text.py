"""Text on PostgreSQL as on DuckDB: its order is that of its bytes, whatever the database's collation; letters are Unicode's."""

from __future__ import annotations

from typing import Any

from sqlglot import exp

from convsql.dialects.alike import flags, written_group, written_pattern, written_replacement
from convsql.dialects.duckdb_types import NULL
from convsql.dialects.letters import GROWING, GROWN, STAND_INS
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


def _pattern(node: Any, given: str = "") -> str:
    return postgres_pattern(written_pattern(node), given)


def _subject(node: Any, pattern: str) -> Any:
    """The text that a pattern is held against: where case does not count, with letters that are Unicode's."""
    return by_bytes(node, "und-x-icu") if pattern.startswith("(?i)") else held(node)


def matches(node: Any) -> Any:
    """`regexp_matches`."""
    pattern = _pattern(node.expression, flags(node, "flag"))
    return exp.Paren(this=exp.RegexpLike(this=_subject(node.this, pattern), expression=text(pattern)))


def replaced(node: Any) -> Any:
    """`regexp_replace`."""
    modifiers, replacement = flags(node, "modifiers"), text(postgres_replacement(written_replacement(node)))
    pattern = _pattern(node.expression, modifiers.replace("g", ""))
    subject = by_bytes(node.this, "und-x-icu") if pattern.startswith("(?i)") else node.this
    found = call("regexp_replace", subject, text(pattern), replacement, *([text("g")] if "g" in modifiers else []))
    return by_bytes(found) if pattern.startswith("(?i)") else found


def extracted(node: Any) -> Any:
    """`regexp_extract`: an empty text where nothing matches."""
    count = int(written_group(node))
    pattern = _pattern(node.expression, flags(node, "parameters"))
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
