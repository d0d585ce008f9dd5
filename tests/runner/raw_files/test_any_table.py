"""Property: a table that any tool writes comes back cell by cell, or is refused; no row is lost or split."""

from __future__ import annotations

import csv
import io
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convsql.raw_files.reading import RawFiles
from tests.support.scratch import scratch_rows

CELLS = st.text(alphabet="ab#1,;\t|\"'\\\n \u00fc\u20ac-=/", max_size=6)
TABLES = st.integers(2, 4).flatmap(lambda width: st.lists(st.lists(CELLS, min_size=width, max_size=width), max_size=6))


@pytest.mark.slow
@given(
    TABLES,
    st.sampled_from(",;\t|"),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
)
@settings(max_examples=80, deadline=None)
def test_what_a_tool_writes_is_read(
    table: list[list[str]], delimiter: str, end: str, encoding: str, quoting: csv._QuotingType
) -> None:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator=end, quoting=quoting)
    names = ["id", "body", "c", "d"][: len(table[0]) if table else 3]
    writer.writerows([names, *table])
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "t.csv"
        file.write_bytes(out.getvalue().encode(encoding))
        reading = RawFiles(Path(folder) / "target", "1").reading([str(file)])
        assert not reading.wrong
        assert [n for n, *_ in scratch_rows(f"describe select * from {reading.relation}")] == names
        expected = [tuple(cell or None for cell in row) for row in table]
        assert scratch_rows(f"select * from {reading.relation}") == expected
