"""One metric version compared: its cells counted in the database, checked against each side's own tables, and cut into slices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from convsql.base.errors import ConvsqlError, Where, did_you_mean
from convsql.definitions.metric_schema import MetricDefinition
from convsql.definitions.vocabulary import DIMENSIONS, GRAINS
from convsql.diff.pairs import Pair
from convsql.diff.queries import TABLE, Cuts, cells_query, credited_by_rule, examples_query, movement_table, side_totals
from convsql.diff.relations import Relations
from convsql.diff.sides import Side
from convsql.diff.slices import ABSENT, Cell, Counts, Slice, Stand, slices
from convsql.engines.session import Session

EXAMPLES = 3


@dataclass(frozen=True, slots=True)
class Example:
    """A conversation that moved: where from and to, and its anchor (UTC; null below the kind) and credit on each side."""

    source: str
    end: str
    conversation_id: str
    contact_id: str
    anchor_before: datetime | None
    anchor_after: datetime | None
    credit_before: Decimal
    credit_after: Decimal


@dataclass(frozen=True, slots=True)
class Movement:
    """What became of one metric: everything, its cohorts, and the first conversations of each move."""

    pair: Pair
    total: Slice
    cohorts: list[Slice]
    examples: list[Example]

    @property
    def has_moved(self) -> bool:
        return self.total.has_moved


@dataclass(frozen=True, slots=True)
class Comparison:
    """Both sides, how their cohorts are drawn, and the relations that hold them."""

    before: Side
    after: Side
    relations: Relations
    grain: str
    by: tuple[str, ...]


def checked_cut(grain: str, by: str | None) -> tuple[str, tuple[str, ...]]:
    """`--grain` and `--by channel,persona`. Raises ConvsqlError for a grain or dimension there is not."""
    if grain not in GRAINS:
        raise ConvsqlError(
            f"no grain '{grain}'", Where("--grain"), did_you_mean(grain, GRAINS) or f"there are {', '.join(GRAINS)}"
        )
    names = tuple(name.strip() for name in (by or "").split(",") if name.strip())
    for name in names:
        if name not in DIMENSIONS:
            raise ConvsqlError(
                f"no dimension '{name}'",
                Where("--by"),
                did_you_mean(name, DIMENSIONS) or f"there are {', '.join(DIMENSIONS)}",
            )
    return grain, tuple(dict.fromkeys(names))


def measure(comparison: Comparison, pairs: Sequence[Pair]) -> list[Movement]:
    """Compare each pair. Raises ConvsqlError when what was counted does not add up to what a side's tables say."""
    before, after = comparison.before, comparison.after
    drawn = [
        _period(comparison.grain, "coalesce(judged.anchor_at, conversations.started_at)"),
        _period(comparison.grain, "judged.anchor_at"),
        *map(_dimension, comparison.by),
    ]
    old, new = [_rule(p.before) for p in pairs], [_rule(p.after) for p in pairs]
    if _share_credit(comparison, pairs):
        sql = after.render(drawn)
        rules = [""] * len(pairs)
    else:
        sql = after.render([*drawn, *new, *(old if before is after else [])])
        sql, own = sql[: len(drawn)], sql[len(drawn) :]
        earlier = own[len(pairs) :] if before is after else before.render(old)
        rules = [_between(comparison, *each) for each in zip(pairs, earlier, own[: len(pairs)], strict=True)]
    cuts = Cuts(sql[0], sql[2:])
    return [_measure(comparison, pair, cuts, sql[1], rule) for pair, rule in zip(pairs, rules, strict=True)]


def _share_credit(comparison: Comparison, pairs: Sequence[Pair]) -> bool:
    """Whether both sides read the same credit of the same versions, so that there are no two rules."""
    relations = comparison.relations
    return relations.before["attributed_outcomes"] == relations.after["attributed_outcomes"] and all(
        p.before.key == p.after.key for p in pairs
    )


def _rule(metric: MetricDefinition) -> str:
    return f"""touch_credit("'{metric.attribution}'", 'touch_position', 'touch_count', 'weight', 'total_weight')"""


def _between(comparison: Comparison, pair: Pair, old: str, new: str) -> str:
    """The query of who is credited when the touches of after go by the rule of before; empty where that is after's own."""
    half_life = pair.before.half_life_days if pair.before.attribution == "time_decay" else None
    if old == new and half_life in (None, pair.after.half_life_days):
        return ""
    return credited_by_rule(comparison.relations.after, pair.after, old, half_life)


def _period(grain: str, at: str) -> str:
    if grain == "all":
        return "'cast(null as date)'"
    return f"""period_start("'{grain}'", cell_date("'day'", "{at}"))"""


def _dimension(name: str) -> str:
    """As the models draw it; `handled_by` is that of the anchor, or of the end below the kind."""
    if name == "handled_by":
        later = "handled_by_at('conversations.first_human_at', 'conversations.first_bot_at')"
        return f"'coalesce(judged.handled_by, ' ~ {later} ~ ')'"
    return f"cohort_dimension('{name}', 'conversations')"


def _measure(comparison: Comparison, pair: Pair, cuts: Cuts, judged_period: str, rule: str) -> Movement:
    relations = comparison.relations
    session = relations.session
    session.execute(movement_table(relations.before, relations.after, (pair.before, pair.after), cuts, rule))
    cells = [_cell(row, 1 + len(cuts.dimensions)) for row in session.fetch(cells_query(cuts))]
    examples = [
        Example(row[0] or ABSENT, row[1] or ABSENT, *row[2:]) for row in session.fetch(examples_query(cuts, EXAMPLES))
    ]
    session.execute(f"drop table {TABLE}")
    total, cohorts = slices(cells)
    for side, tables, metric, counts, name in (
        (comparison.before, relations.before, pair.before, total.before, "before"),
        (comparison.after, relations.after, pair.after, total.after, "after"),
    ):
        parts = [(c.cohort, getattr(c, name)) for c in cohorts]
        _reconcile(
            session,
            side_totals(tables, metric, judged_period),
            counts,
            parts,
            f"{metric.key.in_words} of {side.label}",
        )
    return Movement(pair, total, [] if comparison.grain == "all" and not comparison.by else cohorts, examples)


def _cell(row: tuple[Any, ...], width: int) -> Cell:
    half = width + 2
    before = Stand(row[width] or ABSENT, tuple(row[:width]), bool(row[width + 1]))
    after = Stand(row[half + width] or ABSENT, tuple(row[half : half + width]), bool(row[half + width + 1]))
    is_between, number, credit_moved, *sums = row[2 * half :]
    return Cell(
        before,
        after,
        bool(is_between),
        int(number),
        int(credit_moved),
        (Decimal(sums[0]), Decimal(sums[1])),
        (Decimal(sums[2]), Decimal(sums[3])),
    )


def _reconcile(
    session: Session,
    queries: tuple[str, str, str],
    counts: Counts,
    cohorts: Sequence[tuple[Any, Counts]],
    what: str,
) -> None:
    """Refuse figures that are not those of the side's own tables: a conversation counted twice, or not at all."""
    ((conversations,),) = session.fetch(queries[0])
    of_kind = session.fetch(queries[1])
    ((credited, credit),) = session.fetch(queries[2])
    counted: dict[Any, list[int]] = {}
    for cohort, part in cohorts:
        figures = [
            part.eligible + part.excluded,
            part.eligible,
            part.converted,
            part.pending,
            part.matured,
            part.matured_converted,
        ]
        known = counted.setdefault(cohort[0], [0] * len(figures))
        counted[cohort[0]] = [a + b for a, b in zip(known, figures, strict=True)]
    stated: Mapping[Any, list[int]] = {row[0]: [int(n) for n in row[1:]] for row in of_kind}
    whole = [sum(column) for column in zip(*stated.values(), strict=True)] or [0] * 6
    wrong = {
        "conversations": (counts.conversations, int(conversations)),
        "of the kind": (counts.conversations - counts.below_kind, whole[0]),
        "credited": (counts.credited, int(credited)),
        "credit": (counts.credit, Decimal(credit)),
        **{f"cohort {p}": (c, stated.get(p, [0] * 6)) for p, c in counted.items()},
        **{f"cohort {p}": (counted.get(p), s) for p, s in stated.items() if p not in counted},
    }
    for name, (mine, theirs) in wrong.items():
        if mine != theirs:
            raise ConvsqlError(
                f"{what} does not add up: {name}: {mine} compared, {theirs} in its tables",
                hint="a conversation_id that stands twice, or a conversation that is in no table, would do this",
            )
