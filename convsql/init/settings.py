"""What a new project's files say, decided."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Settings:
    """What the user said, or what was found. `raw_path` is "" for tables in the warehouse's schema raw."""

    name: str
    raw_path: str = ""
    raw_format: str = "parquet"
    timezone: str = "UTC"
    owner: str = "analytics"
    inputs: tuple[str, ...] = ()
    metrics: list[dict[str, Any]] = field(default_factory=list)
    funnels: list[dict[str, Any]] = field(default_factory=list)
    connectors: tuple[str, ...] = ()
    connectors_without: tuple[str, ...] = ()
    input_models: tuple[str, ...] = ()
    raw_columns: dict[str, list[str]] = field(default_factory=dict)
    variables: dict[str, str] = field(default_factory=dict)
