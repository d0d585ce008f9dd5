"""The values that a variable of the package can take: numbers in their bounds, names, zones, instants."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from zoneinfo import available_timezones

from pydantic import AfterValidator, BeforeValidator, Field

from convsql.errors import did_you_mean
from convsql.metric_schema import Dimension

# Names that mean what a machine is set to, or nothing: no engine, and no other machine, reads them alike.
_NO_PLACES = {"localtime", "posixrules", "Factory"}


def _zone(name: object) -> object:
    """A zone by its exact name: SQL gets it as it stands, white space and all."""
    zones = available_timezones() - _NO_PLACES
    if isinstance(name, str) and name and name not in zones:
        raise ValueError(
            f"'{name}' is no zone of the IANA database; {did_you_mean(name.strip(), zones) or 'Europe/Berlin is one'}"
        )
    return name


def _instant(value: object) -> object:
    """An instant as YAML gives it, or as text; dates count from midnight."""
    if isinstance(value, str) and value.strip():
        try:
            datetime.fromisoformat(value.strip())
        except ValueError as error:
            raise ValueError("must be a time such as '2026-06-30 00:00:00'") from error
    return value


def _no_truth(value: object) -> object:
    """Numbers as they are: pydantic would read true as 1."""
    if isinstance(value, bool):
        raise ValueError("must be a number")
    return value


def _no_handler(dimension: str) -> str:
    if dimension == "handled_by":
        raise ValueError("'handled_by' is known only up to the anchor, and no cut of drop_off_reasons")
    return dimension


def _named_once(items: list[Any]) -> list[Any]:
    names = [item.name for item in items]
    twice = next((name for number, name in enumerate(names) if name in names[:number]), None)
    if twice is not None:
        raise ValueError(f"'{twice}' stands twice; each has a name of its own")
    return items


_IN_FIGURES = BeforeValidator(_no_truth)
Text = Annotated[str, Field(min_length=1)]
Identifier = Annotated[str, Field(pattern=r"^\w+$")]
Number = Annotated[float, Field(allow_inf_nan=False), _IN_FIGURES]
Share = Annotated[float, Field(gt=0, lt=1, allow_inf_nan=False), _IN_FIGURES]
ShareOrWhole = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False), _IN_FIGURES]
Amount = Annotated[float, Field(gt=0, le=1_000_000_000, allow_inf_nan=False), _IN_FIGURES]
Count = Annotated[int, Field(ge=1, le=1_000_000_000), _IN_FIGURES]
# Spans: up to ten years, or up to a hundred where whole histories are looked at. What is longer is a slip of the pen.
Hours = Annotated[float, Field(gt=0, le=87_600, allow_inf_nan=False), _IN_FIGURES]
HoursOrNone = Annotated[float, Field(ge=0, le=87_600, allow_inf_nan=False), _IN_FIGURES]
Minutes = Annotated[float, Field(gt=0, le=5_256_000, allow_inf_nan=False), _IN_FIGURES]
Weeks = Annotated[float, Field(gt=0, le=5_200, allow_inf_nan=False), _IN_FIGURES]
Days = Annotated[float, Field(gt=0, le=36_500, allow_inf_nan=False), _IN_FIGURES]
WholeDays = Annotated[int, Field(ge=1, le=36_500), _IN_FIGURES]
Zone = Annotated[str, BeforeValidator(_zone)]
NamedOnce = AfterValidator(_named_once)
Instant = Annotated[str | datetime | None, BeforeValidator(_instant)]
Cut = Annotated[Dimension, AfterValidator(_no_handler)]
