"""Every test here needs dbt, and says so where it is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.runner.parity.both import dbt_command


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    absent = dbt_command() is None
    for item in items:
        if here in Path(item.path).parents:
            item.add_marker(pytest.mark.dbt)
            if absent:
                item.add_marker(
                    pytest.mark.skip(reason="no dbt: install the extra `dbt`, or name its path in CONVSQL_DBT")
                )
