"""Models of every shape that is made in parts, or must not be, over small tables that change from night to night."""

from __future__ import annotations

import random

# name → query; each over tables `a` (id, k, g, x, t, d), `b` (bid, k, y, z), `clock` (one row), `cal` (name, starts, stops)
SHAPES = {
    "numbered": """
        select id, k, x, row_number() over (partition by k order by t, id) as n, lag(x) over (partition by k order by t, id) as before,
            sum(x) over (partition by k order by t, id rows between unbounded preceding and current row) as running from {a}""",
    "joined": "select a.id, b.bid, a.k, a.x * b.y as product from {a} as a inner join {b} as b on a.k = b.k",
    "totals": "select a.k, count(*) as n, sum(a.x) as x, max(b.y) as y from {a} as a left join (select k, max(y) as y from {b} group by k) as b on a.k = b.k group by a.k",
    "looked_up": "select a.id, a.k, b.bid, b.y from {a} as a left join {b} as b on a.g = b.k",
    "looked_up_narrow": "select a.id, a.g, b.y from {a} as a left join (select k, y from {b} where z > 1) as b on a.g = b.k",
    "looked_up_groups": """
        with sums as (select k, sum(y) as y, count(*) as n from {b} where z > 0 group by k)
        select a.id, a.k, sums.y, sums.n from {a} as a left join sums on a.g = sums.k""",
    "looked_up_windows": """
        with steps as (select bid, k, y, lead(y) over (partition by k order by bid) as next_y from {b})
        select a.id, a.k, steps.bid, steps.next_y from {a} as a left join steps on a.g = steps.k and a.x >= steps.y""",
    "twice_looked_up": """
        select a.id, a.k, b.bid, c.x as other_x from {a} as a left join {b} as b on a.g = b.k left join {a} as c on b.y = c.id""",
    "by_clock": """
        select a.id, a.k, a.t, case when a.t + 3 <= clock.now then 'over' else 'open' end as state from {a} as a cross join {clock} as clock where a.t <= clock.now""",
    "by_clock_of_left": """
        select a.id, coalesce(b.y + 5 <= clock.now, true) as is_over from {a} as a left join {b} as b on a.k = b.k cross join {clock} as clock""",
    "by_own_clock": """
        select a.id, a.x, clocks.now, coalesce(a.t <= clocks.now, false) as is_over from {a} as a left join (select g, max(t) as now from {a} group by g) as clocks on a.g = clocks.g""",
    "by_dated": "select a.id, cal.name from {a} as a left join {cal} as cal on a.t >= cal.starts and a.t < cal.stops",
    "answered": """
        with turns as (select id, k, t, lead(t) over (partition by k order by t, id) as next_t from {a})
        select turns.id, turns.k, opening.name as opened, closing.name as closed from turns
        left join {cal} as opening on turns.t >= opening.starts and turns.t < opening.stops
        left join {cal} as closing on turns.next_t >= closing.starts and turns.next_t < closing.stops""",
    "put_together": "select id, k, x from {a} where x > 2 union all select bid as id, k, y as x from {b} union all select 0 as id, 1 as k, 0 as x",
    "put_together_and_counted": """
        with both_of_them as (select k, x from {a} union all select k, y as x from {b}) select k, count(*) as n, sum(x) as x from both_of_them group by k""",
    "all_but": "select k, g from {a} except select k, y as g from {b}",
    "told_apart": "select distinct k, g, d from {a}",
    "first_of_each": "select distinct on (k) k, id, x from {a} order by k, t, id",
    "best_of_each": "select id, k, x from {a} qualify row_number() over (partition by k, g order by x desc, id) = 1",
    "more_than_one": "select k, d, count(*) as n from {a} group by k, d having count(*) > 1",
    "by_expression": "select d - 1 as e, k + 1 as l, count(distinct g) as groups from {a} group by d - 1, k + 1",
    "by_alias": "select coalesce(k, -1) as key, min(x) as x, max(t) as t from {a} group by coalesce(k, -1)",
    "of_itself": "select one.id, other.id as other_id from {a} as one inner join {a} as other on one.g = other.k and one.id <> other.id",
    "read_twice": """
        with picked as (select id, k, g, x from {a} where x > 1)
        select picked.id, picked.k, others.x as other_x, near.x as near_x from picked left join picked as others on picked.k = others.k and others.x > picked.x
        left join picked as near on picked.g = near.k""",
    "null_safe": """
        with twice as (select k, count(*) as n from {a} group by k having count(*) > 1)
        select a.id, a.k, twice.n from {a} as a inner join twice on a.k is not distinct from twice.k""",
    "null_safe_looked_up": "select a.id, a.k, b.bid, b.y from {a} as a left join {b} as b on a.g is not distinct from b.k",
    "null_safe_names": "select a.id, cal.stops from {a} as a left join {cal} as cal on a.d is not distinct from cal.name",
    "absent": """
        with given as (
            select given.id, given.k, given.missing from (select cast(null as integer) as missing) as absent
            cross join lateral (select id, k, missing from {a} as rows) as given)
        select k, count(*) as n, count(missing) as m from given group by k""",
    "semi": "select a.id, a.k from {a} as a semi join {b} as b on a.k = b.k",
    "anti": "select a.id, a.k from {a} as a anti join {b} as b on a.k = b.k",
    "missing": "select a.id, a.k from {a} as a left join {b} as b on a.k = b.k where b.bid is null",
    "every_side": "select coalesce(a.k, b.k) as k, a.id, b.bid from {a} as a full join {b} as b on a.k = b.k",
    "right_side": "select a.id, b.bid, b.k from {a} as a right join {b} as b on a.k = b.k",
    "all_together": "select count(*) as n, sum(x) as x from {a}",
    "a_few": "select id, k from {a} order by id limit 3",
    "by_subquery": "select id, k from {a} where k in (select k from {b})",
    "by_scalar": "select id, k, (select max(y) from {b}) as most from {a}",
    "side_by_side": "select a.id, b.bid, a.k from {a} as a cross join lateral (select bid from {b} as b where b.k = a.k) as b",
    "periods": "select cal.name, count(a.id) as n from {cal} as cal left join {a} as a on a.t >= cal.starts and a.t < cal.stops group by cal.name",
    "spine": "select cal.name, a.id from {cal} as cal left join {a} as a on cal.starts = a.t",
    "with_sets": "select k, g, grouping(g) as is_all, count(*) as n, sum(x) as x from {a} group by grouping sets ((k), (k, g))",
    "with_sets_beside": """
        with counted as (select d, g, case when grouping(g) = 0 then 'one' else 'all' end as cut, k + 1 as l, count(*) as n from {a} group by d, grouping sets ((k + 1, g), k + 1))
        select counted.l, counted.d, counted.cut, counted.g, counted.n, b.bid from counted left join {b} as b on counted.l = b.k""",
    "with_sets_apart": "select k, g, count(*) as n from {a} group by grouping sets ((k), (g))",
    "with_total": "select k, g, count(*) as n from {a} group by grouping sets ((k, g), (k), ())",
    "rolled_up": "select k, g, count(*) as n from {a} group by rollup (k, g)",
    "cubed": "select d, k, count(*) as n from {a} group by cube (d, k)",
    "read_by_key_and_range": """
        with picked as (select * from {b}) select a.id, picked.bid, later.bid as later from {a} as a left join picked on a.g = picked.k left join picked as later on a.x > later.y""",
    "read_by_leaf_and_range": """
        with picked as (select * from {b}) select a.id, a.k, picked.bid, later.bid as later from {a} as a inner join picked on a.k = picked.k left join picked as later on a.x > later.y""",
    "read_by_leaf_and_subquery": """
        with days as (select * from {cal}) select a.id, a.d, days.stops from {a} as a inner join days on a.d = days.name where a.x < (select count(*) from days)""",
    "below": "select one.id, other.k from {a} as one left join {a} as other on one.x < other.t",
    "above": "select one.id, other.k from {a} as one left join {a} as other on other.x < one.t",
    "by_expression_of_itself": "with s as (select * from {a}) select one.k + 1 as l, count(*) as n from s as one inner join s as other on one.k = other.g group by one.k + 1",
    "by_expression_of_branches": """
        with s as (select * from {a}), u as (select * from {b}),
        pairs as (select k as one, g as other from s union all select s.k as one, u.k as other from s inner join u on s.k = u.k union all select k as one, z as other from u)
        select one + other as both_of_them, count(*) as n from pairs group by one + other""",
    "looked_up_of_itself": """
        with s as (select * from {b}), counted as (select one.k, count(*) as n from s as one inner join s as other on one.k = other.y group by one.k)
        select a.id, counted.n from {a} as a left join counted on a.g = counted.k""",
    "looked_up_none": """
        with s as (select id, k, lead(g) over (partition by k order by t, id) as next_g from {a})
        select s.id, s.k, b.y from s left join {b} as b on s.next_g is not distinct from b.k""",
    "looked_up_by_two": "select a.id, b.y from {a} as a left join {cal} as cal on a.d = cal.name left join {b} as b on a.g = b.bid and cal.name = b.z",
    "looked_up_and_unnested": "select a.id, each.value from {a} as a left join {b} as b on a.g = b.bid cross join unnest([b.y, 1]) as each(value)",
    "looked_up_and_asked": """
        select a.id, s.n from {a} as a left join (select bid, (select count(*) from {cal} as cal where cal.starts < b.y) as n from {b} as b) as s on a.g = s.bid""",
    "looked_up_beside": "select a.id, s.n from {a} as a left join {b} as b on a.g = b.bid cross join (select count(*) as n from {cal} as cal where cal.starts < b.y) as s",
    "looked_up_as_list": "select a.id, s.more from {a} as a left join (select bid, list_sum(list_transform([y], lambda v: v + 1)) as more from {b}) as s on a.g = s.bid",
    "looked_up_perhaps": """
        with days as (select cal.name, other.stops from {cal} as cal left join {cal} as other on cal.name + 2 = other.name),
        dated as (select b.k, b.bid, days.name from {b} as b inner join days on b.y < coalesce(days.stops, 7)) select a.id, dated.bid, dated.name from {a} as a left join dated on a.g = dated.k""",
    "looked_up_unnested": "select a.id, s.v from {a} as a left join (select bid, unnest([y, z]) as v from {b}) as s on a.g = s.bid",
    "each_value": "select unnest([k, g]) as v, id from {a}",
    "multiplied": "select product(x) as p from {a}",
    "multiplied_by_key": "select k, product(x) as x, product(k) as y from {a} group by k",
    "by_name": "select k, g as z from {a} union all by name select y as z, k from {b}",
    "same_names": "select s.k, count(*) as n from (select * from {a} as a inner join {b} as b on a.g = b.k) as s group by s.k",
    "all_but_two": "(select k from {a} union all select k from {b}) order by k offset 2",
    "a_few_within": "select s.k from ((select k, id from {a} order by k, id) limit 4) as s",
    "a_few_fetched": "select id, k from {a} order by id fetch first 3 rows only",
    "turned": "select k, x from (select k, g, d from {a}) pivot (max(d) for g in (1 as x, 2 as y) group by k)",
    "first_by_alias": "select distinct on (k) g as k, k as l from {a} order by k, l",
    "replaced": "select k, count(*) as n from (select * replace (g as k) from {a}) as s group by k",
    "renamed": "select g, count(*) as n from (select * rename (k as g, g as k) from {a}) as s group by g",
    "made_one": "select * from (select id, k from {a}) as a inner join (select k, bid from {b}) as b using (k) union all select bid, k, y from {b}",
    "semi_of_all": "select k, count(*) as n from (select * from {a} as a semi join {b} as b on a.g = b.k) as s group by k",
    "by_pattern": "select columns('k|g') from {a} union all select k, y from {b}",
    "in_two_steps": "select numbered.id, numbered.n, totals.y, best.x from {numbered} as numbered inner join {totals} as totals on numbered.k = totals.k left join {best_of_each} as best on numbered.id = best.id",
    "over_a_view": "select k, sum(x) as x, count(name) as named from {seen} group by k",
    "of_all": "select looked.id, looked.y, answered.closed, clocked.state from {looked_up} as looked inner join {answered} as answered on looked.id = answered.id left join {by_clock} as clocked on looked.id = clocked.id",
}  # fmt: skip
VIEWS = {"seen": "select a.id, a.k, a.x, dated.name from {a} as a left join {by_dated} as dated on a.id = dated.id"}
CLOCK = "select max(t) as now from {a}"
Tables = dict[str, list[tuple[int | None, ...]]]
COLUMNS = {
    "a": ("id", "k", "g", "x", "t", "d"),
    "b": ("bid", "k", "y", "z"),
    "cal": ("name", "starts", "stops"),
}


def model_files() -> dict[str, str]:
    """The project's models, by path."""
    named = [*SHAPES, *VIEWS, *COLUMNS, "clock"]
    refs = {name: "{{ ref('" + name + "') }}" for name in named}
    files = {f"models/{name}.sql": sql.format(**refs) for name, sql in {**SHAPES, **VIEWS, "clock": CLOCK}.items()}
    files |= {f"models/{name}.sql": "select * from {{ source('raw', '" + name + "') }}" for name in COLUMNS}
    tables = "{{ config(materialized='table') }}\n"
    files = {path: sql if path == "models/seen.sql" else tables + sql for path, sql in files.items()}
    files["models/s.yml"] = "sources: [{name: raw, tables: [" + ", ".join(f"{{name: {n}}}" for n in COLUMNS) + "]}]\n"
    return files


def first_night(of: random.Random) -> Tables:
    """Tables of a few rows: few values, so that they meet, and nulls."""
    return {
        "a": [a_row(of, number) for number in range(1, 13)],
        "b": [b_row(of, number) for number in range(1, 7)],
        "cal": [(day // 4, day, day + 4) for day in range(0, 12, 4)],
    }


def next_night(of: random.Random, tables: Tables) -> Tables:
    """The same with some rows changed, gone, new; and later ones."""
    found: Tables = {}
    for name, make in (("a", a_row), ("b", b_row)):
        kept = [row for row in tables[name] if of.random() > 0.1]
        kept = [make(of, int(row[0] or 0)) if of.random() < 0.15 else row for row in kept]
        if of.random() < 0.2:
            kept = tables[name]
        most = max((int(row[0] or 0) for row in tables[name]), default=0)
        found[name] = kept + [make(of, most + n, late=True) for n in range(1, of.randrange(3) + 1)]
    days = tables["cal"][-1][2] or 0
    found["cal"] = tables["cal"] + ([(days // 4, days, days + 4)] if of.random() < 0.5 else [])
    return found


def a_row(of: random.Random, number: int, late: bool = False) -> tuple[int | None, ...]:
    time = of.randrange(8, 20) if late else of.randrange(12)
    return number, some(of, 5), some(of, 5), of.randrange(5), time, of.randrange(3)


def b_row(of: random.Random, number: int, late: bool = False) -> tuple[int | None, ...]:
    return number, some(of, 5), of.randrange(4 if late else 6), of.randrange(3)


def some(of: random.Random, most: int) -> int | None:
    return None if of.random() < 0.15 else of.randrange(most)


def filling(tables: Tables, schema: str = "raw") -> str:
    """SQL that puts these tables into a schema."""
    statements = [f"create schema if not exists {schema}"]
    for name, rows in tables.items():
        columns = ", ".join(f"{column} bigint" for column in COLUMNS[name])
        statements.append(f"create or replace table {schema}.{name} ({columns})")
        values = ", ".join(f"({', '.join('null' if v is None else str(v) for v in row)})" for row in rows)
        if values:
            statements.append(f"insert into {schema}.{name} values {values}")
    return "; ".join(statements)
