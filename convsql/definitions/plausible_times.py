"""The variable `plausible_times`."""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from convsql.definitions.strict_values import Day

# As the macro plausible_times has them.
FIRST_PLAUSIBLE_DAY = date(1990, 1, 1)
LAST_PLAUSIBLE_DAY = date(2099, 12, 31)


class PlausibleTimes(BaseModel):
    """The first and the last day (UTC) on which anything is taken to have happened: calendars are no longer than that."""

    model_config = ConfigDict(extra="forbid")

    from_: Day | None = Field(default=None, alias="from", description="The first day (1990-01-01).")
    to: Day | None = Field(default=None, description="The last day (2099-12-31).")

    @field_validator("from_", "to")
    @classmethod
    def _within_three_centuries(cls, day: date | None) -> date | None:
        if day is not None and not date(1900, 1, 1) <= day <= date(2199, 12, 31):
            raise ValueError(
                "must lie between 1900-01-01 and 2199-12-31: every day between the two is in the calendars"
            )
        return day

    @model_validator(mode="after")
    def _in_order(self) -> PlausibleTimes:
        if (self.from_ or FIRST_PLAUSIBLE_DAY) > (self.to or LAST_PLAUSIBLE_DAY):
            raise ValueError("`from` must not be later than `to`")
        return self
