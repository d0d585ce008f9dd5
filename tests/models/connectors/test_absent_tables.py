"""Tables of connectors that are not there are named at once, with the line that says so."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
import yaml

from tests.models.connectors.project import FIXTURES, VARIABLES, begin

# What a later version of the package reads, and a project that was begun before it never named.
NEW = (
    "hubspot.merged_deal", "hubspot.property_option", "salesforce.event", "twilio.incoming_phone_number", "twilio.outgoing_caller_id",
)  # fmt: skip


def _without(root: Path, tables: tuple[str, ...]) -> str:
    """The path of a copy of the fixtures that lacks some tables."""
    shutil.copytree(FIXTURES, root / "data")
    for table in tables:
        (root / "data" / f"{table.replace('.', '/')}.csv").unlink()
    return str(root / "data")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("connectors", "absent", "named"),
    [
        (VARIABLES["connectors"], NEW, NEW),
        # Neither of the tables that stages are read from: the second would be missed after the first was named.
        pytest.param(
            ["hubspot"],
            ("hubspot.deal_stage",),
            ("hubspot.deal_stage", "hubspot.deal_property_history"),
            marks=pytest.mark.slow,
        ),
    ],
)
def test_all_tables_that_are_not_there_are_one_error_and_its_line_is_enough(
    tmp_path: Path, connectors: list[str], absent: tuple[str, ...], named: tuple[str, ...]
) -> None:
    variables = {"connectors": connectors, "connector_path": _without(tmp_path, absent)}
    done = begin(tmp_path / "first", **variables).run("compile")
    assert (done.code, done.err.count("error: ")) == (2, 1), done.err
    assert re.search(r"models/connectors/\w+/sources\.yml:\d+: \d tables of connectors are not there: ", done.err)
    (line,) = re.findall(r"`(connectors_without: \[.*\])`", done.err)
    listed = yaml.safe_load(line)["connectors_without"]
    assert (set(listed), len(listed)) == ({*VARIABLES["connectors_without"], *named}, len(set(listed)))
    mended = begin(tmp_path / "mended", **variables, connectors_without=listed).run("compile")
    assert mended.code == 0, mended.err


@pytest.mark.slow
def test_a_tool_of_which_nothing_is_there_is_looked_for_elsewhere_first(tmp_path: Path) -> None:
    project = begin(
        tmp_path / "project", connectors=["zendesk"], connector_path=str(tmp_path / "data"), connectors_without=[]
    )
    done = project.run("compile")
    assert done.code == 2
    assert re.search(
        r"hint: nothing of zendesk is there: check the variable connector_path \(.*/data/zendesk/", done.err
    )
