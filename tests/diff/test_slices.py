"""Rates, matrix and split against the reading by sets, on drawn conversations."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from convsql.diff.slices import ABSENT, RATES, STEPS, Cell, Slice, Stand, slices
from tests.diff import brute

STATES = ["below_kind", "excluded: channel", "excluded: predicate", "pending", "not_converted"]
STATES += ["converted", "converted, window open"]
Drawn = tuple[str, str, bool, bool]


@st.composite
def stands(draw: st.DrawFn) -> Drawn:
    """State, cohort, credited, credited by the rule of before; only who converted may hold credit."""
    state = draw(st.sampled_from([ABSENT, *STATES]))
    holds = st.booleans() if state.startswith("converted") else st.just(False)
    return state, draw(st.sampled_from(["january", "february"])), draw(holds), draw(holds)


worlds = st.lists(st.tuples(stands(), stands()), max_size=12)


def cells(world: list[tuple[Drawn, Drawn]]) -> list[Cell]:
    """Conversations that stand alike as one cell, as the query gives them."""
    alike = Counter((old[:3], new) for old, new in world if (old[0], new[0]) != (ABSENT, ABSENT))
    zero = (Decimal(0), Decimal(0))
    return [
        Cell(Stand(old[0], (old[1],), old[2]), Stand(new[0], (new[1],), new[2]), new[3], number, 0, zero, zero)
        for (old, new), number in alike.items()
    ]


def side(world: list[tuple[Drawn, Drawn]], which: int) -> brute.Side:
    found = {}
    for number, pair in enumerate(world):
        state, cohort, credited, by_old_rule = pair[which]
        if state != ABSENT:
            matured = state in ("not_converted", "converted")
            converted = state.startswith("converted")
            found[str(number)] = brute.Seen(state, (cohort,), matured, converted, credited, by_old_rule)
    return found


def agrees(part: Slice, before: brute.Side, after: brute.Side) -> None:
    for name in RATES:
        change = part.rate(name)
        wanted = brute.split(before, after, name, ... if part.cohort is None else part.cohort)
        if wanted is None:
            assert change.change is None and set(change.parts.values()) == {None}
        else:
            assert [change.parts[step] for step in STEPS] == wanted
            assert sum(wanted) == change.change


@given(worlds)
def test_parts_are_those_of_the_reading_and_sum_to_the_change(world: list[tuple[Drawn, Drawn]]) -> None:
    total, cohorts = slices(cells(world))
    before, after = side(world, 0), side(world, 1)
    for part in [total, *cohorts]:
        agrees(part, before, after)
    assert {c.cohort for c in cohorts} == {s.cohort for s in [*before.values(), *after.values()]}


@given(worlds)
def test_every_conversation_is_in_one_cell_and_the_margins_are_the_counts(world: list[tuple[Drawn, Drawn]]) -> None:
    total, cohorts = slices(cells(world))
    before, after = side(world, 0), side(world, 1)
    assert total.matrix == brute.matrix(before, after)
    assert sum(total.matrix.values()) == len(before.keys() | after.keys())
    for part in [total, *cohorts]:
        for counts, place, of in ((part.before, 0, before), (part.after, 1, after)):
            here = [s for s in of.values() if part.cohort in (None, s.cohort)]
            margin = Counter(m[place] for m in part.matrix.elements())
            states = Counter(s.state for s in here)
            assert {k: v for k, v in margin.items() if k not in (ABSENT, "another cohort")} == states
            assert counts.conversations == len(here) == counts.below_kind + counts.excluded + counts.eligible
            assert counts.eligible == counts.pending + counts.not_converted + counts.converted
            assert (counts.matured, counts.converted) == (sum(s.matured for s in here), sum(s.converted for s in here))
            assert counts.matured_converted == sum(s.matured and s.converted for s in here)
            assert (counts.credited, counts.matured_credited) == (
                sum(s.credited for s in here),
                sum(s.credited and s.matured for s in here),
            )


@given(worlds)
def test_what_stays_as_it_was_does_not_move(world: list[tuple[Drawn, Drawn]]) -> None:
    same = [((old[0], old[1], old[2], old[2]), (old[0], old[1], old[2], old[2])) for old, _ in world]
    total, cohorts = slices(cells(same))
    assert not any(part.has_moved for part in [total, *cohorts])
    assert all(set(part.rate(name).parts.values()) <= {0, None} for part in [total, *cohorts] for name in RATES)


def test_a_step_that_leaves_nothing_matured_takes_the_rate_before_it() -> None:
    """The only one that counted is gone; those that count now were excluded: between the two steps nothing is matured."""
    zero = (Decimal(0), Decimal(0))
    gone = Cell(Stand("converted", ("m",), True), Stand(ABSENT, (None,)), False, 1, 1, zero, zero)
    opened = Cell(Stand("excluded: channel", ("m",)), Stand("not_converted", ("m",)), False, 3, 0, zero, zero)
    total, _ = slices([gone, opened])
    assert total.rate("conversion_rate").parts == {"data": 0, "eligibility": -1, "outcome": 0, "attribution": 0}
