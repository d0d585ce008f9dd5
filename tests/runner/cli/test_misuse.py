"""A slip on the command line is answered in plain words, with what was probably meant; nothing has to be read or built for it."""

from __future__ import annotations

import json

import pytest

from tests.support import convsql
from tests.support.root import ROOT


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("rates m --last three", "Invalid value for '--last': must be a whole number"),
        ("rates m --last 0", "Invalid value for '--last': must be 1 or more"),
        ("build --timeout soon", "Invalid value for '--timeout': must be a number"),
        ("build --retries -1", "Invalid value for '--retries': must be 0 or more"),
        ("rollback 99", "hint: did you mean `convsql rollback --to 99`?"),
        ("build waits cohort_rates", "hint: did you mean `convsql build --select waits --select cohort_rates`?"),
        ("forget ann bob", "hint: did you mean `convsql forget --contact ann --contact bob`?"),
        ("ls --output yaml", "--output: no output 'yaml'\n  hint: there are name, path, selector, json"),
        (
            f"ls --project-dir {ROOT} --resource-type table",
            "--resource-type: no resource type 'table'\n  hint: there are model, seed,",
        ),
    ],
)
def test_a_slip_is_answered_with_what_is_taken(words: str, said: str) -> None:
    done = convsql(*words.split())
    assert done.code == 2
    assert said in done.err
    assert "Input should" not in done.err
    assert done.out == ""


def test_one_word_too_many_has_no_hint_where_nothing_is_likely() -> None:
    done = convsql("rates", "m", "2026-07")
    assert done.code == 2
    assert "unexpected extra argument" in done.err and "hint:" not in done.err


def test_machines_get_the_same_words_and_the_hint() -> None:
    done = convsql("rollback", "99", "--json")
    assert done.code == 2
    (problem,) = json.loads(done.out)["errors"]
    assert problem["hint"] == "did you mean `convsql rollback --to 99`?"


def test_machines_are_told_which_option_is_wrong() -> None:
    done = convsql("history", "--limit", "0", "--json")
    (problem,) = json.loads(done.out)["errors"]
    assert problem["reason"] == "Invalid value for '--limit': must be 1 or more"
