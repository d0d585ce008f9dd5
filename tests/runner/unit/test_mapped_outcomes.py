"""An outcome that no stage is mapped to can't happen: whatever names it is refused, with the name that was meant."""

from __future__ import annotations

from collections.abc import Callable

from tests.support import Folder

Make = Callable[..., Folder]
METRIC = (
    "{name: m, version: 1, owner: me, description: d, change_note: c, outcome: OUTCOME, kind: two_way, window_days: 7}"
)
SEED = "source,stage,outcome\nmeetings,meeting_booked,Meeting_Booked \ndeal_stages,won,closed_won\ndeal_stages,,proposal_sent\n"


def project_of(folder: Make, *lines: str, seed: str = SEED) -> Folder:
    return folder(
        {
            "dbt_project.yml": "name: convsql\nversion: 1.0.0\nprofile: tiny\n",
            "models/one.sql": "select * from {{ ref('outcome_stages') }}",
            "seeds/outcome_stages.csv": seed,
            "vars.yml": "\n".join(["vars:", *lines, ""]),
        }
    )


def test_a_metric_s_outcome_is_one_that_a_stage_is_mapped_to(folder: Make) -> None:
    project = project_of(folder, "  conversion_metrics:", "    - " + METRIC.replace("OUTCOME", "meeting_bookd"))
    assert project.errors() == [
        "vars.yml:3: metric 'm': no stage is mapped to the outcome 'meeting_bookd' | did you mean 'meeting_booked'?"
    ]
    project.write(
        "vars.yml", "vars:\n  conversion_metrics:\n    - " + METRIC.replace("OUTCOME", "proposal_sent") + "\n"
    )
    (error,) = project.errors()  # a row without a stage maps none
    assert error == (
        "vars.yml:3: metric 'm': no stage is mapped to the outcome 'proposal_sent' | "
        "map a stage to it in seeds/outcome_stages.csv (outcomes there: closed_won, meeting_booked)"
    )
    project.write(
        "vars.yml", "vars:\n  conversion_metrics:\n    - " + METRIC.replace("OUTCOME", "meeting_booked") + "\n"
    )
    assert project.run("compile").code == 0
    project.write("seeds/outcome_stages.csv", SEED.replace("Meeting_Booked", "demo"))
    assert "no stage is mapped to the outcome 'meeting_booked'" in project.errors()[0], "not from the cache"


def test_funnels_and_timings_name_outcomes_too(folder: Make) -> None:
    project = project_of(
        folder,
        "  conversion_metrics: [" + METRIC.replace("OUTCOME", "closed_won") + "]",
        "  funnels:",
        "    - {name: f, steps: [{name: a, kind: attempt},",
        "        {name: b, outcome: closed_one}]}",
        "  outcome_timings:",
        "    - {name: t, from: meeting_booked, to: closed_win, window_days: 3}",
    )
    assert project.errors() == [
        "vars.yml:5: funnel 'f', step 'b': no stage is mapped to the outcome 'closed_one' | did you mean 'closed_won'?",
        "vars.yml:7: outcome_timings 't', to: no stage is mapped to the outcome 'closed_win' | did you mean 'closed_won'?",
    ]


def test_a_seed_that_is_another_table_decides_nothing(folder: Make) -> None:
    metric = "  conversion_metrics: [" + METRIC.replace("OUTCOME", "anything") + "]"
    assert project_of(folder, metric, seed="a,b\n1,2\n").run("compile").code == 0
