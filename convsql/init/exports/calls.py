"""Whether somebody answered a call: as its status says, or a column of yes and no."""

from __future__ import annotations

import re

from convsql.base.quoting import literal
from convsql.init.exports.columns import Column
from convsql.init.exports.names import rank, spoken_of
from convsql.init.exports.plan import Part, Picked
from convsql.init.exports.sheets import Sheet

VOICE = r"\b(calls?|call ?logs?|cdrs?|dial|ring ?central|aircall|anrufe|appels|llamadas|voice|phone)\b"
_ANSWERED = "answered, is answered, was answered, call answered, connected, is connected, picked up, reached, angenommen, beantwortet, décroché, répondu, contestada"
_MISSED = "missed, is missed, missed call, unanswered, no answer, verpasst, manqué, perdida"
_YES = ("yes", "y", "true", "t", "1", "ja", "oui", "sí", "si")
_NO = ("no", "n", "false", "f", "0", "nein", "non")
_TALK = re.compile(r"\b(talk(ing)?|in call|speaking|conversation|billable|billed|billsec|answered|connected)\b")
_WHOLE = re.compile(r"\b(total|overall|incl\w*|ring(ing)?|wait(ing)?|hold)\b")


def mapped(column: Column, meanings: dict[str, str]) -> str:
    """The SQL of a column's words in others; a word without a meaning stays as it is."""
    whens = " ".join(f"when {literal(v.lower())} then {literal(m)}" for v, m in sorted(meanings.items()) if m)
    return f"case lower(trim({column.sql})) {whens} else {column.sql} end"


def talked(column: Column) -> float:
    """Of several durations, which is the time that two people talked: more than 0 where a header says so, less where it includes ringing."""
    words = f"{column.words} {column.hints}"
    return 0.5 * bool(_TALK.search(words)) - 0.5 * bool(_WHOLE.search(words))


def settle_answers(part: Part) -> None:
    """Give calls the status that says whether they were answered: without it, one that only rang would count as a conversation of both sides."""
    status, channel = part.columns.get("status"), part.columns["channel"]
    if not (channel.plain == "'voice'" or spoken_of(part.sheet.words, VOICE)):
        return
    if status is None:
        said = _said(part.sheet)
        if said is not None:
            part.columns["status"] = said
        return
    column = part.sheet.column(status.shown)
    # An accepted call was answered, where an accepted message only waits to be sent.
    accepted = {v: "answered" for v in column.values if v.lower() == "accepted"} if column else {}
    if column is not None and accepted:
        sql = mapped(column, accepted)
        part.columns["status"] = Picked(sql, sql, status.shown, "an accepted call is answered")


def _said(sheet: Sheet) -> Picked | None:
    """The status of calls whose table says in a column of yes and no whether they were answered, or missed."""
    for names, yes, no in ((_ANSWERED, "answered", "no-answer"), (_MISSED, "no-answer", "answered")):
        for column in sheet.columns:
            known = {v: yes if v.lower() in _YES else no if v.lower() in _NO else "" for v in column.values}
            if rank(column.words, names) and known and all(known.values()):
                sql = mapped(column, known)
                shown = ", ".join(f"{v} is {s}" for v, s in sorted(known.items()))
                return Picked(sql, sql, column.name, shown)
    return None
