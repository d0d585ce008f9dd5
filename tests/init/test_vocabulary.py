"""What stages, statuses and codes are taken to mean: never the contrary, and nothing that only sounds like it."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from convsql.base.installed import package_root
from convsql.init.found import Found
from convsql.init.mappings import Mappings, package_seeds, propose
from convsql.init.vocabulary.dispositions import DISPOSITIONS
from convsql.init.vocabulary.messages import CHANNELS, STATUSES
from convsql.init.vocabulary.reading import read
from convsql.init.vocabulary.stages import DEAL_STAGES, LIFECYCLE_STAGES, MEETINGS

TABLE = yaml.safe_load((Path(__file__).with_name("vocabulary.yml")).read_text(encoding="utf-8"))
VOCABULARIES = {
    "deal_stages": DEAL_STAGES,
    "lifecycle_stages": LIFECYCLE_STAGES,
    "meetings": MEETINGS,
    "statuses": STATUSES,
    "dispositions": DISPOSITIONS,
    "channels": CHANNELS,
}


def proposed(**values: dict[str, int]) -> Mappings:
    mappings = package_seeds(package_root())
    propose(mappings, Found(Path(), Path(), values=values))
    return mappings


def test_the_table_is_long() -> None:
    assert sum(len(values) for values in TABLE.values()) >= 200


@pytest.mark.parametrize("subject", VOCABULARIES)
def test_no_value_is_read_as_what_it_is_not(subject: str) -> None:
    stages = {(r["source"], r["stage"]): r["outcome"] for r in package_seeds(package_root()).rows["outcome_stages"]}
    wrong = {}
    for value, allowed in TABLE[subject].items():
        reading = read(value, VOCABULARIES[subject])
        said = stages.get((subject, value.lower())) or (
            reading.meaning if reading is not None and reading.is_sure else ""
        )
        if said != allowed.removeprefix("!") and (said or allowed.startswith("!")):
            wrong[value] = (said, allowed)
    assert not wrong


def test_a_guess_waits_with_its_reason_and_is_in_no_seed_that_counts() -> None:
    mappings = proposed(deal_stages={"budget approved": 3, "closed - not won": 2, "zombie": 1})
    assert list(mappings.rows["undecided_values"]) == [
        {
            "seed": "outcome_stages",
            "source": "deal_stages",
            "value": "budget approved",
            "proposal": "closed_won",
            "reason": "'approved' stands among other words",
        }
    ]
    assert {"source": "deal_stages", "stage": "closed - not won", "outcome": "closed_lost"} in mappings.rows[
        "outcome_stages"
    ]
    assert all(r["stage"] != "budget approved" for r in mappings.rows["outcome_stages"])
    assert [r["stage"] for r, _ in mappings.unknown["outcome_stages"]] == ["budget approved", "zombie"]


def test_a_dial_that_did_not_connect_is_not_answered() -> None:
    rows = {
        r["status"]: r for r in proposed(status={"not connected": 1, "answered by machine": 1}).rows["message_statuses"]
    }
    assert rows["not connected"]["is_answered"] == "false"
    assert "answered by machine" not in rows


def test_a_lost_booking_is_no_win() -> None:
    rows = {
        r["code"]: r
        for r in proposed(code={"no sale": 1, "demo booked": 1, "sale cancelled": 1}).rows["disposition_categories"]
    }
    assert (rows["no sale"]["category"], rows["no sale"]["is_win"]) == ("no_intent", "false")
    assert rows["demo booked"]["is_win"] == "true"
    assert "sale cancelled" not in rows
