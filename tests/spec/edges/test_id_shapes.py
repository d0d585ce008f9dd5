"""An id is read by a look at its ends; where that does not do, at all of it: the borders between the two, and of 2^53."""

from __future__ import annotations

import duckdb
import pytest

from tests.spec.properties.harness import templates

# 2^53 = 9007199254740992: from there on two whole numbers are one floating point number, so the digits of `…0` are lost.
LARGEST = 2**53


def read(null_words: list[str] | None, *given: str) -> list[str | None]:
    """The ids, by the rule as it is under these null words."""
    package = templates()
    package._vars = {} if null_words is None else {"null_words": null_words}  # as compile() sets them
    rule = package._environment.from_string("{{ as_id('given') }}").render()
    with duckdb.connect(":memory:") as session:
        session.execute("create table ids (place integer, given varchar)")
        session.executemany("insert into ids values (?, ?)", list(enumerate(given)))
        return [row[0] for row in session.execute(f"select {rule} from ids order by place").fetchall()]


def test_every_digit_of_the_largest_whole_number_counts() -> None:
    """Each digit raised by one is beyond it, and lowered by one below it, whatever follows."""
    digits = str(LARGEST)
    beyond = [f"{digits[:n]}{int(d) + 1}{digits[n + 1 :]}.0" for n, d in enumerate(digits) if d != "9"]
    below = [f"{digits[:n]}{int(d) - 1}{'9' * (15 - n)}.0" for n, d in enumerate(digits) if d != "0"]
    assert read(None, f"{LARGEST}.0", *beyond) == [None] * (1 + len(beyond))
    assert read(None, *below) == [text.removesuffix(".0") for text in below]
    assert read(None, f"-00{LARGEST - 1}.00", "00000000000000000000011.0", "12345678901234567.0") == [
        f"-00{LARGEST - 1}", "00000000000000000000011", None,
    ]  # fmt: skip


@pytest.mark.parametrize("decimals", range(16))
def test_an_exponent_is_read_where_it_counts_the_decimals(decimals: int) -> None:
    """7.12E+02 is 712; one decimal more or less has lost digits, or none to lose; from 15 on all have."""
    text = "7" + ("." if decimals else "") + "123456789012345"[:decimals]
    whole = text.replace(".", "") if decimals < 15 else None
    assert read(None, f"{text}E+{decimals:02}", f"{text}e+{decimals:03}", f"{text}E+{decimals + 1:02}") == [
        whole,
        whole,
        None,
    ]


def test_a_plus_sign_and_a_dot_are_no_number_by_themselves() -> None:
    assert read(None, "+4915123", "a.0", "1.5.0", "1E5", "k1 ", "\u30001", "\u00e9", "nULL", "nulls", "", "e\u0301") == [
        "+4915123", "a.0", "1.5.0", "1E5", "k1", "1", "\u00e9", None, "nulls", None, "e\u0301",
    ]  # fmt: skip


def test_null_words_may_end_in_a_digit_or_be_long() -> None:
    assert read(["x0", "not given yet"], "X0", "x01", "Not Given Yet", "null", "not given") == [
        None,
        "x01",
        None,
        "null",
        "not given",
    ]
