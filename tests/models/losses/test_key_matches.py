"""Keys of two inputs that are written differently: what `key_matches` says of them, against the plain reading of the same rows."""

from __future__ import annotations

from random import Random

import pytest

from tests.spec.properties.compare import first_difference
from tests.spec.properties.harness import OnDemand
from tests.spec.reference.columns import INPUTS, Row, Rows
from tests.spec.reference.keys import REFERENCES
from tests.spec.reference.reading import read
from tests.spec.reference.world import World

# Each line is one key in several writings; a few of them are writings of two keys.
WRITINGS = [
    ["003A0000012abcdQAC", "003A0000012abcd", "003a0000012abcdqac", "hubspot:003A0000012abcd", " 003A0000012abcdQAC\t"],
    ["00123", "123", "123.0", "0123 ", "C-123", "C123", "'123'", "123.00"],
    ["1001", "1001.0", "1,001", "crm:contact:1001", "\u00a01001", "id 1001"],
    ["lead7", "lead7.0", "LEAD7", "lead7.00", "lead-7"],
    ["cust-77", "CUST-77", "cust-77 ", "cust_77", "cust77", "{CUST-77}", "customer/77"],
    ["+49 170 555", "49170555", "whatsapp:+49170555", "0049170555"],
    ["ann@example.org", "Ann@Example.org", "mailto:ann@example.org", "ann@example.org\ufeff"],
    ["é-1", "É-1", "é\u20141", "it's", "its", "0", ".0", "-", "000", "x-0.0"],
]
REQUIRED = {"channel": "sms", "direction": "inbound", "stage": "won", "code": "ok", "experiment": "e", "variant": "v"}
AT = "2024-01-05 10:00:00"


def drawn(seed: int) -> World:
    """Inputs of a dozen rows, each column that refers or is referred to with writings of few keys."""
    random = Random(seed)
    pool = [key for keys in random.sample(WRITINGS, 3) for key in keys]
    named = {each for here, there, *_ in REFERENCES for each in (here, there)}

    def row(name: str, number: int) -> Row:
        return {
            column: (
                (random.choice(pool) if column in INPUTS[name].required or random.random() < 0.8 else None)
                if f"{name}.{column}" in named
                else REQUIRED.get(column, f"{column} {number}" if kind == "text" else AT if kind == "time" else None)
            )
            for column, kind in INPUTS[name].types.items()
        }

    rows: dict[str, Rows] = {name: [row(name, n) for n in range(random.randint(0, 9))] for name in INPUTS}
    optional = [name for name, each in INPUTS.items() if each.optional and random.random() < 0.7]
    return World(tables=rows, vars={"inputs": optional, "as_of": "2024-02-01 00:00:00"})


@pytest.mark.parametrize("seed", range(12))
def test_the_table_is_what_the_plain_reading_of_the_same_rows_says(seed: int) -> None:
    world = drawn(seed)
    assert first_difference(read(world), {"key_matches": OnDemand(world)["key_matches"]}) is None


def test_the_draws_hold_every_rewriting_and_both_ends() -> None:
    """But blanks alone, which staging takes off before keys are compared."""
    found = [row for seed in range(60) for row in read(drawn(seed))["key_matches"]]
    assert {row["rewriting"] for row in found} == {
        None, "case", ".0", "leading zeros", "15 or 18 characters", "signs", "prefix", "several",
    }  # fmt: skip
    assert {row["match_share"] for row in found} > {None, 0, 1}
