"""The demo data: the same for the same seed, believable, and with the edges a real feed has."""

from __future__ import annotations

import csv
import hashlib
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from convsql.demo import write_demo
from convsql.demo.tables import TABLES
from tests.support.root import ROOT

Demo = duckdb.DuckDBPyConnection
SEEDS = ROOT / "seeds"


def one(demo: Demo, sql: str) -> float:
    row = demo.execute(sql).fetchone()
    assert row is not None
    return float(row[0])


def digests(folder: Path) -> dict[str, str]:
    return {file.name: hashlib.md5(file.read_bytes()).hexdigest() for file in sorted(folder.iterdir())}


def seed_column(name: str, column: str) -> set[str]:
    with (SEEDS / name).open(encoding="utf-8") as file:
        return {row[column] for row in csv.DictReader(file)}


@pytest.mark.slow
def test_the_same_seed_gives_the_same_bytes_in_another_process(demo_raw: Path, tmp_path: Path) -> None:
    script = "import sys, pathlib; from convsql.demo import write_demo; write_demo(pathlib.Path(sys.argv[1]))"
    subprocess.run([sys.executable, "-c", script, str(tmp_path)], check=True, cwd=ROOT, env={"PYTHONHASHSEED": "1"})
    assert digests(tmp_path) == digests(demo_raw)


@pytest.mark.slow
def test_another_seed_gives_other_messages(demo_raw: Path, tmp_path: Path) -> None:
    write_demo(tmp_path, seed=8)
    assert digests(tmp_path)["messages.parquet"] != digests(demo_raw)["messages.parquet"]


def test_csv_has_the_rows_of_parquet(demo: Demo, demo_raw: Path, demo_as_csv: Path) -> None:
    for name in TABLES:
        with (demo_as_csv / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file))
        assert rows[0] == list(TABLES[name])
        assert len(rows) == one(demo, f"select count(*) from {name}") + 1
    with duckdb.connect() as connection:
        differing = connection.execute(
            f"""
            select count(*) from (
                select * exclude (sent_at) from read_parquet('{demo_raw}/messages.parquet')
                except all
                select * exclude (sent_at) replace (
                    talk_seconds::double as talk_seconds, cost::double as cost, loaded_at::timestamp as loaded_at
                ) from read_csv('{demo_as_csv}/messages.csv', all_varchar = true, header = true)
            )"""
        ).fetchone()
    assert differing == (0,)


def test_every_table_has_the_columns_of_the_standard(demo: Demo) -> None:
    for name, columns in TABLES.items():
        described = [row[0] for row in demo.execute(f"describe {name}").fetchall()]
        assert described == list(columns)


def test_there_are_about_fifty_thousand_messages_of_a_year(demo: Demo) -> None:
    assert 48_000 < one(demo, "select count(*) from messages") < 52_000
    assert 6_000 < one(demo, "select count(distinct contact_id) from contacts") < 8_500
    assert one(demo, "select count(*) from messages where sent_at < '2025-10-01' or sent_at >= '2026-10-01'") == 0
    assert one(demo, "select count(distinct date_trunc('month', sent_at)) from messages") == 12


def test_every_channel_has_messages_both_ways(demo: Demo) -> None:
    rows = demo.execute(
        "select channel, direction, count(*) from messages where direction in ('inbound', 'outbound') group by all"
    ).fetchall()
    counts = {(channel, direction): count for channel, direction, count in rows}
    assert {channel for channel, _ in counts} == {"sms", "voice", "chat", "email", "web_form"}
    for channel in ("sms", "voice", "chat", "email"):
        assert min(counts[channel, "inbound"], counts[channel, "outbound"]) > 900


def test_december_and_summer_are_quiet_and_spring_is_busy(demo: Demo) -> None:
    by_month = dict(
        demo.execute(
            "select month(created_at), count(*) from contacts where created_at >= '2025-10-01' group by 1"
        ).fetchall()
    )
    assert by_month[12] < 0.8 * by_month[11]
    assert by_month[8] < 0.8 * by_month[6]
    assert min(by_month[month] for month in (3, 4, 5)) > by_month[2]


def test_weekends_are_quiet_and_reps_rest_at_night(demo: Demo) -> None:
    assert one(demo, "select avg((isodow(sent_at) > 5)::int) from messages where direction = 'inbound'") < 0.15
    assert (
        one(demo, "select count(*) from messages where sender_type = 'rep' and hour(sent_at) not between 9 and 17") == 0
    )


def test_bots_open_chats_only_from_april_on(demo: Demo) -> None:
    bots = "from messages where channel = 'chat' and sender_type = 'bot'"
    assert one(demo, f"select count(*) {bots} and sent_at < '2026-04-01'") == 0
    assert one(demo, f"select count(*) {bots} and sent_at >= '2026-04-01'") > 1_000


def test_bots_and_reps_hand_conversations_over(demo: Demo) -> None:
    handed = """
        select count(*) from (
            select thread_id from messages where thread_id is not null group by 1 having {condition}
        )"""
    assert one(demo, handed.format(condition="count(distinct rep_id) > 1")) > 100
    assert one(demo, handed.format(condition="count(*) filter (sender_type = 'bot') > 0 and count(rep_id) > 0")) > 400


def test_replies_take_longer_in_summer(demo: Demo) -> None:
    median = """
        with ordered as (
            select *, lead(sender_type) over w as next_sender, lead(sent_at) over w as next_at
            from messages
            where channel = 'email' and sent_at is not null
            window w as (partition by thread_id order by sent_at, message_id)
        )
        select median(epoch(next_at) - epoch(sent_at)) from ordered
        where sender_type = 'contact' and next_sender = 'rep'
            and hour(sent_at) between 9 and 13 and month(sent_at) in {months}"""
    assert one(demo, median.format(months="(8)")) > 1.5 * one(demo, median.format(months="(5, 6)"))


@pytest.mark.parametrize(
    ("what", "condition", "least"),
    [
        ("opt-outs", "lower(body) = 'stop'", 40),
        ("autoresponders", "sender_type = 'contact' and lower(body) like '%out of office%'", 50),
        ("failed texts", "channel = 'sms' and status = 'failed'", 50),
        ("bounced mails", "channel = 'email' and status = 'bounced'", 30),
        ("voicemails with seconds", "status = 'voicemail' and talk_seconds > 0", 500),
        ("answered calls", "status = 'answered' and talk_seconds > 0", 800),
        ("live calls without a status", "channel = 'voice' and status is null and talk_seconds > 0", 100),
        ("system lines", "sender_type = 'system'", 400),
        ("messages without a sender type", "sender_type is null", 500),
        ("rows without an id", "message_id is null", 2),
        ("rows without a contact", "contact_id is null", 5),
        ("unknown directions", "direction not in ('inbound', 'outbound')", 4),
        ("days that do not exist", "sent_at is null", 3),
    ],
)
def test_messages_have_the_edges_of_a_real_feed(demo: Demo, what: str, condition: str, least: int) -> None:
    assert one(demo, f"select count(*) from messages where {condition}") >= least, what


def test_an_impossible_day_stands_in_csv_as_it_came(demo_as_csv: Path) -> None:
    assert (demo_as_csv / "messages.csv").read_text(encoding="utf-8").count(",2026-02-30 ") == 3


def test_messages_are_loaded_twice_and_contacts_merged_twice(demo: Demo) -> None:
    twice = """
        select count(*) from (
            select message_id from messages where message_id is not null group by 1 having count(*) = 2
        )"""
    assert one(demo, twice) == 180
    assert one(demo, "select count(*) from contacts where merged_into is not null") > 60
    chains = """
        select count(*) from contacts as lost
        join contacts as kept on lost.merged_into = kept.contact_id
        where kept.merged_into is not null"""
    assert one(demo, chains) > 0


@pytest.mark.parametrize(
    ("table", "event"),
    [
        ("messages", "sent_at"),
        ("contacts", "created_at"),
        ("deals", "created_at"),
        ("deal_stages", "entered_at"),
        ("lifecycle_stages", "entered_at"),
        ("meetings", "booked_at"),
        ("meetings", "attended_at"),
        ("dispositions", "recorded_at"),
        ("opt_outs", "opted_out_at"),
        ("rep_states", "started_at"),
        ("link_clicks", "clicked_at"),
        ("experiment_assignments", "assigned_at"),
    ],
)
def test_everything_is_loaded_after_it_happened_and_before_the_year_is_over(demo: Demo, table: str, event: str) -> None:
    assert one(demo, f"select count(*) from {table} where loaded_at is null") == 0
    assert one(demo, f"select count(*) from {table} where {event} > loaded_at") == 0
    assert one(demo, f"select count(*) from {table} where loaded_at > '2026-10-01 02:00:00'") == 0


def test_codes_agree_with_the_mapping_seeds(demo: Demo) -> None:
    def found(sql: str) -> set[str]:
        return {row[0] for row in demo.execute(sql).fetchall() if row[0] is not None}

    assert found("select distinct channel from messages") <= seed_column("channels.csv", "raw_channel")
    assert found("select distinct status from messages") <= seed_column("message_statuses.csv", "status")
    assert found("select distinct industry from contacts") <= seed_column("industry_groups.csv", "industry")
    assert found("select distinct code from dispositions") <= seed_column("disposition_categories.csv", "code")
    stages = seed_column("outcome_stages.csv", "stage")
    assert found("select distinct stage from deal_stages") <= stages
    assert found("select distinct stage from lifecycle_stages") <= stages
    for step in ("booked", "attended"):
        assert found(f"select distinct coalesce(kind, 'meeting') || '_{step}' from meetings") <= stages


def test_keys_find_their_parents(demo: Demo) -> None:
    orphans = """
        select count(*) from {child}
        where {key} is not null
            and {key} not in (select {parent_key} from {parent} where {parent_key} is not null)"""
    for child, key, parent, parent_key in [
        ("messages", "contact_id", "contacts", "contact_id"),
        ("messages", "rep_id", "reps", "rep_id"),
        ("messages", "campaign_id", "campaigns", "campaign_id"),
        ("deals", "contact_id", "contacts", "contact_id"),
        ("deal_stages", "deal_id", "deals", "deal_id"),
        ("meetings", "contact_id", "contacts", "contact_id"),
        ("meetings", "deal_id", "deals", "deal_id"),
        ("dispositions", "message_id", "messages", "message_id"),
        ("link_clicks", "message_id", "messages", "message_id"),
    ]:
        sql = orphans.format(child=child, key=key, parent=parent, parent_key=parent_key)
        assert one(demo, sql) == 0, f"{child}.{key}"


def test_a_rep_changes_team_and_another_one_role_in_the_year(demo: Demo) -> None:
    assert one(demo, "select count(*) from (select rep_id from reps group by 1 having count(distinct team) > 1)") == 2
    assert one(demo, "select count(*) from (select rep_id from reps group by 1 having count(distinct role) > 1)") == 1


def test_some_dispositions_are_late_and_some_demos_missed(demo: Demo) -> None:
    late = """
        select count(*) from dispositions as noted
        join messages using (message_id)
        where noted.recorded_at > messages.sent_at + interval 26 hour"""
    assert one(demo, late) > 100
    statuses = {row[0] for row in demo.execute("select distinct status from meetings").fetchall()}
    assert statuses == {"booked", "attended", "no_show", "cancelled"}


def test_rates_differ_by_channel_as_a_newcomer_would_expect(demo: Demo) -> None:
    """A contact's chance to have a deal within 30 days of its first message: calls and forms before mails."""
    rates = dict(
        demo.execute(
            """
            with firsts as (
                select contact_id, min(sent_at) as first_at, min_by(channel, sent_at) as channel
                from messages where sent_at < '2026-09-01' group by 1
            )
            select channel, avg(exists (
                select 1 from deals
                where deals.contact_id = firsts.contact_id
                    and created_at >= first_at and created_at < first_at + interval 30 day
            )::int)
            from firsts group by 1"""
        ).fetchall()
    )
    assert rates["web_form"] > rates["chat"] > rates["sms"]
    assert rates["voice"] > rates["email"]
    assert 0.05 < rates["email"] < rates["web_form"] < 0.4


def test_stages_follow_each_other(demo: Demo) -> None:
    order = """
        select count(*) from deal_stages as later join deal_stages as created using (deal_id)
        where created.stage = 'opportunity_created'
            and later.stage is not null and later.entered_at < created.entered_at"""
    assert one(demo, order) == 0
    counts = dict(demo.execute("select stage, count(distinct deal_id) from deal_stages group by 1").fetchall())
    assert counts["opportunity_created"] > counts["proposal_sent"] > counts["closed_won"] > 200
