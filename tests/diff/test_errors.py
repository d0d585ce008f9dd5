"""What goes wrong is said in one line with what to do, and exit code 2."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.diff.project import VERSION_1, VERSION_2, Repository, git, write_package
from tests.support import convsql

JUDGED = "models/attributed_outcomes/metric_conversations.sql"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            [],
            (
                "metrics diff: two versions are compared, 0 named\n"
                "  hint: name two (convsql metrics diff m@1 m@2), or compare with other code: --base main"
            ),
        ),
        (
            ["sms_to_won@1"],
            (
                "metrics diff: two versions are compared, 1 named\n"
                "  hint: name two (convsql metrics diff m@1 m@2), or compare with other code: --base main"
            ),
        ),
        (
            ["sms_to_wone@1", "sms_to_won@2"],
            "metrics diff: no metric 'sms_to_wone'\n  hint: did you mean 'sms_to_won'?",
        ),
        (
            ["sms_to_won@1", "sms_to_won@3"],
            "metrics diff: no metric version 'sms_to_won@3'\n  hint: there is sms_to_won@1, sms_to_won@2",
        ),
        (
            ["sms_to_won@1", "sms_to_won@two"],
            "metrics diff: 'sms_to_won@two' names no metric version\n  hint: write name@version, such as m@2",
        ),
        (
            ["sms_to_won@1", "won"],
            "metrics diff: 'won' has no active version\n  hint: name one: won@1",
        ),
        (
            ["sms_to_won@1", "won@1"],
            (
                "metrics diff: 'sms_to_won' and 'won' are two metrics; versions of one are compared\n"
                "  hint: name the same metric twice: m@1 m@2"
            ),
        ),
        (
            ["--base", "start", "sms_to_wone"],
            "metrics diff: no metric 'sms_to_wone'\n  hint: did you mean 'sms_to_won'?",
        ),
        (
            ["sms_to_won@1", "sms_to_won@2", "--grain", "weeks"],
            "--grain: no grain 'weeks'\n  hint: did you mean 'week'?",
        ),
        (
            ["sms_to_won@1", "sms_to_won@2", "--by", "chanel"],
            "--by: no dimension 'chanel'\n  hint: did you mean 'channel'?",
        ),
        (
            ["sms_to_won@1", "sms_to_won@2", "--json", "--markdown"],
            "",  # said as JSON
        ),
        (
            ["--base", "nowhere"],
            (
                "--base: git knows no commit 'nowhere'\n"
                "  hint: name a branch, tag or commit; in a shallow clone, fetch it first"
            ),
        ),
        (
            ["--base=--upload-pack=true"],
            (
                "--base: git knows no commit '--upload-pack=true'\n"
                "  hint: name a branch, tag or commit; in a shallow clone, fetch it first"
            ),
        ),
    ],
)
def test_wrong_usage(repository: Repository, arguments: list[str], said: str) -> None:
    repository.metrics(VERSION_1, VERSION_2, {**VERSION_1, "name": "won"})
    done = repository.diff(*arguments)
    assert done.code == 2
    if said:
        assert (done.err, done.out) == (f"error: {said}\n", "")
    else:
        assert done.json["errors"][0]["reason"] == "--json and --markdown are two forms of one output"


def test_no_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, repository: Repository) -> None:
    write_package(tmp_path / "alone", [VERSION_1])
    shutil.copytree(repository.project / "raw", tmp_path / "alone/raw")
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    done = convsql("metrics", "diff", "--base", "main", "--project-dir", "alone")
    assert (done.code, done.err) == (
        2,
        (
            f"error: --base: {tmp_path}/alone is in no git repository\n"
            "  hint: compare two versions instead: convsql metrics diff m@1 m@2\n"
        ),
    )


def test_no_git(repository: Repository, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    done = repository.diff("--base", "main")
    assert (done.code, done.err) == (
        2,
        "error: --base: git can't be run: No such file or directory\n  hint: install git, or compare two versions\n",
    )


def test_a_ref_before_the_project(repository: Repository) -> None:
    git(repository.root, "checkout", "--quiet", "--orphan", "empty")
    git(repository.root, "rm", "--quiet", "-r", "--cached", ".")
    git(repository.root, "commit", "--quiet", "--allow-empty", "--message", "nothing yet")
    git(repository.root, "checkout", "--quiet", "--force", "main")
    done = repository.diff("--base", "empty")
    assert (done.code, done.err) == (
        2,
        "error: empty: no dbt_project.yml in its tree\n  hint: run in a project's folder or give --project-dir\n",
    )


def test_errors_of_the_base_are_placed_in_it(repository: Repository) -> None:
    repository.edit(JUDGED, "first_outcome_at is not null", "first_outcome_at2 is not null")
    repository.commit("broken")
    git(repository.root, "checkout", "--quiet", "start", "--", JUDGED)
    (line,) = (
        n
        for n, text in enumerate((repository.project / JUDGED).read_text(encoding="utf-8").splitlines(), 1)
        if "when first_outcome_at is not null" in text
    )
    done = repository.diff("--base", "broken")
    assert done.code == 2
    assert done.err.startswith(f"error: broken:{JUDGED}:{line}: ") and "first_outcome_at2" in done.err


def test_a_model_that_fails_on_the_data_is_named_with_its_side(repository: Repository) -> None:
    repository.edit(
        JUDGED,
        "        eligibility,\n        case when",
        "        cast(contact_id as integer) || '' as eligibility,\n        case when",
    )
    done = repository.diff("--base", "start", "--quiet")
    assert done.code == 2
    assert "metric_conversations of the working tree can't be built: Conversion Error" in done.err


def test_a_side_without_a_table_that_is_read(repository: Repository) -> None:
    for name in ("attributed_outcomes.sql", "attributed_outcomes.yml"):
        (repository.project / "models/attributed_outcomes" / name).unlink()
    for folder in ("cohort_rates",):
        shutil.rmtree(repository.project / "models" / folder)
    done = repository.diff("--base", "start")
    assert (done.code, done.err) == (
        2,
        "error: the working tree has no model 'attributed_outcomes', which a comparison reads\n",
    )


def test_figures_that_do_not_add_up_are_refused(repository: Repository) -> None:
    """A conversation that stands twice would be counted with itself, twice over."""
    repository.edit(
        "models/attributed_outcomes/metric_conversations.sql",
        "\nselect * from final",
        "\nselect * from final union all select * from final",
    )
    done = repository.diff("sms_to_won@1", "sms_to_won@2")
    assert (done.code, done.err.splitlines()[-2:]) == (
        2,
        [
            "error: sms_to_won v1 of the working tree does not add up: conversations: 36 compared, 9 in its tables",
            "  hint: a conversation_id that stands twice, or a conversation that is in no table, would do this",
        ],
    )
