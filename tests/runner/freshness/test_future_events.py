"""An event dated in the future moves no clock that readers see: the build that has it is refused, or the row is set aside and counted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from tests.support import Folder

Make = Callable[..., Folder]
NOW = datetime.now(UTC)
CHOSEN = ("--select", "clocks", "staging_set_aside", "stg_messages", "events_follow_the_clock")


def at(days: float) -> str:
    return (NOW + timedelta(days=days)).strftime("%Y-%m-%d %H:%M:%S")


def messages(*events: tuple[float, float | None]) -> str:
    """Messages by the days of their event and of their load, counted from now; none: not given."""
    lines = [
        f"m{n},c{n},sms,inbound,{at(sent)},{'' if loaded is None else at(loaded)}"
        for n, (sent, loaded) in enumerate(events)
    ]
    return "\n".join(["message_id,contact_id,channel,direction,sent_at,loaded_at", *lines]) + "\n"


@pytest.mark.slow
def test_a_message_of_the_future_moves_no_clock(folder: Make) -> None:
    project = folder(
        {
            "packages.yml": "packages:\n  - local: convsql\n",
            "vars.yml": "raw_path: raw\nraw_format: csv\ninputs: []\nconversion_metrics: []\n",
            "raw/contacts.csv": f"contact_id,created_at\nc0,{at(-40)}\n",
            "raw/deals.csv": f"deal_id,contact_id,created_at\nd0,c0,{at(-30)}\n",
            "raw/deal_stages.csv": f"deal_id,stage,entered_at\nd0,opportunity,{at(-20)}\n",
            "raw/messages.csv": messages((-3, -3), (-2, -2)),
        }
    )

    def as_of() -> str:
        return str(project.query("select strftime(as_of, '%Y-%m-%d %H:%M:%S') from clocks")[0][0])

    project.build(*CHOSEN)
    assert as_of() == at(-2)
    for wrong in ((5, None), (5, 5), (5, -1), (-1, 5)):  # dated, loaded, or both
        project.write("raw/messages.csv", messages((-3, -3), (-2, -2), (-1, -1), wrong))
        done = project.build(*CHOSEN, code=1)
        assert "FAIL  test events_follow_the_clock" in done.err, wrong
        assert as_of() == at(-2)  # readers see the last good build

    project.write("raw/messages.csv", messages((-3, -3), (-2, -2), (-1, -1), (5, None)))
    day = (NOW - timedelta(hours=1)).strftime("%Y-%m-%d")
    project.build(*CHOSEN, "--vars", f"{{plausible_times: {{to: {day}}}}}")
    assert as_of() == at(-1)
    counted = project.query(
        "select row_count from staging_set_aside where input = 'messages' and reason = 'implausible_time'"
    )
    assert counted == [(1,)]

    project.build(*CHOSEN, "--vars", f"{{as_of: '{at(0)}'}}")
    assert as_of() == at(0)
    counted = project.query(
        "select row_count from staging_set_aside where input = 'messages' and reason = 'after_as_of'"
    )
    assert counted == [(1,)]
