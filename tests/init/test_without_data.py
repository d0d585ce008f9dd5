"""The CI of a new project: its definitions are checked where its data are not, with the same result."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.init.exports.shapes import SHAPES
from tests.support import convsql

STANDARD = {
    "messages.csv": "message_id,contact_id,channel,direction,sent_at\n1,c,sms,inbound,2026-01-01\n2,c,sms,outbound,2026-01-02\n",
    "contacts.csv": "contact_id,persona\nc,buyer\n",
    "deals.csv": "deal_id,contact_id,created_at\nd,c,2026-01-01\n",
    "deal_stages.csv": "deal_id,stage,entered_at\nd,won,2026-01-05\n",
}


@pytest.fixture(params=["standard", "exports"])
def project(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    if request.param == "exports":
        SHAPES["hubspot"].write(tmp_path / "data")
    else:
        (tmp_path / "data").mkdir()
        for name, text in STANDARD.items():
            (tmp_path / "data" / name).write_text(text, encoding="utf-8")
    assert convsql("init", str(tmp_path / "mine"), "--from", str(tmp_path / "data"), "--yes").code == 0
    monkeypatch.chdir(tmp_path / "mine")
    return tmp_path / "mine"


@pytest.mark.slow
def test_definitions_are_checked_without_the_data_to_the_same_meaning(project: Path) -> None:
    assert convsql("metrics", "check").code == 0, "nothing was locked yet"
    locked = convsql("metrics", "lock")
    assert locked.code == 0, locked.err
    shutil.rmtree(project.parent / "data")
    shutil.rmtree(project / "target")
    compiled = convsql("compile")
    assert compiled.code == 0, compiled.err
    assert "is missing: checked against its declared columns" in compiled.err
    checked = convsql("metrics", "check")
    assert checked.code == 0, checked.err
    assert "all hold" in checked.err
    assert convsql("build").code == 2, "a build needs the data"
    (project / "metrics.lock").unlink()
    assert convsql("metrics", "check").code == 1, "a lock that is gone is not none"


def test_no_file_holds_a_path_of_this_machine(project: Path, tmp_path: Path) -> None:
    whole = "".join(
        p.read_text(encoding="utf-8") for p in project.rglob("*") if p.is_file() and "target" not in p.parts
    )
    assert str(tmp_path) not in whole
