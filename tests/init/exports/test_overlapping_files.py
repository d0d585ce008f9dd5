"""Files of one input that overlap: a row that stands in several of them is one row, and init says how many do."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.init.exports.test_one_person import build, ids
from tests.init.exports.test_plans import begin

HEAD = "Id,Contact ID,Direction,Sent,Text\n"


def rows(*numbers: int, first: int | None = None, more: str = "") -> str:
    """Messages by number; with `first`, their ids begin there and say nothing of which message it is."""
    return "".join(
        f"{n if first is None else first + k},C{n % 5},{'in' if n % 2 else 'out'},2024-01-{n % 27 + 1:02} 1{n % 10}:00,text {n}{more}\n"
        for k, n in enumerate(numbers)
    )


JAN, FEB = tuple(range(20)), tuple(range(12, 30))  # 30 messages, 8 of them in both
WITHOUT_ID = "Contact ID,Direction,Sent,Text\n"


def bare(text: str) -> str:
    return "".join(line.split(",", 1)[1] + "\n" for line in text.splitlines())


CASES = {
    "the same ids": ({"sms jan.csv": HEAD + rows(*JAN), "sms feb.csv": HEAD + rows(*FEB)}, 30, "8 of 38 rows"),
    "another order of columns": (
        {
            "sms jan.csv": HEAD + rows(*JAN),
            "sms feb.csv": "Text,Id,Contact ID,Direction,Sent\n" + "".join(",".join([(c := line.split(","))[4], *c[:4]]) + "\n" for line in rows(*FEB).splitlines()),
        },
        30,
        "8 of 38 rows",
    ),
    "no ids": (
        {"sms jan.csv": WITHOUT_ID + bare(rows(*JAN)), "sms feb.csv": WITHOUT_ID + bare(rows(*FEB))},
        30,
        "8 of 38 rows",
    ),
    "ids that begin anew, and rows that are alike": (
        {"sms jan.csv": HEAD + rows(*JAN, first=1), "sms feb.csv": HEAD + rows(0, 1) .replace("0,", "1,", 1).replace("1,C1", "2,C1") + rows(*range(20, 30), first=3)},
        30,
        "2 of 32 rows",
    ),
    "ids that begin anew": ({"sms jan.csv": HEAD + rows(*JAN, first=1), "sms feb.csv": HEAD + rows(*range(20, 30), first=1)}, 30, ""),
    "a file more": (
        {"sms jan.csv": HEAD + rows(*JAN), "sms feb.csv": HEAD + rows(*FEB), "sms mar.csv": HEAD + rows(*range(28, 33))},
        33,
        "10 of 43 rows",
    ),
    "other columns": (
        {"sms jan.csv": HEAD + rows(*JAN), "sms feb.csv": HEAD.replace("Text", "Text,Agent") + rows(*FEB, more=",Rita")},
        30,
        "",
    ),
    "other tools": (
        {"sms.csv": HEAD + rows(*JAN), "call log.csv": "Id,Contact ID,Direction,Started at,Duration\n" + "".join(f"{n},C1,out,2024-03-0{n} 10:00,0:02:10\n" for n in range(1, 6))},
        25,
        "",
    ),
}  # fmt: skip


REST = {
    "contacts.csv": "Contact ID,Name\n" + "".join(f"C{n},P{n}\n" for n in range(5)),
    "crm deals.csv": "Deal ID,Contact ID,Amount,Created\nD1,C1,10,2024-01-20 10:00\n",
}


@pytest.mark.slow
@pytest.mark.parametrize("case", [name for name in CASES if name != "other columns"])
def test_a_row_is_read_once_in_however_many_files_it_stands(case: str, tmp_path: Path) -> None:
    files, messages, said = CASES[case]
    done = begin(tmp_path, {**files, **REST}, "zone=UTC")
    assert f"messages {messages}, " in done.err
    assert (said in done.err) if said else ("stand more than once" not in done.err)


@pytest.mark.slow
@pytest.mark.parametrize(
    "case", ["another order of columns", "ids that begin anew, and rows that are alike", "other columns"]
)
def test_a_message_has_one_id_in_however_many_files_it_stands(case: str, tmp_path: Path) -> None:
    files, messages, _ = CASES[case]
    begin(tmp_path, {**files, **REST}, "zone=UTC", "deals.opportunity=created")
    build(tmp_path)
    assert ids(tmp_path, "select count(distinct message_id) from {{ ref('messages') }}") == [[messages]]


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"contacts a.csv": "Contact ID,Name\nC1,Ann\nC2,Bob\n", "contacts b.csv": "Contact ID,Name\nC2,Bob\nC3,Cleo\n"}, "contacts: 1 of 4 rows"),
        ({"deals a.csv": "Deal ID,Contact ID,Amount,Created\nD1,C1,10,2024-01-02\n", "deals b.csv": "Deal ID,Contact ID,Amount,Created\nD1,C1,10,2024-01-02\nD2,C2,20,2024-01-03\n"}, "deals: 1 of 3 rows"),
    ],
)  # fmt: skip
def test_rows_of_other_inputs_are_one_too_and_it_is_said(files: Mapping[str, str], said: str, tmp_path: Path) -> None:
    done = begin(tmp_path, {"sms.csv": HEAD + rows(*JAN), **files}, "zone=UTC")
    assert f"{said} stand more than once, alike, in {', '.join(files)}: each is read once" in " ".join(done.err.split())
