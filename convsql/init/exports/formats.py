"""A column as SQL, with the format in which its times or numbers are declared, and the evidence for it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from convsql.base.quoting import literal
from convsql.engines.session import Session
from convsql.init.exports.answers import GivenAnswers
from convsql.init.exports.columns import Column
from convsql.init.exports.numbers import example_of, number_format
from convsql.init.exports.plan import Picked, Question
from convsql.init.exports.sheets import Sheet
from convsql.init.exports.times import DAY_FIRST, EPOCH, ISO, MONTH_FIRST, TimeFormat, fits, order_of, swapped

_ZONES = {
    "utc": "UTC", "gmt": "UTC", "z": "UTC", "est": "America/New_York", "edt": "America/New_York", "et": "America/New_York", "eastern time": "America/New_York",
    "cst": "America/Chicago", "cdt": "America/Chicago", "ct": "America/Chicago", "mst": "America/Denver", "mt": "America/Denver",
    "pst": "America/Los_Angeles", "pdt": "America/Los_Angeles", "pt": "America/Los_Angeles", "cet": "Europe/Berlin", "cest": "Europe/Berlin",
}  # fmt: skip
_ISO_FORMATS = (
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%dT%H:%M",
    "%Y-%m-%d",
    "%Y-%m-%d %H:%M:%S.%f",
    "%Y-%m-%dT%H:%M:%S.%f",
)


@dataclass(slots=True)
class Formats:
    """`orders`: which of day and month comes first in columns of the folder that leave no doubt, and where that was seen."""

    session: Session
    answers: GivenAnswers
    orders: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def learn(self, sheet: Sheet) -> None:
        """Note the orders that a table's columns show."""
        for column in sheet.columns:
            time = column.time
            if time is not None and swapped(time.text) and not self._is_open(sheet, column, time):
                self.orders.setdefault(
                    order_of(self._settled(sheet, column, time)), f"{sheet.opened.file.name}: {column.name}"
                )

    def time(self, name: str, sheet: Sheet, column: Column, clock: Column | None = None) -> Picked:
        """A time in UTC, of one column, or of a day and a time of day."""
        sql, time = column.sql, column.time
        assert time is not None
        text = self._settled(sheet, column, time)
        shown, values = column.name, list(column.values)
        if clock is not None and clock.values:
            sql, shown = f"{column.sql} || ' ' || {clock.sql}", f"{column.name}, {clock.name}"
            ends = next(
                (t for t in ("%I:%M %p", "%I:%M:%S %p", "%H:%M:%S", "%H:%M") if all(fits(v, t) for v in clock.values)),
                "",
            )
            if text == ISO:
                text = "%Y-%m-%d"
            text, values = f"{text} {ends}", []
            if not ends:
                return Picked(sql, sql, shown, "a day and a time of day")
        if text in (ISO, EPOCH) and (time.is_zoned or text == EPOCH):
            return Picked(
                sql,
                sql,
                shown,
                f"{percent(time.share)} {'ISO times with a zone, or days' if text == ISO else 'seconds or milliseconds since 1970'}",
            )
        if text == ISO:
            text = next((f for f in _ISO_FORMATS if all(fits(v, f) for v in values)), "")
            zone = self._zone(name, column)
            if zone == "UTC" or not text:
                return Picked(sql, sql, shown, f"{percent(time.share)} ISO times, taken as UTC")
        zone = "" if text.endswith((" UTC", " GMT")) else self._zone(name, column)
        if clock is None and self._is_open(sheet, column, time) and not self._known_order(name, column, text):
            self.notes.append(
                f"{name}: '{column.values[0]}' ({column.name}) is two dates, month first or day first, and nothing tells which: it is left as it is, "
                f"and the build refuses it; say --set {name}.date_order={MONTH_FIRST} or {DAY_FIRST}"
            )
            return Picked(sql, sql, shown, "month or day first? not guessed")
        because = ""
        if self._is_open(sheet, column, time):
            order, because = self._known_order(name, column, text) or ("", "")
            text = text if order_of(text) == order else swapped(text)
        if text.startswith("%a"):  # a weekday says nothing that the day does not
            text = re.sub(r"^%a,? ", "", text)
            sql = f"regexp_replace({sql}, '^[A-Za-z]+,? +', '')"
        text = re.sub(r" (UTC|GMT)$", " %z", text)
        declared = (
            f"{{{{ convsql.time_from({in_jinja(sql)}, {literal(text)}{f', zone={literal(zone)}' if zone else ''}) }}}}"
        )
        return Picked(
            declared,
            f"try_strptime(cast({sql} as varchar), {literal(text)})",
            shown,
            f"{percent(time.share)} times {text}{f', {zone}' if zone else ''}{because}",
        )

    def number(self, name: str, column: Column) -> Picked:
        """A number, plain or with declared signs."""
        found = column.number or number_format(column.values)
        given = self.answers.of(name, "decimal")
        if column.is_duration:
            return Picked(column.sql, column.sql, column.name, "durations h:mm:ss")
        if found is None or (found.is_plain and not given):
            return Picked(column.sql, column.sql, column.name, "plain numbers" if found else "few numbers in it")
        decimal, thousands = found.decimal, found.thousands
        if given:
            decimal, thousands = given, "," if given == "." else "."
        elif found.is_open:
            example = example_of(column.values)
            question = Question(
                f"{name}.decimal", f"{column.name}: is '{example}' written with a decimal sign '.' or ','", decimal,
                f"'{example}' has two readings, and is not read; say --set {name}.decimal=. or ,",
            )  # fmt: skip
            answer = self.answers.put(question)
            if not answer:
                self.notes.append(f"{name}: {column.name}: {question.otherwise}")
                return Picked(column.sql, column.sql, column.name, "decimal or thousands? not guessed")
            decimal, thousands = answer, "," if answer == "." else "."
        marks = f"decimal={literal(decimal)}, thousands={literal(thousands)}"
        declared = f"{{{{ convsql.number_from({in_jinja(column.sql)}, {marks}) }}}}"
        return Picked(declared, "", column.name, f"{percent(found.share)} numbers like {example_of(column.values)}")

    def _zone(self, name: str, column: Column) -> str:
        for text in (column.hints, column.words.rpartition(" ")[2]):
            if text in _ZONES:
                return _ZONES[text]
        question = Question(
            "zone", f"Time zone of times without one, as '{column.values[0]}' ({column.name})", "UTC", "times without a zone are read as UTC; say --set zone=Area/City"
        )  # fmt: skip
        known = self.answers.of(name, "zone") or self.answers.put(question)
        if not known and question.otherwise not in self.notes:
            self.notes.append(question.otherwise)
        return known or "UTC"

    def _known_order(self, name: str, column: Column, text: str) -> tuple[str, str] | None:
        given = self.answers.of(name, "date_order")
        if given:
            return given, ""
        if len(self.orders) == 1:
            ((order, place),) = self.orders.items()
            return order, f", {order.replace('_', ' ')} as in {place}"
        question = Question(
            "date_order", f"'{column.values[0]}' ({column.name}): {MONTH_FIRST} or {DAY_FIRST}", "", f"say --set date_order={MONTH_FIRST} or {DAY_FIRST}"
        )  # fmt: skip
        answer = self.answers.put(question)
        return (answer, "") if answer else None

    def _is_open(self, sheet: Sheet, column: Column, time: TimeFormat) -> bool:
        return bool(time.other) and not any(n > 12 for n in self._numbers(sheet, column))

    def _settled(self, sheet: Sheet, column: Column, time: TimeFormat) -> str:
        if not time.other:
            return time.text
        first, second = self._numbers(sheet, column)
        is_day_first = first > 12
        return (
            time.text
            if not (is_day_first or second > 12) or (order_of(time.text) == DAY_FIRST) == is_day_first
            else time.other
        )

    def _numbers(self, sheet: Sheet, column: Column) -> tuple[int, int]:
        """The greatest first and second number of a column's dates, over all rows."""
        text = f"cast({column.sql} as varchar)"
        parts = ", ".join(
            f"max(try_cast(regexp_extract({text}, '^\\D*(\\d+)\\D+(\\d+)', {n}) as integer))" for n in (1, 2)
        )
        (row,) = self.session.fetch(f"select {parts} from {sheet.relation} as rows_read")
        return int(row[0] or 0), int(row[1] or 0)


def in_jinja(sql: str) -> str:
    """SQL as a text in Jinja."""
    return literal(sql) if "'" not in sql else '"' + re.sub(r'(["\\])', r"\\\1", sql) + '"'


def percent(share: float) -> str:
    return f"{int(share * 100)}%"
