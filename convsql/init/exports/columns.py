"""What one column of an export is called, and what its values look like."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from convsql.base.quoting import quote
from convsql.engines.session import Session
from convsql.init.exports.numbers import NumberFormat, is_duration, number_format
from convsql.init.exports.times import TimeFormat, time_format

SAMPLE = 400  # values looked at one by one
LOOKED_AT = 200_000  # rows in which they are looked for
_NULLS = ("", "null", "\\n", "none", "nan", "n/a", "nat", "na")
_TIME_WORDS = re.compile(
    r"\b(date|time|timestamp|at|on|when|created|updated|closed?|sent|start|end|datum|zeit|zeitpunkt|am|day)\b"
)
_EMAIL = re.compile(r"(?:mailto:)?[^@\s]+@[^@\s]+\.\w+|[^@<>]*<[^@\s<>]+@[^@\s<>]+\.\w+>")
_PHONE = re.compile(
    r"(tel:|whatsapp:|sms:)?\+?[\d\s()./-]{7,20}([,;]?\s*(x|ext|extension|#)[\s.:]*\d{1,7})?", re.IGNORECASE
)
_PHONE_WORDS = re.compile(
    r"\b(phones?|mobile|cell|telephone|msisdn|whatsapp|tel|telefon\w*|handy\w*|mobil\w*|rufnummer)\b"
)
_INBOUND = {"inbound", "in", "incoming", "received", "from_contact", "eingehend", "eingang", "entrant", "entrante", "recibido", "recebido", "reçu", "entrata", "in entrata", "inkomend", "ontvangen", "i", "customer", "contact", "user", "lead", "end-user",
            "end_user", "requester", "visitor", "client", "kunde"}  # fmt: skip
_OUTBOUND = {"outbound", "out", "outgoing", "sent", "outbound-api", "outbound-reply", "outbound-call", "outbound-dial", "ausgehend", "ausgang", "sortant", "saliente", "enviado", "envoyé", "uscita", "in uscita", "uitgaand", "verzonden", "o",
             "agent", "admin", "teammate", "operator", "rep", "bot", "employee", "staff", "business", "mitarbeiter", "made"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Column:
    """`name` as in the file; `sql` reads it; `words` and `hints` (what stands in brackets) are of the name."""

    name: str
    sql: str
    words: str
    hints: str
    filled: int
    distinct: int
    values: tuple[str, ...] = field(repr=False)
    time: TimeFormat | None = None
    number: NumberFormat | None = None
    is_duration: bool = False
    emails: float = 0.0
    phones: float = 0.0

    @property
    def is_unique(self) -> bool:
        """Whether every row has a value of its own."""
        return self.filled > 0 and self.distinct == self.filled

    @property
    def directions(self) -> dict[str, str]:
        """Its words for inbound and outbound; empty where it has another word, or only one of the two in a long column of many."""
        found = {v: direction_of(v) for v in self.values}
        return {v: d for v, d in found.items() if d} if found and all(found.values()) and self.distinct <= 12 else {}

    @property
    def tells_sides(self) -> bool:
        """Whether its words are of both directions, or of one where its name says that a direction is meant."""
        found = set(self.directions.values())
        return len(found) == 2 or (
            len(found) == 1 and re.search(r"\b(direction|richtung|inbound|outbound)\b", self.words) is not None
        )


def direction_of(word: str) -> str:
    """inbound, outbound, or an empty text."""
    text = word.strip().lower()
    return "inbound" if text in _INBOUND else "outbound" if text in _OUTBOUND else ""


def words_of(name: str) -> tuple[str, str]:
    """A header as its words in lower case, and what stood in brackets: `Date Sent (EST)` → `date sent`, `est`.

    A word that is said twice stands once: `Deal - Deal created` → `deal created`.
    """
    hints = " ".join(re.findall(r"[(\[]([^)\]]*)[)\]]", name))
    text = re.sub(r"[(\[][^)\]]*[)\]]", " ", name)
    text = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", text)
    words = re.sub(r"[\W_]+", " ", text).strip().lower()
    return re.sub(r"\b(\w+)(?: \1\b)+", r"\1", words), re.sub(r"\W+", " ", hints).strip().lower()


def columns_of(relation: str, expressions: Sequence[tuple[str, str]], session: Session) -> tuple[list[Column], int]:
    """The columns of a relation, each given by its name and the SQL that reads it; and the number of rows."""
    counts = ", ".join(f"count({_text(sql)}), count(distinct {_text(sql)})" for _, sql in expressions)
    head = f"(select * from {relation} as rows_read limit {LOOKED_AT})"
    (row,) = session.fetch(f"select (select count(*) from {relation} as rows_read), {counts} from {head} as given")
    found = []
    for index, (name, sql) in enumerate(expressions):
        filled, distinct = int(row[1 + 2 * index]), int(row[2 + 2 * index])
        text = _text(sql)
        values = session.fetch(
            f"select {text} from {head} as given where {text} is not null group by 1 order by count(*) desc, md5({text}) limit {SAMPLE}"
        )
        found.append(_column(name, sql, filled, distinct, tuple(str(v[0]) for v in values)))
    return found, int(row[0])


def _text(sql: str) -> str:
    nulls = ", ".join("'" + n + "'" for n in _NULLS)
    return f"case when lower(trim(cast({sql} as varchar))) not in ({nulls}) then trim(cast({sql} as varchar)) end"


def _column(name: str, sql: str, filled: int, distinct: int, values: tuple[str, ...]) -> Column:
    words, hints = words_of(name)
    time = time_format(values, bool(_TIME_WORDS.search(words)))
    emails, phones = _share(values, _EMAIL), _share(values, _PHONE)
    is_phone = phones > 0.6 and time is None and (is_dialled(values) or _PHONE_WORDS.search(words) is not None)
    number = None if time is not None else number_format(values)
    return Column(
        name, sql, words, hints, filled, distinct, values, time, number, is_duration(values), emails, phones if is_phone else 0.0
    )  # fmt: skip


def is_dialled(values: Sequence[str]) -> bool:
    """Whether any value has signs that only telephone numbers have."""
    return any(re.search(r"[+()]|\d{3}-\d{3,4}|^0\d+[/ -]\d{4,}", v) for v in values)


def _share(values: Sequence[str], pattern: re.Pattern[str]) -> float:
    return sum(1 for v in values if pattern.fullmatch(v)) / len(values) if values else 0.0


def read_as(name: str) -> str:
    """The SQL that reads a column by its name."""
    return quote(name)
