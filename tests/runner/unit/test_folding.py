"""Messages are broken between words, and what is copied or read as one thing stays one."""

from __future__ import annotations

import io

import pytest

from convsql.cli.folding import columns_of, folded


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("short", "short"),
        ("published build 1 to 'main': 8 built", "published build 1 to\n  'main': 8 built"),
        ("  hint: run it again when it is whole", "  hint: run it again\n    when it is whole"),
        ("wrote target/a/very/long/path/of_a_file.sql now", "wrote\n  target/a/very/long/path/of_a_file.sql\n  now"),
        ("all is well: run `convsql build` now", "all is well: run\n  `convsql build`\n  now"),
        ("run `convsql build --select a+ --full-refresh`", "run `convsql build\n  --select a+\n  --full-refresh`"),
        ("all of it was done in (12.5 s)", "all of it was done\n  in (12.5 s)"),
        ("one line\nand another that is long", "one line\nand another that is\n  long"),
        ("a-word-with-hyphens and-another", "a-word-with-hyphens\n  and-another"),
    ],
)
def test_a_message_is_folded_for_a_terminal_of_twenty_columns(text: str, expected: str) -> None:
    assert folded(text, 20) == expected


def test_nothing_is_folded_in_a_file() -> None:
    assert columns_of(io.StringIO()) is None
    assert folded("word " * 100, None) == "word " * 100
