"""The package's own models over a part of the demo, night after night, all made in parts that can be: each is what its whole query gives."""

from __future__ import annotations

import json
from collections import Counter
from itertools import pairwise
from pathlib import Path

import duckdb
import pytest

from convsql.building import in_parts
from tests.support import convsql
from tests.support.demo import RAW_PATH, copy_package, part_of_demo

NIGHTS = ("2026-09-20", "2026-09-21", "2026-10-05")
LAST = ("cohort_conversations", "first_waits", "funnel_steps", "agent_turns", "contact_touches", "conversation_topics")
"""What these are made of is built with them."""


def until(night: str, before: str, everything: Path, raw: Path) -> None:
    """The raw tables as they were on that night: what had been sent, created, entered … by then, and what has no time; messages since the night before in a file of their own."""
    (raw / "messages").mkdir(parents=True, exist_ok=True)
    with duckdb.connect() as connection:
        for file in sorted(everything.glob("*.parquet")):
            columns = connection.execute(f"describe from '{file}'").fetchall()
            times = [str(name) for name, kind, *_ in columns if kind.startswith("TIMESTAMP") and name != "valid_to"]
            chosen = f"coalesce({', '.join(times)}) < timestamp '{night}'" if times else "true"
            place = raw / file.name
            if file.stem == "messages":
                place = raw / "messages" / f"{night}.parquet"
                chosen += f" and coalesce({', '.join(times)}) >= timestamp '{before}'"
            connection.execute(f"copy (from '{file}' where {chosen}) to '{place}' (format parquet)")


@pytest.mark.slow
def test_every_model_is_what_its_whole_query_gives(
    demo_raw: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(in_parts, "FEWEST_ROWS", 300)
    everything, raw = tmp_path / "everything", tmp_path / "demo/raw"
    everything.mkdir()
    raw.mkdir(parents=True)
    part_of_demo(demo_raw, everything)
    copy_package(tmp_path)
    variables = tmp_path / "vars.yml"
    variables.write_text(
        variables.read_text(encoding="utf-8").replace(RAW_PATH, f"raw_path: {raw}\n"), encoding="utf-8"
    )
    parts: Counter[str] = Counter()
    for before, night in pairwise(("1970-01-01", *NIGHTS)):
        until(night, before, everything, raw)
        given = ["--vars", json.dumps({"as_of": None}), "--project-dir", str(tmp_path)]
        done = convsql(
            "build", "--select", *(f"+{name}" for name in LAST), "--exclude", "resource_type:unit_test", *given
        )
        assert done.code == 0, done.err
        assert convsql("compile", *given).code == 0
        results = json.loads((tmp_path / "target/run_results.json").read_text(encoding="utf-8"))["results"]
        with duckdb.connect(str(tmp_path / "convsql.duckdb"), read_only=True) as connection:
            for result in results:
                name = result["unique_id"].rpartition(".")[2]
                if (
                    not result["unique_id"].startswith("model.")
                    or result["adapter_response"]["convsql"]["status"] == "reused"
                ):
                    continue
                (file,) = list((tmp_path / "target/compiled").rglob(f"models/**/{name}.sql"))
                more, fewer = (
                    connection.execute(f"select count(*) from (({one}) except all ({other}))").fetchall()
                    for one, other in ((file.read_text(), f"from main.{name}"), (f"from main.{name}", file.read_text()))
                )
                assert (more, fewer) == ([(0,)], [(0,)]), f"{name} on {night}"
                made = str(result["adapter_response"]["convsql"].get("made") or "")
                parts[name] += made.startswith("in parts")
    assert parts["stg_messages"] and sum(times > 0 for times in parts.values()) >= 5
