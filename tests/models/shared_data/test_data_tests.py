"""The package's data tests hold of the variants of real inputs, too."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from tests.models.shared_data.conftest import VARIANTS, publish


@pytest.mark.slow
@pytest.mark.parametrize(("name", "variant"), [v for v in VARIANTS if v[1] != "default"])
def test_every_data_test_holds_of_a_variant(name: str, variant: str, tmp_path: Path) -> None:
    assert publish(tmp_path, name, variant) == 0
    with duckdb.connect(str(tmp_path / "convsql.duckdb"), read_only=True) as connection:
        kept = connection.execute("select count(*) from _convsql.verdicts").fetchone()
    assert kept is not None and kept[0] > 100, "hardly anything was tested"
