"""Write messages, contacts and deals of any size to Parquet, by DuckDB SQL alone.

    python benchmarks/generate_messages.py build/bench/1m --messages 1000000

Every value is arithmetic on row numbers: the same size gives the same rows, on any number of
threads. Blocks of 32 messages hold eight conversations of one to seven messages, four on average;
a contact has about five conversations, some many more. Two years, whatever the size.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

BLOCK = 32
SIZES = (4, 1, 7, 3, 5, 2, 6, 4)
CONVERSATIONS_PER_CONTACT = 5
REPS = 200
DAYS = 730
FIRST_DAY = "2024-01-01"

BODIES = (
    "Hi, could you tell me more about pricing for a team of",
    "Thanks for your patience, here is what I found on page",
    "Would Thursday suit you for a short demo, at half past",
    "We are comparing tools this month and look at number",
    "Following up on our talk: shall I send you details, part",
    "That depends on how many people will use it, up to",
    "Good question, I will ask our engineers about ticket",
    "Is the integration part of the standard plan, version",
)


def uniform(number: str, salt: int) -> str:
    """An expression between 0 and 1 from a row number: two multiplicative steps of different moduli."""
    return (
        f"((((({number}) + {salt * 7919 + 1}) * 48271) % 2147483647) * {69621 + 2 * salt} + {salt * 104729 + 1})"
        " % 2147483629 / 2147483629.0"
    )


def conversations(messages: int) -> str:
    """One row per conversation: the common part of every table, in the order of time."""
    count = messages * len(SIZES) // BLOCK
    contacts = max(1, count // CONVERSATIONS_PER_CONTACT)
    step = DAYS * 86_400_000_000 / count
    cycle = list(SIZES)
    sizes = " ".join(f"when {place} then {size}" for place, size in enumerate(cycle))
    starts = " ".join(f"when {place} then {sum(cycle[:place])}" for place in range(len(cycle)))
    return f"""
        select
            k,
            case k % {len(cycle)} {sizes} end as size,
            (k // {len(cycle)}) * {BLOCK} + case k % {len(cycle)} {starts} end as first_message,
            cast(floor(power({uniform("k", 1)}, 1.3) * {contacts}) as bigint) as contact,
            {uniform("k", 2)} as channel_draw,
            {uniform("k", 3)} < 0.39 as is_threaded,
            {uniform("k", 4)} < 0.55 as is_inbound_first,
            {uniform("k", 5)} as sender_draw,
            {uniform("k", 6)} as outcome_draw,
            cast(floor({uniform("k", 7)} * {REPS}) as bigint) as rep,
            timestamp '{FIRST_DAY}'
                + to_microseconds(cast(floor((k + {uniform("k", 8)} * 40) * {step}) as bigint)) as started_at
        from (select range as k from range({count}))"""


def opened_deals(messages: int) -> str:
    """One row per deal: 12 % of the conversations open one, within 30 days."""
    return f"""
        select *, started_at + to_seconds(cast(3600 + floor(outcome_draw / 0.12 * 30 * 86400) as bigint)) as created_at
        from ({conversations(messages)})
        where outcome_draw < 0.12"""


def tables(messages: int) -> dict[str, str]:
    """The query of each table."""
    base, deals = conversations(messages), opened_deals(messages)
    contacts = max(1, messages * len(SIZES) // BLOCK // CONVERSATIONS_PER_CONTACT)
    day = f"cast(floor({uniform('range', 31)} * {DAYS - 40}) as integer)"
    bodies = " ".join(f"when {place} then '{text} '" for place, text in enumerate(BODIES))
    return {
        "messages": f"""
            with spread as (
                select conversations.*, j, first_message + j as i,
                    case
                        when channel_draw < 0.30 then 'sms'
                        when channel_draw < 0.55 then 'email'
                        when channel_draw < 0.77 then 'chat'
                        when channel_draw < 0.90 then 'voice'
                        else 'web_form'
                    end as channel,
                    (j % 2 = 0) = is_inbound_first as is_inbound
                from ({base}) as conversations
                cross join lateral (select unnest(range(size)) as j)
            ),
            drawn as (
                select *, {uniform("i", 11)} as pause, {uniform("i", 12)} as fate
                from spread
            ),
            told as (
                select *,
                    case channel
                        when 'sms' then 2400
                        when 'email' then 21600
                        when 'chat' then 150
                        when 'voice' then 86400
                        else 7200
                    end as seconds,
                    case when is_inbound then 'contact' when channel = 'chat' and sender_draw < 0.4 and j < 4 then 'bot'
                        when sender_draw < 0.1 then 'bot' when fate > 0.985 then 'system' else 'rep' end as sender
                from drawn
            )
            select
                'm' || i as message_id,
                'c' || contact as contact_id,
                channel,
                case when is_inbound then 'inbound' else 'outbound' end as direction,
                started_at + to_microseconds(cast(floor((j + pause) * seconds * 1000000) as bigint)) as sent_at,
                case when is_threaded and channel in ('email', 'chat', 'sms') then 't' || k end as thread_id,
                sender as sender_type,
                case when sender = 'rep' or (channel = 'voice' and fate < 0.35) then 'r' || rep end as rep_id,
                case when channel = 'voice' then
                        case when fate < 0.35 then 'answered' when fate < 0.7 then 'no_answer'
                            when fate < 0.97 then 'voicemail' else 'failed' end
                    when is_inbound then 'received'
                    when fate < 0.02 then 'failed' else 'delivered' end as status,
                case when channel = 'voice' and fate < 0.35 then floor(20 + 600 * pause * pause)
                    when channel = 'voice' and fate >= 0.7 and fate < 0.97 then floor(10 + 30 * pause)
                end as talk_seconds,
                case when sender_draw < 0.1 then 'p' || k % 20 end as campaign_id,
                case when channel <> 'voice' then
                    case when is_inbound and channel = 'sms' and fate > 0.995 then 'STOP'
                        else case i % {len(BODIES)} {bodies} end || (i % 997) end end as body,
                case when not is_inbound and channel = 'sms' then cast(0.0079 as double) end as cost,
                started_at + to_microseconds(cast(floor((j + pause) * seconds * 1000000) as bigint))
                    + interval 10 minute as loaded_at
            from told""",
        "contacts": f"""
            select
                'c' || range as contact_id,
                case
                    when {uniform("range", 21)} < 0.9
                        then 'a' || cast(floor({uniform("range", 22)} * {contacts / 2.5}) as bigint)
                end as account_id,
                case range % 6 when 0 then 'operations_manager' when 1 then 'sales_leader' when 2 then 'it_director'
                    when 3 then 'founder' when 4 then 'finance_lead' end as persona,
                case range % 5 when 0 then 'software' when 1 then 'retail' when 2 then 'finance'
                    when 3 then 'healthcare' else 'manufacturing' end as industry,
                case range % 4 when 0 then 'organic_search' when 1 then 'paid_search' when 2 then 'event'
                    else 'outbound_list' end as source,
                case range % 3 when 0 then 'north' when 1 then 'south' else 'west' end as territory,
                timestamp '{FIRST_DAY}' - to_days(cast(range % 400 as integer)) as created_at,
                case when range > 0 and {uniform("range", 23)} < 0.005 then 'c' || (range - 1) end as merged_into,
                timestamp '{FIRST_DAY}' as loaded_at
            from range({contacts})""",
        "deals": f"""
            select
                'd' || k as deal_id,
                'c' || contact as contact_id,
                cast(null as varchar) as account_id,
                'r' || rep as owner_id,
                1000.0 + floor(20000 * sender_draw) as amount,
                created_at,
                created_at + interval 1 hour as loaded_at
            from ({deals})""",
        "deal_stages": f"""
            with deals as ({deals}),
            stages as (
                select k, 'opportunity_created' as stage, created_at as entered_at from deals
                union all
                select k, 'proposal_sent', created_at + interval 6 day from deals where sender_draw < 0.55
                union all
                select k, case when sender_draw < 0.25 then 'closed_won' else 'closed_lost' end,
                    created_at + interval 20 day
                from deals where sender_draw < 0.9
            )
            select 'd' || k as deal_id, stage, entered_at, entered_at + interval 1 hour as loaded_at from stages""",
        "lifecycle_stages": f"""
            with stages as (
                select range as contact, 'mql' as stage, {day} as day
                from range({contacts}) where {uniform("range", 32)} < 0.6
                union all
                select range, 'sql', {day} + 15
                from range({contacts}) where {uniform("range", 32)} < 0.3
            )
            select
                'c' || contact as contact_id,
                stage,
                timestamp '{FIRST_DAY}' + to_days(day) as entered_at,
                timestamp '{FIRST_DAY}' + to_days(day) + interval 1 hour as loaded_at
            from stages""",
        "reps": f"""
            select
                'r' || rep as rep_id, valid_from, valid_to, 'Rep ' || rep as name,
                case when part = 0 then 'inbound sales' else 'account executives' end as team,
                case when rep % 5 = 4 then 'support' else 'sales' end as role,
                case rep % 3 when 0 then 'north' when 1 then 'south' else 'west' end as territory,
                timestamp '{FIRST_DAY}' as loaded_at
            from (
                select range as rep, 0 as part, timestamp '2020-01-01' as valid_from,
                    case when range % 4 = 0 then timestamp '2025-01-01' end as valid_to from range({REPS})
                union all
                select range, 1, timestamp '2025-01-01', null from range({REPS}) where range % 4 = 0
            )
            order by rep, part""",
        "dispositions": f"""
            select
                'c' || contact as contact_id,
                cast(null as varchar) as thread_id,
                'm' || first_message as message_id,
                case when outcome_draw < 0.12 then 'qualified' when outcome_draw < 0.5 then 'not_interested'
                    when outcome_draw < 0.6 then 'support_request' when outcome_draw < 0.65 then 'wrong_number'
                    else 'call_back_later' end as code,
                started_at + interval 3 hour as recorded_at,
                'r' || rep as rep_id,
                started_at + interval 4 hour as loaded_at
            from ({base}) where sender_draw > 0.1 and sender_draw < 0.4""",
    }


def write(folder: Path, messages: int, threads: int = 2, memory: str = "4GB") -> dict[str, int]:
    """Write the Parquet files of one size and return the rows of each."""
    import duckdb

    folder.mkdir(parents=True, exist_ok=True)
    counts: dict[str, int] = {}
    with duckdb.connect(config={"threads": str(threads), "memory_limit": memory}) as connection:
        for name, query in tables(messages).items():
            place = str(folder / f"{name}.parquet").replace("'", "''")
            row = connection.execute(f"copy ({query}) to '{place}' (format parquet, compression snappy)").fetchone()
            counts[name] = int(row[0]) if row else 0
    return counts


def main() -> None:
    """Write one data set and say how long it took."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--messages", type=int, default=1_000_000)
    arguments = parser.parse_args()
    began = time.perf_counter()
    counts = write(arguments.folder, arguments.messages)
    for name, count in counts.items():
        print(f"{name:18} {count:>12,}")
    print(f"{time.perf_counter() - began:.1f} s")


if __name__ == "__main__":
    main()
