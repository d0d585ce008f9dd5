"""Who notes the wrong person, and how often: metrics may leave out what is noted so, so that a rep can hide a lost deal under it."""

from __future__ import annotations

from convsql.definitions.vocabulary import FEW
from convsql.report.figure import Figure, Row
from convsql.report.scope import Scope

CATEGORY = "wrong_person"
_OFTEN = 0.15  # of a rep's notes
_TIMES = 3  # as often as all other reps together


def wrong_persons(scope: Scope) -> list[Row]:
    """Each rep with at least FEW dispositions: name, noted, wrong, share, and whether they stand out. The most frequent first."""
    if not scope.has("stg_dispositions", "rep_id", "category"):
        return []
    rows = scope.rows(
        f"select rep_id as name, count(*) as noted, sum(case when category = '{CATEGORY}' then 1 else 0 end) as wrong from {{stg_dispositions}}"
        f" where rep_id is not null group by rep_id having count(*) >= {FEW} order by rep_id"
    )
    judged = [{**row, "noted": int(row["noted"]), "wrong": int(row["wrong"])} for row in rows]
    noted, wrong = sum(row["noted"] for row in judged), sum(row["wrong"] for row in judged)
    for row in judged:
        row["share"] = row["wrong"] / row["noted"]
        others = (wrong - row["wrong"]) / (noted - row["noted"]) if noted > row["noted"] else 1.0
        row["stands_out"] = row["share"] >= _OFTEN and row["share"] >= _TIMES * others
    return sorted(judged, key=lambda row: (-row["share"], row["name"]))


def wrong_person_figure(scope: Scope) -> Figure | None:
    """The reps beside each other; None where nobody stands out."""
    rows = wrong_persons(scope)
    if not any(row["stands_out"] for row in rows):
        return None
    columns = (("name", "rep", "text"), ("share", "noted so", "share"), ("wrong", "“wrong person”", "count"), ("noted", "all notes (n)", "count"))  # fmt: skip
    return Figure(
        "wrong-person", "How often each rep notes “wrong person”", "Some reps note it far more often than the others.",
        scope.footing("stg_dispositions", sum(row["noted"] for row in rows), "dispositions"), columns, rows,
    )  # fmt: skip
