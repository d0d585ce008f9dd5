"""A relation made in parts: a view of its base (a table of an earlier build) without the keys that were touched since, and of the rows of these keys.

Nothing of the base is written again. Its three tables stand beside each other in `_convsql_data`: the base under its own name, `<relation>_keys` and
`<relation>_rows`. They stay as long as a build that can be shown needs the view (`building.keeping`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from convsql.base.quoting import DATA_SCHEMA, qualified, quote
from convsql.building.keeping import names_in
from convsql.engines.session import RelationKind, Session, ViewTexts

KEYS, ROWS = "_keys", "_rows"


@dataclass(frozen=True, slots=True)
class Carried:
    """The base of a relation, the column that is its key, and the tables of keys touched since and of their rows; empty where the base is all."""

    base: str
    key: str = ""
    keys: str = ""
    rows: str = ""


def is_carried(relation: str, held: Mapping[str, RelationKind]) -> bool:
    """Whether a relation is made in parts, `held` being all that are there."""
    return held.get(relation) == "view" and relation + ROWS in held


def parts_of(session: Session, relation: str, held: Mapping[str, RelationKind], texts: ViewTexts) -> Carried:
    """What a relation is made of; `texts` are those of the views in `_convsql_data`. Raises EngineError."""
    if not is_carried(relation, held):
        return Carried(relation)
    keys, rows = relation + KEYS, relation + ROWS
    (base,) = (names_in(texts[DATA_SCHEMA, relation]) & held.keys()) - {keys, rows, relation}
    ((key, _),) = session.columns(qualified(DATA_SCHEMA, keys))
    return Carried(base, key, keys, rows)


def create_carried(
    session: Session, relation: str, columns: Sequence[str], made: Carried, keys: str, rows: str, has_null: bool
) -> None:
    """Make a relation of a base, the keys to leave out of it (a query of one column) and the rows in their place (a query). Raises EngineError.

    `has_null`: null is one of the keys. The view comes last, so that what is there under the relation's name is whole.
    """
    own, listed = quote(made.key), ", ".join(map(quote, columns))
    for kind in (KEYS, ROWS):
        session.drop("table", DATA_SCHEMA, relation + kind)
    session.create_as("table", DATA_SCHEMA, relation + KEYS, f"select k as {own} from (\n{keys}\n) as keys")
    session.create_as("table", DATA_SCHEMA, relation + ROWS, rows)
    left_out = f"select 1 from {qualified(DATA_SCHEMA, relation + KEYS)} as touched where touched.{own} = old.{own}"
    not_null = f" and old.{own} is not null" if has_null else ""
    session.create_as(
        "view",
        DATA_SCHEMA,
        relation,
        f"select {listed} from {qualified(DATA_SCHEMA, made.base)} as old where not exists ({left_out}){not_null}\n"
        f"union all\nselect {listed} from {qualified(DATA_SCHEMA, relation + ROWS)} as rows_anew",
    )
