"""`metric@version` is written, read and looked up in one way by every command."""

from __future__ import annotations

import pytest

from convsql.base.errors import ConvsqlError, Where
from convsql.definitions.metric_key import MetricKey, find, parse, parse_key

KNOWN = {MetricKey("won", 1): "deprecated", MetricKey("won", 2): "active", MetricKey("met", 1): "draft"}
CURRENT = {MetricKey("won", 2)}


def test_what_is_written_is_read_again() -> None:
    key = MetricKey("to_won", 12)
    assert (str(key), key.in_words) == ("to_won@12", "to_won v12")
    assert parse_key(str(key)) == key == ("to_won", 12)


@pytest.mark.parametrize(
    ("word", "found"), [("won", ("won", None)), ("won@2", ("won", 2)), ("won@v2", ("won", 2)), ("won@02", ("won", 2))]
)
def test_a_version_may_be_left_out_or_begin_with_v(word: str, found: tuple[str, int | None]) -> None:
    assert parse(word) == found


@pytest.mark.parametrize("word", ["", "@", "@2", "won@", "won@two", "won@v", "won@-1", "won@1.0", "won@1@2", "won@²"])
def test_anything_else_is_an_error_that_says_how_to_write_it(word: str) -> None:
    with pytest.raises(ConvsqlError) as raised:
        parse(word, Where("here"))
    name = "won" if word.startswith("won") else "metric"
    assert raised.value.reason == f"'{word}' names no metric version"
    assert raised.value.hint == f"write metric@version, such as {name}@1"
    assert str(raised.value.where) == "here"


def test_a_key_has_a_version() -> None:
    with pytest.raises(ConvsqlError, match="'won' names no metric version"):
        parse_key("won")


def test_a_bare_name_is_the_current_version() -> None:
    assert find(KNOWN, "won", None, CURRENT) == ("won", 2)
    assert find(KNOWN, "won", 1, CURRENT) == ("won", 1)


@pytest.mark.parametrize(
    ("name", "version", "reason", "hint"),
    [
        ("wom", None, "no metric 'wom'", "did you mean 'won'?"),
        ("zzz", 1, "no metric 'zzz'", "there are met, won"),
        ("won", 3, "metric 'won' has no version 3", "there are won@1 (deprecated), won@2 (active)"),
        ("met", None, "metric 'met' has no active version", "name one: met@1 (draft)"),
    ],
)
def test_what_nothing_has_is_answered_with_what_there_is(
    name: str, version: int | None, reason: str, hint: str
) -> None:
    with pytest.raises(ConvsqlError) as raised:
        find(KNOWN, name, version, CURRENT)
    assert (raised.value.reason, raised.value.hint) == (reason, hint)


def test_a_project_without_metrics_says_so() -> None:
    with pytest.raises(ConvsqlError) as raised:
        find({}, "won", None, ())
    assert raised.value.hint == "no metric is defined"
