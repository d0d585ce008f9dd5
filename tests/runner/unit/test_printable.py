"""What a terminal would obey is shown escaped, wherever data and names are printed; ordinary text stays as it is."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from convsql.base.errors import ConvsqlError, Where
from convsql.base.printable import one_line, visible
from convsql.cli import terminal
from tests.support import Folder

ESCAPED = {
    "\x1b[2J": "\\x1b[2J",
    "\x1b]0;title\x07": "\\x1b]0;title\\x07",
    "\x1b]8;;http://evil\x1b\\text": "\\x1b]8;;http://evil\\x1b\\text",
    "\x9b2J": "\\x9b2J",
    "\x85": "\\x85",
    "over\rwritten": "over\\rwritten",
    "gone\x08\x08": "gone\\x08\\x08",
    "nul\x00": "nul\\x00",
    "del\x7f": "del\\u007f",
    "\u202eevil": "\\u202eevil",
    "\u2066a\u2069": "\\u2066a\\u2069",
    "pay\u200bpal": "pay\\u200bpal",
    "pay\u200dpal": "pay\\u200dpal",
    "\u200e\u200f\u061c": "\\u200e\\u200f\\u061c",
    "\ufefftext": "\\ufefftext",
    "line\u2028end": "line\\u2028end",
    "\ud800": "\\ud800",
    "\U000e0041": "\\U000e0041",
}
ORDINARY = ["", "plain text", "tab\tand\nline", "zażółć", "東京", "שלום עולם", "مرحبا", "می\u200cخواهم", "क्\u200dष", "😀👍🏽", "👨\u200d👩\u200d👧", "❤\ufe0f\u200d🔥", "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f", "C:\\x1b"]  # fmt: skip


@pytest.mark.parametrize("text", ESCAPED)
def test_what_a_terminal_obeys_is_shown_escaped(text: str) -> None:
    assert visible(text) == ESCAPED[text]


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_text_stays_as_it_is(text: str) -> None:
    assert visible(text) == text


def test_a_value_within_a_line_stays_in_it() -> None:
    assert one_line("1\nerror: forged\t\r") == "1\\nerror: forged\\t\\r"


def unobeyed(text: str) -> bool:
    return visible(text) == text


EVIL = "\x1b]0;PWNED\x07\x1b[2J\u202e\x9b31m[red][link=http://evil]x"


@pytest.fixture
def project(tmp_path: Path) -> Folder:
    seed = "seeds: [{name: s, columns: [{name: v, data_tests: [{accepted_values: {arguments: {values: [x]}}}]}]}]\n"
    return Folder(tmp_path, {"seeds/s.csv": f'id,v\n1,"{EVIL}"\n2,"two\nlines"\n', "seeds/s.yml": seed})


def test_failing_rows_are_shown_escaped_one_a_line(project: Folder) -> None:
    done = project.build(code=1)
    assert unobeyed(done.err)
    assert "PWNED" in done.err and "[red][link=http://evil]x" in done.err
    assert "two\\nlines" in done.err


def test_tables_are_shown_escaped_and_json_is_exact(project: Folder) -> None:
    project.remove("seeds/s.yml")
    project.build()
    shown = project.run("show", "s")
    assert unobeyed(shown.out)
    assert "\\x1b]0;PWNED\\x07" in shown.out and "[red][link=http://evil]x" in shown.out
    assert project.run("show", "s", "--json").json["rows"][0][1] == EVIL


@pytest.mark.parametrize(
    "files",
    [
        {"models/a.sql": "{{ config(materialized='table') }} select cast('\x1b[2J' as integer) as id"},
        {"models/a.sql": "select {{ ref('\x1b[2J') }}"},
        {"models/a.sql": "select '\x1b[2J' from from"},
        {"models/a\x1b[2J.sql": "select nothing"},
        {"models/a\nerror: forged.sql": "select nothing"},
        {"models/a.yml": 'models: [{name: "\\e[2J", colums: []}]'},
        {"vars.yml": '"\\e[2J": {x: 1}\nvars: 2'},
        {"dbt_project.yml": 'name: tiny\nprofile: "\\e[2J"'},
        {"models/a.sql": "{{ exceptions.raise_compiler_error('\x1b[2J\u202e') }}"},
    ],
)
def test_errors_are_shown_escaped(tmp_path: Path, files: dict[str, str]) -> None:
    done = Folder(tmp_path, files).run("build")
    assert done.code in (1, 2)
    assert unobeyed(done.err + done.out)
    assert not [line for line in done.err.splitlines() if line.startswith("error: forged")]


@pytest.mark.parametrize("argument", ["--no\x1b[2J", "--select=\x1b[2J"])
def test_wrong_usage_is_shown_escaped(project: Folder, argument: str) -> None:
    done = project.run("ls", argument)
    assert unobeyed(done.err + done.out)


def test_a_place_is_one_line() -> None:
    assert str(ConvsqlError("wrong", Where("a\nb\x1b", 3))) == "a\\nb\\x1b:3: wrong"


def test_json_of_every_sign_is_read_back_exactly(capsys: pytest.CaptureFixture[str]) -> None:
    signs = "".join(map(chr, range(0x3000))) + "\ud800\U000e0041"
    terminal.put(json.dumps(signs))
    assert json.loads(capsys.readouterr().out) == signs


def test_whatever_rich_is_given_is_shown_escaped(capsys: pytest.CaptureFixture[str]) -> None:
    from rich.text import Text

    terminal.put_rich(Text(EVIL), width=terminal.WHOLE)
    terminal.put_table([EVIL], [[EVIL]], EVIL)
    assert unobeyed(capsys.readouterr().out)


def test_a_terminal_of_few_signs_gets_them_spelled(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(kept, encoding="ascii"))
    terminal.put("→ 1")
    sys.stdout.flush()
    assert kept.getvalue() == b"\\u2192 1\n"


def test_the_bar_of_progress_reads_no_markup(monkeypatch: pytest.MonkeyPatch) -> None:
    screen: Any = io.StringIO()
    screen.isatty = lambda: True
    monkeypatch.setattr(sys, "stderr", screen)
    shown = terminal.Terminal()
    shown.begin(1)
    assert shown.progress is not None
    assert not [
        c
        for c in shown.progress.columns
        if getattr(c, "markup", False) and "description" in str(getattr(c, "text_format", ""))
    ]
    shown.end()
