"""The faults that were reported: one folder of exports, by `init` and its project, and as README has it with `raw_path`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support import Run, convsql
from tests.support.demo import copy_package

MESSAGES = "message_id,contact_id,channel,direction,sent_at,sender_type,body\n"
ROWS = (
    '#1001,c1,sms,inbound,2024-01-02T09:00:00Z,contact,"Hello, is this still on?"\n'
    "#1002,c1,sms,outbound,2024-01-02T09:30:00Z,rep,grüße\n"
    "x1003,c3,sms,inbound,2024-01-03T09:00:00Z,contact,later\n"
)
OTHERS = {
    "contacts.csv": b"sep=;\r\ncontact_id;persona\r\nc1;buyer\r\nc3;user\r\n",
    "deals.json": b'{"deals": [{"deal_id": "d1", "contact_id": "c1", "created_at": "2024-01-05"}], "next_page": null}',
    "deal_stages.csv": b"deal_id,stage,entered_at\nd1,closedlost,2024-01-06 10:00:00\n",
}
TOO_MANY = ROWS.replace('"', "").replace("grüße", "g")  # an unquoted comma below a row that begins with #


def ways(folder: Path, content: bytes) -> tuple[Run, Run, Path]:
    """The project that init makes of the exports, and the package with `raw_path`, as each ends; and where they lie."""
    data = folder / "data"
    data.mkdir()
    for name, text in {**OTHERS, "messages.csv": content}.items():
        (data / name).write_bytes(text)
    began = convsql("init", str(folder / "p"), "--from", str(data), "--yes", "--name", "p")
    select = "select message_id from {{ ref('stg_messages') }} order by 1"
    package = folder / "package"
    copy_package(package)
    variables = json.dumps({"raw_path": str(data), "inputs": [], "disposition_reviews": False})
    built = convsql("build", "--project-dir", str(package), "--vars", variables, "--select", "+stg_messages", "-q")
    shown = convsql("show", "--project-dir", str(package), "--vars", variables, "--inline", select, "--json")
    if began.code:
        return began, built, data
    own = convsql("build", "--project-dir", str(folder / "p"), "--select", "+stg_messages", "-q")
    assert own.code == 0, own.err
    return convsql("show", "--project-dir", str(folder / "p"), "--inline", select, "--json"), shown, data


@pytest.mark.slow
def test_every_message_arrives_by_either_way(tmp_path: Path) -> None:
    for run in ways(tmp_path, (MESSAGES + ROWS).encode("utf-16"))[:2]:
        assert run.code == 0, run.err
        assert run.json["rows"] == [["#1001"], ["#1002"], ["x1003"]]


@pytest.mark.slow
def test_a_row_that_does_not_fit_is_refused_for_the_same_reason_by_either_way(tmp_path: Path) -> None:
    began, built, data = ways(tmp_path, (MESSAGES + TOO_MANY).encode())
    for run in (began, built):
        assert run.code == 2
        assert "can't be read: messages.csv:2: 8 cells where the header has 7" in run.err.replace(f"{data}/", "")
