"""Folders of HubSpot's and Salesforce's tables that once gave a wrong figure in silence: begun by `init`, built, with the figure worked by hand."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.models.connectors.project import Project
from tests.support import convsql

FAULTS = Path(__file__).parent / "faults"
RATES = (
    "select conversations, eligible, converted, amount from cohort_rates "
    "where metric = 'conversation_to_opportunity' and cohort_grain = 'all' and cohort_by = 'all'"
)

pytestmark = pytest.mark.slow


@pytest.fixture
def built(tmp_path: Path) -> Callable[..., Project]:
    """The project that `init` makes of a folder, built as far as some models."""

    def build(fault: str, *models: str, **variables: Any) -> Project:
        root = tmp_path / "connected"
        assert convsql("init", str(root), "--from", str(FAULTS / fault), "--yes", "--name", "connected").code == 0
        project = Project(root, variables)
        with contextlib.chdir(root):
            done = convsql("build", "--quiet", "--vars", json.dumps(variables), *(f"--select=+{m}" for m in models))
        assert done.code == 0, done.err[-3000:]
        return project

    return build


def test_a_call_is_what_its_outcome_says(built: Callable[..., Project]) -> None:
    """All four are logged as completed; only the third was with the contact."""
    rows = built("hubspot_call_outcome", "conversations").rows(
        "select first_message_id, reached_at is not null, two_way_at is not null, sales_handled_at is not null from conversations order by 1"
    )
    assert rows == [
        ("hubspot:11:20", False, False, False),
        ("hubspot:12:30", False, False, False),
        ("hubspot:13:40", True, True, True),
        ("hubspot:14:50", False, False, False),
    ]


def test_deals_that_are_deleted_merged_or_in_yen_do_not_swell_the_amount(built: Callable[..., Project]) -> None:
    """300 is deleted, 501 was merged into 500, 400 is 665.2 in the account's currency: 1000 + 665.2 + 2000."""
    assert built("hubspot_deleted_merged_and_foreign_deals", "cohort_rates").rows(RATES) == [(4, 4, 3, 3665.2)]


def test_what_was_said_to_a_contact_who_was_merged_converts(built: Callable[..., Project]) -> None:
    assert built("hubspot_merged_contacts", "cohort_rates").rows(RATES) == [(1, 1, 1, 1000.0)]


def test_stages_of_the_history_of_properties_go_by_their_label(built: Callable[..., Project]) -> None:
    project = built("hubspot_init_and_stage_names", "outcomes")
    metrics = re.findall(r"name: (conversation_to_\w+)", (project.root / "vars.yml").read_text(encoding="utf-8"))
    assert metrics == ["conversation_to_opportunity", "conversation_to_won"]
    assert project.rows("select outcome, entity_id, cast(occurred_at as date)::varchar from outcomes order by 3") == [
        ("opportunity_created", "hubspot:100", "2024-01-09"),
        ("closed_won", "hubspot:100", "2024-01-19"),
    ]


def test_of_versions_of_an_opportunity_the_latest_has_the_amount(built: Callable[..., Project]) -> None:
    project = built("salesforce_history_mode", "stg_deals", "staging_set_aside")
    assert project.rows("select deal_id, amount from stg_deals") == [("salesforce:006A", 900.0)]
    assert project.rows("select * from staging_set_aside") == []


def test_the_contact_that_salesforce_kept_survives_with_what_it_has(built: Callable[..., Project]) -> None:
    """The two share an e-mail address, and the one that was merged away has the lesser id."""
    project = built("salesforce_merged_contact_survives_its_master", "contact_survivors", contact_match=["email"])
    assert project.rows("select * from contact_survivors") == [("salesforce:003A", "salesforce:003B")]
    assert project.rows(
        "select account_id, persona, source from stg_contacts where contact_id = 'salesforce:003B'"
    ) == [("salesforce:001B", "Buyer", "Web")]


def test_a_task_is_a_message_when_it_is_completed_not_when_it_is_due(built: Callable[..., Project]) -> None:
    """Offer at 08:00, answer at 15:30; a call at 16:00 after the opportunity of 10:00; the planned call is none. 1 of 2: 900."""
    assert built("salesforce_task_due_date", "cohort_rates").rows(RATES) == [(2, 2, 1, 900.0)]
