"""`metrics diff --base`: the working tree against a git ref."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from tests.diff.project import VERSION_1, VERSION_2, Repository, git, moves, total
from tests.support import convsql

JUDGED = "models/attributed_outcomes/metric_conversations.sql"
OLD, NEW = (
    "when first_outcome_at is not null then 'converted'",
    "when first_outcome_at is not null and is_over then 'converted'",
)
PUBLISHED = (
    "select * from _convsql.builds",
    "select * from _convsql.heads",
    "select * from _convsql.verdicts order by all",
    "select schema_name, view_name, sql from duckdb_views() where schema_name not like '\\_convsql\\_%' escape '\\' and not internal",
)


def built(found: Any) -> list[list[str]]:
    return [found["relations"][f"built_for_{side}"] for side in ("both", "base", "working_tree")]


@pytest.mark.slow
def test_an_unchanged_tree_does_not_move_and_shares_everything(repository: Repository) -> None:
    found = repository.json("--base", "start", "--exit-code")
    assert (found["status"], found["exit_code"], found["has_moved"]) == ("unmoved", 0, False)
    assert found["relations"]["changed"] == [] and len(found["relations"]["shared"]) > 20
    assert [m["title"] for m in found["metrics"]] == ["sms_to_won@1", "sms_to_won@2"]
    assert built(repository.json("--base", "start")) == [[], [], []]


@pytest.mark.slow
def test_a_changed_model_is_rebuilt_with_what_it_reaches_and_nothing_else(repository: Repository) -> None:
    repository.json("--base", "start")
    repository.edit(JUDGED, OLD, NEW)
    found = repository.json("--base", "start", "--exit-code", code=1)
    assert found["relations"]["changed"] == ["metric_conversations", "attributed_outcomes"]
    assert built(found) == [[], [], ["metric_conversations", "attributed_outcomes"]]
    assert moves(total(found, 0)) == {}  # hal's window of 7 days is over
    assert moves(total(found, 1)) == {("converted, window open", "pending"): 1}
    assert built(repository.json("--base", "start")) == [[], [], []]


@pytest.mark.slow
def test_white_space_and_comments_change_nothing(repository: Repository) -> None:
    repository.edit(JUDGED, OLD, f"-- said plainly\n        {OLD.replace('then', 'THEN')}")
    found = repository.json("--base", "start", "--exit-code")
    assert found["relations"]["changed"] == []


@pytest.mark.slow
def test_a_database_with_nothing_in_it_gets_both_sides(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.edit(JUDGED, OLD, NEW)
    repository.edit("profiles.yml", "path: convsql_ci.duckdb", f"path: {tmp_path.name}.duckdb")
    both, base, working = built(repository.json("--base", "start", "--target", "ci"))
    assert "conversations" in both and base == working == ["metric_conversations", "attributed_outcomes"]


@pytest.mark.slow
def test_what_readers_see_is_left_alone(repository: Repository) -> None:
    assert convsql("build", "--project-dir", str(repository.project)).code == 0
    before = [repository.query(sql) for sql in PUBLISHED]
    assert all(before[:2]) and before[3]
    repository.edit(JUDGED, OLD, NEW)
    repository.metrics({**VERSION_1, "window_days": 14}, VERSION_2)
    assert built(repository.json("--base", "start"))[2]
    assert [repository.query(sql) for sql in PUBLISHED] == before


@pytest.mark.slow
def test_a_changed_definition_under_the_same_version_is_split_like_any_other(repository: Repository) -> None:
    repository.metrics({**VERSION_1, "window_days": 14, "attribution": "first_touch"}, VERSION_2)
    found = repository.json("--base", "start", "sms_to_won@1")
    (metric,) = found["metrics"]
    assert [d["key"] for d in metric["definition"]] == ["window_days", "attribution"]
    later, last = (
        Fraction(4, 7),
        Fraction(3, 7),
    )  # gil and hal are no longer matured, ben converts; then ann's second holds nothing
    assert total(found)["credited_rate"]["parts"] == {
        "data": 0,
        "eligibility": 0,
        "outcome": float(later - Fraction(4, 9)),
        "attribution": float(last - later),
    }


@pytest.mark.slow
def test_a_changed_credit_macro_is_attribution(repository: Repository) -> None:
    repository.edit(
        "macros/attribution/touch_credit.sql",
        "else 1e0 / {{ touches }}",
        "else case when {{ position }} = 2 then 1e0 else 0e0 end",
    )
    repository.metrics({**VERSION_1, "window_days": 14}, VERSION_2)
    found = repository.json("--base", "start", "sms_to_won@1")
    later, last = Fraction(4, 7), Fraction(1, 7)  # only ann has a second touch
    parts = total(found)["credited_rate"]["parts"]
    assert (parts["outcome"], parts["attribution"]) == (float(later - Fraction(4, 9)), float(last - later))


@pytest.mark.slow
def test_conversations_of_one_side_only_are_what_the_data_did(repository: Repository) -> None:
    """With a gap of 48 hours ann's two messages are one conversation."""
    repository.edit("seeds/channels.csv", "sms,sms,24,24", "sms,sms,48,48")
    found = repository.json("--base", "start", "sms_to_won@1", "--exit-code", code=1)
    assert moves(total(found)) == {("converted", "absent"): 1}
    change = Fraction(3, 8) - Fraction(4, 9)
    assert total(found)["conversion_rate"]["parts"] == {
        "data": float(change),
        "eligibility": 0,
        "outcome": 0,
        "attribution": 0,
    }
    assert total(found)["before"]["conversations"] == total(found)["after"]["conversations"] + 1
    (example,) = (e for e in found["metrics"][0]["examples"] if e["to"] == "absent")
    assert (example["contact_id"], example["anchor_after"]) == ("ann", None)


@pytest.mark.slow
def test_versions_of_one_side_only_are_listed(repository: Repository) -> None:
    repository.metrics({**VERSION_2, "version": 3}, VERSION_2)
    found = repository.json("--base", "start", "--exit-code")
    assert (found["added"], found["removed"]) == (["sms_to_won@3"], ["sms_to_won@1"])
    assert [m["title"] for m in found["metrics"]] == ["sms_to_won@2"]
    assert repository.json("--base", "start", "sms_to_won@2")["added"] == []


@pytest.mark.slow
def test_a_detached_head_and_uncommitted_edits_are_compared_as_they_stand(repository: Repository) -> None:
    repository.metrics(VERSION_1, {**VERSION_2, "window_days": 30})
    repository.commit("wider")
    git(repository.root, "checkout", "--quiet", "--detach")
    repository.metrics(VERSION_1, {**VERSION_2, "window_days": 7})
    status = git(repository.root, "status", "--porcelain")

    def windows(ref: str) -> Any:
        (changed,) = repository.json("--base", ref)["metrics"][1]["definition"]
        return changed["before"], changed["after"]

    assert windows("HEAD") == (30, 7)
    assert windows("HEAD~1") == (14, 7)
    assert windows(git(repository.root, "rev-parse", "start")) == (14, 7)
    assert status and git(repository.root, "status", "--porcelain") == status
    assert git(repository.root, "worktree", "list").count("\n") == 0


@pytest.mark.slow
def test_the_working_trees_inputs_are_read_on_both_sides(repository: Repository) -> None:
    repository.metrics(VERSION_1, VERSION_2, raw_path="no/such/folder", as_of="2024-01-02 00:00:00")
    repository.commit("elsewhere")
    repository.metrics(VERSION_1, VERSION_2)
    found = repository.json("--base", "elsewhere", "--exit-code")
    assert found["relations"]["changed"] == [] and total(found)["before"]["conversations"] == 9


@pytest.mark.slow
def test_variables_on_the_command_line_hold_on_both_sides(repository: Repository) -> None:
    found = repository.json("--base", "start", "--vars", "{as_of: '2024-01-01 23:00:00'}", "--exit-code")
    counted = [total(found)[side]["conversations"] for side in ("before", "after")]
    assert counted == [3, 3] and not found["has_moved"]


@pytest.mark.slow
def test_a_file_that_git_ignores_is_the_same_on_both_sides(repository: Repository) -> None:
    git(repository.root, "rm", "--quiet", "--cached", "vars.yml")
    (repository.project / ".git/info/exclude").write_text("vars.yml\n", encoding="utf-8")
    try:
        git(repository.root, "commit", "--quiet", "--message", "own vars")
        repository.metrics({**VERSION_1, "window_days": 9})
        found = repository.json("--base", "HEAD", "--exit-code")
        assert [m["title"] for m in found["metrics"]] == ["sms_to_won@1"] and not found["has_moved"]
        repository.metrics({**VERSION_1, "version": 4})
        assert [m["title"] for m in repository.json("--base", "HEAD")["metrics"]] == ["sms_to_won@4"]
    finally:
        (repository.project / ".git/info/exclude").write_text("", encoding="utf-8")


@pytest.mark.slow
def test_a_project_in_a_folder_of_the_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    repository = Repository(tmp_path, "analytics/sales project")
    (tmp_path / "models").mkdir()
    (tmp_path / "models/not_ours.sql").write_text("select nothing", encoding="utf-8")
    repository.commit("beside")
    repository.edit(JUDGED, OLD, NEW)
    found = repository.json("--base", "HEAD", "--exit-code", code=1)
    assert built(found)[1:] == [["metric_conversations", "attributed_outcomes"]] * 2
