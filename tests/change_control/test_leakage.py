"""Eligibility that rests on what was not known at the anchor is refused, however it is dressed."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest

from convsql.base.errors import ConvsqlError
from convsql.definitions.leaks import KIND_AT
from tests.change_control.edits import ACTIVITY, CONVERSATIONS, JUDGED
from tests.change_control.workbench import Bench

YML = "models/conversations/conversations.yml"
PREDICATE = "not is_regulated and initiated_by = 'rep'"
Files = Mapping[str, list[tuple[str, str]] | str]


def where(predicate: str) -> list[tuple[str, str]]:
    """An edit of the predicate of `won`, whose anchor is the start."""
    return [(PREDICATE, predicate)]


def column(expression: str, known_at: str = "") -> Files:
    """Edits that give `conversations` a column `is_hot`, and let the predicate read it."""
    meta = f"        config: {{meta: {{known_at: {known_at}}}}}\n" if known_at else ""
    return {
        CONVERSATIONS: [("        activity.message_count,\n", f"        activity.message_count,\n        {expression} as is_hot,\n")],
        YML: [("      - name: message_count\n", f"      - name: is_hot\n        data_type: boolean\n        description: Hot.\n{meta}      - name: message_count\n")],
        "vars.yml": where("is_hot"),
    }  # fmt: skip


def with_files(files: Files, **more: list[tuple[str, str]] | str) -> Files:
    return {**files, **{name.replace("__", "/") + ".sql": text for name, text in more.items()}}


DISGUISES: dict[str, Files] = {
    "plainly": {"vars.yml": where("last_message_at > started_at")},
    "in capitals and quotes": {"vars.yml": where('\\"WAIT_COUNT\\" = 0')},
    "in a case": {"vars.yml": where("case when channel = 'sms' then wait_count = 0 else true end")},
    "in arithmetic that comes to nothing": {"vars.yml": where("message_count * 0 = 0")},
    "as a time that may yet come": {"vars.yml": where("first_human_at is not null")},
    "as a time after the anchor": {"vars.yml": where("first_human_at > started_at")},
    "as a time not before the anchor": {"vars.yml": where("not (first_human_at <= started_at)")},
    "as a disposition": {"vars.yml": where("disposition_category = 'qualified'")},
    "through a window": {"vars.yml": where("row_number() over (partition by contact_id order by started_at desc) = 1")},
    "through a subquery": {"vars.yml": where("contact_id in (select 'ann' from conversations)")},
    "through a renamed column": column("activity.message_count > 10"),
    "through a column that claims to be early": column("activity.message_count > 10", "start"),
    "through a CTE": with_files(
        column("contact_totals.waited"),
        **{
            CONVERSATIONS.removesuffix(".sql").replace("/", "__"): [
                ("        activity.message_count,\n", "        activity.message_count,\n        contact_totals.waited as is_hot,\n"),
                ("wait_totals as (\n", "contact_totals as (\n\n    select first_message_id, true as waited from waits where wait_seconds > 60 group by first_message_id\n\n),\n\nwait_totals as (\n"),
                ("    left join wait_totals\n", "    left join contact_totals\n        on activity.first_message_id = contact_totals.first_message_id\n    left join wait_totals\n"),
            ]
        },
    ),
    "through a view": with_files(
        column("deal_totals.is_rich"),
        models__conversations__deal_totals="{{ config(materialized='view') }}\nselect contact_id, max(amount) > 1000 as is_rich from {{ ref('stg_deals') }} group by contact_id\n",
        **{
            CONVERSATIONS.removesuffix(".sql").replace("/", "__"): [
                ("        activity.message_count,\n", "        activity.message_count,\n        deal_totals.is_rich as is_hot,\n"),
                ("    left join wait_totals\n", "    left join {{ ref('deal_totals') }} as deal_totals\n        on activity.contact_id = deal_totals.contact_id\n    left join wait_totals\n"),
            ]
        },
    ),
    "through a macro": with_files(column("{{ is_hot('activity') }}"), macros__is_hot="{% macro is_hot(a) %}{{ a }}.last_message_at > {{ a }}.started_at{% endmacro %}\n"),
    "through a macro that lost its guard": {"macros/conversations/handled_by_at.sql": [("(' <= ' ~ at if at else ' is not null')", "' is not null'")]},
    "through two models": {
        **column("activity.is_busy"),
        ACTIVITY: [
            ("        kinds.message_count,\n        kinds.inbound_count,\n", "        kinds.message_count,\n        kinds.message_count > 9 as is_busy,\n        kinds.inbound_count,\n"),
        ],
        "models/conversations/steps/conversation_activity.yml": [
            ("      - name: message_count\n", "      - name: is_busy\n        data_type: boolean\n        description: Busy.\n      - name: message_count\n"),
        ],
    },
    "as a reason of the judging model": {JUDGED: [("            when {{ unit_id }} is null then 'no_unit'\n", "            when {{ unit_id }} is null then 'no_unit'\n            when wait_count > 3 then 'predicate'\n")]},
    "as a filter of the judging model": {JUDGED: [("        {{ kind_at(metric.kind) }} is not null\n", "        {{ kind_at(metric.kind) }} is not null\n        and handoff_count = 0\n")]},
    "as a join of the judging model": {JUDGED: [("    from {{ ref('conversations') }} as conversations\n    where\n        {{ kind", "    from {{ ref('conversations') }} as conversations\n    inner join (select distinct first_message_id as waited_id from {{ ref('waits') }}) as w on conversations.first_message_id = w.waited_id\n    where\n        {{ kind")]},
}  # fmt: skip
HONEST = [
    PREDICATE,
    "persona = 'founder' or channel in ('sms', 'chat')",
    "coalesce(first_bot_at <= started_at, false)",
    "started_at >= timestamp '2026-01-01'",
    "account_id is not null and length(campaign_id) > 2",
]


def refusals(bench: Bench) -> list[str]:
    """What compiling or checking says of leaks."""
    try:
        return bench.leaks()
    except ConvsqlError as error:
        return [str(p) for p in error.problems]


# One disguise in the fast suite, all in CI.
FAST = list(DISGUISES)[:1]


@pytest.mark.parametrize("disguise", [pytest.param(d, marks=() if d in FAST else pytest.mark.slow) for d in DISGUISES])
def test_a_leak_is_refused(bench: Bench, disguise: str) -> None:
    with bench.edited(DISGUISES[disguise]):
        found = refusals(bench)
    assert found
    words = ("known only", "nothing says when", "it is known early", "does not exist", "where uses a")
    assert all(any(w in text for w in words) for text in found), found
    assert all(text.split(":")[1].isdigit() for text in found), "each names file and line"


@pytest.mark.slow
def test_the_check_says_of_leaks_and_of_false_claims_what_they_are(bench: Bench) -> None:
    with bench.edited(DISGUISES["through a column that claims to be early"]):
        found = [f"{f.where}: {f.reason}" for f in bench.check().findings if f.rule == "leakage"]
        assert found == bench.leaks()
    assert any("says it is known early" in text for text in found)


@pytest.mark.parametrize("predicate", [pytest.param(p, marks=pytest.mark.slow) for p in HONEST])
def test_an_honest_predicate_is_not(bench: Bench, predicate: str) -> None:
    if predicate == PREDICATE:
        assert refusals(bench) == []
        return
    with bench.edited({"vars.yml": where(predicate)}):
        assert refusals(bench) == []


@pytest.mark.slow
def test_a_column_that_rests_on_early_facts_only_needs_no_mark(bench: Bench) -> None:
    with bench.edited(column("activity.channel = 'sms' and activity.thread_id is not null")):
        assert refusals(bench) == []


def test_a_misspelt_mark_is_an_error_with_its_line(bench: Bench) -> None:
    with bench.edited({YML: [("known_at: itself", "known_at: itslef")]}):
        found = refusals(bench)
    assert any("known_at is 'itslef', which is not one of start, anchor, itself, later" in text for text in found)
    assert all(text.startswith(f"{YML}:") and "did you mean 'itself'?" in text for text in found)


def test_the_kinds_are_those_of_the_macro(bench: Bench) -> None:
    text = (bench.root / "macros/conversations/kind_columns.sql").read_text(encoding="utf-8")
    assert dict(re.findall(r"'(\w+)': '(\w+)'", text)) == KIND_AT


@pytest.mark.slow
def test_a_leaking_version_cannot_be_locked(bench: Bench) -> None:
    with bench.edited(column("activity.message_count > 10")), pytest.raises(ConvsqlError) as raised:
        bench.lock(reason="because")
    assert "won@1 leaks: eligible.where → conversations.is_hot" in str(raised.value.problems[0])
