"""What mapping seeds and metrics are proposed from, of inputs that are models."""

from __future__ import annotations

from convsql.engines.session import Session
from convsql.init.contradicted import note_contradicted
from convsql.init.exports.overlaps import plain_relation, union_of
from convsql.init.exports.plan import Part, Plan
from convsql.init.exports.stages import CREATED
from convsql.init.found import Found, note_times, text_of, values_of
from convsql.init.inputs import MAPPED_COLUMNS, TIMED


def note_models(plan: Plan, found: Found, session: Session) -> None:
    """Note in `found` the columns, rows and values that the models of a plan will have."""
    for name, parts in plan.inputs.items():
        found.columns[name] = list(dict.fromkeys(c for part in parts for c in part.columns))
        found.rows[name] = _count(parts, session)
        for subject, (table, column) in MAPPED_COLUMNS.items():
            if table == name:
                _values(subject, column, parts, found, session)
        for part in parts:
            if name in TIMED and part.columns.get(TIMED[name]) is not None and part.columns[TIMED[name]].plain:
                note_times(name, TIMED[name], plain_relation(part), session, found)
        if name == "deal_stages":
            for part in parts:
                plain = [c for c, picked in part.columns.items() if picked.plain]
                note_contradicted(plain_relation(part), plain, session, found)
        if name == "contacts":
            for column in ("persona", "source"):
                if any(_has_values(part, column, session) for part in parts):
                    found.filled.add(column)
    found.values.get("deal_stages", {}).pop(CREATED, None)
    found.notes += plan.notes


def _count(parts: list[Part], session: Session) -> int:
    """The rows of an input; what the tables repeat counts once."""
    if any(part.repeats for part in parts):
        rows = union_of(parts)
        return int(session.fetch(f"select count(*) from (select distinct * from {rows} as r) as each_once")[0][0])
    return sum(int(session.fetch(f"select count(*) from {plain_relation(part)}")[0][0]) for part in parts)


def _values(subject: str, column: str, parts: list[Part], found: Found, session: Session) -> None:
    there = found.values.setdefault(subject, {})
    for part in parts:
        if column in part.columns and part.columns[column].plain:
            for value, count in values_of(column, plain_relation(part), session, found, part.sheet.place).items():
                there[value] = there.get(value, 0) + count


def _has_values(part: Part, column: str, session: Session) -> bool:
    if column not in part.columns or not part.columns[column].plain:
        return False
    return bool(session.fetch(f"select count({text_of(column)}) from {plain_relation(part)}")[0][0])
