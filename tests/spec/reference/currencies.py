"""Amounts of deals in one currency.

With the variable `reporting_currency` an amount in another currency is multiplied by the rate of the day (UTC) on which its deal
was created: the latest that begins no later; without one it is null. A row's currency is its column's, else the one that stands
behind or before its amount.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from tests.spec.reference.columns import CODE, Row, Rows
from tests.spec.reference.values import WHITE_SPACE, code, typed
from tests.spec.reference.world import World

SIGNS = {"€": "eur", "£": "gbp", "us$": "usd", "euro": "eur"}
SHARED = {"usd": "$", "aud": "$", "cad": "$", "jpy": "¥", "cny": "¥", "sek": "kr", "nok": "kr", "dkk": "kr"}
_WRITTEN = r"us\$|\$|€|£|¥|usd|eur|gbp|chf|jpy|sek|kr"


def named(text: str | None) -> str | None:
    """The code of a currency; a sign that several share stays one."""
    return None if text is None else SIGNS.get(text, text)


def currency_of(raw: Row) -> str | None:
    """The currency of a raw deal."""
    return named(typed(raw.get("currency"), CODE) or _written(raw.get("amount")))


def _written(amount: Any) -> str | None:
    if not isinstance(amount, str):
        return None
    text = amount.strip(WHITE_SPACE).lower()
    behind = re.fullmatch(rf"(?s:.*)[0-9.,] *({_WRITTEN})\)?", text)
    before = re.fullmatch(rf"\(?[-+]? *({_WRITTEN}) *[-+]?[0-9.,](?s:.*)", text)
    found = behind or before
    return found[1] if found else None


def convert(world: World, deals: Rows) -> None:
    """Put every staged deal's amount into the reporting currency, and keep the one given."""
    reporting = code(world.setting("reporting_currency", None))
    rates: dict[tuple[str | None, date], float] = {}
    for row in world.seed("currency_rates"):
        begins = (named(code(row["currency"])), row["valid_from"])
        rates[begins] = max(row["rate"], rates.get(begins, 0.0))
    for deal in deals:
        deal["given_amount"] = deal["amount"]
        if reporting is None or deal["currency"] in (None, reporting, SHARED.get(reporting)):
            continue
        day = deal["created_at"].date()
        begun = [begins for currency, begins in rates if currency == deal["currency"] and begins <= day]
        known = deal["amount"] is not None and begun
        deal["amount"] = deal["amount"] * rates[deal["currency"], max(begun)] if known else None
        if known and abs(deal["amount"]) > 1e15:
            deal["amount"] = None


def deal_currencies(deals: Rows) -> Rows:
    """How many amounts are given in each currency, and how many of them are lost."""
    found = []
    for currency in {deal["currency"] for deal in deals if deal["given_amount"] is not None}:
        given = [deal for deal in deals if deal["currency"] == currency and deal["given_amount"] is not None]
        lost = [deal["created_at"] for deal in given if deal["amount"] is None]
        found.append({
            "currency": currency,
            "given_count": len(given),
            "used_count": len(given) - len(lost),
            "lost_count": len(lost),
            "first_lost_at": min(lost, default=None),
            "last_lost_at": max(lost, default=None),
        })  # fmt: skip
    return found
