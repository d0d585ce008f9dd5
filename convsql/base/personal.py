"""Values about people, masked in what is shown: those of personal columns whole, and whatever looks like an address or a number.

Which columns are personal is said elsewhere (`convsql.compiling.personal`). Besides, an e-mail address and a telephone number with its country
(`+49 151 …`) are masked wherever they stand: in a key that a tool makes of a number, in a message of an engine that quotes a value.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

MASK = "(personal)"
_ADDRESS = re.compile(r"[\w.+-]+@(?:[\w-]+\.)+[A-Za-z]{2,}")
_NUMBER = re.compile(r"\+\d(?:[ ()./-]?\d){6,14}(?!\d)")
# How an engine quotes the value that it could not use.
_QUOTED = re.compile(
    r"""\b(string|value|format:|range:|key|input|text|syntax for type [a-z ]+:)(\s*:?\s*)(?:'.*'|".*")""", re.I | re.S
)


def without_addresses(text: str) -> str:
    """A text with each e-mail address and telephone number in it masked."""
    if "@" in text:
        text = _ADDRESS.sub(MASK, text)
    return _NUMBER.sub(MASK, text) if "+" in text else text


def without_values(message: str) -> str:
    """An engine's message with the value masked that it quotes."""
    return without_addresses(_QUOTED.sub(lambda found: f"{found[1]}{found[2]}{MASK}", message))


def masked(values: Sequence[Any], personal: Sequence[bool]) -> tuple[Any, ...]:
    """The values of one row as they may be shown; `personal`: of each whether its column is. Null stays null."""
    return tuple(_masked(value, hidden) for value, hidden in zip(values, personal, strict=True))


def masked_row(row: Mapping[str, Any], personal: Collection[str] = ()) -> dict[str, Any]:
    """One row as it may be shown; `personal`: the names of its personal columns."""
    return {name: _masked(value, name in personal) for name, value in row.items()}


def _masked(value: Any, hidden: bool) -> Any:
    if value is None:
        return None
    if hidden:
        return MASK
    if isinstance(value, str):
        return without_addresses(value)
    if isinstance(value, list | tuple):
        return [_masked(item, False) for item in value]
    if isinstance(value, dict):
        return {key: _masked(item, False) for key, item in value.items()}
    return value
