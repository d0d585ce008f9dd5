"""A build says that a definition changed where it counts something else, and only there; heads of an earlier convsql too."""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convsql.definitions.earlier_identity import earlier_identity
from convsql.definitions.identity import canonical_fields, definition_digest, definition_text, meaning_of_fields
from convsql.definitions.metric_schema import MetricDefinition
from tests.spec.properties.definitions import definition
from tests.spec.reference.columns import Row
from tests.support import Folder

Edit = Callable[[Row, Random], None]
LISTS = ("channels", "exclude_dispositions", "handled_by")
DEFAULTS: Row = {
    "kind": "two_way",
    "anchor": "kind",
    "unit": "contact",
    "attribution": "linear",
    "repeat_outcomes": True,
}
OTHER: dict[str, tuple[Any, ...]] = {
    "outcome": ("closed_won", "mql", "lost"),
    "kind": ("two_way", "reached"),
    "anchor": ("kind", "start"),
    "unit": ("contact", "account"),
    "attribution": ("linear", "last_touch", "time_decay"),
    "window_days": (7, 14, 14.5, 36500),
    "repeat_outcomes": (True, False),
    "eligible.channels": (None, [], ["sms"], ["sms", "chat"]),
    "eligible.exclude_dispositions": (None, ["support"], ["support", "other"]),
    "eligible.handled_by": (None, [], ["bot"], ["bot", "human"]),
    "eligible.where": (None, "a = 'x'", "a = ' x'", "a = 'X'", "a ='x'"),
}


def _reorder_lists(found: Row, random: Random) -> None:
    for name in LISTS:
        if values := (found.get("eligible") or {}).get(name):
            found["eligible"][name] = [*random.sample(values, len(values)), random.choice(values)]


def _space_out_the_predicate(found: Row, random: Random) -> None:
    where = (found.get("eligible") or {}).get("where")
    if where and not any(mark in where for mark in ("--", "/*", '"', "\\", "$")):
        parts = where.split("'")
        parts[::2] = [part.replace(" ", random.choice(("  ", "\n", " \t "))) for part in parts[::2]]
        found["eligible"]["where"] = "'".join(parts) + random.choice(("", " ", "\n"))


def _set_an_unused_half_life(found: Row, random: Random) -> None:
    if found.get("attribution") != "time_decay":
        found["half_life_days"] = random.choice((1, 2.5, 30))


def _write_out_defaults(found: Row, _: Random) -> None:
    for name, value in DEFAULTS.items():
        if found.get(name) is None:
            found[name] = value
    if found["attribution"] == "time_decay" and found.get("half_life_days") is None:
        found["half_life_days"] = 7
    eligible = found["eligible"] = dict(found.get("eligible") or {})
    for name in (*LISTS, "where"):
        eligible.setdefault(name, None)


def _describe(found: Row, random: Random) -> None:
    found |= {"owner": "someone", "description": "Words.", "change_note": "More words.", "review_by": "2026-01-01"}
    found["effective_from"] = random.choice(("2026-01-01", "2025-01-01"))


def _cut_otherwise(found: Row, random: Random) -> None:
    found["strata"] = random.choice((["persona"], ["channel", "persona"]))
    found["cohorts"] = {"grains": ["week", "day"], "by": [[], ["channel"]]}


def _deprecate(found: Row, _: Random) -> None:
    found |= {"status": "deprecated", "retired_on": "2027-01-01"}


def _write_whole_days_as_floats(found: Row, _: Random) -> None:
    found["window_days"] = float(found["window_days"])


SILENT: tuple[Edit, ...] = (
    _reorder_lists, _space_out_the_predicate, _set_an_unused_half_life, _write_out_defaults, _describe, _cut_otherwise, _deprecate,
    _write_whole_days_as_floats,
)  # fmt: skip


def _without_nulls(found: Row) -> Row:
    """A definition that the schema takes: null stands for left out only where the schema says so."""
    kept = {name: value for name, value in found.items() if value is not None}
    return {**kept, "eligible": dict(found.get("eligible") or {})}


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(st.integers(0, 10**9))
def test_edits_that_count_nothing_else_leave_the_identity(number: int) -> None:
    random = Random(number)
    before = _without_nulls(definition(number))
    after = deepcopy(before)
    for edit in random.sample(SILENT, random.randint(1, len(SILENT))):
        edit(after, random)
    one, other = MetricDefinition.model_validate(before), MetricDefinition.model_validate(after)
    assert definition_digest(one) == definition_digest(other)
    assert meaning_of_fields(one) == meaning_of_fields(other)


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(st.integers(0, 10**9), st.sampled_from([*OTHER, "name", "version"]))
def test_an_edit_of_any_field_that_counts_moves_the_identity_and_shows_in_that_field(number: int, field: str) -> None:
    random = Random(number)
    before = _without_nulls(definition(number))
    after = deepcopy(before)
    block, _, name = field.rpartition(".")
    if field in OTHER:
        for found, value in zip((before, after), random.sample(OTHER[field], 2), strict=True):
            (found[block] if block else found)[name] = value
    elif field == "name":
        after["name"] += "_2"
    else:
        after["version"] += 1
    one, other = MetricDefinition.model_validate(before), MetricDefinition.model_validate(after)
    assert definition_digest(one) != definition_digest(other)
    fields, changed = meaning_of_fields(one), meaning_of_fields(other)
    moved = {key for key in {*fields, *changed} if fields.get(key) != changed.get(key)}
    assert moved - {"half_life_days"} == {field} - {"name", "version"}


def test_a_half_life_counts_with_time_decay_alone() -> None:
    weeks = [{"name": "m", "version": 1, "outcome": "won", "window_days": 7, "half_life_days": d} for d in (3, 7)]
    assert len({definition_digest(MetricDefinition.model_validate(w)) for w in weeks}) == 1
    decaying = [MetricDefinition.model_validate({**w, "attribution": "time_decay"}) for w in weeks]
    assert len({definition_digest(d) for d in decaying}) == 2


@settings(max_examples=100, deadline=None, derandomize=True, database=None)
@given(st.integers(0, 10**9))
def test_the_fields_in_a_lock_are_canonical_and_stay_so(number: int) -> None:
    one = MetricDefinition.model_validate(_without_nulls(definition(number)))
    fields = meaning_of_fields(one)
    assert canonical_fields(json.loads(json.dumps(fields))) == fields
    assert json.loads(definition_text(one))["window_seconds"] == round(fields["window_days"] * 86400)


RATES = "id,metric,metric_version,rate\na,m,1,0.1\nb,m,1,0.2\nc,n,1,0.3\n"
FILES = {
    "seeds/rates.csv": RATES,
    "models/closed.sql": "select * from {{ ref('rates') }}",
    "models/closed.yml": """
        models:
          - name: closed
            config:
              meta: {closed: {when: "true", key: [id]}}
        """,
}
ONE: Row = {
    "name": "m", "version": 1, "outcome": "won", "window_days": 14,
    "eligible": {"channels": ["sms", "chat"], "where": "a = 'x' and b"},
}  # fmt: skip
TWO: Row = {"name": "n", "version": 1, "outcome": "won", "window_days": 14}
SAME: Row = {
    **ONE, "owner": "o", "half_life_days": 3, "kind": "two_way", "strata": ["persona"], "cohorts": {"grains": ["week"]},
    "eligible": {"channels": ["Chat", "sms", "chat "], "where": "a  =  'x'\n and b", "exclude_dispositions": []},
}  # fmt: skip
NOTE = "note: definition of m v1 changed under the same version"
CAUSES = "select row_key, cause from main.restatements order by all"


@pytest.fixture
def project(tmp_path: Path) -> Folder:
    made = Folder(tmp_path, FILES)
    define(made, ONE)
    made.build()
    return made


def define(project: Folder, *found: Row) -> None:
    """The metric m as given, and n."""
    project.write("vars.yml", json.dumps({"vars": {"conversion_metrics": [*found, TWO]}}))


def move_the_rates(project: Folder) -> None:
    project.write("seeds/rates.csv", RATES.replace("0.1", "0.15").replace("0.3", "0.35"))


def remembered(project: Folder) -> dict[str, str]:
    """Metric → the identity that the newest build remembers."""
    ((text,),) = project.query("select definitions from _convsql.builds order by sequence desc limit 1")
    return {d["name"]: d["identity"] for d in json.loads(text)}


def test_a_definition_written_otherwise_is_no_changed_one(project: Folder) -> None:
    define(project, SAME)
    done = project.build()
    assert "changed under" not in done.err
    assert "nothing to do" in done.err
    move_the_rates(project)
    assert "changed under" not in project.build().err
    assert project.query(CAUSES) == [("a", "data"), ("c", "data")]


def test_a_definition_that_counts_something_else_is_noted_and_the_cause_of_its_rows(project: Folder) -> None:
    define(project, {**ONE, "window_days": 15})
    move_the_rates(project)
    done = project.build()
    assert NOTE in done.err
    assert "definition of n" not in done.err
    assert project.query(CAUSES) == [("a", "definition"), ("c", "data")]
    assert "changed under" not in project.build().err


@pytest.mark.parametrize(
    ("found", "identity"),
    [
        (
            {"name": "m", "version": 1, "outcome": "won", "window_days": 14},
            "caab2188c5b7e36ee8077ccb5e9bc53cd15ac52fd2ad3194b84a28376e54f65f",
        ),
        (
            {
                "name": "m", "version": 2, "status": "draft", "owner": "x", "outcome": "won", "window_days": 0.5,
                "attribution": "time_decay", "half_life_days": 3, "strata": ["persona"], "cohorts": {"grains": ["day"]},
                "eligible": {"channels": ["sms", "Chat"], "exclude_dispositions": [], "where": "a  = 1"},
            },
            "1fa6322c1c19ba5f2ddcfca7f1dc7f77625c4781c205b570abba733817b5c7b5",
        ),
    ],
)  # fmt: skip
def test_the_identity_of_an_earlier_convsql_is_computed_as_it_was(found: Row, identity: str) -> None:
    assert earlier_identity(MetricDefinition.model_validate(found)) == identity


@pytest.fixture
def earlier(project: Folder) -> Folder:
    """The project as an earlier convsql left it: every build remembers identities of the earlier kind."""
    kept = [
        {"name": f["name"], "version": 1, "status": "active", "identity": earlier_identity(MetricDefinition.model_validate(f))}
        for f in (ONE, TWO)
    ]  # fmt: skip
    project.execute(f"update _convsql.builds set definitions = $${json.dumps(kept)}$$")
    return project


def test_the_first_build_after_an_upgrade_says_nothing_and_does_nothing(earlier: Folder) -> None:
    before = remembered(earlier)
    done = earlier.build()
    assert "changed under" not in done.err
    assert "nothing to do" in done.err
    assert remembered(earlier) == before


def test_the_next_build_that_is_published_remembers_the_identity_of_today(earlier: Folder) -> None:
    move_the_rates(earlier)
    assert "changed under" not in earlier.build().err
    assert earlier.query(CAUSES) == [("a", "data"), ("c", "data")]
    one, two = (MetricDefinition.model_validate(found) for found in (ONE, TWO))
    assert remembered(earlier) == {"m": definition_digest(one), "n": definition_digest(two)}
    define(earlier, SAME)
    assert "changed under" not in earlier.build().err


def test_a_definition_that_changed_with_the_upgrade_is_still_noted(earlier: Folder) -> None:
    define(earlier, {**ONE, "window_days": 15})
    move_the_rates(earlier)
    done = earlier.build()
    assert NOTE in done.err
    assert "definition of n" not in done.err
    assert earlier.query(CAUSES) == [("a", "definition"), ("c", "data")]
    assert "changed under" not in earlier.build().err


def test_a_version_that_is_gone_is_the_cause_of_its_rows_after_an_upgrade_too(earlier: Folder) -> None:
    define(earlier)
    move_the_rates(earlier)
    assert "changed under" not in earlier.build().err
    assert earlier.query(CAUSES) == [("a", "definition"), ("c", "data")]


def test_a_rollback_to_a_build_of_an_earlier_convsql_changes_no_definition(earlier: Folder) -> None:
    move_the_rates(earlier)
    earlier.build()
    assert earlier.run("rollback").code == 0
    assert {len(identity) for identity in remembered(earlier).values()} == {64}
    assert "changed under" not in earlier.build().err
    assert {len(identity) for identity in remembered(earlier).values()} == {32}
