"""A folder of exports, made into a plan."""

from __future__ import annotations

from dataclasses import replace

from convsql.definitions.read_inputs import declared_inputs
from convsql.engines.session import Session
from convsql.init.exports.answers import GivenAnswers
from convsql.init.exports.columns_of_inputs import find_contact, part_of
from convsql.init.exports.contacts import NOT_FOUND, People, people_of, people_of_messages
from convsql.init.exports.formats import Formats
from convsql.init.exports.matching import input_of, is_direct, pick
from convsql.init.exports.names import NAMES
from convsql.init.exports.overlaps import note_repeated, read_once, tell_ids_apart
from convsql.init.exports.plan import Part, Picked, Plan
from convsql.init.exports.senders import as_they_are, settle_senders
from convsql.init.exports.sheets import Sheet
from convsql.init.exports.stages import stages_of
from convsql.init.exports.told import check_told, note_unused
from convsql.init.exports.unread import unread_times
from convsql.init.exports.writings import Written, country_of, email_of, numbers_in, phone_of, plain_key


def plan_of(
    sheets: list[Sheet], session: Session, answers: GivenAnswers, listed: dict[str, str]
) -> tuple[Plan, list[str]]:
    """The plan, and the inputs that need none: their files are the standard's. `listed`: stages of the package's seed."""
    plan, said = Plan(), dict(answers.given)
    formats = Formats(session, answers)
    ends = (said.get("messages.from", ""), said.get("messages.to", ""))
    sheets = [replace(s, ends=(a if s.column(a) else "", b if s.column(b) else "")) for a, b in [ends] for s in sheets]
    for sheet in sheets:
        formats.learn(sheet)
    found: dict[str, list[Sheet]] = {}
    for sheet in sheets:
        stem = sheet.opened.file.name.split(".")[0]
        told_to_be = _told(sheet, answers)
        name = "" if stem in _STANDARD else input_of(sheet)
        if told_to_be == ["deal_stages"] and name == "deals" and "deals.file" not in said:
            told_to_be = ["deals", *told_to_be]  # stages of a list of deals leave the deals what they are
        is_free = stem not in NAMES or stem == name or bool(sheet.kind)
        for each in told_to_be or ([name] if name and is_free else []):
            found.setdefault(each, []).append(sheet)
    if found.get("deal_stages") and found["deal_stages"] == found.get("deals"):
        del found["deal_stages"]
    for name in ("contacts", "deals", "deal_stages"):
        if len(found.get(name, [])) > 1:
            _choose(name, found, plan)
    told = {key.split(".")[0] for key in answers.given}
    direct = [n for n, of in found.items() if len(of) == 1 and n not in told and is_direct(of[0], n, formats)]
    people = _people(found)
    for name in ("messages", "deals"):
        if name in direct and not _is_met(found[name][0], people, session):
            direct.remove(name)
    parts: dict[str, list[Part]] = {}
    for name in ("contacts", "deals", "deal_stages", "messages"):
        asking = Formats(session, GivenAnswers(dict(answers.given)), formats.orders) if name in direct else formats
        is_read = name not in direct or (_MADE_OF.get(name, "") not in found and name in _MADE_OF)
        parts[name] = [part_of(name, s, people, asking, plan, session) for s in found.get(name, []) if is_read]
    if parts["deals"] and "deal_stages" not in found:
        parts["deal_stages"] = [s for deals in parts["deals"] for s in stages_of(deals, plan, formats, listed)]
    stems = {sheet.opened.file.name.split(".")[0] for sheet in sheets}
    if parts["messages"] and "contacts" not in found and "contacts" not in stems:
        parts["contacts"] = _people_of_messages(parts["messages"])
        _meet(parts["deals"], parts["messages"], answers, session)
        if parts["contacts"]:
            plan.notes.append("contacts: no table of them: everybody with a message is one")
    if "messages" in direct and not parts["messages"]:
        settle_senders(as_they_are(found["messages"][0]), Formats(session, GivenAnswers(dict(said))), plan, session)
    tell_ids_apart(parts["messages"], session)
    read_once(parts)
    known_by = [
        (p.sheet.relation, p.lookup.party if p.lookup else p.reached_by[0] if p.reached_by else "")
        for p in (p for of in parts.values() for p in of if p.reached_by or p.lookup)
    ]
    if known_by:
        _note_numbers(numbers_in([s for of in found.values() for s in of]) + known_by, plan, session)
    _note_shared(people, [p for of in parts.values() for p in of], plan, session)
    plan.inputs = {
        n: of for n in ("messages", "contacts", "deals", "deal_stages") if (of := parts[n]) and n not in direct
    }
    note_repeated(plan.inputs, plan, session)
    for name, of in plan.inputs.items():
        for part in of:
            plan.notes += [
                f"{name}: {part.sheet.place}: no column is {column}, which each row must have: "
                + (_unread(name, column, part) or f"--set {name}.{column}='column'")
                for column in declared_inputs()[name].must
                if column not in part.columns and not (name == "messages" and column == "direction")
            ]
    plan.notes += [
        f"deals: {part.sheet.place}: no column says whose deal it is, so that no conversation can become one: --set deals.contact_id='column'"
        for part in plan.inputs.get("deals", [])
        if "contact_id" not in part.columns
    ]
    read = {id(s) for of in found.values() for s in of}
    plan.notes += [
        f"{sheet.place}: {'' if stem in NAMES else 'is not one of the inputs as it stands, and was not read: '}{unread}"
        for sheet in sheets
        if id(sheet) not in read
        and (stem := sheet.opened.file.name.split(".")[0]) not in _STANDARD
        and not any(c.time is not None and c.filled for c in sheet.columns)
        and (unread := unread_times(sheet))
    ]
    check_told(said, sheets, plan, session)
    note_unused(plan, {n: found[n][0] for n in direct})
    plan.others = list(dict.fromkeys(sheet.opened.file.name for sheet in sheets))
    plan.questions = answers.questions
    plan.notes += formats.notes
    return plan, direct


# Input → the one that is made of it where there is no table of that.
_MADE_OF = {"deals": "deal_stages", "messages": "contacts"}
_STANDARD = tuple(name for name in declared_inputs() if name not in NAMES)


def _told(sheet: Sheet, answers: GivenAnswers) -> list[str]:
    found = []
    for name in ("messages", "contacts", "deals", "deal_stages"):
        files = [f.strip().lower() for f in answers.given.get(f"{name}.file", "").split(",")]
        if sheet.opened.file.name.lower() in files or sheet.name in files:
            found.append(name)
    return found


def _choose(name: str, found: dict[str, list[Sheet]], plan: Plan) -> None:
    """Of several tables of one input all that have the same columns; else the longest."""
    first = max(found[name], key=lambda s: s.count)
    alike = [s for s in found[name] if {c.words for c in s.columns} == {c.words for c in first.columns}]
    for sheet in found[name]:
        if sheet not in alike:
            plan.notes.append(
                f"{sheet.place}: {name}, too, as {first.place}, which has more rows: not read; --set {name}.file={sheet.opened.file.name} chooses it"
            )
    found[name] = alike


def _people(found: dict[str, list[Sheet]]) -> People | None:
    for sheet in found.get("contacts", []):
        contact_id = pick(sheet, "contacts", "contact_id")
        if contact_id is not None:
            return people_of(sheet, contact_id, [s for s in found["contacts"] if s is not sheet])
    return None


def _is_met(sheet: Sheet, people: People | None, session: Session) -> bool:
    """Whether contacts are known by their id in every row, which has one writing, or by nothing else either."""
    part = Part(sheet)
    find_contact(part, people, [], "contact_id", session)
    if part.lookup is not None or part.reached_by is not None:
        return False
    find_contact(part, people, [], None, session)
    return part.lookup is None


def _meet(deals: list[Part], messages: list[Part], answers: GivenAnswers, session: Session) -> None:
    """Deals whose contact no table of contacts tells are of whom the messages were with, in the first table that has most of them."""
    for part in deals:
        for of in messages:
            people = people_of_messages(of)
            if people is None:
                continue
            find_contact(part, people, [], answers.given.get("deals.contact_id"), session)
            picked = part.columns.get("contact_id")
            if picked is not None and NOT_FOUND not in picked.evidence:
                _as_written_to(part, of)
                break


def _as_written_to(deals: Part, messages: Part) -> None:
    """The contact of deals in the writing in which the messages have it."""
    picked, lookup = deals.columns["contact_id"], deals.lookup
    if messages.reached_by is not None:
        deals.reached_by = (lookup.party, lookup.shown_party) if lookup else (picked.plain, picked.sql)
        deals.lookup = None
        plain = plain_key(deals.reached_by[0])
        deals.columns["contact_id"] = replace(picked, sql="", plain=plain)


def _note_numbers(written: list[Written], plan: Plan, session: Session) -> None:
    """Set the country of numbers without one, and note those that may be one person's or two's."""
    country, left = country_of(written, session)
    if country:
        plan.variables["phone_country_code"] = country
    if left:
        plan.notes.append(
            f"contacts: telephone numbers that stand without a country, and with {'another than +' + country if country else 'more than one'}: {left:,};"
            " each writing is taken for another person's; the variable phone_country_code says the country of numbers without one"
        )


def _unread(name: str, column: str, part: Part) -> str:
    kind = next(c.kind for c in declared_inputs()[name].columns if c.name == column)
    return unread_times(part.sheet, (NAMES[name].get(column, ""),)) if kind == "time" else ""


def _note_shared(people: People | None, parts: list[Part], plan: Plan, session: Session) -> None:
    """Note how many contacts have an e-mail address, or a number by which rows are looked up, that another id has, too."""
    if people is None or people.sheet.column("merged_into") is not None:
        return
    looked_up = {key for part in parts if part.lookup is not None for _, _, key in part.lookup.tables}
    keys = [(c, email_of) for c in people.emails if c.name != people.contact_id.name] + [
        (c, phone_of) for c in people.phones if c.sql in looked_up
    ]
    for column, key in keys:
        rows = " union ".join(
            f"select trim(cast({own} as varchar)) as own, {key(its)} as k from {sheet.relation} as theirs"
            for sheet, own, its in people.keyed_by(column)
        )
        ((count,),) = session.fetch(
            f"select coalesce(sum(ids), 0) from (select count(distinct own) as ids from ({rows}) as known where k is not null group by k) as each where ids > 1"
        )
        if count:
            first = ", and what is looked up by it is of the first of them" if column.sql in looked_up else ""
            plan.notes.append(
                f"contacts: {int(count):,} of them have the {column.name} of another: each id counts as a person of its own{first};"
                " where they are one person, name the id that is kept in a column merged_into"
            )


def _people_of_messages(messages: list[Part]) -> list[Part]:
    found = []
    for part in messages:
        contact = part.columns.get("contact_id")
        if contact is not None and contact.plain:
            found.append(
                Part(
                    part.sheet,
                    {"contact_id": Picked(contact.plain, contact.plain, contact.shown, "everybody with a message")},
                    repeats=True,
                    reached_by=(part.reached_by[0], part.reached_by[0]) if part.reached_by else None,
                )
            )
    return found
