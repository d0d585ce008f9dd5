"""What a model may say of its closed rows."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.support import Folder

Make = Callable[..., Folder]


@pytest.mark.parametrize(
    ("closed", "reason"),
    [
        ('{when: "true"}', "'key' must name the columns"),
        ('{when: "true", key: []}', "'key' must name the columns"),
        ('{when: "true", key: id}', "'key' must be a list of columns"),
        ('{when: "true", key: [1]}', "'key' must be a list of columns"),
        ('{when: "true", key: [ids]}', "'key' names no column: 'ids'"),
        ('{when: "true", key: [id], except: id}', "'except' must be a list of columns"),
        ("{key: [id]}", "'when' must be a condition"),
        ("{when: true, key: [id]}", "'when' must be a condition"),
    ],
)
def test_what_closed_rows_are_is_checked_before_anything_runs(closed: str, reason: str, folder: Make) -> None:
    project = folder(
        {
            "models/a.sql": "select 1 as id",
            "models/a.yml": f"models: [{{name: a, config: {{meta: {{closed: {closed}}}}}}}]",
        }
    )
    errors = project.errors()
    assert len(errors) == 1
    assert errors[0].startswith(f"models/a.sql:1: meta.closed of 'a': {reason}")
