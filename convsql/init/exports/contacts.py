"""By what the contact of a message or of a deal is known: an id of the contacts, an e-mail address, or a phone number."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from convsql.engines.session import Session
from convsql.init.exports.columns import LOOKED_AT, Column
from convsql.init.exports.formats import percent
from convsql.init.exports.names import NAMES, rank
from convsql.init.exports.plan import Lookup, Part, Picked
from convsql.init.exports.sheets import Sheet
from convsql.init.exports.writings import email_of, phone_of

ENOUGH = 0.5  # of the keys must be found among the contacts
NOT_FOUND = "by its name; none is found among the contacts"
NEARLY_ALL = 0.9  # of them, where the column's name is none of a contact's
Party = tuple[str, str, str]
"""SQL that says who a row is of: by itself, in the model, for people."""
_PERSON = re.compile(r"\b(contact|customer|client|lead|person|people|buyer|kontakt|kunde|cliente?)\b")


@dataclass(frozen=True, slots=True)
class People:
    """The table of contacts, the column of its ids and those by which a contact is known, too; `more`: further tables with the same columns."""

    sheet: Sheet
    contact_id: Column
    emails: tuple[Column, ...]
    phones: tuple[Column, ...]
    more: tuple[Sheet, ...] = ()

    def keyed_by(self, column: Column) -> list[tuple[Sheet, str, str]]:
        """Each table with the SQL of its ids and of this column of it."""
        found = [(self.sheet, self.contact_id.sql, column.sql)]
        for sheet in self.more:
            named = {c.words: c.sql for c in sheet.columns}
            if self.contact_id.words in named and column.words in named:
                found.append((sheet, named[self.contact_id.words], named[column.words]))
        return found


def people_of(sheet: Sheet, contact_id: Column, more: Sequence[Sheet] = ()) -> People:
    """The contacts of a table, and of more that have the same columns."""
    emails = tuple(c for c in sheet.columns if c.emails > 0.6)
    named = "phone, phone number, mobile, mobile phone, telefon"
    phones = tuple(c for c in sheet.columns if c.phones > 0.6 or (rank(c.words, named) and c.name != contact_id.name))
    return People(sheet, contact_id, emails, phones, tuple(more))


def people_of_messages(part: Part) -> People | None:
    """Who wrote and was written to, where no table tells of contacts: known by what the messages call them."""
    contact = part.columns.get("contact_id")
    if contact is None or part.lookup is not None or not (part.reached_by or contact.plain):
        return None
    column = replace(
        part.sheet.columns[0], name=contact.shown, sql=part.reached_by[0] if part.reached_by else contact.plain
    )
    return People(part.sheet, column, (column,), (column,))


def reached_by(sheet: Sheet) -> list[Party]:
    """The columns of addresses and numbers, whatever they are called."""
    return [(c.sql, c.sql, c.name) for c in sheet.columns if c.emails > ENOUGH or c.phones > ENOUGH]


def contact_of(
    sheet: Sheet,
    people: People | None,
    parties: list[Party],
    session: Session,
    others: Sequence[Party] = (),
    told: Column | None = None,
) -> tuple[Picked, Lookup | None] | None:
    """How the contact of a row is found.

    `parties`: more that says who it is. `others`: what is called nothing of the kind, and says so where it is found among the contacts.
    `told`: the column that says it, as a person said.
    """
    if told is not None:
        others = []
    named = (
        [told]
        if told is not None
        else sorted(
            (c for c in sheet.columns if rank(c.words, NAMES["messages"]["contact_id"]) and c.filled),
            key=lambda c: -rank(c.words, NAMES["messages"]["contact_id"]),
        )
    )
    candidates = [(_first_of(c), _first_of(c), c.name) for c in named] + ([] if told is not None else parties)
    if not candidates and len(others) == 1:
        candidates = list(others)
    if people is not None and told is None and (other := _by_content(sheet, people, named, session)):
        candidates.append(other)
    because = "as you said" if told is not None else "by its values" if candidates == list(others) else "by its name"
    by_name = Picked(candidates[0][1], candidates[0][0], candidates[0][2], because) if candidates else None
    if people is None:
        return (by_name, None) if by_name else None
    found = _in_contacts(sheet, people, candidates, [p for p in others if p not in candidates], session)
    if found is None:
        return (replace(by_name, evidence=NOT_FOUND), None) if by_name else None
    return found


def where_blank(
    sheet: Sheet, people: People, picked: Picked, parties: Sequence[Party], session: Session
) -> tuple[Picked, Lookup] | None:
    """How the contact is found of rows whose id of a contact is blank: by the address or number of theirs that is found most.

    None where every row has an id, or neither is found.
    """
    blank = f"nullif(trim(cast({picked.plain} as varchar)), '') is null"
    ((count,),) = session.fetch(f"select count(*) from {sheet.relation} as given where {blank}")
    best = ENOUGH
    found: tuple[Picked, Lookup] | None = None
    for kind, columns, key in (("email", people.emails, email_of), ("phone", people.phones, phone_of)):
        for column in columns if count else ():
            for sql, told, shown in parties:
                if shown == picked.shown or (share := _found(sheet, sql, people, column, key, session)) <= best:
                    continue
                best = share
                evidence = f"{picked.evidence}; {int(count):,} are blank, and are looked up by {shown}"
                lookup = Lookup(kind, tuple(people.keyed_by(column)), sql, told, picked.sql)
                found = Picked("", "", f"{picked.shown}, {shown}", evidence), lookup
    return found


def _in_contacts(
    sheet: Sheet, people: People, candidates: list[Party], others: list[Party], session: Session
) -> tuple[Picked, Lookup | None] | None:
    """The party that is found most among the contacts: by their ids, else by an address or a number."""
    best: tuple[float, Picked, Lookup | None] | None = None
    place = " and ".join(sheet.opened.file.name for sheet in (people.sheet, *people.more))
    for sql, told, shown in candidates:
        share = _found(sheet, sql, people, people.contact_id, _id, session)
        if share > (best[0] if best else 0.0):
            best = share, Picked(told, sql, shown, f"{percent(share)} are a {people.contact_id.name} of {place}"), None
    is_known = best is not None and best[0] >= ENOUGH  # then only another writing of the id tells more
    for kind, columns, key in (("email", people.emails, email_of), ("phone", people.phones, phone_of)):
        for column in columns:
            if is_known and column.name != people.contact_id.name:
                continue
            for party in (*candidates, *([] if is_known else others)):
                sql, told, shown = party
                share = _found(sheet, sql, people, column, key, session)
                least = (best[0] if best else 0.0) + (0.0 if is_known else 0.05)
                if share > least and (party not in others or share >= ENOUGH):
                    lookup = Lookup(kind, tuple(people.keyed_by(column)), sql, told)
                    evidence = f"{percent(share)} are found by {column.name} of {place}"
                    best = share, Picked("", "", shown, evidence), lookup
    return (best[1], best[2]) if best else None


def _by_content(sheet: Sheet, people: People, named: list[Column], session: Session) -> tuple[str, str, str] | None:
    """A column that has another name and nearly only ids of contacts: where chance has no part, as it has in short numbers."""
    best, where = 0.0, None
    for column in sheet.columns:
        is_person = bool(_PERSON.search(column.words))
        is_telling = is_person or all(len(v) >= 3 and (len(v) >= 9 or re.search("[A-Za-z]", v)) for v in column.values)
        if column.time is None and column.filled and column not in named and column.distinct > 1 and is_telling:
            share = _found(sheet, column.sql, people, people.contact_id, _id, session)
            if share >= NEARLY_ALL and share + is_person > best:
                best, where = share + is_person, column
    return (_first_of(where), _first_of(where), where.name) if where else None


def _first_of(column: Column) -> str:
    """A column, or the first of the ids that it lists."""
    if any(re.fullmatch(r"\s*[\w-]+\s*(;\s*[\w-]+\s*)+", v) for v in column.values):
        return f"trim(split_part({column.sql}, ';', 1))"
    return column.sql


def _id(sql: str) -> str:
    return f"regexp_replace(trim(cast({sql} as varchar)), '\\.0+$', '')"


def _found(sheet: Sheet, sql: str, people: People, column: Column, key: object, session: Session) -> float:
    assert callable(key)
    mine = key(sql)
    theirs = " union all ".join(
        f"select {key(its)} from {each.relation} as theirs where {key(its)} is not null"
        for each, _, its in people.keyed_by(column)
    )
    (row,) = session.fetch(
        f"select count(*), count(*) filter (where mine.k in ({theirs})) "
        f"from (select distinct {mine} as k from (select * from {sheet.relation} as given limit {LOOKED_AT}) as rows_read) as mine where mine.k is not null"
    )
    return int(row[1]) / int(row[0]) if row[0] else 0.0


def lookup_ctes(lookup: Lookup, number: int) -> str:
    """The CTEs that end in `contacts_<number>`: one contact per key."""
    name = f"contacts_{number}"
    tables = "\n\n    union all\n\n".join(
        f"    select\n        {contact_id} as contact_id,\n        cast({key} as varchar) as written\n"
        f"    from {{{{ source('exports', '{sheet.name}') }}}}" + (f"\n    where {sheet.where}" if sheet.where else "")
        for sheet, contact_id, key in lookup.tables
    )
    given = f"{name}_given as (\n\n{tables}\n\n),\n\n"
    return (
        given
        + _keys(lookup.kind, name)
        + f"""\
{name} as (

    select
        {name}_keys.contact_key,
        min({name}_given.contact_id) as found_contact_id
    from {name}_given
    inner join {name}_keys
        on {name}_given.written = {name}_keys.written
    group by 1

),
"""
    )


def keyed_ctes(lookup: Lookup, own: str, rows: str) -> str:
    """The CTEs that end in `<own>_keyed`: the rows of a part with the key of their contact."""
    return _keyed(own, rows, f"cast({lookup.shown_party} as varchar)", _keys(lookup.kind, own))


def reached_ctes(reached_by: str, own: str, rows: str) -> str:
    """The CTEs that end in `<own>_keyed`: the rows of a part with the address or number of its contact in one writing, and as it is written."""
    keys = _number_keys(own, "coalesce({{ convsql.email_key('written') }}, phone_key, written)")
    return _keyed(own, rows, f"trim(cast({reached_by} as varchar))", keys)


def _keyed(own: str, rows: str, written: str, keys: str) -> str:
    """`rows` with what is `written` in each, and its key; `keys` is the CTE `<own>_keys`."""
    return f"""\
{own}_given as (

    select
        *,
        {written} as written
    from {rows}

),

{keys}{own}_keyed as (

    select
        {own}_given.*,
        {own}_keys.contact_key
    from {own}_given
    left join {own}_keys
        on {own}_given.written = {own}_keys.written

),

"""


def _keys(kind: str, name: str) -> str:
    """The CTE `<name>_keys`: what is written in `<name>_given`, and the key that all writings of one address or number have."""
    if kind == "email":
        return f"{name}_keys as (\n\n    select distinct\n        written,\n        {{{{ convsql.email_key('written') }}}} as contact_key\n    from {name}_given\n\n),\n\n"
    return _number_keys(name, "phone_key")


def _number_keys(name: str, key: str) -> str:
    """`<name>_keys` with the key as an expression over `written` and its phone_key, which is null of what is no number."""
    relation = f"(select distinct written from {name}_given) as given"
    return (
        f"{name}_numbers as (\n\n    {{{{ convsql.phone_keys('{relation}', ['written']) }}}}\n\n),\n\n"
        f"{name}_keys as (\n\n    select\n        written,\n        {key} as contact_key\n    from {name}_numbers\n\n),\n\n"
    )
