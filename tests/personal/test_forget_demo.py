"""One of the demo's contacts, forgotten in the package's own models: no byte of them is left."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from tests.personal.feed import where_found
from tests.support import convsql
from tests.support.demo import copy_demo

_OF = {"deal_stages": "deal_id in (select deal_id from '{raw}/deals.parquet' where contact_id = '{id}')"}
_OF["link_clicks"] = "message_id in (select message_id from '{raw}/messages.parquet' where contact_id = '{id}')"


@pytest.mark.slow
def test_no_byte_of_a_contact_is_left(
    demo_project: Path, demo_raw: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project, raw = copy_demo(demo_project, tmp_path / "project"), tmp_path / "raw"
    raw.mkdir()
    with duckdb.connect() as connection:
        (contact,) = connection.execute(
            f"select contact_id from '{demo_raw}/messages.parquet' where body is not null and contact_id in"
            f" (select contact_id from '{demo_raw}/deals.parquet') group by all order by count(*) desc, contact_id limit 1"
        ).fetchone() or ("",)
        for file in sorted(demo_raw.glob("*.parquet")):
            columns = [row[0] for row in connection.execute(f"describe from '{file}'").fetchall()]
            condition = _OF.get(file.stem) or ("contact_id = '{id}'" if "contact_id" in columns else "false")
            where = condition.format(raw=demo_raw, id=contact)
            connection.execute(
                f"copy (from '{file}' where not coalesce({where}, false)) to '{raw / file.name}' (format parquet)"
            )
    monkeypatch.chdir(project)
    variables = ("--vars", f"raw_path: {raw}")
    assert where_found(project, (contact,)) != []
    done = convsql("forget", "--contact", contact, "--json")
    assert done.code == 2 and "messages.contact_id" in done.json["errors"][0]["reason"]
    done = convsql("forget", "--contact", contact, "--json", *variables)
    assert done.code == 0, done.out + done.err
    assert done.json["left"] == []
    assert where_found(project, (contact,)) == []
    assert convsql("build", "--json", *variables).json["status"] == "nothing_to_do"
