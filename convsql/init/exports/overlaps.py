"""Several files of one input: rows that stand in more than one of them are one row, and ids that mean something else in each are told apart."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

from convsql.base.quoting import quote
from convsql.engines.session import Session
from convsql.init.exports.columns import Column
from convsql.init.exports.plan import Part, Picked, Plan

_ONE_MESSAGE = ("contact_id", "direction", "sent_at")
MADE = "no column tells rows apart: made of these"
BEGUN_ANEW = "its ids are other messages' in other files: made of these"


def read_once(inputs: dict[str, list[Part]]) -> None:
    """Rows of files that have the same columns are one row where they are alike."""
    for parts in inputs.values():
        for one, other in combinations(parts, 2):
            if one.sheet.opened.file != other.sheet.opened.file and _headers(one) == _headers(other):
                one.repeats = other.repeats = True


def note_repeated(inputs: dict[str, list[Part]], plan: Plan, session: Session) -> None:
    """Say how many rows of several files stand more than once."""
    for name, parts in inputs.items():
        files = {part.sheet.opened.file for part in parts}
        if len(files) < 2 or name not in _KEYS or not all(part.repeats for part in parts):
            continue
        rows = union_of(parts)
        ((count, once),) = session.fetch(
            f"select count(*), (select count(*) from (select distinct * from {rows} as r) as o) from {rows} as a"
        )
        if count > once:
            plan.notes.append(
                f"{name}: {count - once:,} of {count:,} rows stand more than once, alike, in {_listed(parts)}: each is read once"
            )


_KEYS = ("messages", "deals", "contacts", "deal_stages")


def union_of(parts: list[Part]) -> str:
    """The rows of parts as far as they can be read without macros, with all columns of any."""
    return "(" + " union all by name ".join(f"select * from {plain_relation(part)} as of_part" for part in parts) + ")"


def plain_relation(part: Part) -> str:
    """The rows of a part as far as they can be read without macros: what mapping seeds are asked about."""
    columns = ", ".join(f"cast({p.plain} as varchar) as {quote(n)}" for n, p in part.columns.items() if p.plain)
    where = f" where {part.where}" if part.where else ""
    return f"(select {columns or '1 as nothing'} from {part.sheet.relation} as rows_read{where})"


def message_id_of(telling: list[Column], why: str = MADE) -> Picked:
    """An id made of cells."""
    cells = ", ".join(f"coalesce(cast({c.sql} as varchar), '')" for c in telling)
    sql = f"md5(concat_ws('|', {cells}))"
    return Picked(sql, sql, ", ".join(c.name for c in telling), why)


def telling_columns(parts: list[Part]) -> list[str]:
    """By which columns rows of these files, which have the same ones, are told apart."""
    names = list(dict.fromkeys(c.words for part in parts for c in part.sheet.columns if c.distinct > 1))
    return names or [c.words for c in parts[0].sheet.columns]


def tell_ids_apart(parts: list[Part], session: Session) -> None:
    """Ids of messages: of files that number alike as they are, else after the name of their table, as 1, 2, 3 stand in each.

    Files that have the same columns and each begin at 1 have ids made of their cells, so that a row that stands in two of them has one.
    """
    if len(parts) < 2:
        return
    for one, other in combinations(parts, 2):
        if _headers(one) == _headers(other) and not _is_made(one, other) and not _number_alike(one, other, session):
            _make_alike([one, other], BEGUN_ANEW)
    groups: list[list[Part]] = []
    for part in parts:
        group = next((g for g in groups if all(_number_alike(part, other, session) for other in g)), None)
        if group is None:
            groups.append([part])
        else:
            group.append(part)
    for group in groups:
        if len(group) > 1 and _is_made(*group):
            _make_alike(group, group[0].columns["message_id"].evidence)
        if len(groups) > 1:
            for part in group:
                own = part.columns["message_id"]
                sql = f"'{group[0].sheet.name}:' || {own.sql}"
                said = f"{own.evidence}; after the name of {'its table' if len(group) == 1 else group[0].sheet.name}"
                part.columns["message_id"] = replace(own, sql=sql, plain=sql, evidence=said)


def _make_alike(group: list[Part], why: str) -> None:
    names = telling_columns(group)
    for part in group:
        columns = {c.words: c for c in part.sheet.columns}
        part.columns["message_id"] = message_id_of([columns[name] for name in names], why)


def _number_alike(one: Part, other: Part, session: Session) -> bool:
    """Whether an id that stands in both is of one message: of the same time, and the same contact and side where that is known."""
    if _is_made(one) or _is_made(other):
        return _is_made(one, other) and _headers(one) == _headers(other)
    columns = [
        c for c in _ONE_MESSAGE if all((p := part.columns.get(c)) is not None and p.plain for part in (one, other))
    ]
    alike = " and ".join(
        [
            f"{_value('one', c)} is not distinct from {_value('other', c)}"
            for c in columns
        ]
    )  # fmt: skip
    ((shared, same),) = session.fetch(
        f"select count(*), coalesce(sum(case when {alike or 'true'} then 1 else 0 end), 0) from {plain_relation(one)} as one"
        f" join {plain_relation(other)} as other on one.message_id = other.message_id"
    )
    if not shared:
        return _headers(one) == _headers(other)
    return bool(columns) and int(same) * 2 >= int(shared)


def _is_made(*parts: Part) -> bool:
    return all(part.columns["message_id"].evidence in (MADE, BEGUN_ANEW) for part in parts)


def _value(of: str, column: str) -> str:
    text = f"{of}.{column}"
    return f"coalesce(cast(try_cast({text} as timestamp) as varchar), {text})" if column == "sent_at" else text


def _headers(part: Part) -> set[str]:
    return {c.words for c in part.sheet.columns}


def _listed(parts: list[Part]) -> str:
    return ", ".join(dict.fromkeys(part.sheet.opened.file.name for part in parts))
