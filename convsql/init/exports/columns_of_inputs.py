"""Each column of an input, taken from a table."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import islice

from convsql.base.quoting import literal
from convsql.definitions.read_inputs import declared_inputs
from convsql.engines.session import Session
from convsql.init.exports.calls import VOICE, mapped, settle_answers
from convsql.init.exports.columns import Column, direction_of
from convsql.init.exports.contacts import NOT_FOUND, Party, People, contact_of, reached_by, where_blank
from convsql.init.exports.formats import Formats, percent
from convsql.init.exports.matching import day_and_clock, ends_of, pick
from convsql.init.exports.names import NAMES, SOURCE, rank, spoken_of
from convsql.init.exports.overlaps import message_id_of, telling_columns
from convsql.init.exports.plan import Part, Picked, Plan, Question
from convsql.init.exports.senders import sender_of, settle_senders
from convsql.init.exports.sheets import Sheet
from convsql.init.exports.writings import is_reached_by, is_same, plain_key, reaches, writings_of
from convsql.init.vocabulary.messages import CHANNELS
from convsql.init.vocabulary.reading import read

_ONE_CURRENCY = re.compile(r"\b(company|base|converted|reporting|home|corporate)\b")
_MADE = ("message_id", "channel", "direction")
ONE_WRITING = "in one writing"
_CHANNEL_WORDS = (
    ("whatsapp", r"whats ?app"), ("sms", r"\b(sms|mms|texts?|twilio)\b"), ("voice", VOICE), ("email", r"\be ?mails?\b"), ("chat", r"\b(chats?|intercom)\b"),
)  # fmt: skip

_OF_MAIL = r"\b(subject|betreff|objet|asunto|oggetto|onderwerp)\b"


def part_of(name: str, sheet: Sheet, people: People | None, formats: Formats, plan: Plan, session: Session) -> Part:
    """An input's columns as this table has them."""
    part = Part(sheet)
    given = {c.name: formats.answers.given.get(f"{name}.{c.name}") for c in declared_inputs()[name].columns}
    for each in declared_inputs()[name].columns:
        wanted = given[each.name]
        column = sheet.column(wanted) if wanted else None
        if each.name == "contact_id" and name in ("messages", "deals"):
            continue
        if name == "messages" and (each.name == "sender_type" or (column is None and each.name in _MADE)):
            continue
        if column is None:
            column = pick(sheet, name, each.name, part.used)
        if column is None and not (each.name == "sent_at" and day_and_clock(sheet)):
            continue
        part.columns[each.name] = _picked(name, sheet, each.name, each.kind, column, formats, bool(wanted))
        part.used += [column] if column is not None else []
    if name == "messages":
        _message(part, people, formats, plan, session, given)
    elif name == "deals":
        if "currency" in part.columns and not given["currency"] and _ONE_CURRENCY.search(_words_of(part, "amount")):
            del part.columns["currency"]  # it is of another amount, in the deal's own
        find_contact(part, people, [], given["contact_id"], session)
    return part


def _words_of(part: Part, name: str) -> str:
    """The header of the column that is read as `name`, in words; empty where none is."""
    picked = part.columns.get(name)
    column = part.sheet.column(picked.shown) if picked is not None else None
    return column.words if column is not None else ""


def find_contact(part: Part, people: People | None, parties: list[Party], told: str | None, session: Session) -> None:
    """Whose a row is: as somebody said, by a column's name, or by what is found among the people.

    An address or a number that stands for a contact is read in one writing, as is one whose contact no table has.
    """
    column = part.sheet.column(told) if told else None
    others = reached_by(part.sheet) if not parties else []
    found = contact_of(part.sheet, people, parties, session, others, column)
    if found is None:
        return
    picked, part.lookup = found
    part.reached_by = None
    is_id = people is not None and picked.evidence not in (NOT_FOUND, "")
    if people is not None and is_id and part.lookup is None and told is None:
        picked, part.lookup = where_blank(part.sheet, people, picked, parties or others, session) or (picked, None)
    if part.lookup is None and not is_id and is_reached_by(part.sheet, picked.plain, picked.shown, session):
        part.reached_by = picked.plain, picked.sql
        picked = replace(picked, sql="", plain=plain_key(picked.plain), evidence=f"{picked.evidence}; {ONE_WRITING}")
    part.columns["contact_id"] = picked


def _picked(
    name: str, sheet: Sheet, target: str, kind: str, column: Column | None, formats: Formats, is_told: bool
) -> Picked:
    told = "as you said; " if is_told else ""
    if kind in ("time", "open_time"):
        parts = day_and_clock(sheet) if target == "sent_at" else None
        if parts and (column is None or column is parts[0]):
            return formats.time(name, sheet, parts[0], parts[1])
        if column is not None and column.time is not None:
            found = formats.time(name, sheet, column)
            return Picked(found.sql, found.plain, found.shown, told + found.evidence)
    assert column is not None
    if kind == "number":
        return formats.number(name, column)
    evidence = "one in every row" if column.is_unique else _values(column)
    return Picked(column.sql, column.sql, column.name, f"{told}by its name; {evidence}")


def _message(
    part: Part, people: People | None, formats: Formats, plan: Plan, session: Session, given: dict[str, str | None]
) -> None:
    sheet = part.sheet
    direction, source = _direction(part, people, formats, plan)
    if direction is not None:
        part.columns["direction"] = direction
    parties = []
    ends = ends_of(sheet)
    if ends and direction is not None:
        sender, receiver = ends
        sql = f"case when {direction.plain} = 'inbound' then {sender.sql} else {receiver.sql} end"
        part.steps = [
            ("side", direction.sql),
            ("other_end", f"case when side = 'inbound' then {sender.sql} else {receiver.sql} end"),
        ]
        part.columns["direction"] = replace(direction, sql="side")
        parties.append((sql, "other_end", f"{sender.name} or {receiver.name}"))
    find_contact(part, people, parties, given["contact_id"], session)
    if "message_id" not in part.columns:
        part.columns["message_id"] = _message_id(part)
    if "channel" not in part.columns:
        part.columns["channel"] = _channel(part, source)
    settle_answers(part)
    if (who := sender_of(sheet, given["sender_type"], source)) is not None:
        part.columns["sender_type"] = who
    contact, rep = part.columns.get("contact_id"), part.columns.get("rep_id")
    if contact is not None and rep is not None and rep.shown == contact.shown and not given["rep_id"]:
        del part.columns["rep_id"]
    settle_senders(part, formats, plan, session)
    order = [c.name for c in declared_inputs()["messages"].columns]
    part.columns = {c: part.columns[c] for c in order if c in part.columns}


def _direction(part: Part, people: People | None, formats: Formats, plan: Plan) -> tuple[Picked | None, Column | None]:
    sheet = part.sheet
    told = formats.answers.given.get("messages.direction", "")
    column = (sheet.column(told) if told else None) or pick(sheet, "messages", "direction")
    words = {
        w.strip().lower(): d
        for d in ("inbound", "outbound")
        for w in formats.answers.given.get(f"messages.{d}", "").split(",")
        if w.strip()
    }
    if column is None and words:
        column = next((c for c in sheet.columns if c.values and {v.lower() for v in c.values} <= words.keys()), None)
    if column is not None:
        known = {v: words.get(v.lower()) or direction_of(v) for v in column.values}
        if known.keys() <= {"inbound", "outbound"}:
            return Picked(column.sql, column.sql, column.name, "inbound and outbound"), column
        sql = mapped(column, known)
        shown = ", ".join(f"{v} is {d}" for v, d in sorted(known.items()) if d)
        return Picked(sql, sql, column.name, shown), column
    author = next((c for c in sheet.columns if rank(c.words, "author id, sender id, from id, created by id")), None)
    contact = next(
        (
            c
            for c in sheet.columns
            if rank(c.words, "requester id, contact id, customer id, user id, lead id") and c is not author
        ),
        None,
    )
    if author is not None and contact is not None:
        sql = f"case when {author.sql} = {contact.sql} then 'inbound' else 'outbound' end"
        return Picked(sql, sql, f"{author.name}, {contact.name}", "inbound where the contact is the author"), None
    ends = ends_of(sheet)
    if ends:
        return _by_own_numbers(sheet, ends, formats), None
    plan.notes.append(
        f"messages: {sheet.place}: nothing says who wrote: --set messages.direction='column', or messages.inbound='word'"
    )
    return None, None


def _by_own_numbers(sheet: Sheet, ends: tuple[Column, Column], formats: Formats) -> Picked | None:
    """Our own numbers, in every writing, write and are written to; everybody else's are many."""
    sender, receiver = ends
    both = (v for v in sender.values if any(is_same(v, other) for other in receiver.values))
    own = list(islice(both, 1)) if sender.distinct > 1 or receiver.distinct > 1 else []
    question = Question(
        "messages.own_numbers",
        f"Our own numbers or addresses, with commas ({sender.name}, {receiver.name})",
        ", ".join(own),
        "",
    )
    said = [n.strip() for n in (formats.answers.put(question) or ", ".join(own)).split(",") if n.strip()]
    if not said:
        return None
    known = writings_of(said, [sender, receiver], sheet, formats.session)
    said = known or writings_of(own, [sender, receiver], sheet, formats.session)
    if not said:
        return None
    listed = ", ".join(literal(n) for n in said)
    sql = f"case when {sender.sql} in ({listed}) then 'outbound' else 'inbound' end"
    return Picked(sql, sql, sender.name, f"outbound where it is {', '.join(said)}")


def _message_id(part: Part) -> Picked:
    found = pick(part.sheet, "messages", "message_id", part.used)
    if found is not None and (not found.words.startswith(("contact", "user")) or found.is_unique):
        return Picked(found.sql, found.sql, found.name, "one in every row")
    numbered = next((c for c in part.sheet.columns if c.distinct == part.sheet.count and _is_number_of_rows(c)), None)
    if numbered is not None:
        return Picked(numbered.sql, numbered.sql, numbered.name, "one in every row")
    telling = telling_columns([part])
    return message_id_of([c for c in part.sheet.columns if c.words in telling])


def _is_number_of_rows(column: Column) -> bool:
    is_named = re.search(r"(\b(id|no|key|ref)|nr|nummer|number|sid|[ug]uid)$", column.words)
    return bool(is_named) and column.time is None and not reaches(column)


def _channel(part: Part, source: Column | None) -> Picked:
    used = [*part.used, *([source] if source else [])]
    column = pick(part.sheet, "messages", "channel", used)
    if column is None or not _says_channels(column):  # a column `Type` of tickets says what they ask
        column = next(
            (c for c in part.sheet.columns if c not in used and rank(c.words, SOURCE) and _says_channels(c)), column
        )
    if column is not None:
        return Picked(column.sql, column.sql, column.name, _values(column))
    named = next((channel for channel, words in _CHANNEL_WORDS if spoken_of(part.sheet.words, words)), "")
    if not named:
        has_calls = any(c.is_duration for c in part.sheet.columns) or "talk_seconds" in part.columns
        is_mail = "body" in part.columns or any(spoken_of(c.words, _OF_MAIL) for c in part.sheet.columns)
        emails = is_mail and any(c.emails > 0.5 for c in part.sheet.columns)
        named = (
            "voice"
            if has_calls
            else "email"
            if emails
            else "sms"
            if any(c.phones > 0.5 for c in part.sheet.columns)
            else "chat"
        )
    return Picked(literal(named), literal(named), "", f"{named}: every row of {part.sheet.opened.file.name}")


def _says_channels(column: Column) -> bool:
    """Whether a value of a column is a word for a channel."""
    return any((found := read(value, CHANNELS)) is not None and found.is_sure for value in column.values)


def _values(column: Column) -> str:
    return f"{column.distinct:,} {'value' if column.distinct == 1 else 'values'}"


def named_by(name: str) -> str:
    """The names by which the columns of an input go."""
    return ", ".join(NAMES[name])


__all__ = ["part_of", "percent"]
