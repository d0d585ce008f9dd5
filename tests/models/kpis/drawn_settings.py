"""Settings under which the KPI models are compared with their reading: the usual ones, and some from the ends of what is legal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Settings:
    """Periods, zone and confidence, as the reading takes them."""

    grains: tuple[str, ...]
    zone: str
    confidence: float

    @property
    def variables(self) -> dict[str, Any]:
        """The same as variables, which never name `all`: it is always there."""
        grains = [grain for grain in self.grains if grain != "all"]
        return {"kpi_grains": grains or ["all"], "timezone": self.zone, "confidence": self.confidence}


ODD = (
    Settings(("day", "quarter", "year", "all"), "Asia/Kathmandu", 0.5),
    Settings(("all",), "Pacific/Pago_Pago", 0.999999),
    Settings(("month", "day", "all"), "Pacific/Kiritimati", 0.8),
    Settings(("week", "all"), "Australia/Lord_Howe", 0.001),
    Settings(("quarter", "week", "all"), "America/St_Johns", 0.99),
)


def drawn(seed: int, usual: Settings) -> Settings:
    """The usual settings for half of the worlds, and one of the odd ones for each other."""
    return usual if seed % 2 == 0 else ODD[seed // 2 % len(ODD)]
