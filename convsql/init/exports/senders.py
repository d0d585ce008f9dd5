"""Who of us sent a message: a person or a program. Where nothing says it, the standard counts it as a program's, and a note says so."""

from __future__ import annotations

from dataclasses import replace

from convsql.base.quoting import literal
from convsql.engines.session import Session
from convsql.init.exports.columns import Column
from convsql.init.exports.formats import Formats
from convsql.init.exports.names import SENDER_TYPE, rank
from convsql.init.exports.overlaps import plain_relation
from convsql.init.exports.plan import Part, Picked, Plan, Question
from convsql.init.exports.sheets import Sheet

_SENDERS = {
    "contact": ("user", "contact", "lead", "customer", "visitor", "end-user", "end_user", "requester", "client", "kunde", "kontakt"),
    "bot": ("bot", "operator", "chatbot", "automation", "automated", "workflow", "automatisch"),
    "rep": ("admin", "agent", "teammate", "rep", "employee", "staff", "human", "mitarbeiter", "bearbeiter"),
    "system": ("system",),
}  # fmt: skip


def meanings(column: Column) -> dict[str, str]:
    """Its words for contacts, reps, bots and the system; empty texts for what is none of them."""
    return {v: next((s for s, words in _SENDERS.items() if v.lower() in words), "") for v in column.values}


def sender_of(sheet: Sheet, told: str | None, source: Column | None) -> Picked | None:
    """The column that says what sent each message. `source`: the one that says the direction, which may say more."""
    exact = sheet.column(told) if told else sheet.column("sender_type")
    if exact is not None and exact.filled:
        return _mapped(exact, meanings(exact), "as you said" if told else "by its name")
    named = sorted((c for c in sheet.columns if rank(c.words, SENDER_TYPE)), key=lambda c: -rank(c.words, SENDER_TYPE))
    for column in (*([source] if source is not None else []), *named):
        senders = meanings(column)
        if senders and all(senders.values()) and len(senders) <= 12:
            return _mapped(column, senders, "its words for people, reps and bots")
    return None


def _mapped(column: Column, senders: dict[str, str], why: str) -> Picked:
    others = {v.lower(): s for v, s in senders.items() if s and v.lower() != s}
    if not others:
        return Picked(column.sql, column.sql, column.name, why)
    whens = " ".join(f"when {literal(v)} then {literal(s)}" for v, s in sorted(others.items()))
    sql = f"case lower(trim({column.sql})) {whens} else {column.sql} end"
    return Picked(sql, sql, column.name, why)


def as_they_are(sheet: Sheet) -> Part:
    """What a table of messages that is the standard's says of senders."""
    columns = {name: column for name in ("direction", "sender_type", "rep_id") if (column := sheet.column(name))}
    return Part(sheet, {name: Picked(c.sql, c.sql, c.name, "by its name") for name, c in columns.items()})


def settle_senders(part: Part, formats: Formats, plan: Plan, session: Session) -> None:
    """Note how many outbound messages have no sender; where a person says that people wrote them, they are reps'."""
    direction = part.columns.get("direction")
    if direction is None or not direction.plain:
        return
    sender, rep = part.columns.get("sender_type"), part.columns.get("rep_id")
    listed = ", ".join(literal(each) for each in _SENDERS)
    unsaid = ["lower(trim(direction)) = 'outbound'"]
    unsaid += (
        [f"(sender_type is null or lower(trim(sender_type)) not in ({listed}))"] if sender and sender.plain else []
    )
    unsaid += ["(rep_id is null or trim(rep_id) = '')"] if rep and rep.plain else []
    ((count, outbound),) = session.fetch(
        f"select coalesce(sum(case when {' and '.join(unsaid)} then 1 else 0 end), 0),"
        f" coalesce(sum(case when lower(trim(direction)) = 'outbound' then 1 else 0 end), 0) from {plain_relation(part)} as rows_of_it"
    )
    if not count:
        return
    file = part.sheet.place
    said = f"nothing says who sent {'the' if count == outbound else f'{count:,} of the {outbound:,}'} outbound messages"
    question = Question("messages.senders", f"{file}: {said}: people (rep) or a program (bot)", "rep", "")
    answer = formats.answers.put(question)
    if answer == "rep":
        ours = f"case when {direction.sql} = 'outbound' then 'rep' end"
        plain = f"case when {direction.plain} = 'outbound' then 'rep' end"
        part.columns["sender_type"] = (
            replace(sender, sql=f"coalesce({sender.sql}, {ours})", plain=f"coalesce({sender.plain}, {plain})")
            if sender is not None
            else Picked(ours, plain, direction.shown, "outbound messages are people's, as you said")
        )
    elif not answer:
        plan.notes.append(
            f"messages: {file}: {said}, a person or a program: they count as a program's (bot), so that no answer of people is measured;"
            " if people wrote them, say --set messages.senders=rep, or --set messages.rep_id='column'"
        )
