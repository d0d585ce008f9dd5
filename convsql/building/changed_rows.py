"""Which rows of a relation are others than in the last build: those that are new and those that are gone, as a small table beside it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count

from convsql.base.quoting import DATA_SCHEMA, qualified, quote
from convsql.building.last_build import LastBuild
from convsql.building.plan import Plan, relation_of
from convsql.building.source_parts import bytes_of, parts_now
from convsql.engines.session import Session

FEW_ROWS = 100_000  # below, rows are compared as they are; above, by their hashes first
MOST = 0.3  # of a relation's rows: where more are others, all are taken to be
SMALL = 10_000  # rows of a relation that may be asked whether its rows are told apart by some columns
SAMPLE = "2 percent (bernoulli, 1)"
TEMPORARY = "temp"
_NUMBERS = count(1)  # of tables: a session may see several plans


@dataclass(frozen=True, slots=True)
class Changed:
    """`rows`: the table that has them, "" where there is none to have; `count`: how many there are."""

    rows: str
    count: int


NOTHING = Changed("", 0)


class ChangedRows:
    """The changed rows of the relations of one plan, each found when it is asked for."""

    def __init__(self, plan: Plan, session: Session) -> None:
        self.plan = plan
        self.session = session
        self.last: LastBuild = plan.last
        self._found: dict[str, Changed | None] = {}
        self._parts = parts_now(plan.compiled, plan.fingerprints)
        self._unique: dict[tuple[str, frozenset[str]], bool] = {}

    def of(self, unique_id: str) -> Changed | None:
        """The changed rows of a built node; None where they are not known, or most are. Raises EngineError."""
        if unique_id not in self._found:
            self._found[unique_id] = self._compared(unique_id)
        return self._found[unique_id]

    def is_known(self, unique_id: str) -> bool:
        """Whether the changed rows of a node were asked for already."""
        return unique_id in self._found

    def note(self, unique_id: str, found: Changed | None) -> None:
        """What is known of a relation that was made in parts."""
        self._found[unique_id] = found

    def is_unique(self, unique_id: str, columns: frozenset[str]) -> bool:
        """Whether both versions of a small relation have one row at most for each value of these columns. Raises EngineError."""
        asked = (unique_id, columns)
        if self.plan.compiled.graph.nodes[unique_id].kind == "source":
            return False
        if asked not in self._unique:
            self._unique[asked] = all(
                has_one_row_each(self.session, relation, columns) for relation in self.versions(unique_id)
            )
        return self._unique[asked]

    def before(self, unique_id: str) -> str:
        """The relation of the last build; of a source, the files that it was read from."""
        if self.plan.compiled.graph.nodes[unique_id].kind != "source":
            return qualified(DATA_SCHEMA, self.last.relations[unique_id])
        parts = self.last.parts[unique_id]
        return f"(\n{parts.query(parts.files)}\n)"

    def versions(self, unique_id: str) -> tuple[str, ...]:
        """The relations of the last build and of this one."""
        now = relation_of(self.plan.compiled.graph.nodes[unique_id], self.plan.fingerprints)
        before = self.last.relations.get(unique_id, now)
        return tuple(qualified(DATA_SCHEMA, name) for name in (before, now))

    def between(self, old: str, new: str) -> Changed:
        """The rows that one relation has more often than the other, each once. Raises EngineError."""
        listed, more = ", ".join(quote(name) for name, _ in self.session.columns(new)), quote("#more")
        both = f"select {listed}, 1 as {more} from {new} union all select {listed}, -1 from {old}"
        return self.counted(
            self.table(f"select {listed} from ({both}) as together group by {listed} having sum({more}) <> 0")
        )

    def table(self, query: str) -> str:
        """A table of this session alone. Raises EngineError."""
        name = f"_changed_{next(_NUMBERS)}"
        self.session.execute(f"create temporary table {quote(name)} as\n{query}")
        return qualified(TEMPORARY, name)

    def counted(self, table: str) -> Changed:
        """A table of changed rows, dropped where it has none. Raises EngineError."""
        ((rows,),) = self.session.fetch(f"select count(*) from {table}")
        if rows:
            return Changed(table, int(rows))
        self.session.execute(f"drop table {table}")
        return NOTHING

    def _compared(self, unique_id: str) -> Changed | None:
        node = self.plan.compiled.graph.nodes[unique_id]
        if node.kind == "source":
            return self._in_new_files(unique_id)
        before, now = self.last.relations.get(unique_id), relation_of(node, self.plan.fingerprints)
        if before == now:
            return NOTHING
        if before is None:
            return None
        old, new = qualified(DATA_SCHEMA, before), qualified(DATA_SCHEMA, now)
        columns = self.session.columns(new)
        if self.session.columns(old) != columns:
            return None
        (there,), (here,) = (self.session.fetch(f"select count(*) from {relation}")[0] for relation in (old, new))
        if there <= FEW_ROWS and here <= FEW_ROWS:
            found: Changed | None = self.between(old, new)
        elif abs(here - there) > MOST * there:
            return None
        else:
            found = self._by_hashes(old, new, [quote(name) for name, _ in columns], there)
        return found if found is not None and found.count <= max(MOST * there, 1000) else None

    def _in_new_files(self, unique_id: str) -> Changed | None:
        """The rows of a source's files that came since; None where others went, or most files are new."""
        if self.last.fingerprints.get(unique_id) == self.plan.fingerprints[unique_id]:
            return NOTHING
        before, now = self.last.parts.get(unique_id), self._parts.get(unique_id)
        new = now.since(before) if now and before else None
        if not now or not new or bytes_of(new) > MOST * bytes_of(now.files):
            return None
        return self.counted(self.table(now.query(new)))

    def _by_hashes(self, old: str, new: str, names: list[str], there: int) -> Changed | None:
        """The rows of those groups in which any row is another one; if these groups have most rows, the rows themselves."""
        row = f"hash({', '.join(names)})"
        grouping = self._grouping(new, names)
        for key in (grouping, row) if grouping else (row,):
            among = self._other_groups(old, new, names, key)
            ((rows,),) = self.session.fetch(f"select count(*) from {new} where {among}")
            if rows <= MOST * there:
                was, now = (self.table(f"select * from {relation} where {among}") for relation in (old, new))
                return self.between(was, now)
        return None

    def _other_groups(self, old: str, new: str, names: list[str], key: str) -> str:
        """The condition of rows in groups that both versions do not have alike. That is told by sums of hashes of their rows, 128 bits."""
        first, second = (f"hash({', '.join(listed)})" for listed in (names, [*reversed(names), "'other'"]))
        sums = f"{key} as k, count(*) as n, sum(cast({first} as hugeint)) as one, sum(cast({second} as hugeint)) as two"
        one, two = (f"select {sums} from {relation} group by 1" for relation in (old, new))
        other = self.table(
            f"select coalesce(old.k, new.k) as k from ({one}) as old full join ({two}) as new on old.k is not distinct from new.k"
            " where (old.n, old.one, old.two) is distinct from (new.n, new.one, new.two)"
        )
        ((has_null,),) = self.session.fetch(f"select count(*) - count(k) from {other}")
        is_null = f" or {key} is null" if has_null else ""
        return f"({key} in (select k from {other} where k is not null){is_null})"

    def _grouping(self, relation: str, names: list[str]) -> str:
        """The column by which rows fall into the fewest groups of which none holds more than a thousandth of them, in a sample; "" for none."""
        asked = ", ".join(
            f"(select (count(*), coalesce(max(n), 0), coalesce(sum(n), 0)) from (select count(*) as n from sample group by {name}))"
            for name in names
        )
        ((*found,),) = self.session.fetch(f"with sample as (from {relation} using sample {SAMPLE}) select {asked}")
        few = [(groups, name) for name, (groups, most, all_) in zip(names, found, strict=True) if most <= all_ / 1000]
        return min(few, default=(0, ""))[1]


def has_one_row_each(session: Session, relation: str, columns: frozenset[str]) -> bool:
    """Whether a small relation has one row at most for each value of these columns. Raises EngineError."""
    listed = ", ".join(quote(name) for name in sorted(columns)) or "true"
    counted = (
        f"select count(*), count(distinct ({listed})) from (select * from {relation} limit {SMALL + 1}) as few_rows"
    )
    ((rows, values),) = session.fetch(counted)
    return bool(rows <= SMALL and rows == values)
