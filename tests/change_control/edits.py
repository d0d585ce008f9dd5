"""Edits of the package: half say the same in other words, half say something else."""

from __future__ import annotations

from tests.change_control.workbench import OPPORTUNITY, WON, Edit
from tests.support.root import ROOT

MESSAGES = "models/conversations/conversation_messages.sql"
ACTIVITY = "models/conversations/steps/conversation_activity.sql"
CONVERSATIONS = "models/conversations/conversations.sql"
DISPOSITIONS = "models/conversations/steps/conversation_dispositions.sql"
WAITS = "models/conversations/waits.sql"
JUDGED = "models/attributed_outcomes/metric_conversations.sql"
TOUCHES = "models/attributed_outcomes/attributed_outcomes.sql"
DEALS = "models/staging/stg_deals.sql"
RATES = "models/cohort_rates/cohort_rates.sql"
NOBODY: frozenset[str] = frozenset()
BOTH = frozenset({OPPORTUNITY, WON})
ONE = frozenset({OPPORTUNITY})
OTHER = frozenset({WON})


def _upper(path: str) -> str:
    """A model with its keywords in capitals and other white space."""
    text = (ROOT / path).read_text(encoding="utf-8")
    for word in ("select", "from", "where", "left join", "inner join", "group by", "union all", "order by"):
        text = text.replace(f"{word}\n", f"{word.upper()}  -- {word}\n\n").replace(
            f"    {word} ", f"      {word.upper()}   "
        )
    return text


def _reversed_rows(path: str) -> str:
    """A seed with its rows in the other order."""
    header, *rows = (ROOT / path).read_text(encoding="utf-8").splitlines()
    return "\n".join([header, *reversed(rows)]) + "\n"


COSMETIC = [
    Edit("a CTE gets another name", {MESSAGES: [("gaps as (", "gapped as ("), ("from gaps\n", "from gapped\n")]}),
    Edit(
        "the sides of an `and` are swapped",
        {
            WAITS: [
                (
                    "sender = 'contact' and not is_live and non_reply_kind is null as is_opener",
                    "non_reply_kind is null and sender = 'contact' and (not is_live) as is_opener",
                )
            ]
        },
    ),
    Edit(
        "an unrelated column is added",
        {
            CONVERSATIONS: [
                (
                    "        activity.message_count,\n",
                    "        activity.message_count,\n        activity.message_count + 1 as next_count,\n",
                )
            ],
            "models/conversations/conversations.yml": [
                (
                    "      - name: message_count\n",
                    "      - name: next_count\n        data_type: bigint\n        description: One more.\n        config: {meta: {known_at: later}}\n      - name: message_count\n",
                )
            ],
        },
    ),
    Edit(
        "a column that no metric reads is computed otherwise",
        {
            ACTIVITY: [
                (
                    "count(case when direction = 'inbound' then spoken_at end) as inbound_count",
                    "count(case when direction = 'inbound' then sent_at end) as inbound_count",
                )
            ]
        },
    ),
    Edit("a macro is inlined", {DISPOSITIONS: [("{{ setting_disposition_grace_hours() }}", "24")]}),
    Edit(
        "a macro with arguments is inlined",
        {
            WAITS: [
                (
                    "{{ epoch_micros('closed_at') }} - {{ epoch_micros('sent_at') }} as wait_micros",
                    "epoch_us(closed_at) - epoch_us(sent_at) as wait_micros",
                )
            ]
        },
    ),
    Edit(
        "a macro gets another name and file",
        {
            "macros/conversations/kind_at.sql": "",
            "macros/became_at.sql": (ROOT / "macros/conversations/kind_at.sql")
            .read_text(encoding="utf-8")
            .replace("kind_at(", "became_at("),
            JUDGED: [("kind_at(", "became_at(")],
        },
    ),
    Edit("white space, comments and capitals", {TOUCHES: _upper(TOUCHES), WAITS: _upper(WAITS)}),
    Edit(
        "a table gets an alias",
        {
            DEALS: [
                (
                    "left join contact_survivors\n        on typed.contact_id = contact_survivors.contact_id",
                    "left outer join contact_survivors as s\n        on s.contact_id = typed.contact_id",
                ),
                ("coalesce(contact_survivors.survivor_id", "coalesce(s.survivor_id"),
            ]
        },
    ),
    Edit(
        "an import CTE goes",
        {
            WAITS: [
                (
                    "with\n\nmessages as (\n\n    select * from {{ ref('conversation_messages') }}\n\n),\n\nbusiness",
                    "with\n\nbusiness",
                ),
                ("    from messages\n", "    from {{ ref('conversation_messages') }} as messages\n"),
            ]
        },
    ),
    Edit(
        "a CTE that nothing reads is added",
        {
            WAITS: [
                ("spoken as (", "idle as (\n\n    select max(sent_at) as latest_at from messages\n\n),\n\nspoken as (")
            ]
        },
    ),
    Edit(
        "a comparison is turned round",
        {
            WAITS: [
                ("last_answered_at > last_asked_at", "last_asked_at < last_answered_at"),
                ("sender <> 'bot'", "'bot' != sender"),
            ]
        },
    ),
    Edit(
        "a filter moves to a CTE of its own",
        {
            ACTIVITY: [
                (
                    "    from {{ ref('conversation_messages') }}\n    where\n        message_role = 'message'\n        and non_reply_kind is null\n",
                    "    from (select * from {{ ref('conversation_messages') }} where non_reply_kind is null) as said\n    where message_role = 'message'\n",
                )
            ]
        },
    ),
    Edit(
        "a filter of an inner join moves between on and where",
        {
            ACTIVITY: [
                (
                    "            totals.first_message_id = replies.first_message_id\n            and totals.first_inbound_reply_at < replies.sent_at\n    where totals.first_inbound_reply_at",
                    "            replies.first_message_id = totals.first_message_id\n    where\n        totals.first_inbound_reply_at < replies.sent_at\n        and totals.first_inbound_reply_at",
                )
            ]
        },
    ),
    Edit(
        "a table in a subquery gets an alias",
        {DISPOSITIONS: [("select mapped.contact_id from mapped", "select m.contact_id from mapped as m")]},
    ),
    Edit(
        "columns are selected in another order",
        {
            DISPOSITIONS: [
                (
                    "        mapped.contact_id,\n        mapped.thread_id,\n        mapped.message_id,\n        mapped.recorded_at,",
                    "        mapped.recorded_at,\n        mapped.message_id,\n        mapped.thread_id,\n        mapped.contact_id,",
                )
            ]
        },
    ),
    Edit("an inner column gets another name everywhere", {DISPOSITIONS: [("candidate_rank", "place")]}),
    Edit(
        "`group by` names its keys by number",
        {
            ACTIVITY: [
                (
                    "    from human_messages\n    where rep_id is not null\n    group by first_message_id",
                    "    from human_messages\n    where rep_id is not null\n    group by 1",
                )
            ]
        },
    ),
    Edit(
        "a cast is written in short",
        {TOUCHES: [("cast(touch_position as bigint) as touch_position", "touch_position::bigint as touch_position")]},
    ),
    Edit(
        "keys and lists of the YAML stand in another order",
        {
            "vars.yml": [
                (
                    "      outcome: opportunity_created\n      kind: two_way\n      window_days: 30\n",
                    "      window_days: 30\n      kind: two_way\n      outcome: opportunity_created\n",
                ),
                ("[sms, chat]", "[chat, sms]"),
                ("[support, wrong_person]", "[wrong_person, support]"),
            ]
        },
    ),
    Edit(
        "owner, description and note change",
        {
            "vars.yml": [
                ("owner: revops\n", "owner: growth\n      change_note: A new owner.\n"),
                ("open an opportunity within", "lead to an opportunity within"),
            ]
        },
    ),
    Edit(
        "defaults are spelled out",
        {
            "vars.yml": [
                (
                    "      attribution: linear\n",
                    "      attribution: linear\n      unit: contact\n      anchor: kind\n      repeat_outcomes: true\n      half_life_days: 5\n",
                ),
                ("  timezone: UTC\n", "  timezone: UTC\n  abandonment_hours: 24\n"),
            ]
        },
    ),
    Edit(
        "the sides of a predicate's `and` are swapped",
        {"vars.yml": [("not is_regulated and initiated_by = 'rep'", "'rep' = initiated_by and (not is_regulated)")]},
    ),
    Edit(
        "a cohort set is added",
        {"vars.yml": [("by: [[], [channel], [response_band]]", "by: [[], [channel], [persona], [response_band]]")]},
    ),
    Edit(
        "the clock is set by hand",
        {"vars.yml": [("  timezone: UTC\n", "  timezone: UTC\n  as_of: '2026-05-01 00:00:00'\n")]},
    ),
    Edit(
        "a new version is drafted beside the old one",
        {
            "vars.yml": [
                (
                    "    - name: won\n",
                    "    - name: opportunity\n      version: 2\n      status: draft\n      owner: revops\n      description: The same within 45 days.\n      outcome: opportunity_created\n      window_days: 45\n    - name: won\n",
                )
            ]
        },
    ),
    Edit(
        "rows of mappings stand in another order",
        {
            f"seeds/{s}.csv": _reversed_rows(f"seeds/{s}.csv")
            for s in ("outcome_stages", "channels", "disposition_categories")
        },
    ),
    Edit(
        "a stage of another outcome is mapped otherwise",
        {"seeds/outcome_stages.csv": [("lifecycle_stages,mql,mql", "lifecycle_stages,mql,lead")]},
    ),
    Edit(
        "a holiday is added that no rate counts",
        {
            "seeds/holidays.csv": [
                (
                    "default,2026-01-01,New Year's Day\n",
                    "default,2026-01-01,New Year's Day\ndefault,2026-04-27,King's Day\n",
                )
            ]
        },
    ),
    Edit(
        "a model is added",
        {
            "models/conversations/long_ones.sql": "select conversation_id from {{ ref('conversations') }} where message_count > 100\n"
        },
    ),
]

MEANINGFUL = [
    Edit("`<` becomes `<=` at the window's end", {JUDGED: [("anchored.next_outcome_at < anchored.window_ends_at", "anchored.next_outcome_at <= anchored.window_ends_at")]}, BOTH),
    Edit("a gap of 24 hours becomes 25", {"seeds/channels.csv": [("sms,sms,24,", "sms,sms,25,")]}, BOTH),
    Edit("a mapping row moves to another outcome", {"seeds/outcome_stages.csv": [("proposal,proposal_sent", "proposal,closed_won")]}, OTHER),
    Edit("a mapping row goes", {"seeds/disposition_categories.csv": [("support,support,false\n", "")]}, ONE),
    Edit("a mapping row comes", {"seeds/non_replies.csv": [("stop.,opt_out\n", "stop.,opt_out\nnever again,opt_out\n")]}, BOTH),
    Edit("a mapping's flag is turned", {"seeds/message_statuses.csv": [("sent,true,false", "sent,false,false")]}, BOTH),
    Edit("`inner` becomes `left`", {TOUCHES: [("    from outcomes\n    inner join metric_versions", "    from outcomes\n    left join metric_versions")]}, BOTH),
    Edit("a default in a macro changes", {"macros/settings/settings.sql": [("{%- set given = var('abandonment_hours', none) -%}\n{{ 24 if", "{%- set given = var('abandonment_hours', none) -%}\n{{ 48 if")]}, BOTH),
    Edit("a default that one metric rests on changes", {"macros/settings/settings.sql": [("{%- set given = var('disposition_grace_hours', none) -%}\n{{ 24 if", "{%- set given = var('disposition_grace_hours', none) -%}\n{{ 12 if")]}, ONE),
    Edit("a variable changes", {"vars.yml": [("timezone: UTC", "timezone: Europe/Amsterdam")]}, BOTH),
    # every metric rests on the clocks, and they on the list of inputs
    Edit("an input is switched off", {"vars.yml": [("[lifecycle_stages, meetings, dispositions, reps]", "[lifecycle_stages, meetings, reps]")]}, BOTH),
    Edit("the window is a day longer", {"vars.yml": [("window_days: 30", "window_days: 31")]}, ONE),
    Edit("another disposition excludes", {"vars.yml": [("[support, wrong_person]", "[support, wrong_person, no_answer]")]}, ONE),
    Edit("the predicate asks for something else", {"vars.yml": [("initiated_by = 'rep'", "initiated_by = 'contact'")]}, OTHER),
    Edit("`and` becomes `or` in the predicate", {"vars.yml": [("not is_regulated and initiated_by", "not is_regulated or initiated_by")]}, OTHER),
    Edit("credit is split otherwise", {"vars.yml": [("attribution: linear", "attribution: last_touch")]}, ONE),
    Edit("the half-life changes", {"vars.yml": [("half_life_days: 7", "half_life_days: 8")]}, OTHER),
    Edit("a macro's `<=` becomes `<`", {"macros/conversations/handled_by_at.sql": [("' <= ' ~ at if at", "' < ' ~ at if at")]}, ONE),
    Edit("a factor in a macro changes", {"macros/statistics/wilson_limit.sql": [("(4 * {{ trials }})", "(2 * {{ trials }})")]}, BOTH),
    Edit("a window is ordered otherwise", {MESSAGES: [("            order by sent_at, message_id\n        ) as previous_sent_at", "            order by message_id, sent_at\n        ) as previous_sent_at")]}, BOTH),
    Edit("a window is split otherwise", {MESSAGES: [("partition by contact_id, thread_id, case when thread_id is null then channel end\n            order by sent_at, message_id\n        ) as previous_sent_at", "partition by contact_id, thread_id\n            order by sent_at, message_id\n        ) as previous_sent_at")]}, BOTH),
    Edit("a condition goes", {WAITS: [("is_human or (is_live and sender <> 'bot') as is_closer", "is_human as is_closer")]}, BOTH),
    Edit("`union all` becomes `union`", {DISPOSITIONS: [("union all", "union")]}, ONE),
    Edit("`min` becomes `max`", {ACTIVITY: [("min(spoken_at) as started_at", "max(spoken_at) as started_at")]}, BOTH),
    Edit("`distinct` goes", {"models/staging/mappings/map_outcome_stages.sql": [("select distinct", "select")]}, BOTH),
    Edit("a join is by another column", {DEALS: [("on typed.contact_id = contact_survivors.contact_id", "on typed.account_id = contact_survivors.contact_id")]}, BOTH),
    Edit("a null counts otherwise", {JUDGED: [("coalesce(anchored.window_ends_at <= outcome_clocks.complete_at, false)", "coalesce(anchored.window_ends_at <= outcome_clocks.complete_at, true)")]}, BOTH),
    Edit("a dimension is cut elsewhere", {"macros/cohorts/cohort_dimension.sql": [("first_response_seconds < 3600", "first_response_seconds < 7200")]}, ONE),
    Edit("a denominator is another count", {RATES: [("case when matured > 0 then matured_converted / cast(matured as double) end as conversion_rate", "case when eligible > 0 then matured_converted / cast(eligible as double) end as conversion_rate")]}, BOTH),
    Edit("a length is rounded", {WAITS: [("cast(wait_micros as double) / 1000000 as wait_seconds", "round(cast(wait_micros as double) / 1000000, 3) as wait_seconds")]}, BOTH),
]  # fmt: skip
