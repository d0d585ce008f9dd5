"""A test that fails says its rows, and where its SQL stands."""

from __future__ import annotations

import re
from collections.abc import Callable

from tests.support import Folder

Make = Callable[..., Folder]


def test_a_failed_test_names_its_rows_and_its_compiled_sql(folder: Make) -> None:
    project = folder(
        {
            "models/one.sql": "select 7 as n",
            "models/one.yml": "models: [{name: one, columns: [{name: n, data_tests: [{accepted_values: {arguments: {values: [1]}}}]}]}]",
            "tests/never.sql": "select n, 'odd' as why from {{ ref('one') }}",
        }
    )
    said = project.build(code=1).err
    assert "7 | odd" in said
    paths = re.findall(r"compiled: (target/compiled/\S+)", said)
    assert len(paths) == 2
    for path in paths:
        text = (project.root / path).read_text(encoding="utf-8")
        assert '"one"' in text
        assert "{{" not in text


def test_a_model_in_error_names_its_compiled_sql(folder: Make) -> None:
    project = folder({"models/one.sql": "{{ config(materialized='table') }} select error('no') as n"})
    said = project.build(code=1).err
    (path,) = re.findall(r"compiled: (\S+)", said)
    assert "error('no')" in (project.root / path).read_text(encoding="utf-8")
