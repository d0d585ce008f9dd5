"""Types of values in YAML that are taken as they are written: no boolean or text for a number, nothing infinite, nothing endless."""

from __future__ import annotations

import math
import re
from contextlib import suppress
from datetime import date, datetime
from typing import Annotated
from zoneinfo import available_timezones

from pydantic import AfterValidator, BeforeValidator, Field

from convsql.base.errors import did_you_mean

SECONDS_OF_A_DAY = 86_400
MOST_DAYS = 36_500
MOST_HOURS = 24 * MOST_DAYS
MOST_MINUTES = 60 * MOST_HOURS
# Names that mean what a machine is set to, or nothing: no engine, and no other machine, reads them alike.
_NO_PLACES = {"localtime", "posixrules", "Factory"}


def shown_value(value: object) -> str:
    """A value as YAML has it, for messages; cut where it is long."""
    if value is None:
        return "nothing"
    text = str(value).lower() if isinstance(value, bool) else f"'{value}'" if isinstance(value, str) else str(value)
    return text if len(text) <= 60 else f"{text[:57]}…"


def _number(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"must be a number, and is {shown_value(value)}")
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError(f"must be a finite number, and is {value}")
    if abs(value) > 10**15:
        raise ValueError("must be a number of no more than 15 digits")
    return value


def _whole_number(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError(f"must be a whole number, and is {shown_value(value)}")
    return _number(value)


def _days(value: float) -> float:
    if value * SECONDS_OF_A_DAY < 1:
        raise ValueError("must be a second (1/86400 of a day) or longer")
    return value


def _iso_day(value: object) -> object:
    """A day as YAML or JSON gives it: a date, or its text `YYYY-MM-DD`. No times, no numbers, no other spellings."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        with suppress(ValueError):
            return date.fromisoformat(value)
    raise ValueError("must be a day of the calendar, written YYYY-MM-DD")


def _instant(value: object) -> object:
    """An instant as YAML gives it, or as text; dates count from midnight, blank text is no instant."""
    if value is None or isinstance(value, date):
        return value
    if isinstance(value, str):
        text = value.strip()
        if not text:
            return value
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}([T ].+)?", text):
            with suppress(ValueError):
                datetime.fromisoformat(text)
                return value
    raise ValueError("must be a time such as '2026-06-30 00:00:00'")


def _zone(name: object) -> object:
    """A zone by its exact name: SQL gets it as it stands, white space and all."""
    zones = available_timezones() - _NO_PLACES
    if isinstance(name, str) and name and name not in zones:
        raise ValueError(
            f"'{name}' is not a zone of the IANA database; {did_you_mean(name.strip(), zones) or 'Europe/Berlin is one'}"
        )
    return name


# After the limits, so that they stand in the JSON Schema too: Annotated[float, Field(gt=0), NUMBER].
NUMBER = BeforeValidator(_number)
WHOLE_NUMBER = BeforeValidator(_whole_number)

Number = Annotated[float, NUMBER]
Days = Annotated[float, Field(gt=0, le=MOST_DAYS), NUMBER, AfterValidator(_days)]
Hours = Annotated[float, Field(gt=0, le=MOST_HOURS), NUMBER]
Minutes = Annotated[float, Field(gt=0, le=MOST_MINUTES), NUMBER]
Day = Annotated[date, BeforeValidator(_iso_day)]
Instant = Annotated[str | datetime | date | None, BeforeValidator(_instant)]
Zone = Annotated[str, BeforeValidator(_zone)]
