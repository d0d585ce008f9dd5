"""Currencies of some deals of half the worlds, in a column or written with the amount, and rates that begin about the day of a deal."""

from __future__ import annotations

from datetime import datetime, timedelta

from tests.spec.properties.picking import Picker
from tests.spec.reference.columns import TIME, Rows
from tests.spec.reference.values import typed
from tests.spec.reference.world import World

REPORTING = ("USD", "eur", "SEK")
COLUMN = (None, None, "EUR", " usd ", "€", "$", "jpy", "N/A", "US$")
WRITTEN = ("€ {}", "{} EUR", "-$ {}", "$ {} USD", "({} kr)", "£{}", "JPY {}")
RATED = ("EUR", "usd", "€", "$", "jpy", "gbp")


def give_currencies(pick: Picker, world: World) -> None:
    """As the world's tables hold amounts: as numbers nothing is written with them."""
    world.seeds["currency_rates"] = []
    if not pick.chance(50):
        return
    days = []
    for row in world.tables["deals"]:
        row["currency"] = pick.of(COLUMN)
        if not world.typed and pick.chance(40):
            row["amount"] = pick.of(WRITTEN).format(pick.of(("12", "1,234.50", "7.5", "soon")))
        created = typed(row.get("created_at"), TIME)
        days += [created] if isinstance(created, datetime) and created.year in range(2, 9998) else []
    world.seeds["currency_rates"] = _rates(pick, days)


def _rates(pick: Picker, days: list[datetime]) -> Rows:
    return [
        {
            "currency": currency,
            "valid_from": pick.of(days).date() + timedelta(days=pick.of((-30, -1, 0, 0, 1))),
            "rate": pick.of((0.5, 1.1, 0.0067)),
        }
        for currency in RATED
        for _ in range(pick.count(0, 2) if days else 0)
    ]
