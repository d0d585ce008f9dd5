"""The conversations behind one published rate: which cohort is meant, how its counts come about, and why each conversation stands where it does."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from convsql.base.durations import duration
from convsql.base.errors import ConvsqlError, did_you_mean
from convsql.base.quoting import literal, quote
from convsql.rates.question import Ask, Name, Question, rates_sql
from convsql.rates.words import period_name

STATUSES = ("converted", "not_converted", "pending", "excluded", "below_kind")
COLUMNS = (
    "conversation_id",
    "contact_id",
    "placed_at",
    "anchor_at",
    "window_ends_at",
    "converted_at",
    "status",
    "eligibility",
    "credit",
    "amount",
)
_REASONS = {
    "no_unit": "it has no {unit} to convert",
    "channel": "its channel is not one that counts",
    "handled_by": "who had written by the anchor is not who counts",
    "disposition": "its disposition excludes it",
    "predicate": "the definition's `where` is not true of it",
    "already_converted": "its {unit} had such an outcome before",
}
_MISSED = {
    "attempt": "had no message that counts",
    "reached": "never reached the contact",
    "two_way": "never went both ways",
    "sales_handled": "never had a sales rep in it",
    "intent_qualified": "was never noted as qualified in time",
}
_PERIOD = re.compile(r"(\d{4})(?:-(?:Q([1-4])|(\d\d?)(?:-(\d\d?))?))?")
_MONTHS = {"month": 1, "quarter": 3, "year": 12}
_LENGTHS = ("day", "week", "month", "quarter", "year")


@dataclass(frozen=True, slots=True)
class Cell:
    """One row of `cohort_rates`: the question that it answers, its period and the values of its dimensions.

    `rate` is that row, as `rates_sql` gives it.
    """

    question: Question
    period: date | None
    values: tuple[str, ...]
    rate: Mapping[str, Any]

    @property
    def words(self) -> str:
        """The cohort as one reads it: 2026-07, channel sms."""
        cuts = [f"{name} {value}" for name, value in zip(self.question.by, self.values, strict=True)]
        return ", ".join([period_name(self.period, self.question.grain), *cuts])


def cuts_of(where: Iterable[str]) -> dict[str, str]:
    """`channel=sms` and the like, by dimension. Raises ConvsqlError for what is written otherwise, or twice."""
    found: dict[str, str] = {}
    for text in where:
        name, equals, value = text.partition("=")
        name = name.strip()
        if not equals or not name or not value.strip():
            raise ConvsqlError(f"--where: '{text}' is not dimension=value", hint="for example --where channel=sms")
        if name in found:
            raise ConvsqlError(f"--where: {name} is given twice", hint="a cohort has one value of each dimension")
        found[name] = value.strip()
    return found


def grain_of_period(text: str | None) -> str:
    """The grain that a question is of when only its period is given: a quarter or a year as it is written, else month."""
    match = _PERIOD.fullmatch((text or "").strip())
    written = _written_grain(match) if match else "month"
    return written if written in ("quarter", "year") else "month"


def _written_grain(match: re.Match[str]) -> str:
    """The grain of what was found by `_PERIOD`."""
    return "quarter" if match[2] else "day" if match[4] else "month" if match[3] else "year"


def period_start(text: str, grain: str) -> date:
    """The first day of the period that is written as 2026-07, 2026-Q3, 2026 or a day of it.

    Raises ConvsqlError when it is none of these, and when it is longer than a period of the grain: which of several is meant is not said.
    """
    match = _PERIOD.fullmatch(text.strip())
    try:
        if match is None:
            raise ValueError
        year, quarter, month, day = (int(part) if part else None for part in match.groups())
        found = date(year or 0, 3 * quarter - 2 if quarter else month or 1, day or 1)
    except ValueError:
        raise ConvsqlError(
            f"--period: '{text}' is not a period",
            hint="write 2026-07, 2026-Q3, 2026, or a day of the period: 2026-07-14",
        ) from None
    written = _written_grain(match)
    if _LENGTHS.index(written) > _LENGTHS.index(grain):
        raise ConvsqlError(
            f"--period: '{text}' is a {written}, and --grain {grain} asks for a {grain}",
            hint=f"name a day of the {grain}, such as {found}, or give --grain {written}",
        )
    if grain == "week":
        return found - timedelta(days=found.weekday())
    return found if grain == "day" else _first_month(found, _MONTHS[grain])


def _first_month(day: date, months: int) -> date:
    return day.replace(month=(day.month - 1) // months * months + 1, day=1)


def period_after(period: date, grain: str) -> date:
    """The first day after a period."""
    if grain in ("day", "week"):
        return period + timedelta(days=7 if grain == "week" else 1)
    month = period.month - 1 + _MONTHS[grain]
    return date(period.year + month // 12, month % 12 + 1, 1)


def found_cell(ask: Ask, name: Name, question: Question, cuts: Mapping[str, str], period: str | None) -> Cell:
    """The cohort that is meant. Without a period it is the latest that is complete, else the latest of all.

    Raises ConvsqlError, with what there is, when no published row is the one.
    """
    values = tuple(cuts[dimension] for dimension in question.by)
    every = ask(rates_sql(question, name))
    for position, dimension in enumerate(question.by):
        there = sorted({str(row[dimension]) for row in every})
        if values[position] not in there:
            hint = did_you_mean(values[position], there) or f"there are {', '.join(there[:20]) or 'none'}"
            raise ConvsqlError(f"{question.key} has no {dimension} '{values[position]}'", hint=hint)
    rows = [row for row in every if all(str(row[d]) == v for d, v in zip(question.by, values, strict=True))]
    if not rows:
        raise ConvsqlError(
            f"{question.key} has no conversations of these values", hint="`convsql rates` lists the metrics"
        )
    if question.grain == "all":
        if period is not None:
            raise ConvsqlError("--period: grain all has no periods", hint="give --grain month, or leave --period out")
        return Cell(question, None, values, rows[-1])
    if period is None:
        row = next((r for r in reversed(rows) if r["is_complete"]), rows[-1])
    else:
        start = period_start(period, question.grain)
        named = {r["cohort_period"]: r for r in rows}
        if start not in named:
            first, last = (period_name(rows[n]["cohort_period"], question.grain) for n in (0, -1))
            raise ConvsqlError(
                f"{question.key} has no conversations in {period_name(start, question.grain)}",
                hint=f"there are some from {first} to {last}",
            )
        row = named[start]
    return Cell(question, row["cohort_period"], values, row)


def _is_member(cell: Cell) -> str:
    """The condition on `rate_members` that a conversation stands in the cohort."""
    question = cell.question
    parts = [f"metric = {literal(question.metric)}", f"metric_version = {question.version}"]
    parts += [f"{quote(name)} = {literal(value)}" for name, value in zip(question.by, cell.values, strict=True)]
    if cell.period is not None:
        until = period_after(cell.period, question.grain)
        parts.append(f"placed_on >= date '{cell.period:%Y-%m-%d}' and placed_on < date '{until:%Y-%m-%d}'")
    return " and ".join(parts)


def members_sql(cell: Cell, name: Name, statuses: Sequence[str], limit: int | None) -> str:
    """The conversations of a cohort, those first of which the rate is made; `statuses` limits them, where there are any."""
    condition = _is_member(cell)
    if statuses:
        condition += f" and status in ({', '.join(literal(status) for status in statuses)})"
    rank = " ".join(f"when {literal(status)} then {number}" for number, status in enumerate(STATUSES))
    text = (
        f"select {', '.join(COLUMNS)}\nfrom {name('rate_members')}\nwhere {condition}\n"
        f"order by case status {rank} end, placed_at, conversation_id"
    )
    return text if limit is None else f"{text}\nlimit {limit}"


def exclusions_sql(cell: Cell, name: Name) -> str:
    """How many conversations of a cohort are left out for each first reason, most first."""
    return (
        f"select eligibility, count(*) as conversations\nfrom {name('rate_members')}\n"
        f"where {_is_member(cell)} and status = 'excluded'\ngroup by eligibility\norder by 2 desc, 1"
    )


def definition_of(ask: Ask, name: Name, question: Question) -> Mapping[str, Any]:
    """Kind, outcome and unit of the metric version that a question asks about."""
    return ask(
        f"select kind, outcome, unit from {name('metric_definitions')}"
        f" where metric = {literal(question.metric)} and metric_version = {question.version}"
    )[0]


def missed(kind: object) -> str:
    """What a conversation lacks that never became of a kind, in words that follow its name."""
    return _MISSED.get(str(kind), f"never became {kind}")


def reason_of(eligibility: str, definition: Mapping[str, Any]) -> str:
    """Why a conversation that is not eligible is left out, in words."""
    return _REASONS.get(eligibility, eligibility).format(unit=definition["unit"])


def why(member: Mapping[str, Any], definition: Mapping[str, Any]) -> str:
    """Why a conversation stands where it does, in words. `member`: a row as of `members_sql`."""
    outcome = str(definition["outcome"])
    status = member["status"]
    if status == "converted":
        return (
            f"{outcome} after {duration((member['converted_at'] - member['anchor_at']).total_seconds(), in_full=True)}"
        )
    if status == "pending":
        return f"no {outcome} yet; its window ends {_minute(member['window_ends_at'])}"
    if status == "not_converted":
        return f"no {outcome} before {_minute(member['window_ends_at'])}"
    if status == "excluded":
        return reason_of(str(member["eligibility"]), definition)
    return f"it {missed(definition['kind'])}"


def _minute(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M}"
