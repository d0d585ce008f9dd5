"""Counts of conversations by where they stand before and after → figures, movement, and the change of a rate split exactly.

A conversation is in one *state* on each side: `absent` (the side has no such conversation), `below_kind`, `excluded: <reason>`,
`pending`, `not_converted`, `converted`, or `converted, window open`. In the table of one cohort it comes from, or goes to,
`another cohort` when its anchor puts it elsewhere on that side.

The change of a rate is split by changing one thing after the other, with everything before it already changed:

1. **data**: conversations that only one side has are swapped: those of before leave, those of after come in;
2. **eligibility**: of the conversations that both have, those eligible (in this cohort) only before leave, those only after come in;
3. **outcome**: those eligible on both sides take the outcome and the maturity of after;
4. **attribution**: credit is split as after splits it. Up to here the touches of after were credited by the rule of before.

Who comes in comes with the outcome of after, the only one it has. Part n is the rate after step n less the rate before it, so
that the parts sum to the change; a step that leaves nothing matured takes the rate before it. Where the rate before or after does not exist,
the change does not. `conversion_rate` knows no credit: its attribution part is always 0. All arithmetic is of whole numbers and fractions.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

ABSENT = "absent"
BELOW_KIND = "below_kind"
EXCLUDED = "excluded: "
PENDING = "pending"
NOT_CONVERTED = "not_converted"
CONVERTED = "converted"
CONVERTED_OPEN = "converted, window open"
ANOTHER = "another cohort"
ELIGIBLE = (PENDING, NOT_CONVERTED, CONVERTED, CONVERTED_OPEN)
MATURED = (NOT_CONVERTED, CONVERTED)
STEPS = ("data", "eligibility", "outcome", "attribution")
RATES = {"conversion_rate": "matured_converted", "credited_rate": "matured_credited"}

Cohort = tuple[date | str | None, ...]


@dataclass(frozen=True, slots=True)
class Stand:
    """Where a conversation stands on one side. `is_credited`: it holds credit; `cohort` means nothing when it is absent."""

    state: str
    cohort: Cohort
    is_credited: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """All conversations that stand alike on both sides, their number, and their credit and credited amount.

    `is_credited_between`: whether they hold credit when the touches of after are credited by the rule of before.
    `credit_moved`: how many of them hold other credit, or another amount, than before.
    """

    before: Stand
    after: Stand
    is_credited_between: bool
    conversations: int
    credit_moved: int
    credit: tuple[Decimal, Decimal]
    amount: tuple[Decimal, Decimal]


@dataclass(slots=True)
class Counts:
    """One side's figures, as `cohort_rates` has them."""

    conversations: int = 0
    below_kind: int = 0
    excluded: int = 0
    eligible: int = 0
    converted: int = 0
    pending: int = 0
    not_converted: int = 0
    matured: int = 0
    matured_converted: int = 0
    credited: int = 0
    matured_credited: int = 0
    credit: Decimal = Decimal(0)
    amount: Decimal = Decimal(0)

    def take(self, stand: Stand, number: int, credit: Decimal, amount: Decimal) -> None:
        """Count `number` conversations that stand here."""
        state = stand.state
        is_matured, is_converted = state in MATURED, state in (CONVERTED, CONVERTED_OPEN)
        self.conversations += number
        self.below_kind += number * (state == BELOW_KIND)
        self.excluded += number * state.startswith(EXCLUDED)
        self.eligible += number * (state in ELIGIBLE)
        self.converted += number * is_converted
        self.pending += number * (state == PENDING)
        self.not_converted += number * (state == NOT_CONVERTED)
        self.matured += number * is_matured
        self.matured_converted += number * (is_matured and is_converted)
        self.credited += number * stand.is_credited
        self.matured_credited += number * (stand.is_credited and is_matured)
        self.credit += credit
        self.amount += amount


@dataclass(frozen=True, slots=True)
class Change:
    """A rate before and after, and what each step did to it; all null where either side has nothing matured."""

    before: Fraction | None
    after: Fraction | None
    parts: dict[str, Fraction | None]

    @property
    def change(self) -> Fraction | None:
        return None if self.before is None or self.after is None else self.after - self.before


@dataclass(slots=True)
class Slice:
    """One cohort, or (`cohort` null) all conversations: figures of both sides, and who moved from which state to which."""

    cohort: Cohort | None
    before: Counts = field(default_factory=Counts)
    after: Counts = field(default_factory=Counts)
    matrix: Counter[tuple[str, str]] = field(default_factory=Counter)
    credit_moved: int = 0
    changed_cohort: int = 0
    _steps: dict[str, list[list[int]]] = field(default_factory=lambda: {r: [[0, 0] for _ in range(5)] for r in RATES})

    @property
    def moved(self) -> int:
        """Conversations in another state than before."""
        return sum(n for (source, end), n in self.matrix.items() if source != end)

    @property
    def has_moved(self) -> bool:
        return bool(self.moved or self.credit_moved or self.changed_cohort)

    def rate(self, name: str) -> Change:
        """One of RATES before and after, its change split."""
        reached: list[Fraction | None] = []
        for numerator, denominator in self._steps[name]:
            reached.append(Fraction(numerator, denominator) if denominator else reached[-1] if reached else None)
        before, after = reached[0], reached[-1] if self._steps[name][-1][1] else None
        if before is None or after is None:
            return Change(before, after, dict.fromkeys(STEPS))
        known = [r for r in reached if r is not None]
        return Change(before, after, {s: b - a for s, (a, b) in zip(STEPS, pairwise(known), strict=True)})

    def take(self, cell: Cell, in_before: bool, in_after: bool) -> None:
        """Count a cell that lies in this slice before, after, or on both sides."""
        number = cell.conversations
        source = cell.before.state if in_before or cell.before.state == ABSENT else ANOTHER
        end = cell.after.state if in_after or cell.after.state == ABSENT else ANOTHER
        self.matrix[source, end] += number
        self.credit_moved += cell.credit_moved
        if in_before:
            self.before.take(cell.before, number, cell.credit[0], cell.amount[0])
        if in_after:
            self.after.take(cell.after, number, cell.credit[1], cell.amount[1])
        self._take_steps(cell, in_before, in_after)

    def _take_steps(self, cell: Cell, in_before: bool, in_after: bool) -> None:
        old = cell.before.state if in_before and cell.before.state in ELIGIBLE else ""
        new = cell.after.state if in_after and cell.after.state in ELIGIBLE else ""
        is_on_both = ABSENT not in (cell.before.state, cell.after.state)
        first = (old, cell.before.is_credited)
        next_ = (new, cell.is_credited_between)
        still = 3 if old and new else 2 if is_on_both else 1  # rates in which they count as before
        path = [first] * still + [next_] * (4 - still) + [(new, cell.after.is_credited)]
        for n, (state, is_credited) in enumerate(path):
            if state in MATURED:
                for name, is_counted in (("conversion_rate", state == CONVERTED), ("credited_rate", is_credited)):
                    self._steps[name][n][0] += cell.conversations * is_counted
                    self._steps[name][n][1] += cell.conversations


def slices(cells: Iterable[Cell]) -> tuple[Slice, list[Slice]]:
    """The total of all cells, and their cohorts in order (unknown periods last)."""
    total = Slice(None)
    cohorts: dict[Cohort, Slice] = {}
    for cell in cells:
        is_before, is_after = cell.before.state != ABSENT, cell.after.state != ABSENT
        total.take(cell, is_before, is_after)
        if is_before and is_after and cell.before.cohort != cell.after.cohort:
            total.changed_cohort += cell.conversations
        for cohort in {s.cohort for s in (cell.before, cell.after) if s.state != ABSENT}:
            part = cohorts.setdefault(cohort, Slice(cohort))
            part.take(cell, is_before and cell.before.cohort == cohort, is_after and cell.after.cohort == cohort)
    return total, [cohorts[c] for c in sorted(cohorts, key=_order)]


def _order(cohort: Cohort) -> tuple[tuple[bool, str], ...]:
    return tuple((value is None, "" if value is None else str(value)) for value in cohort)
