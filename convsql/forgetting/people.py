"""Contacts by their ids: what names one in a table, and which ids are one person.

An id that could be anything's (a short number) is looked for only in columns that name contacts; any other one in every text.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from convsql.base.quoting import DATA_SCHEMA, literal, qualified, quote
from convsql.building.state import Build
from convsql.engines.session import Columns, Session

KEYS = ("contact_id", "merged_into", "same_as")
SURVIVORS = "contact_survivors"  # the model that says which contact another one was merged into
_OTHER_KEYS = frozenset({"survivor_id", "person_id", "reached_id", "least_id", "entity_id", "unit_id", "span_unit_id"})
_SHORTEST, _SHORTEST_NUMBER = 6, 9  # signs of an id that is nothing else's


def is_telling(text: str) -> bool:
    """Whether a text stands for nothing but itself, wherever it is found."""
    return len(text) >= (_SHORTEST_NUMBER if text.isdigit() else _SHORTEST)


def names_contacts(column: str) -> bool:
    """Whether a column of this name holds ids of contacts."""
    return column in KEYS or column in _OTHER_KEYS or column.endswith("contact_id")


def rows_with(session: Session, relation: str, columns: Columns, ids: Collection[str]) -> dict[str, int]:
    """Column → rows of a relation in which it is one of the ids; columns without any are left out. Raises EngineError."""
    asked: dict[str, list[str]] = {}
    telling = [i for i in ids if is_telling(i)]
    for name, kind in columns:
        is_text = kind.upper().startswith(("VARCHAR", "TEXT", "CHAR"))
        mine = list(ids) if names_contacts(name.lower()) else telling if is_text else []
        if mine:
            asked[name] = mine
    if not asked:
        return {}
    counts = ", ".join(f"sum(case when {among(quote(c), mine)} then 1 else 0 end)" for c, mine in asked.items())
    ((*found,),) = session.fetch(f"select {counts} from {relation} as looked_through")
    return {column: int(count) for column, count in zip(asked, found, strict=True) if count}


def among(expression: str, texts: Iterable[str]) -> str:
    """The condition that a value, as text, is one of these."""
    return f"cast({expression} as varchar) in ({', '.join(literal(text) for text in texts)})"


def same_people(session: Session | None, head: Build | None, ids: Collection[str]) -> list[str]:
    """The ids, and those of contacts that were merged with them, as the published build has it, else an earlier one. Raises EngineError."""
    if session is None:
        return sorted(ids)
    held = [r for r in session.relations(DATA_SCHEMA) if node_of(r) == SURVIVORS]
    shown = [view.relation for view in head.views if view.relation in held] if head else []
    for relations in (shown, sorted(set(held) - set(shown))):
        found = set(ids)
        for relation in relations:
            found |= _merged(session, relation, ids)
        if found != set(ids):
            return sorted(found)
    return sorted(ids)


def never_seen(session: Session, ids: Collection[str]) -> list[str]:
    """Those of the ids that no relation has where contacts are named. Raises EngineError."""
    seen: set[str] = set()
    for relation, kind in session.relations(DATA_SCHEMA).items():
        table = qualified(DATA_SCHEMA, relation)
        for name, _ in session.columns(table) if kind == "table" and len(seen) < len(set(ids)) else ():
            if names_contacts(name.lower()):
                text = f"cast({quote(name)} as varchar)"
                rows = session.fetch(f"select distinct {text} from {table} where {among(quote(name), ids)}")
                seen |= {str(row[0]) for row in rows}
    return sorted(set(ids) - seen)


def _merged(session: Session, relation: str, ids: Collection[str]) -> set[str]:
    table = qualified(DATA_SCHEMA, relation)
    ends = {str(row[0]) for row in session.fetch(f"select survivor_id from {table} where {among('contact_id', ids)}")}
    ends |= set(ids)
    return ends | {
        str(row[0]) for row in session.fetch(f"select contact_id from {table} where {among('survivor_id', ends)}")
    }


def node_of(relation: str) -> str:
    """The name of the node that a physical relation is of; a long one is cut."""
    return relation.rpartition("__")[0]


def said(found: Mapping[str, int], most: int = 3) -> str:
    """Columns with their rows, in words."""
    parts = [f"{column} ({rows} row{'s' if rows != 1 else ''})" for column, rows in found.items()]
    return ", ".join(parts[:most]) + (f" and {len(parts) - most} more" if len(parts) > most else "")


def cleaned(given: Sequence[str]) -> list[str]:
    """Ids as they were given, without blanks around them and repetitions."""
    return sorted({text.strip() for text in given if text.strip()})
