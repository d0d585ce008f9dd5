"""Two tables of one shape compared as bags of rows: what is in one alone, and how often.

Every value counts exactly, null and NaN are equal to themselves, and the order of rows is nothing; only doubles may differ by one part
in a billion. That is EXCEPT ALL both ways, in one pass over both: a row counts +1 here and -1 there, and what is left counts on.
"""

from __future__ import annotations

from dataclasses import dataclass

from convsql.base.quoting import quote
from convsql.engines.session import Columns, Session

TOLERANCE = 1e-9  # relative, of doubles
LEFT = "left_over"
_BALANCE = quote("⟦balance⟧")
_GROUP = quote("⟦group⟧")


@dataclass(frozen=True, slots=True)
class Counted:
    """How many rows each side has, and how many of them the other lacks."""

    rows_here: int
    rows_there: int
    only_here: int
    only_there: int


def compare(scratch: Session, here: str, there: str, columns: Columns) -> Counted:
    """Compare two tables of `scratch`, their columns read as the types given.

    What differs is in the table LEFT afterwards: the columns, and `⟦balance⟧`, how often the row is here more than there.
    Raises EngineError.
    """
    rows_here, rows_there = (int(scratch.fetch(f"select count(*) from {quote(name)}")[0][0]) for name in (here, there))
    shown = ", ".join(f"cast({quote(name)} as {kind}) as {quote(name)}" for name, kind in columns)
    names = ", ".join(quote(name) for name, _ in columns)
    scratch.execute(
        f"create or replace table {LEFT} as select {names}, sum(side) as {_BALANCE} from ("
        f"select {shown}, 1 as side from {quote(here)} union all select {shown}, -1 as side from {quote(there)}"
        f") as both_sides group by {names} having sum(side) <> 0"
    )
    doubles = [name for name, kind in columns if kind == "DOUBLE"]
    if doubles and _count(scratch) != (0, 0):
        _forgive(scratch, names, [name for name, _ in columns], doubles)
    only_here, only_there = _count(scratch)
    return Counted(rows_here, rows_there, only_here, only_there)


def _count(scratch: Session) -> tuple[int, int]:
    more, less = scratch.fetch(
        f"select coalesce(sum(greatest({_BALANCE}, 0)), 0), coalesce(sum(greatest(-{_BALANCE}, 0)), 0) from {LEFT}"
    )[0]
    return int(more), int(less)


def _forgive(scratch: Session, names: str, every: list[str], doubles: list[str]) -> None:
    """Take those rows out of what is left over whose doubles differ within the tolerance, and nothing else.

    Among rows that agree in all other columns, values of a column that lie within the tolerance of one another become one of
    them. A run of values whose ends lie further apart stays as it is: it may be reported although each step is small, and is never
    hidden.
    """
    exact = [quote(name) for name in every if name not in doubles]
    group = f"hash({', '.join(exact)})" if exact else "0"
    near: list[str] = []
    runs: list[str] = []
    merged: list[str] = []
    for number, name in enumerate(doubles):
        value, step, run = quote(name), quote(f"⟦step{number}⟧"), quote(f"⟦run{number}⟧")
        before = f"lag({value}) over (partition by {_GROUP} order by {value})"
        near.append(
            f"case when {value} is not distinct from {before} or (isfinite({value}) and isfinite({before})"
            f" and {value} - {before} <= {TOLERANCE!r} * greatest(abs({value}), abs({before}))) then 0 else 1 end as {step}"
        )
        runs.append(
            f"sum({step}) over (partition by {_GROUP} order by {value} range between unbounded preceding and current row)"
            f" as {run}"
        )
        least, most = (f"{which}({value}) over (partition by {_GROUP}, {run})" for which in ("min", "max"))
        merged.append(
            f"case when isfinite({value}) and isfinite({least}) and isfinite({most})"
            f" and {most} - {least} <= {TOLERANCE!r} * greatest(abs({least}), abs({most})) then {least} else {value} end as {value}"
        )
    kept = "".join(f"{column}, " for column in exact)
    scratch.execute(
        f"create or replace table {LEFT} as"
        f" with grouped as (select *, {group} as {_GROUP} from {LEFT}),"
        f" stepped as (select *, {', '.join(near)} from grouped),"
        f" in_runs as (select *, {', '.join(runs)} from stepped),"
        f" merged as (select {kept}{', '.join(merged)}, {_BALANCE} from in_runs)"
        f" select {names}, sum({_BALANCE}) as {_BALANCE} from merged group by {names} having sum({_BALANCE}) <> 0"
    )
