"""The values that a variable of the package can take, over the strict types of `convsql.definitions.strict_values`: amounts, shares, spans, names."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, Field

from convsql.definitions.strict_values import MOST_DAYS, MOST_HOURS, NUMBER, WHOLE_NUMBER
from convsql.definitions.vocabulary import Dimension


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


Text = Annotated[str, Field(min_length=1)]
Identifier = Annotated[str, Field(pattern=r"^\w+$")]
Share = Annotated[float, Field(ge=0.0001, le=0.999999), NUMBER]
LossShare = Annotated[float, Field(gt=0, le=1), NUMBER]
Loss = Annotated[str, Field(pattern=r"^[a-z_]+\.[a-z_]+$")]
ShareOrWhole = Annotated[float, Field(ge=0, le=1), NUMBER]
Amount = Annotated[float, Field(gt=0, le=1_000_000_000), NUMBER]
Effect = Annotated[float, Field(ge=0.0001, le=1), NUMBER]
Power = Annotated[float, Field(ge=0.5, le=0.9999), NUMBER]
Percentage = Annotated[float, Field(ge=0.01, le=1_000), NUMBER]
Count = Annotated[int, Field(ge=1, le=1_000_000), WHOLE_NUMBER]
Replicates = Annotated[int, Field(ge=10, le=99), WHOLE_NUMBER]
Shrinkage = Annotated[float, Field(ge=0, le=0.95), NUMBER]
WeeksBack = Annotated[int, Field(ge=1, le=104), WHOLE_NUMBER]
# What is longer than a hundred years is a slip of the pen.
HoursOrNone = Annotated[float, Field(ge=0, le=MOST_HOURS), NUMBER]
# A caller who waited for a day had no short wait.
SecondsOrNone = Annotated[float, Field(ge=0, le=86_400), NUMBER]
# Ten years: a history of which the seconds are a whole number of four bytes.
DaysOrNone = Annotated[float, Field(ge=0, le=3650), NUMBER]
Weeks = Annotated[float, Field(gt=0, le=MOST_DAYS / 7), NUMBER]
WholeDays = Annotated[int, Field(ge=1, le=MOST_DAYS), WHOLE_NUMBER]
Months = Annotated[int, Field(ge=0, le=60), WHOLE_NUMBER]
NamedOnce = AfterValidator(_named_once)
Cut = Annotated[Dimension, AfterValidator(_no_handler)]
