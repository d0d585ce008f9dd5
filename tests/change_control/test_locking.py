"""Locking: what it records, what it refuses without a reason, and what it leaves alone."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from convsql.base.errors import ConvsqlError
from convsql.change_control.lock import read_lock
from tests.change_control.small_project import SmallBench
from tests.change_control.workbench import OPPORTUNITY, WON, Bench

WINDOW = {"vars.yml": [("window_days: 30", "window_days: 31")]}
DEPRECATED = {
    "vars.yml": [
        ("name: won\n      version: 1\n      status: active", "name: won\n      version: 1\n      status: deprecated")
    ]
}
DRAFT = {
    "vars.yml": [
        ("name: won\n      version: 1\n      status: active", "name: won\n      version: 1\n      status: draft")
    ]
}


@pytest.fixture
def own(tmp_path: Path) -> Bench:
    """A small bench that the test may lock as it likes."""
    return SmallBench(tmp_path)


def events(bench: Bench) -> list[tuple[str, str, str]]:
    """Metric, status and reason of each row of the log."""
    with (bench.root / "seeds/metric_locks.csv").open(encoding="utf-8", newline="") as opened:
        return [(row["metric"], row["status"], row["reason"]) for row in csv.DictReader(opened)]


def test_a_first_lock_needs_no_reason_and_a_second_changes_nothing(own: Bench) -> None:
    assert own.lock().done == {OPPORTUNITY: "locked", WON: "locked"}
    written = (own.root / "metrics.lock").read_bytes()
    assert events(own) == [("opportunity", "active", ""), ("won", "active", "")]
    again = own.lock()
    assert (again.done, again.unchanged) == ({}, [OPPORTUNITY, WON])
    assert (own.root / "metrics.lock").read_bytes() == written
    assert len(events(own)) == 2


def test_a_released_version_is_not_overwritten_without_a_reason(own: Bench) -> None:
    own.lock()
    written = (own.root / "metrics.lock").read_bytes()
    with own.edited(WINDOW):
        with pytest.raises(ConvsqlError) as raised:
            own.lock()
        (problem,) = raised.value.problems
        assert problem.reason == "opportunity@1 is released (active) and its definition and meaning changed"
        assert str(problem.where).startswith("vars.yml:")
        assert "--reason" in problem.hint
        assert (own.root / "metrics.lock").read_bytes() == written
        assert own.lock(reason="the pilot's window was a mistake").done == {OPPORTUNITY: "relocked"}
        assert own.check().findings == []
    assert events(own)[-1] == ("opportunity", "active", "the pilot's window was a mistake")


def test_a_draft_may_change_and_be_locked_again_and_its_release_is_an_event(own: Bench) -> None:
    with own.edited(DRAFT):
        own.lock()
        with own.edited({"vars.yml": [("window_days: 90", "window_days: 80")]}):
            assert own.check().findings == []
            assert own.check().notes == ["draft won@1 changed since it was locked"]
            assert own.lock(WON).done == {WON: "relocked"}
        assert own.lock(WON).done == {WON: "relocked"}
    assert own.lock(WON).done == {WON: "released"}
    assert [e[1] for e in events(own) if e[0] == "won"] == ["draft", "draft", "draft", "active"]


def test_another_status_is_locked_without_a_reason(own: Bench) -> None:
    own.lock()
    with own.edited(DEPRECATED):
        assert own.lock().done == {WON: "updated"}
        assert events(own)[-1] == ("won", "deprecated", "")


def test_a_version_that_went_is_dropped_for_a_reason_only(own: Bench) -> None:
    own.lock()
    text = (own.root / "vars.yml").read_text(encoding="utf-8")
    with own.edited({"vars.yml": text[: text.index("    - name: won")]}):
        (finding,) = own.check().findings
        assert (finding.rule, finding.metric) == ("removed", WON)
        with pytest.raises(ConvsqlError, match="won@1 is released and gone"):
            own.lock()
        assert own.lock(reason="it was never used").done == {WON: "dropped"}
        assert own.check().findings == []
    assert events(own)[-1] == ("won", "dropped", "it was never used")


def test_a_new_cohort_is_noted_and_locked_without_a_reason(own: Bench) -> None:
    own.lock()
    with own.edited({"vars.yml": [("[[], [channel], [response_band]]", "[[], [channel], [persona]]")]}):
        result = own.check()
        assert result.findings == []
        assert result.notes == [
            "opportunity@1 is cut by persona too since it was locked: `convsql metrics lock opportunity@1`"
        ]
        assert own.lock().done == {OPPORTUNITY: "updated"}
        assert own.check().notes == []


def test_the_lock_keeps_all_that_a_change_is_explained_from(bench: Bench) -> None:
    locked = read_lock(bench.root)
    assert set(locked) == {OPPORTUNITY, WON}
    assert {"conversation_messages.runs", "metric_conversations.judged", "cohort_rates.final"} <= set(locked[WON].parts)
    assert all("outcome=opportunity_created" in row for row in locked[OPPORTUNITY].seeds["outcome_stages"])
    assert "disposition_categories" in locked[OPPORTUNITY].seeds
    assert "disposition_categories" not in locked[WON].seeds
    content = json.loads((bench.root / "metrics.lock").read_text(encoding="utf-8"))
    assert list(content["metrics"]) == sorted(locked)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("<<<<<<< ours\n{}\n=======\n{}\n>>>>>>> theirs\n", "not a lock file"),
        ('{"format": 99, "metrics": {}, "detail": []}', "has format 99"),
        ('{"format": 1, "metrics": {}, "detail": ["abc"]}', "not a whole lock file"),
    ],
)
def test_a_broken_lock_is_an_error_that_says_what_to_do(own: Bench, text: str, reason: str) -> None:
    (own.root / "metrics.lock").write_text(text, encoding="utf-8")
    with pytest.raises(ConvsqlError) as raised:
        own.check()
    assert reason in raised.value.reason
    assert raised.value.where is not None
    assert raised.value.where.path == "metrics.lock"
    assert raised.value.hint


def test_rows_of_a_seed_that_holds_data_are_no_meaning_but_what_is_read_of_it_is(own: Bench) -> None:
    said = {"seeds/seeds.yml": [("{relevant_rows: {outcome: outcome}}", "{is_data: true}")]}
    more = {"seeds/outcome_stages.csv": [("bought,closed_won\n", "bought,closed_won\npaid,closed_won\n")]}
    other = {"models/numbers.sql": [("where outcome =", "where stage =")]}
    with own.edited(said):
        own.lock()
        with own.edited(more):
            assert own.check().findings == []
        with own.edited(other):
            assert {f.metric for f in own.check().findings} == {OPPORTUNITY, WON}


def test_a_model_and_a_seed_that_are_gone_are_told_of_and_placed_where_something_is(own: Bench) -> None:
    own.lock()
    numbers = own.root / "models/numbers.sql"
    (own.root / "seeds/outcome_stages.csv").unlink()
    (own.root / "seeds/seeds.yml").unlink()
    numbers.rename(numbers.with_name("sums.sql"))
    (own.root / "models/numbers.yml").write_text(
        "models:\n  - name: sums\n    config: {meta: {is_metric_output: true}}\n"
    )
    text = numbers.with_name("sums.sql").read_text(encoding="utf-8")
    numbers.with_name("sums.sql").write_text(text.replace("{{ ref('outcome_stages') }}", "(select 'x' as outcome)"))
    found = own.check().findings
    assert [(f.rule, f.metric) for f in found] == [("meaning_changed", OPPORTUNITY), ("meaning_changed", WON)]
    assert {c.model for c in found[0].changes} == {"numbers", "sums"}
    assert found[0].where.path == "models/sums.sql"
    assert {seed for seed, _, _ in found[0].seeds} == {"outcome_stages"}


def test_a_log_that_disagrees_with_the_lock_fails_the_check_and_locking_mends_it(own: Bench) -> None:
    own.lock()
    log = own.root / "seeds/metric_locks.csv"
    log.write_text(log.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")
    assert {(f.rule, f.metric) for f in own.check().findings} == {("lock_log", OPPORTUNITY), ("lock_log", WON)}
    own.lock()
    assert own.check().findings == []
