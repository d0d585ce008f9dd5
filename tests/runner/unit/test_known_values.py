"""A value that nothing can have is refused where it stands, with the one that was meant: channels of a metric, losses accepted."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from convsql.definitions.known_losses import REASONS
from tests.support import Folder
from tests.support.root import ROOT

Make = Callable[..., Folder]
METRIC = "{name: m, version: 1, owner: me, description: d, change_note: c, outcome: won, window_days: 7, eligible: {channels: CHANNELS}}"
CHANNELS = "raw_channel,channel\nsms,sms\nText ,SMS\ncarrier,\n"
HINT = "'sms'? A channel of its own is added to seeds/channels.csv"


def project_of(folder: Make, *lines: str) -> Folder:
    return folder(
        {
            "dbt_project.yml": "name: convsql\nversion: 1.0.0\nprofile: tiny\n",
            "models/one.sql": "select * from {{ ref('channels') }}",
            "seeds/channels.csv": CHANNELS,
            "vars.yml": "\n".join(["vars:", *lines, ""]),
        }
    )


@pytest.mark.parametrize(
    "listed, said",
    [
        ("[smss]", f"there is no channel 'smss' in seeds/channels.csv | did you mean {HINT}"),
        ("[sms, ' SMs. ']", f"there is no channel ' SMs. ' in seeds/channels.csv | did you mean {HINT}"),
        (
            "[text]",
            "'text' is not what a channel is called here: seeds/channels.csv turns it into 'sms' | did you mean 'sms'?",
        ),
    ],
)
def test_a_channel_that_is_another_s_name_is_refused(folder: Make, listed: str, said: str) -> None:
    project = project_of(folder, "  conversion_metrics:", "    - " + METRIC.replace("CHANNELS", listed))
    assert project.errors() == [f"vars.yml:3: metric 'm': eligible.channels: {said}"]


def test_a_channel_of_the_seed_or_of_the_data_alone_is_not(folder: Make) -> None:
    """Channels that the seed does not list are themselves, so that only the data can tell of one that resembles none."""
    listed = "[Sms, carrier, pigeon]"
    project = project_of(folder, "  conversion_metrics: [" + METRIC.replace("CHANNELS", listed) + "]")
    assert project.errors() == []


def test_an_accepted_loss_is_of_an_input_and_of_its_column_or_a_reason(folder: Make) -> None:
    project = project_of(
        folder,
        "  accepted_losses:",
        "    - deals.amout",
        "    - mesages.contact_id",
        "    - deals.zebra",
        *(f"    - messages.{reason}" for reason in (*REASONS, "rep_id")),
    )
    columns = "deal_id, contact_id, account_id, owner_id, amount, currency, created_at, loaded_at"
    neither = "is neither a column of deals nor a reason for which rows are set aside"
    assert project.errors() == [
        f"vars.yml:3: variable 'accepted_losses': 'deals.amout': 'amout' {neither} | did you mean 'amount'?",
        "vars.yml:4: variable 'accepted_losses': 'mesages.contact_id': there is no input 'mesages' | did you mean 'messages'?",
        f"vars.yml:5: variable 'accepted_losses': 'deals.zebra': 'zebra' {neither} | columns are {columns}; reasons are {', '.join(REASONS)}",
    ]


def test_the_reasons_are_those_that_staging_counts() -> None:
    text = (ROOT / "models/losses/staging_set_aside.sql").read_text(encoding="utf-8")
    assert [reason for reason in REASONS if f"'{reason}'" not in text] == []
