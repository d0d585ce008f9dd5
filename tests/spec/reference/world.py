"""One input of the standard: raw tables, seeds and variables."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.spec.reference.columns import INPUTS, Row, Rows


@dataclass
class World:
    """What a build reads. `tables` and `seeds` hold raw values: strings, or already typed ones.

    `typed` says how the raw tables stand in the warehouse: with times and numbers, or all strings.
    """

    tables: dict[str, Rows] = field(default_factory=dict)
    seeds: dict[str, Rows] = field(default_factory=dict)
    vars: Row = field(default_factory=dict)
    typed: bool = False

    def raw(self, name: str) -> Rows:
        """The rows of an input; none for an optional one that is not switched on."""
        if INPUTS[name].optional and not self.has(name):
            return []
        return self.tables.get(name, [])

    def has(self, name: str) -> bool:
        """Whether an optional input is switched on."""
        return name in (self.vars.get("inputs") or [])

    def seed(self, name: str) -> Rows:
        return self.seeds.get(name, [])

    def setting(self, name: str, default: Any) -> Any:
        found = self.vars.get(name)
        return default if found is None else found

    @property
    def timezone(self) -> str:
        return str(self.setting("timezone", "UTC"))

    @property
    def confidence(self) -> float:
        return float(self.setting("confidence", 0.95))

    @property
    def metrics(self) -> Rows:
        return list(self.setting("conversion_metrics", []))
