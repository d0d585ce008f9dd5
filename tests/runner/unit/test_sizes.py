"""Variables that are too long for an engine are refused at their line, before anything is rendered."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.runner.unit.test_strict_values import refusal
from tests.runner.unit.test_unrepeatable import CONVERSATIONS, METRIC
from tests.support import Folder

Make = Callable[..., Folder]
ONE = "{name: m, version: %s, outcome: won, window_days: 7}"


def listed(count: int, item: str) -> str:
    return ", ".join(item % number if "%s" in item else item for number in range(1, count + 1))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"conversion_metrics: [{listed(101, ONE)}]", "'conversion_metrics' has 101 items, and may have 100"),
        (
            f"funnels: [{{name: f, steps: [{listed(101, '{name: s, outcome: o}')}]}}]",
            "'steps' has 101 items, and may have 100",
        ),
        (
            f"conversion_metrics: [{{name: m, cohorts: {{by: [{listed(101, '[]')}]}}}}]",
            "'by' has 101 items, and may have 100",
        ),
        (
            f"conversion_metrics: [{{name: m, eligible: {{channels: [{listed(1001, 'c%s')}]}}}}]",
            "'channels' has 1,001 items",
        ),
        (
            f"conversion_metrics: [{{name: m, eligible: {{where: '{'x' * 10_001}'}}}}]",
            "'where' is a text of 10,001 characters",
        ),
        (f"inputs: [{listed(1001, 'reps')}]", "'inputs' has 1,001 items, and may have 1,000"),
        (f"audit_seed: {'x' * 1_000_000}", "'audit_seed' is a text of 1,000,000 characters"),
        (f"sensitivity_windows: [{listed(51, '%s')}]", "'sensitivity_windows' has 51 items, and may have 50"),
    ],
)
def test_a_variable_that_holds_too_much_is_refused_at_its_line(folder: Make, text: str, said: str) -> None:
    found = refusal(folder, f"vars:\n  {text}\n")
    assert "vars.yml:2: " in found
    assert said in found


@pytest.mark.parametrize(
    "where",
    [
        "(" * 2000 + "true" + ")" * 2000,
        "not " * 2000 + "true",
        "1" + " + 1" * 2400 + " > 0",
        "true" + " or true" * 1200,
    ],
    ids=["parentheses", "not", "sum", "or"],
)
def test_a_deeply_nested_where_ends_in_an_answer(folder: Make, where: str) -> None:
    ran = folder({**CONVERSATIONS, "vars.yml": METRIC.format(where=f'"{where}"')}).run("compile")
    assert ran.code in (0, 2)
    assert "Traceback" not in ran.err
    assert ran.code == 0 or "vars.yml:9: " in ran.err
