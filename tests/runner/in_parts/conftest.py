"""Small tables that count as large ones."""

from __future__ import annotations

import pytest

from convsql.building import in_parts


@pytest.fixture(autouse=True)
def everything_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tables of a dozen rows count as large ones, and most of them may change."""
    monkeypatch.setattr(in_parts, "FEWEST_ROWS", 1)
    monkeypatch.setattr(in_parts, "FEWEST_OWN", 1)
    monkeypatch.setattr(in_parts, "WIDEST", 1.0)
    monkeypatch.setattr(in_parts, "LEAST_OF_PARENT", 0.0)
    monkeypatch.setattr(in_parts, "SAMPLE", "100 rows")
    monkeypatch.setattr(in_parts, "MOST", 1.0)
